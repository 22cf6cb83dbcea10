"""Words that a page has in its scripts, templates and attributes are read; a page without any costs little."""

import html
import json

import pytest

from crawler_filter.files.page_programs import MOST, in_programs
from crawler_filter.files.text_layout import further_readings
from crawler_filter.fingerprints.text import text_scope
from tests.costs import SECOND, cost
from tests.crawler_filter.checks.test_content import opened
from tests.crawler_filter.files.published_layouts import SONGS

ARTICLE = {"body": "<p>" + "</p><p>".join(SONGS["ja"]) + "</p>"}
LINES = {"children": SONGS["ja"]}
PAGES = {
    "Next.js": '<script id="__NEXT_DATA__" type="application/json">' + json.dumps(ARTICLE) + "</script>",
    "Next.js, streamed": "<script>self.__next_f.push([1," + json.dumps(json.dumps(LINES)) + "])</script>",
    "a state": "<script>window.__INITIAL_STATE__=" + json.dumps(ARTICLE, ensure_ascii=False) + ";</script>",
    "a state that is parsed": "<script>a(JSON.parse('"
    + json.dumps(ARTICLE).replace("\\", "\\\\")
    + "'))</script>",
    "schema.org": '<script type="application/ld+json">{"articleBody":'
    + json.dumps("".join(SONGS["ja"]))
    + "}</script>",
    "Inertia": '<div id="app" data-page="' + html.escape(json.dumps(ARTICLE)) + '"></div>',
    "a preloaded novel": "<meta id='preload' content='" + json.dumps(ARTICLE) + "'>",
    "a shadow root": '<template shadowrootmode="open">'
    + "".join(f"<p>{line}</p>" for line in SONGS["ja"])
    + "</template>",
}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_an_article_is_found_that_a_page_holds_as(page):
    optout = opened(("text", text_scope("\n".join(SONGS["ja"])).encode()))
    assert not optout.check(content=f"<!DOCTYPE html><html><body>{page}</body></html>".encode()).keep


def test_what_holds_no_words_is_left_out():
    page = "<script>" + "0x1f,".join(map(str, range(900))) + '</script><img src="data:' + "A" * 900 + '">'
    assert not in_programs(page)
    assert not in_programs("no page")
    assert further_readings("<p>no page</p>").readings == ()


def test_only_so_much_is_read():
    assert len(in_programs("<script>" + "two words " * 300_000 + "</script>")) == MOST


@pytest.mark.parametrize(
    "text", ["<script>", "<script ", " a='", "<template>x</template>", ' a="' + "x" * 300, "</script>"]
)
def test_a_hostile_page_is_read_once(text):
    page = text * (2_000_000 // len(text))
    assert cost(lambda: in_programs(page), limit=SECOND) <= SECOND
