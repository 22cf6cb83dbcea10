"""Files in base32, base85 and the alphabet of subtitles are found where a text says so."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.files.rarer_alphabets import may_have, written
from tests.costs import SECOND, cost
from tests.crawler_filter.checks.test_content import OTHER, PIXELS, encoded, opened, pictured


def of_subtitles(raw: bytes) -> bytes:
    letters = b""
    for at in range(0, len(raw), 3):
        group = raw[at : at + 3]
        bits = int.from_bytes(group.ljust(3, b"\0"))
        letters += bytes((bits >> shift & 63) + 33 for shift in (18, 12, 6, 0))[: len(group) + 1]
    lines = b"\n".join(letters[at : at + 80] for at in range(0, len(letters), 80))
    return b"[Script Info]\n\n[Graphics]\nfilename: a.jpg\n" + lines + b"\n\n[Events]\nDialogue: hello\n"


def named(name: str, letters: bytes) -> bytes:
    return json.dumps({"encoding": name, "data": letters.decode()}).encode()


WAYS = {
    "a data address in base32": lambda raw: b'<img src="data:image/png;base32,' + base64.b32encode(raw) + b'">',
    "JSON in base32": lambda raw: named("base32", base64.b32encode(raw)),
    "JSON in base85": lambda raw: named("base85", base64.b85encode(raw)),
    "JSON in Ascii85": lambda raw: named("ascii85", base64.a85encode(raw)),
    "JSON in Adobe's Ascii85": lambda raw: named("x", base64.a85encode(raw, adobe=True)),
    "Adobe's Ascii85 in lines": lambda raw: b"a\n" + base64.a85encode(raw, adobe=True, wrapcol=72),
    "subtitles": of_subtitles,
}


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_registered_picture_is_found_in_a_rarer_alphabet(way, form):
    pytest.importorskip("PIL", reason="the media extra is not installed")
    optout = opened(pictured())
    assert not optout.check(content=way(encoded(PIXELS, form))).keep
    assert optout.check(content=way(encoded(OTHER, form))).keep


@pytest.mark.parametrize(
    "text",
    [
        b"base32 is RFIE4RYNBINAUA of a PNG",
        b"[Fonts]\nfilename: a\n",
        b'b85: "s5',
        b"<~",
        b"<~s4IA0~",
        b"\xff base32",
    ],
)
def test_a_text_that_speaks_of_an_alphabet_is_a_text(text):
    assert opened(pictured()).check(content=text).keep


@pytest.mark.parametrize("piece", [b"<~s4IA0", b'"', b"RFIE4RYNBINAU", b"filename: a\n!", b'"s4IA0\\', b"77MP"])
def test_a_hostile_text_is_read_in_linear_time(piece):
    text = b"base32 b85 [fonts]\n" + piece * (1_000_000 // len(piece))
    assert cost(lambda: list(written(text, text.lower())), limit=4 * SECOND) <= 4 * SECOND


@given(st.binary(max_size=300))
def test_no_text_breaks_the_reader(content):
    for text in (b"base32 b85 [fonts] <~" + content, b"base32 RFIE4RYNBINAU" + content):
        assert may_have(text.lower())
        list(written(text, text.lower()))
