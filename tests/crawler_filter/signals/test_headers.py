"""Response headers: every grammar with its clause, and every mistake of the two published filters."""

import re
from collections.abc import Callable
from email.message import Message
from http.client import parse_headers
from io import BytesIO
from types import SimpleNamespace
from wsgiref.headers import Headers as WsgiHeaders

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPHeaderDict

from crawler_filter.preference import Preference, Usage
from crawler_filter.signals import headers
from crawler_filter.signals.agents import default_agents, usages_by_token
from crawler_filter.signals.header_lines import lines
from crawler_filter.signals.robots_tag import directives
from crawler_filter.signals.signal import Family, Signal

ALLOWED, DISALLOWED = Preference.ALLOWED, Preference.DISALLOWED
TRAIN, USE, SEARCH, TDM = Usage.TRAIN_AI, Usage.AI_USE, Usage.SEARCH, Usage.TDM
SPEAKING = usages_by_token(default_agents().agents)
NOAI = {TRAIN: DISALLOWED, USE: DISALLOWED}


def read(fields: object, **more: object) -> tuple[Signal, ...]:
    return headers.read(fields, **{"agent": "MyBot", "other_agents": SPEAKING, **more})


def said(fields: object, **more: object) -> dict[Usage, Preference]:
    merged: dict[Usage, Preference] = {}
    for signal in read(fields, **more):
        merged |= signal.preferences
    return merged


DEVIANTART, GOOGLE = "DeviantArt 2022", "Google robots meta specification"
COMBINED, SCOPE, DATE = f"{GOOGLE}, combined rules", f"{GOOGLE}, user agent", f"{GOOGLE}, unavailable_after"
SIXTEEN = {
    f"{DEVIANTART}: noai": ("noai", NOAI),
    f"{DEVIANTART}: noimageai, and {GOOGLE}: noindex": ("noimageai, noindex", {**NOAI, SEARCH: DISALLOWED}),
    f"{SCOPE}: our own": ("mybot: noai", NOAI),
    f"{SCOPE}: our own, for every directive behind it": ("mybot: noindex, noai", {**NOAI, SEARCH: DISALLOWED}),
    f"{GOOGLE}, case-insensitive: a directive": ("NoAI", NOAI),
    f"{GOOGLE}, case-insensitive: a user agent": ("MyBot: noai", NOAI),
    f"{SCOPE}: another's, for every directive behind it": ("otherbot: noindex, noai", {}),
    f"{SCOPE}: another's, then our own": ("otherbot: noai, mybot: noai", NOAI),
    f"{SCOPE}: everybody's, then our own": ("noindex, mybot: noai", {**NOAI, SEARCH: DISALLOWED}),
    f"{DATE}: behind a directive": ("noai, unavailable_after: 25 Jun 2027 15:00:00 PST", NOAI),
    f"{DATE}: before a directive": ("unavailable_after: 25 Jun 2027 15:00:00 PST, noai", NOAI),
    f"{SCOPE}: another's": ("otherbot: noai", {}),
    "noml.info open letter: noml": ("noml", {TRAIN: DISALLOWED}),
    f"{GOOGLE}: none is noindex and nofollow": ("none", {SEARCH: DISALLOWED}),
    "datadiligence's own test: a colon and a comma": (":,", {}),
    "datadiligence's own test: colons and commas": (":, :, ,;: -:: ", {}),
}


@pytest.mark.parametrize(("line", "expected"), SIXTEEN.values(), ids=SIXTEEN.keys())
def test_the_sixteen_x_robots_tag_strings(line: str, expected: dict) -> None:
    assert said([("X-Robots-Tag", line)]) == expected


