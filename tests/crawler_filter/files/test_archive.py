"""Archives are read to their very end, and books with what tells of them behind all that is read in them."""

import pytest

from crawler_filter.files.archive import EPUB, TAR, parts
from crawler_filter.files.budget import Budget, Skipped
from crawler_filter.fingerprints.text import text_scope
from tests.crawler_filter.checks.test_content import NOVEL, opened
from tests.crawler_filter.files.sample_archives import epub, tarred


def parts_of(content, kind):
    return list(parts(content, kind, Budget.of_file(len(content), characters=0, pictures=True)))


def test_a_tar_behind_a_tar_is_read():
    content = tarred({"a.txt": b"first of all"}) + tarred({"b.txt": b"second of all"})
    assert [each.name for each in parts_of(content, TAR)] == ["a.txt", "b.txt"]


def test_something_else_behind_a_tar_is_said():
    found = parts_of(tarred({"a.txt": b"first of all"}) + b"\x89PNG" * 300, TAR)
    assert isinstance(found[-1], Skipped)
    assert "behind its end" in found[-1].reason


@pytest.mark.parametrize("name", ["OEBPS/style.css", "OEBPS/page.js", "OEBPS/book.opf", "META-INF/note.xml"])
def test_a_registered_text_is_found_in_a_file_that_tells_of_a_book(name):
    content = epub({name: NOVEL, "OEBPS/a.xhtml": "<html><p>Something else</p></html>"})
    assert opened(("text", text_scope(NOVEL).encode())).check(content=content).findings


def test_what_tells_of_a_book_does_not_part_its_chapters():
    half = len(NOVEL) // 2
    content = epub({"1.xhtml": NOVEL[:half], "style.css": "p {}" * 9, "2.xhtml": NOVEL[half:]})
    texts = [each.content.decode() for each in parts_of(content, EPUB) if each.kind]
    assert NOVEL in "".join(texts)


def test_a_book_without_a_page_is_said():
    decision = opened(("text", text_scope(NOVEL).encode())).check(content=epub({"style.css": "p {}" * 9}))
    assert "no document of text" in decision.unavailable[0].reason
