"""The report as a whole: how usages will be understood, by whom, and what every carrier gets wrong."""

import json

import pytest

from crawler_filter.lint.explanations import EXPLANATIONS
from crawler_filter.lint.issues import Issue, Level
from crawler_filter.lint.linting import MAX_ADVICE, lint
from crawler_filter.lint.report import Outcome, Reading, Report
from crawler_filter.lint.site import Missed, Site
from crawler_filter.preference import Usage
from crawler_filter.signals.agents import Agent, AgentList
from crawler_filter.signals.response import Response
from crawler_filter.signals.signal import Family
from crawler_filter.signals.well_known import PATHS
from tests.crawler_filter.signals.embedded import sample_files

URL = "https://example.com/"
LICENSE = "https://example.com/license.xml"
AGENTS = AgentList("test", (Agent("GPTBot"), Agent("CCBot"), Agent("LookBot", (Usage.AI_USE,))))
REFUSING = "<license><prohibits>ai-train</prohibits></license>"
FEED = (
    '<rss xmlns:r="https://rslstandard.org/rsl"><channel><item><r:content url="https://example.com/1"><r:license>'
    "<r:permits>all</r:permits></r:license></r:content></item></channel></rss>"
)


def site(
    robots: str | None = "",
    html: str = "<title>A</title>",
    headers: tuple[tuple[str, str], ...] = (),
    files: tuple[Response, ...] = (),
    well_known: dict[str, str] | None = None,
    license_: str = "",
    missed: tuple[Missed, ...] = (),
) -> Site:
    return Site(
        URL,
        None if robots is None else Response(f"{URL}robots.txt", 200, body=robots.encode()),
        (Response(URL, 200, headers, html.encode()),),
        files,
        {path: Response(URL + path, 200, body=text.encode()) for path, text in (well_known or {}).items()},
        {LICENSE: Response(LICENSE, 200, body=license_.encode())} if license_ else {},
        missed,
    )


def picture(name: str, body: bytes = b"", headers: tuple[tuple[str, str], ...] = ()) -> Response:
    return Response(URL + name, 200, headers, body or sample_files.png())


def faults(report: Report) -> set[Issue]:
    return {each.fault for each in report.advice}


def reading(report: Report, usage: Usage = Usage.TRAIN_AI, asset: str = URL) -> Reading:
    found = next(each for each in report.understandings if asset in each.assets)
    return next(each for each in found.readings if each.usage is usage)


def rsl(inner: str, url: str = "/") -> str:
    return f'<rsl xmlns="https://rslstandard.org/rsl"><content url="{url}">{inner}</content></rsl>'


def licensed(inner: str, url: str = "/") -> Site:
    return site(f"License: {LICENSE}\nUser-agent: *\nDisallow:", license_=rsl(inner, url))


