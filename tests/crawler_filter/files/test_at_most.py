"""A work that lies behind a limit is found, or it is said that not all was looked at: never nothing."""

import base64
import json
import struct

import pytest

from crawler_filter.files import dumped_bytes, encoded_texts, text_layout, written_bytes
from crawler_filter.files.at_most import at_most, cut, within
from crawler_filter.files.budget import Skipped
from crawler_filter.fingerprints.text import text_scope
from tests.crawler_filter.checks.test_content import NOVEL, OTHER, PIXELS, encoded, opened, pictured
from tests.crawler_filter.files.sample_archives import pdf_of
from tests.crawler_filter.files.test_lyrics import flac, id3, listed

SENTENCES = [sentence + "." for sentence in NOVEL.split(". ") if sentence]
FILLING = [f"Nobody ever wrote that the {n * 7919 % 99_991}th word of {n} is a work." for n in range(6_000)]


def test_the_first_are_yielded_and_that_there_are_more_is_said():
    assert list(at_most("abc", 3, "letters")) == ["a", "b", "c"]
    assert list(at_most("abcd", 3, "letters")) == [
        *"abc",
        Skipped("", "of letters only the first 3 were looked at"),
    ]
    assert [type(each) for each in within([b"ab", b"c", b"d"], 3, "letters")] == [bytes, bytes, Skipped]
    assert (len(list(cut(4, 3, "it"))), list(cut(3, 3, "it"))) == (1, [])


def said(decision):
    return "; ".join(str(missing.reason) for missing in decision.unavailable)


def novel():
    return opened(("text", text_scope(NOVEL).encode()))


def in_base64(text):
    return base64.b64encode(text.encode())


def interleaved(names):
    """JSON whose objects have a work under the last of the names, and longer remarks of nobody's under others."""
    rows = [{name: FILLING[len(names) * n + at] for at, name in enumerate(names)} for n in range(len(SENTENCES))]
    return json.dumps([{**row, "zz": sentence} for row, sentence in zip(rows, SENTENCES, strict=True)])


def records(names):
    rows = [
        "".join(f"<n{at}>{FILLING[names * n + at]}</n{at}>" for at in range(names)) + f"<zz>{sentence}</zz>"
        for n, sentence in enumerate(SENTENCES)
    ]
    return "<r>" + "\n".join(rows) + "</r>"


def table(columns):
    rows = [
        "\t".join([*FILLING[columns * n : columns * (n + 1)], sentence]) for n, sentence in enumerate(SENTENCES)
    ]
    return "\n".join(rows)


def numbered(before):
    """A work whose lines have numbers between its words, behind so many lines of nobody's."""
    words = NOVEL.split(" ")
    lines = [" ".join(words[at : at + 4]) for at in range(0, len(words), 4)]
    return "\n".join(f"{n}: {line}" for n, line in enumerate([*before, *lines], 1))


FOUND = {
    "a fifth name in JSON": lambda: interleaved(["a", "b", "c", "d"]),
    "a ninth element": lambda: records(8),
    "an element behind many others": lambda: records(70),
    "a column behind many": lambda: table(30),
    "lines behind many": lambda: numbered([f"{n % 7}" for n in range(51_000)]),
    "what follows the first megabyte": lambda: numbered(FILLING * 4),
    "an attribute behind many": lambda: (
        "<p>" + "".join(f'<i data-x="{line * 4}">' for line in FILLING[:1001]) + f'<i data-x="{NOVEL}">'
    ),
}


@pytest.mark.parametrize("made", FOUND.values(), ids=FOUND)
def test_a_registered_text_is_found_in(made):
    assert novel().check(content=made().encode()).findings


@pytest.mark.parametrize("made", FOUND.values(), ids=FOUND)
def test_a_text_of_nobodys_is_kept_in(made):
    registered = opened(
        ("text", text_scope(NOVEL.replace("lighthouse", "harbour").replace("ships", "boats")).encode())
    )
    assert registered.check(content=made().encode()).keep


def vorbis(count):
    return flac(listed(*(f"T{n}=a text about {n}" for n in range(count)), f"LONG={NOVEL}"))


