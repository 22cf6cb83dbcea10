# ruff: noqa: RUF001 - texts of several alphabets
"""A picture without a mark of its own is no text, however few bytes of it are in no text."""

import pytest

from crawler_filter.files.media_type import UNKNOWN, looked_up_as
from crawler_filter.files.text_bytes import is_of_one_colour

WIDTH = 64
PAPER = {
    "white": b"\xff",
    "a colour": b"\xc8\x40\xb2",
    "white that covers": b"\xff\xff\xff\xfe",
    "video": b"\x7f\xff\x80\xff",
}
HEADERS = {
    "none": b"",
    "two sizes": b"\0\0\x83\x10\x84\x30",
    "words": b"CAMERA=7 FORMAT='BYTE' TYPE='IMAGE'".ljust(1024),
    "words and zeros": b"CAMERA=7 FORMAT='BYTE' TYPE='IMAGE'".ljust(1024, b"\0"),
}


def drawn(paper, header=b""):
    line = b"\x55\xa3\x62\xb7" * 3 + paper * WIDTH
    return header + line * 40


@pytest.mark.parametrize("paper", PAPER.values(), ids=PAPER)
@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS)
def test_pixels_without_a_mark_are_of_no_kind(header, paper):
    assert looked_up_as(drawn(paper, header)) == UNKNOWN


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("港町の灯台には、夜になると青い猫がやってくる。\n" * 50, "cp932"),
        ("港町の灯台には、夜になると青い猫がやってくる。\n" * 50, "euc_jp"),
        ("　　　　　　　　　　字下げ。\n" * 50, "euc_jp"),
        ("────────────────────\nあああああああああああああああ！\n" * 50, "cp932"),
        ("────────────────────\nあああああああああああああああ！\n" * 50, "euc_jp"),
        ("Ключ от маяка висел на гвозде, и никто его не брал.\n" * 50, "cp1251"),
        ("Ключ от маяка висел на гвозде, и никто его не брал.\n" * 50, "koi8-r"),
        ("Ça ira, déjà vu, Œuvre – naïf.\n" * 50, "cp1252"),
        ("████████████░░░░░░░░▒▒▒▒▒▒▒▒══════════──────────\nRELEASE NOTES\n" * 50, "cp437"),
        ("あああああああああああああああああああ\n" * 50, "utf-8"),
        ("あああああああああああああああああああ\n" * 50, "utf-16"),
        ("あああああああああああああああああああ\n" * 50, "utf-16-be"),
    ],
)
def test_a_text_in_any_encoding_stays_a_text(text, encoding):
    assert looked_up_as(text.encode(encoding)) == "text/plain"


def test_a_letter_that_the_end_cuts_is_no_colour():
    assert not is_of_one_colour(("あ" * 30_000).encode()[: (1 << 16) + 9])
