"""A publisher asks an author to stand behind its declaration, in a real browser, in both languages."""

import pytest

from registry.model.declaration import DeclarationRequest, ScopeRequest
from registry.model.party import AUTHORITY_STATEMENT
from tests.registry.studio import SHA, Studio

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_co_owner_confirms_and_agrees_on_its_page(visit, sign_in, inspect, registry, letterbox, language):
    studio, author = Studio(registry, letterbox), Studio(registry, letterbox, "midori@example.org")
    scope = ScopeRequest("sha256", SHA)
    request = DeclarationRequest(
        studio.party.id, (scope,), {"train-ai": "disallowed"}, statement=AUTHORITY_STATEMENT
    )
    number = registry.declarations.declare(studio.actor, request, idempotency=None).id
    registry.co_owners.ask(studio.actor, number, author.party.id)
    theirs, ours = visit(), visit()
    sign_in(ours)
    ours.goto(f"/language/{language}?next=/d/{number}/co-owners")
    inspect(ours, f"co-owners-asked-{language}")
    sign_in(theirs, "midori@example.org")
    theirs.goto(f"/language/{language}?next=/declarations")
    inspect(theirs, f"co-owners-list-{language}")
    theirs.goto(f"/d/{number}/co-owners")
    inspect(theirs, f"co-owners-question-{language}")
    theirs.locator("main form button").first.press("Enter")
    registry.changes.withdraw(studio.actor, number)
    theirs.goto(f"/d/{number}/co-owners")
    inspect(theirs, f"co-owners-agree-{language}")
    theirs.goto(f"/d/{number}")
    inspect(theirs, f"co-owners-record-{language}")
