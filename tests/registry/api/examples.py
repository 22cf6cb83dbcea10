"""For every operation one request that succeeds, made by the owner of what it is about."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from crawler_filter.formats.jwk import thumbprint
from crawler_filter.formats.record import rfc3339
from registry.api.operations import Operation
from registry.api.table import OPERATIONS
from registry.model.operator import AgentCard, OperatorKey
from registry.model.party import AUTHORITY_STATEMENT
from registry.model.webhook import WebhookState
from registry.store.operators import find_operator, update_operator
from registry.store.webhooks import find_webhook, update_webhook
from tests.registry.api.conftest import Service
from tests.registry.instance import make_party


@dataclass(frozen=True)
class Example:
    """Where to send what."""

    path: str
    body: object = None


def check_proof(service: Service) -> Example:
    declaration = service.pending()["id"]
    challenge = service.challenge(declaration)
    service.zone.txt(challenge["at"], challenge["value"])
    return Example(f"/v1/declarations/{declaration}/proofs/{challenge['id']}/check")


def amend(service: Service) -> Example:
    made = service.declared()
    scopes = [{"kind": "url", "value": f"https://{made['scopes'][0]['value']}"}]
    body = service.declaration(scopes=scopes, preferences={"train-ai": "disallowed", "search": "disallowed"})
    return Example(f"/v1/declarations/{made['id']}/amend", body)


def revoke_consent(service: Service) -> Example:
    work, party = service.work()["id"], service.other.party.id
    service.call("POST", f"/v1/works/{work}/consents", {"party": party}, by=service.owner)
    return Example(f"/v1/works/{work}/consents/{party}/revoke")


def asked_of_owner(service: Service) -> str:
    """A declaration of somebody else's that the owner was asked to confirm."""
    body = service.declaration(party=service.other.party.id)
    number = service.call("POST", "/v1/declarations", body, by=service.other).json["id"]
    asked = {"party": service.owner.party.id}
    service.call("POST", f"/v1/declarations/{number}/co-owners", asked, by=service.other)
    return f"/v1/declarations/{number}/co-owners/{service.owner.party.id}"


def leave_co_owners(service: Service) -> Example:
    """A question of the owner's to another party of the owner's, so that nobody else is concerned."""
    number = service.declared()["id"]
    party = make_party(service.registry, service.owner.actor, "Another").id
    service.call("POST", f"/v1/declarations/{number}/co-owners", {"party": party}, by=service.owner)
    return Example(f"/v1/declarations/{number}/co-owners/{party}/leave")


def agree_to_change(service: Service) -> Example:
    path = asked_of_owner(service)
    service.call("POST", f"{path}/confirm", {"licensing": False}, by=service.owner)
    service.call("POST", f"{path.partition('/co-owners')[0]}/withdraw", by=service.other)
    return Example(f"{path}/agree")


def check_party_proof(service: Service) -> Example:
    party = service.owner.party.id
    asked = {"method": "dns-txt", "target": f"lab-{service.calls}.com"}
    challenge = service.call("POST", f"/v1/parties/{party}/proofs", asked, by=service.owner).json
    service.zone.txt(challenge["at"], challenge["value"])
    return Example(f"/v1/parties/{party}/proofs/{challenge['id']}/check")


HOST = "lab.example-lab.com"


def operator(service: Service, party: str = "", host: str = HOST) -> str:
    """An operator of the owner's, whose card cannot be reached."""
    body = {"party": party or service.owner.party.id, "client_id": f"https://{host}/card"}
    response = service.call("POST", "/v1/operators", body, by=service.owner)
    assert response.status_code == 201, response.text
    return response.json["id"]


def active_operator(service: Service, party: str = "", host: str = HOST) -> str:
    """An operator of the owner's whose card was read, though nobody here can reach it."""
    party, now = party or service.owner.party.id, service.clock.now
    number = operator(service, party, host)
    asked = {"method": "dns-txt", "target": host}
    challenge = service.call("POST", f"/v1/parties/{party}/proofs", asked, by=service.owner).json
    service.zone.txt(challenge["at"], challenge["value"])
    service.call("POST", f"/v1/parties/{party}/proofs/{challenge['id']}/check", by=service.owner)

    def reading(database) -> None:
        found = find_operator(database, number)
        key = OperatorKey(thumbprint(bytes(32)), bytes(32), now, now)
        update_operator(database, replace(found, card=AgentCard(found.client_id), read=now, keys=(key,)))

    service.registry.writer.run(reading)
    return number


