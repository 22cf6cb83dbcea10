"""The documented face is the face: what a manual imports is exported, what is exported is in a manual."""

import ast
import json
import os
import re
import subprocess
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest

import crawler_filter

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ast.parse((ROOT / "crawler_filter" / "__init__.py").read_text(encoding="utf-8"))
MANUALS = [ROOT / "README.md", ROOT / "README.ja.md", *sorted((ROOT / "docs").rglob("*.md"))]
SUBMODULES = ("crawler_filter.errors", "crawler_filter.integrations.", "crawler_filter.compat.datadiligence")
"""What may be imported beside the package itself: its errors one by one, and one module for each foreign tool."""


def shown_imports() -> set[tuple[str, str]]:
    """Each (module, name) of this package that a block or a line of a manual imports."""
    shown = set()
    for manual in MANUALS:
        text = manual.read_text(encoding="utf-8")
        for line in re.findall(r"from crawler_filter[\w.]* import (?:\([^)]*\)|[\w, ]+)", text):
            (statement,) = ast.parse(line).body
            shown |= {(statement.module, each.name) for each in statement.names}
        shown |= {(module, "") for module in re.findall(r"import (crawler_filter[\w.]*)", text)}
    return shown


def test_what_a_manual_imports_is_exported_or_a_documented_submodule():
    shown = shown_imports()
    assert len(shown) > len(crawler_filter.__all__)
    for module, name in sorted(shown):
        if module == "crawler_filter":
            assert name in {"", *crawler_filter.__all__}, f"a manual imports {name} from crawler_filter"
        else:
            assert module.startswith(SUBMODULES), f"a manual imports {name} from {module}"
        with suppress(ImportError):  # a tool that is not installed here
            assert not name or hasattr(import_module(module), name)


def test_every_name_that_is_exported_is_documented():
    page = (ROOT / "docs" / "reference" / "python.md").read_text(encoding="utf-8")
    assert [name for name in crawler_filter.__all__ if f"`from crawler_filter import {name}`" not in page] == []


def test_the_first_level_of_errors_is_exported():
    """So `docs/reference/errors.md` says, and a program that is to stop has to name the error."""
    errors = import_module("crawler_filter.errors")
    first = {name for name, each in vars(errors).items() if getattr(each, "__base__", None) is errors.FilterError}
    assert {"NotCheckedError", "TransportError"} <= first
    assert {"FilterError", *first} <= set(crawler_filter.__all__)


def test_who_checks_types_is_told_of_a_misspelt_name():
    """A `__getattr__` that type checkers see makes every name one of the module."""
    for package in sorted((ROOT / "crawler_filter").rglob("__init__.py")):
        functions = (
            node for node in ast.parse(package.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)
        )
        assert "__getattr__" not in {each.name for each in functions}, package


def test_type_checkers_and_running_programs_see_the_same_names():
    (checked, _) = (node for node in SOURCE.body if isinstance(node, ast.If))
    seen = {(each.name, statement.module) for statement in checked.body for each in statement.names}
    assert seen == {(name, f"crawler_filter.{module}") for name, module in crawler_filter._HOME_OF.items()}
    assert sorted(name for name, _ in seen) == sorted(crawler_filter.__all__)
    for name, module in seen:
        assert getattr(crawler_filter, name) is getattr(import_module(module), name)
    assert set(crawler_filter.__all__) <= set(dir(crawler_filter))


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Filtre'"):
        crawler_filter.Filtre  # noqa: B018
    assert not hasattr(crawler_filter, "__path_hooks__")


@pytest.mark.parametrize(
    ("name", "loaded"),
    [("Usage", []), ("Policy", []), ("Filter", []), ("RobotsTxt", []), ("Client", ["requests", "socket"])],
)
def test_a_name_loads_what_it_needs_and_no_more(name, loaded):
    program = (
        f"import json, sys\nfrom crawler_filter import {name}\n"
        "print(json.dumps(sorted({'numpy', 'pyarrow', 'requests', 'socket', 'cryptography'} & sys.modules.keys())))"
    )
    run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert json.loads(run.stdout) == loaded


