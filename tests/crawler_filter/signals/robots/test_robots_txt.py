"""robots.txt by RFC 9309, and the lines of AIPREF, Content Signals and RSL in it by their own clauses."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.agents import Agent, AgentList, default_agents, product_token, usages_by_token
from crawler_filter.signals.robots.lines import MAX_BYTES, read_lines
from crawler_filter.signals.robots.robots_txt import RobotsTxt
from crawler_filter.signals.signal import Family, Signal

ALLOWED, DISALLOWED = Preference.ALLOWED, Preference.DISALLOWED
TRAIN, USE, SEARCH = Usage.TRAIN_AI, Usage.AI_USE, Usage.SEARCH
SPEAKING = usages_by_token(default_agents().agents)

LINES = st.sampled_from(
    ["User-agent: *", "User-agent: a", "user agent: b", "Useragent:", "Allow: /", "Disallow: /", "Disallow:", "Allow: /x*",
     "Disallow: /x$", "disallow /", "Content-Usage: train-ai=n", "Content-Usage: /x train-ai=y", "Content-Usage: /x",
     "Content-Signal: ai-train=no, search=yes", "Content-Signal:,=,", "License: https://a.example/", "License:", "", "#", ":",
     "Crawl-delay: 1", "Sitemap: /s", "\ufeff", "\x00", "\udcff", "User-agent: é"]
)  # fmt: skip
FILES = st.lists(LINES, max_size=12).map("\n".join)
PATHS = st.sampled_from(["/", "/x", "/xy", "/robots.txt", "", "http://h/x", "no url", "\ud800"])


def read(*lines: str) -> RobotsTxt:
    return RobotsTxt.parse("\n".join(lines))


def found(robots: RobotsTxt, url: str = "/", agent: str = "ExampleBot") -> list[Signal]:
    return list(robots.findings(agent, url, other_agents=SPEAKING))


@pytest.mark.parametrize(
    ("lines", "agent", "path", "allowed"),
    [
        (["User-agent: ExampleBot", "Disallow: /"], "examplebot", "/", False),
        (["User-agent: examplebot", "Disallow: /"], "ExampleBot/1.0", "/", False),
        (["User-agent: examplebot/2.0", "Disallow: /"], "ExampleBot", "/", False),
        (
            ["User-agent: examplebot", "Disallow: /"],
            "Mozilla/5.0 (compatible; ExampleBot/1.0; +http://b)",
            "/",
            False,
        ),
        (["User-agent: bot", "Disallow: /"], "ExampleBot", "/", True),
        (["User-agent: example", "Disallow: /"], "ExampleBot", "/", True),
        (["User-agent: AI2Bot", "Disallow: /"], "AI2Bot", "/", False),
        (["User-agent: Y!J", "Disallow: /"], "Y!J/1.0", "/", False),
        (["User-agent: *", "Disallow: /", "User-agent: a", "Allow: /x"], "a", "/y", True),
        (
            ["User-agent: a", "Disallow: /x", "User-agent: b", "Disallow: /y", "User-agent: a", "Disallow: /z"],
            "a",
            "/z",
            False,
        ),
        (["User-agent: *", "Disallow: /x", "", "User-agent: *", "Disallow: /y"], "other", "/x", False),
        (["User-agent: a", "User-agent: b", "Disallow: /"], "a", "/", False),
        (["User-agent: a", "Sitemap: /s", "Crawl-delay: 9", "User-agent: b", "Disallow: /"], "a", "/", False),
        (["User-agent: a", "Disallow:", "User-agent: b", "Disallow: /"], "a", "/", True),
        (["User-agent: a", "", "Disallow: /"], "a", "/", False),
        (["Disallow: /", "User-agent: *", "Allow: /"], "a", "/", True),
        (["User-agent: *", "Disallow: /"], "a", "/robots.txt", True),
        ([], "a", "/", True),
        (["<!doctype html>", "<p>Not found"], "a", "/", True),
    ],
    ids=[
        "2.2.1: case does not matter",
        "2.2.1: the agent's version is no part of its token",
        "2.2.1: nor is a version in the line",
        "2.2.1: a whole header is reduced to its token",
        "2.2.1: a token inside another is not it",
        "2.2.1: nor is a beginning",
        "2.2.1, departure: a digit is part of a token",
        "2.2.1, departure: so is an exclamation mark",
        "2.2.1: who has a group of its own reads no other",
        "2.2.1: groups of one name are merged",
        "2.2.1: groups for everybody are merged",
        "2.2.1: several names share a group",
        "2.2.4: other records do not interfere",
        "2.2.2: an empty rule ends the list of names all the same",
        "2.1: blank lines mean nothing",
        "2.2.1: a rule before all groups is nobody's",
        "2.2.2: robots.txt itself is always allowed",
        "2.2.1: an empty file forbids nothing",
        "2.2.4: a page that answers for everything forbids nothing",
    ],
)
def test_rfc_9309(lines: list[str], agent: str, path: str, allowed: bool) -> None:
    assert read(*lines).may_crawl(agent, path) is allowed


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /", False),
        ("\ufeffUser-agent: *\nDisallow: /".encode("utf-16-le"), False),
        (b"User-agent: *\rDisallow: /\r", False),
        (b"User-agent: *\r\nDisallow: / # all of it\r\n", False),
        (b"USER-AGENT:*\nDISALLOW:/", False),
        (b"\t User-agent \t:\t * \n Disallow : /", False),
        (b"User-agent *\nDisallow /", False),
        (b"User-agent: *\nDisallow / private", True),
        (b"User-agent: *\nDissallow: /\n", False),
        (b"User-agent: *\ndisalow: /\n", False),
        (b"user agent: *\ndiasllow: /\n", False),
        (b"User-agent: *\nDisallow: /caf\xe9", True),
    ],
    ids=["RFC 9309 2.3: a byte order mark", "UTF-16", "RFC 9309 2.2, EOL: CR", "RFC 9309 2.2, EOL: a comment", "RFC 9309 2.2: no space",
         "RFC 9309 2.2: much space", "google/robotstxt: no colon", "google/robotstxt: no colon and three words",
         "google/robotstxt: dissallow", "google/robotstxt: disalow", "google/robotstxt: user agent", "RFC 9309 2.2: octets that are no UTF-8"],
)  # fmt: skip
def test_what_the_reference_implementation_forgives_is_forgiven(text: bytes, allowed: bool) -> None:
    assert RobotsTxt.parse(text).may_crawl("ExampleBot", "/") is allowed


DOUBTFUL = {
    "a full-width colon": "User-agent: *\nDisallow\uff1a/",
    "a full-width colon behind a name": "User-agent\uff1a*\nDisallow: /",
    "full-width signs and blanks": "\uff35ser-agent\uff1a\u3000\uff0a\n\uff24\uff49\uff53allow\uff1a\u3000\uff0f",
    "a full-width slash": "User-agent: *\nDisallow: \uff0f",
    "the tags of a saved page": "<html><body><pre style='x'>User-agent: *\nDisallow: /</pre></body></html>",
    "a tag for each line": "<p>User-agent: *<br>\n<p>Disallow: /<br>",
}


@pytest.mark.parametrize("text", DOUBTFUL.values(), ids=DOUBTFUL)
def test_what_full_width_signs_and_tags_keep_from_other_readers_is_refused_with_a_warning(text: str) -> None:
    robots = RobotsTxt.parse(text)
    (refusal,) = found(robots)
    assert not robots.may_crawl("ExampleBot", "/x")
    assert not refusal.crawl
    assert "not written as the standard asks" in refusal.warning


def test_full_width_letters_of_a_path_stay_part_of_it() -> None:
    robots = read("User-agent: *", "Disallow\uff1a/\uff21")
    assert not robots.may_crawl("ExampleBot", "/%EF%BC%A1")
    assert robots.may_crawl("ExampleBot", "/A")


@pytest.mark.parametrize(
    "lines",
    [
        ["User-agent: *", "Disallow: /", "Allow\uff1a/"],
        ["User-agent: *", "Disallow: /", "User-agent\uff1aExampleBot", "Allow\uff1a/"],
        ["User-agent: *", "Disallow: /a", "User-agent\uff1aa", "Disallow: /"],
        ["<pre>User-agent: *", "Disallow: /", "<br>Allow: /"],
    ],
)
def test_what_is_doubtful_permits_nothing(lines: list[str]) -> None:
    assert not read(*lines).may_crawl("ExampleBot", "/")


def test_what_is_stated_below_a_doubtful_name_can_only_refuse() -> None:
    lines = ("User-agent\uff1a*", "Content-Usage: train-ai=y, search=n")
    assert read(*lines).usage("ExampleBot", "/") == {SEARCH: DISALLOWED}


def test_a_refusal_by_a_doubtful_line_refuses_what_the_name_stands_for() -> None:
    (signal,) = found(read("User-agent\uff1aGPTBot", "Disallow: /"))
    assert signal.preferences == {TRAIN: DISALLOWED}
    assert "not written as the standard asks" in signal.warning


@given(
    FILES,
    st.lists(st.sampled_from(["User-agent\uff1aa", "<b>User-agent: *", "Allow\uff1a/", "Disallow\uff1a/x"])),
    PATHS,
)
def test_doubtful_lines_never_permit_more(text: str, doubtful: list[str], path: str) -> None:
    lines = text.split("\n")
    mixed = [line for pair in zip(lines, [*doubtful, *[""] * len(lines)], strict=False) for line in pair]
    strictly = RobotsTxt(replace(read_lines(text), meant=()))
    assert strictly.may_crawl("a", path) or not read(*mixed).may_crawl("a", path)


def test_octets_that_are_not_utf_8_match_as_they_are() -> None:
    assert not RobotsTxt.parse(b"User-agent: *\nDisallow: /caf\xe9").may_crawl("a", "/caf%E9")


def test_rfc_9309_2_5_what_lies_beyond_500_kib_is_not_known() -> None:
    padding = b"# " + b"x" * MAX_BYTES + b"\n"
    short = RobotsTxt.parse(b"User-agent: *\nDisallow: /x\n" + padding[: MAX_BYTES - 100])
    cut = RobotsTxt.parse(b"User-agent: *\nDisallow: /x\n" + padding + b"Disallow: /")
    assert not short.truncated
    assert cut.truncated
    assert not cut.may_crawl("a", "/x")
    assert [signal.unchecked for signal in found(cut, "/y")] == [True]


def test_the_line_where_a_long_file_is_cut_says_nothing() -> None:
    head = b"User-agent: *\nAllow: /a"
    whole = head + b"b" * (MAX_BYTES - len(head) + 5) + b"\nDisallow: /"
    assert RobotsTxt.parse(b"User-agent: *\nDisallow: /\n" + whole).may_crawl("a", "/ab") is False


def test_rfc_9309_2_3_1_4_what_could_not_be_fetched_forbids_everything() -> None:
    robots = RobotsTxt.not_reached("https://a.example/robots.txt answered 503")
    assert not robots.may_crawl("a", "https://a.example/x")
    assert [(signal.crawl, signal.unchecked) for signal in found(robots)] == [(True, True), (False, False)]


# fmt: off
ATTACH_3_4 = ["User-Agent: *", "Allow: /", "Disallow: /never/", "Content-Usage: train-ai=n", "Content-Usage: /ai-ok/ train-ai=y",
              "", "User-Agent: ExampleBot", "Allow: /", "Content-Usage: train-ai=y"]
# fmt: on


@pytest.mark.parametrize(
    ("agent", "path", "crawl", "preference"),
    [
        ("OtherBot", "/test", True, {TRAIN: DISALLOWED}),
        ("OtherBot", "/never/test", False, {}),
        ("OtherBot", "/ai-ok/test", True, {TRAIN: ALLOWED}),
        ("ExampleBot", "/never/test", True, {TRAIN: ALLOWED}),
    ],
    ids=[
        "the statement for every path",
        "no preference where crawling is disallowed",
        "the longer path",
        "a group of its own",
    ],
)
def test_aipref_attach_05_3_4_example(agent: str, path: str, crawl: bool, preference: dict) -> None:
    robots = read(*ATTACH_3_4)
    assert robots.may_crawl(agent, path) is crawl
    assert robots.usage(agent, path) == preference


@pytest.mark.parametrize(
    ("lines", "path", "preference"),
    [
        (["Content-Usage: /a train-ai=n", "Content-Usage: /a train-ai=y"], "/a", {TRAIN: DISALLOWED}),
        (
            ["Content-Usage: /a train-ai=n", "Content-Usage: /a search=n"],
            "/a",
            {TRAIN: DISALLOWED, SEARCH: DISALLOWED},
        ),
        (["Content-Usage: train-ai=n", "Content-Usage: /a search=n"], "/a", {SEARCH: DISALLOWED}),
        (["content-usage:/a%20b\ttrain-ai=n"], "/a%20b/c", {TRAIN: DISALLOWED}),
        (["Content-Usage: train-ai=n # and a comment"], "/a", {TRAIN: DISALLOWED}),
        (["Content-Usage: /a"], "/a", {}),
        (["Content-Usage: bots=n, train-genai=n"], "/a", {TRAIN: DISALLOWED, Usage.AI_USE: DISALLOWED}),
        (["Content-Usage: train-ai = n"], "/a", {TRAIN: DISALLOWED}),
        (["Content-Usage: train-ai = y"], "/a", {}),
    ],
    ids=[
        "3.1: two statements for one path combine by most restrictive",
        "3.1: each usage by itself",
        "3.1: only the longest path speaks",
        "3.2: the path ends at the first blank",
        "3.2: a comment is no part of it",
        "3.2: a path without a statement says nothing",
        "vocab 4, departure: labels of former drafts can refuse",
        "vocab 6, departure: what is no dictionary can refuse",
        "vocab 6: what is no dictionary permits nothing",
    ],
)
def test_aipref_attach_05(lines: list[str], path: str, preference: dict) -> None:
    assert read("User-agent: *", "Allow: /", *lines).usage("ExampleBot", path) == preference


def test_aipref_attach_05_3_content_usage_ends_a_list_of_names_as_well() -> None:
    robots = read(
        "User-agent: a",
        "Content-Usage: train-ai=n",
        "User-agent: b",
        "Allow: /",
        "",
        "User-agent: a",
        "Disallow: /",
    )
    assert not robots.may_crawl("a", "/x"), "the draft gives the Allow to b alone"
    assert robots.may_crawl("b", "/x")


def test_where_content_usage_may_end_a_list_of_names_both_readings_count() -> None:
    robots = read("User-agent: A", "Content-Usage: train-ai=n", "User-agent: B", "Disallow: /b")
    assert not robots.may_crawl("A", "/b")  # RFC 9309 section 2.2.4: an unknown line does not end the list
    assert not robots.may_crawl("B", "/b")
    assert robots.usage("A", "/") == robots.usage("B", "/") == {TRAIN: DISALLOWED}


@pytest.mark.parametrize(
    ("lines", "preference"),
    [
        (["User-agent: *", "Content-Signal: search=yes,ai-train=no"], {SEARCH: ALLOWED, TRAIN: DISALLOWED}),
        (["User-agent: *", "CONTENT-SIGNAL: AI-Input = No"], {USE: DISALLOWED}),
        (["User-agent: *", "Content-Signal: search=yes, ai-train=yes, use=reference"], {SEARCH: ALLOWED, TRAIN: DISALLOWED}),
        (["User-agent: *", "Content-Signal: ai-train=yes", "Allow: /", "User-agent: *", "Content-Signal: ai-train=no"],
         {TRAIN: DISALLOWED}),
        (["Content-Signal: ai-train=no", "User-agent: *", "Allow: /"], {TRAIN: DISALLOWED}),
        (["User-agent: other", "Content-Signal: ai-train=no", "Allow: /"], {}),
        (["User-agent: *", "Content-Signal: ai-train=no, ai-train=yes"], {TRAIN: DISALLOWED}),
        (["User-agent: *", "Content-Signal: use=reference, ai-train=yes"], {TRAIN: DISALLOWED}),
        (["User-agent: *", "Content-Signal: ai-train=maybe"], {}),
    ],
    ids=["contentsignals.org: as published", "contentsignals.org: case and blanks", "Cloudflare changelog 2026: use= limits",
         "Cloudflare managed robots.txt: its block and the site's own", "seen in the wild: outside of groups",
         "RFC 9309 2.2.1: in another's group", "contentsignals.org (b): twice in one line, the restriction stands",
         "Cloudflare changelog 2026: the limit before the permission", "contentsignals.org (c): no such value"],
)  # fmt: skip
def test_content_signals(lines: list[str], preference: dict) -> None:
    assert read(*lines).usage("ExampleBot", "/") == preference


def test_a_content_signal_outside_of_groups_is_told_to_be_misplaced() -> None:
    (signal,) = found(read("Content-Signal: ai-train=no", "User-agent: *", "Allow: /"))
    assert signal.locator == "robots.txt line 1"
    assert "outside of any group" in signal.warning


@pytest.mark.parametrize(
    ("lines", "policies"),
    [
        (["License: https://a.example/all.xml", "User-agent: *", "Allow: /"], ["https://a.example/all.xml"]),
        (["License: https://a.example/all.xml", "User-agent: *", "License: https://a.example/1.xml",
          "License: https://a.example/2.xml"], ["https://a.example/1.xml", "https://a.example/2.xml"]),
        (["User-agent: other", "License: https://a.example/1.xml"], []),
        (["License: /all.xml"], [None]),
    ],
    ids=["RSL 1.0 4.4.1: for everybody", "RSL 1.0 4.4.2: a group's own replace those", "RSL 1.0 4.4.2: another's group",
         "RSL 1.0 4.4.1: not absolute"],
)  # fmt: skip
def test_license_lines(lines: list[str], policies: list[str | None]) -> None:
    signals = found(read(*lines))
    assert [signal.terms.policy for signal in signals] == policies
    assert all(signal.family is Family.RSL for signal in signals)


def test_a_refusal_by_name_refuses_what_the_name_stands_for_and_not_the_crawl() -> None:
    robots = read(
        "User-agent: GPTBot",
        "User-agent: CCBot",
        "Disallow: /art/",
        "",
        "User-agent: PerplexityBot",
        "Disallow: /",
    )
    assert robots.may_crawl("ExampleBot", "/art/1")
    training, answering = found(robots, "/art/1")
    assert training.preferences == {TRAIN: DISALLOWED}
    assert training.rule == "Disallow: /art/ for ccbot, gptbot"
    assert training.locator == "robots.txt line 3"
    assert answering.preferences == {USE: DISALLOWED}
    assert [signal.preferences for signal in found(robots, "/text")] == [{USE: DISALLOWED}]


def test_a_group_for_everybody_is_not_a_refusal_by_name() -> None:
    (signal,) = found(read("User-agent: *", "Disallow: /"))
    assert not signal.crawl
    assert not signal.preferences


@pytest.mark.parametrize(
    "agent",
    [
        "ExampleBot",
        "examplebot/1.0 (+https://bot.example)",
        "ExampleBot/1.0 Scrapy/2.13 (+https://scrapy.org)",
        "Mozilla/5.0 (compatible; ExampleBot/1.0; +https://bot.example)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ExampleBot/1.2; +https://bot.example)",
        "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Safari/605.1 (ExampleBot/0.1; +http://bot.example)",
        "Mozilla/5.0 (X11; Linux x86_64) ExampleBot/1.0 (+https://bot.example)",
    ],
)
def test_a_whole_user_agent_header_reads_the_group_of_its_product_token(agent: str) -> None:
    robots = read("User-agent: ExampleBot", "Disallow: /", "User-agent: *", "Allow: /")
    assert not robots.may_crawl(agent, "/x")
    assert robots.may_crawl("Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "/x")


def test_a_policy_token_is_an_agent_like_any_other() -> None:
    speaking = usages_by_token([Agent("no-training-please")])
    signals = list(
        read("User-agent: No-Training-Please", "Disallow: /").findings("a", "/x", other_agents=speaking)
    )
    assert [signal.preferences for signal in signals] == [{TRAIN: DISALLOWED}]


def test_the_shipped_list_has_a_version_and_no_token_twice() -> None:
    tokens = [product_token(agent.token) for agent in default_agents().agents]
    assert default_agents().version
    assert len(tokens) == len(set(tokens)) > 40
    assert AgentList.parse('{"version": "1", "agents": []}').agents == ()


@given(FILES, PATHS)
def test_no_file_raises_and_none_without_refusals_forbids(text: str, path: str) -> None:
    robots = RobotsTxt.parse(text)
    signals = found(robots, path)
    assert robots.may_crawl("ExampleBot", path) is all(signal.crawl for signal in signals)


@given(FILES, FILES, PATHS)
def test_more_lines_that_refuse_never_permit_more(first: str, second: str, path: str) -> None:
    refusing = "\n".join(
        line for line in second.splitlines() if line.lower().startswith(("disallow: /", "content-signal"))
    )
    group = f"{first}\nUser-agent: examplebot\nDisallow: /never\n"
    assert RobotsTxt.parse(group).may_crawl("examplebot", path) >= RobotsTxt.parse(group + refusing).may_crawl(
        "examplebot", path
    )


@pytest.mark.parametrize("value", ["https://a.example/", "http://www.a.example/*", "a.example"])
def test_a_rule_with_the_address_of_its_own_host_refuses_all_of_it_and_nothing_of_others(value: str) -> None:
    robots = RobotsTxt.parse(f"User-agent: *\nDisallow: {value}\n")
    assert not robots.may_crawl("ExampleBot", "https://www.a.example/x")
    assert robots.may_crawl("ExampleBot", "https://b.example/x")
    assert robots.may_crawl("ExampleBot", "https://www.a.example/robots.txt")


def test_a_noindex_line_counts_for_crawlers_that_build_no_index() -> None:
    robots = RobotsTxt.parse("User-agent: GPTBot\nNoindex: /\n\nUser-agent: *\nNoindex: /\n")
    assert not robots.may_crawl("GPTBot", "https://a.example/x")
    assert robots.may_crawl("ExampleBot", "https://a.example/x")


@pytest.mark.parametrize(
    ("text", "agent", "expected"),
    [
        ("User-agent: *\nAllow: /\nDisallow: / # GPTBot\n", "GPTBot", False),
        ("User-agent: Googlebot\nDisallow: / # block GPTBot, CCBot\n", "CCBot", False),
        ("User-agent: BadBot\nDisallow: /admin # GPTBot\nDisallow: /\n", "GPTBot", True),
        ("User-agent: BadBot\nDisallow: /admin # GPTBot\nDisallow: /\n", "BadBot", False),
        ("User-agent: Googlebot\nDisallow: / # not GPTBot\n", "GPTBot", True),
        ("User-agent: Googlebot\nDisallow: / # GPTBot is welcome\n", "GPTBot", True),
        ("User-agent: Googlebot\nAllow: / # GPTBot\n", "GPTBot", True),
        ("User-agent: Googlebot\nDisallow: # GPTBot\n", "GPTBot", True),
        ("User-agent: GPTBot_x000D_\nDisallow: /_x000D_\n", "GPTBot", False),
        ("User-agent: *_x000D_\nDisallow: /tmp/_x000D_\n", "GPTBot", True),
    ],
)
def test_a_name_in_the_remark_behind_a_rule_and_ends_of_cells_are_read(
    text: str, agent: str, expected: bool
) -> None:
    assert RobotsTxt.parse(text).may_crawl(agent, "https://a.example/art/1") is expected


@pytest.mark.parametrize("name", ["Example-Bot", "example_bot", "EXAMPLE.BOT", "Example Bot"])
def test_the_own_name_with_other_signs_in_it_refuses_and_never_permits(name: str) -> None:
    refused = RobotsTxt.parse(f"User-agent: *\nAllow: /\n\nUser-agent: {name}\nDisallow: /art/\n")
    assert not refused.may_crawl("ExampleBot", "https://a.example/art/1")
    assert refused.may_crawl("ExampleBot", "https://a.example/b")
    (finding,) = refused.findings("ExampleBot", "https://a.example/art/1")
    assert "not written as the standard asks" in finding.warning
    permitted = RobotsTxt.parse(f"User-agent: *\nDisallow: /\n\nUser-agent: {name}\nAllow: /\n")
    assert not permitted.may_crawl("ExampleBot", "https://a.example/art/1")


def test_a_name_with_other_signs_is_another_crawlers_beside_the_own_one() -> None:
    robots = RobotsTxt.parse("User-agent: ExampleBot\nAllow: /\n\nUser-agent: Example-Bot\nDisallow: /\n")
    assert robots.may_crawl("ExampleBot", "https://a.example/")
    assert RobotsTxt.parse("User-agent: ExampleBots\nDisallow: /\n").may_crawl("ExampleBot", "https://a.example/")


@pytest.mark.parametrize(
    "given", ["robots.txt", "/srv/www/robots.txt", "https://example.com/robots.txt\n", b"C:\\www\\robots.txt"]
)
def test_the_name_of_a_file_is_not_taken_for_what_is_in_it(given):
    robots = RobotsTxt.parse(given)
    assert not robots.may_crawl("ExampleBot", "https://example.com/a")
    assert any(signal.unchecked for signal in robots.findings("ExampleBot", "https://example.com/a"))


def test_a_line_that_ends_with_that_name_is_a_line():
    robots = RobotsTxt.parse("Disallow: /robots.txt")
    assert not any(signal.unchecked for signal in robots.findings("ExampleBot", "https://example.com/a"))
