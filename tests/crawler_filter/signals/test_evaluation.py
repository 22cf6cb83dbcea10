"""A check with evidence: each family by its own rule, then the most restrictive of them and of the registry."""

import json
import pickle
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter import Decision, Filter, Mode, Policy, Preference, Source, Usage
from crawler_filter.signals.agents import Agent
from crawler_filter.signals.evaluation import MAX_SIGNALS
from crawler_filter.signals.robots.robots_txt import RobotsTxt
from crawler_filter.signals.signal import Family
from tests.crawler_filter.signals.embedded import sample_files as files
from tests.simulators.published import NOW, PublishedRegistry, scope

ALLOWED, DISALLOWED, UNKNOWN = Preference.ALLOWED, Preference.DISALLOWED, Preference.UNKNOWN
OPT_OUT = Policy.opt_out(Usage.TRAIN_AI)
PERMISSION = Policy.permission_first(Usage.TRAIN_AI)
URL = "https://a.example/art/1"
TDMREP = "/.well-known/tdmrep.json"
LICENSE = "https://a.example/license.xml"
RULE = '{"location": "/", "tdm-reservation": 1}'
RESERVED_FILE = {TDMREP: f"[{RULE}]"}
FREE_FILE = {TDMREP: '[{"location": "/", "tdm-reservation": 0}]'}
LICENSE_LINK = {"Link": f'<{LICENSE}>; rel="license"; type="application/rsl+xml"'}


FEED = b'<?xml version="1.0"?><rss version="2.0"><channel>%s<title>A</title></channel></rss>'
TAG = b'<meta xmlns="http://www.w3.org/1999/xhtml" name="robots" content="noindex, noai"/>'


def opened(policy: Policy = OPT_OUT, *, now: float = NOW) -> Filter:
    registry = PublishedRegistry()
    registry.declare(scope("domain", "reserved.example.com"))
    registry.declare(scope("domain", "free.example.org", preference=ALLOWED))
    return registry.filter(policy, now=now)


FILTER = opened()


def rsl(inner: str) -> str:
    return f'<rsl xmlns="https://rslstandard.org/rsl"><content url="/"><license>{inner}</license></content></rsl>'


