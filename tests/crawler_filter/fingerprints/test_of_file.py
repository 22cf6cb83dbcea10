"""What the owner of files is told to declare, in words and in JSON, on the command line."""

import importlib.util
import json
import sys
from hashlib import sha256

import pytest

from crawler_filter.cli import main
from crawler_filter.errors import DataError
from crawler_filter.fingerprints import of_file
from crawler_filter.fingerprints.of_file import likenesses_of
from crawler_filter.fingerprints.registered import Film
from crawler_filter.fingerprints.text import text_scope
from tests.crawler_filter.files.sample_archives import UPRIGHT, docx, epub, pdf, picture, zipped
from tests.crawler_filter.fingerprints.framed_books import FRAMES, framed
from tests.crawler_filter.fingerprints.generated import RATE, encoded_film, pixels, png

needs_av = pytest.mark.skipif(not importlib.util.find_spec("av"), reason="the video extra is not installed")
needs_pillow = pytest.mark.skipif(not importlib.util.find_spec("PIL"), reason="the media extra is not installed")


def drawn(picture):
    """A PNG file, made without a library that the base installation lacks."""
    height, width, _ = picture.shape
    return png(width, height, b"".join(b"\0" + row.tobytes() for row in picture))


PICTURE = drawn(pixels(100, 80, 12, 1))


@pytest.fixture
def works(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "picture.dat").write_bytes(PICTURE)
    return tmp_path


def printed(capsys):
    out, err = capsys.readouterr()
    return [json.loads(line) for line in out.splitlines()], err


@needs_pillow
def test_every_file_has_its_digest_and_a_picture_its_variants_too(works, capsys):
    assert main(["fingerprint", "--json", str(works)]) == 0
    (exact, look), err = printed(capsys)
    path = str(works / "deep" / "picture.dat")
    assert exact == {"path": path, "kind": "sha256", "value": sha256(PICTURE).hexdigest(), "bytes": len(PICTURE)}
    assert (look["path"], look["kind"], look["quality"]) == (path, "pdq", 100)
    assert look["variants"] == ["whole", "crop4", "crop8", "crop12", "part1", "part2"]
    names = [part.rpartition(":")[0] for part in look["value"].split(",")]
    assert names == ["", "crop4", "crop8", "crop12", "part1", "part2"]
    assert err == ""


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("text.png", b"a text, whatever its name says"),
        ("program.py", b"print('nothing that anybody wrote to be read')"),
        ("programs.zip", zipped({"program.py": "print()"})),
        ("page.clip", b"CSFCHUNK" + bytes(16)),
        ("song.mp3", b"ID3\4" + bytes(6)),
        ("letter.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)),
    ],
)
def test_where_only_the_exact_file_is_covered_that_is_said(name, content, tmp_path, capsys):
    (tmp_path / name).write_bytes(content)
    assert main(["fingerprint", "--json", str(tmp_path)]) == 3
    lines, err = printed(capsys)
    assert [line["kind"] for line in lines] == ["sha256"]
    assert "only its digest: no likeness of this kind of file" in err


def test_short_texts_of_several_parts_are_not_declared_as_one_that_nobody_would_find(tmp_path, capsys):
    slides = {f"ppt/slides/slide{n}.xml": f"<p:sld><a:t>Slide number {n}</a:t></p:sld>" for n in (1, 2)}
    (tmp_path / "a.pptx").write_bytes(zipped(slides))
    assert main(["fingerprint", "--json", str(tmp_path)]) == 3
    lines, err = printed(capsys)
    assert [line["kind"] for line in lines] == ["sha256"]
    assert "too short for copies to be found" in err


@needs_pillow
def test_lines_for_people_start_with_what_is_declared(works, capsys):
    assert main(["fingerprint", str(works / "deep")]) == 0
    exact, look = capsys.readouterr().out.splitlines()
    assert exact == f"{sha256(PICTURE).hexdigest()}  {works / 'deep' / 'picture.dat'}"
    assert look.startswith("pdq:")
    assert look.endswith(f"  {works / 'deep' / 'picture.dat'}")