class TestUnderstanding:
    def test_crawlers_are_not_tried_one_by_one_against_too_long_a_file(self) -> None:
        both = "User-agent: GPTBot\nUser-agent: CCBot\n" + "Disallow: /a\n" * 25_000
        robots = f"{both}User-agent: GPTBot\nDisallow: /b\n"
        report = lint(site(robots), agents=AGENTS)
        assert reading(report).shut_out == reading(report).admitted == ()
        assert any("too many lines" in advice.detail for advice in report.advice)

    @pytest.mark.parametrize(
        ("robots", "outcome"),
        [
            ("", Outcome.NOTHING_SAID),
            ("User-agent: *\nContent-Usage: train-ai=n", Outcome.RESERVED),
            ("User-agent: *\nContent-Signal: ai-train=yes", Outcome.ALLOWED),
            ("User-agent: *\nDisallow: /", Outcome.NOT_FETCHED),
            ("User-agent: GPTBot\nDisallow: /", Outcome.NOTHING_SAID),
            (None, Outcome.NOT_FETCHED),
        ],
        ids=["silence", "refused", "allowed", "shut out", "one crawler shut out", "robots.txt not to be had"],
    )
    def test_of_a_crawler_without_a_name_of_its_own(self, robots: str | None, outcome: Outcome) -> None:
        assert reading(lint(site(robots), agents=AGENTS)).outcome is outcome

    def test_of_crawlers_by_name(self) -> None:
        robots = "User-agent: *\nContent-Usage: train-ai=n\nDisallow:\n\nUser-agent: GPTBot\nDisallow: /"
        found = reading(lint(site(robots), agents=AGENTS))
        assert (found.shut_out, found.told_no, found.admitted) == (("GPTBot",), ("CCBot",), ())

    def test_a_usage_lists_the_crawlers_that_have_it_as_their_purpose(self) -> None:
        assert reading(lint(site(), agents=AGENTS), Usage.AI_USE).admitted == ("LookBot",)

    def test_every_standard_that_speaks_is_named_with_its_place(self) -> None:
        report = lint(
            site("User-agent: *\nContent-Signal: ai-train=no", headers=(("tdm-reservation", "1"),)), agents=AGENTS
        )
        said = {(each.family, each.place) for each in reading(report).said}
        assert said == {(Family.CONTENT_SIGNAL, "robots.txt line 2"), (Family.TDMREP, "header tdm-reservation")}

    def test_assets_that_are_understood_alike_stand_together(self) -> None:
        files = (picture("a.png"), picture("b.png"), picture("c.png", headers=(("X-Robots-Tag", "noai"),)))
        report = lint(site(files=files), agents=AGENTS)
        assert [len(each.assets) for each in report.understandings] == [3, 1]
        assert reading(report, asset=f"{URL}c.png").outcome is Outcome.RESERVED

    def test_a_payment_wall_is_no_permission(self) -> None:
        paid = Response(URL, 402, (("crawler-price", "USD 0.01"),))
        report = lint(Site(URL, Response(f"{URL}robots.txt", 404), (paid,)), agents=AGENTS)
        assert reading(report).outcome is Outcome.NOT_READABLE
        assert Issue.PAYMENT in faults(report)

    def test_the_list_of_crawlers_that_is_shipped_is_the_default(self) -> None:
        assert "GPTBot" in reading(lint(site("User-agent: GPTBot\nDisallow: /"))).shut_out


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (site(headers=(("Content-Usage", "bots=n"),)), Issue.AIPREF_DEAD_LABEL),
        (site(headers=(("Content-Usage", "train-ai=false"),)), Issue.AIPREF_INVALID),
        (site(html='<meta name="content-usage" content="train-ai=n">'), Issue.AIPREF_CARRIER),
        (site(headers=(("Content-Signal", "ai-train=no"),)), Issue.CONTENT_SIGNAL_CARRIER),
        (site(headers=(("Content-Signal", "ai-train=maybe"),)), Issue.CONTENT_SIGNAL_INVALID),
        (site(headers=(("X-Robots-Tag", "no-ai"),)), Issue.ROBOTS_TAG_MISSPELT),
        (site(headers=(("x-robots-tag", "GPTBot: no ai"),)), Issue.ROBOTS_TAG_MISSPELT),
        (site(html='<meta name="robots" content="index, no-imageai">'), Issue.ROBOTS_TAG_MISSPELT),
        (site(headers=(("tdm-reservation", "true"),)), Issue.TDMREP_VALUE),
        (site(html='<meta name="tdm-reservation" content="yes">'), Issue.TDMREP_VALUE),
        (site(well_known={"/.well-known/tdmrep.json": "{"}), Issue.TDMREP_UNREADABLE),
        (site(well_known={"/.well-known/tdmrep.json": "3"}), Issue.TDMREP_UNREADABLE),
        (
            site(well_known={"/.well-known/tdmrep.json": '{"location": "/", "tdm-reservation": 1}'}),
            Issue.TDMREP_SHAPE,
        ),
        (site(well_known={"/.well-known/tdmrep.json": '[{"tdm-reservation": 1}]'}), Issue.TDMREP_RULE),
        (
            site(well_known={"/.well-known/tdmrep.json": '[{"location": "/", "tdm-reservation": "1"}]'}),
            Issue.TDMREP_VALUE,
        ),
        (
            site(well_known={"/.well-known/tdmrep.json": '[{"location": "/never/", "tdm-reservation": true}]'}),
            Issue.TDMREP_VALUE,
        ),
        (
            site(
                well_known={
                    "/.well-known/tdmrep.json": '[{"location": "/", "tdm-reservation": 0},'
                    '{"location": "/art/", "tdm-reservation": 1}]'
                }
            ),
            Issue.TDMREP_SHADOWED,
        ),
        (
            site(
                headers=(("tdm-reservation", "1"),),
                html='<meta name="tdm-reservation" content="0">',
            ),
            Issue.TDMREP_REPLACED,
        ),
        (site(well_known={"/ai.txt": "<!doctype html><div id=app>"}), Issue.WELL_KNOWN_PAGE),
        (site(well_known={"/ai.txt": "User-Agent: GPTBot\nDisallow: /"}), Issue.AI_TXT_SILENT),
        (site(well_known={"/trust.txt": "datatrainingallowed=never"}), Issue.TRUST_TXT_VALUE),
        (site(html='<link rel="license" type="application/rsl+xml" href="/l.xml">'), Issue.RSL_LINK_RELATIVE),
        (
            site(headers=(("Link", '</l.xml>; rel="license"; type="application/rsl+xml"'),)),
            Issue.RSL_LINK_RELATIVE,
        ),
        (site(html=f'<link rel="copyright" type="application/rsl+xml" href="{LICENSE}">'), Issue.RSL_NAMED),
        (site(html=f'<a rel="license" type="application/rsl+xml" href="{LICENSE}">A</a>'), Issue.RSL_NAMED),
        (site(headers=(("Link", f'<{LICENSE}>; rel="license"; type="application/xml+rsl"'),)), Issue.RSL_NAMED),
        (site("License: /l.xml\nUser-agent: *\nDisallow:"), Issue.RSL_RELATIVE),
        (site(headers=(("X-Robots-Tag", "noai noimageai"),)), Issue.ROBOTS_TAG_SEPARATOR),
        (site(html='<meta name="robots" content="noai noimageai">'), Issue.ROBOTS_TAG_SEPARATOR),
        (site(html='<meta name="robots" content="noai\u3001noimageai">'), Issue.ROBOTS_TAG_SEPARATOR),
        (site(html='<meta name="robots" content="\uff4e\uff4f\uff21\uff29">'), Issue.ROBOTS_TAG_MISSPELT),
        (site(html='<title>A</title><p>B<meta name="robots" content="noai">'), Issue.META_IN_BODY),
        (site(html='<div></div><meta name="tdm-reservation" content="1">'), Issue.META_IN_BODY),
        (site(html='<meta property="robots" content="noai">'), Issue.META_UNREAD),
        (site(html='<meta name="robots" value="noai, noimageai">'), Issue.META_UNREAD),
        (site(html='<meta name="ai-training" content="disallow">'), Issue.META_UNREAD),
        (site(well_known={"/.well-known/tdmrep.json": "\ufeff[]"}), Issue.BYTE_ORDER_MARK),
        (site(well_known={"/trust.txt": "datatrainingallowed: no"}), Issue.TRUST_TXT_VALUE),
        (site(f"License: {LICENSE}\nUser-agent: *\nDisallow:"), Issue.RSL_NOT_READ),
        (
            licensed("<license><permits>all</permits><prohibits>ai-train</prohibits></license>"),
            Issue.RSL_SELF_DEFEATING,
        ),
        (
            licensed(
                "<license><permits>ai-train ai-input</permits><prohibits>all</prohibits></license>", "/elsewhere/"
            ),
            Issue.RSL_SELF_DEFEATING,
        ),
        (licensed("<permits>all</permits>"), Issue.RSL_NO_LICENSE),
        (licensed("<license><permits>train-ai</permits></license>"), Issue.RSL_TOKEN),
        (licensed("<licence/>"), Issue.RSL_BROKEN),
        (site(f"License: {LICENSE}\nUser-agent: *\nDisallow:", license_="<!DOCTYPE rsl><rsl/>"), Issue.RSL_BROKEN),
        (
            site(
                files=(
                    picture("a.jpg", sample_files.jpeg_xmp(sample_files.data_mining("DMI-PROHIBITED-AITRAINING"))),
                )
            ),
            Issue.PLUS_VALUE,
        ),
        (
            site(files=(picture("a.jpg", sample_files.jpeg_xmp(sample_files.data_mining()[:-60])),)),
            Issue.FILE_STATEMENT,
        ),
        (
            site(html='<meta name="robots" content="noai"><img src="a.png">', files=(picture("a.png"),)),
            Issue.PAGE_ONLY,
        ),
        (
            site("User-agent: *\nContent-Signal: ai-train=yes\nContent-Usage: train-ai=n\nDisallow:"),
            Issue.FAMILIES_CONFLICT,
        ),
        (site("User-agent: GPTBot\nDisallow: /"), Issue.CRAWLERS_MISSED),
        (site(), Issue.NOTHING_SAID),
        (site(None), Issue.ROBOTS_UNREACHABLE),
        (site(missed=(Missed(URL, "too slow"),)), Issue.NOT_READ),
    ],
    ids=lambda value: value.value if isinstance(value, Issue) else "",
)
def test_a_mistake_is_found_where_it_stands(given: Site, fault: Issue) -> None:
    report = lint(given, agents=AGENTS)
    assert fault in faults(report), report.advice
    advice = next(each for each in report.advice if each.fault is fault)
    assert advice.place
    assert report.has_faults or advice.explanation.level is Level.NOTE


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_robots_txt_that_fails_shuts_everybody_out(status: int) -> None:
    report = lint(Site(URL, Response(f"{URL}robots.txt", status), (Response(URL, 200),)), agents=AGENTS)
    assert Issue.ROBOTS_UNREACHABLE in faults(report)
    assert reading(report).outcome is Outcome.NOT_FETCHED


