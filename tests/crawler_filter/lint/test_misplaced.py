"""A file that no crawler asks for is named, with the place that it was meant for; other people's files are not."""

from pathlib import Path

import pytest

from crawler_filter.lint.folder import read_folder
from crawler_filter.lint.issues import Issue
from crawler_filter.lint.linting import lint
from crawler_filter.lint.misplaced import meant_place
from crawler_filter.lint.report import Advice

RULES = "User-agent: GPTBot\nDisallow: /\n"
ROBOTS, TDMREP = "/robots.txt", "/.well-known/tdmrep.json"
# fmt: off
MISPLACED = {
    "/robot.txt": ROBOTS, "/Robots.txt": ROBOTS, "/robots.TXT": ROBOTS, "/.well-known/robots.txt": ROBOTS,
    "/robots.txt.txt": ROBOTS, "/robots": ROBOTS, "/robtos.txt": ROBOTS, "/robots (1).txt": ROBOTS, "/robots.txt.bak": ROBOTS,
    "/blog/robots.txt": ROBOTS, "/ai.txt.txt": "/ai.txt", "/AI.txt": "/ai.txt", "/blog/ai.txt": "/ai.txt",
    "/tdmrep.json": TDMREP, "/.well-known/tdmrep.jsonld": TDMREP, "/well-known/tdmrep.json": TDMREP, "/.well-known/tdm.json": TDMREP,
    "/.well-known/tdmrep.json.txt": TDMREP, "/Trust.txt": "/trust.txt", "/headers": "/_headers", "/_headers.txt": "/_headers",
}
NOTHING = [
    "/index.html", "/robots.html", "/robots/index.html", "/docs/robots.txt", "/node_modules/a/robots.txt", "/a/b/c/robots.txt",
    "/blog/headers", "/air.txt", "/main.txt", "/robots.txt", TDMREP, "/ai.txt", "/_headers", "/ads.txt", "/security.txt",
]
# fmt: on


def advice(folder: Path, *paths: str) -> list[Advice]:
    """Return what the linter says of names, where a site has these files."""
    for path in ("/index.html", *paths):
        file = folder / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("<p>A page" if path.endswith("html") else RULES)
    named = (Issue.FILE_MISPLACED, Issue.LLMS_TXT_ALONE)
    return [each for each in lint(read_folder(folder, "https://a.example")).advice if each.fault in named]


@pytest.mark.parametrize(("path", "meant"), MISPLACED.items())
def test_a_misplaced_file_is_named_with_its_right_place(tmp_path: Path, path: str, meant: str) -> None:
    (said,) = advice(tmp_path, path)
    assert (said.fault, said.place, said.detail) == (Issue.FILE_MISPLACED, path, f"crawlers ask for {meant}")


@pytest.mark.parametrize("path", NOTHING)
def test_a_file_that_is_where_it_belongs_or_is_another_is_not_named(path: str) -> None:
    assert meant_place(path) in ("", path)


def test_a_copy_beside_the_right_file_is_not_named(tmp_path: Path) -> None:
    assert advice(tmp_path, "/robots.txt", "/robots.txt.bak", "/blog/robots.txt", "/llms.txt") == []


def test_both_places_of_ai_txt_are_right(tmp_path: Path) -> None:
    assert advice(tmp_path, "/.well-known/ai.txt", "/.well-known/trust.txt") == []


def test_llms_txt_alone_is_told_to_reserve_nothing(tmp_path: Path) -> None:
    (said,) = advice(tmp_path, "/llms.txt")
    assert said.fault is Issue.LLMS_TXT_ALONE
