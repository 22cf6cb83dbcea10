"""What the linter says of a robots.txt: each mistake with its line, and nothing of a file without one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.lint.issues import Issue
from crawler_filter.lint.robots import advise
from tests.costs import SECOND, cost


def found(text: str | bytes) -> list[tuple[Issue, str]]:
    data = text.encode() if isinstance(text, str) else text
    return [(each.fault, each.place.removeprefix("robots.txt ").removeprefix("line ")) for each in advise(data)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "User-agent: *\nAllow: /\nContent-Usage: train-ai=n\nContent-Signal: search=yes, ai-train=no\n",
        "User-agent: *\nAllow: /\n# a comment\nContent-Usage: /art/ train-ai=n\n\nUser-agent: GPTBot\nDisallow: /\n",
        "License: https://example.com/license.xml\nUser-agent: *\nDisallow:\n",
        "Sitemap: https://example.com/sitemap.xml\nUser-agent: *\nCrawl-delay: 3\nHost: example.com\n",
        "User-agent: *\nContent-Signal: use=full\n",
        "User-agent: *\nDisallow: /a\n\nUser-agent: GPTBot\nDisallow: /\n\nSitemap: https://example.com/s.xml\n",
        "User-agent: Mozilla/5.0 (compatible; GPTBot/1.0, CCBot)\nDisallow: /\nNoindex: /x\n",
    ],
    ids=[
        "empty",
        "both standards in one group",
        "a path and a crawler that is shut out",
        "a licence for everybody",
        "other records",
        "a use without limits",
        "blank lines between groups",
        "a whole header for a name, and another record",
    ],
)
def test_a_right_file_needs_no_mending(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "fault", "line"),
    [
        ("Content-Signal: ai-train=no\nUser-agent: *\nAllow: /", Issue.ROBOTS_ORPHAN, "1"),
        ("Content-Usage: train-ai=n", Issue.ROBOTS_ORPHAN, "1"),
        ("Disallow: /\nUser-agent: *\nAllow: /", Issue.ROBOTS_ORPHAN, "1"),
        ("User-agent: *\nAllow: /\n\nContent-Usage: train-ai=n", Issue.ROBOTS_BLANK_LINE, "4"),
        ("User-agent: *\nAllow: /\n\n# why\nContent-Signal: ai-train=no", Issue.ROBOTS_BLANK_LINE, "5"),
        ("User-agent: A\nContent-Usage: train-ai=n\nUser-agent: B\nDisallow: /", Issue.ROBOTS_BOUNDARY, "2"),
        ("User-agent: *\nContent-Signal: ai-train=no\n\nUser-agent: B\nDisallow: /", Issue.ROBOTS_BOUNDARY, "2"),
        ("User-agent: *\nDisallow:\nContent-Usage: bots=n, train-genai=n", Issue.AIPREF_DEAD_LABEL, "3"),
        ("User-agent: *\nDisallow:\nContent-Usage: ai-train=n", Issue.AIPREF_DEAD_LABEL, "3"),
        ("User-agent: *\nDisallow:\nContent-Usage: TRAIN-AI=n", Issue.AIPREF_INVALID, "3"),
        ("User-agent: *\nDisallow:\nContent-Usage: train-ai=no", Issue.AIPREF_INVALID, "3"),
        ("User-agent: *\nDisallow:\nContent-Usage: train-ai = n", Issue.AIPREF_INVALID, "3"),
        ("User-agent: *\nDisallow:\nContent-Usage: *.jpg train-ai=n", Issue.AIPREF_INVALID, "3"),
        ("User-agent: *\nDisallow:\nContent-Usage: everything=n", Issue.AIPREF_SILENT, "3"),
        ("User-agent: *\nDisallow:\nContent-Signal: train-ai=n", Issue.CONTENT_SIGNAL_INVALID, "3"),
        ("User-agent: *\nDisallow:\nContent-Signal: ai-train=n", Issue.CONTENT_SIGNAL_INVALID, "3"),
        ("User-agent: *\nDisallow:\nContent-Signal:", Issue.CONTENT_SIGNAL_INVALID, "3"),
        ("License: /license.xml\nUser-agent: *\nDisallow:", Issue.RSL_RELATIVE, "1"),
        ("User-agent: *\nDisalow: /private", Issue.ROBOTS_MISSPELT, "2"),
        ("User-agent: *\nDisallow /private", Issue.ROBOTS_MISSPELT, "2"),
        ("User-agent: *\nDisallow: manga/", Issue.ROBOTS_MISSPELT, "2"),
        ("User-agent: GPT-Bot\nDisallow: /", Issue.ROBOTS_MISSPELT, "1"),
        ("User-agent: Google Extended\nDisallow: /", Issue.ROBOTS_MISSPELT, "1"),
        ("User-agent: *\nDisallow\uff1a/", Issue.ROBOTS_UNREAD_LINE, "2"),
        ("User-agent\uff1aGPTBot\nDisallow: /", Issue.ROBOTS_UNREAD_LINE, "1"),
        ("User-agent: \uff23\uff23\uff22\uff4f\uff54\nDisallow: /", Issue.ROBOTS_MISSPELT, "1"),
        (
            "User-agent: *\nDisallow:\n\nUser-agent\uff1aGPTBot\nDisallow: /".encode("cp932"),
            Issue.ROBOTS_UNREAD_LINE,
            "4",
        ),
        ("# 漫画\nUser-agent: *\nDisallow: /漫画/".encode("cp932"), Issue.NOT_UTF8, "1"),
        ("User-agent: *\nDisallow: /漫画/".encode("euc-jp"), Issue.NOT_UTF8, "2"),
        ("User-agent: *\nDisallow: /".encode("utf-16"), Issue.NOT_UTF8, "robots.txt"),
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /", Issue.BYTE_ORDER_MARK, "robots.txt"),
        ("User-agent: GPTBot, CCBot\nDisallow: /", Issue.ROBOTS_SEVERAL_NAMES, "1"),
        ("User-agent: GPTBot CCBot\nDisallow: /", Issue.ROBOTS_SEVERAL_NAMES, "1"),
        ("User-agent: anthropic-ai Disallow: /", Issue.ROBOTS_SEVERAL_NAMES, "1"),
        ("User-agent: GPTBot\n\nDisallow: /", Issue.ROBOTS_BLANK_LINE, "3"),
        ("User-agent: GPTBot\nDisallow", Issue.ROBOTS_UNREAD_LINE, "2"),
        ("User-agent: *\nDisallow:\nNoAI: yes", Issue.ROBOTS_UNREAD_LINE, "3"),
        ("User-agent: *\nDisallow:\nAI-Training: no", Issue.ROBOTS_UNREAD_LINE, "3"),
        ("User-agent: *\nDisallow:\nContent-Signals: ai-train=no", Issue.ROBOTS_UNREAD_LINE, "3"),
        ("User-agent: *\nDisallow:\nContent_Usage: train-ai=n", Issue.ROBOTS_UNREAD_LINE, "3"),
        ("<!DOCTYPE html><title>Shop</title>", Issue.ROBOTS_PAGE, "robots.txt"),
        ("\n<html>", Issue.ROBOTS_PAGE, "robots.txt"),
        ("User-agent: *\n" + "# long\n" * 80_000, Issue.ROBOTS_TOO_LONG, "robots.txt"),
        (
            "User-agent: *\nContent-Signal: ai-train=no\nContent-Signal: ai-train=yes\nDisallow:",
            Issue.ROBOTS_CONFLICT,
            "3",
        ),
        (
            "User-agent: *\nDisallow:\nContent-Usage: /a/ train-ai=n\nContent-Usage: /a/ train-ai=y",
            Issue.ROBOTS_CONFLICT,
            "4",
        ),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str | bytes, fault: Issue, line: str) -> None:
    assert (fault, line) in found(text)


@pytest.mark.parametrize(
    ("own", "hidden"),
    [
        ("Disallow: /private", True),
        ("Disallow:", True),
        ("Content-Usage: /a/ train-ai=n", False),
        ("Disallow: /", False),
        ("Disallow: /\nAllow: /$", True),
    ],
    ids=["may fetch", "may fetch all", "is told itself", "may fetch nothing", "may fetch the start page"],
)
def test_a_group_of_its_own_hides_what_everybody_is_told(own: str, hidden: bool) -> None:
    text = f"User-agent: *\nDisallow:\nContent-Usage: train-ai=n\n\nUser-agent: ClaudeBot\n{own}"
    assert ((Issue.ROBOTS_HIDDEN, "3") in found(text)) is hidden


def test_the_crawlers_that_do_not_read_a_line_are_named_as_written() -> None:
    text = b"User-agent: *\nDisallow:\nContent-Signal: ai-train=no\nUser-agent: ClaudeBot\nUser-agent: CCBot\nAllow: /"
    (advice,) = advise(text)
    assert advice.detail == "not read by ClaudeBot, CCBot"
    assert advice.quote == "Content-Signal: ai-train=no"


def test_lines_are_counted_alike_in_every_encoding_and_with_every_line_end() -> None:
    text = "User-agent: *\r\nAllow: /\r\rContent-Usage: train-ai=n"
    for data in (text.encode(), b"\xef\xbb\xbf" + text.encode(), text.encode("utf-16")):
        assert (Issue.ROBOTS_BLANK_LINE, "4") in found(data)


@given(
    st.lists(
        st.sampled_from(["User-agent: *", "User-agent: A", "Content-Usage: x", "Disallow: /", "", "#", "\0:é"])
    )
)
def test_no_order_of_lines_raises(lines: list[str]) -> None:
    found("\n".join(lines))


def test_many_rules_behind_blank_lines_are_said_once() -> None:
    (advice,) = advise(b"User-agent: *\nAllow: /x\n\nDisallow: /a\n\nDisallow: /b\n\nAllow: /c\n")
    assert (advice.fault, advice.detail) == (Issue.ROBOTS_BLANK_LINE, "and 1 more Disallow lines")


@given(st.binary(max_size=200))
def test_no_bytes_raise(data: bytes) -> None:
    found(data)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("User-agent: a{}\nDisallow: /{}\n", id="groups", marks=pytest.mark.whole),
        pytest.param("Content-Usage: /{} train-ai=n\n", id="statements"),
        pytest.param("x{}: y\n", id="unknown names"),
        pytest.param("\nContent-Signal: {}\n", id="blank lines"),
    ],
)
def test_a_file_made_to_be_slow_is_not(line: str) -> None:
    count = 250_000 // len(line.replace("{}", "12345"))
    data = ("User-agent: *\n" + "".join(line.replace("{}", str(number)) for number in range(count))).encode()
    assert cost(lambda: found(data), limit=5 * SECOND) <= 5 * SECOND


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("Disallow: all", "Disallow: /"),
        ("Disallow: /;", "Disallow: /"),
        ('Disallow: "/"', "Disallow: /"),
        ("Disallow: \u201c/art/\u201d", "Disallow: /art/"),
        ("Disallow: \\art", "Disallow: /art"),
        ("Disallow: .jpg$", "Disallow: /*.jpg$"),
        ("Disallow: .*", "Disallow: /"),
        ("Allow: all", "Allow: /"),
        ("Disallow: /a /b", "several paths"),
        ("Disallow: / // all of it", "Disallow: /"),
    ],
)
def test_a_value_that_matches_nothing_is_named_with_what_was_meant(line: str, meant: str) -> None:
    (advice,) = advise(f"User-agent: *\n{line}".encode())
    assert advice.fault is Issue.ROBOTS_MATCHES_NOTHING
    assert meant in advice.detail


@pytest.mark.parametrize("line", ["Disallow: //", "Disallow: /.../", "Disallow: /{{url}}"])
def test_nobody_is_told_to_refuse_everything_beside_another_path(line: str) -> None:
    assert not list(advise(f"User-agent: *\n{line}\nDisallow: /a/".encode()))


def test_of_an_address_no_rule_is_advised_that_could_shut_out_everything() -> None:
    (advice,) = advise(b"User-agent: *\nDisallow: https://cdn.example/")
    assert advice.fault is Issue.ROBOTS_MATCHES_NOTHING
    assert "Disallow: /" not in advice.detail


@pytest.mark.parametrize("value", ["?s=", "&sort="])
def test_a_part_of_an_address_is_advised_with_a_star(value: str) -> None:
    (advice,) = advise(f"User-agent: *\nDisallow: {value}".encode())
    assert advice.detail == f"expected Disallow: /*{value}"


@pytest.mark.parametrize("value", ["/*;", "/*,$", "/*?", "/my folder/", "/a,b/", "*", "/*;jsessionid="])
def test_a_path_with_signs_of_its_own_needs_no_mending(value: str) -> None:
    assert found(f"User-agent: *\nDisallow: {value}") == []


@pytest.mark.parametrize(
    ("sign", "name"),
    [("\ufeff", "U+FEFF ZERO WIDTH NO-BREAK SPACE"), ("\u200b", "U+200B ZERO WIDTH SPACE"), ("\u00ad", "U+00AD SOFT HYPHEN"),
     ("\x1a", "U+001A")],
)  # fmt: skip
def test_a_character_that_nobody_sees_is_named(sign: str, name: str) -> None:
    said = [
        each
        for each in advise(f"User-agent: *\nAllow: /\n{sign}Disallow: /x".encode())
        if each.fault is Issue.INVISIBLE_CHARACTER
    ]
    assert [each.detail.startswith(name) for each in said] == [True]


def test_every_line_that_only_the_filter_understands_is_named() -> None:
    text = b"User-agent: *\\nDisallow: /\nGPTBot\nContent-Usage: /a \xe2\x80\x9ctrain-ai=n\xe2\x80\x9d\nNoAI: yes"
    assert {each.place for each in advise(text)} == {f"robots.txt line {number}" for number in (1, 2, 3, 4)}


MANAGED = "# BEGIN Cloudflare Managed content\n{}\n# END Cloudflare Managed Content\n\n{}"
PARTED = "User-agent: *\nAllow: /\n\nContent-Signal: ai-train=no\n\nUser-agent: Slurp\nAllow: /"


def test_what_a_provider_writes_is_not_advised_to_be_mended_by_who_cannot() -> None:
    own = set(found(PARTED))
    assert {fault for fault, _ in own} == {Issue.ROBOTS_BLANK_LINE, Issue.ROBOTS_HIDDEN}
    assert found(MANAGED.format(PARTED, "")) == [(Issue.ROBOTS_HOSTED, "robots.txt")]
    assert {fault for fault, _ in found(MANAGED.format("# nothing", PARTED))} == {fault for fault, _ in own}
    for url in ("https://studio.substack.com/", "https://note.com/studio", "https://a.hatenablog.com/entry/1"):
        assert [each.fault for each in advise(PARTED.encode(), url)] == [Issue.ROBOTS_HOSTED]
    assert {each.fault for each in advise(PARTED.encode(), "https://example.com/")} == {fault for fault, _ in own}


@pytest.mark.parametrize(
    "line",
    [
        "Disallow: /all",
        "Allow: /all$",
        "Allow: /.",
        "Disallow: /art[Sophocles]",
        "Disallow: /art%20(old)",
        "Disallow: ([0-9]+)/(a|b)_x",
        "Disallow: /*?url=http://",
        "Allow: Sitemap: https://a.example/s.xml",
        "User-agent: Offline Explorer",
        "User-agent: CSS Validator: Jigsaw/2.3.0",
    ],
)
def test_an_ordinary_line_gets_no_advice(line: str) -> None:
    assert not list(advise(f"User-agent: *\n{line}\nDisallow: /b/".encode()))


@pytest.mark.parametrize("value", ["preview.a.example.com", "https://a.example/x", "img.a.co.jp/x*"])
def test_the_address_of_another_host_is_not_told_to_be_a_path(value: str) -> None:
    (advice,) = advise(f"User-agent: *\nDisallow: {value}\n".encode())
    assert "its own host" in str(advice.detail)
