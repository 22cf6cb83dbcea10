"""What is plain at one look has no other address, by the long way too."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import InvalidUrlError
from crawler_filter.formats import accounts, mirrors, same_files
from crawler_filter.formats.other_addresses import AT, BELOW, other_addresses, plain
from crawler_filter.formats.urls import MAX_URL, canonical, split

VECTORS = Path(__file__).parents[2] / "vectors"
SHOWING = [asked for asked, _ in json.loads((VECTORS / "shown.json").read_text("utf-8"))["shows"]]
ORDINARY = [
    "https://site.example/",
    "http://www.site.example/2024/05/pictures/",
    "https://site.example/art/page-2.html?page=2&id=77#top",
    "https://site.example/the-http-errors",
    "https://site.example/%E7%B5%B5/1.jpg?q=%E7%B5%B5",
]
PARTS = (
    "http", "https", "https:", ":", "%3A", "%25", "%253A", "/", "//", "?", "&", "=", "@", "_", "-", ".", "a", "Z", "u=",
    "url=", "src=", "href=", "a.example", "/_next/image", "/_image", "/_ipx/", "/_vercel/image", "/.netlify/images",
    "/cdn-cgi/image/x/", "/timthumb.php", "/phpThumb.php", "/aHR0cHM6Ly9hLmV4YW1wbGUvcA/", "/@joe@b.example",
    "/unsafe/", "/" + 27 * "x" + "=/", "/plain/", "/proxy/", "%E7%B5%B5", "#",
    "aHR0cHM6Ly9hLmV4YW1wbGUvcA", "x-aHR0cHM6Ly9hLmV4YW1wbGUvcA", "aHR0cDovL2EuZXhhbXBsZS9w.png", "68747470733a2f2f61",
)  # fmt: skip
HOSTS = ("site.example", "b.example", *sorted(AT)[::9], *(f"joe{name}" for name in BELOW))


@pytest.mark.parametrize("url", ORDINARY)
def test_an_ordinary_address_is_plain(url):
    identity = canonical(url)
    assert plain(url) == (identity, split(identity)[0])


@pytest.mark.parametrize("url", SHOWING)
def test_what_has_other_addresses_is_not_plain(url):
    identity = canonical(url)
    assert plain(url) is None or not other_addresses(identity, split(identity)[0])


@given(st.sampled_from(HOSTS), st.lists(st.sampled_from(PARTS), max_size=9))
def test_what_is_plain_has_the_same_identity_and_nothing_else_by_the_long_way(host, parts):
    url = f"https://{host}/{''.join(parts)}"
    found = plain(url)
    if found is not None:
        identity, its_host = found
        assert found == (canonical(url), split(canonical(url))[0])
        assert other_addresses(identity, its_host) == ()
        assert mirrors.shown_by(identity) == ()
        assert accounts.account_form(same_files.file_form(identity)) == identity


@given(st.text(alphabet="htps:/a.b?#@%=[]\\é \n", max_size=30))
def test_what_is_plain_is_a_url_of_that_identity(text):
    found = plain(text)
    try:
        identity = canonical(text)
    except InvalidUrlError:
        identity = None
    assert found is None or found[0] == identity


def test_what_is_too_long_for_a_url_is_not_plain():
    assert plain("https://site.example/" + MAX_URL * "a") is None
