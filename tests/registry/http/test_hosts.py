"""The Host of a request is whatever a client likes: none of it is an exception."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder, run_wsgi_app

from registry.http.hosts import is_host
from tests.profiles import examples

WRONG = ["[:::::]", "[1.2.3.4]", "xn--a.example", "..", "a..b", "a" * 64, "a." * 200, "[::1", "[::1]:x", "a b", "a@b", "a/b", "é", "a:", "a:999999",
         "\x00", "a\tb", "xn--\u0131", ".", "-" * 5000]  # fmt: skip


def status(service, host: str, path: str) -> int:
    """Asked as a server asks: the test client itself takes some hosts for no address."""
    environ = EnvironBuilder(path).get_environ() | {"HTTP_HOST": host}
    _, line, _ = run_wsgi_app(service.client.application, environ, buffered=True)
    return int(line.partition(" ")[0])


@pytest.mark.parametrize("path", ["/", "/v1/platforms", "/no-such-page", "/snapshot/manifest"])
@pytest.mark.parametrize("host", WRONG)
def test_what_is_no_host_is_refused_and_nothing_fails(service, host, path):
    assert status(service, host, path) == 400


@pytest.mark.parametrize(
    "host", ["registry.example", "REGISTRY.example:443", "127.0.0.1:8080", "[::1]:8080", "[2001:db8::7]", "a_b.example",
             "xn--fiq228c.example", "registry.example.", "localhost"]
)  # fmt: skip
def test_every_name_and_address_is_answered(service, host):
    assert [status(service, host, path) for path in ("/v1/platforms", "/", "/no-such-page")] == [200, 200, 404]


@pytest.mark.parametrize("host", ["evil.example", "registry.example"])
@pytest.mark.parametrize(
    ("method", "path", "query", "to"),
    [
        ("GET", "/static//x.css", "", "/static/x.css"),
        ("GET", "/d//x", "a=//evil.example", "/d/x?a=//evil.example"),
        ("POST", "/api/v2/query/urls", "", "/api/v2/query/urls/"),
    ],
)
def test_a_path_in_another_spelling_leads_to_no_host_and_is_kept_by_nobody(service, host, method, path, query, to):
    """A shared cache would send everybody to whatever host one of them named."""
    environ = EnvironBuilder().get_environ()
    environ |= {"HTTP_HOST": host, "PATH_INFO": path, "QUERY_STRING": query, "REQUEST_METHOD": method}
    body, line, headers = run_wsgi_app(service.client.application, environ, buffered=True)
    assert (line[:3], headers["Location"], headers["Cache-Control"]) == ("308", to, "no-store")
    assert b"".join(body) == b""


@given(
    st.text(st.characters(max_codepoint=255), max_size=80)
    | st.from_regex(r"xn--[a-z0-9-]{1,60}\.[a-z]{1,20}", fullmatch=True)
)
@examples(200)
def test_whatever_the_host_no_request_fails_in_an_exception(shared, host):
    assert status(shared, host, "/livez") == (200 if is_host(host or "localhost") else 400)
