"""What stands around a value in a list is no part of it, and what may be part of a name stays."""

import pytest

from crawler_filter.lists.line_heads import without_head

NAME = "example-art.jp"
# fmt: off
AROUND = [
    "\u30fb{}", "\u21d2{}", "\u25ce{}", "\u3007{}", "\u25b6{}", "\u2714 {}", "\u2705 {}", "\U0001f517 {}", "\u2610 {}", "[ ] {}", "- [x] {}",
    "(1) {}", "\uff081\uff09{}", "\uff11\uff0e{}", "1. {}", "1){}", "1\u3001{}", "\u2460{}", "\u2776 {}", "\ufeff{}", "\ufffe{}", "{}\u200b",
    "\u30b5\u30a4\u30c8\uff1a{}", "\u30c9\u30e1\u30a4\u30f3: {}", "URL\uff1a{}", "site: {}", "\u30fb\u30b5\u30a4\u30c8\uff1a{}",
    "{},", "{};", "{}\u3001", "{}\u3002", "\u300c{}\u300d", "\uff08{}\uff09", "({})", "<{}>", "[{}]", "`{}`", "'{}'", "\u201c{}\u201d",
]
PART_OF_IT = [
    "1.example-art.jp", "*.example-art.jp", "\U0001f355.example", "https://a.example/x,", "https://a.example/(x)", "[2001:db8::1]",
    "url: a.example", "domain: a.example", '"a","b"', "[a](https://a.example/)", "SHA256 (a.png) = 00", "\uff11\uff10\uff0e\uff11\uff10\uff10\uff10/182",
]
# fmt: on


@pytest.mark.parametrize("around", AROUND)
def test_what_a_list_puts_around_a_value_is_taken_off(around: str) -> None:
    assert without_head(around.format(NAME)) == NAME


@pytest.mark.parametrize("line", PART_OF_IT)
def test_what_may_be_part_of_a_value_stays(line: str) -> None:
    assert without_head(line) == line


def test_an_address_in_brackets_is_that_address() -> None:
    assert without_head("\u300chttps://a.example/x\u300d") == "https://a.example/x"
