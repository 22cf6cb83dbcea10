"""A file of character sheets is a pure function of them, and nothing that is not one is read."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import InvalidScopeError, MalformedSegmentError
from crawler_filter.formats.characters import (
    MAX_ATTRIBUTE,
    MAX_ATTRIBUTES,
    OwnedSheet,
    Permission,
    Sheet,
    decode_sheets,
    encode_sheets,
)

SORA = Sheet(
    names=("青井そら", "Sora Aoi"),
    series=("Blue Bird",),
    others=(("水城ひより",),),
    attributes={"en": ("silver braid",), "ja": ("銀髪の三つ編み",)},
    description={"en": "A pilot without a past."},
    permission=Permission.LICENSED,
    licensed_to=("lab.example",),
)
SHEETS = [OwnedSheet(7, SORA), OwnedSheet(3, Sheet(names=("Momo",)))]
FILE = encode_sheets(SHEETS)


def test_what_was_written_is_read_in_order_and_once() -> None:
    assert decode_sheets(encode_sheets([*SHEETS, SHEETS[0]])) == [SHEETS[1], SHEETS[0]]
    assert encode_sheets(reversed(SHEETS)) == FILE
    assert decode_sheets(encode_sheets([])) == []


def test_only_named_operators_are_licensed() -> None:
    assert SORA.allows("lab.example")
    assert not SORA.allows("other.example")
    assert not replace(SORA, permission=Permission.ASK).allows("lab.example")


@pytest.mark.parametrize(
    "change",
    [
        {"names": ()},
        {"names": ("x",)},
        {"names": ("Sora", "Sora")},
        {"attributes": {"fr": ("tresse",)}},
        {"attributes": {"en": ("",)}},
        {"attributes": {"en": ("x" * (MAX_ATTRIBUTE + 1),)}},
        {"attributes": {"en": ("a line\nand another",)}},
        {"attributes": {"en": tuple(map(str, range(MAX_ATTRIBUTES + 1)))}},
        {"description": {"ja": "\u200b"}},
    ],
)
def test_what_no_registry_takes_is_no_sheet(change: dict[str, object]) -> None:
    with pytest.raises(InvalidScopeError):
        replace(SORA, **change)


def line(**changes: object) -> bytes:
    value = {"owner": 7, **SORA.to_json(), **changes}
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"optout-characters v1 1\n{text}\n".encode()


def test_the_line_of_these_tests_is_one() -> None:
    assert decode_sheets(line()) == [SHEETS[0]]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"optout-characters v1 0",
        b"optout-characters v2 0\n",
        FILE[:-1],
        FILE[:-20],
        FILE + b"\n",
        FILE.replace(b"v1 2", b"v1 3"),
        line(owner=-1),
        line(owner=True),
        line(owner="7"),
        line(names="Sora"),
        line(names=[["Sora"]]),
        line(names=None),
        line(attributes=[]),
        line(attributes={"en": "silver braid"}),
        line(permission="anything"),
        line(more=1),
        line().replace(b'"owner":7', b'"owner":7,"owner":8'),
        line().replace(b":", b": ", 1),
        b"optout-characters v1 1\n" + b"[" * 5_000 + b"\n",
        b"optout-characters v1 1\n\xff\n",
        b"optout-characters v1 1\n7\n",
    ],
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedSegmentError):
        decode_sheets(data)


@given(st.binary(max_size=200) | st.integers(0, len(FILE) - 1).map(lambda cut: FILE[:cut]))
def test_no_bytes_do_more_than_being_refused(data: bytes) -> None:
    try:
        assert encode_sheets(decode_sheets(data)) == data
    except MalformedSegmentError:
        assert data != FILE
