"""Drafts belong to the account that saved them."""

import pytest

from registry.errors import (
    NotFoundError,
)


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