def grant_body(service: Service, operator: str = "") -> dict:
    return {
        "party": service.owner.party.id,
        "operator": operator or active_operator(service),
        "declarations": [service.declared()["id"]],
        "usages": ["train-ai"],
        "until": rfc3339(service.clock.now + 86_400),
    }


def grant(service: Service) -> str:
    response = service.call("POST", "/v1/grants", grant_body(service), by=service.owner)
    assert response.status_code == 201, response.text
    service.registry.publisher.publish()
    return response.json["id"]


def lab(service: Service) -> str:
    """An operator of a second party of the owner's, of a site of its own: a site may not ask often."""
    body = {"name": "Lab", "capacity": "author", "public": False, "statement": AUTHORITY_STATEMENT}
    party = service.call("POST", "/v1/parties", body, by=service.owner).json["id"]
    return active_operator(service, party, f"bots.example-lab-{service.calls}.com")


def asked(service: Service, *, question: bool = False) -> str:
    """An enquiry between two parties of the owner's."""
    party = service.owner.party.id
    nothing = {"answer": None, "text": ""}  # another example may have set one
    service.call("POST", f"/v1/parties/{party}/standing-answer", nothing, by=service.owner)
    body = {"declaration": service.declared()["id"]}
    if question:
        body |= {"operator": lab(service), "question": "in-training"}
        response = service.call("POST", f"/v1/parties/{party}/enquiries", body, by=service.owner)
    else:
        body |= {"usages": ["train-ai"], "purpose": "Training of a picture model"}
        response = service.call("POST", f"/v1/operators/{lab(service)}/enquiries", body, by=service.owner)
    assert response.status_code == 201, response.text
    return response.json["id"]


def granted(service: Service) -> Example:
    enquiry = asked(service)
    operator = service.call("GET", f"/v1/enquiries/{enquiry}", by=service.owner).json["operator"]
    body = grant_body(service, operator)
    return Example(
        f"/v1/enquiries/{enquiry}/grant",
        {"grant": service.call("POST", "/v1/grants", body, by=service.owner).json["id"]},
    )


def webhook(service: Service) -> str:
    """An active webhook of the owner's, though nobody is there."""
    path = f"/v1/parties/{service.owner.party.id}/webhooks"
    own = service.call("GET", path, by=service.owner).json["webhooks"]
    for each in own if len(own) > 6 else []:
        service.call("POST", f"/v1/webhooks/{each['id']}/remove", by=service.owner)
    body = {"party": service.owner.party.id, "url": f"https://hooks.example-studio.com/{service.calls}"}
    response = service.call("POST", "/v1/webhooks", body, by=service.owner)
    assert response.status_code == 201, response.text

    def proving(database) -> None:
        found = find_webhook(database, response.json["id"])
        update_webhook(database, replace(found, state=WebhookState.ACTIVE))

    service.registry.writer.run(proving)
    return response.json["id"]


def add_webhook(service: Service) -> Example:
    service.call("POST", f"/v1/webhooks/{webhook(service)}/remove", by=service.owner)
    body = {
        "party": service.owner.party.id,
        "url": f"https://hooks.example-studio.com/optout-{service.calls}",
        "kinds": ["grant.made"],
    }
    return Example("/v1/webhooks", body)


def a_list(service: Service, *, read: bool = False) -> str:
    """A list of the owner's that nothing was sent of yet, or that was read; the others are gone."""
    for each in service.call("GET", "/v1/imports", by=service.owner).json["imports"]:
        service.call("POST", f"/v1/imports/{each['id']}/discard", by=service.owner)
    response = service.call("POST", "/v1/imports", list_body(service), by=service.owner)
    assert response.status_code == 201, response.text
    number = response.json["id"]
    if read:
        service.registry.imports.receive(service.owner.actor, number, 0, ROW)
        service.registry.import_work.work()
    return number


ROW = b"https://example.net/a.png\n"


def list_body(service: Service) -> dict:
    return {"party": service.owner.party.id, "name": "list.txt", "size": len(ROW), "usages": ["train-ai"]}


def start_import(service: Service) -> Example:
    a_list(service)
    return Example("/v1/imports", list_body(service))


