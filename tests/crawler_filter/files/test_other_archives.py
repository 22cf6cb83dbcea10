"""What lies in archives that libarchive reads is looked at, also in those of packages and discs."""

import pytest

from crawler_filter.files.media_type import looked_up_as
from crawler_filter.fingerprints.text import text_scope
from tests.crawler_filter.checks.test_content import NOVEL, opened

libarchive = pytest.importorskip("libarchive", reason="the archives extra is not installed")

KINDS = {
    "cpio": "application/x-cpio",
    "cpio_newc": "application/x-cpio",
    "ar_bsd": "application/x-archive",
    "ar_svr4": "application/x-archive",
    "iso9660": "application/x-iso9660-image",
}


def packed(form, text):
    pieces = []
    with libarchive.custom_writer(lambda piece: pieces.append(bytes(piece)) or len(piece), form) as archive:
        archive.add_file_from_memory("a.txt", len(text), text)
    return b"".join(pieces)


@pytest.mark.parametrize("form", KINDS)
def test_a_registered_text_is_found(form):
    content = packed(form, NOVEL.encode())
    assert looked_up_as(content) == KINDS[form]
    (finding,) = opened(("text", text_scope(NOVEL).encode())).check(content=content).findings
    assert finding.evidence.member is None or finding.evidence.member.startswith("a.txt")


@pytest.mark.parametrize("form", ["cpio", "cpio_newc", "ar_bsd", "ar_svr4"])
def test_one_that_is_cut_short_is_not_kept(form):
    content = packed(form, NOVEL.encode() * 20)
    assert (
        not opened(("text", text_scope("x" + NOVEL[::-1]).encode()))
        .check(content=content[: len(content) // 2])
        .keep
    )


@pytest.mark.parametrize("text", [b"070701 is a number", b"!<arch> and more", b"070707" * 9])
def test_a_text_that_begins_like_one_is_a_text(text):
    assert looked_up_as(text) == "text/plain"
