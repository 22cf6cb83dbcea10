"""A catalogue is cut into declarations in one way, and a memory forgets nothing that was noted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter import Usage
from crawler_filter.declaring.claims import Claim, Unstated
from crawler_filter.declaring.memory import Memory
from crawler_filter.declaring.plan import MAX_BODY, Catalogue, Terms, batches, encode, idempotency_key
from crawler_filter.errors import DataError
from crawler_filter.formats.record import ScopeKind
from crawler_filter.lists.reading import Refused

TRAIN = frozenset({Usage.TRAIN_AI})
TERMS = Terms("p" * 26, "2026-11")
CLAIMS = st.lists(
    st.builds(
        Claim, st.just(ScopeKind.URL), st.text(max_size=2000), st.just("here"),
        st.sampled_from([TRAIN, frozenset({Usage.TDM})]),
    )
)  # fmt: skip


def claim(value: str, usages: frozenset[Usage] = TRAIN) -> Claim:
    return Claim(ScopeKind.URL, value, f"row {value}", usages)


@given(CLAIMS, st.integers(1, 7))
def test_batches_hold_every_claim_once_in_order_and_fit_a_request(claims, scopes):
    cut = list(batches(claims, scopes=scopes))
    assert [each for batch in cut for each in batch] == claims
    for batch in cut:
        assert 0 < len(batch) <= scopes
        assert len({each.usages for each in batch}) == 1
        assert len(batch) == 1 or len(encode(TERMS.body(batch))) < MAX_BODY * 2


def test_rows_are_gathered_once_with_what_is_wrong_and_what_is_unstated():
    rows = [
        claim("a"),
        claim("a"),
        claim("a", frozenset()),
        Refused("row 4", "no"),
        Unstated(claim("b", frozenset())),
    ]
    found = Catalogue.of(rows, default=TRAIN, including_unstated=False)
    assert [each.value for each in found.claims.values()] == ["a"]
    assert (found.repeated, found.unstated, len(found.problems)) == (2, 1, 1)
    everything = Catalogue.of(rows, default=TRAIN, including_unstated=True)
    assert [each.value for each in everything.claims.values()] == ["a", "b"]


def test_the_same_body_has_the_same_key_and_another_has_another():
    one, two = (encode(TERMS.body([claim(value)])) for value in "ab")
    again = encode(TERMS.body([claim("a")]))
    assert idempotency_key(one, 1) == idempotency_key(again, 1)
    assert len({idempotency_key(one, 1), idempotency_key(one, 2), idempotency_key(two, 1)}) == 3


def test_a_memory_is_read_back_without_a_line_that_was_cut_short(tmp_path):
    path = tmp_path / "declared.jsonl"
    Memory.open(path, "https://r.example", "p").note("d1", [claim("a"), claim("作品")])
    path.write_bytes(path.read_bytes() + b'{"registry": "https://r.exa')
    memory = Memory.open(path, "https://r.example", "p")
    assert memory.known == {claim("a").key: "d1", claim("作品").key: "d1"}
    memory.note("d2", [claim("b")])
    assert len(Memory.open(path, "https://r.example", "p").known) == 3


def test_the_memory_of_another_party_or_a_damaged_one_is_refused(tmp_path):
    path = tmp_path / "declared.jsonl"
    Memory.open(path, "https://r.example", "p").note("d1", [claim("a")])
    with pytest.raises(DataError, match="--memory"):
        Memory.open(path, "https://r.example", "other")
    path.write_bytes(b"{}\n" + path.read_bytes())
    with pytest.raises(DataError, match="line 1 is damaged"):
        Memory.open(path, "https://r.example", "p")
