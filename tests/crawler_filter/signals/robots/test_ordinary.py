"""What is read at one look of robots.txt, and that no other reading of it would say anything else."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler_filter.signals.robots import lenient, lines
from crawler_filter.signals.robots.commented import CommentedNames
from crawler_filter.signals.robots.keys import Key, Line
from crawler_filter.signals.robots.ordinary import Scan, is_ordinary, scan
from crawler_filter.signals.robots.robots_txt import RobotsTxt

_PIECES = (
    *(
        "User-agent",
        "useragent",
        "Disallow",
        "disallow",
        "ALLOW",
        "Sitemap",
        "Host",
        "Crawl-delay",
        ":",
        ": ",
        " ",
    ),
    *("*", "GPTBot", "Googlebot", "All", "/", "/a", "/.*", "/agent/", "/allowed", "/x/*.png$", "\t", "#", " # "),
    *(",", ";", "<br>", "\\n", '"', "'", "}", "{a,", "//cdn", "é", "\xa0", "\u212a", "\u017f", "0", "$", "("),
)
_LINES = st.lists(st.sampled_from(_PIECES), max_size=7).map("".join)


@given(_LINES)
@example("Disallow: /a#b")
@example("Disallow: /a,#b")
@example("user-AGENT : *\t# everybody")
def test_what_is_seen_at_one_look_is_what_a_closer_one_finds(text: str) -> None:
    slowly: list[str] = []
    scanned = scan(text, [text], lambda _, each: slowly.append(each))
    strict = _of_the_standard(text)
    if not slowly:
        assert scanned.strictly == [strict]
    if scanned.is_ordinary or scanned.surely[0]:
        assert is_ordinary(strict, text)


def _of_the_standard(text: str) -> Line | None:
    """Read one line by RFC 9309, for the keys that occur here."""
    name, colon, value = text.partition("#")[0].partition(":")
    key = {"disallow": Key.DISALLOW, "allow": Key.ALLOW, "user-agent": Key.AGENT}.get(name.strip().lower())
    return Line(1, key, value.strip(), name.strip()) if key and colon else None


def test_an_ordinary_file_is_read_at_one_look() -> None:
    slowly: list[str] = []
    text = "# ours\nUser-agent: *\nDisallow: /admin/ # not for robots\nAllow: /admin/x.png\n\nSitemap: https://a.example/s"
    scanned = scan(text, text.split("\n"), lambda _, each: slowly.append(each))
    assert scanned.is_ordinary
    assert slowly == []


@pytest.mark.parametrize("line", ["Disallow: /.*", "Disallow: /a,", "Disallow: /.;"])
def test_a_remark_behind_a_doubtful_path_takes_nothing_from_what_it_means(line: str) -> None:
    alone, remarked = (RobotsTxt.parse(f"User-agent: *\n{text}\n") for text in (line, f"{line} # all"))
    for path in ("/", "/a", "/a/b.png"):
        assert alone.may_crawl("ExampleBot", path) == remarked.may_crawl("ExampleBot", path)
    assert not remarked.may_crawl("ExampleBot", "/a")


def test_a_comment_is_read_where_a_rule_follows_and_nowhere_else() -> None:
    read: list[str] = []

    def reading(number: int, text: str) -> list[Line]:
        read.append(text)
        return [Line(number, Key.AGENT, text, Key.AGENT.value)]

    rule, agent = Line(2, Key.DISALLOW, "/", "Disallow"), Line(1, Key.AGENT, "*", "User-agent")
    commented = CommentedNames(reading)
    commented.see(3, "# GPTBot", [agent, rule])
    assert commented.named([agent], [agent, rule]) == []
    assert read == []
    commented.see(5, "# GPTBot", [agent, rule])
    assert [line.value for line in commented.named([rule._replace(number=6)], [agent, rule])] == ["*", "GPTBot"]
    assert read == ["GPTBot"]


_KEYS = ("User-agent", "user-agent", "Disallow", "DISALLOW", "Allow", "Sitemap", "Crawl-delay", "Host")
_VALUES = (
    "*", "GPTBot", "/", "/a", "/a/*.png$", "", "/ ;", "/%20", "/:wq", "/a;/b", "/{a,b}", "//x", "/.*", "GPTBot/1.0",
    "CCBot, GPTBot", "OpenAI", "/x # Disallow: /", "# GPTBot", "/^M", "/\\n", "/%C2%A0", "/user-agent: x", "/a,",
    "/_x000D_", "/a Disallow: /",
)  # fmt: skip
_OTHERS = ("# hi", "# User-agent: GPTBot", "", "  ", "\t", "noai", "GPTBot:", "Training: no", "x: Disallow: /")
_WRITTEN = st.one_of(
    st.builds(
        "{}{}{}".format, st.sampled_from(_KEYS), st.sampled_from((":", ": ", " : ")), st.sampled_from(_VALUES)
    ),
    st.sampled_from(_OTHERS),
)


@given(st.lists(_WRITTEN, min_size=1, max_size=6))
def test_a_file_is_read_at_one_look_as_it_is_line_by_line(texts: list[str]) -> None:
    text = "\n".join(texts)
    strictly = [lines._line(number, each) for number, each in enumerate(texts, 1)]
    at_one_look = scan(text, texts, lines._line)
    assert list(at_one_look.strictly) == strictly
    slowly = lenient.read(text, texts, Scan(strictly, [False] * len(texts), is_ordinary=False)).lines
    quickly = lenient.read(text, texts, at_one_look).lines or tuple(filter(None, strictly))
    assert [line[:3] for line in quickly] == [line[:3] for line in slowly or filter(None, strictly)]