@pytest.mark.parametrize(
    "given",
    [
        site("User-agent: *\nContent-Usage: train-ai=n\nContent-Signal: ai-train=no\nDisallow:"),
        site(headers=(("X-Robots-Tag", "noai"), ("tdm-reservation", "1")), html="<meta name=robots content=noai>"),
        site(
            "User-agent: *\nDisallow: /x",
            well_known={"/.well-known/tdmrep.json": '[{"location": "/", "tdm-reservation": 1}]'},
        ),
        licensed("<license><prohibits>ai-all</prohibits></license>"),
        site(files=(Response(f"{URL}feed", 200, body=FEED.encode()),), headers=(("X-Robots-Tag", "noai"),)),
        site(
            headers=(("X-Robots-Tag", "noai"),),
            html='<meta name="description" content="noai"><meta name="viewport" content="a"><meta charset="utf-8">'
            '<meta property="og:title" content="Our AI policy"><body><meta itemprop="url" content="/ai">',
        ),
        site(
            html='<meta name="robots" content="noai"><img src="a.png">',
            files=(picture("a.png", headers=(("X-Robots-Tag", "noimageai"),)),),
        ),
    ],
    ids=[
        "robots.txt",
        "headers and page",
        "tdmrep.json",
        "a licence",
        "a feed with a licence",
        "other meta tags",
        "a page and its picture",
    ],
)
def test_a_site_that_says_it_right_has_nothing_to_mend(given: Site) -> None:
    report = lint(given, agents=AGENTS)
    assert report.advice == ()
    assert not report.has_faults


