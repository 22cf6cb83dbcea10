"""A work is found in an archive or a PDF and its place there is named; what cannot be looked at is never silence."""

import json
import sys
import tarfile
import zipfile
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from crawler_filter import Decision, Reason
from crawler_filter.fingerprints.registered import Film, Picture
from crawler_filter.fingerprints.text import text_scope
from crawler_filter.fingerprints.variants import for_registration
from crawler_filter.formats.record import Assurance
from tests.costs import SECOND, cost
from tests.crawler_filter.checks.test_content import (
    HAIKU,
    NOVEL,
    OTHER,
    PIXELS,
    POLICY,
    encoded,
    filmed,
    memory,
    opened,
    pictured,
    reasons,
    weighed,
)
from tests.crawler_filter.files import sample_archives as files
from tests.crawler_filter.files.sample_archives import (
    UPRIGHT,
    docx,
    epub,
    gzipped,
    old_tar,
    pdf,
    picture,
    tarred,
    zipped,
)
from tests.crawler_filter.fingerprints.generated import pixels, png
from tests.simulators.published import PublishedRegistry, scope

OTHER_TEXT = "Nobody has ever registered this text, which two pages of a PDF have: it is a plain one." * 2
JAPANESE = "".join(
    f"第{n}章、灯台守は夜明け前に{n * 7919 % 1000}隻の船を数えたという話である。" for n in range(60)
)


def novel(text=NOVEL):
    return "text", text_scope(text).encode()


def page(shown=PIXELS):
    return encoded(shown, "JPEG", quality=60)


def found_in(content, *scopes):
    """What is found in a file of the one work that is registered, once it is sure that it excludes the file."""
    decision = opened(*scopes).check(content=content)
    assert not decision.keep
    assert Decision.from_dict(decision.to_dict()) == decision
    (finding,) = decision.findings
    return finding.evidence


COMIC = {f"page{n}.jpg": n for n in range(1, 61)}


@pytest.fixture(scope="module")
def comic():
    """Sixty pages, of which the twelfth is registered, in another encoding."""
    return {name: page(PIXELS if n == 12 else pixels(160, 120, 20, seed=100 + n)) for name, n in COMIC.items()}


def test_one_page_of_a_comic_is_found_and_named(comic):
    evidence = found_in(zipped(comic), pictured())
    assert (evidence.method, evidence.member, evidence.members) == ("pdq", "page12.jpg", 1)
    assert "member page12.jpg" in evidence.describe()
    del comic["page12.jpg"]
    other = opened(pictured()).check(content=zipped(comic))
    assert (other.keep, other.unavailable) == (True, ())


def test_a_whole_volume_is_one_finding():
    pages = [pixels(200, 160, 20, seed) for seed in range(1, 6)]
    registry = PublishedRegistry()
    scopes = [Picture(tuple((key.variant, key.hash) for key in for_registration(each))).encode() for each in pages]
    registry.declare(*(scope("pdq", value, Assurance.ATTESTED) for value in scopes))
    copies = {f"{n}.png": encoded(each) for n, each in enumerate(pages)}
    (finding,) = registry.filter(POLICY).check(content=zipped(copies)).findings
    assert (finding.evidence.member, finding.evidence.members) == ("0.png", 5)


def commented(comment):
    content = bytearray(zipped({"a.jpg": page()}))
    content[-2:] = len(comment).to_bytes(2, "little")
    return bytes(content) + comment


def emptied(archive):
    """A ZIP whose end says that it lists nothing, as one that was cut and closed again."""
    return archive[: archive.index(b"PK\1\2")] + b"PK\5\6" + bytes(18)


def nameless(archive):
    """A ZIP whose first file, named by a letter, has no name in the directory, but for a comment."""
    at = archive.index(b"PK\1\2")
    entry = bytearray(archive[at : at + 47])
    entry[28], entry[32] = 0, 1
    return archive[:at] + bytes(entry) + archive[at + 47 :]


