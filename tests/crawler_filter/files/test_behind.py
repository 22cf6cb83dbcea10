"""Files that stand behind the end of a picture are looked at, and what is only padding is none."""

import gzip
import io
import zipfile
from functools import partial

import pytest

from crawler_filter.files.behind import MOST, behind, files_behind
from crawler_filter.files.budget import Budget, Skipped
from crawler_filter.files.media_type import media_type
from crawler_filter.fingerprints.text import text_scope
from tests.crawler_filter.checks.test_content import NOVEL, OTHER, PIXELS, encoded, opened, pictured

pytest.importorskip("PIL", reason="the media extra is not installed")
FORMS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")


def found(content):
    return list(behind(content, media_type(content), Budget.of_file(len(content), characters=0, pictures=True)))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("hidden", ["PNG", "JPEG"])
def test_a_registered_picture_is_found_behind_another(form, hidden):
    content = encoded(OTHER, form) + b"\0" * 9 + encoded(PIXELS, hidden)
    decision = opened(pictured()).check(content=content)
    assert not decision.keep
    assert decision.findings[0].evidence.member == "behind it 1"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("padding", [b"", b"\0" * 999, b"SEFH" + bytes(range(99)) * 9, b"\xff\xd8\xff\xe0"])
def test_a_picture_with_something_else_behind_it_holds_no_file(form, padding):
    content = encoded(OTHER, form) + padding
    assert not files_behind(content, media_type(content))
    assert opened(pictured()).check(content=content).keep


BEHIND = {
    "a bitmap": lambda: encoded(PIXELS, "BMP"),
    "a TIFF": lambda: encoded(PIXELS, "TIFF"),
    "a page": lambda: b"\n<html><body>" + NOVEL.encode() + b"</body></html>",
    "a packed text": lambda: gzip.compress(NOVEL.encode()),
}
FIRST = {
    **{form: partial(encoded, OTHER, form) for form in ("JPEG", "PNG", "GIF", "WEBP", "BMP")},
    "PDF": lambda: b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
    "film": lambda: b"\0\0\0\x10ftypisom\0\0\0\0" + b"\0\0\0\x08free",
}


@pytest.mark.parametrize("first", FIRST.values(), ids=FIRST)
@pytest.mark.parametrize("hidden", BEHIND.values(), ids=BEHIND)
def test_a_registered_work_of_any_kind_is_found_behind_any_file_that_says_where_it_ends(first, hidden):
    optout = opened(pictured(), ("text", text_scope(NOVEL).encode()))
    assert optout.check(content=first() + hidden()).findings


def test_an_archive_behind_a_picture_has_all_that_follows():
    packed = b"7z\xbc\xaf\x27\x1c" + encoded(PIXELS, "PNG") + encoded(PIXELS, "JPEG")
    content = encoded(OTHER, "JPEG") + packed
    assert [(each.kind, each.content) for each in found(content)] == [("application/x-7z-compressed", packed)]


def test_what_stands_in_a_zip_behind_a_picture_is_its_affair():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.png", encoded(OTHER, "PNG"))
    content = encoded(OTHER, "GIF") + file.getvalue()
    assert not files_behind(content, "image/gif")
    assert opened(pictured()).check(content=content).keep


def test_a_bitmap_that_lies_about_its_end_has_nothing_behind_it():
    content = bytearray(encoded(OTHER, "BMP"))
    content[2:6] = (60).to_bytes(4, "little")
    assert not files_behind(bytes(content), "image/bmp")


def test_very_many_are_not_all_looked_at_and_it_is_said():
    content = encoded(OTHER, "JPEG") * (MOST + 3)
    assert [each.kind for each in found(content)[:MOST]] == ["image/jpeg"] * MOST
    assert isinstance(found(content)[-1], Skipped)


@pytest.mark.parametrize("form", FORMS)
def test_a_picture_that_is_cut_short_has_nothing_behind_it(form):
    content = encoded(OTHER, form)
    for end in range(4, len(content), len(content) // 40):
        assert not files_behind(content[:end], media_type(content))


def test_a_picture_in_a_box_of_a_photograph_is_found():
    hidden = encoded(PIXELS, "PNG")
    content = encoded(OTHER, "AVIF") + (8 + len(hidden)).to_bytes(4) + b"mpvd" + hidden
    assert not opened(pictured()).check(content=content).keep
