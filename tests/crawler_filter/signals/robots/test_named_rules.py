"""A crawler and its rule in one line."""

import pytest

from crawler_filter.signals.robots.named_rules import named_rule, named_to_server, without_permitted


@pytest.mark.parametrize(
    ("line", "token", "path"),
    [
        ("Disallow: GPTBot", "gptbot", "/"),
        ("Disallow: User-agent: GPTBot", "gptbot", "/"),
        ("Block: CCBot", "ccbot", "/"),
        ("Disallow: GPTBot /art/", "gptbot", "/art/"),
        ("GPTBot: /", "gptbot", "/"),
        ("GPTBot: Disallow: /art/", "gptbot", "/art/"),
        ("GPTBot = no", "gptbot", "/"),
        ("| Google-Extended | / |", "google-extended", "/"),
        ("GPTBot,/", "gptbot", "/"),
        ("User-agent anybot Disallow /x", "anybot", "/x"),
    ],
)
def test_a_known_crawler_with_a_refusal_or_a_path_is_a_rule(line: str, token: str, path: str) -> None:
    assert named_rule(line) == (token, path)


@pytest.mark.parametrize(
    "line",
    ["Disallow: /gptbot", "Disallow: search", "Allow: GPTBot", "GPTBot", "User-agent: GPTBot", "Disallow: claude",
     "GPTBot is a crawler of a company", "Disallow: GPTBot" + " " * 10_000],
)  # fmt: skip
def test_other_lines_are_none(line: str) -> None:
    assert named_rule(line) is None


@pytest.mark.parametrize(
    ("line", "tokens"),
    [
        ("RewriteCond %{HTTP_USER_AGENT} (GPTBot|CCBot) [NC,OR]", ["gptbot", "ccbot"]),
        ('BrowserMatchNoCase "GPTBot" bad_bot', ["gptbot"]),
        ("SetEnvIfNoCase User-Agent ^ClaudeBot block", ["claudebot"]),
        ('if ($http_user_agent ~* "Bytespider|Googlebot") { return 403; }', ["bytespider"]),
        ("RewriteCond %{HTTP_USER_AGENT} !(GPTBot) [NC]", []),
        ("RewriteRule ^gptbot$ /about [L]", []),
        ("User-agent: GPTBot", []),
    ],
)
def test_a_line_of_a_servers_configuration_names_whom_it_refuses(line: str, tokens: list[str]) -> None:
    assert named_to_server(line) == tokens


@pytest.mark.parametrize(
    "head", ["User-agent,Allow", "User-agent\tAllow", "| User-agent | Allow |", "user agent; allowed"]
)
def test_the_rows_of_a_table_of_what_is_permitted_say_nothing(head: str) -> None:
    assert without_permitted([head, "GPTBot,/", "", "CCBot,/"]) == ["", "", "", "CCBot,/"]


@pytest.mark.parametrize(
    "head", ["User-agent,Disallow", "User-agent,Allow,Disallow", "User-agent: Allow", "Allow: /"]
)
def test_the_rows_of_other_tables_stay(head: str) -> None:
    assert without_permitted([head, "GPTBot,/"]) == [head, "GPTBot,/"]


def test_a_line_of_the_standard_ends_a_table() -> None:
    lines = ["User-agent,Allow", "GPTBot,/", "User-agent: CCBot", "Disallow: /"]
    assert without_permitted(lines) == ["", "", *lines[2:]]
