"""4,231 real robots.txt files, read beside protego: every difference has one of the reasons in docs/reference/signals.md, which
prints as many of each as are counted here.

The files are in protego's source distribution, which is downloaded for this test and never part of this project.
"""

import re
import subprocess
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from crawler_filter.signals.agents import WILDCARD, product_token
from crawler_filter.signals.robots.keys import Key, Line
from crawler_filter.signals.robots.lines import CRAWL_RULES, read_lines
from crawler_filter.signals.robots.robots_txt import RobotsTxt

pytestmark = pytest.mark.slow
protego = pytest.importorskip("protego")

DOCS = Path(__file__).resolve().parents[4] / "docs" / "reference" / "signals.md"
VERSION = "0.7.0"
"""The protego whose files are read and whose answers docs/reference/signals.md counts."""

AGENTS, PATHS = 20, 300
"""How many names of one file, and how many addresses made of its rules, are asked about."""

LEVELS = ("other records", "names", "patterns")


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Sequence[str]:
    folder = tmp_path_factory.mktemp("protego")
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "-q",
        "--no-deps",
        "--no-binary",
        "protego",
        "-d",
        folder,
        f"protego=={VERSION}",
    ]
    if subprocess.run(command, check=False, capture_output=True, timeout=120).returncode:
        pytest.skip("protego's source distribution could not be downloaded")
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        files = [member for member in tar.getmembers() if "/tests/test_data/" in member.name and member.isfile()]
        return [tar.extractfile(member).read().decode("utf-8", "replace") for member in files]


def plainly(lines: Sequence[Line], level: int) -> str:
    """Write a file anew, at each level without one more thing that the two read differently."""
    plain = []
    for line in lines:
        value = line.value
        if line.key is Key.AGENT and level >= 1:
            everybody = value.startswith(WILDCARD) and (len(value) == 1 or value[1].isspace())
            value = WILDCARD if everybody else product_token(value) or "nobody"
        elif line.key is not Key.AGENT and level >= 2 and not value.startswith(("/", "*")):
            value = ""
        plain.append(f"{line.key}: {value}")
    return "\n".join(plain)


def questions(lines: Sequence[Line]) -> Iterator[tuple[str, list[str]]]:
    names = [product_token(line.value) for line in lines if line.key is Key.AGENT]
    patterns = [line.value.removesuffix("$") for line in lines if line.key in CRAWL_RULES and line.value]
    paths = [path for text in patterns for path in (text.replace("*", "x"), text.replace("*", "") + "tail")]
    urls = [f"https://site.example{'' if path.startswith('/') else '/'}{path}" for path in ["/", "/x", *paths]]
    for name in list(dict.fromkeys(["examplebot", *filter(None, names)]))[:AGENTS]:
        yield name, list(dict.fromkeys(urls))[:PATHS]


@lru_cache(maxsize=len(LEVELS))
def parsed(text: str) -> Any:
    return protego.Protego.parse(text)


def reason(lines: Sequence[Line], agent: str, url: str, ours: bool) -> str | None:
    for level, name in enumerate(LEVELS):
        if parsed(plainly(lines, level)).can_fetch(url, agent) is ours:
            return name
    if ours is False and any(line.key is Key.ALLOW and line.value.endswith("/index.html") for line in lines):
        return "index.html"
    return "dot segments" if "/." in url else None


@dataclass
class Comparison:
    """How many questions were asked, and what became of those that the two answer differently."""

    asked: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    unexplained: list[tuple[str, str, bool]] = field(default_factory=list)


@pytest.fixture(scope="module")
def comparison(corpus: Sequence[str]) -> Comparison:
    made = Comparison()
    for text in corpus:
        document = read_lines(text)
        lines = [line for line in document.lines if line.key in {*CRAWL_RULES, Key.AGENT}]
        strictly = RobotsTxt(replace(document, meant=()))
        ours, theirs = RobotsTxt.parse(text), protego.Protego.parse(text)
        for agent, urls in questions(lines):
            made.asked += len(urls)
            for url in urls:
                answer = ours.may_crawl(agent, url)
                if answer is theirs.can_fetch(url, agent):
                    continue
                if ours.unreachable:
                    why: str | None = "no text"
                elif answer is not strictly.may_crawl(agent, url):
                    why = "second reading"
                else:
                    why = reason(lines, agent, url, answer)
                if why:
                    made.reasons[why] += 1
                else:
                    made.unexplained.append((agent, url, answer))
    return made


def test_every_disagreement_with_protego_has_a_known_reason(corpus: Sequence[str], comparison: Comparison) -> None:
    assert len(corpus) > 4000
    assert not comparison.unexplained


def test_the_manual_prints_what_is_counted(corpus: Sequence[str], comparison: Comparison) -> None:
    if version("protego") != VERSION:
        pytest.skip(f"the manual counts the answers of protego {VERSION}")
    manual = DOCS.read_text("utf-8")
    section = manual[manual.index("### Beside protego") : manual.index("## AIPREF")]
    rows = re.findall(r"^\| ([\w `$.]+) \| ([\d,]+) \|", section, re.MULTILINE)
    printed = {name.replace("`", ""): int(count.replace(",", "")) for name, count in rows}
    assert {name: count for name, count in printed.items() if count} == dict(comparison.reasons)
    share = comparison.reasons.total() / comparison.asked
    for figure in (f"{len(corpus):,}", f"{comparison.asked:,}", f"{comparison.reasons.total():,}", f"{share:.1%}"):
        assert figure.replace("%", " %") in " ".join(section.split())
