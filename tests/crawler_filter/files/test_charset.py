"""The right reading of a text is among those returned, and nothing its bytes are raises or hangs."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler_filter.files.charset import MAX_ESCAPED, readings, unescaped, utf16_order

NOVEL = "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(NOVEL.encode(), id="UTF-8"),
        pytest.param(NOVEL.encode("utf-8-sig"), id="UTF-8 with a mark"),
        pytest.param(NOVEL.encode("utf-16"), id="UTF-16 with a mark"),
        pytest.param(b"\xfe\xff" + NOVEL.encode("utf-16-be"), id="UTF-16, the other byte order"),
        pytest.param(NOVEL.encode() + b"\xe3\x81", id="UTF-8, cut within a character"),
        pytest.param(b"<meta charset=shift_jis>" + NOVEL.encode("cp932"), id="declared Shift_JIS"),
        pytest.param(b"<meta charset='x-unknown'>" + NOVEL.encode("cp932"), id="declared something unknown"),
        pytest.param(b'<?xml version="1.0" encoding="EUC-JP"?>' + NOVEL.encode("euc_jp"), id="declared EUC-JP"),
        pytest.param(b"<meta charset=utf-8>" + NOVEL.encode() + b"\xff", id="declared UTF-8 with a wrong byte"),
        pytest.param(b"<meta charset=iso-2022-jp>" + b"\xa0" + NOVEL.encode("iso2022_jp"), id="declared JIS"),
        pytest.param(NOVEL.encode("utf-16-le"), id="UTF-16 without a mark"),
        pytest.param(NOVEL.encode("utf-16-be"), id="UTF-16 without a mark, the other byte order"),
        pytest.param(json.dumps({"text": NOVEL}).encode(), id="JSON in escapes"),
        pytest.param(json.dumps([NOVEL]).encode("utf-16"), id="JSON in escapes in UTF-16"),
        pytest.param(json.dumps(NOVEL).encode(), id="a string of JSON in escapes"),
        pytest.param(NOVEL.encode("cp932"), id="undeclared Shift_JIS"),
        pytest.param(NOVEL.encode("euc_jp"), id="undeclared EUC-JP"),
        pytest.param(NOVEL.encode("gb18030"), id="undeclared GB 18030"),
    ],
)
def test_the_text_is_among_the_readings(content):
    assert any(NOVEL in text for text in readings(content))


@given(st.binary(max_size=300))
@example(b"<meta charset=punycode>\xff" + b"a-" * 100)
@example(b"<meta charset=zlib>\xff")
@example(b"<meta charset=unicode_escape>\xff\\u")
@example(b"\xff\xfe\x00")
@example(b"[\\")
@example(b"[\\u304")
@example(b"[\\ud800 \\N{BEL} \\x41 \\U0010ffff")
def test_whatever_the_bytes_are_there_is_a_reading(content):
    assert all(isinstance(text, str) for text in readings(content))


def test_what_says_its_encoding_is_read_once():
    assert len(readings(NOVEL.encode())) == 1
    assert len(readings(b"charset=big5 " + "字".encode("big5"))) == 1
    assert len(readings("English, in every second byte.".encode("utf-16-le"))) == 1


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp", "gb18030", "utf-8"])
def test_no_other_encoding_is_taken_for_utf_16(encoding):
    content = NOVEL.encode(encoding)
    assert utf16_order(content) is None
    assert any(NOVEL in text for text in readings(b"\0" + content))


def test_a_text_of_ascii_with_a_control_character_is_read_as_it_is():
    assert readings(b"Call me\x01 Ishmael.") == ["Call me\x01 Ishmael."]


@pytest.mark.parametrize(
    "text", ["Call me Ishmael.", "CallMeIshmaelSomeYearsAgo", NOVEL], ids=["words", "a word", "Japanese"]
)
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_the_order_of_bytes_is_told(text, encoding):
    assert utf16_order(text.encode(encoding)) == encoding


@given(
    st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=9),
    st.booleans(),
)
def test_of_json_every_letter_is_read_and_no_other(value, escaped):
    text = unescaped(json.dumps([value], ensure_ascii=escaped))
    assert letters(text) == letters("".join(strings(value)))


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from strings(inner)
    else:
        for inner in value:
            yield from strings(inner)


def letters(text):
    return [letter for letter in text if letter.isalnum()]


def test_of_lines_of_json_tags_are_tags():
    assert (
        unescaped('{"a": "\\u003cb\\u003ebold<\\/b>"}\n{"b": "\\ud83d\\ude00"}')
        == '{"a": "<b>bold</b>"}\n{"b": "\U0001f600"}'
    )


@pytest.mark.parametrize("text", ["A \\u3042 in a text", "<p>{\\n}</p>", '"A text," he said'], ids=repr)
def test_what_is_no_json_has_no_escapes(text):
    assert unescaped(text) == text


def test_a_very_long_json_text_is_read_in_part():
    assert unescaped("[\\n" + "a" * MAX_ESCAPED) == "[\n" + "a" * (MAX_ESCAPED - 3)