EVIDENCE = {
    "nothing said": ({"headers": {}, "html": "<p>text", "robots_txt": ""}, UNKNOWN, True),
    "DeviantArt 2022: X-Robots-Tag": ({"headers": {"X-Robots-Tag": "noai"}}, DISALLOWED, False),
    "DeviantArt 2022: a robots meta tag": ({"html": '<meta name="robots" content="noai">'}, DISALLOWED, False),
    "attach 2: Content-Usage in a header": ({"headers": {"Content-Usage": "train-ai=n"}}, DISALLOWED, False),
    "attach 3: Content-Usage in robots.txt": ({"robots_txt": "User-agent: *\nContent-Usage: train-ai=n"}, DISALLOWED, False),
    "contentsignals.org: Content-Signal": ({"robots_txt": "User-agent: *\nContent-Signal: ai-train=no"}, DISALLOWED, False),
    "RFC 9309 2.2.1: a training crawler refused by name": ({"robots_txt": b"User-agent: GPTBot\nDisallow: /"}, DISALLOWED, False),
    "vocab 4: another usage": ({"headers": {"Content-Usage": "search=n"}}, UNKNOWN, True),
    "TDMRep, origin server file: tdmrep.json": ({"well_known": RESERVED_FILE}, DISALLOWED, False),
    "TDMRep, origin server file, departure: a whole URL": ({"well_known": {TDMREP: '[{"location": "https://a.example/art", "tdm-reservation": 1}]'}}, DISALLOWED, False),
    "TDMRep, origin server file, departure: without the first slash": ({"well_known": {TDMREP: '[{"location": "art/", "tdm-reservation": 1}]'}}, DISALLOWED, False),
    "an interface that answers any address": ({"well_known": {TDMREP: '{"error": "not found"}'}}, UNKNOWN, True),
    "TDMRep, origin server file: a rule without its place": ({"well_known": {TDMREP: '[{"tdm-reservation": 1}]'}}, UNKNOWN, False),
    "a page that is given as a file": ({"content": b'<!DOCTYPE html><meta name="robots" content="noai">'}, DISALLOWED, False),
    "an XHTML page that is given as a file": (
        {"content": b'<?xml version="1.0"?><html><meta name="robots" content="noai"/></html>'}, DISALLOWED, False),
    "a page in UTF-16 that is given as a file": ({"content": '<html><meta name="robots" content="noai">'.encode("utf-16")}, DISALLOWED, False),
    "a text about pages": ({"content": b'Write <meta name="robots" content="noai">.'}, UNKNOWN, True),
    "TDMRep, origin server file: another path": ({"well_known": {TDMREP: '[{"location": "/x", "tdm-reservation": 1}]'}}, UNKNOWN, True),
    "Spawning 2023: ai.txt": ({"well_known": {"/ai.txt": "User-Agent: *\nDisallow: /"}}, DISALLOWED, False),
    "Spawning 2023, departure: ai.txt without a group": ({"well_known": {"/ai.txt": "Disallow: /"}}, DISALLOWED, False),
    "contentsignals.org, departure: a semicolon": ({"robots_txt": "User-agent: *\nContent-Signal: search=yes; ai-train=no"}, DISALLOWED, False),
    "trust.txt 2024: datatrainingallowed": ({"well_known": {"/trust.txt": "datatrainingallowed=no", "/ai.txt": None}}, DISALLOWED, False),
    "attach 2: an allowed training": ({"headers": {"Content-Usage": "train-ai=y"}}, ALLOWED, True),
    "vocab-02 to -04: a label names what a broader one refuses": ({"headers": {"Content-Usage": "bots=n, train-ai=y"}}, ALLOWED, True),
    "vocab-01: mining is refused, and training is named": ({"headers": {"Content-Usage": "train-ai=y, tdm=n"}}, ALLOWED, True),
    "vocab-02 to -04: a broader label permits nothing": ({"headers": {"Content-Usage": "all=y, train-ai=n"}}, DISALLOWED, False),
    "vocab-03: a narrower label refuses": ({"headers": {"Content-Usage": "train-ai=y, train-genai=n"}}, DISALLOWED, False),
    "vocab-03: a broader label alone": ({"headers": {"Content-Usage": "bots=n, search=y"}}, DISALLOWED, False),
    "departure: a former label names nothing that is permitted": ({"headers": {"Content-Usage": "ai=n, genai=y"}}, DISALLOWED, False),
    "departure: a permission that is misspelt names nothing": ({"headers": {"Content-Usage": "bots=n, train-ai=yes"}}, DISALLOWED, False),
    "contentsignals.org, departure: training is named beside all": (
        {"robots_txt": "User-agent: *\nContent-Signal: all=no, ai-train=yes"}, ALLOWED, True),
    "contentsignals.org, departure: a header permits nothing": ({"headers": {"Content-Signal": "all=no, ai-train=yes"}}, UNKNOWN, True),
    "contentsignals.org: the most use that is allowed": (
        {"robots_txt": "User-agent: *\nContent-Signal: ai-train=yes, use=reference"}, DISALLOWED, False),
    "two families: mining that TDMRep reserves": (
        {"headers": {"tdm-reservation": "1", "Content-Usage": "train-ai=y"}}, DISALLOWED, False),
    "AIPREF 5.1: two places, the refusal stands": (
        {"headers": {"Content-Usage": "train-ai=y"}, "robots_txt": "User-agent: *\nContent-Usage: train-ai=n"}, DISALLOWED, False),
    "families combine by most restrictive": (
        {"headers": {"Content-Usage": "train-ai=y", "X-Robots-Tag": "noai"}}, DISALLOWED, False),
    "TDMRep, processing priority: a header replaces the file": ({"well_known": RESERVED_FILE, "headers": {"tdm-reservation": "0"}}, UNKNOWN, True),
    "TDMRep, processing priority: a page replaces the header": (
        {"headers": {"tdm-reservation": "0"}, "html": '<meta name="tdm-reservation" content="1">'}, DISALLOWED, False),
    "TDMRep, processing priority: absence resets nothing": ({"well_known": RESERVED_FILE, "headers": {}, "html": "<p>"}, DISALLOWED, False),
    "TDMRep, processing priority: nor does an invalid value": ({"well_known": RESERVED_FILE, "headers": {"tdm-reservation": "x"}}, DISALLOWED, False),
    "TDMRep: not reserved is no permission to train": ({"well_known": FREE_FILE}, UNKNOWN, True),
    "RSL 4.5: a licence that permits": (
        {"headers": LICENSE_LINK, "licenses": {LICENSE: rsl('<permits type="usage">all</permits>')}}, ALLOWED, True),
    "RSL 4.8: a licence inside the file, for its address": (
        {"content": files.jpeg_xmp(files.xmp(rsl('<permits type="usage">all</permits>')))}, ALLOWED, True),
    "RSL 4.5: a licence that prohibits": (
        {"headers": LICENSE_LINK, "licenses": {LICENSE: rsl('<prohibits type="usage">ai-train</prohibits>')}}, DISALLOWED, False),
    "RSL 4.3: a licence that nobody gave": ({"headers": LICENSE_LINK}, UNKNOWN, False),
    "RSL 4.6: a licence without an address": ({"html": '<link rel="license" type="application/rsl+xml">'}, UNKNOWN, False),
    "RSL 4.4.1: a licence of robots.txt without a host": ({"robots_txt": "License: /license.xml"}, UNKNOWN, False),
    "RSL 4.6, HTML 2.4.2: a relative link of the page": (
        {"html": '<link rel="license" type="application/rsl+xml" href="/license.xml">',
         "licenses": {LICENSE: rsl('<prohibits type="usage">all</prohibits>')}}, DISALLOWED, False),
    "Cloudflare Pay Per Crawl: a payment wall": ({"status": 402, "headers": {"crawler-price": "USD 1"}}, UNKNOWN, False),
    "RFC 9110 15.5.3: a payment wall with a permission": ({"status": 402, "headers": {"Content-Usage": "train-ai=y"}}, ALLOWED, False),
    "RFC 9309 2.3.1.4: robots.txt that could not be fetched": ({"robots_txt": RobotsTxt.not_reached("answered 503")}, UNKNOWN, False),
    "RFC 9309 2.2.2: robots.txt parsed before": ({"robots_txt": RobotsTxt.parse("User-agent: *\nDisallow: /art/")}, UNKNOWN, False),
    "attach 3.1: a path that may not be crawled has no preference": (
        {"robots_txt": "User-agent: *\nDisallow: /art/\nContent-Usage: train-ai=y"}, UNKNOWN, False),
}  # fmt: skip