def test_a_licence_link_of_a_page_is_resolved_as_its_other_links_are() -> None:
    linked = site(
        html='<link rel="license" type="application/rsl+xml" href="/license.xml">', license_=rsl(REFUSING)
    )
    assert reading(lint(linked, agents=AGENTS)).outcome is Outcome.RESERVED
    assert faults(lint(linked, agents=AGENTS)) == {Issue.RSL_LINK_RELATIVE}


def test_what_is_the_same_at_many_addresses_is_said_once() -> None:
    wrong = (("X-Robots-Tag", "no-ai"),)
    files = tuple(picture(f"{number}.png", headers=wrong) for number in range(20))
    (advice,) = (
        each for each in lint(site(headers=wrong, files=files), agents=AGENTS).advice if each.quote == "no-ai"
    )
    assert advice.place == f"{URL} header X-Robots-Tag"
    assert advice.detail == f"no-ai; the same at 20 more, such as {URL}0.png, {URL}1.png, {URL}2.png"


def test_a_file_that_was_cut_is_not_called_broken() -> None:
    body = sample_files.jpeg_xmp(sample_files.data_mining())[:-60]
    cut = Response(f"{URL}a.jpg", 200, body=body, truncated=True)
    assert Issue.FILE_STATEMENT not in faults(lint(site(files=(cut,)), agents=AGENTS))


