"""The second reading of robots.txt: what people wrote and no reader of the standard sees refuses, and never permits."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter import Filter, Policy, SnapshotId, Usage
from crawler_filter.checks.sources import FixedSource
from crawler_filter.signals.robots.lenient import MAX_LINES
from crawler_filter.signals.robots.lines import MAX_BYTES, read_lines
from crawler_filter.signals.robots.robots_txt import RobotsTxt
from crawler_filter.snapshot import Snapshot
from tests.simulators.published import NOW

ASSET = "https://a.example/p.png"
FREE = "User-agent: *\nAllow: /\n\n"
REFUSING = {
    "a byte order mark where two files were joined": f"{FREE}\ufeffUser-agent: GPTBot\nDisallow: /",
    "the same, taken for Latin-1": f"{FREE}\u00ef\u00bb\u00bfUser-agent: GPTBot\nDisallow: /",
    "zero-width spaces": f"{FREE}\u200bUser-agent: GPTBot\n\u200bDisallow: /",
    "a joiner within a name": f"{FREE}User-agent: GPT\u2060Bot\nDisallow: /",
    "a joiner behind a path": "User-agent: *\nDisallow: /\u200b",
    "soft hyphens": "User\u00adagent: *\nDis\u00adallow: /",
    "a mark of direction": f"{FREE}\u200eUser-agent: GPTBot\nDisallow: /",
    "the end-of-file sign of an old system": f"{FREE}\x1aUser-agent: GPTBot\nDisallow: /",
    "a line separator of Unicode": f"{FREE}User-agent: GPTBot\u2028Disallow: /",
    **{
        f"{sign!r} for every line end": f"User-agent{colon} GPTBot{sign}Disallow{colon} /{sign}"
        for sign in ("\u2028", "\u2029", "\x85", "\v", "\f")
        for colon in (":", "=")
    },
    "lines with an L and a number": f"{FREE}L1 User-agent: GPTBot\nL2 Disallow: /",
    "lines with their number in words": f"{FREE}Line 1: User-agent: GPTBot\nLine 2: Disallow: /",
    "the same, in one line of Unicode": "L1: User-agent: *\x85L2: Disallow: /",
    "a variation selector": "User-agent: *\ufe0f\nDisallow: /\ufe0f",
    "a tag character": "User-agent\U000e0020: *\nDisallow: /",
    "en dashes": "User\u2013agent: Google\u2013Extended\nDisallow: /",
    "hyphens that do not break": "User\u2011agent: *\nDisallow: /",
    "the minus of an input method": "User\u2212agent: *\nDisallow: /",
    "curly quotes": "User-agent: \u201cGPTBot\u201d\nDisallow: \u201c/\u201d",
    "Japanese quotes": "User-agent: \u300cGPTBot\u300d\nDisallow: \u300c/\u300d",
    "straight quotes": "User-agent: \"*\"\nDisallow: '/'",
    "JSON": '"User-agent": "GPTBot",\n"Disallow": "/",',
    "signs of equality": "User-agent = *\nDisallow=/",
    "semicolons": "User-agent; GPTBot\nDisallow; /",
    "arrows": "User-agent -> GPTBot\nDisallow -> /",
    "another colon": "User-agent\u2236 *\nDisallow\ua789 /",
    "escaped line feeds": "User-agent: *\\nDisallow: /\\n",
    "escaped line ends": "User-agent: GPTBot\\r\\nDisallow: /",
    "escaped line feeds behind a comment": "# hello\\nUser-agent: *\\nDisallow: /",
    "a name and a rule in one line": "User-agent: * Disallow: /",
    "a whole file in one line": "User-agent: GPTBot Disallow: / User-agent: CCBot Disallow: /",
    "a rule that lost its line end to a name": f"{FREE}User-agent: GPTBotDisallow: /",
    "a file that lost its last line end": f"{FREE}Sitemap: https://a.example/s.xmlUser-agent: GPTBot\nDisallow: /",
    "several rules in one line": "User-agent: *\nDisallow: /a/ /p.png /b/",
    "a comment without its sign": "User-agent: *\nDisallow: / // everything",
    "names between commas": f"User-agent: Googlebot, GPTBot, CCBot\nDisallow: /\n\n{FREE}",
    "names between blanks": "User-agent: Slurp GPTBot\nDisallow: /",
    "names between bars": "User-agent: Slurp|GPTBot\nDisallow: /",
    "names with a word between": "User-agent: Slurp and GPTBot\nDisallow: /",
    "names in lines of their own": "User-agent: Slurp\nGPTBot\nCCBot,\nDisallow: /",
    "a name behind another word": f"{FREE}Crawler: GPTBot\nDisallow: /",
    "a name in two words": "User-agent: Google Extended\nDisallow: /",
    "a name with a hyphen too many": "User-agent: GPT-Bot\nDisallow: /",
    "a word for everybody": "User-agent: all\nDisallow: /",
    "a word for everything": "User-agent: *\nDisallow: all",
    "a Japanese word for everything": "User-agent: *\nDisallow: すべて",
    "a semicolon behind a path": "User-agent: *\nDisallow: /;",
    "a comma behind each value": "User-agent: *,\nDisallow: /,",
    "a backslash for a slash": "User-agent: *\nDisallow: \\",
    "a path without its slash": "User-agent: *\nDisallow: p.png",
    "a path with a host": "User-agent: *\nDisallow: https://a.example/p.png",
    "a list of Markdown": "- User-agent: GPTBot\n- Disallow: /",
    "a numbered list": "1. User-agent: GPTBot\n2. Disallow: /",
    "a block of Markdown": "```\nUser-agent: `GPTBot`\nDisallow: `/`\n```",
    "a quotation": "> User-agent: GPTBot\n> Disallow: /",
    "RTF": "{\\rtf1\\ansi\n\\f0\\fs24 \\cf0 User-agent: GPTBot\\\nDisallow: /}",
    "a backslash at each line's end": "User-agent: *\\\nDisallow: /\\",
    "lines of a page": "<p>User-agent: *<br>Disallow: /</p>",
    "entities of a page": "<pre>User-agent:&nbsp;*\nDisallow:&nbsp;/</pre>",
    "an underscore": "User_agent: GPTBot\nDisallow: /",
    "a plural": "User-agents: GPTBot\nDisallow: /",
    "letters that look alike": "User-\u0430gent: *\nDis\u0430llow: /",
    "Content-Signals": "User-agent: *\nContent-Signals: search=yes, ai-train=no",
    "Content_Signal": "User-agent: *\nContent_Signal: ai-train=no",
    "a signal with another hyphen": "User-agent: *\nContent-Signal: ai\u2011train=no",
    "a signal in quotes": "User-agent: *\nContent-Signal: \u201cai-train=no\u201d",
    "an invisible sign before Content-Usage": "User-agent: *\n\u200bContent-Usage: train-ai=n",
    "an invisible sign within Content-Usage": "User-agent: *\nContent-Usage: train-ai\u200b=n",
    "dashes in Content-Usage": "User-agent: *\nContent\u2013Usage: train\u2013ai=n",
    "DisallowAITraining": f"{FREE}DisallowAITraining: /",
    "DisallowAITraining of a path": f"{FREE}DisallowAITraining: /p",
    "DisallowAITraining before all groups": "DisallowAITraining: /",
    "NoAI": "User-agent: *\nNoAI: yes",
    "AI-Training": "User-agent: *\nAI-Training: no",
    "a blank of no ASCII within a name": f"{FREE}User\u00a0agent: GPTBot\nDis\u3000allow: /",
    "a name in angle brackets": f"{FREE}User-agent: <GPTBot>\nDisallow: /",
    "two names with a slash": "User-agent: Slurp/GPTBot\nDisallow: /",
    "names with an escaped line end": "User-agent: Slurp\\nGPTBot\nDisallow: /",
    "two colons": "User-agent: : GPTBot\nDisallow: : /",
    "an arrow without blanks": "User-agent->GPTBot\nDisallow->/",
    "another word for Disallow": "User-agent: *\nDeny: /",
    "a path with a dot before it": "User-agent: *\nDisallow: ./",
    "a path with an anchor before it": "User-agent: *\nDisallow: ^/p",
    "rules before every name": "Disallow: /\n\nUser-agent: Slurp\nAllow: /",
    "rules without any name": "Disallow: /",
    "a header's line": "User-agent: *\nX-Robots-Tag: noai, noimageai",
    "a meta tag's word": "User-agent: *\nAllow: /\nnoai",
    "TDMRep's header": "User-agent: *\ntdm-reservation: 1",
    "Disallow-Training": "User-agent: *\nDisallow-Training: /",
    "a signal in other words": "User-agent: *\nContent-Signal: ai-training=false",
    "a signal with a colon": "User-agent: *\nContent-Signal: search: yes, ai-train: no",
    "signals without a comma": "User-agent: *\nContent-Signal: search=yes ai-train=no",
    "Content-Usage in other words": "User-agent: *\nContent-Usage: train-ai=no",
    "Content-Usage of an earlier draft": "User-agent: *\nContent-Usage: genai=n",
    "Content-Usage with a broken member": "User-agent: *\nContent-Usage: train-ai=n; search=y,",
}
FREE_OF_ALL = {
    "a path of others": "User-agent: *\nDisallow: /private/",
    "line ends of Unicode in a path and in words": "User-agent: *\nDisallow: /a\u2028b/\n# old\u2028text about GPTBot\n",
    "a list in words": "# Line 1: hello\nUser-agent: *\nDisallow: /private/",
    "comments": f"{FREE}# User-agent: GPTBot\n# Disallow: /",
    "comments of a programming language": "//User-agent: GPTBot\n//Disallow: /",
    "comments of SQL": "-- User-agent: GPTBot\n-- Disallow: /",
    "a name in a comment": "# no GPTBot\nUser-agent: *\nDisallow: /admin",
    "no path": "User-agent: *\nDisallow:",
    "patterns that end in signs": "User-agent: *\nDisallow: /*;\nDisallow: /*,$\nDisallow: /*?\nDisallow: /*&gt;",
    "patterns with blanks": "User-agent: *\nDisallow: /my folder/\nDisallow: /* */*$\nDisallow: /* jsessionid=$",
    "names of rules in a pattern": "User-agent: *\nDisallow: *disallow=1*\nDisallow: /*?user-agent=*",
    "the whole of another host": "User-agent: *\nDisallow: https://cdn.a.example/\nDisallow: http://uat.a.example/*",
    "what a content system writes": "User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php",
    "a page about crawlers": "<!doctype html><title>GPTBot</title><p>We disallow all. Your user agent: x<p>Allow: us",
    "other crawlers in one line": "User-agent: *\nDisallow: /search\n\nUser-agent: Bingbot, Slurp\nDisallow: /",
    "permissions": "User-agent: *\nContent-Signal: ai-train=yes\nAI-Training: yes",
    "permissions in other words": "User-agent: *\nContent-Usage: train-ai=yes\nContent-Signal: ai-train: yes, use=full",
    "other signals": "User-agent: *\nContent-Signal: crawl=no, cookies=no, index: no",
    "TDMRep without a reservation": "User-agent: *\ntdm-reservation: 0\nX-Robots-Tag: noindex",
    "other paths of DisallowAITraining": "User-agent: *\nDisallowAITraining: /private/",
    "rules that belong to nobody": "Disallow: /\nUser-agent: *\nAllow: /",
}  # fmt: skip


@pytest.fixture(scope="module")
def optout() -> Filter:
    empty = Snapshot.from_records([], SnapshotId("registry.example", 1, 0, "", NOW))
    policy = replace(Policy.opt_out(Usage.TRAIN_AI), agent="ExampleBot")
    return Filter(FixedSource(empty), policy, clock=lambda: NOW)


@pytest.mark.parametrize("text", REFUSING.values(), ids=REFUSING)
def test_what_can_mean_nothing_else_refuses_with_a_warning(optout: Filter, text: str) -> None:
    decision = optout.check(ASSET, robots_txt=text)
    assert not decision.keep
    assert any(finding.decides and finding.warning for finding in decision.findings)


@pytest.mark.parametrize("text", FREE_OF_ALL.values(), ids=FREE_OF_ALL)
def test_what_does_not_refuse_an_asset_leaves_it_free(optout: Filter, text: str) -> None:
    assert optout.check(ASSET, robots_txt=text).keep


@pytest.mark.parametrize(
    "lost",
    [
        "\ufeffUser-agent: {}",
        "User\u2013agent: {}",
        "User-agent = {}",
        "User-agent: \u201c{}\u201d",
        "Bot: {}",
        "{}",
    ],
)
@pytest.mark.parametrize("above", ["User-agent: *\nAllow: /", "User-agent: Slurp\nDisallow: /x", ""])
def test_a_name_that_others_lose_keeps_its_rules(optout: Filter, lost: str, above: str) -> None:
    """The rules of a lost name go to the group above, where `Allow` or another name takes their effect away."""
    text = f"{above}\n\n{lost.format('GPTBot')}\nDisallow: /"
    assert not optout.check(ASSET, robots_txt=text).keep


def test_a_lost_name_does_not_lift_the_rules_of_the_group_above(optout: Filter) -> None:
    text = "User-agent: GPTBot\nDisallow: /\n\n\ufeffUser-agent: *\nAllow: /"
    assert not optout.check(ASSET, robots_txt=text).keep


@pytest.mark.parametrize(
    "line", ["\u200bAllow: /", "Allow = /", "AllowAITraining: /", "Content-Signals: ai-train=yes"]
)
def test_a_permission_that_is_not_written_as_the_standard_asks_is_not_believed(line: str) -> None:
    robots = RobotsTxt.parse(f"User-agent: *\nDisallow: /\n{line}")
    assert not robots.may_crawl("ExampleBot", ASSET)
    assert robots.usage("ExampleBot", ASSET) == {}


LINES = st.sampled_from(
    ["User-agent: *", "\ufeffUser-agent: a", "User-agent: a, b", "Allow = /", "Disallow; /a", "Disallow: all", "a\\nb",
     "Content-Signals: ai-train=yes", "\u200bContent-Usage: train-ai=y", "AllowAITraining: /", "GPTBot", "", "#", "<p>"]
)  # fmt: skip
STRICT = st.sampled_from(
    ["User-agent: *", "User-agent: a", "Allow: /", "Disallow: /", "Disallow: /a", "Allow: /a/b", ""]
)


@given(st.lists(LINES | STRICT, max_size=8), st.sampled_from(["/", "/a", "/a/b"]))
def test_the_second_reading_only_restricts(lines: list[str], path: str) -> None:
    text = "\n".join(lines)
    strictly = RobotsTxt(replace(read_lines(text), meant=()))
    both = RobotsTxt.parse(text)
    assert strictly.may_crawl("a", path) or not both.may_crawl("a", path)
    said, refused = both.usage("a", path), strictly.usage("a", path)
    if both.may_crawl("a", path):
        assert all(
            said[usage] is preference or said[usage] == "disallowed" for usage, preference in refused.items()
        )
        assert all(preference == "disallowed" for usage, preference in said.items() if usage not in refused)


@given(st.text(alphabet="User-agent:*/Dislow\\n\ufeff\u200b\"'=;<>&#, {}\t\n", max_size=300))
def test_no_text_raises(text: str) -> None:
    read_lines(text)


@pytest.mark.parametrize(
    "line",
    [
        "\u200b",
        pytest.param("User-agent: a,", marks=pytest.mark.whole),
        "<p>",
        pytest.param("User-agent: x Disallow: /a ", marks=pytest.mark.whole),
        "\\n",
        "&nbsp;",
        "a=",
        "-",
        "{",
        "\u2013 User",
    ],
)
def test_a_long_file_costs_no_more_than_its_length(line: str) -> None:
    """Work is counted by what comes out: a file gives so many names and rules at most, however long its lines are."""
    one = read_lines(line * (MAX_BYTES // len(line.encode())))
    assert len(one.meant) <= MAX_LINES + 1
    many = read_lines((line + "\n") * 3000)
    assert len(many.meant) <= 3 * 3000


FIFTY = "|".join(f"e{number}" for number in range(50))


@pytest.mark.parametrize(
    "line",
    [
        f"Disallow: /{{number}}*.({FIFTY})$",
        "Disallow= /{number} /a{number} /b{number}",
        "User-agent: " + "a{number}b{number}, " * 300,
        "Disalow = /{number}",
    ],
)
def test_a_file_is_read_so_far_as_it_gives_so_many_lines_and_the_rest_is_not_checked(line: str) -> None:
    lines = (line.replace("{number}", str(number)) for number in range(MAX_BYTES // len(line)))
    text = "User-agent: *\n" + "\n".join(lines)
    document = read_lines(text[:MAX_BYTES])
    assert not document.is_whole
    assert len(document.meant) <= MAX_LINES + len(document.lines)
    (unread,) = (each for each in RobotsTxt(document).findings("a", ASSET) if each.unchecked)
    assert unread.warning.startswith("more than 20000 lines")


def test_a_long_file_that_is_written_as_the_standard_asks_is_read_as_a_whole() -> None:
    text = "User-agent: *\n" + "".join(f"Disallow: /{number}/*.png$\n" for number in range(20_000))
    assert read_lines(text[:MAX_BYTES]).is_whole


UPSIDE_DOWN = "Allow: /\nUser-agent: Googlebot\n\nDisallow: /\nUser-agent: GPTBot\n"


def test_a_file_whose_names_stand_below_their_rules_is_read_that_way_too() -> None:
    robots = RobotsTxt.parse(UPSIDE_DOWN)
    assert not robots.may_crawl("GPTBot", ASSET)
    assert robots.may_crawl("Other", ASSET)


@pytest.mark.parametrize(
    "last", ["\nUser-agent: *\n", "\n\nUser-agent: *\nDisallow:\n"], ids=["a group without rules", "rules below"]
)
def test_a_rule_above_a_blank_line_is_not_that_of_the_name_below_it(last: str) -> None:
    assert RobotsTxt.parse(f"Allow: /a\n\nUser-agent: Googlebot\nDisallow: /{last}").may_crawl("Other", ASSET)


def test_a_mark_of_byte_order_that_changed_places_is_no_letter() -> None:
    text = "User-agent: GPTBot\nDisallow: /"
    for mark, encoding in ((b"\xfe\xff", "utf-16-le"), (b"\xff\xfe", "utf-16-be")):
        assert not RobotsTxt.parse(mark + text.encode(encoding)).may_crawl("GPTBot", ASSET)
    assert not RobotsTxt.parse("User-agent: GPT\ufffeBot\nDisallow: /\ufffe").may_crawl("GPTBot", ASSET)


@pytest.mark.parametrize("lines", [60, 500])
def test_noindex_far_below_the_name_of_a_crawler_is_still_for_it(lines: int) -> None:
    rules = "".join(f"Disallow: /{number}/\n" for number in range(lines))
    for name, may in (("GPTBot", False), ("Googlebot", True)):
        robots = RobotsTxt.parse(f"User-agent: {name}\n{rules}Noindex: /\n")
        assert robots.may_crawl(name, ASSET) is may
