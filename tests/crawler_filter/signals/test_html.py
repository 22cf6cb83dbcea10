"""What a page says in its markup, wherever in it, and in whatever state the markup is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.preference import Preference, Usage
from crawler_filter.signals import html
from crawler_filter.signals.agents import default_agents, usages_by_token
from crawler_filter.signals.signal import Family, Signal

ALLOWED, DISALLOWED = Preference.ALLOWED, Preference.DISALLOWED
TRAIN, USE, SEARCH, TDM = Usage.TRAIN_AI, Usage.AI_USE, Usage.SEARCH, Usage.TDM
NOAI = {TRAIN: DISALLOWED, USE: DISALLOWED}
SPEAKING = usages_by_token(default_agents().agents)

PIECES = st.sampled_from(
    ["<", ">", "<meta ", "name=robots ", "content=noai", "name='tdm-reservation' content='1'", "/>", "<link rel=license ",
     "type='application/rsl+xml' href=x", "<script type=application/rsl+xml>", "</script>", "<rsl xmlns='https://rslstandard.org/rsl'>",
     "<!--", "-->", "<![CDATA[", "&#110;", "\x00", "é", "\ud800", "<template>", "<svg>", "'", '"', "<p>text", "<body>", "</html>"]
)  # fmt: skip


def read(page: str | bytes, agent: str = "ExampleBot") -> tuple[Signal, ...]:
    return html.read(page, "https://a.example/page", agent=agent, other_agents=SPEAKING)


def said(page: str | bytes, agent: str = "ExampleBot") -> dict[Usage, Preference]:
    merged: dict[Usage, Preference] = {}
    for signal in read(page, agent):
        merged |= signal.preferences
    return merged


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ('<head><meta name="robots" content="noai">', NOAI),
        ('<meta name="robots" content="noimageai">', NOAI),
        ('<META NAME=ROBOTS CONTENT="NOAI, NOIMAGEAI">', NOAI),
        ('<meta content="nofollow,noml" name="robots"/>', {TRAIN: DISALLOWED}),
        ('<meta name="robots" content="noindex, nofollow">', {SEARCH: DISALLOWED}),
        ('<meta name="robots" content="noarchive">', NOAI),
        ('<meta name="examplebot" content="noai">', NOAI),
        ('<meta name="gptbot" content="noindex, noai">', {TRAIN: DISALLOWED}),
        ('<meta name="otherbot" content="noai">', {}),
        ('<meta name="description" content="noai">', {}),
        ('<body><p><meta name="robots" content="noai">', NOAI),
        ('<meta name="robots" content="n&#111;ai">', NOAI),
        ('<meta http-equiv="X-Robots-Tag" content="noai">', NOAI),
        ('<meta name="robots" content="noindex noai">', {**NOAI, SEARCH: DISALLOWED}),
        ('<noscript><meta name="robots" content="noai"></noscript>', NOAI),
        ('<meta http-equiv="refresh" content="0;url=/noai"><meta name="viewport" content="noai">', {}),
        ('<!-- <meta name="robots" content="noai"> -->', {}),
        ("<script>'<meta name=robots content=noai>'</script>", {}),
        ('<meta name="robots"><meta content="noai">', {}),
        ("<meta><meta name content><link type rel href><script type>", {}),
        ('<meta name="robots" content="all"><meta name="robots" content="noai">', NOAI),
        ('<meta name="robots" content="\uff2e\uff4f\uff21\uff29">', NOAI),
        ('<meta name="robots" content="noindex\u3001noai">', {**NOAI, SEARCH: DISALLOWED}),
    ],
    ids=[
        "DeviantArt 2022: noai",
        "DeviantArt 2022: noimageai",
        "Google robots meta specification, case-insensitive",
        "noml.info open letter: noml",
        "Google robots meta specification: noindex is about search",
        "Amazon 2026, Bing 2023: noarchive",
        "Google robots meta specification, user agent: our own",
        "Google robots meta specification, user agent: a training crawler's",
        "Google robots meta specification, user agent: another's",
        "HTML 4.2.5.1: another standard metadata name",
        "HTML 13.2.6.4.7: a tag in the body",
        "HTML 13.2.5.72: as an entity",
        "seen in the wild: http-equiv in place of the header",
        "seen in the wild: no comma",
        "HTML 4.12.2: in noscript",
        "HTML 4.2.5.3: a redirection and a viewport",
        "HTML 13.1.6: in a comment",
        "HTML 4.12.1: in a script",
        "HTML 4.2.5: name and content in two tags",
        "HTML 13.1.2.3: attributes without values",
        "Google robots meta specification, combined rules: two tags, the restriction stands",
        "seen in the wild: wide letters",
        "seen in the wild: a Japanese comma",
    ],
)  # fmt: skip
def test_robots_meta_tags(page: str, expected: dict) -> None:
    assert said(page) == said(page.encode()) == expected


def test_tdmrep_the_example_of_the_report() -> None:
    page = (
        '<html><head><meta name="tdm-reservation" content="1">'
        '<meta name="tdm-policy" content="https://provider.com/policies/policy.json"></head>'
    )
    (signal,) = read(page)
    assert signal.preferences == {TDM: DISALLOWED}
    assert signal.terms.policy == "https://provider.com/policies/policy.json"


@pytest.mark.parametrize(
    ("content", "expected"), [("0", {TDM: ALLOWED}), ("yes", {TDM: DISALLOWED}), ("2", {}), ("no", {}), ("", {})]
)
def test_tdmrep_other_values(content: str, expected: dict) -> None:
    assert said(f'<meta name="tdm-reservation" content="{content}">') == expected


def test_rsl_4_6_links_and_inline_documents() -> None:
    page = """<link rel="license" type="application/rsl+xml" href="/license.xml"><link rel="license" href="/cc">
    <script type="application/rsl+xml"><rsl xmlns="https://rslstandard.org/rsl"><content url=""><license>
    <prohibits type="usage">ai-train</prohibits></license></content></rsl></script>"""
    link, inline, terms = read(page)
    assert link.terms.policy == "/license.xml"
    assert (terms.family, terms.preferences, terms.rule) == (Family.TERMS, {}, "rel=license: /cc")
    assert (inline.family, inline.preferences) == (Family.RSL, {TRAIN: DISALLOWED})


DOUBTFUL = {
    "property for name": '<meta property="robots" content="noai, noimageai">',
    "itemprop for name": '<meta itemprop="robots" content="noai">',
    "value for content": '<meta name="robots" value="noai">',
    "contents for content": '<meta name="robots" contents="noai">',
    "no attribute for content": "<meta name=robots noai>",
    "robots for both": "<meta robots='noindex, noai'>",
    "property and value": '<meta property="ROBOTS" value="NOAI">',
    "a name of EPUB": '<meta name="tdm:reservation" content="1">',
    "a property of EPUB": '<meta property="tdm:reservation" content="1">',
    "a property for TDMRep": '<meta property="tdm-reservation" content="1">',
    "an attribute for TDMRep": '<meta tdm-reservation="1">',
    "a value for TDMRep": '<meta name="tdm-reservation" value="1">',
    "robot": '<meta name="robot" content="noai">',
    "noai for the name": '<meta name="noai" content="true">',
    "Content-Usage as a property": '<meta property="content-usage" content="train-ai=n">',
    "a signal with another name": '<meta name="content-signals" content="ai-train=no">',
    "another crawler's tag beside": '<meta name="otherbot" content="noai"><meta property="robots" content="noai">',
}


@pytest.mark.parametrize("tag", DOUBTFUL.values(), ids=DOUBTFUL)
def test_a_tag_of_a_form_that_no_standard_has_refuses_with_a_warning(tag: str) -> None:
    signals = [signal for signal in read(f"<!doctype html><head>{tag}</head>") if signal.preferences]
    assert signals
    assert {TRAIN, TDM} & {usage for signal in signals for usage in signal.preferences}
    assert all(signal.warning for signal in signals)


@pytest.mark.parametrize(
    "tag",
    [
        '<meta property="tdm-reservation" content="0">',
        '<meta property="content-usage" content="train-ai=y">',
        '<meta name="noai" content="false">',
        '<meta property="og:title" content="noai">',
        '<meta name="description" value="noai">',
        '<meta name="keywords" content="noai, art">',
        '<meta itemprop="name" content="noai">',
        "<meta charset=utf-8>",
        '<meta property="robots" content="index, follow">',
    ],
)
def test_a_tag_of_another_form_permits_nothing_and_a_text_about_it_refuses_nothing(tag: str) -> None:
    assert said(tag) == {}


def test_a_permission_in_a_proper_tag_does_not_hide_a_refusal_in_another_form() -> None:
    page = '<meta name="tdm-reservation" content="0"><meta property="tdm:reservation" content="1">'
    assert said(page) == {TDM: DISALLOWED}


JSON_LD = {
    "a text": ('{"@type": "Article", "usageInfo": "https://a.example/terms"}', ["https://a.example/terms"]),
    "a node": ('{"usageInfo": {"@id": "https://a.example/t"}}', ["https://a.example/t"]),
    "a work": ('{"usageInfo": {"@type": "CreativeWork", "url": "https://a.example/t"}}', ["https://a.example/t"]),
    "in a graph": (
        '{"@graph": [{"image": {"license": "https://a.example/l", "acquireLicensePage": "https://a.example/buy"}}]}',
        ["https://a.example/l", "https://a.example/buy"],
    ),
    "several": ('[{"license": ["https://a.example/1", "https://a.example/2"]}]', ["https://a.example/1", "https://a.example/2"]),
    "none": ('{"@type": "Article"}', []),
    "no JSON": ("{usageInfo: x}", []),
    "deep": ("[" * 50_000, []),
    "long": ('{"usageInfo": "https://a.example/t", "x": "' + "x" * (1 << 20) + '"}', []),
    "no address": ('{"usageInfo": 7, "license": null}', []),
}  # fmt: skip


@pytest.mark.parametrize(("text", "addresses"), JSON_LD.values(), ids=JSON_LD)
def test_schema_org_names_terms_that_a_person_can_read(text: str, addresses: list[str]) -> None:
    signals = read(f'<script type="application/ld+json">{text}</script>')
    assert [signal.terms.policy for signal in signals] == addresses
    assert all(signal.family is Family.TERMS and not signal.preferences and signal.warning for signal in signals)


@pytest.mark.parametrize(
    ("base", "target", "resolved"),
    [
        ("https://cdn.example/a/", "l.xml", "https://cdn.example/a/l.xml"),
        ("/a/", "l.xml", "/a/l.xml"),
        ("https://cdn.example/", "https://b.example/l.xml", "https://b.example/l.xml"),
        ("http://[", "l.xml", "l.xml"),
        ("https://cdn.example/", "", ""),
    ],
    ids=["whole", "a path", "a whole target", "no address", "no target"],
)
def test_html_4_2_3_a_base_element_resolves_the_link_to_a_licence(base: str, target: str, resolved: str) -> None:
    (link,) = read(
        f'<base href="{base}"><base href="/x/"><link rel="license" type="application/rsl+xml" href="{target}">'
    )
    assert link.terms.policy == resolved


def test_tags_that_no_specification_defines_may_refuse_and_not_permit() -> None:
    assert said('<meta name="content-signal" content="ai-train=no, search=yes">') == {TRAIN: DISALLOWED}
    assert said('<meta name="content-usage" content="train-ai=n, search=y">') == {TRAIN: DISALLOWED}


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "shift_jis", "euc-jp", "iso-2022-jp", "latin-1"]
)
def test_every_encoding_of_pages_is_read(encoding: str) -> None:
    text = "é" if encoding == "latin-1" else "日本語<ページ>"
    page = f'<meta charset="{encoding}"><title>{text}</title><meta name="robots" content="noai">'
    assert said(page.encode(encoding)) == NOAI


def test_a_page_that_names_no_known_encoding_is_read_as_ascii() -> None:
    assert said(b'<meta charset="x-nothing"><meta name="robots" content="noai">\xff') == NOAI


def test_a_tag_below_any_depth_is_found() -> None:
    assert said("<div>" * 5000 + '<meta name="robots" content="noai">') == NOAI


@given(st.lists(PIECES, max_size=25).map("".join))
def test_no_page_raises(page: str) -> None:
    for signal in read(page):
        assert ALLOWED not in signal.preferences.values()
