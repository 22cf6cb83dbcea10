"""A registry in which one account has put all that it may: what anybody reads of it is bounded too."""

from collections.abc import Iterator

from registry.errors import ConflictError
from registry.model.declaration import DeclarationRequest, ScopeRequest, WorkRequest
from registry.model.party import AUTHORITY_STATEMENT
from tests.attacks.full_lists import grown_lists
from tests.attacks.hostile_requests import Scene
from tests.attacks.meter import Sent

DRAFT_LINES = "".join(f"{number:064x}\n" for number in range(3_900))


def everything_that_is_read(scene: Scene) -> Iterator[Sent]:
    """Fill the registry, then ask for every list and record."""
    number, work, draft = _fill(scene)
    party = scene.service.owner.party.id
    for path in (
        "/declare", "/declarations", "/works", "/account", f"/declare/{draft}/where", f"/declare/{draft}/terms",
        f"/declare/{draft}/review", f"/d/{number}", f"/w/{work}", f"/w/{work}/change", f"/acct/{party}",
    ):  # fmt: skip
        yield Sent("GET", path, is_page=True)
    for path in ("/declare", f"/d/{number}/change", "/account/export"):
        yield Sent("POST", path, b"", is_page=True)
    for path in (
        f"/v1/declarations/{number}", f"/v1/declarations/{number}/history", f"/v1/works/{work}", "/v1/parties",
        f"/v1/declarations/{number}/proofs", f"/v1/declarations/{number}/receipt", "/v1/names",
        "/v1/lookup?url=https://studio-aoi.com/0/0", "/v1/range/url/00000",
    ):  # fmt: skip
        yield Sent("GET", path)
    yield from grown_lists(scene)


def _fill(scene: Scene) -> tuple[str, str, str]:
    works = [_work(scene, each) for each in range(100)]
    numbers = [_declaration(scene, each, (works[0], *(works[1:] if each == 0 else ()))) for each in range(100)]
    scene.service.registry.publisher.publish()
    scene.service.registry.works.refresh_names()
    return numbers[0], works[0], _drafts(scene)


def _drafts(scene: Scene) -> str:
    service = scene.service
    content = {"party": service.owner.party.id, "covers": "files", "lines": DRAFT_LINES, "works": []}
    draft = service.registry.drafts.save_draft(service.owner.actor, None, content)
    try:
        for _ in range(service.registry.config.limits.drafts_per_account):
            service.registry.drafts.save_draft(service.owner.actor, None, content)
    except ConflictError:
        return draft
    raise AssertionError("there is no end to the drafts of an account")


def _work(scene: Scene, each: int) -> str:
    characters = tuple(tuple(f"名前 {each} {one} {other}" for other in range(20)) for one in range(480))
    titles = {f"x{chr(97 + n // 26)}{chr(97 + n % 26)}": "あ" * 100 for n in range(40)}
    request = WorkRequest(scene.service.owner.party.id, "anime", titles, characters=characters)
    return scene.service.registry.works.create_work(scene.service.owner.actor, request).id


def _declaration(scene: Scene, each: int, works: tuple[str, ...]) -> str:
    scopes = tuple(ScopeRequest("url", f"https://studio-aoi.com/{each}/{one}/" + "a" * 800) for one in range(500))
    request = DeclarationRequest(
        scene.service.owner.party.id,
        scopes,
        {"train-ai": "disallowed"},
        works=works,
        statement=AUTHORITY_STATEMENT,
    )
    return scene.service.registry.declarations.declare(scene.service.owner.actor, request, idempotency=None).id
