"""The operations about operators and grants, one row each."""

from typing import Final

from registry.api import permission_views as views
from registry.api.operations import TEXT, Access, Operation
from registry.api.permission_models import (
    AfterQuery,
    BeforeQuery,
    GrantAnswer,
    GrantBody,
    GrantsAnswer,
    OperatorAnswer,
    OperatorBody,
    OperatorsAnswer,
    PartyProofAnswer,
    PartyProofBody,
)
from registry.api.response_models import ChallengeAnswer
from registry.errors import ConflictError, GoneError, InvalidRequestError, NotFoundError, ProofMissingError
from registry.net import FetchError
from registry.rate_limits import CHECK, CHECKS, PROOF, WRITES

PERMISSIONS: Final = (
    Operation(
        "request_party_proof", "POST", "/v1/parties/{id}/proofs", "Ask how a party proves control",
        views.request_party_proof, ChallengeAnswer, units=40, status=201, body=PartyProofBody,
        access=Access.DECLARE, rate=WRITES,
    ),
    Operation(
        "check_party_proof", "POST", "/v1/parties/{id}/proofs/{challenge}/check",
        "Have a party's proof looked for now", views.check_party_proof, PartyProofAnswer, units=PROOF,
        access=Access.DECLARE, rate=CHECKS, refusals=(FetchError, ProofMissingError, InvalidRequestError),
    ),
    Operation(
        "add_operator", "POST", "/v1/operators", "Add an operator by the address of its agent card",
        views.add_operator, OperatorAnswer, units=CHECK, status=201, body=OperatorBody, access=Access.DECLARE,
        rate=WRITES, refusals=(ConflictError, NotFoundError),
    ),
    Operation("operators", "GET", "/v1/operators", "List operators", views.operators, OperatorsAnswer,
              query=AfterQuery, max_age=60),
    Operation("operator", "GET", "/v1/operators/{id}", "Read an operator", views.operator, OperatorAnswer,
              max_age=60),
    Operation(
        "check_operator", "POST", "/v1/operators/{id}/check", "Have an operator's card read now",
        views.check_operator, OperatorAnswer, units=CHECK, access=Access.DECLARE, rate=CHECKS,
    ),
    Operation(
        "grant", "POST", "/v1/grants", "Grant an operator a use", views.grant, GrantAnswer, units=120, status=201,
        body=GrantBody, access=Access.DECLARE, rate=WRITES, refusals=(ConflictError, NotFoundError),
    ),
    Operation("read_grant", "GET", "/v1/grants/{id}", "Read a grant", views.read_grant, GrantAnswer, units=60,
              refusals=(GoneError,), max_age=60),
    Operation(
        "revoke_grant", "POST", "/v1/grants/{id}/revoke", "End a grant at once", views.revoke_grant, GrantAnswer,
        units=90, access=Access.DECLARE, rate=WRITES, refusals=(GoneError,),
    ),
    Operation(
        "receipt_of_grant", "GET", "/v1/grants/{id}/receipt", "Get the receipt that proves a grant",
        views.receipt_of_grant, TEXT, units=45, refusals=(GoneError, ConflictError), max_age=60,
    ),
    Operation("grants_of_party", "GET", "/v1/parties/{id}/grants", "List what a party granted",
              views.grants_of_party, GrantsAnswer, query=BeforeQuery, units=120, max_age=60),
    Operation("grants_of_operator", "GET", "/v1/operators/{id}/grants", "List what an operator was granted",
              views.grants_of_operator, GrantsAnswer, query=BeforeQuery, units=120, max_age=60),
)  # fmt: skip
"""Who may call what, how often, and what it answers."""