AMAZON_BING = "Amazon 2026, Bing 2023"
X_ROBOTS_TAG = {
    f"{SCOPE}: another's behind everybody's": ("noai, bot: nofollow", NOAI),
    f"{SCOPE}: another's, then our own, once more": ("bot: nofollow, mybot: noai", NOAI),
    "RFC 9110 10.1.5: a version is no part of the name": ("mybot/1.0: noai", NOAI),
    "RFC 9309 2.2.1: everybody": ("*: noai", NOAI),
    f"{GOOGLE}: robots is everybody": ("robots: noai", NOAI),
    f"{DATE}: RFC 850": ("unavailable_after: Friday, 25-Jun-27 15:00:00 PST, noai", NOAI),
    f"{DATE}: ISO 8601": ("unavailable_after: 2027-06-25T15:00:00Z, max-snippet: -1, noai", NOAI),
    f"{SCOPE}: a training crawler's name": ("gptbot: noai", {TRAIN: DISALLOWED}),
    f"{SCOPE}: an answering crawler's name": ("perplexitybot: noai, noarchive", {USE: DISALLOWED}),
    f"{AMAZON_BING}: noarchive": ("noarchive", NOAI),
    "Bing 2023: nocache": ("nocache", {TRAIN: DISALLOWED}),
    "Bing 2023: noarchive and nocache, where Bing takes the looser": ("noarchive, nocache", NOAI),
    f"{GOOGLE}: noimageindex": ("noimageindex", {SEARCH: DISALLOWED}),
    f"{GOOGLE}: directives that are not about us": ("nofollow, nosnippet, index, all, ai", {}),
    "seen in the wild: semicolons": ("noindex; noai", {**NOAI, SEARCH: DISALLOWED}),
    "seen in the wild: no commas": ("index noai noimageai", NOAI),
    "seen in the wild: quotes": ("'noai'", NOAI),
    "seen in the wild: the name of the header in its value": ("X-Robots-Tag: noai", NOAI),
    "seen in the wild: header lines joined by line breaks": ("index\r\nX-Robots-Tag: noai", NOAI),
    "RFC 9110 5.5, obs-fold": ("noindex,\r\n noai", {**NOAI, SEARCH: DISALLOWED}),
    f"{COMBINED}: the line of a WordPress plug-in": (
        "index, follow, max-snippet:-1, max-image-preview:large, max-video-preview:-1", {},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("line", "expected"), X_ROBOTS_TAG.values(), ids=X_ROBOTS_TAG.keys())
def test_x_robots_tag(line: str, expected: dict) -> None:
    assert said([("x-robots-tag", line)]) == expected


def test_a_user_agent_holds_until_the_next_one_of_the_line() -> None:
    assert list(directives("noai, a: noindex, noml, b: none")) == [
        ("noai", ""),
        ("noindex", "a"),
        ("noml", "a"),
        ("none", "b"),
    ]


def message(*lines: tuple[str, str]) -> Message:
    made = Message()
    for name, value in lines:
        made[name] = value
    return made


def multi(*lines: tuple[str, str]) -> object:
    multidict = pytest.importorskip("multidict")
    return multidict.CIMultiDict(lines)


def scrapy(*lines: tuple[str, str]) -> object:
    http = pytest.importorskip("scrapy.http")
    made = http.Headers()
    for name, value in lines:
        made.appendlist(name, value)
    return made


def urllib3_fields(*lines: tuple[str, str]) -> HTTPHeaderDict:
    made = HTTPHeaderDict()
    for name, value in lines:
        made.add(name, value)
    return made


def warcio(*lines: tuple[str, str]) -> object:
    """Has what warcio's StatusAndHeaders has: no `items`, and its pairs in `headers`."""
    return SimpleNamespace(statusline="200 OK", protocol="HTTP/1.1", headers=list(lines))


def httpx(*lines: tuple[str, str]) -> object:
    return SimpleNamespace(multi_items=lambda: list(lines), items=lambda: [(lines[0][0], "index")])


def joined(separator: str) -> Callable[..., dict[str, str]]:
    return lambda *lines: {lines[0][0]: separator.join(value for _, value in lines)}


def block(*lines: tuple[str, str]) -> str:
    return "HTTP/1.1 200 OK\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines) + "\r\n"


KINDS = {
    "warcio": warcio,
    "httpx": httpx,
    "a raw block": block,
    "a raw block of bytes": lambda *lines: block(*lines).encode(),
    "a block without its first line": lambda *lines: block(*lines).partition("\r\n")[2].replace("\r", ""),
    "texts in a list": lambda *lines: [f"{name}: {value}" for name, value in lines],
    "bytes in a list": lambda *lines: [f"{name}: {value}".encode() for name, value in lines],
    "a HAR file": lambda *lines: [{"name": name, "value": value} for name, value in lines],
    "Chromium's, joined by line feeds": joined("\n"),
    "fetch's, joined by commas": joined(", "),
    "joined by bare commas": joined(","),
    "pairs": lambda *lines: list(lines),
    "pairs of bytes": lambda *lines: [(name.encode(), value.encode()) for name, value in lines],
    "a tuple of pairs": lambda *lines: lines,
    "dict of lists": lambda *lines: {lines[0][0]: [value for _, value in lines]},
    "dict of bytes": lambda *lines: {lines[0][0].encode(): [value.encode() for _, value in lines]},
    "http.client and urllib": message,
    "urllib3": urllib3_fields,
    "wsgiref": lambda *lines: WsgiHeaders(list(lines)),
    "aiohttp": multi,
    "Scrapy": scrapy,
    "requests": lambda *lines: CaseInsensitiveDict({lines[0][0]: ", ".join(value for _, value in lines)}),
}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
@pytest.mark.parametrize("name", ["X-Robots-Tag", "x-robots-tag", "X-ROBOTS-TAG"])
@pytest.mark.parametrize("order", [1, -1])
def test_every_line_of_every_kind_of_headers_counts(kind, name: str, order: int) -> None:
    lines = [(name, "noai"), (name, "noindex")][::order]
    assert said(kind(*lines)) == {**NOAI, SEARCH: DISALLOWED}
    assert read(kind(("Content-Type", "text/html"))) == ()


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
@pytest.mark.parametrize("order", [1, -1])
def test_a_name_holds_for_its_own_line_in_every_kind_of_headers(kind, order: int) -> None:
    lines = [("X-Robots-Tag", "otherbot: noindex, nofollow"), ("X-Robots-Tag", "noai, noimageai")][::order]
    refused = said(kind(*lines))
    assert refused.items() >= NOAI.items()
    assert said(kind(("X-Robots-Tag", "otherbot: noai"), ("X-Robots-Tag", "otherbot: noindex"))) == {}


def test_where_lines_may_have_been_joined_a_warning_says_so() -> None:
    (signal,) = read({"X-Robots-Tag": "otherbot: noindex, noai"})
    assert signal.preferences == NOAI
    assert "joined" in signal.warning
    assert read([("X-Robots-Tag", "otherbot: noindex, noai")]) == ()


def test_http_client_keeps_every_line_and_unfolds_them() -> None:
    block = b"X-Robots-Tag: otherbot: noindex,\r\n nofollow\r\nX-Robots-Tag: index,\r\n\tnoai\r\n\r\n"
    assert said(parse_headers(BytesIO(block))) == NOAI
    assert said(b"HTTP/1.1 200\r\n" + block) == NOAI


class Own(dict):
    """A subclass of dict, which one published filter refuses."""


# Numbers are those of the mistakes found in datadiligence 0.1.7; bugs 8 to 10 are about its registry rule and stand
# in tests/crawler_filter/compat/test_datadiligence.py.
PEERS = {
    "peer bug 1: a plain dict in lower case is read": ({"x-robots-tag": "noai"}, NOAI),
    "peer bug 2: directives are case-insensitive": ({"X-Robots-Tag": "NoAI"}, NOAI),
    "peer bug 3: no headers are no error": ({}, {}),
    "peer bug 4: any mapping will do": (Own({"X-Robots-Tag": "noai"}), NOAI),
    "peer bug 5: two header lines are a union": (
        [("X-Robots-Tag", "noai"), ("X-Robots-Tag", "noindex")],
        {**NOAI, SEARCH: DISALLOWED},
    ),
    "peer bug 6: the scope of a user agent outlasts the comma": (
        [("X-Robots-Tag", "otherbot: noimageai, noai")],
        {},
    ),
    "peer bug 7: the product token is compared, whatever its case": ({"X-Robots-Tag": "MYBOT: noai"}, NOAI),
    "peer bug 11: TDM-Reservation in any case": ({"TDM-Reservation": "1"}, {TDM: DISALLOWED}),
    "img2dataset: a date's colon eats no directive": (
        {"X-Robots-Tag": "unavailable_after: 25 Jun 2010 15:00:00 PST, noai"},
        NOAI,
    ),
    "img2dataset: another bot's directive does not hide ours": ({"X-Robots-Tag": "noai, bot: nofollow"}, NOAI),
    "peer bug 4: bytes are headers too": ({b"X-Robots-Tag": b"noai"}, NOAI),
}


def test_of_headers_that_do_not_matter_no_value_is_looked_at_but_for_its_kind() -> None:
    fields = {"Server": ["nginx", "\n"], "X-Robots-Tag": "noai"}
    assert [line.name for line in lines(fields, lambda name: name.startswith("X-"))] == ["X-Robots-Tag"]
    with pytest.raises(TypeError):
        list(lines({"request_headers": {"Server": "nginx"}}, lambda _: False))


@pytest.mark.parametrize("text", ["noai", "noai, noindex", "gptbot: noai", "gptbot: noai, noindex; all"])
def test_a_text_says_as_much_as_the_lines_that_it_may_have_been(text: str) -> None:
    joined = read({"X-Robots-Tag": text})
    apart = read([("X-Robots-Tag", part.strip()) for part in re.split("[,;]", text)])
    assert not {usage for each in apart for usage in each.preferences} - {
        usage for each in joined for usage in each.preferences
    }


@pytest.mark.parametrize(("fields", "expected"), PEERS.values(), ids=PEERS.keys())
def test_mistakes_of_the_published_filters(fields: object, expected: dict) -> None:
    assert said(fields) == expected


def test_peer_bug_7_a_whole_user_agent_header_names_the_bot_as_its_token_does() -> None:
    agent = "Mozilla/5.0 (compatible; ExampleBot/2.1; +https://bot.example)"
    assert said({"X-Robots-Tag": "examplebot: noai"}, agent=agent) == NOAI


@pytest.mark.parametrize(
    "fields",
    [
        7,
        "noai",
        b"x",
        '{"X-Robots-Tag": "noai"',
        '["noai"]',
        [1, 2],
        ["noai"],
        [{"name": "X-Robots-Tag"}],
        [("x-robots-tag",)],
        [None],
    ],
    ids=repr,
)
def test_what_are_no_headers_could_not_be_checked(fields: object) -> None:
    assert [signal.unchecked for signal in read(fields)] == [True]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"Content-Usage": "train-ai=n"}, {TRAIN: DISALLOWED}),
        ([("content-usage", "train-ai=y"), ("Content-Usage", "train-ai=n")], {TRAIN: DISALLOWED}),
        ([("Content-Usage", "train-ai=n"), ("Content-Usage", "search=")], {TRAIN: DISALLOWED}),
        ([("Content-Usage", "train-ai=y"), ("Content-Usage", "search=")], {}),
        ([("Content-Usage", "train-ai=n"), ("Content-Usage", "train-ai=y")], {TRAIN: DISALLOWED}),
        ([("Content-Usage", "train-ai=n,")], {TRAIN: DISALLOWED}),
        ({"Content-Usage": "train-ai=n,"}, {TRAIN: DISALLOWED}),
        ({"Content-Usage": "train-ai=n, train-ai=y"}, {TRAIN: DISALLOWED}),
        ({"Content-Usage": 'train-ai;why="a, train-ai=n, b", search=y'}, {SEARCH: ALLOWED}),
    ],
    ids=[
        "attach 2: the header",
        "RFC 9651 4.2: lines are one list",
        "RFC 9651 4.2, departure: a line that refuses is believed beside a broken one",
        "RFC 9651 4.2: a broken line voids what others permit",
        "RFC 9651 4.2.2, departure: of two lines that differ the refusal counts, not the last",
        "RFC 9651 4.2.2, departure: what a broken line refuses counts",
        "RFC 9651 4.2.2, departure: a trailing comma may be an empty line that was joined",
        "a joined text: the refusal counts, not the last",
        "a joined text: a comma in quotes ends no line",
    ],
)
def test_content_usage(fields: object, expected: dict) -> None:
    assert said(fields) == expected


