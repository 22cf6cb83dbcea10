"""Patterns that are written as regular expressions, or several in one line."""

import pytest

from crawler_filter.signals.robots.meant_patterns import MAX_ALTERNATIVES, patterns_meant


@pytest.mark.parametrize(
    ("value", "patterns"),
    [
        ("/*.(png|jpg)$", ["/*.png$", "/*.jpg$"]),
        ("/*.{png,jpg}", ["/*.png", "/*.jpg"]),
        ("/*.[jpg|png]", ["/*.jpg", "/*.png"]),
        ("*.png, *.jpg", ["*.png", "*.jpg"]),
        ("*.png|*.jpg", ["*.png", "*.jpg"]),
        ("/*.png$ /*.jpg$", ["/*.png$", "/*.jpg$"]),
        (".jpg .png", [".jpg", ".png"]),
        ("/art/.*", ["/art/*"]),
        ("/(.*)", ["/*"]),
        (r"/search\?", ["/search?"]),
    ],
)
def test_what_the_standard_does_not_know_is_written_as_it_asks(value: str, patterns: list[str]) -> None:
    assert [*patterns_meant(value)] == patterns


@pytest.mark.parametrize(
    "value",
    ["/", "/art/", "/*?", "/wiki/Foo_(bar)", "/a,b/c", "/*.*", "/*{{", "/[0-9]+/", "/my folder/", "/x;y=1"],
)
def test_other_patterns_stay(value: str) -> None:
    assert [*patterns_meant(value)] == [value]


def test_a_hostile_value_gives_no_more_text_than_it_has() -> None:
    assert len([*patterns_meant("(a|b)" * 10_000)]) <= MAX_ALTERNATIVES
    assert sum(map(len, patterns_meant("/a, " * 10_000))) <= 40_000


def test_of_very_many_words_every_path_is_meant_that_begins_alike() -> None:
    assert [*patterns_meant("/art/(" + "a|" * 10_000 + "a).png")] == ["/art/*"]
