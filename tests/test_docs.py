"""The manuals say what is there: every command, option, setting, problem and metric, and nothing that is not."""

import argparse
import ast
import importlib.metadata
import inspect
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest

from crawler_filter import Filter, Policy, Reason, Usage
from crawler_filter.cli import command_line
from crawler_filter.commands import options as options_of_commands
from crawler_filter.formats.names import Name, NameKind, encode_names
from crawler_filter.formats.record import ScopeKind
from crawler_filter.integrations import scrapy as scrapy_addon
from crawler_filter.lists.compiling import compile_list
from crawler_filter.lists.entries import Entry
from crawler_filter.log import Signer
from crawler_filter.sync.directory import SnapshotDirectory
from crawler_filter.sync.update import sync
from registry.cli import main as registry_commands
from registry.config import variables
from tests.conftest import require_system
from tests.simulators.published import URL, PublishedRegistry, scope

ROOT = Path(__file__).resolve().parents[1]
MANUALS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def manual(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


README, ARCHITECTURE = manual("README.md"), manual("docs/explanation/architecture.md")
PYTHON, FILTER, OPERATING = map(
    manual, (f"docs/reference/{name}.md" for name in ("python", "crawler-filter", "optout-registry"))
)
CONFIGURATION, METRICS, ERRORS = map(
    manual, (f"docs/reference/{name}.md" for name in ("configuration", "metrics", "errors"))
)
SCRAPY, CAPTIONS = map(manual, (f"docs/how-to/crawler/{name}.md" for name in ("scrapy", "captions")))


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def row_of(text: str, start: str) -> str:
    """The row of a table that begins with `start`."""
    (row,) = (line for line in text.splitlines() if line.startswith(f"| `{start}"))
    return row


def filter_commands() -> dict[str, set[str]]:
    """Every command of `crawler-filter` with its long options, those of every command left out."""
    (choices,) = (each.choices for each in command_line()._actions if isinstance(each, argparse._SubParsersAction))
    return {
        name: {option for action in parser._actions for option in action.option_strings if option[:2] == "--"}
        - {"--help", "--json"}
        for name, parser in choices.items()
    }


def registry_options(group: click.Group, *before: str) -> Iterator[tuple[str, set[str]]]:
    """Every command of `optout-registry` with its options."""
    for name, command in group.commands.items():
        options = [param for param in command.params if isinstance(param, click.Option)]
        yield " ".join((*before, name)), {opt for each in options for opt in (*each.opts, *each.secondary_opts)}
        if isinstance(command, click.Group):
            yield from registry_options(command, *before, name)


def test_every_variable_of_the_filter_is_in_its_manual() -> None:
    source = inspect.getsource(options_of_commands)
    assert "CRAWLER_FILTER_" in source
    for variable in set(re.findall(r"CRAWLER_FILTER_\w+", source)):
        assert row_of(FILTER, variable)


def test_every_setting_and_stat_of_the_scrapy_add_on_is_in_the_manual() -> None:
    source = "".join(path.read_text("utf-8") for path in Path(scrapy_addon.__file__).parent.glob("*.py"))
    for setting in set(re.findall(r"OPTOUT_[A-Z_]+", source)):
        assert row_of(SCRAPY, setting)
    counted = set(re.findall(r"count\(f?\"([a-z_/{}]+)\"", source)) | set(
        re.findall(r"_set\(\"([a-z_/]+)\"", source)
    )
    told = set(re.findall(r"`optout/([^`]+)`", SCRAPY))
    assert {name for name in counted if "{" not in name} <= told | {"request/checked", "response/checked"}


@pytest.mark.parametrize("manual", MANUALS, ids=lambda path: path.name)
def test_commands_that_a_manual_shows_exist_with_the_options_it_shows(manual: Path) -> None:
    known = dict(registry_options(registry_commands))
    known |= {name: options | {"--json"} for name, options in filter_commands().items()}
    for shown in re.findall(r"(?:optout-registry|crawler-filter) [^`\n|]*", manual.read_text(encoding="utf-8")):
        words = [word.strip("[]…") for word in shown.split()[1:]]
        name = next((" ".join(words[:size]) for size in (2, 1) if " ".join(words[:size]) in known), None)
        options = {word for word in words if word.startswith("--")} - {"--help"}
        assert name is not None or not options, shown
        assert name is None or options <= known[name], shown


@pytest.mark.parametrize("manual", MANUALS, ids=lambda path: path.name)
def test_commands_that_read_a_snapshot_are_shown_with_what_they_believe(manual: Path) -> None:
    """Or they end with code 2 for whoever types them as they are printed."""
    asking = r"^ *\$ (crawler-filter (?:check|explain|captions|audit|diff|export|feed|status) .*)$"
    for shown in re.findall(asking, manual.read_text(encoding="utf-8"), re.MULTILINE):
        assert {"--trust", "--list", "--works", "--dry-run"} & set(shown.split()), shown


def test_every_setting_that_a_manual_names_is_there() -> None:
    mentioned = set().union(*(re.findall(r"REGISTRY_[A-Z_]+[A-Z]", path.read_text("utf-8")) for path in MANUALS))
    assert mentioned - {reason.name for reason in Reason} <= {variable.name for variable in variables()}


def anchors(page: Path) -> set[str]:
    """What a link may name behind `#`, as GitHub and MkDocs make it of each heading."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", MANUALS, ids=lambda path: path.name)
def test_every_link_of_a_manual_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if "://" not in target and not target.startswith("mailto:"):
            name, _, anchor = target.partition("#")
            path = (page.parent / name) if name else page
            assert path.exists(), target
            assert not anchor or anchor in anchors(path), target


def test_every_page_is_linked_from_the_page_by_role() -> None:
    linked = set(re.findall(r"\]\(([^)#]+)", (ROOT / "docs" / "README.md").read_text(encoding="utf-8")))
    pages = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert {page for page in pages - linked if not page.startswith("explanation/adr/")} == {"README.md"}


def test_every_decision_record_is_listed_in_the_architecture() -> None:
    records = {path.name for path in (ROOT / "docs" / "explanation" / "adr").glob("*.md")}
    assert records == set(re.findall(r"\(adr/([a-z0-9-]+\.md)\)", ARCHITECTURE))


def test_every_decision_record_has_its_number_its_status_and_its_date() -> None:
    records = sorted((ROOT / "docs" / "explanation" / "adr").glob("*.md"))
    assert [path.name[:4] for path in records] == [f"{number:04}" for number in range(1, len(records) + 1)]
    for number, path in enumerate(records, 1):
        head = rf"# {number}\. .+\n\n- Status: (accepted|superseded by \[.+\])\n- Date: \d{{4}}-\d\d-\d\d\n\n"
        assert re.match(head, path.read_text(encoding="utf-8")), path.name


@pytest.fixture(scope="module")
def reserved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A synced snapshot in which example.com is reserved, and the trust file beside it."""
    tmp_path = tmp_path_factory.mktemp("reserved")
    published = PublishedRegistry(now=int(time.time()))
    published.declare(scope("domain", "example.com"))
    published.publish()
    sync(tmp_path / "optout", URL, published.trust, transport=published, now=time.time())
    (tmp_path / "registry.policy").write_bytes(published.trust.encode())
    compile_list(tmp_path / "own-list.snapshot", [Entry(ScopeKind.DOMAIN, "example.net")], now=1)
    names = [Name(0, NameKind.CHARACTER, ("青井そら", "Sora Aoi")), Name(0, NameKind.TITLE, ("Blue Bird",))]
    SnapshotDirectory(tmp_path / "optout").store_names(encode_names(names))
    (tmp_path / "screening.key").write_text(Signer("studio.example/screening", bytes(32)).encode())
    return tmp_path


def test_the_console_lines_of_the_readme_do_what_it_shows(
    reserved: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(reserved)
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for block in blocks(README, "console"):
        for shown in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, output = shown.partition("\n")
            command, *arguments = shlex.split(line, comments=True)
            if command == "make":
                assert arguments[0] in targets
            elif command == "pip":
                assert arguments[:2] == ["install", importlib.metadata.metadata("training-optout")["Name"]]
            else:
                assert command == "crawler-filter"
                options = command_line().parse_args(arguments)
                if output:
                    options.run(options)
                    assert re.fullmatch(re.escape(output).replace("…", r"\S+"), capsys.readouterr().out)


FOR_CRAWLERS = ROOT / "docs" / "how-to" / "crawler"


@pytest.mark.parametrize("page", sorted(FOR_CRAWLERS.glob("*.md")), ids=lambda path: path.name)
def test_a_page_for_crawlers_says_what_to_install(page: Path) -> None:
    """And the extra that it names is one."""
    extras = re.findall(r"pip install 'training-optout(?:\[([\w,]+)\])?'", page.read_text(encoding="utf-8"))
    assert extras
    known = importlib.metadata.metadata("training-optout").get_all("Provides-Extra")
    assert {extra for several in extras for extra in several.split(",") if extra} <= set(known)


NEEDING_A_NETWORK = {"switch-from-datadiligence.md", "bulk-by-api.md"}
AT_HAND = ("optout", "url", "page", "body", "headers", "robots", "log")
DONE_ELSEWHERE = {"first-filter.md"}  # by tests/test_tutorials.py
WITH_PYTHON = [
    path
    for path in MANUALS
    if blocks(path.read_text(encoding="utf-8"), "python") and path.name not in NEEDING_A_NETWORK | DONE_ELSEWHERE
]


STARTING_AN_ENGINE = {"ray.md": "ray", "spark.md": "pyspark"}
NEEDING_MORE = {"nemo-curator.md": "nemo_curator"}  # which nobody but its users can be asked to install


def test_the_python_of_every_page_defines_its_names(tmp_path: Path) -> None:
    """That of pages that need a network too, which no test runs. `run_python` has some at hand for others."""
    for page in MANUALS:
        python = blocks(page.read_text(encoding="utf-8"), "python")
        at_hand = "" if page.parent == FOR_CRAWLERS else "".join(f"{name} = None\n" for name in AT_HAND)
        name = page.relative_to(ROOT).as_posix().replace("/", "-")
        (tmp_path / f"{name}.py").write_text(at_hand + "\n".join(python), encoding="utf-8")
    checked = [
        "-m",
        "ruff",
        "check",
        "--isolated",
        "--no-cache",
        "--select=F821",
        "--output-format=concise",
        str(tmp_path),
    ]
    found = subprocess.run([sys.executable, *checked], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (0, "All checks passed!\n")


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, marks=pytest.mark.slow if page.name in STARTING_AN_ENGINE else ())
        for page in WITH_PYTHON
    ],
    ids=lambda path: path.name,
)
@pytest.mark.filterwarnings("ignore")  # of what other tools leave open
def test_the_python_of_a_page_runs(
    page: Path, reserved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if page.name == "spark.md":
        require_system(shutil.which("java"), "Java (Debian package default-jre-headless)")
    if page.name in NEEDING_MORE:
        pytest.importorskip(NEEDING_MORE[page.name], reason=f"{page.name} needs it")
    shutil.copytree(reserved, tmp_path / "work")
    monkeypatch.chdir(tmp_path / "work")
    run_python(page)
    printed = capsys.readouterr().out.splitlines()
    for block in blocks(page.read_text(encoding="utf-8"), "python"):
        for line in re.findall(
            r"^ *print\(.*\)  # ((?:\[|\d|True|False|excluded|Counter).*)$", block, re.MULTILINE
        ):
            assert line in printed or "…" in line, page.name


def run_python(page: Path) -> dict[str, Any]:
    """Run a page's blocks, one after the other; return the names.

    A page that does one task has all it needs. For others an open filter and one response are at hand.
    """
    names: dict[str, Any] = (
        {}
        if page.parent == FOR_CRAWLERS
        else {
            "optout": Filter.open("optout", trust="registry.policy", policy=Policy.opt_out(Usage.TRAIN_AI)),
            "url": "https://example.com/a",
            "page": "https://example.com/",
            "body": b"picture",
            "headers": {"Content-Type": "image/png"},
            "robots": b"User-agent: *\nAllow: /",
            "log": SimpleNamespace(info=lambda *words: None),
        }
    )
    for block in blocks(page.read_text(encoding="utf-8"), "python"):
        # the folder stands for the registry that was synced with
        exec(re.sub(r'(?<=Filter\.open\(\n    )"https://registry\.example"', '"optout"', block), names)
    return names


def test_the_readme_shows_a_decision_and_the_scrapy_add_on(
    reserved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(reserved)
    names = run_python(ROOT / "README.md")
    assert names["decision"].keep is False
    assert names["OPTOUT_TRUST"] == "registry.policy"
    assert list(names["ADDONS"]) == [f"{scrapy_addon.__name__}.{scrapy_addon.OptOutAddon.__name__}"]


def test_the_page_of_captions_shows_what_is_found(
    reserved: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(reserved)
    run_python(ROOT / "docs" / "how-to" / "crawler" / "captions.md")
    printed = capsys.readouterr().out.splitlines()
    for rule, flags in (("character Sora Aoi", ("name",)), ("title Blue Bird", ("name", "with-company"))):
        assert any(line.startswith(rule) and line.endswith(str(flags)) for line in printed)
        assert [flag for flag in flags if flag not in row_of(CAPTIONS, rule)] == []


def test_every_module_that_a_manual_names_is_there() -> None:
    names = set()
    for path in MANUALS:
        names |= set(
            re.findall(r"(?:tests/)?(?:crawler_filter|registry)/[\w/]+\.py", path.read_text(encoding="utf-8"))
        )
    assert names
    for name in names:
        ast.parse((ROOT / name).read_text(encoding="utf-8"))


WALKS = {
    title: re.findall(r"^\d+\. `([\w/]+\.py)`", walk, re.MULTILINE)
    for title, walk in re.findall(r"^### ([^\n]+)\n(.*?)(?=^##)", ARCHITECTURE, re.MULTILINE | re.DOTALL)
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