HOLDERS = {
    "a ZIP": (lambda: zipped({"scans/a.jpg": page()}), "scans/a.jpg"),
    "a ZIP whose comment speaks of endings": (lambda: commented(b"PK\5\6 ends a ZIP"), "a.jpg"),
    "a ZIP that says it is empty": (lambda: emptied(zipped({"a.jpg": page()})), "a.jpg"),
    "a ZIP behind another picture": (lambda: page(OTHER) + zipped({"a.jpg": page()}), "a.jpg"),
    "a ZIP behind a byte": (lambda: b"\0" + zipped({"a.jpg": page()}), "a.jpg"),
    "a ZIP behind a PDF": (lambda: pdf([(["1"], None, b"")]) + zipped({"a.jpg": page()}), "a.jpg"),
    "a ZIP behind a picture in a ZIP": (
        lambda: zipped({"b.jpg": page(OTHER) + zipped({"a.jpg": page()})}),
        "b.jpg/a.jpg",
    ),
    "an EPUB": (lambda: epub({"1.xhtml": "<p>1</p>", "images/a.jpg": page()}), "images/a.jpg"),
    "a Word document": (lambda: docx(["See below."], **{"image1.jpeg": page()}), "word/media/image1.jpeg"),
    "a ZIP with a file of no name": (lambda: nameless(zipped({"x": b"1", "a.jpg": page()})), "a.jpg"),
    "a tar": (lambda: tarred({"a.jpg": page()}), "a.jpg"),
    "a tar without a mark": (lambda: old_tar("a.jpg", page()), "a.jpg"),
    "a tar with a long name": (lambda: tarred({"d" * 120 + "/a.jpg": page()}), "d" * 120 + "/a.jpg"),
    "a tar of GNU with one": (
        lambda: tarred({"d" * 120 + "/a.jpg": page()}, form=tarfile.GNU_FORMAT),
        "d" * 120 + "/a.jpg",
    ),
    "a tar.gz": (lambda: gzipped(tarred({"a.jpg": page()})), "a.jpg"),
    "a ZIP of volumes": (lambda: zipped({"1.cbz": zipped({"a.jpg": page()})}), "1.cbz/a.jpg"),
    "archives as deep as are looked into": (lambda: nested(page(), 3), "inner.zip/inner.zip/inner.zip"),
    "a PDF": (lambda: pdf([(["1"], None, b""), ([], picture(PIXELS), UPRIGHT)]), "page 2"),
    "a PDF of JPEGs": (lambda: pdf([([], files.jpeg(page(), 320, 240), UPRIGHT)]), "page 1"),
    "a PDF in a ZIP": (lambda: zipped({"b.pdf": pdf([([], picture(PIXELS), UPRIGHT)])}), "b.pdf/page 1"),
    "a ZIP whose names no terminal should show": (lambda: zipped({"\x1b[2Ja.jpg": page()}), "\ufffd[2Ja.jpg"),
}


@pytest.mark.parametrize(("content", "member"), HOLDERS.values(), ids=HOLDERS)
def test_a_registered_picture_is_found_in(content, member):
    pytest.importorskip("pypdfium2")
    assert found_in(content(), pictured()).member == member


def test_a_clip_in_an_archive_is_found():
    film = filmed([PIXELS, OTHER])
    evidence = found_in(zipped({"clip.mp4": film}), pictured())
    assert (evidence.member, evidence.place) == ("clip.mp4", 0)


def test_films_are_watched_as_far_as_the_file_allows_and_it_is_said(monkeypatch):
    film = filmed([OTHER, PIXELS])
    monkeypatch.setattr("crawler_filter.files.budget._PIXELS", 70_000)
    monkeypatch.setattr("crawler_filter.files.budget._PIXELS_A_BYTE", 0)
    decision = opened(pictured()).check(content=zipped({"1.mp4": film, "2.mp4": film + b"\0\0\0\x08free"}))
    assert "1.mp4: a film was not looked up to its end: it is long" in reasons(decision)
    assert "2.mp4: a film could not be looked up: what comes before it" in reasons(decision)


TEXTS = {
    "the text of a ZIP": lambda: zipped({"novel.txt": NOVEL[800:1400]}),
    "texts of a ZIP, from the second on into the tenth": lambda: zipped({"2.txt": NOVEL[800:860], "10.txt": NOVEL[860:920]}),
    "a text that begins as a film does": lambda: zipped({"a.txt": "The free " + NOVEL[800:1400]}),
    "a book's document that is called anything": lambda: epub({"1.xhtml": "<p>1</p>", "2": f"<html><p>{NOVEL[800:1400]}</p></html>"}),
    "a Word document, over its runs": lambda: docx([NOVEL[800:1400]]),
    "an OpenDocument text": lambda: zipped({"content.xml": f"<office:text><text:p>{NOVEL[800:1400]}</text:p></office:text>"}),
    "a text in gzip": lambda: gzipped(NOVEL[800:1400].encode()),
    "a PDF, across pages": lambda: pdf([([NOVEL[n : n + 60] for n in range(at, at + 300, 60)], None, b"") for at in (800, 1100)]),
}  # fmt: skip


@pytest.mark.parametrize("content", TEXTS.values(), ids=TEXTS)
def test_a_passage_is_found_in(content):
    pytest.importorskip("pypdfium2")
    evidence = found_in(content(), novel())
    assert (evidence.method, evidence.hits >= 3) == ("winnowing", True)