@pytest.mark.parametrize(("evidence", "preference", "keep"), EVIDENCE.values(), ids=EVIDENCE.keys())
def test_evidence_decides(evidence: dict, preference: Preference, keep: bool) -> None:
    decision = FILTER.check(URL, **evidence)
    assert (decision.preference, decision.keep) == (preference, keep)


@pytest.mark.parametrize(
    "evidence",
    [{"headers": 7}, {"html": 7}, {"robots_txt": 7}, {"well_known": []}, {"well_known": {"/other": "x"}},
     {"well_known": {TDMREP: 7}}, {"well_known": {TDMREP: "{"}}, {"licenses": [LICENSE]}, {"status": [200]}],
    ids=repr,
)  # fmt: skip
def test_what_cannot_be_read_is_not_silence(evidence: dict) -> None:
    decision = FILTER.check(URL, **evidence)
    assert not decision.keep
    assert decision.unavailable


@pytest.mark.parametrize("agent", [7, b"ExampleBot", ["ExampleBot"], {}, True], ids=repr)
@pytest.mark.parametrize(
    "evidence", [{"robots_txt": ""}, {"headers": {"X-Robots-Tag": "other: noai"}}, {"html": ""}], ids=repr
)
def test_an_agent_that_is_no_text_was_not_checked_and_is_named(agent: object, evidence: dict) -> None:
    expected = f"agent: could not be read: expected text, got {type(agent).__name__}"
    for decision in (
        FILTER.check(URL, agent=agent, **evidence),
        opened(replace(OPT_OUT, agent=agent)).check(URL, **evidence),
    ):
        assert not decision.keep
        assert [missing.reason for missing in decision.unavailable] == [expected]