USER_SCRIPT = """
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from crawler_filter import (
    Agent, AgeError, Assurance, Client, ContentLookup, DataError, Decision, Evidence, Family, Filter, FilterError,
    Finding, FirstUse, Likeness, MissingExtraError, Mode, Policy, Preference, Reason, RobotsCache, RobotsTxt,
    SnapshotId, SnapshotMissingError, Source, Stats, Terms, TransportError, Unavailable, Usage, default_agents,
)
from crawler_filter.errors import SignatureError

policy: Policy = replace(Policy.from_file("optout.toml"), content=ContentLookup.DIGESTS)
robots: RobotsTxt = RobotsTxt.parse(b"User-agent: *")
agents: tuple[Agent, ...] = (*default_agents().agents, Agent("A-New-Token"))
families: frozenset[Family] = frozenset(Family) - {Family.AI_TXT}


def kept(optout: Filter, urls: Iterable[str]) -> list[str]:
    found: list[Finding] = []
    answer: list[str] = []
    for url in urls:
        decision: Decision = optout.check(url, robots_txt=robots, headers={"X-Robots-Tag": "noai"})
        preference: Preference = decision.preference
        snapshot: SnapshotId | None = decision.snapshot
        unavailable: tuple[Unavailable, ...] = tuple(decision.unavailable)
        found.extend(decision.findings)
        if decision.keep:
            answer.append(url)
        reason: Reason = decision.reason
        cause: Finding | Unavailable | None = decision.cause
        if decision.retry or not decision.would_keep:
            print(decision.summary(), decision.explain("ja"), decision.record(b"")["reason"], reason.value, cause)
    return answer


def generated(optout: Filter, picture: object) -> bool:
    decisions = [
        optout.check_output(b"bytes"),
        optout.check_output(text="text"),
        optout.check_output(path="made.png"),
        optout.check_output(image=picture),
    ]
    return all(decision.keep for decision in decisions)


def in_bulk(optout: Filter, urls: list[str]) -> None:
    mask = optout.mask(urls, sha256=[None] * len(urls))
    table = optout.explain_rows(urls, rows=[not keep for keep in mask], all=True)
    print(table.num_rows)
    stats: Stats = optout.stats
    print(stats.reasons[Reason.KEPT], stats.would_exclude, optout.age, optout.snapshot, optout.missing_extras)


def main() -> None:
    try:
        optout = Filter.open("https://r.example", trust=FirstUse(), policy=policy, refresh=timedelta(hours=1),
                             needs={"pictures", "video"})
        optout.warm()
    except (SignatureError, DataError, AgeError, TransportError, SnapshotMissingError, MissingExtraError) as error:
        base: FilterError = error
        raise SystemExit(str(base)) from error
    print(kept(optout, ["https://example.com/"]))
"""


SCRIPT_OF_TOOLS = """
import urllib.request

import requests

from crawler_filter import Filter
from crawler_filter.errors import NotCheckedError
from crawler_filter.integrations.blocklist import Blocklist, reject
from crawler_filter.integrations.requests import ExcludedRequestError, mount
from crawler_filter.integrations.summary import Summary
from crawler_filter.integrations.urllib import OptOutHandler
from crawler_filter.integrations.warc import predicate, rewrite
from crawler_filter.integrations.webdataset import rewrite_shards, select


def fetch(optout: Filter, url: str) -> bytes | None:
    session = requests.Session()
    summary: Summary = mount(session, optout, content=True)
    try:
        body: bytes = session.get(url).content
    except ExcludedRequestError as error:
        print(error.decision.summary(), summary.reasons.most_common(3), summary.to_dict())
        return None
    except NotCheckedError as error:
        raise SystemExit(str(error)) from error
    return body


def others(optout: Filter) -> None:
    urllib.request.build_opener(OptOutHandler(optout, content=True))
    blocked: Blocklist = Blocklist(optout)
    links: list[str] = [link for link in ["https://example.com/"] if link not in blocked and not reject(optout)(link)]
    whole: Summary = rewrite("in.warc.gz", "out.warc.gz", optout, removed_to="removed.jsonl")
    whole.merge(rewrite_shards(["0.tar"], "kept", optout, sha1="digest"))
    keep: bool = predicate(optout)(object()) and select(optout, content="jpg")({"json": "{}"})
    print(links, whole, keep)
"""


@pytest.fixture
def scripts(tmp_path) -> Path:
    """A folder of two scripts as users write them, with types: one of the filter, one of its integrations."""
    (tmp_path / "script.py").write_text(USER_SCRIPT, encoding="utf-8")
    (tmp_path / "script_of_tools.py").write_text(SCRIPT_OF_TOOLS, encoding="utf-8")
    return tmp_path


def checked(scripts: Path, *command: str) -> str:
    """What a type checker says at the end, where the scripts alone are its project."""
    path = os.environ["PATH"]
    environment = {
        "PYTHONPATH": str(ROOT),
        "MYPYPATH": str(ROOT),
        "PATH": path,
        "HOME": os.environ.get("HOME", ""),
    }
    run = subprocess.run(
        [sys.executable, "-m", *command, *map(str, scripts.glob("*.py"))], check=False, capture_output=True, text=True, env=environment, cwd=scripts
    )  # fmt: skip
    return run.stdout + run.stderr


@pytest.mark.whole
def test_typed_scripts_of_a_user_pass_mypy_strict(scripts):
    pytest.importorskip("mypy", reason="the base install has no type checker")
    said = checked(scripts, "mypy", "--strict", "--config-file=", "--cache-dir", str(scripts))
    assert said.splitlines()[-1:] == ["Success: no issues found in 2 source files"], said


@pytest.mark.slow  # `.ci/run` runs it
def test_typed_scripts_of_a_user_pass_pyright(scripts):
    pytest.importorskip("pyright", reason="pyright is not installed")
    settings = {"typeCheckingMode": "standard", "extraPaths": [str(ROOT)]}
    (scripts / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    said = checked(scripts, "pyright", "--pythonpath", sys.executable, "--project", str(scripts))
    assert "0 errors" in said, said
