"""4,231 real robots.txt files, read beside protego: every difference has one of the reasons in docs/signals.md.

The files are in protego's source distribution, which is downloaded for this test and never part of this project.
"""

import subprocess
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import pytest

from crawler_filter.signals.agents import EVERYBODY, product_token
from crawler_filter.signals.lines import CRAWL_RULES, Key, Line, read_lines
from crawler_filter.signals.robots import RobotsTxt

pytestmark = pytest.mark.slow

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
        "protego",
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
            everybody = value.startswith(EVERYBODY) and (len(value) == 1 or value[1].isspace())
            value = EVERYBODY if everybody else product_token(value) or "nobody"
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
    return pytest.importorskip("protego").Protego.parse(text)


def reason(lines: Sequence[Line], agent: str, url: str, ours: bool) -> str | None:
    for level, name in enumerate(LEVELS):
        if parsed(plainly(lines, level)).can_fetch(url, agent) is ours:
            return name
    if ours is False and any(line.key is Key.ALLOW and line.value.endswith("/index.html") for line in lines):
        return "index.html"
    return "dot segments" if "/." in url else None


def test_every_disagreement_with_protego_has_a_known_reason(corpus: Sequence[str]) -> None:
    protego = pytest.importorskip("protego")
    asked, reasons, unexplained = 0, Counter(), []
    for text in corpus:
        lines = [line for line in read_lines(text).lines if line.key in {*CRAWL_RULES, Key.AGENT}]
        ours, theirs = RobotsTxt.parse(text), protego.Protego.parse(text)
        for agent, urls in questions(lines):
            asked += len(urls)
            for url in urls:
                answer = ours.may_crawl(agent, url)
                if answer is not theirs.can_fetch(url, agent):
                    why = "no text" if ours.unreachable else reason(lines, agent, url, answer)
                    reasons[why] += 1
                    unexplained += [] if why else [(agent, url, answer)]
    assert len(corpus) > 4000
    assert not unexplained
    assert reasons.total() < asked * 0.05