@pytest.mark.parametrize(
    "evidence",
    [
        {"robots_txt": "User-agent: *"},
        {"well_known": RESERVED_FILE},
        {"html": f'<script type="application/rsl+xml">{rsl("")}</script>'},
        {"headers": LICENSE_LINK, "licenses": {LICENSE: rsl("")}},
    ],
    ids=["robots.txt", "tdmrep.json", "an inline licence", "a licence"],
)
def test_what_is_about_paths_needs_a_url(evidence: dict) -> None:
    assert FILTER.check(**evidence).unavailable


def test_rsl_4_3_a_licence_that_nobody_gave_is_asked_for_by_its_whole_address() -> None:
    page = '<base href="/legal/"><link rel="license" type="application/rsl+xml" href="l.xml">'
    (missing,) = FILTER.check(URL, html=page).unavailable
    assert missing.source is Source.LICENSE
    assert "licenses={'https://a.example/legal/l.xml': document}" in missing.reason
    given = {"https://a.example/legal/l.xml": rsl('<permits type="usage">all</permits>')}
    assert FILTER.check(URL, html=page, licenses=given).keep


def test_headers_alone_can_be_checked() -> None:
    assert FILTER.check(headers={"X-Robots-Tag": "all"}).keep
    assert not FILTER.check(headers={"X-Robots-Tag": "noai"}).keep


def test_the_registry_and_the_site_combine_by_most_restrictive() -> None:
    assert not FILTER.check("https://reserved.example.com/", headers={"Content-Usage": "train-ai=y"}).keep
    assert not opened(PERMISSION).check("https://free.example.org/", headers={"X-Robots-Tag": "noai"}).keep
    assert opened(PERMISSION).check("https://other.example/", headers={"Content-Usage": "train-ai=y"}).keep
    assert not opened(PERMISSION).check("https://other.example/", headers={}).keep


def test_a_site_that_says_nothing_costs_no_new_decision() -> None:
    assert FILTER.check(URL, headers={"Content-Type": "text/html"}) is FILTER.check("https://b.example/")


def test_evidence_is_read_when_the_snapshot_is_too_old_as_well() -> None:
    decision = opened(now=NOW + timedelta(days=30).total_seconds()).check(URL, headers={"X-Robots-Tag": "noai"})
    assert decision.preference is DISALLOWED
    assert [missing.source for missing in decision.unavailable] == [Source.REGISTRY]


@pytest.mark.parametrize(("mode", "keep"), [(Mode.ENFORCE, False), (Mode.AUDIT, True), (Mode.OFF, True)])
def test_the_mode_decides_whether_a_finding_acts(mode: Mode, keep: bool) -> None:
    decision = opened(replace(OPT_OUT, mode=mode)).check(URL, robots_txt="User-agent: *\nDisallow: /")
    assert decision.keep is keep
    assert bool(decision.findings) is (mode is not Mode.OFF)


