"""Texts in base64 and hexadecimal are found in other texts, and an ordinary text is searched in no time."""

import base64
import json
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.files.encoded_texts import encoded, may_have
from crawler_filter.fingerprints.text import text_scope
from tests.costs import SECOND, cost
from tests.crawler_filter.checks.test_content import opened
from tests.crawler_filter.files.published_layouts import NOVEL, SONGS

WORDS = "\n".join(SONGS["ja"])
LETTERS = base64.b64encode(WORDS.encode()).decode()
CARRIERS = {
    "a field of JSON": json.dumps({"text": LETTERS}),
    "LDIF": "dn: cn=a\ndescription:: " + "\n ".join(textwrap.wrap(LETTERS, 76)) + "\nsn: b\n",
    "a property list": "<plist><data>\n\t" + "\n\t".join(textwrap.wrap(LETTERS, 68)) + "\n\t</data></plist>",
    "JSON with line ends": '{"content": "' + "\\n".join(textwrap.wrap(LETTERS, 60)) + '\\n"}',
    "one line each": "\n".join(base64.b64encode(line.encode()).decode() for line in SONGS["ja"]),
    "nothing but that": LETTERS,
    "a dump of SQL": "INSERT INTO t VALUES (1,0x" + WORDS.encode().hex() + ",'x');",
    "another encoding": "a: " + base64.b64encode(WORDS.encode("utf-16")).decode(),
}


@pytest.mark.parametrize("carrier", CARRIERS.values(), ids=CARRIERS)
def test_a_song_is_found_in(carrier):
    optout = opened(("text", text_scope(WORDS).encode()))
    assert may_have(carrier.encode())
    assert not optout.check(content=carrier.encode()).keep


def test_what_is_no_text_is_left_out():
    key = base64.b64encode(bytes(range(256)) * 2)
    assert not list(encoded(b"sha512-" + key + b" " + b"0123456789abcdef" * 9))
    assert not may_have(NOVEL.encode())


@given(st.binary(max_size=400))
def test_any_bytes_are_searched(content):
    assert all(encoded(content))
    assert all(encoded(base64.b64encode(content)))


@pytest.mark.parametrize(
    "text", [b"A", b"A" * 30 + b"\n", b"A" * 24 + b"\\n", b"A" * 25 + b" ", b"A" * 63 + b"=\n", b"/path/to", b"="]
)
def test_a_hostile_text_is_searched_once(text):
    content = text * (2_000_000 // len(text))
    assert cost(lambda: list(encoded(content)), limit=SECOND) <= SECOND