JAPANESE_TEXTS = {
    "a ZIP, in Shift_JIS": lambda: zipped({"a.txt": JAPANESE[200:900].encode("cp932")}),
    "a PDF": lambda: pdf([([JAPANESE[at : at + 35] for at in range(200, 900, 35)], None, b"")]),
    "a Word document": lambda: docx([JAPANESE[200:900]]),
    "JSON with escapes": lambda: json.dumps({"text": JAPANESE[200:900]}).encode(),
}


@pytest.mark.parametrize("content", JAPANESE_TEXTS.values(), ids=JAPANESE_TEXTS)
def test_a_passage_in_japanese_is_found_in(content):
    pytest.importorskip("pypdfium2")
    assert found_in(content(), novel(JAPANESE)).hits >= 3


@pytest.mark.parametrize(
    ("before", "between", "after"),
    [
        ("<w:ruby><w:rt><w:r><w:t>", "</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>", "</w:t></w:r></w:rubyBase></w:ruby>"),
        ("<text:ruby><text:ruby-text text:style-name='a'>", "</text:ruby-text><text:ruby-base>", "</text:ruby-base></text:ruby>"),
    ],
    ids=["Word", "OpenDocument"],
)  # fmt: skip
def test_readings_of_kanji_in_office_documents_are_no_part_of_the_text(before, between, after):
    text = JAPANESE[200:600].replace("灯台", f"{before}とうだい{between}灯台{after}")
    plain, annotated = (
        found_in(zipped({"a.xml": f"<a>{each}</a>"}), novel(JAPANESE)) for each in (JAPANESE[200:600], text)
    )
    assert annotated.hits == plain.hits


def test_a_short_work_is_found_where_it_is_one_file_of_several():
    evidence = found_in(docx([HAIKU]), novel(HAIKU))
    assert (evidence.method, evidence.member) == ("sha256-norm1", "word/document.xml")
    pytest.importorskip("pypdfium2")
    assert found_in(pdf([(["Poems"], None, b""), ([HAIKU], None, b"")]), novel(HAIKU)).member == "page 2"


def test_a_registered_file_in_an_archive_is_found_by_its_digest():
    original = bytes(range(256)) * 9
    exact = ("sha256", sha256(original).hexdigest())
    evidence = found_in(zipped({"works/a.bin": original, "b.bin": b"\1"}), exact)
    assert (evidence.method, evidence.member) == ("sha256", "works/a.bin")


def test_a_file_in_an_archive_is_found_by_its_iscc():
    pytest.importorskip("iscc_lib")
    from crawler_filter.fingerprints.iscc import file_units

    original = bytes(range(256)) * 9
    for unit in file_units(original):
        evidence = found_in(zipped({"a.bin": original}), ("iscc", unit.encode()))
        assert evidence.member == "a.bin"


def test_a_page_that_is_cut_because_of_those_before_it_is_named(monkeypatch):
    pytest.importorskip("pypdfium2")
    monkeypatch.setattr("crawler_filter.checks.inside.MAX_TEXT", 60)
    monkeypatch.setattr("crawler_filter.files.budget._CHARACTERS_A_BYTE", 0)
    pages = [([OTHER_TEXT[at : at + 50]], None, b"") for at in (0, 50)]
    assert opened(novel()).check(content=pdf(pages[:1])).keep
    decision = opened(novel()).check(content=pdf(pages))
    assert not decision.keep
    assert "page 2: this text is cut" in reasons(decision)


@pytest.mark.parametrize(
    "about", [{"toc.ncx": f"<ncx>{NOVEL}</ncx>"}, {"a.css": NOVEL}, {"META-INF/a.xml": f"<a>{NOVEL}</a>"}]
)
def test_a_work_in_what_is_said_about_a_book_is_found(about):
    assert opened(novel()).check(content=epub({"1.xhtml": "<p>1</p>"} | about)).findings


def test_what_is_said_about_a_book_stands_between_none_of_its_chapters():
    half = len(NOVEL) // 2
    chapters = {
        "1.xhtml": f"<p>{NOVEL[:half]}</p>",
        "a.css": "p { margin: 1em } " * 30,
        "2.xhtml": f"<p>{NOVEL[half:]}</p>",
    }
    (finding,) = opened(novel()).check(content=epub(chapters)).findings
    (alone,) = opened(novel()).check(content=epub({"1.xhtml": f"<p>{NOVEL}</p>"})).findings
    assert finding.evidence.hits == alone.evidence.hits