def test_the_policy_names_the_families_that_are_read() -> None:
    only_aipref = opened(replace(OPT_OUT, signals=frozenset({Family.AIPREF})))
    assert only_aipref.check(
        URL, headers={"X-Robots-Tag": "noai"}, robots_txt="User-agent: GPTBot\nDisallow: /"
    ).keep
    assert not only_aipref.check(URL, headers={"Content-Usage": "train-ai=n"}).keep
    assert not only_aipref.check(URL, robots_txt=7).keep
    assert opened(replace(OPT_OUT, signals=frozenset())).check(URL, robots_txt=7).keep


def test_a_required_source_that_is_not_given_was_not_checked() -> None:
    optout = opened(replace(OPT_OUT, required=frozenset({Source.ROBOTS_TXT, Source.HEADERS})))
    assert [missing.source for missing in optout.check(URL).unavailable] == [Source.HEADERS, Source.ROBOTS_TXT]
    assert [missing.source for missing in optout.check(URL, headers={}).unavailable] == [Source.ROBOTS_TXT]
    assert optout.check(URL, headers={}, robots_txt="").keep
    assert list(optout.mask([URL])) == [False]


ROBOTS = "User-agent: ExampleBot\nDisallow: /art/\n\nUser-agent: Other\nDisallow: /\n"


@pytest.mark.parametrize(
    ("policy", "agent", "keep"),
    [
        (OPT_OUT, None, True),
        (OPT_OUT, "ExampleBot/1.0", False),
        (OPT_OUT, "\n ExampleBot\r\n", False),
        (replace(OPT_OUT, agent="ExampleBot"), None, False),
        (replace(OPT_OUT, agent="ExampleBot"), "Third", True),
        (replace(OPT_OUT, robots_agents=(Agent("other"),)), None, False),
        (replace(OPT_OUT, robots_agents=(Agent("other", (Usage.AI_USE,)),)), None, True),
        (replace(OPT_OUT, robots_agents=()), None, True),
    ],
    ids=["nobody", "the check's agent", "the check's agent with line breaks", "the policy's agent", "the check's before the policy's", "another agent that counts",
         "for another usage", "no other agent"],
)  # fmt: skip
def test_the_policy_says_whose_groups_speak(policy: Policy, agent: str | None, keep: bool) -> None:
    assert opened(policy).check(URL, robots_txt=ROBOTS, agent=agent).keep is keep


def test_a_page_of_endless_statements_was_not_checked() -> None:
    page = '<meta name="tdm-reservation" content="?">' * (MAX_SIGNALS + 1)
    decision = FILTER.check(URL, html=page)
    assert not decision.keep
    assert len(decision.findings) == MAX_SIGNALS


def test_a_decision_explains_what_sites_say() -> None:
    decision = FILTER.check(
        URL,
        robots_txt="User-agent: *\nDisallow: /art/",
        well_known=RESERVED_FILE,
        headers={"tdm-reservation": "0"},
    )
    assert decision.explain().splitlines() == [
        "exclude: robots.txt forbids to fetch it: Disallow: /art/ (robots.txt line 2) (policy: opt-out train-ai)",
        "  not to be crawled: Disallow: /art/ — robots.txt line 2",
        f"  disallowed: {RULE} (not decisive) — /.well-known/tdmrep.json rule 1; replaced by the headers",
        "  from snapshot 1 of registry.example",
    ]
    assert not decision.may_crawl


def test_a_decision_says_where_permission_can_be_asked_for() -> None:
    decision = FILTER.check(URL, headers={"tdm-reservation": "1", "tdm-policy": "https://a.example/policy"})
    assert "; permission: https://a.example/policy" in decision.explain()


@pytest.mark.parametrize("evidence", [case[0] for case in EVIDENCE.values()], ids=EVIDENCE.keys())
def test_a_decision_with_evidence_survives_json_and_pickle(evidence: dict) -> None:
    decision = FILTER.check(URL, **evidence)
    assert Decision.from_dict(json.loads(json.dumps(decision.to_dict()))) == decision
    assert pickle.loads(pickle.dumps(decision)) == decision


