"""Drafts belong to the account that saved them."""

import pytest

from registry.declarations.drafts import MAX_BYTES, MAX_BYTES_OF_ALL
from registry.errors import ConflictError, NotFoundError


def test_drafts_are_seen_by_their_account_alone(studio, rival):
    draft = studio.registry.drafts.save_draft(studio.actor, None, {"lines": "a"})
    assert studio.registry.drafts.save_draft(studio.actor, draft, {"lines": "b"}) == draft
    assert [found.content for found in studio.registry.drafts.drafts(studio.actor)] == [{"lines": "b"}]
    with pytest.raises(NotFoundError):
        rival.registry.drafts.draft(rival.actor, draft)
    with pytest.raises(NotFoundError):
        rival.registry.drafts.save_draft(rival.actor, draft, {})
    rival.registry.drafts.discard_draft(rival.actor, draft)
    studio.registry.drafts.discard_draft(studio.actor, draft)
    assert studio.registry.drafts.drafts(studio.actor) == []


def test_all_drafts_of_an_account_have_a_size_that_their_list_can_be_made_from(studio):
    drafts, large = studio.registry.drafts, {"lines": "a" * (MAX_BYTES - 100)}
    kept = [drafts.save_draft(studio.actor, None, large) for _ in range(MAX_BYTES_OF_ALL // MAX_BYTES)]
    small = drafts.save_draft(studio.actor, None, {"lines": "a"})
    for number in (None, small):
        with pytest.raises(ConflictError, match="bytes in all"):
            drafts.save_draft(studio.actor, number, large)
    assert drafts.draft(studio.actor, small).content == {"lines": "a"}
    drafts.save_draft(studio.actor, kept[0], large)
    drafts.discard_draft(studio.actor, kept[0])
    drafts.save_draft(studio.actor, small, large)
