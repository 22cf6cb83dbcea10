"""Files as the world sends them, in `tests/vectors/cases/content`: the folder's name is the kind of difficulty."""

import base64
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from crawler_filter import Policy, Usage
from crawler_filter.fingerprints.of_file import likenesses_of
from crawler_filter.fingerprints.registered import Picture
from crawler_filter.fingerprints.text import text_scope
from crawler_filter.fingerprints.variants import for_registration
from tests.crawler_filter.checks.test_content import NOVEL, OTHER, opened
from tests.simulators.published import PublishedRegistry

images = pytest.importorskip("PIL.Image")
pytest.importorskip("av")
pypdfium2 = pytest.importorskip("pypdfium2")

CASES = Path(__file__).resolve().parents[2] / "vectors" / "cases" / "content"
FRAMES, FILMS = CASES / "04-frames-and-pages-after-the-first", CASES / "05-containers-not-sniffed"
EMBEDDED, PDFS = CASES / "06-base64-pictures", CASES / "07-pdf"
ZIPS, BY_CATCH = CASES / "08-zip-strictness", CASES / "09-by-catch-in-archives"


def looks(shown):
    return "pdq", Picture(tuple((key.variant, key.hash) for key in for_registration(np.asarray(shown)))).encode()


def picture_in(path, at=0):
    """What a picture in a file is registered by: the first one that is stored in an archive, or a frame."""
    content = path.read_bytes()
    png = content.find(b"\x89PNG")
    with images.open(BytesIO(content[max(png, 0) :])) as image:
        image.seek(at)
        return looks(image.convert("RGB"))


def scopes_of(path):
    return [(each.kind, each.value) for each in likenesses_of(path)]


def assert_excluded(path, *scopes):
    decision = opened(*scopes).check(content=path.read_bytes())
    assert not decision.keep
    assert decision.findings, decision.unavailable


@pytest.mark.parametrize("name", ["video.h264", "video.m2ts"])
def test_a_film_is_known_without_its_container(name):
    assert_excluded(FILMS / name, *scopes_of(FILMS / "video-base.mp4"))


@pytest.mark.parametrize("name", ["zip-cp932.cbz", "zip-name-differs-in-header.cbz"])
def test_a_comic_is_read_whatever_its_names_are(name):
    assert_excluded(ZIPS / name, picture_in(ZIPS / name))


def test_names_in_shift_jis_are_shown_in_japanese():
    path = ZIPS / "zip-cp932.cbz"
    (finding,) = opened(picture_in(path)).check(content=path.read_bytes()).findings
    assert finding.evidence.member == "第1話/ソ表.png"


@pytest.mark.parametrize("name", ["cbz-thumbsdb.cbz", "epub-clean.epub", "epub-empty-xhtml.epub"])
def test_a_free_work_is_kept_whatever_a_system_left_in_its_archive(name):
    decision = opened(looks(OTHER), ("text", text_scope(NOVEL).encode())).check(
        content=(BY_CATCH / name).read_bytes()
    )
    assert decision.keep, decision.unavailable


@pytest.mark.parametrize("name", ["exif6.webp", "xmp-orientation8-only.jpg"])
def test_a_picture_is_found_whichever_way_up_it_is_registered(name):
    path = CASES / "03-orientation" / name
    with images.open(path) as image:
        stored = np.asarray(image.convert("RGB"))
    assert_excluded(path, looks(stored))
    assert_excluded(path, looks(np.rot90(stored, -1 if name.startswith("exif6") else 1)))


@pytest.mark.parametrize("name", ["gif-black-first.gif", "tiff-multipage-second.tif"])
def test_what_comes_after_the_first_frame_is_found(name):
    path = FRAMES / name
    assert_excluded(path, picture_in(path, 1))


@pytest.mark.parametrize("name", ["notebook.ipynb", "svg-embedded.svg"])
def test_a_picture_is_found_in_base64(name):
    content = (EMBEDDED / name).read_text()
    png = base64.b64decode(content[content.index("iVBOR") :].partition('"')[0].replace("\\n", ""))
    with images.open(BytesIO(png)) as image:
        assert_excluded(EMBEDDED / name, looks(image.convert("RGB")))


@pytest.mark.parametrize("name", ["pdf-scan-blank-and-page.pdf", "pdf-smask-lineart.pdf", "pdf-strips.pdf"])
def test_a_page_of_a_pdf_is_found_as_it_is_seen(name):
    page = pypdfium2.PdfDocument(PDFS / name)[0]
    shown = page.render(scale=1).to_numpy()[:, :, 2::-1]
    wanted = looks(shown) if name != "pdf-scan-blank-and-page.pdf" else looks(second_picture_of(page))
    assert_excluded(PDFS / name, wanted)


def second_picture_of(page):
    pictures = [each for each in page.get_objects() if each.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
    return pictures[1].get_bitmap().to_numpy()[:, :, 2::-1]


@pytest.mark.parametrize("path", sorted((CASES / "20-carriers").iterdir()), ids=lambda path: path.name)
def test_a_prohibition_is_read_wherever_it_is_kept(path):
    decision = PublishedRegistry().filter(Policy.opt_out(Usage.TRAIN_AI)).check(content=path.read_bytes())
    assert not decision.keep
    assert [finding.family for finding in decision.findings] == ["plus"]


def test_a_text_in_the_encoding_of_mails_is_registered_as_what_it_says(tmp_path):
    folder = CASES / "11-browser-text-encodings"
    (declared,) = likenesses_of(folder / "jis.txt")
    assert declared.value == text_scope((folder / "jis.txt.src").read_text("utf-8")).encode()
