"""A lookup in the past reads so much and no more, however often the same address was declared."""

import pytest

from crawler_filter.checks.asset import Asset
from crawler_filter.formats.record import Record
from crawler_filter.preference import Usage
from registry.errors import UnavailableError
from registry.store import in_force

PAGE = "https://example.com/a.png"
USES = [{"train-ai": "disallowed"}, {"search": "disallowed"}, {"tdm": "disallowed"}, {"ai-use": "disallowed"}]


@pytest.fixture
def declared(studio, registry):
    for uses in USES:
        studio.declare(("url", PAGE), preferences=uses)
    registry.publisher.publish()


def ask(registry, clock):
    return registry.lookup.lookup(Asset(url=PAGE), Usage.TRAIN_AI, at=clock())


def test_revisions_that_were_replaced_are_not_read(studio, registry, clock, declared, monkeypatch):
    made = studio.declare(
        ("url", PAGE), ("sha256", f"{1:064x}"), preferences={"train-ai": "disallowed", "search": "disallowed"}
    )
    for number in range(2, 10):
        made = studio.amend(made, ("url", PAGE), *(("sha256", f"{each:064x}") for each in range(1, number + 1)),
                            preferences={"train-ai": "disallowed", "search": "disallowed"})  # fmt: skip
    registry.publisher.publish()
    read = []
    decode = Record.decode
    monkeypatch.setattr(Record, "decode", lambda body: read.append(1) or decode(body))
    assert not ask(registry, clock).keep
    assert len(read) == len(USES) + 1


@pytest.mark.parametrize(("limit", "value"), [("MOST_LEAVES", 3), ("MOST_BYTES", 500)])
def test_more_than_is_read_for_one_answer_is_said_and_is_no_permission(
    registry, clock, declared, monkeypatch, limit, value
):
    assert not ask(registry, clock).keep
    monkeypatch.setattr(in_force, limit, value)
    with pytest.raises(UnavailableError):
        ask(registry, clock)