@pytest.mark.parametrize(
    ("reservation", "policy", "expected", "terms"),
    [
        (
            "1",
            "https://provider.com/policies/policy.json",
            {TDM: DISALLOWED},
            "https://provider.com/policies/policy.json",
        ),
        ("1", None, {TDM: DISALLOWED}, None),
        ("1", "javascript:alert(1)", {TDM: DISALLOWED}, None),
        ("0", "https://provider.com/p", {TDM: ALLOWED}, None),
        (" 1 ", None, {TDM: DISALLOWED}, None),
        ("other", None, {}, None),
        ("", None, {}, None),
        ("reserved", None, {TDM: DISALLOWED}, None),
        ("10", None, {}, None),
        ('"0"', None, {}, None),
        ('"1"', "https://provider.com/p", {TDM: DISALLOWED}, "https://provider.com/p"),
        ("\uff11", None, {TDM: DISALLOWED}, None),
        ("1;", None, {TDM: DISALLOWED}, None),
        ("?1", None, {TDM: DISALLOWED}, None),
        ("TRUE", None, {TDM: DISALLOWED}, None),
        ("0, \u201c1\u201d", None, {TDM: DISALLOWED}, None),
        (["0", "1"], None, {TDM: DISALLOWED}, None),
        ("1, 1", None, {TDM: DISALLOWED}, None),
        ("0, 1", None, {TDM: DISALLOWED}, None),
    ],
    ids=[
        "TDMRep, HTTP headers: the example",
        "TDMRep, tdm-policy: is optional",
        "TDMRep, tdm-policy: what is no web address is left out",
        "TDMRep, tdm-policy: with 0 it is not processed",
        "RFC 9110 5.5: blanks around a value",
        "TDMRep, tdm-reservation: another value leaves it unset",
        "TDMRep, tdm-reservation: no value leaves it unset",
        "TDMRep, tdm-reservation, departure: the word reserved is meant for 1",
        "TDMRep, tdm-reservation: another number leaves it unset",
        "TDMRep, tdm-reservation: a 0 in quotes permits nothing",
        "TDMRep, tdm-reservation, departure: a 1 in quotes is meant for 1",
        "TDMRep, tdm-reservation, departure: a full-width 1 is meant for 1",
        "TDMRep, tdm-reservation, departure: a 1 with an end is meant for 1",
        "TDMRep, tdm-reservation, departure: a boolean of RFC 9651 is meant for 1",
        "TDMRep, tdm-reservation, departure: the word true is meant for 1",
        "TDMRep, tdm-reservation, departure: a 1 in quotes behind a 0",
        "two lines: the reservation stands",
        "RFC 9110 5.3: two lines joined by a comma",
        "RFC 9110 5.3: two that differ",
    ],
)
def test_tdmrep_headers(reservation: object, policy: str | None, expected: dict, terms: str | None) -> None:
    fields = {"tdm-reservation": reservation} | ({"tdm-policy": policy} if policy else {})
    assert said(fields) == expected
    assert {signal.terms.policy for signal in read(fields) if signal.preferences} in ({terms}, set())


