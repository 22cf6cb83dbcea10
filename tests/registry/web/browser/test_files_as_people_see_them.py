"""The browser sees pictures the same way up and reads texts in the same encodings as the filter does."""

import io
import json
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from crawler_filter.files.charset import likely_reading
from crawler_filter.files.image import decode
from crawler_filter.fingerprints.pdq import distance
from crawler_filter.fingerprints.text import text_scope
from crawler_filter.fingerprints.variants import for_registration
from tests.crawler_filter.fingerprints.generated import pixels
from tests.registry.web.browser.test_pdq import MAKE_PIXELS, SCRIPT, in_browser

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[4]
CASES = ROOT / "tests" / "vectors" / "cases" / "content"
WINNOW = ROOT / "registry" / "web" / "static" / "winnow.js"
MOST_BITS = 4
NOVEL = (CASES / "11-browser-text-encodings" / "jis.txt.src").read_text("utf-8")[:4000]


@pytest.fixture(scope="module")
def page(chromium):
    page = chromium.new_page()
    page.add_script_tag(content=SCRIPT.read_text() + MAKE_PIXELS)
    yield page
    page.close()


@pytest.fixture(scope="module")
def reader(chromium):
    page = chromium.new_page()
    page.add_script_tag(content=WINNOW.read_text())
    yield page
    page.close()


def turned(form, orientation):
    picture = Image.fromarray(pixels(320, 200, 20, seed=5))
    exif, file = Image.Exif(), io.BytesIO()
    exif[0x0112] = orientation
    picture.save(file, form, exif=exif.tobytes(), **({"lossless": True} if form == "WEBP" else {}))
    return file.getvalue()


FILES = {
    **{f"a JPEG with tag {tag}": partial(turned, "JPEG", tag) for tag in range(1, 10)},
    **{f"a {form} with tag {tag}": partial(turned, form, tag) for form in ("PNG", "WEBP") for tag in (3, 6, 7)},
    **{path.name: path.read_bytes for path in (CASES / "03-orientation").iterdir()},
}


@pytest.mark.parametrize("name", FILES)
def test_a_picture_is_registered_the_same_way_up(page, name):
    content = FILES[name]()
    expected = for_registration(decode(content))
    found = in_browser(page, "imageFingerprints", content)
    assert [key["variant"] for key in found] == [key.variant for key in expected]
    for one, other in zip(found, expected, strict=True):
        assert distance(bytes.fromhex(one["hash"]), other.hash) <= MOST_BITS


TEXTS = {
    **{name: NOVEL.encode(name, "ignore") for name in ("utf-8", "cp932", "euc_jp", "iso2022_jp", "utf-16", "utf-16-le", "utf-16-be")},
    "a declared encoding": ('<meta charset="windows-1251"><p>' + "".join(f"Мороз {n * 7919 % 997} и солнце; день {n}. " for n in range(60))).encode("cp1251"),
    "a page in EUC-JP that says so": ('<meta charset="euc-jp"><p>' + NOVEL[:900]).encode("euc_jp", "ignore"),
    "Chinese that does not say so": ("天地玄黄。宇宙洪荒。" * 30).encode("gbk"),
    "jis.txt": (CASES / "11-browser-text-encodings" / "jis.txt").read_bytes(),
}  # fmt: skip


@pytest.mark.parametrize("content", TEXTS.values(), ids=TEXTS)
def test_a_text_is_read_alike_or_refused_alike(reader, content):
    text = likely_reading(content)
    found = reader.evaluate(
        "async (bytes) => { try { return (await textScope(await textOf(new Blob([new Uint8Array(bytes)])))).scope } "
        "catch (error) { return error.message } }",
        list(content),
    )
    assert found == ("encoding-unknown" if text is None else text_scope(text).encode())


def test_what_the_browser_cannot_read_is_said_in_words():
    template = (ROOT / "registry" / "web" / "templates" / "declare" / "where.html").read_text("utf-8")
    assert "data-encoding-unknown=" in template
    assert json.dumps("encoding-unknown") in WINNOW.read_text("utf-8")
