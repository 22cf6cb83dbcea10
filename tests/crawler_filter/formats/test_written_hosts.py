"""Hosts as they are written, to count by."""

import pytest

from crawler_filter.formats.written_hosts import written_host


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("HTTPS://User:pass@Site.Example:8080/a?b#c", "site.example"),
        ("https://site.example?q=https://other.example/", "site.example"),
        ("https:\\\\site.example\\a", "site.example"),
        ("https://site.example#@other.example", "site.example"),
        ("https://[2001:DB8::1]:443/", "[2001:db8::1]"),
        ("no address", ""),
        ("", ""),
        (b"https://site.example/", ""),
        (None, ""),
    ],
)
def test_the_host_is_what_stands_between_scheme_and_path(url: object, host: str) -> None:
    assert written_host(url) == host