@pytest.mark.parametrize("value", ['"1"', "\uff11", "1;", "true", '"0"', "yes", ""])
def test_tdmrep_a_value_that_is_not_0_or_1_has_a_warning(value: str) -> None:
    assert any("must be 0 or 1" in signal.warning for signal in read({"tdm-reservation": value}))


@pytest.mark.parametrize("name", ["HTTP_X_ROBOTS_TAG", "x_robots_tag", "X_Robots-Tag", b"HTTP_X_ROBOTS_TAG"])
@pytest.mark.parametrize("carrier", [dict, list], ids=["a mapping", "pairs"])
def test_a_name_spelled_with_underscores_refuses_with_a_warning(name: str | bytes, carrier: type) -> None:
    (signal,) = read(carrier({name: "noai"}.items()))
    assert signal.preferences == NOAI
    assert "not spelled as the standard asks" in signal.warning


def test_a_name_spelled_with_underscores_permits_nothing() -> None:
    assert said({"Content_Usage": "train-ai=y, search=n", "tdm_reservation": "0"}) == {SEARCH: DISALLOWED}
    assert said({"Content_Usage": "train-ai=n", "Content-Usage": "train-ai=y"}) == {TRAIN: DISALLOWED}


@pytest.mark.parametrize(
    ("line", "targets"),
    [
        ('<https://a.example/l.xml>; rel="license"; type="application/rsl+xml"', ["https://a.example/l.xml"]),
        ('<https://a.example/l.xml>; type=application/rsl+xml; rel="preload License"', ["https://a.example/l.xml"]),
        ('</s.css>; rel=preload; as="style,x", <https://a.example/l.xml>;rel=license;type="application/rsl+xml"',
         ["https://a.example/l.xml"]),
        ('<https://a.example/l.xml> ;; rel = "license";type="application/rsl+xml; charset=utf-8"', ["https://a.example/l.xml"]),
        ("<https://a.example/l.xml>; rel='license'; type='application/rsl+xml'", ["https://a.example/l.xml"]),
        ('<https://creativecommons.org/licenses/by/4.0/>; rel="license"', []),
        ('<https://a.example/l.xml>; rel="alternate"; type="application/rsl+xml"', []),
        ("</wp-json/>; rel=https://api.w.org/", []),
    ],
    ids=[
        "RSL 1.0 4.5: the example", "RFC 8288 3.3: several relation types", "RFC 8288 3: the second link of a line",
        "RFC 8288 3, appendix B.2: empty parameters", "seen in the wild: single quotes", "RSL 1.0 4.5: a licence of another kind",
        "RSL 1.0 4.5: another relation", "a link that every WordPress sends",
    ],
)  # fmt: skip
def test_rsl_4_5_links(line: str, targets: list[str]) -> None:
    signals = read({"Link": line})
    assert [signal.terms.policy for signal in signals if signal.family is Family.RSL] == targets