def test_a_finding_of_a_registry_that_knows_no_evidence_is_read() -> None:
    value = FILTER.check("https://reserved.example.com/").to_dict()
    for name in ("family", "terms", "warning", "crawl"):
        del value["findings"][0][name]
    assert Decision.from_dict(value) == FILTER.check("https://reserved.example.com/")


BROKEN_LINK = '<http://[>; rel=license; type="application/rsl+xml"'
CALLS = st.fixed_dictionaries(
    {},
    optional={
        "headers": st.dictionaries(
            st.sampled_from(["Content-Usage", "X-Robots-Tag", "tdm-reservation", "Link"]),
            st.sampled_from(["train-ai=n", "train-ai=y", "noai", "examplebot: noai", "1", "0", "", ",", "x", BROKEN_LINK]),
        ),
        "html": st.sampled_from(
            ['<meta name="robots" content="noai">', '<meta name="tdm-reservation" content="1">', "<p>", "<", b"\xff"]
        ),
        "robots_txt": st.sampled_from(
            ["", "User-agent: *\nContent-Usage: train-ai=y", "User-agent: *\nDisallow: /", "User-agent: gptbot\nDisallow: /art"]
        ),
        "status": st.sampled_from([200, 402, 404]),
        "well_known": st.sampled_from([{}, RESERVED_FILE, FREE_FILE, {"/ai.txt": "User-agent: *\nAllow: /"}]),
    },
)  # fmt: skip


@given(CALLS, st.sampled_from([OPT_OUT, PERMISSION]))
def test_no_evidence_raises_and_one_refusal_more_never_keeps_more(evidence: dict, policy: Policy) -> None:
    optout = opened(policy)
    before = optout.check(URL, **evidence)
    refusing = {**evidence, "licenses": {LICENSE: rsl('<prohibits type="usage">all</prohibits>')}}
    refusing["headers"] = {**evidence.get("headers", {}), **LICENSE_LINK}
    after = optout.check(URL, **refusing)
    assert after.preference is DISALLOWED
    assert after.keep <= before.keep


@given(CALLS, st.sampled_from(list(Family)))
def test_to_read_one_family_less_never_adds_a_refusal(evidence: dict, family: Family) -> None:
    fewer = opened(replace(OPT_OUT, signals=frozenset(Family) - {family})).check(URL, **evidence)
    if fewer.preference is DISALLOWED:
        assert FILTER.check(URL, **evidence).preference is DISALLOWED


def test_a_feed_that_is_given_as_content_refuses_by_its_meta_tags() -> None:
    optout = opened()
    assert not optout.check(URL, content=FEED % TAG).keep
    assert optout.check(URL, content=FEED % b"").keep


PROHIBITED = '<license><prohibits type="usage">ai-train</prohibits></license>'
PERMITTED = '<license><permits type="usage">all</permits></license>'
TRAINING = '<license><permits type="usage">ai-train</permits></license>'


def licensed(inner: str, url: str = "/") -> str:
    return f'<rsl xmlns="https://rslstandard.org/rsl"><content url="{url}">{inner}</content></rsl>'


def item(inner: str) -> bytes:
    return (
        f'<rss version="2.0" xmlns:rsl="https://rslstandard.org/rsl"><channel><item>{inner}</item></channel></rss>'
    ).encode()


def in_feed(license_: str) -> str:
    return license_.replace("</", "</rsl:").replace("<", "<rsl:").replace("<rsl:/rsl:", "</rsl:")


