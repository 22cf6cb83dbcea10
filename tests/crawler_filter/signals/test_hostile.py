"""Hostile input to every reader: a megabyte in under a second, and twice the input in about twice the time."""

from collections.abc import Callable

import pytest

from crawler_filter.signals import headers, html, well_known
from crawler_filter.signals.agents import default_agents, usages_by_token
from crawler_filter.signals.aipref import parse_statement
from crawler_filter.signals.content_signal import parse_content_signal
from crawler_filter.signals.robots.robots_txt import RobotsTxt
from crawler_filter.signals.rsl import read_document
from crawler_filter.signals.tdmrep import FILE
from tests.costs import SECOND, cost

MEGABYTE = 1 << 20
SPEAKING = usages_by_token(default_agents().agents)
URL = "https://a.example/" + "ab" * 1000
WILDCARDS = RobotsTxt.parse("User-agent: *\n" + "".join(f"Allow: /*{number}aab\n" for number in range(20_000)))
STARS = RobotsTxt.parse("User-agent: *\nDisallow: /" + "*a" * 5000 + "b")


def robots(text: str) -> None:
    parsed = RobotsTxt.parse(text)
    parsed.may_crawl("a", URL)
    list(parsed.findings("a", URL, other_agents=SPEAKING))


def field(name: str) -> Callable[[str], object]:
    return lambda text: headers.read({name: text}, agent="b", other_agents=SPEAKING)


def file(path: str) -> Callable[[str], object]:
    return lambda text: list(well_known.read(path, text, URL))


def rsl(text: str) -> None:
    list(read_document(f'<rsl xmlns="https://rslstandard.org/rsl">{text}</rsl>', URL, locator="license"))


def page(text: str) -> None:
    html.read(text, URL)
    html.read(text.encode(), URL)


# fmt: off
READERS: dict[str, tuple[Callable[[str], object], list[str]]] = {
    "robots.txt": (robots, ["User-agent: a\n", "User-agent: a\nAllow: /a\n", "disallow ", "\r", "#", "\0", "%", "User-agent: *\nContent-Usage: train-ai=n\n"]),
    "rules": (lambda text: robots("User-agent: *\n" + text), ["Allow: /*a\n", "Allow: /%41%41\n", "Disallow: " + "*a" * 100 + "\n", "License: https://a/\n"]),
    "a long URL": (lambda text: WILDCARDS.may_crawl("a", f"https://h/{text}"), ["a", "%41*$", "/../.", "é"]),
    "many stars": (lambda text: STARS.may_crawl("a", f"https://h/{text}"), ["a", "ab"]),
    "X-Robots-Tag": (field("x-robots-tag"), ["a,", "a:", "bot: noai, ", " ", "..:"]),
    "Link": (field("link"), ["<", "<>", "<a>;a ", '<a>;a="', "<a>;a = ", '<a>; rel=license; type="application/rsl+xml",', "<a>" + " " * 50]),
    "Content-Usage": (parse_statement, ["a,", 'a="b",', "(", ";a", "1"]),
    "Content-Signal": (parse_content_signal, ["a,", "=", "ai-train=no,", " "]),
    "HTML": (page, ["<a ", "<", "<!--", "<div>", "<a b='", "&#1;", "<meta name=robots content=noai>", "<meta a=b ", "<meta charset", "<svg><math>",
                    "<script type=application/rsl+xml><rsl></script>", "<table><tr><td>"]),
    "tdmrep.json": (file(FILE), ["[", '{"a":', '{"location":"/a*b","tdm-reservation":1},', "9"]),
    "tdmrep.json rules": (lambda text: file(FILE)(f"[{text[:-1]}]"), ['{"location":"/a*b","tdm-reservation":1},', '"a",', "{},"]),
    "ai.txt": (file("/ai.txt"), ["User-agent: *\nDisallow: *.txt\n"]),
    "trust.txt": (file("/trust.txt"), ["datatrainingallowed=\n", "datatrainingallowed ", " ", " \n"]),
    "RSL": (rsl, ['<content url="/a*b"><license><permits type="usage">all</permits></license></content>', "<content>", "<x/>", "<!--"]),
    "RSL licences": (lambda text: rsl(f"<content url='/'>{text}</content>"), ["<license><permits>a b</permits></license>"]),
}
# fmt: on


CASES = [
    pytest.param(reader, piece, id=f"{name}: {piece[:30]!r}")
    for name, (reader, pieces) in READERS.items()
    for piece in pieces
]


@pytest.mark.parametrize(("reader", "piece"), CASES)
def test_hostile_input_neither_raises_nor_hangs(reader: Callable[[str], object], piece: str) -> None:
    text = piece * (MEGABYTE // 32 // len(piece))
    assert cost(lambda: reader(text), limit=SECOND) <= SECOND


@pytest.mark.slow
@pytest.mark.parametrize(("reader", "piece"), CASES)
def test_a_megabyte_of_anything_takes_linear_time(reader: Callable[[str], object], piece: str) -> None:
    whole, half = (piece * (size // len(piece)) for size in (MEGABYTE, MEGABYTE // 2))
    spent = cost(lambda: reader(whole), limit=0)
    assert spent <= SECOND
    if spent > SECOND / 10:
        assert spent < 4 * cost(lambda: reader(half), limit=0)