@needs_av
def test_a_film_is_declared_in_parts_of_as_many_frames_as_a_scope_may_have(tmp_path, monkeypatch, capsys):
    (tmp_path / "film.mp4").write_bytes(encoded_film([pixels(240, 160, 12, at // RATE) for at in range(5 * RATE)]))
    monkeypatch.setattr("crawler_filter.fingerprints.of_file.MAX_FRAMES", 8)
    assert main(["fingerprint", "--json", str(tmp_path)]) == 0
    (exact, *parts), err = printed(capsys)
    assert (exact["kind"], {part["kind"] for part in parts}, err) == ("sha256", {"video"}, "")
    frames = [Film.decode(part["value"]).frames for part in parts]
    shown = [(len(each), each[0][0], each[-1][0]) for each in frames]
    assert shown == [(part["frames"], part["from"], part["to"]) for part in parts]
    assert [count for count, _, _ in shown[:-1]] == [8] * (len(shown) - 1)
    assert (shown[0][1], shown[-1][2]) == (0, 4)


@needs_av
def test_what_was_seen_of_a_film_that_is_cut_off_is_printed_and_the_rest_is_named(tmp_path, capsys):
    film = encoded_film([pixels(240, 160, 12, at // RATE) for at in range(5 * RATE)], kind="matroska")
    (tmp_path / "film.mkv").write_bytes(film[: len(film) // 2])
    assert main(["fingerprint", "--json", str(tmp_path)]) == 3
    lines, err = printed(capsys)
    assert [line["kind"] for line in lines] == ["sha256", "video"]
    assert "not watched to its end" in err


NOVEL = " ".join(f"word{number * number}" for number in range(400))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("novel.txt", NOVEL.encode()),
        ("novel.md", b"\xef\xbb\xbf" + NOVEL.encode()),
        ("novel.HTML", f"<!doctype html><p>{NOVEL}</p>".encode()),
        ("novel.txt", NOVEL.encode("utf-16")),
    ],
    ids=["plain", "with a byte order mark", "a page", "UTF-16"],
)
def test_a_text_is_declared_by_its_passages_whatever_it_is_written_in(name, content, tmp_path, capsys):
    (tmp_path / name).write_bytes(content)
    assert main(["fingerprint", "--json", str(tmp_path)]) == 0
    (exact, text), err = printed(capsys)
    assert (exact["kind"], text["kind"], text["value"], err) == ("sha256", "text", text_scope(NOVEL).encode(), "")


CHAPTERS = "".join(
    f"In chapter {n} the keeper counted\nships before the dawn of another day.\n" for n in range(40)
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        *((f"{name}.txt", framed(frame, CHAPTERS)) for name, frame in FRAMES.items()),
        ("page.html", f"<nav>{'Home and away. ' * 9}</nav><p>{CHAPTERS}</p><footer>{'All rights. ' * 9}</footer>"),
    ],
    ids=[*FRAMES, "menus of a page"],
)
def test_an_owner_is_told_how_much_of_a_text_is_left_out(name, content, tmp_path, capsys):
    (tmp_path / name).write_text(content, "utf-8")
    assert main(["fingerprint", "--json", str(tmp_path)]) == 0
    (_, text), err = printed(capsys)
    assert text["left_out"] > 50
    assert text["letters"] < len(CHAPTERS) + 60
    assert f"{text['left_out']:,} of {text['letters'] + text['left_out']:,} letters are left out" in err


def test_of_a_text_with_nothing_around_it_nothing_is_said_to_be_left_out(tmp_path, capsys):
    (tmp_path / "novel.txt").write_text(NOVEL)
    assert main(["fingerprint", "--json", str(tmp_path)]) == 0
    (_, text), err = printed(capsys)
    assert (text["left_out"], text["letters"], err) == (0, sum(map(str.isalnum, NOVEL)), "")


WORDS = [f"line {number * number} of a song" for number in range(60)]
TIMED = {
    "a.srt": "".join(f"{n}\n00:00:{n:02},000 --> 00:00:{n:02},900\n{line}\n\n" for n, line in enumerate(WORDS)),
    "a.vtt": "WEBVTT\n\n"
    + "".join(f"00:{n:02}.000 --> 00:{n:02}.900\n{line}\n\n" for n, line in enumerate(WORDS)),
    "a.ass": "".join(
        f"Dialogue: 0,0:00:{n:02}.00,0:00:{n:02}.90,A,,0,0,0,,{line}\n" for n, line in enumerate(WORDS)
    ),
    "a.lrc": "".join(f"[00:{n:02}.00]{line}\n" for n, line in enumerate(WORDS)),
    "a.fountain": "\n\n".join(WORDS),
}
OFFICE = {
    "a.docx": ("word/document.xml", "<w:document>{}</w:document>", "<w:p><w:t>{}</w:t></w:p>"),
    "a.pptx": ("ppt/slides/slide1.xml", "<p:sld>{}</p:sld>", "<a:t>{}</a:t>"),
    "a.xlsx": ("xl/sharedStrings.xml", "<sst>{}</sst>", '<si><t>{}</t><rPh sb="0" eb="1"><t>カナ</t></rPh></si>'),
    "cells.xlsx": (
        "xl/worksheets/sheet1.xml",
        "<sheetData>{}</sheetData>",
        '<c r="A1" t="inlineStr"><is><t>{}</t></is></c><c r="B1"><v>1234567</v></c>',
    ),
    "a.hwpx": ("Contents/section0.xml", "<hs:sec>{}</hs:sec>", "<hp:p><hp:t>{}</hp:t></hp:p>"),
    "a.odp": ("content.xml", "<office:text>{}</office:text>", "<text:p>{}</text:p>"),
    "a.idml": ("Stories/Story_u1.xml", "<Story>{}</Story>", "<Content>{}</Content><Br/>"),
}


@pytest.mark.parametrize("name", TIMED)
def test_subtitles_and_lyrics_are_declared_as_the_words_they_are(name, tmp_path):
    (tmp_path / name).write_text(TIMED[name], "utf-8")
    assert [each.value for each in likenesses_of(tmp_path / name)] == [text_scope("\n".join(WORDS)).encode()]


@pytest.mark.parametrize("name", OFFICE)
def test_what_is_written_in_a_document_is_declared_without_its_readings(name, tmp_path):
    member, whole, each = OFFICE[name]
    written = whole.format("".join(each.format(line) for line in WORDS))
    (tmp_path / name).write_bytes(
        zipped({member: written, "docProps/app.xml": "<a>An application and its name</a>"})
    )
    assert [found.value for found in likenesses_of(tmp_path / name)] == [text_scope("\n".join(WORDS)).encode()]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"ab", "needs 10 letters"),
        ("天地玄黄".encode("gbk") * 20, "encoding of this text is not known"),
    ],
    ids=["too short", "an encoding that nothing names"],
)
def test_a_text_that_cannot_be_declared_is_named(content, why, tmp_path, capsys):
    (tmp_path / "work.txt").write_bytes(content)
    assert main(["fingerprint", "--json", str(tmp_path)]) == 3
    lines, err = printed(capsys)
    assert [line["kind"] for line in lines] == ["sha256"]
    assert why in err


def test_of_what_is_not_published_the_digests_alone_are_printed(works, capsys):
    (works / "novel.txt").write_text(NOVEL)
    assert main(["fingerprint", "--json", "--digests-only", str(works)]) == 0
    assert {line["kind"] for line in printed(capsys)[0]} == {"sha256"}


@needs_pillow
@pytest.mark.parametrize(
    ("content", "why"),
    [
        (PICTURE[:200], "a broken image/png"),
        (drawn(pixels(100, 80, 0, 1)), "too little to see"),
    ],
    ids=["broken", "blank"],
)
def test_a_picture_that_cannot_be_hashed_is_named_and_the_others_are_done(content, why, works, capsys):
    (works / "a.png").write_bytes(content)
    assert main(["fingerprint", "--json", str(works)]) == 3
    lines, err = printed(capsys)
    assert [line["kind"] for line in lines] == ["sha256", "sha256", "pdq"]
    assert why in err
    assert str(works / "a.png") in err


def test_a_missing_extra_is_named(works, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "PIL", None)
    monkeypatch.delitem(sys.modules, "crawler_filter.files.image", raising=False)
    assert main(["fingerprint", "--json", str(works / "deep")]) == 3
    lines, err = printed(capsys)
    assert [line["kind"] for line in lines] == ["sha256"]
    assert "install training-optout[media]" in err


def test_a_file_that_cannot_be_opened_is_named_and_the_others_are_done(works, capsys):
    gone, there = works / "gone.png", works / "deep" / "picture.dat"
    assert main(["fingerprint", "--json", "--digests-only", str(gone), str(there)]) == 3
    lines, err = printed(capsys)
    assert [line["path"] for line in lines] == [str(there)]
    assert err == f"crawler-filter: {gone}: No such file or directory\n"


PAGES = {name: drawn(pixels(100, 80, 12, seed)) for seed, name in enumerate(("10.png", "2.png"))}


@needs_pillow
def test_each_page_of_a_comic_has_a_scope_in_the_order_people_count(tmp_path, capsys):
    (tmp_path / "comic.cbz").write_bytes(zipped(PAGES | {"ComicInfo.xml": f"<Summary>{NOVEL}</Summary>"}))
    assert main(["fingerprint", "--json", str(tmp_path)]) == 0
    (exact, *pages), err = printed(capsys)
    assert (exact["kind"], [page["kind"] for page in pages], err) == ("sha256", ["pdq", "pdq"], "")
    assert [page["member"] for page in pages] == ["2.png", "10.png"]


VOLUMES = {
    "an EPUB": lambda: epub({"1.xhtml": f"<p>{NOVEL}</p>", "2.png": PAGES["2.png"]}),
    "a Word document": lambda: docx([NOVEL], **{"2.png": PAGES["2.png"]}),
    "a PDF": lambda: pdf([([NOVEL], picture(pixels(100, 80, 12, 1)), UPRIGHT)]),
    "a ZIP": lambda: zipped({"novel.txt": NOVEL, "2.png": PAGES["2.png"], "setup.py": "import this"}),
}


@needs_pillow
@pytest.mark.parametrize("volume", VOLUMES.values(), ids=VOLUMES)
def test_a_text_and_its_pictures_are_declared_out_of(volume, tmp_path, capsys):
    pytest.importorskip("pypdfium2")
    (tmp_path / "work").write_bytes(volume())
    assert main(["fingerprint", "--json", str(tmp_path)]) == 0
    (exact, look, text), err = printed(capsys)
    assert (exact["kind"], look["kind"], text["kind"], err) == ("sha256", "pdq", "text", "")
    assert text["value"] == text_scope(NOVEL).encode()


@needs_pillow
def test_blank_pages_are_counted_and_the_others_are_declared(tmp_path, capsys):
    blank = drawn(pixels(100, 80, 0, 1))
    (tmp_path / "comic.cbz").write_bytes(zipped(PAGES | {"0.png": blank, "1.png": blank}))
    assert main(["fingerprint", "--json", str(tmp_path)]) == 3
    lines, err = printed(capsys)
    assert [line["kind"] for line in lines] == ["sha256", "pdq", "pdq"]
    assert "2 of what is in it has no fingerprint: 0.png: too little to see" in err


@needs_pillow
def test_a_broken_archive_is_named(tmp_path, capsys):
    (tmp_path / "comic.cbz").write_bytes(zipped(PAGES)[:-30])
    assert main(["fingerprint", "--json", str(tmp_path)]) == 3
    lines, err = printed(capsys)
    assert {line["kind"] for line in lines} == {"sha256", "pdq"}
    assert "it does not end as a ZIP archive does" in err


def test_an_archive_of_texts_beyond_the_longest_work_is_read_no_further(tmp_path, monkeypatch):
    read = []
    whole = of_file._text_of
    monkeypatch.setattr(of_file, "_text_of", lambda content: read.append(len(content)) or whole(content))
    (tmp_path / "a.zip").write_bytes(zipped({f"{number}.txt": b"a " * (3 << 20) for number in range(9)}))
    with pytest.raises(DataError, match="at most 4,194,304 characters"):
        list(likenesses_of(tmp_path / "a.zip"))
    assert len(read) == 1


@needs_pillow
def test_pictures_that_are_too_many_for_so_small_a_file_are_named(tmp_path, monkeypatch):
    monkeypatch.setattr("crawler_filter.files.budget._OWN_PIXELS", 1)
    monkeypatch.setattr("crawler_filter.files.budget._OWN_PIXELS_A_BYTE", 0)
    (tmp_path / "a.zip").write_bytes(zipped(PAGES))
    found = likenesses_of(tmp_path / "a.zip")
    assert next(found).known["member"] == "2.png"
    with pytest.raises(DataError, match=r"1 of what is in it .* 10\.png: .* more than is decoded"):
        list(found)


def test_of_an_epub_its_contents_and_imprint_are_no_part_of_the_work(tmp_path):
    around = {
        "toc.xhtml": f"<p>{'A chapter of another name. ' * 9}</p>",
        "p-001.xhtml": f'<body epub:type="copyright-page"><p>{"Printed by nobody at all, for everybody. " * 9}</p></body>',
    }
    with_them, alone = (tmp_path / name for name in ("with.epub", "alone.epub"))
    with_them.write_bytes(epub({**around, "1.xhtml": f"<p>{NOVEL}</p>"}))
    alone.write_bytes(epub({"1.xhtml": f"<p>{NOVEL}</p>"}))
    assert [each.value for each in likenesses_of(with_them)] == [each.value for each in likenesses_of(alone)]