SLIPS = {
    **{f"{name} in robots.txt": {"robots_txt": f"User-agent: *\nAllow: /\n{name}: {LICENSE}\n"} for name in (
        "Licence", "RSL", "X-License", "License-File")},
    "a media type with its halves changed": {"headers": {"Link": f'<{LICENSE}>; rel="license"; type="application/xml+rsl"'}},
    "a link for people to the document": {"html": f'<a rel="license" type="application/rsl+xml" href="{LICENSE}">x</a>'},
    "a link for copyright": {"html": f'<link rel="copyright" type="application/rsl+xml" href="{LICENSE}">'},
}  # fmt: skip


@pytest.mark.parametrize("evidence", SLIPS.values(), ids=SLIPS.keys())
def test_a_licence_that_is_named_by_a_slip_can_refuse_and_never_permits(evidence: dict) -> None:
    refused = FILTER.check(URL, licenses={LICENSE: licensed(PROHIBITED)}, **evidence)
    assert refused.preference is DISALLOWED
    permitted = FILTER.check(URL, licenses={LICENSE: licensed(PERMITTED)}, **evidence)
    assert permitted.preference is UNKNOWN
    assert permitted.keep
    assert FILTER.check(URL, **evidence).unavailable


@pytest.mark.parametrize(
    "line",
    [
        "License: https://creativecommons.org/licenses/by/4.0/",
        "Licence: https://creativecommons.org/licenses/by/4.0/",
        "Licence: MIT",
    ],
)
def test_a_licence_for_people_in_robots_txt_is_no_document_that_is_missing(line: str) -> None:
    decision = FILTER.check(URL, robots_txt=f"User-agent: *\nAllow: /\n{line}\n")
    assert decision.keep
    assert not decision.unavailable


@pytest.mark.parametrize(
    ("url", "reserves"),
    [
        ("https://www.a.example/", True),
        ("https://*.a.example/", True),
        ("https://*.example/art/", True),
        ("https://www.b.example/", False),
        ("https://*.b.example/", False),
        ("https://a.example.org/", False),
    ],
)
def test_the_host_of_a_scope_of_rsl_may_be_written_with_www_or_a_star(url: str, reserves: bool) -> None:
    link = {"headers": LICENSE_LINK}
    refused = FILTER.check(URL, licenses={LICENSE: licensed(PROHIBITED, url)}, **link)
    assert refused.preference is (DISALLOWED if reserves else UNKNOWN)
    assert FILTER.check(URL, licenses={LICENSE: licensed(PERMITTED, url)}, **link).preference is UNKNOWN


def test_a_scope_of_rsl_inside_another_can_refuse_and_never_permits() -> None:
    for outer, inner in ((PERMITTED, PROHIBITED), (PROHIBITED, PERMITTED)):
        document = licensed(f'{outer}<content url="/art/">{inner}</content>')
        decision = FILTER.check(URL, headers=LICENSE_LINK, licenses={LICENSE: document})
        assert decision.preference is DISALLOWED


def test_what_a_licence_prohibits_without_naming_it_is_not_known() -> None:
    document = licensed('<license><prohibits type="usage" value="ai-train"/></license>')
    decision = FILTER.check(URL, headers=LICENSE_LINK, licenses={LICENSE: document})
    assert not decision.keep
    assert "<prohibits/>" in decision.unavailable[0].reason


@pytest.mark.parametrize("wrap", ['<rsl:content url="/art/1">{}</rsl:content>', "{}"], ids=["a scope", "none"])
def test_a_licence_of_an_item_of_a_feed_refuses_and_costs_no_free_work(wrap: str) -> None:
    url = "https://a.example/feed.xml"
    assert FILTER.check(url, content=item(wrap.format(in_feed(PROHIBITED)))).preference is DISALLOWED
    decision = FILTER.check(url, content=item(wrap.format(in_feed(TRAINING))))
    assert (decision.preference, decision.keep) == (UNKNOWN, True)
    mining = opened(Policy.opt_out(Usage.TDM)).check(url, content=item(wrap.format(in_feed(TRAINING))))
    assert mining.preference is DISALLOWED
