"""The shape of the house: who may import whom, what importing does, and how large a thing may grow."""

import ast
import configparser
import json
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

import crawler_filter
import registry

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted(path for package in ("crawler_filter", "registry") for path in (ROOT / package).rglob("*.py"))
EDGE = {"api", "app", "cli", "observability", "public_files", "replica", "serve", "web"}
"""The parts of the registry that may know of HTTP."""

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


def test_every_part_of_the_registry_is_domain_or_edge() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    contract = config["importlinter:contract:no-web-in-domain"]["source_modules"].split()
    parts = {path.stem if path.is_file() else path.name for path in (ROOT / "registry").iterdir()}
    modules = {part for part in parts if (ROOT / "registry" / part / "__init__.py").exists()} | {
        path.stem for path in (ROOT / "registry").glob("*.py") if path.stem != "__init__"
    }
    assert {name.removeprefix("registry.") for name in contract} == modules - EDGE, (
        "put a new part into the contract no-web-in-domain of setup.cfg, or among EDGE here"
    )


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


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_and_functions_stay_small_enough_to_be_read(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") <= MODULE_LINES
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= FUNCTION_LINES, f"{node.name} has {length} lines"


def test_time_and_chance_come_in_from_the_edge() -> None:
    """Whoever makes a decision is given the time; only these ask the machine, as a default or because they wait."""
    asking = {
        "crawler_filter/cli.py",
        "crawler_filter/compat/datadiligence/spawning.py",
        "crawler_filter/filter.py",
        "crawler_filter/lint/cli.py",
        "crawler_filter/pdf_pages.py",
        "crawler_filter/robots_cache.py",
        "crawler_filter/source.py",
        "crawler_filter/timed_connections.py",
        "crawler_filter/transport.py",
        "registry/app.py",
        "registry/cli.py",
        "registry/fetch/exchange.py",
        "registry/fetch/resolver.py",
        "registry/observability.py",
        "registry/publish/publisher.py",
        "registry/replica.py",
    }
    found = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            named += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            if {"time", "random", "secrets", "uuid"} & set(named):
                found.add(path.relative_to(ROOT).as_posix())
    assert found <= asking
