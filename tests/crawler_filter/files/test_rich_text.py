r"""What is written in RTF is read and registered, pictures in it too; what is not read is said."""

import pytest

from crawler_filter.files.rich_text import unread_parts, words
from crawler_filter.fingerprints.of_file import likenesses_of
from crawler_filter.fingerprints.text import text_scope
from tests.costs import SECOND, cost
from tests.crawler_filter.checks.test_content import NOVEL, OTHER, PIXELS, encoded, opened, pictured, reasons
from tests.crawler_filter.files.sample_archives import zipped

SENTENCES = NOVEL.replace(". ", ".\n").strip().split("\n")
HEAD = rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fswiss Arial;}{\f1\fnil\fcharset128 MS Mincho;}}{\info{\title No}}"


def rtf(body: bytes) -> bytes:
    return HEAD + body + b"}"


def novel() -> bytes:
    return rtf(
        b"".join(
            rb"\pard\f0 {\b " + line[:10].encode() + b"}" + line[10:].encode() + rb"\par " for line in SENTENCES
        )
    )


def picture(content: bytes) -> bytes:
    return rtf(
        rb"{\*\shppict{\pict\pngblip\picw100 "
        + content.hex().encode()
        + rb"}}{\nonshppict{\pict\wmetafile8 0100}}"
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (rb"a {\b bold} word\par next", "a bold word\nnext"),
        (rb"caf\'e9 \'93so\'94", "café “so”"),
        (rb"\f1 \'8a\'bf\'8e\'9a\f0 and", "漢字and"),
        (rb"{\f1 \'83A}x", "アx"),
        (rb"\uc1\u28450?\u23383?", "漢字"),
        (rb"\uc2\u28450\'8a\'bf\u23383\'8e\'9a end", "漢字 end"),
        (rb"{\uc0\u-10187\u-9138 }", "\U0001d44e"),
        (rb"it\rquote s\~fine\emdash \{so\}", "it\u2019s fine—{so}"),
        (rb"{\field{\*\fldinst HYPERLINK x}{\fldrslt link}}", "link"),
        (rb"{\*\unknown what is hidden}seen", "seen"),
        (rb"{\header a head}{\footnote a note}", "a heada note"),
        (rb"}}}after", "after"),
    ],
)  # fmt: skip
def test_what_a_reader_sees_is_read(body, said):
    assert words(rtf(body))[0].strip() == said


@pytest.mark.parametrize(
    "around",
    [
        rb"text{\*\atnid A}{\*\atnauthor Ann}\chatn {\*\annotation {\*\atnref 1}\pard %b}",
        rb"text{\shp{\*\shpinst\shpleft0{\sp{\sn shapeType}{\sv 202}}{\shptxt \pard %b}}}",
        rb"text{\shp{\*\shpinst{\sp{\sn wzDescription}{\sv %b}}}}",
        rb"{\info{\title A}{\doccomm %b}}text",
    ],
    ids=["a comment", "a box of text", "the description of a picture", "what is said of the document"],
)
def test_what_stands_beside_the_text_is_read_beside_it(around):
    content = rtf(around.replace(b"%b", NOVEL.encode()))
    text, beside = words(content)
    assert text.strip() == "text"
    assert NOVEL.strip() in beside
    assert opened(("text", text_scope(NOVEL).encode())).check(content=content).findings


def test_a_novel_and_a_picture_are_found():
    optout = opened(pictured(), ("text", text_scope(NOVEL).encode()))
    assert optout.check(content=novel()).findings
    pytest.importorskip("PIL")
    assert optout.check(content=picture(encoded(PIXELS))).findings
    decision = optout.check(content=picture(encoded(OTHER)))
    assert decision.keep, decision.unavailable


def test_a_novel_is_registered_also_in_a_project_of_scrivener(tmp_path):
    (tmp_path / "a.rtf").write_bytes(novel())
    (tmp_path / "a.scriv.zip").write_bytes(zipped({"a.scriv/Files/Data/1/content.rtf": novel()}))
    for name in ("a.rtf", "a.scriv.zip"):
        (declared,) = likenesses_of(tmp_path / name)
        assert declared.value == text_scope(NOVEL).encode()


@pytest.mark.parametrize(
    "part", [rb"{\pict\wmetafile8 0100}", rb"{\object{\*\objdata 0105}}", rb"{\pict\emfblip 01}"]
)
def test_what_is_not_read_in_it_is_said(part):
    decision = opened(pictured()).check(content=rtf(part))
    assert not decision.keep
    assert "metafile" in reasons(decision)
    assert unread_parts(novel()) == ""


@pytest.mark.parametrize("unit", [b"{", b"}", b"\\u1 ", b"\\'8a", b"{\\f1", b"\\", b"{\\*", b"\\uc9999999 \\u1 "])
def test_a_hostile_one_costs_no_more_than_its_length(unit):
    text = rtf(unit * (100_000 // len(unit)))
    assert cost(lambda: words(text), limit=SECOND) <= SECOND
