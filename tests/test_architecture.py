"""The shape of the house: who may import whom, what importing does, and how large a thing may grow."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from re import _constants as sre_constants
from re import _parser as sre_parser
from types import BuiltinMethodType, ModuleType
from typing import Any

import pytest

import crawler_filter
import registry
from crawler_filter.formats.normal_form import normal_form

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted(path for package in ("crawler_filter", "registry") for path in (ROOT / package).rglob("*.py"))
MODULE_LINES, FUNCTION_LINES = 400, 45

IMPORTING = """
import json, logging, os, sys
seen, before = [], dict(os.environ)
sys.addaudithook(lambda event, args: seen.append(event + repr(args)[:80]) if
    event.startswith(("socket.", "subprocess.", "os.mkdir", "os.rename", "os.putenv", "urllib.")) or
    event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+") else None)
import crawler_filter
print(json.dumps({
    "did": seen,
    "changed": before != dict(os.environ),
    "handlers": [repr(each) for each in logging.getLogger().handlers],
    "loaded": sorted({"numpy", "pyarrow", "requests", "socket", "cryptography", "registry"} & sys.modules.keys()),
}))
"""


def test_importing_the_filter_does_nothing_else() -> None:
    command = [sys.executable, "-B", "-W", "error", "-c", IMPORTING]
    run = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    assert run.stderr == ""
    assert json.loads(run.stdout) == {"did": [], "changed": False, "handlers": [], "loaded": []}


KEPT_AT_ROOT = {
    *(
        ".ci",
        ".dockerignore",
        ".gitignore",
        "Dockerfile",
        "Makefile",
        "compose.yaml",
        "pyproject.toml",
        "setup.cfg",
    ),
    *("CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.ja.md", "README.md", "SECURITY.md", "schema.sql"),
    *("benchmarks", "crawler_filter", "demo", "docs", "packaging", "registry", "tests", "tools"),
}


def test_nothing_is_kept_that_a_try_of_a_program_left_at_the_root() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("this is no checkout of git")
    listed = subprocess.run(["git", "ls-files", "-z"], check=True, capture_output=True, cwd=ROOT).stdout.split(
        b"\0"
    )
    assert {name.split(b"/")[0] for name in listed if name} - {name.encode() for name in KEPT_AT_ROOT} == set()


def exporting() -> Iterator[tuple[str, list[str]]]:
    """Every package that says what it exports, with the names."""
    for package in (crawler_filter, registry):
        found = walk_packages(package.__path__, f"{package.__name__}.")
        for name in [package.__name__, *(each.name for each in found if each.ispkg and "web" not in each.name)]:
            if names := getattr(import_module(name), "__all__", None):
                yield name, names


def test_every_public_name_is_exported_once_and_is_there() -> None:
    owners: dict[int, str] = {}
    for package, names in exporting():
        assert len(set(names)) == len(names), package
        for name in names:
            thing = getattr(import_module(package), name)
            if isinstance(thing, type) or callable(thing):
                other = owners.setdefault(id(thing), f"{package}.{name}")
                assert other == f"{package}.{name}", f"{package}.{name} is exported as {other} already"


@pytest.fixture(scope="module", autouse=True)
def read_once() -> None:
    """Read and import everything before the tests, so that none of them bears what all of them need."""
    for path in SOURCES:
        nodes(path)
    modules()


@cache
def modules() -> dict[str, ModuleType]:
    """Every module of both packages that can be imported, by its name."""
    imported = {}
    for package in (crawler_filter, registry):
        for found in walk_packages(package.__path__, f"{package.__name__}."):
            with suppress(ImportError):  # an extra that is not installed
                imported[found.name] = import_module(found.name)
    return imported


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Every node of a module; parsed once for all tests."""
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_modules_and_functions_stay_small_enough_to_be_read() -> None:
    large = [named(path) for path in SOURCES if path.read_text(encoding="utf-8").count("\n") > MODULE_LINES]
    functions = ast.FunctionDef | ast.AsyncFunctionDef
    large += [
        f"{named(path)}: {node.name} has {length} lines"
        for path in SOURCES
        for node in nodes(path)
        if isinstance(node, functions) and (length := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES
    ]
    assert large == []


def test_a_docstring_begins_with_a_verb_or_a_noun() -> None:
    """A clause such as "What is left" makes the reader guess what is meant; a noun or a verb says it."""
    clause = ("How ", "What ", "When ", "Where ", "Whether ", "Which ", "Who ", "Whose ", "Why ")
    documented = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    assert [
        f"{named(path)}, line {node.lineno}: {node.name}"
        for path in SOURCES
        for node in nodes(path)
        if isinstance(node, documented) and (ast.get_docstring(node, clean=False) or "").startswith(clause)
    ] == []


def test_time_and_chance_come_in_from_the_edge() -> None:
    """Whoever makes a decision is given the time; only these ask the machine, as a default or because they wait."""
    asking = {
        "crawler_filter/commands/auditing.py",
        "crawler_filter/commands/coding.py",
        "crawler_filter/commands/compiling.py",
        "crawler_filter/commands/declaring.py",
        "crawler_filter/commands/keygen.py",
        "crawler_filter/commands/linting.py",
        "crawler_filter/commands/syncing.py",
        "crawler_filter/commands/verifying.py",
        "crawler_filter/compat/datadiligence/spawning.py",
        "crawler_filter/files/isolated.py",
        "crawler_filter/files/pdf.py",
        "crawler_filter/filter.py",
        "crawler_filter/integrations/door.py",
        "crawler_filter/integrations/scrapy/journal.py",
        "crawler_filter/integrations/scrapy/robots.py",
        "crawler_filter/net/deadlines.py",
        "crawler_filter/net/robots_cache.py",
        "crawler_filter/net/transport.py",
        "crawler_filter/sync/list_folder.py",
        "crawler_filter/sync/opening.py",
        "crawler_filter/sync/source.py",
        "registry/background/clock.py",
        "registry/cli.py",
        "registry/http/observability.py",
        "registry/instance/assembly.py",
        "registry/instance/opening.py",
        "registry/instance/registry.py",
        "registry/net/resolver.py",
        "registry/publishing/publisher.py",
        "registry/server/replica.py",
        "registry/server/serve.py",
    }
    found = set()
    for path in SOURCES:
        for node in nodes(path):
            named = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            named += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            if {"time", "random", "secrets", "uuid"} & set(named):
                found.add(path.relative_to(ROOT).as_posix())
    assert found <= asking


FLAT = {
    "crawler_filter": {
        "__init__",
        "_version",
        "cli",
        "decision",
        "errors",
        "explanation",
        "filter",
        "finding",
        "policy",
        "preference",
        "reason",
    },
    "registry": {"__init__", "cli", "config", "errors", "rate_limits", "site_checks"},
}
"""The modules that lie in no folder: a new one belongs into the folder of its subject."""


@pytest.mark.parametrize("package", FLAT)
def test_a_module_lies_in_the_folder_of_its_subject(package: str) -> None:
    assert {path.stem for path in (ROOT / package).glob("*.py")} == FLAT[package]


@cache
def imports() -> dict[str, set[str]]:
    """Every module of both packages, with those that it imports when it is imported or called."""
    names = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in SOURCES
    }
    graph: dict[str, set[str]] = {}
    for name, path in names.items():
        graph[name] = set()
        for node in nodes(path):
            if isinstance(node, ast.Import):
                graph[name] |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                inner = {f"{node.module}.{alias.name}" for alias in node.names}
                graph[name] |= (inner & names.keys()) or {str(node.module)}
        graph[name] &= names.keys() - {name}
    graph["crawler_filter.filter"].discard("crawler_filter.sync.opening")  # the one door, opened by `Filter.open`
    return graph


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Return one circle of a graph, or nothing."""
    done: set[str] = set()

    def walk(name: str, way: list[str]) -> list[str]:
        if name in way:
            return [*way[way.index(name) :], name]
        if name in done:
            return []
        for other in sorted(graph[name]):
            if found := walk(other, [*way, name]):
                return found
        done.add(name)
        return []

    return next((found for name in sorted(graph) if (found := walk(name, []))), [])


def test_no_files_import_each_other_in_a_circle() -> None:
    assert circle(imports()) == []


def test_no_folders_import_each_other_in_a_circle() -> None:
    folders: dict[str, set[str]] = {}
    for name, others in imports().items():
        home, *rest = (".".join(each.split(".")[:2]) for each in (name, *sorted(others)))
        folders.setdefault(home, set()).update({*rest} - {home})
    assert circle(folders) == []


def test_a_circle_is_found_where_there_is_one() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()}) == ["b", "c", "b"]


def test_no_class_inherits_state_from_two_bases() -> None:
    classes = {}
    for path in SOURCES:
        for node in nodes(path):
            if isinstance(node, ast.ClassDef):
                classes[node.name] = node
    stateless = {"Enum", "StrEnum", "IntFlag", "Protocol", "Generic", "NamedTuple", "TypedDict", "ABC"}

    def holds_state(name: str) -> bool:
        node = classes.get(name)
        if node is None:
            return name not in stateless
        has = any(isinstance(each, ast.AnnAssign) or getattr(each, "name", "") == "__init__" for each in node.body)
        return has or any(holds_state(ast.unparse(base).split("[")[0]) for base in node.bases)

    for name, node in classes.items():
        bases = [ast.unparse(base).split("[")[0].rsplit(".", 1)[-1] for base in node.bases]
        holding = [base for base in bases if not base.endswith(("Error", "Exception")) and holds_state(base)]
        assert len(holding) < 2, f"{name} has state from {holding}: compose them"


def patterns(module: ModuleType) -> Iterator[str | bytes]:
    """The regular expressions that a module keeps, those of which it keeps only a method included."""
    for thing in vars(module).values():
        kept = thing.__self__ if type(thing) is BuiltinMethodType else thing
        if type(kept) is re.Pattern:  # a proxy of Flask's does not like to be asked what it is an instance of
            yield kept.pattern


ONE_CHARACTER = (sre_constants.IN, sre_constants.LITERAL, sre_constants.NOT_LITERAL, sre_constants.ANY)


def possessive_groups(parsed: Any) -> Iterator[Any]:
    """What is repeated possessively in a parsed pattern, and is more than one character."""
    if isinstance(parsed, sre_parser.SubPattern | list | tuple):
        for each in parsed:
            yield from possessive_groups(each)
        if parsed and parsed[0] is sre_constants.POSSESSIVE_REPEAT:
            repeated = parsed[1][2]
            if len(repeated) != 1 or repeated[0][0] not in ONE_CHARACTER:
                yield repeated


def test_no_group_is_repeated_possessively() -> None:
    """Python before 3.11.5 matches such a group wrongly with two ways to match (gh-106052); `(?>(…)*)` is right.

    The pattern of URLs alone is written for the Python that runs: `repeated` has a test of its own.
    """
    assert list(possessive_groups(sre_parser.parse("a(?:(?:bc?)*+)d")))
    of_urls = normal_form().partition("/(?!")[0]
    for name, module in modules().items():
        for pattern in patterns(module):
            assert str(pattern).startswith(of_urls) or not list(possessive_groups(sre_parser.parse(pattern))), (
                f"{name}: {pattern!r}"
            )


MARKS = {"slow", "whole", "browser", "system"}
"""What keeps a test out of `make test`."""


def has_quick_test(path: Path) -> bool:
    """Tell whether a module of tests has one that `make test` runs, whatever its parameters are marked."""
    module = ast.parse(path.read_text(encoding="utf-8"))
    for node in module.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark" and marks_of(node.value):
            return False
    tests = (
        node for node in ast.walk(module) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )
    return any(
        not any(marks_of(each) for each in test.decorator_list if not is_parametrised(each)) for test in tests
    )


def marks_of(node: ast.AST) -> set[str]:
    return {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)} & MARKS


def is_parametrised(decorator: ast.AST) -> bool:
    return "parametrize" in ast.unparse(decorator).partition("(")[0]


def test_no_subject_has_marked_tests_alone() -> None:
    """A folder is a subject. The tours of the pages in a browser are of the folder above them."""
    assert not has_quick_test(ROOT / "tests" / "test_tutorials.py")
    quick: dict[str, bool] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        folder = named(path.parent).removesuffix("/browser")
        quick[folder] = quick.get(folder, False) or has_quick_test(path)
    assert [folder for folder, has in quick.items() if not has] == []
