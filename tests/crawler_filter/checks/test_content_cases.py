"""Files as the world sends them, in `tests/vectors/cases/content`: the folder's name is the kind of difficulty."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from crawler_filter.fingerprints.of_file import likenesses_of
from crawler_filter.fingerprints.registered import Picture
from crawler_filter.fingerprints.text import text_scope
from crawler_filter.fingerprints.variants import for_registration
from tests.crawler_filter.checks.test_content import NOVEL, OTHER, opened

images = pytest.importorskip("PIL.Image")
pytest.importorskip("av")
pytest.importorskip("pypdfium2")

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
