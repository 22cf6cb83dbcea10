"""Readings that a PDF sets in small kana are no part of its text; a note in small letters is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.files.pdf_readings import MOST, may_have_readings, without_readings
from crawler_filter.fingerprints.text import text_scope
from tests.crawler_filter.checks.test_content import opened
from tests.crawler_filter.files.published_layouts import SONGS
from tests.crawler_filter.files.sample_archives import pdf_of, stream

READING = "かきくけこさしすせそ"
FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /HeiseiMin-W3 /Encoding /UniJIS-UCS2-H /DescendantFonts [6 0 R] >>",
    (
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /HeiseiMin-W3 /DW 1000 /FontDescriptor 7 0 R"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> >>"
    ),
    (
        b"<< /Type /FontDescriptor /FontName /HeiseiMin-W3 /Flags 4 /FontBBox [-120 -220 1130 880]"
        b" /ItalicAngle 0 /Ascent 723 /Descent -241 /CapHeight 709 /StemV 69 >>"
    ),
)
"""A font of Japanese that readers have: objects 5, 6 and 7."""


def sized(*runs):
    return "".join(run for run, _ in runs), [size for run, size in runs for _ in run]


@pytest.mark.parametrize(
    ("runs", "read"),
    [
        ([("灯台", 12), ("とうだい", 5), ("の", 12), ("猫", 12), ("ねこ", 5)], "灯台の猫"),
        ([("灯台\r\n", 12), ("とうだい\r\n", 5), ("の猫", 12)], "灯台の猫"),
        ([("灯台の猫", 10), ("とうだいねこ", 5), ("が来る", 10)], "灯台の猫が来る"),
        ([("灯台の猫。", 12), ("注　灯台は町の北にある。", 6)], None),
        ([("灯台", 12), ("とうだいがたつ。", 6)], None),
        ([("灯台", 12), ("とうだい", 10), ("の猫", 12)], None),
        ([("とうだい", 5), ("灯台", 12)], None),
        ([("灯台の猫", 12)], None),
    ],
)
def test_of_a_page_stays(runs, read):
    text, sizes = sized(*runs)
    assert without_readings(text, sizes) == (text if read is None else read)


def test_a_page_of_one_alphabet_or_too_long_is_not_asked_for_sizes():
    assert may_have_readings("灯台の猫")
    assert not may_have_readings("The lighthouse")
    assert not may_have_readings("灯台")
    assert not may_have_readings("灯台の猫" * MOST)


@given(st.lists(st.tuples(st.text(max_size=9), st.floats(0, 99)), max_size=9))
def test_any_sizes_give_letters_of_the_page_in_their_order(runs):
    text, sizes = sized(*runs)
    rest = iter(text)
    assert all(letter in rest for letter in without_readings(text, sizes))


def page_with_readings():
    """A PDF with a reading above each kanji."""
    drawn = []
    for row, line in enumerate(SONGS["ja"]):
        for column, letter in enumerate(line):
            drawn.append((12, 40 + 14 * column, 40 + 40 * row, letter))
            if re.match("[\u4e00-\u9fff]", letter):
                drawn += [
                    (5, 40 + 14 * column + 5 * at, 54 + 40 * row, READING[(column + 3 * at) % 10]) for at in (0, 1)
                ]
    placed = "".join(
        f"BT /F {size} Tf {across} {up} Td <{letter.encode('utf-16-be').hex()}> Tj ET\n"
        for size, across, up, letter in drawn
    )
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 900 900] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>"
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return pdf_of([b"<< /Type /Catalog /Pages 2 0 R >>", pages, page, stream(placed.encode()), *FONT])


def test_a_song_is_found_on_a_page_that_has_readings():
    pytest.importorskip("pypdfium2", reason="the pdf extra is not installed")
    optout = opened(("text", text_scope("\n".join(SONGS["ja"])).encode()))
    assert not optout.check(content=page_with_readings()).keep