@pytest.mark.parametrize("type_", ["", '; type="text/html"'])
def test_a_link_to_a_licence_of_no_kind_that_programs_read_names_terms(type_: str) -> None:
    (signal,) = read([("Link", f'<https://a.example/terms>; rel="license"{type_}')])
    assert (signal.family, signal.terms.policy) == (Family.TERMS, "https://a.example/terms")
    assert not signal.preferences
    assert not signal.unchecked


@pytest.mark.parametrize(
    ("fields", "status", "rule"),
    [
        ({"crawler-price": "USD 0.01"}, 402, "crawler-price: USD 0.01"),
        ({"crawler-price": "USD 0.01"}, None, "crawler-price: USD 0.01"),
        ({}, 402, "402 Payment Required"),
        ({"Content-Usage": "train-ai=y"}, 402, "402 Payment Required"),
    ],
    ids=[
        "Cloudflare Pay Per Crawl: 402 with a price",
        "Cloudflare Pay Per Crawl: a price alone",
        "RFC 9110 15.5.3: 402 alone",
        "RFC 9110 15.5.3: 402 with a permission",
    ],
)
def test_a_payment_wall_is_not_free(fields: object, status: int | None, rule: str) -> None:
    walls = [signal for signal in read(fields, status=status) if signal.family is Family.PAYMENT]
    assert [(signal.rule, signal.unchecked) for signal in walls] == [(rule, True)]