def test_what_an_archive_hides_could_not_be_checked_where_works_are_registered_and_not_where_digests_are():
    content = files.encrypted(zipped({"a.jpg": page()}))
    works = opened(pictured()).check(content=content)
    assert not works.keep
    assert "a.jpg: it cannot be unpacked: it is encrypted" in reasons(works)
    assert opened(("sha256", "ab" * 32)).check(content=content).keep


def nested(content, depth):
    return content if depth == 0 else zipped({"inner.zip": nested(content, depth - 1)}, zipfile.ZIP_STORED)


UNREAD = {
    "a ZIP that is cut short": (lambda: zipped({"a.jpg": page()})[:-30], "a broken archive"),
    "a ZIP with a broken file": (lambda: zipped({"a.txt": NOVEL}, zipfile.ZIP_STORED).replace(b"chapter 7", b"chapter 8"), "a.txt: its check sum is another"),
    "a ZIP packed as nothing is": (lambda: zipped({"a.txt": NOVEL}, zipfile.ZIP_LZMA).replace(b"\2\0\x0e\0", b"\2\0\x63\0"), "compression method 99"),
    "a picture of a kind that is not read": (lambda: zipped({"a.heic": b"\0\0\0\x18ftypheic" + bytes(99)}), "a.heic: a picture could not be looked up"),
    "a tar that is cut short": (lambda: tarred({"a.txt": NOVEL.encode()})[:1500], "it ends before"),
    "a tar with a size that is no number": (lambda: tarred({"a.txt": b"1"}).replace(b"00000000001", b"0000000000x"), "a broken archive"),
    "a tar with a size that stands elsewhere": (lambda: tarred({"a.txt": b"1"}, headers={"size": "1"}), "a broken archive: a file whose size"),
    "a long text in quotes": (lambda: zipped({"a.json": json.dumps("あ" * (3 << 20))}), "a.json: only the first 16777216 characters of a JSON text"),
    "a Parquet file in a ZIP": (lambda: zipped({"a.parquet": b"PAR1\x15\4"}), "a.parquet: a Parquet file is not read"),
    "gzip that is cut short": (lambda: gzipped(NOVEL.encode())[:-20], "it cannot be unpacked"),
    "archives that lie deep": (lambda: nested(page(), 4), "3 deep"),
    "a RAR archive": (lambda: b"Rar!\x1a\x07\x01\0" + bytes(99), "a broken archive"),
    "a RAR archive in a ZIP": (lambda: zipped({"a.cbr": b"Rar!\x1a\x07\x01\0" + bytes(99)}), "a.cbr: a broken archive"),
    "a book of encrypted pages": (lambda: epub({"1.xhtml": bytes(range(256)), "a.jpg": bytes(range(256))}), "1.xhtml: it is not what its name says"),
    "a book without a text": (lambda: epub({"a.jpg": page(OTHER)}), "no document of text"),
    "a text beyond the longest": (lambda: zipped({"a.txt": b"a" * (5 << 20)}), "only the first 4194304 characters"),
    "an encrypted PDF": (lambda: pdf([], trailer=b"/Encrypt << /Filter /None >>"), "PDF"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(*UNREAD[name], id=name, marks=pytest.mark.whole if "long text" in name else ())
        for name in UNREAD
    ],
)
def test_it_could_not_be_checked_and_is_said(content, reason):
    pytest.importorskip("PIL")
    decision = opened(pictured(), novel()).check(content=content())
    assert not decision.keep
    assert reason in reasons(decision)


def test_what_happens_to_many_is_said_of_some():
    decision = opened(pictured()).check(content=files.encrypted(zipped({f"{n}.jpg": b"1" for n in range(50)})))
    assert len(decision.unavailable) == 5
    assert "46 more" in reasons(decision)
    assert decision.reason is Reason.UNCHECKED_ASSET


def test_without_its_extra_a_pdf_could_not_be_checked(monkeypatch):
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    monkeypatch.delitem(sys.modules, "crawler_filter.files.pdf", raising=False)
    for content in (b"%PDF-1.7\n", zipped({"a.pdf": b"%PDF-1.7\n"})):
        decision = opened(novel()).check(content=content)
        assert not decision.keep
        assert "training-optout[pdf]" in reasons(decision)
        assert decision.reason is Reason.UNCHECKED_EXTRA
    assert opened(("sha256", "ab" * 32)).check(content=b"%PDF-1.7\n").keep


