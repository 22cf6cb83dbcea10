"""Targets of WARC records, as crawlers write them."""

import pytest

from crawler_filter.formats.warc_targets import address_of, is_of_the_crawler


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("https://site.example/a", "https://site.example/a"),
        ("<https://site.example/a>", "https://site.example/a"),  # wget
        ("urn:text:https://site.example/a?b=urn:c", "https://site.example/a?b=urn:c"),  # Browsertrix
        ("urn:pageinfo:HTTP://site.example/", "HTTP://site.example/"),
        ("urn:uuid:12345", "urn:uuid:12345"),
        ("", ""),
    ],
)
def test_a_target_names_an_address(target: str, address: str) -> None:
    assert address_of(target) == address


@pytest.mark.parametrize(
    ("address", "is_own"),
    [
        ("dns:site.example", True),
        ("metadata://gnu.org/software/wget/warc/wget.log", True),
        ("urn:X-wpull:log", True),
        ("file:///a.png", False),
        ("https://metadata.example/", False),
    ],
)
def test_what_a_crawler_says_of_itself_is_told_from_works(address: str, is_own: bool) -> None:
    assert is_of_the_crawler(address) is is_own
