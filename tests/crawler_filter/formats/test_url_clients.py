"""One key, whatever a client makes of a URL before it asks for it."""

import re
import subprocess
import urllib.request
from shutil import which
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.formats.urls import canonical
from tests.profiles import examples

# Every ASCII character raw and escaped, escapes in both cases, text composed and not; or stray percent signs. Left out
# are both in one URL, which `requests` escapes twice and so asks for another page, a stray `%` before what could be
# digits, where some clients invent an escape, space at the ends, and names of hosts, whose standards differ.
_SIGNS = "!\"$&'()*+,-.:;<=>@[]^_`{|}~ \\"
_RAW = [*_SIGNS, "a", "Z", "7", "x.png", "é", "が", "か\u3099", "🎨"]
_ESCAPES = [
    *(f"%{ord(sign):02X}" for sign in _SIGNS + "/?%#"),
    *(f"%{ord(sign):02x}" for sign in "[]{}|^\\<>:;+,/ "),
    *("%E3%81%8C", "%e3%81%8b%e3%82%99", "%83K"),
]
_STRAY = ["%", "%zz", "100%."]


def _urls(pieces: list[str]) -> st.SearchStrategy[str]:
    segment = st.lists(st.sampled_from(pieces), min_size=1, max_size=5).map("".join)
    path = st.lists(segment, max_size=3).map("/".join)
    query = st.lists(st.one_of(segment, st.sampled_from(["&", "=", "?", "/"])), max_size=4).map("".join)
    return st.builds("https://example.com/{}{}".format, path, st.just("") | query.map("?{}".format)).map(str.strip)


URLS = st.one_of(
    _urls(_RAW + _ESCAPES), _urls(_RAW + _STRAY).filter(lambda url: not re.search("%[0-9A-Fa-f]{2}", url))
)


def by_requests(url: str) -> str:
    requests = pytest.importorskip("requests")
    return str(requests.Request("GET", url).prepare().url)


def by_httpx(url: str) -> str:
    return str(pytest.importorskip("httpx").URL(url))


def by_yarl(url: str) -> str:
    return str(pytest.importorskip("yarl").URL(url))


def by_scrapy(url: str) -> str:
    return str(pytest.importorskip("scrapy").Request(url).url)


def by_urllib(url: str) -> str:
    request = urllib.request.Request(url.partition("#")[0])
    return f"{request.type}://{request.host}{request.selector}"


@pytest.mark.parametrize("client", [by_requests, by_httpx, by_yarl, by_scrapy, by_urllib])
@examples(150)
@given(url=URLS)
def test_what_a_client_asks_for_has_the_key_of_what_it_was_given(client, url):
    assert canonical(client(url)) == canonical(url)


@pytest.mark.browser
def test_what_chromium_asks_for_has_the_key_of_what_it_was_given(chromium):
    page = chromium.new_page()

    @examples(15)
    @given(st.lists(URLS, min_size=20, max_size=20))
    def hold(urls):
        hrefs = page.evaluate("urls => urls.map(url => new URL(url).href)", urls)
        assert [canonical(href) for href in hrefs] == [canonical(url) for url in urls]

    hold()
    page.close()


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="?#%\\"), max_size=12))
def test_a_path_that_was_quoted_has_the_key_of_the_plain_one(path):
    plain = canonical(f"https://example.com/x/{path}y")
    assert canonical("https://example.com/x/" + quote(path) + "y") == plain
    assert canonical("https://example.com/x/" + quote(path, safe="/:@!$&'()*+,;=") + "y") == plain


RAW = [
    "image[1].jpg", "a|b", "{id}", "a^b", "100%.png", "a`b", "Art_(film)", "it's", "a%28b%29", "%5b1%5D",
    "q?x[]=1", "q?a|b", "q?{a}^`", "q?it's", "q?a%20b", "q?100%", "a\\b.png",
]  # fmt: skip


@pytest.mark.skipif(which("curl") is None, reason="curl is not installed")
def test_curl_asks_for_the_same_key(site_of_echoes):
    port, asked = site_of_echoes
    sent = [path for path in RAW if " " not in path]
    urls = [f"http://127.0.0.1:{port}/{path}" for path in sent]
    subprocess.run(["curl", "-sg", "--noproxy", "*", *urls, "-o", "/dev/null"], check=True, capture_output=True)
    assert [canonical(f"http://a.example{path}") for path in asked[: len(sent)]] == [
        canonical(f"http://a.example/{path}") for path in sent
    ]


def test_the_raw_and_the_escaped_spelling_are_one_key():
    for path in RAW:
        escaped = by_requests(f"https://example.com/{path}")
        if "\\" not in path:
            assert canonical(escaped) == canonical(f"https://example.com/{path}")


@pytest.fixture
def site_of_echoes():
    """A server that notes what it is asked for, to the byte."""
    import threading
    from http.server import BaseHTTPRequestHandler, HTTPServer

    asked: list[str] = []

    class Noting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Noting)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port, asked
    server.shutdown()
    thread.join()
    server.server_close()