def test_of_a_header_that_no_specification_defines_only_refusals_count() -> None:
    (signal,) = read({"Content-Signal": "ai-train=no, search=yes, ai-input=yes"})
    assert signal.preferences == {TRAIN: DISALLOWED}
    assert signal.warning


@given(st.lists(st.tuples(st.sampled_from(sorted(headers._NAMES)), st.text(max_size=40)), max_size=5))
def test_no_headers_raise(fields: list[tuple[str, str]]) -> None:
    for signal in read(fields):
        assert signal.preferences or signal.warning or signal.terms.policy is not None


@pytest.mark.parametrize(
    ("name", "value", "usage"),
    [
        *(
            (name, "noai", TRAIN)
            for name in ("X-Robots-Tags", "X-Robots", "Robots", "XRobots-Tag", "X_Robots_Tag")
        ),
        *((name, "ai-train=no", TRAIN) for name in ("Content-Signals", "X-Content-Signal", "CDN-Content-Signal")),
        *((name, "train-ai=n", TRAIN) for name in ("Content-Usages", "X-Content-Usage", "HTTP_CONTENT_USAGE")),
        *((name, "1", TDM) for name in ("X-TDM-Reservation", "tdm_reservation", "TDMReservation")),
    ],
)
def test_a_misspelt_name_refuses_and_never_permits(name: str, value: str, usage: Usage) -> None:
    assert said({name: value})[usage] is DISALLOWED
    permission = {"noai": "all", "1": "0"}.get(value, value.replace("=no", "=yes").replace("=n", "=y"))
    assert not said({name: permission})


