"""Whoever hides a refusal behind more than is read is not overlooked: it is read, or said to be unread."""

import json
from collections.abc import Iterable

import pytest

from crawler_filter.preference import Preference
from crawler_filter.signals import headers, html, schema_org, well_known
from crawler_filter.signals.aipref import MAX_STATEMENT
from crawler_filter.signals.embedded import media
from crawler_filter.signals.embedded.xmp import MAX_STATEMENTS
from crawler_filter.signals.html import MAX_METAS
from crawler_filter.signals.robots.robots_txt import RobotsTxt
from crawler_filter.signals.schema_org import MAX_JSON_LD, MAX_TERMS
from crawler_filter.signals.signal import Signal
from crawler_filter.signals.swallowed_tags import MOST_TAGS
from tests.crawler_filter.signals.embedded.sample_files import xmp

URL = "https://a.example/x"
MANY = 1_200
META = '<meta name="a" content="b">'
NOAI = '<meta name="robots" content="noai">'
OPEN = "User-agent: *\nAllow: /\n"


def is_overlooked(signals: Iterable[Signal]) -> bool:
    return not any(
        signal.unchecked or not signal.crawl or Preference.DISALLOWED in signal.preferences.values()
        for signal in signals
    )


def script(document: str) -> str:
    return f'<html><script type="application/ld+json">{document}</script>'


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(script(json.dumps({"a": "b" * MAX_JSON_LD, "aiTraining": "no"})), id="long JSON-LD"),
        pytest.param(script("{}") * MAX_TERMS + script('{"aiTraining": "no"}'), id="many scripts"),
        pytest.param(script('{"aiTraining": "no",}'), id="JSON-LD that is no JSON"),
        pytest.param(script('{"a":' + "[" * 9999 + "]" * 9999 + ',"tdm:reservation": 1}'), id="deep JSON-LD"),
        pytest.param("<html>" + META * MAX_METAS + NOAI, id="many tags"),
        pytest.param("<html><title>a" + META * MOST_TAGS + NOAI, id="many tags behind an open title"),
        pytest.param(
            "<html><title>a" + "".join(f'<meta name="tdm-reservation" content="{n}">' for n in range(MANY)) + NOAI,
            id="many tags about AI behind an open title",
        ),
        pytest.param(f'<meta name="content-usage" content="{"a, " * MAX_STATEMENT}train-ai=n">', id="a long tag"),
    ],
)
def test_no_page_hides_a_refusal_behind_what_is_read(page: str) -> None:
    assert not is_overlooked(html.read(page, URL))


def test_broken_json_of_a_page_about_something_else_is_no_doubt() -> None:
    course = '{"@type": "Course", "name": "How to train an AI", "description": "Training \\"tdm\\" models",}'
    assert html.read(script(course), URL) == ()
    assert html.read(script('{"name": "' + "a" * MAX_JSON_LD + '"}'), URL) == ()


def test_a_long_file_of_json_ld_is_said_to_be_unread() -> None:
    document = {"@context": "https://schema.org", "a": "b" * 2 * MAX_JSON_LD, "aiTraining": "no"}
    assert not is_overlooked(schema_org.read(json.dumps(document).encode()))


@pytest.mark.parametrize(
    "text",
    [
        "User-agent: " + ", ".join(f"bot{n}x" for n in range(MANY)) + ", GPTBot\nDisallow: /",
        OPEN + "Disallow: " + " ".join(f"/p{n}" for n in range(MANY)) + " /x",
        OPEN + "Disallow: /(" + "|".join(f"p{n}" for n in range(MANY)) + "|x)",
        OPEN + "Disallow: " + ", ".join(f"/p{n}" for n in range(MANY)) + ", /x",
        "User-agent: *\\nDisallow: /q" + "\\nDisallow: /p" * MANY + "\\nDisallow: /x",
        "User-agent: * " + "Disallow: /p " * MANY + "Disallow: /x",
        OPEN + "Content-Usage: " + "a, " * MAX_STATEMENT + "train-ai=n",
        OPEN + "Content-Signal: " + "a, " * MAX_STATEMENT + "ai-train: no",
    ],
    ids=["names", "paths", "words of a group", "patterns", "lines in one", "rules in one", "usage", "signal"],
)
def test_no_line_of_robots_txt_is_too_long_for_what_stands_at_its_end(text: str) -> None:
    assert not is_overlooked(RobotsTxt.parse(text).findings("GPTBot", URL))


@pytest.mark.parametrize(
    "text",
    [
        "hello there\n" * 500 + "You may not use this for AI training.",
        "hello there " * 100 + "You may not use this for AI training.",
        "User-agent: GPTBot\nAllow: /\n" * 10_001 + "prohibited: training",
        "hello\nprohibited: " + "a, " * MANY + "training",
        "#" * 70_000 + "\nsite-url: x\nscraping: allow\n",
    ],
    ids=["sentences", "a long line", "lines", "a long list", "a late field"],
)
def test_no_ai_txt_hides_a_refusal_behind_what_is_read(text: str) -> None:
    assert not is_overlooked(well_known.read("/ai.txt", text, URL))


def test_a_header_that_is_too_long_is_said_to_be_unread() -> None:
    for value in ("a, " * MAX_STATEMENT + "train-ai=n", "train-ai=y, " * MAX_STATEMENT):
        assert not is_overlooked(headers.read({"Content-Usage": value}))


def test_no_file_hides_a_refusal_behind_other_statements() -> None:
    item = "<rdf:li>http://ns.useplus.org/ldf/vocab/DMI-{}</rdf:li>".format
    items = item("ALLOWED") * MAX_STATEMENTS + item("PROHIBITED")
    bag = f"<plus:DataMining><rdf:Bag>{items}</rdf:Bag></plus:DataMining>"
    reservation = '<t:reservation xmlns:t="http://www.w3.org/ns/tdmrep/">{}</t:reservation>'.format
    reserved = f"<?xml version='1.0'?><a>{reservation(0) * 256}{reservation(1)}</a>"
    assert not is_overlooked(media.read(xmp(bag)))
    assert not is_overlooked(media.read(reserved.encode()))
