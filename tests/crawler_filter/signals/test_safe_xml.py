import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.signals.safe_xml import MAX_XML, UnreadableXmlError, parse

BILLION_LAUGHS = '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><r a="&b;">&b;</r>'
REFUSED = {
    "a DOCTYPE": (BILLION_LAUGHS.encode(), "DOCTYPE"),
    "a DOCTYPE in UTF-16": (BILLION_LAUGHS.encode("utf-16"), "DOCTYPE"),
    "a DOCTYPE in an encoding that only the declaration names": (
        b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE r><r/>', "not well-formed",
    ),
    "an external entity": (b'<!DOCTYPE r SYSTEM "file:///etc/passwd"><r/>', "DOCTYPE"),
    "an entity that nobody defined": (b"<r>&x;</r>", "not well-formed"),
    "more bytes than the limit": (b"<r>" + b" " * MAX_XML + b"</r>", "more than"),
    "nesting that would fill a stack": (b"<a>" * 100_000 + b"</a>" * 100_000, "not well-formed"),
    "nothing": (b"", "not well-formed"),
    "text that is not UTF-8": (b"<r>\xff</r>", "not UTF-8 from byte 3 on"),
    "a NUL": (b"<r>\0</r>", "not well-formed"),
}  # fmt: skip


@pytest.mark.parametrize(("document", "reason"), REFUSED.values(), ids=REFUSED)
def test_xml_is_refused_for(document, reason):
    with pytest.raises(UnreadableXmlError, match=reason):
        parse(document)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_every_unicode_encoding_is_read(encoding):
    assert parse("<r>例</r>\n\0".encode(encoding)).text == "例"


def test_comments_and_processing_instructions_are_left_out():
    assert [node.tag for node in parse(b"<?a b?><r><!-- c --><?d e?><s/></r>").iter()] == ["r", "s"]


@given(st.binary(max_size=200) | st.text(alphabet="<>/a &;\"'=[]!-", max_size=60).map(str.encode))
def test_any_bytes_parse_or_are_refused(document):
    with contextlib.suppress(UnreadableXmlError):
        parse(document)
