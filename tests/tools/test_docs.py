"""The generated blocks of the manuals: every one is used, and is what the code makes now."""

import pytest

from registry.config import Config, Limits, variables
from tools.docs import BLOCKS, names_in, pages, rendered
from tools.manual.markdown import field_docs, summary, table

PAGES = [path for path in pages() if names_in(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_the_blocks_of_a_page_are_what_the_code_makes(path):
    page = path.read_text(encoding="utf-8")
    assert rendered(page) == page, "run `make docs`"


def test_every_block_stands_on_exactly_one_page():
    assert sorted(name for path in PAGES for name in names_in(path.read_text(encoding="utf-8"))) == sorted(BLOCKS)


def test_a_block_that_nobody_makes_is_an_error():
    with pytest.raises(KeyError, match="no such block"):
        rendered("<!-- make docs: no such block -->\n<!-- end: no such block -->\n")


def test_what_stands_outside_of_blocks_stays():
    page = "# Head\n\n<!-- make docs: rates -->\nold\n<!-- end: rates -->\n\ntail\n"
    assert rendered(page).startswith("# Head\n\n<!-- make docs: rates -->\n\n| rate |")
    assert rendered(page).endswith("|\n\n<!-- end: rates -->\n\ntail\n")
    assert rendered(rendered(page)) == rendered(page)


def test_every_setting_says_what_it_is_for():
    docs = {Config: field_docs(Config), Limits: field_docs(Limits)}
    for variable in variables():
        doc = docs[variable.owner][variable.field]
        assert len(doc) > 8, variable.name
        assert doc.endswith("."), variable.name


def test_a_table_is_markdown():
    assert table("a|b", [("1", 2)]) == "| a | b |\n|---|---|\n| 1 | 2 |\n"


def test_a_summary_is_the_first_sentence_on_one_line():
    def documented():
        """Say this
        first. Not this.

        Nor this.
        """

    assert summary(documented) == "Say this first."
