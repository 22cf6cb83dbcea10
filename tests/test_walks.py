"""The walks of the architecture: the files are there, each is called by one before it, and none leads back."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "explanation" / "architecture.md").read_text(encoding="utf-8")
WALKS = {
    title: re.findall(r"^\d+\. `([\w/]+\.py)`", walk, re.MULTILINE)
    for title, walk in re.findall(r"^### ([^\n]+)\n(.*?)(?=^##)", PAGE, re.MULTILINE | re.DOTALL)
}


@cache
def imports(path: str) -> frozenset[str]:
    """The files of this project that a file imports from; through a package, the file that has the name."""
    found = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.ImportFrom)
            and node.module
            and node.module.startswith(("crawler_filter", "registry"))
        ):
            found |= {home(node.module, each.name) for each in node.names}
    return frozenset(found) - {"", path}


def home(module: str, name: str) -> str:
    folder = module.replace(".", "/")
    for candidate in (f"{folder}/{name}.py", f"{folder}.py"):
        if (ROOT / candidate).exists():
            return candidate
    package = ROOT / folder / "__init__.py"
    if not package.exists():
        return ""
    for node in ast.walk(ast.parse(package.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and name in {each.name for each in node.names}:
            return home(node.module, name)
    return f"{folder}/__init__.py"


@cache
def reached(path: str) -> frozenset[str]:
    """Every file that a file imports, directly or not."""
    seen: set[str] = set()
    waiting = [path]
    while waiting:
        new = imports(waiting.pop()) - seen
        seen |= new
        waiting += new
    return frozenset(seen)


def test_the_walks_are_told() -> None:
    assert len(WALKS) == 5
    assert all(len(walk) >= 5 for walk in WALKS.values())


@pytest.mark.parametrize("walk", WALKS.values(), ids=WALKS)
def test_each_file_of_a_walk_is_imported_by_one_before_it(walk: list[str]) -> None:
    for position, path in enumerate(walk[1:], start=1):
        assert any(path in imports(before) for before in walk[:position]), path


@pytest.mark.parametrize("walk", WALKS.values(), ids=WALKS)
def test_no_file_of_a_walk_leads_back_to_one_that_led_to_it(walk: list[str]) -> None:
    for position, path in enumerate(walk):
        led_here = {before for before in walk[:position] if path in reached(before)}
        assert reached(path).isdisjoint(led_here), path