def test_the_worst_comes_first_and_no_more_than_can_be_read() -> None:
    robots = "User-agent: *\n" + "Content-Usage: bots=n\n" * (MAX_ADVICE + 50)
    report = lint(site(robots, missed=(Missed("x", "y"),)), agents=AGENTS)
    assert len(report.advice) == MAX_ADVICE
    assert report.cut
    assert report.advice[0].explanation.level is Level.ERROR


def test_a_report_is_json() -> None:
    report = lint(site("User-agent: *\nContent-Usage: bots=n"), agents=AGENTS)
    value = json.loads(json.dumps(report.to_dict()))
    assert value["advice"][0] | {"fault": "aipref-dead-label", "place": "robots.txt line 2"} == value["advice"][0]
    assert [each["usage"] for each in value["understandings"][0]["readings"]] == [usage.value for usage in Usage]


def test_every_fault_is_explained() -> None:
    assert list(EXPLANATIONS) == list(Issue)
    assert all(each.wrong.endswith(".") and each.fix.endswith(".") for each in EXPLANATIONS.values())


def test_every_well_known_file_is_judged() -> None:
    report = lint(site(well_known=dict.fromkeys(PATHS, "<html>")), agents=AGENTS)
    assert {each.place for each in report.advice if each.fault is Issue.WELL_KNOWN_PAGE} == PATHS


@pytest.mark.parametrize(
    "given",
    [
        {"headers": (("X-Robots-Tag", "googlebot: noai"),)},
        {"headers": (("X-Robots-Tag", "noindex, bingbot: noindex, noai"),)},
        {"html": '<meta name="googlebot" content="noindex, noimageai">'},
    ],
    ids=["a header", "a header of several names", "a meta tag"],
)
def test_a_directive_for_whom_does_not_know_it_is_named(given: dict) -> None:
    report = lint(site(**given))
    assert Issue.ROBOTS_TAG_ADDRESSEE in faults(report)
    assert reading(report).outcome is Outcome.NOTHING_SAID


@pytest.mark.parametrize("line", ["gptbot: noai", "noai", "googlebot: noindex", "mybot: noai"])
def test_a_directive_that_its_addressee_may_know_is_not(line: str) -> None:
    assert Issue.ROBOTS_TAG_ADDRESSEE not in faults(lint(site(headers=(("X-Robots-Tag", line),))))


def test_a_blank_that_is_not_the_usual_one_is_shown_by_its_number() -> None:
    quotes = [each.quote for each in lint(site("User-agent: GPTBot\nDis\u00a0allow: /\n")).advice]
    assert "Dis<U+00A0>allow: /" in quotes


def test_a_character_that_nobody_sees_is_shown_by_its_number() -> None:
    report = lint(
        site("User-agent: *\n\ufeffDisallow: /\n", well_known={"/trust.txt": "a\n\u200bdatatrainingallowed=no"})
    )
    shown = [(each.place, each.quote) for each in report.advice if each.fault is Issue.INVISIBLE_CHARACTER]
    assert shown == [
        ("robots.txt line 2", "<U+FEFF>Disallow: /"),
        ("/trust.txt line 2", "<U+200B>datatrainingallowed=no"),
    ]
    assert "\ufeff" not in json.dumps(report.to_dict(), ensure_ascii=False)


def test_a_meta_tag_of_another_form_is_named_once_and_reserves() -> None:
    report = lint(site(html='<meta property="robots" content="noai">'))
    assert faults(report) == {Issue.META_UNREAD}
    assert reading(report).outcome is Outcome.RESERVED


def test_terms_for_people_are_no_fault() -> None:
    report = lint(site(html='<meta name="robots" content="noai"><link rel="license" href="/l">'))
    assert faults(report) == set()
