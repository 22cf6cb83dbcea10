import pytest

from registry.web.csrf import refusal

HOSTS = frozenset({"registry.example", "127.0.0.1:8080"})


@pytest.mark.parametrize(
    ("method", "site", "origin"),
    [
        pytest.param("GET", "cross-site", "https://evil.example", id="reading is open to links from anywhere"),
        pytest.param("HEAD", None, None, id="so is looking at headers"),
        pytest.param("POST", "same-origin", None, id="a form of ours"),
        pytest.param("POST", "none", None, id="a reload, or an address typed by hand"),
        pytest.param("POST", None, "https://registry.example", id="an older browser says only its origin"),
        pytest.param("POST", None, "http://127.0.0.1:8080", id="a machine of one's own has a port"),
    ],
)
def test_requests_of_our_own_pages_pass(method, site, origin):
    assert refusal(method, site, origin, HOSTS) is None


@pytest.mark.parametrize(
    ("site", "origin"),
    [
        pytest.param("cross-site", "https://evil.example", id="another site"),
        pytest.param("same-site", "https://sub.registry.example", id="a sister host is not us"),
        pytest.param("cross-site", "https://registry.example", id="the stronger header wins"),
        pytest.param(None, "https://evil.example", id="another origin in an older browser"),
        pytest.param(None, "https://registry.example.evil.example", id="a name that begins like ours"),
        pytest.param(None, "https://registry.example:8443", id="another port is another origin"),
        pytest.param(None, "null", id="a sandboxed frame"),
        pytest.param(None, "", id="an empty origin"),
        pytest.param(None, None, id="neither header"),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_requests_of_other_sites_are_refused(method, site, origin):
    assert refusal(method, site, origin, HOSTS) is not None
