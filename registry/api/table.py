"""Every operation of the HTTP API, one row each."""

from typing import Final

from registry.api import health, lookups, views
from registry.api.co_owner_table import CO_OWNERS
from registry.api.enquiry_table import ENQUIRIES
from registry.api.import_table import LISTS
from registry.api.lookup_models import LookupAnswer, LookupsAnswer, SpawningAnswer
from registry.api.operations import TEXT, Access, Operation
from registry.api.party_models import MembersAnswer, PartiesAnswer, PartyAnswer
from registry.api.permission_table import PERMISSIONS
from registry.api.request_models import (
    AfterQuery,
    ConsentBody,
    DeclarationBody,
    LookupQuery,
    LookupsBody,
    MergeBody,
    PageQuery,
    PartyBody,
    ProofBody,
    WorkBody,
)
from registry.api.response_models import (
    ChallengeAnswer,
    ChallengesAnswer,
    ConsentAnswer,
    ConsentsAnswer,
    DeclarationAnswer,
    DeletedAnswer,
    HistoryAnswer,
    LiveAnswer,
    PlatformsAnswer,
    ReadyAnswer,
    Shape,
    TerritoriesAnswer,
    WorkAnswer,
    WorksAnswer,
)
from registry.api.webhook_table import WEBHOOKS
from registry.errors import (
    ConflictError,
    GoneError,
    InvalidRequestError,
    NotFoundError,
    ProofMissingError,
    TooLargeError,
    TransitionError,
)
from registry.http.weight import weigh_lines, weigh_names
from registry.net import FetchError
from registry.rate_limits import CHECKS, ERASE, LOOKUPS, PROOF, WRITES

