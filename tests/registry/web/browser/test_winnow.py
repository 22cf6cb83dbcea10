# ruff: noqa: RUF001 - full-width brackets are what is tested
"""The worker that fingerprints texts gives, in Chromium, the very values that the filter computes."""

import json
import random
import unicodedata
from html.entities import name2codepoint
from pathlib import Path

import pytest

from crawler_filter.errors import InvalidScopeError
from crawler_filter.fingerprints.text import MAX_TEXT, registered, text_scope
from registry.web.headers import PAGE_HEADERS
from tests.crawler_filter.files.published_layouts import (
    LAYOUTS,
    LOOKED_UP_NOTATIONS,
    NOTATIONS,
    SONGS,
    with_readings,
)
from tests.crawler_filter.fingerprints.framed_books import FRAMES, framed

pytestmark = pytest.mark.browser

REPOSITORY = Path(__file__).parents[4]
SCRIPT = (REPOSITORY / "registry" / "web" / "static" / "winnow.js").read_text("utf-8")
CASES = json.loads((REPOSITORY / "tests" / "vectors" / "text.json").read_text("utf-8"))["cases"]
SENTENCE = "The boy who lived under the hill counted eleven foxes before the lamps were lit. "
JAPANESE = "山路を登りながら、こう考えた。智に働けば角が立つ。情に棹させば流される。意地を通せば窮屈だ。"
# fmt: off
PIECES = [
    "<rt>", "</rt>", "<ruby>", "</RUBY>", "<rp>", "<!--", "-->", "<script>", "</script >", "<\u017fcript>", "<b>", "<", ">",
    "&", "&amp;", "&eacute;", "&#233;", "&#xD800;", "&#xDC00;", "&#x300A", "&bogus;", "《かな》", "《漢》", "［＃注］", "［", "］",
    "ﾞ", "ｶﾞ", "か\u3099", "\u0301", "\u0345", "Σ", "ΑΣ", "ς", "ß", "İ", "ﬁ", "①", "ᾳ", "ꭰ", "\u13a0", "ﷺ", "…", "ヴ", "漢字",
    "🎨", "𠮷", "a", " ", "\n", "x" * 9, "\u0301\u0323" * 20, "{", "｛", "|", "｜", "}", "{{a|漢}}", "{漢|かん}", "{a|ア}", "<style:header>",
    "</style:header>", "<style>", "</style>",
]
# fmt: on
ANSWERS = """
async inputs => {
  const worker = new Worker("/static/winnow.js"), answers = [];
  for (const input of inputs) {
    answers.push(await new Promise((resolve, reject) => {
      worker.onerror = event => reject(new Error(event.message));
      worker.onmessage = ({ data }) => resolve(data);
      worker.postMessage(Array.isArray(input) ? new File([new Uint8Array(input)], "a.txt") : input);
    }));
  }
  worker.terminate();
  return answers;
}
"""


@pytest.fixture(scope="module")
def page(chromium):
    """A page under the policy of the registry's own pages."""

    def answer(route):
        kind, body = ("text/javascript", SCRIPT) if route.request.url.endswith("/winnow.js") else ("text/html", "")
        route.fulfill(headers={**PAGE_HEADERS, "Content-Type": f"{kind}; charset=utf-8"}, body=body)

    page = chromium.new_page()
    page.route("**/*", answer)
    page.goto("https://registry.example/")
    yield page
    page.close()


def scopes(page, inputs):
    return [answer.get("scope") for answer in page.evaluate(ANSWERS, inputs)]


def differing(page, texts):
    answers = zip(texts, page.evaluate(ANSWERS, texts), strict=True)
    return [text for text, said in answers if said != as_registered(text)]


def as_registered(text):
    try:
        scope, letters, left_out = registered(text)
    except InvalidScopeError:
        return {"failed": "too-short"}  # all of it stands in tags, or in what XML does not read
    return {"scope": scope.encode(), "length": letters, "left": left_out}


def test_every_case_of_the_vector_file_has_its_value(page):
    assert scopes(page, [case["text"] for case in CASES]) == [case["scope"] for case in CASES]


def test_every_code_point_is_normalised_alike(page):
    """Those this Python knows, 32 to a text of letters that make it long enough."""
    known = [chr(code) for code in range(0x20000) if unicodedata.category(chr(code)) not in ("Cn", "Cs", "Co")]
    texts = [SENTENCE + "1".join(known[start : start + 32]) + SENTENCE for start in range(0, len(known), 32)]
    assert len(texts) > 2_000
    assert differing(page, texts) == []


def test_markup_and_letters_in_any_order_are_read_alike(page):
    source = random.Random(5)
    texts = [SENTENCE + "".join(source.choices(PIECES, k=40)) + SENTENCE for _ in range(1_000)]
    assert differing(page, texts) == []


def test_layouts_are_taken_off_alike(page):
    texts = [form(lines) for form in LAYOUTS.values() for lines in SONGS.values()]
    assert differing(page, [*texts, *map(with_readings, NOTATIONS | LOOKED_UP_NOTATIONS)]) == []


def test_frames_of_books_are_taken_off_alike(page, vectors):
    names = ("en-frankenstein", "ja-crime-and-punishment")
    words = [(vectors / "text" / f"{name}.txt").read_text("utf-8")[5_000:9_000] for name in names]
    texts = [framed(frame, each) for frame in FRAMES.values() for each in words]
    assert differing(page, [*texts, *(text.replace("\n", "\r\n") for text in texts)]) == []


def test_every_name_of_a_character_reference_is_read_alike(page):
    names = ["lstroke", "Ccaron", *name2codepoint]
    assert differing(page, [f"{SENTENCE}x&{name};y&{name} {SENTENCE}" for name in names]) == []


def test_whole_books_have_the_same_fingerprints(page, vectors):
    books = [vectors / "text" / f"{name}.txt" for name in ("en-frankenstein", "ja-crime-and-punishment")]
    assert differing(page, [book.read_text("utf-8") for book in books]) == []


def test_a_file_is_read_as_what_it_is_encoded_in(page):
    files = [list(JAPANESE.encode(encoding)) for encoding in ("utf-8", "utf-8-sig", "shift_jis")]
    assert scopes(page, files) == [text_scope(JAPANESE).encode()] * 3
    (answer,) = page.evaluate(ANSWERS, [[0xFF, 0x80, 0x00]])
    assert "failed" in answer


def test_a_text_that_is_too_short_or_too_long_is_refused_with_the_reason(page):
    assert page.evaluate(ANSWERS, ["One Piece", "a" * (MAX_TEXT + 1)]) == [
        {"failed": "too-short"},
        {"failed": "too-long"},
    ]
