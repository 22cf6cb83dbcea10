"""A model's entry has one spelling, says all that codes depend on, and nothing hostile gets through it."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import MalformedRecordError
from crawler_filter.fingerprints.embedding import CODE_BITS
from crawler_filter.formats.models import WIDEST_RADIUS, Channels, Crop, ModelEntry, Preparation

ENTRY = ModelEntry(
    "copies-1", "5e" * 32, "CC0-1.0", "https://models.example/copies-1.onnx", Preparation(), 118, 141
)
MILLIONTHS = st.tuples(*[st.integers(1, 1_000_000)] * 3)


@st.composite
def entries(draw: st.DrawFn) -> ModelEntry:
    match, flag = sorted((draw(st.integers(0, WIDEST_RADIUS)), draw(st.integers(0, WIDEST_RADIUS))))
    prepared = Preparation(
        draw(st.integers(16, 1024)),
        draw(st.sampled_from(Crop)),
        draw(st.sampled_from(Channels)),
        draw(MILLIONTHS),
        draw(MILLIONTHS),
    )
    name = draw(st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}", fullmatch=True))
    digest = draw(st.binary(min_size=32, max_size=32)).hex()
    return ModelEntry(name, digest, "CC-BY-4.0", "著者に頼む", prepared, match, flag)


@given(entries())
def test_entries_round_trip_in_one_line(entry: ModelEntry) -> None:
    assert ModelEntry.decode(entry.encode()) == entry
    assert "\n" not in entry.encode()


@given(entries(), st.data())
def test_any_change_of_the_text_is_another_entry_of_one_spelling_or_refused(
    entry: ModelEntry, data: st.DataObject
) -> None:
    text = entry.encode()
    position = data.draw(st.integers(0, len(text) - 1))
    changed = text[:position] + data.draw(st.text(max_size=2)) + text[position + 1 :]
    try:
        assert ModelEntry.decode(changed).encode() == changed
    except MalformedRecordError:
        return


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", "Copies"), ("id", ""), ("id", "a" * 65), ("sha256", "5E" * 32), ("sha256", "5e" * 31),
        ("licence", ""), ("licence", "x" * 101), ("licence", "free\u202e"), ("source", " x"), ("source", 5),
        ("size", 15), ("size", 1025), ("size", True), ("size", "224"), ("crop", "middle"), ("crop", []),
        ("channels", "rgba"), ("mean", [1, 2]), ("mean", [1, 2, -1]), ("mean", [1, 2, True]), ("mean", "123"),
        ("deviation", [0, 1, 1]), ("deviation", [1, 1, 1_000_001]), ("code_bits", 256),
        ("match_radius", 142), ("match_radius", -1), ("flag_radius", WIDEST_RADIUS + 1), ("flag_radius", None),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_and_refused(name: str, value: object) -> None:
    words = json.loads(ENTRY.encode()) | {name: value}
    with pytest.raises(MalformedRecordError, match="model"):
        ModelEntry.from_words(words)


def test_a_field_too_many_or_too_few_is_named() -> None:
    words = json.loads(ENTRY.encode())
    with pytest.raises(MalformedRecordError, match="weights"):
        ModelEntry.from_words(words | {"weights": 1})
    with pytest.raises(MalformedRecordError, match="licence"):
        ModelEntry.from_words({name: words[name] for name in words if name != "licence"})


def test_codes_are_as_long_as_a_row_of_the_table() -> None:
    assert json.loads(ENTRY.encode())["code_bits"] == CODE_BITS == 8 * 64
    assert replace(ENTRY, match_radius=0, flag_radius=0).flag_radius == 0