OPERATIONS: Final = (
    Operation(
        "declare", "POST", "/v1/declarations", "Make a declaration", views.declare,
        DeclarationAnswer, units=60,
        status=201, body=DeclarationBody, access=Access.DECLARE, rate=WRITES,
        refusals=(ConflictError, NotFoundError), has_idempotency_key=True,
    ),
    Operation(
        "declaration", "GET", "/v1/declarations/{id}", "Read a declaration", views.declaration,
        DeclarationAnswer, units=30, access=Access.OPTIONAL, refusals=(GoneError,), max_age=60,
    ),
    Operation(
        "history", "GET", "/v1/declarations/{id}/history", "Read what the log says about a declaration",
        views.history, HistoryAnswer, query=PageQuery, units=30, max_age=60,
    ),
    Operation(
        "receipt", "GET", "/v1/declarations/{id}/receipt", "Get the receipt that proves a declaration",
        views.receipt, TEXT, units=45, refusals=(GoneError, ConflictError), max_age=60,
    ),
    Operation(
        "amend", "POST", "/v1/declarations/{id}/amend", "Change a declaration", views.amend,
        DeclarationAnswer, units=60, body=DeclarationBody, access=Access.DECLARE, rate=WRITES,
        refusals=(ConflictError, TransitionError),
    ),
    Operation(
        "withdraw", "POST", "/v1/declarations/{id}/withdraw", "Announce that a declaration ends", views.withdraw,
        DeclarationAnswer, units=60, access=Access.DECLARE, rate=WRITES, refusals=(ConflictError, TransitionError),
    ),
    Operation(
        "challenges", "GET", "/v1/declarations/{id}/proofs", "List what is to be published as proof",
        views.challenges, ChallengesAnswer, access=Access.READ,
    ),
    Operation(
        "request_proof", "POST", "/v1/declarations/{id}/proofs", "Ask how to prove control", views.request_proof,
        ChallengeAnswer, units=40, status=201, body=ProofBody, access=Access.DECLARE, rate=WRITES,
        refusals=(ConflictError, TransitionError),
    ),
    Operation(
        "check_proof", "POST", "/v1/declarations/{id}/proofs/{challenge}/check", "Have the proof looked for now",
        views.check_proof, DeclarationAnswer, units=PROOF, access=Access.DECLARE, rate=CHECKS,
        refusals=(ConflictError, FetchError, ProofMissingError, TransitionError, GoneError, InvalidRequestError),
    ),
    Operation(
        "create_work", "POST", "/v1/works", "Add a work", views.create_work,
        WorkAnswer, units=60, status=201,
        body=WorkBody, weigh=weigh_names, access=Access.DECLARE, rate=WRITES,
        refusals=(ConflictError, NotFoundError),
    ),
    Operation("works", "GET", "/v1/works", "Read your works, with what of each is not protected yet", views.works,
              WorksAnswer, query=AfterQuery, access=Access.DECLARE, rate=WRITES, units=200),
    Operation("work", "GET", "/v1/works/{id}", "Read a work", views.work, WorkAnswer, access=Access.OPTIONAL,
              refusals=(GoneError,), max_age=60),
    Operation(
        "delete_work", "POST", "/v1/works/{id}/delete", "Remove a work for good", views.delete_work,
        DeletedAnswer, units=ERASE, access=Access.DECLARE, rate=WRITES, refusals=(GoneError,),
    ),
    Operation(
        "merge_works", "POST", "/v1/works/{id}/merge", "Make one work of two", views.merge_works,
        WorkAnswer, units=ERASE, body=MergeBody, access=Access.DECLARE, rate=WRITES, refusals=(GoneError,),
    ),
    Operation(
        "amend_work", "POST", "/v1/works/{id}/amend", "Change a work", views.amend_work,
        WorkAnswer, units=60,
        body=WorkBody, weigh=weigh_names, access=Access.DECLARE, rate=WRITES, refusals=(ConflictError, GoneError),
    ),
    Operation("consents", "GET", "/v1/works/{id}/consents", "Read who may name a work besides its own party",
              views.consents, ConsentsAnswer, refusals=(GoneError,), max_age=60),
    Operation(
        "consent", "POST", "/v1/works/{id}/consents", "Let another party name a work", views.consent,
        ConsentAnswer, units=60, status=201, body=ConsentBody, access=Access.DECLARE, rate=WRITES,
        refusals=(ConflictError, GoneError),
    ),
    Operation(
        "revoke_consent", "POST", "/v1/works/{id}/consents/{party}/revoke", "End a consent to name a work",
        views.revoke_consent, ConsentsAnswer, units=60, access=Access.DECLARE, rate=WRITES, refusals=(GoneError,),
    ),
    Operation("names", "GET", "/v1/names", "Get the names of works in force, to find in captions", views.names,
              TEXT, max_age=3600),
    Operation("characters", "GET", "/v1/characters", "Get the characters of works in force, to find in prompts",
              views.characters, TEXT, max_age=3600),
    Operation("territories", "GET", "/v1/territories", "Read what a reservation means in each territory",
              views.table_of_territories, TerritoriesAnswer, max_age=3600),
    Operation("platforms", "GET", "/v1/platforms", "List what a profile's scope covers on each platform",
              views.platforms, PlatformsAnswer, max_age=3600),
    Operation(
        "create_party", "POST", "/v1/parties", "Add a party that the account acts for", views.create_party,
        PartyAnswer, units=30, status=201, body=PartyBody, access=Access.DECLARE, rate=WRITES,
        refusals=(ConflictError,),
    ),
    Operation("members", "GET", "/v1/parties/{id}/members", "List who acts for a party", views.members,
              MembersAnswer, access=Access.READ),
    Operation("parties", "GET", "/v1/parties", "List the parties that the account acts for", views.parties,
              PartiesAnswer, units=30, access=Access.READ),
    Operation(
        "lookup", "GET", "/v1/lookup", "Look one asset up", lookups.lookup, LookupAnswer,
        query=LookupQuery, rate=LOOKUPS, is_lookup=True, max_age=60,
    ),
    Operation(
        "lookups", "POST", "/v1/lookups", "Look many assets up", lookups.lookups, LookupsAnswer,
        body=LookupsBody, rate=LOOKUPS, admit=lookups.admit_items, is_lookup=True,
    ),
    Operation(
        "range", "GET", "/v1/range/{scheme}/{prefix}", "Get every key of a kind that begins with a prefix",
        lookups.key_range, TEXT, query=PageQuery, rate=LOOKUPS, is_lookup=True, max_age=60,
    ),
    Operation(
        "spawning_query", "POST", "/api/v2/query/urls/", "Look URLs up in the wire format of the Spawning API",
        lookups.spawning, SpawningAnswer, body=TEXT, rate=LOOKUPS, weigh=weigh_lines, admit=lookups.admit_lines,
        is_lookup=True,
        refusals=(TooLargeError,),
    ),
    *CO_OWNERS,
    *PERMISSIONS,
    *ENQUIRIES,
    *WEBHOOKS,
    *LISTS,
    Operation("openapi", "GET", "/v1/openapi.json", "Read this document", health.openapi, Shape,
              units=120, max_age=3600),
    Operation("livez", "GET", "/livez", "Ask whether the process answers", health.livez,
              LiveAnswer),
    Operation("readyz", "GET", "/readyz", "Ask whether the registry can do its work", health.readyz,
              ReadyAnswer),
    Operation("metrics", "GET", "/metrics", "Read the Prometheus metrics", health.metrics, TEXT,
              units=300),
)  # fmt: skip
"""Who may call what, how often, and what it answers."""
