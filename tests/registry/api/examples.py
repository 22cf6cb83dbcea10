"""For every operation one request that succeeds, made by the owner of what it is about."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from crawler_filter.formats.jwk import thumbprint
from crawler_filter.formats.record import rfc3339
from registry.api.operations import Operation
from registry.api.table import OPERATIONS
from registry.model.operator import AgentCard, OperatorKey
from registry.model.party import AUTHORITY_STATEMENT
from registry.store.operators import find_operator, update_operator
from tests.registry.api.conftest import Service


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


def check_party_proof(service: Service) -> Example:
    party = service.owner.party.id
    asked = {"method": "dns-txt", "target": f"lab-{service.calls}.com"}
    challenge = service.call("POST", f"/v1/parties/{party}/proofs", asked, by=service.owner).json
    service.zone.txt(challenge["at"], challenge["value"])
    return Example(f"/v1/parties/{party}/proofs/{challenge['id']}/check")


def operator(service: Service) -> str:
    """An operator of the owner's, whose card cannot be reached."""
    body = {"party": service.owner.party.id, "client_id": OPERATOR}
    response = service.call("POST", "/v1/operators", body, by=service.owner)
    assert response.status_code == 201, response.text
    return response.json["id"]


OPERATOR = "https://lab.example-lab.com/card"


def active_operator(service: Service) -> str:
    """An operator whose card was read, though nobody here can reach it."""
    number, now = operator(service), service.clock.now
    party = service.owner.party.id
    asked = {"method": "dns-txt", "target": "lab.example-lab.com"}
    challenge = service.call("POST", f"/v1/parties/{party}/proofs", asked, by=service.owner).json
    service.zone.txt(challenge["at"], challenge["value"])
    service.call("POST", f"/v1/parties/{party}/proofs/{challenge['id']}/check", by=service.owner)

    def reading(database) -> None:
        found = find_operator(database, number)
        key = OperatorKey(thumbprint(bytes(32)), bytes(32), now, now)
        update_operator(database, replace(found, card=AgentCard(OPERATOR), read=now, keys=(key,)))

    service.registry.writer.run(reading)
    return number


def grant_body(service: Service) -> dict:
    return {
        "party": service.owner.party.id,
        "operator": active_operator(service),
        "declarations": [service.declared()["id"]],
        "usages": ["train-ai"],
        "until": rfc3339(service.clock.now + 86_400),
    }


def grant(service: Service) -> str:
    response = service.call("POST", "/v1/grants", grant_body(service), by=service.owner)
    assert response.status_code == 201, response.text
    service.registry.publisher.publish()
    return response.json["id"]


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
    "work": lambda service: Example(f"/v1/works/{service.work()['id']}"),
    "consents": lambda service: Example(f"/v1/works/{service.work()['id']}/consents"),
    "consent": lambda service: Example(
        f"/v1/works/{service.work()['id']}/consents", {"party": service.other.party.id}
    ),
    "revoke_consent": revoke_consent,
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
    "platforms": lambda service: Example("/v1/platforms"),
    "parties": lambda service: Example("/v1/parties"),
    "lookup": lambda service: Example("/v1/lookup?url=https://studio-aoi.com/1.png"),
    "lookups": lambda service: Example("/v1/lookups", {"items": [{"url": "https://studio-aoi.com/1.png"}]}),
    "range": lambda service: Example("/v1/range/sha256/01234"),
    "spawning_query": lambda service: Example("/api/v2/query/urls/", "https://studio-aoi.com/1.png"),
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
WITH_OWNER = [name for name in WITH_TOKEN if name not in {"create_party", "parties"}]
"""Operations about something that belongs to one party."""