def overlapping(count, body):
    """A ZIP whose directory names one file `count` times."""
    archive = zipped({"0": body})
    start = archive.index(b"PK\1\2")
    end = archive.index(b"PK\5\6")
    entry = archive[start:end]
    ending = bytearray(archive[end:])
    ending[8:12] = (count & 0xFFFF).to_bytes(2, "little") * 2
    ending[12:16] = (len(entry) * count).to_bytes(4, "little")
    return archive[:start] + entry * count + bytes(ending)


def lying(archive):
    """Say of every file of a ZIP that it unpacks to ten bytes."""
    content, at = bytearray(archive), archive.index(b"PK\1\2")
    content[22:26] = content[at + 24 : at + 28] = (10).to_bytes(4, "little")
    return bytes(content)


def forty_two(depth):
    inner = forty_two(depth - 1) if depth else bytes(80 << 20)
    return zipped({f"{n}.zip": inner for n in range(16 if depth else 1)})


def thirty(content):
    return zipped({f"{n}.png": content for n in range(30)})


def blank(width, height):
    return png(width, height, bytes((3 * width + 1) * height))


BOMBS = {
    "a ZIP that unpacks to 16 to the fifth times 80 MiB": lambda: forty_two(5),
    "a ZIP of thirty pictures of 30 megapixels": lambda: thirty(blank(5000, 6000)),
    "a ZIP of thirty pictures of 19 megapixels": lambda: thirty(blank(3800, 5000)),
    "a ZIP of thirty such pictures that are broken at their ends": lambda: thirty(blank(3800, 5000)[:-60]),
    "a ZIP of 3,000 pictures of a pixel": lambda: zipped({f"{n}": encoded(PIXELS[:1, :1]) + b"%d" % n for n in range(3000)}),
    "a ZIP of 65,536 files": lambda: overlapping(65_536, b"1"),
    "a ZIP that names one file 4,000 times": lambda: overlapping(4_000, bytes(1 << 20)),
    "a ZIP that lies about 100 MiB": lambda: lying(zipped({"a.txt": b"a" * (100 << 20)})),
    "a ZIP of 4,000 short texts": lambda: zipped({f"{n}": f"A text that is long enough: {n}" for n in range(4000)}),
    "a ZIP of 100 MiB of text": lambda: zipped({f"{n}.txt": b"abc " * (5 << 20) for n in range(5)}),
    "a ZIP of texts in no known encoding": lambda: zipped({f"{n}.txt": b"\xa4\xa2" * (1 << 20) for n in range(20)}),
    "gzip of 100 MiB": lambda: gzipped(bytes(100 << 20)),
    "a PDF of two pictures of 19 megapixels": lambda: pdf([([], picture(np.full((5000, 3800), grey, dtype=np.uint8)), UPRIGHT) for grey in (1, 2)]),
    "a PDF of a picture of 3.6 gigapixels": lambda: pdf([([], files.stream(b"", b"/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 1 /ColorSpace /DeviceGray"), UPRIGHT)]),
}  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak of the memory where Linux shows it")
@pytest.mark.parametrize(
    "bomb",
    weighed(
        BOMBS,
        quick=("65,536 files", "one file 4,000 times", "gigapixels"),
        slow=("no known encoding", "thirty pictures of 19", "100 MiB of text"),
    ),
)
def test_a_bomb_is_refused_within_a_second_and_a_quarter_of_a_gigabyte(bomb):
    for extra in ("av", "PIL", "pypdfium2"):
        pytest.importorskip(extra)
    film = ("video", Film(((12, for_registration(PIXELS)[0].hash),)).encode())
    optout = opened(pictured(), film, novel(), ("sha256", "ab" * 32))
    optout.check(content=zipped({"a.txt": "あ", "a.png": encoded(OTHER), "a.pdf": pdf([([], None, b"")])}))
    content = BOMBS[bomb]()
    Path("/proc/self/clear_refs").write_text("5")  # from here on the peak counts
    before, decisions = memory("VmRSS"), []
    assert cost(lambda: decisions.append(optout.check(content=content)), limit=SECOND) <= SECOND
    assert memory("VmHWM") - before < 256 << 10
    decision = decisions[-1]
    assert not decision.keep
    assert reasons(decision)


def test_what_lies_in_an_archive_twice_is_looked_up_once_and_counted_twice():
    twice = zipped({"a/1.jpg": page(), "b/1.jpg": page()})
    evidence = found_in(twice, pictured())
    assert (evidence.member, evidence.members) == ("a/1.jpg", 2)
    unknown = bytes(range(1, 256)) * 3
    said = reasons(
        opened(pictured()).check(content=zipped({"Thumbs.db": unknown, "x.bin": unknown, "y.bin": unknown}))
    )
    assert "Thumbs.db" not in said
    assert said.count("x.bin") == said.count("y.bin") == 1