@pytest.mark.parametrize(
    "directive", ["no-ai", "no ai", "NO_AI", "NoAITraining", "disallow-ai-training", "no-image-ai"]
)
def test_a_directive_with_other_signs_in_it_refuses(directive: str) -> None:
    assert said({"X-Robots-Tag": f"index, {directive}"})[TRAIN] is DISALLOWED


class TornadoHeaders(dict[str, str]):
    """Like `tornado.httputil.HTTPHeaders` 6.5: `items` joins the lines of a name, `get_all` gives each."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        super().__init__({name: ",".join(value for other, value in pairs if other == name) for name, _ in pairs})
        self._pairs = pairs

    def get_all(self) -> list[tuple[str, str]]:
        return self._pairs

    def get_list(self, name: str) -> list[str]:
        return [value for other, value in self._pairs if other == name]


def test_the_headers_of_tornado_are_read_line_by_line() -> None:
    headers = TornadoHeaders([("X-Robots-Tag", "otherbot: noindex"), ("X-Robots-Tag", "noai")])
    (signal,) = read(headers)
    assert signal.rule == "noai"
    assert not signal.warning


def test_headers_kept_as_json_have_both_lines_of_a_name_that_occurs_twice() -> None:
    (signal,) = read('{"X-Robots-Tag": "noai", "X-Robots-Tag": "otherbot: noindex"}')
    assert signal.rule == "noai"
    assert read('{"Content-Type": "text/html"}') == ()


MEMORIES = (headers._speaks, headers._remembered, headers._meant)
"""What is remembered of names: whether all of an answer may speak, whether one matters, and what it is meant for."""


def test_more_names_than_are_remembered_say_what_they_say_alone() -> None:
    names = [f"X-Made-Up-{number}" for number in range(600)] + [
        "X-Robots-Tag",
        "X_Robots_Tag",
        "Robot-Tag",
        "noai",
    ]
    alone = {}
    for name in names:
        for memory in MEMORIES:
            memory.cache_clear()
        alone[name] = read({name: "noai"})
    assert alone["X-Robots-Tag"]
    for _ in range(2):
        assert {name: read({name: "noai"}) for name in names} == alone
        assert read(dict.fromkeys(names, "noai"))
    for memory in MEMORIES:
        kept = memory.cache_info()
        assert kept.currsize <= kept.maxsize < len(names)


def test_names_are_remembered_and_neither_values_nor_who_asks() -> None:
    answer = {"Server": "nginx", "X-Robots-Tag": "mybot: noai"}
    for _ in range(2):
        assert said(answer) == NOAI
        assert said(answer, agent="OtherBot") == {}
        assert said(answer | {"X-Robots-Tag": "all"}) == {}
        assert said({"Server": "nginx"}) == {}


def test_names_too_long_to_remember_are_read_all_the_same() -> None:
    before = [memory.cache_info().currsize for memory in MEMORIES[1:]]
    long = "X-" + "a" * 5000
    assert said({long: "noai", "X-Robots-Tag": "noai"}) == NOAI
    assert said({long: "noai"}) == {}
    for memory, size in zip(MEMORIES[1:], before, strict=True):
        assert memory.cache_info().currsize <= size + 1  # that of the other name
