"""The right reading of a text is among those returned, and nothing its bytes are raises or hangs."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler_filter.charset import readings

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
def test_whatever_the_bytes_are_there_is_a_reading(content):
    assert all(isinstance(text, str) for text in readings(content))


def test_what_says_its_encoding_is_read_once():
    assert len(readings(NOVEL.encode())) == 1
    assert len(readings(b"charset=big5 " + "字".encode("big5"))) == 1