def tags(count):
    tag = id3(b"TIT2", b"\3a", 4)
    return tag * count + id3(b"USLT", b"\3eng\0" + NOVEL.encode(), 4)


SAID = {
    "a text in base64 behind a thousand": lambda: b"\n\n-\n".join(
        map(in_base64, [line * 2 for line in FILLING[:1001]] + [NOVEL])
    ),
    "a comment behind the thirty-second": lambda: vorbis(40),
    "a comment behind four thousand": lambda: flac(listed(*["a=b"] * 4_100, f"LONG={NOVEL}")),
    "the ninth tag": lambda: tags(8),
}


@pytest.mark.parametrize("made", SAID.values(), ids=SAID)
def test_that_a_registered_text_may_lie_behind_a_limit_is_said_of(made):
    decision = novel().check(content=made())
    assert decision.findings or "only the first" in said(decision)
    assert not decision.keep


def test_sound_with_as_many_texts_as_are_read_is_kept():
    assert novel().check(content=flac(listed(*(f"T{n}=a text about {n}" for n in range(32))))).keep


def test_that_a_picture_lies_behind_a_thousand_files_in_hexadecimal_is_said():
    held = [b"\xff\xd8\xff\xe0" + bytes(78) + struct.pack(">H", n) for n in range(written_bytes.MOST)]
    text = "\n--\n".join(each.hex() for each in [*held, encoded(PIXELS)])
    found = list(written_bytes.written(text.encode()))
    assert found == [
        *held,
        Skipped("", "of files that are written byte by byte only the first 1000 were looked at"),
    ]


def test_that_a_picture_lies_behind_sixty_four_grids_of_numbers_is_said():
    grids = [[[n, *range(1, 32)]] * 32 for n in range(64)]
    decision = opened(pictured()).check(content=json.dumps([*grids, OTHER[:, :, 0].tolist()]).encode())
    assert "only the first 64" in said(decision)


def test_that_a_dump_has_more_lines_than_are_read_is_said(monkeypatch):
    monkeypatch.setattr(dumped_bytes, "_MOST_LINES", 10)
    picture = encoded(PIXELS)
    lines = (f"{at:08x}: {picture[at : at + 16].hex(' ')}\n" for at in range(0, len(picture), 16))
    decision = opened(pictured()).check(content="".join(lines).encode())
    assert "of a dump only the first 10 lines" in said(decision)


def test_that_a_text_in_base64_is_longer_than_is_read_is_said(monkeypatch):
    monkeypatch.setattr(encoded_texts, "_MOST", 4096)
    decision = novel().check(content=in_base64("\n".join(FILLING[:100]) + NOVEL))
    assert "only the first 4096" in said(decision)


def test_that_a_text_has_more_readings_than_are_tried_is_said(monkeypatch):
    monkeypatch.setattr(text_layout, "_MOST_READINGS", 3)
    decision = novel().check(content=interleaved(["a", "b", "c", "d"]).encode())
    assert "not all were tried" in said(decision)


def test_a_short_reading_is_tried_though_a_long_one_before_it_has_no_room():
    text = "x" * 100
    short = "\n".join(f"{n}: word {n}" for n in range(4))
    assert text_layout.further_readings(f"{short}\n{text}", room=0).readings == ()
    assert not text_layout.further_readings(f"{short}\n{text}", room=0).is_whole


def page_with(annotations):
    links = b" ".join(b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]>>" for _ in range(annotations))
    note = NOVEL.encode()
    noted = b"<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents(" + note + b")>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 40 60]/Annots[" + links + noted + b"]>>"
    return pdf_of([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page])


@pytest.mark.parametrize(("links", "is_found"), [(100, True), (4_096, False)])
def test_a_registered_note_behind_many_links_is_found_or_it_is_said(links, is_found):
    pytest.importorskip("pypdfium2", reason="the pdf extra is not installed")
    decision = novel().check(content=page_with(links))
    assert bool(decision.findings) == is_found
    assert is_found or "annotations of a page" in said(decision)