EXAMPLES: dict[str, Callable[[Service], Example]] = {
    "declare": lambda service: Example("/v1/declarations", service.declaration()),
    "declaration": lambda service: Example(f"/v1/declarations/{service.declared()['id']}"),
    "history": lambda service: Example(f"/v1/declarations/{service.declared()['id']}/history"),
    "receipt": lambda service: Example(f"/v1/declarations/{service.published()['id']}/receipt"),
    "amend": amend,
    "withdraw": lambda service: Example(f"/v1/declarations/{service.declared()['id']}/withdraw"),
    "challenges": lambda service: Example(f"/v1/declarations/{service.pending()['id']}/proofs"),
    "request_proof": lambda service: Example(
        f"/v1/declarations/{service.pending()['id']}/proofs", {"method": "dns-txt"}
    ),
    "check_proof": check_proof,
    "create_work": lambda service: Example(
        "/v1/works", {"party": service.owner.party.id, "kind": "anime", "titles": {"ja": "青"}}
    ),
    "amend_work": lambda service: Example(
        f"/v1/works/{service.work()['id']}/amend",
        {
            "party": service.owner.party.id,
            "kind": "anime",
            "titles": {"ja": "青"},
            "series": ["青シリーズ"],
            "characters": [["青井そら", "Sora Aoi"]],
        },
    ),
    "works": lambda service: Example("/v1/works"),
    "delete_work": lambda service: Example(f"/v1/works/{service.work()['id']}/delete"),
    "merge_works": lambda service: Example(
        f"/v1/works/{service.work()['id']}/merge", {"into": service.work()["id"]}
    ),
    "work": lambda service: Example(f"/v1/works/{service.work()['id']}"),
    "consents": lambda service: Example(f"/v1/works/{service.work()['id']}/consents"),
    "consent": lambda service: Example(
        f"/v1/works/{service.work()['id']}/consents", {"party": service.other.party.id}
    ),
    "revoke_consent": revoke_consent,
    "co_owners": lambda service: Example(f"/v1/declarations/{service.declared()['id']}/co-owners"),
    "ask_co_owner": lambda service: Example(
        f"/v1/declarations/{service.declared()['id']}/co-owners", {"party": service.other.party.id}
    ),
    "confirm_co_owner": lambda service: Example(f"{asked_of_owner(service)}/confirm", {"licensing": True}),
    "agree_to_change": agree_to_change,
    "leave_co_owners": leave_co_owners,
    "names": lambda service: Example("/v1/names"),
    "characters": lambda service: Example("/v1/characters"),
    "create_party": lambda service: Example(
        "/v1/parties",
        {"name": "青木", "capacity": "author", "public": False, "statement": AUTHORITY_STATEMENT},
    ),
    "request_party_proof": lambda service: Example(
        f"/v1/parties/{service.owner.party.id}/proofs", {"method": "dns-txt", "target": "example-lab.com"}
    ),
    "check_party_proof": check_party_proof,
    "add_operator": lambda service: Example(
        "/v1/operators", {"party": service.owner.party.id, "client_id": "https://lab.example-lab.com/card"}
    ),
    "operators": lambda service: Example("/v1/operators"),
    "operator": lambda service: Example(f"/v1/operators/{operator(service)}"),
    "check_operator": lambda service: Example(f"/v1/operators/{operator(service)}/check"),
    "grant": lambda service: Example("/v1/grants", grant_body(service)),
    "read_grant": lambda service: Example(f"/v1/grants/{grant(service)}"),
    "revoke_grant": lambda service: Example(f"/v1/grants/{grant(service)}/revoke"),
    "receipt_of_grant": lambda service: Example(f"/v1/grants/{grant(service)}/receipt"),
    "grants_of_party": lambda service: Example(f"/v1/parties/{service.owner.party.id}/grants"),
    "grants_of_operator": lambda service: Example(f"/v1/operators/{operator(service)}/grants"),
    "ask_permission": lambda service: Example(
        f"/v1/operators/{lab(service)}/enquiries",
        {"declaration": service.declared()["id"], "usages": ["train-ai"], "purpose": "Training"},
    ),
    "ask_operator": lambda service: Example(
        f"/v1/parties/{service.owner.party.id}/enquiries",
        {"operator": lab(service), "declaration": service.declared()["id"], "question": "in-training"},
    ),
    "enquiries": lambda service: Example(f"/v1/parties/{service.owner.party.id}/enquiries"),
    "enquiry_log": lambda service: Example(f"/v1/parties/{service.owner.party.id}/enquiries.csv"),
    "enquiry": lambda service: Example(f"/v1/enquiries/{asked(service)}"),
    "write_to_enquiry": lambda service: Example(f"/v1/enquiries/{asked(service)}/messages", {"text": "Which?"}),
    "refuse_enquiry": lambda service: Example(f"/v1/enquiries/{asked(service)}/refuse", {"text": ""}),
    "answer_enquiry": lambda service: Example(
        f"/v1/enquiries/{asked(service, question=True)}/answer",
        {"text": "No.", "attachments": [{"name": "audit.record", "sha256": "ab" * 32}]},
    ),
    "grant_enquiry": granted,
    "withdraw_enquiry": lambda service: Example(f"/v1/enquiries/{asked(service)}/withdraw"),
    "standing_answer": lambda service: Example(f"/v1/parties/{service.owner.party.id}/standing-answer"),
    "set_standing_answer": lambda service: Example(
        f"/v1/parties/{service.owner.party.id}/standing-answer", {"answer": "never", "text": ""}
    ),
    "answer_counts": lambda service: Example(f"/v1/operators/{operator(service)}/answers"),
    "disclosure": lambda service: Example(f"/v1/operators/{operator(service)}/disclosure"),
    "disclosure_csv": lambda service: Example(f"/v1/operators/{operator(service)}/disclosure.csv"),
    "platforms": lambda service: Example("/v1/platforms"),
    "territories": lambda service: Example("/v1/territories"),
    "parties": lambda service: Example("/v1/parties"),
    "members": lambda service: Example(f"/v1/parties/{service.owner.party.id}/members"),
    "lookup": lambda service: Example("/v1/lookup?url=https://studio-aoi.com/1.png"),
    "lookups": lambda service: Example("/v1/lookups", {"items": [{"url": "https://studio-aoi.com/1.png"}]}),
    "range": lambda service: Example("/v1/range/sha256/01234"),
    "spawning_query": lambda service: Example("/api/v2/query/urls/", "https://studio-aoi.com/1.png"),
    "add_webhook": add_webhook,
    "webhooks": lambda service: Example(f"/v1/parties/{service.owner.party.id}/webhooks"),
    "webhook": lambda service: Example(f"/v1/webhooks/{webhook(service)}"),
    "check_webhook": lambda service: Example(f"/v1/webhooks/{webhook(service)}/check"),
    "test_webhook": lambda service: Example(f"/v1/webhooks/{webhook(service)}/test"),
    "send_again": lambda service: Example(f"/v1/webhooks/{webhook(service)}/send-again", {"after": 0}),
    "remove_webhook": lambda service: Example(f"/v1/webhooks/{webhook(service)}/remove"),
    "events": lambda service: Example(f"/v1/events?party={service.owner.party.id}&after=0"),
    "start_import": start_import,
    "imports": lambda service: Example("/v1/imports"),
    "import": lambda service: Example(f"/v1/imports/{a_list(service)}"),
    "receive_part": lambda service: Example(f"/v1/imports/{a_list(service)}/parts?at=0", ROW.decode()),
    "import_rows": lambda service: Example(f"/v1/imports/{a_list(service, read=True)}/rows"),
    "accept_import": lambda service: Example(
        f"/v1/imports/{a_list(service, read=True)}/accept", {"statement": AUTHORITY_STATEMENT}
    ),
    "discard_import": lambda service: Example(f"/v1/imports/{a_list(service)}/discard"),
    "openapi": lambda service: Example("/v1/openapi.json"),
    "livez": lambda service: Example("/livez"),
    "readyz": lambda service: Example("/readyz"),
    "metrics": lambda service: Example("/metrics"),
}

BY_NAME: dict[str, Operation] = {operation.name: operation for operation in OPERATIONS}
EVERY = sorted(BY_NAME)
WITH_JSON = [name for name in EVERY if isinstance(BY_NAME[name].body, type)]
WITH_TOKEN = [name for name in EVERY if BY_NAME[name].access.needs_token]
WITHOUT_TOKEN = [name for name in EVERY if not BY_NAME[name].access.needs_token]
WITH_OWNER = [name for name in WITH_TOKEN if name not in {"create_party", "parties", "works", "imports"}]
"""Operations about something that belongs to one party."""
