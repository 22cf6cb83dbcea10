"""Snippets for one's own site: each of them, read back as crawlers read it, says what the declaration says."""

import json
import shutil
import subprocess

import pytest

from crawler_filter.lint.linting import lint
from crawler_filter.lint.report import Outcome
from crawler_filter.lint.site import Site
from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.agents import Agent, AgentList
from crawler_filter.signals.response import Response
from crawler_filter.signals.tdmrep import FILE
from registry.rules.site_snippets import SiteRule, headers, snippets

HOST, POLICY = "example.com", "https://example.com/licence"
AGENTS = ("GPTBot", "CCBot")
RESERVED, ALLOWED = {Usage.TRAIN_AI: Preference.DISALLOWED}, {Usage.TRAIN_AI: Preference.ALLOWED}
RULES = [SiteRule("/", RESERVED), SiteRule("/press/", ALLOWED)]
ROOT, PRESS = f"https://{HOST}/", f"https://{HOST}/press/a"


def made(name, rules=RULES):
    return next(each.text for each in snippets(rules, HOST, POLICY, AGENTS) if each.name == name)


def outcomes(**parts):
    """What a careful crawler makes of the home page and of a page that is an exception."""
    pages = tuple(Response(url, 200, parts.get("headers", {}).get(url, ()), parts.get("html", b"<title>A</title>"))
                  for url in (ROOT, PRESS))  # fmt: skip
    robots = Response(f"{ROOT}robots.txt", 200, body=parts.get("robots", "").encode())
    site = Site(ROOT, robots, pages, (), parts.get("well_known", {}), parts.get("licenses", {}))
    report = lint(site, agents=AgentList("test", tuple(Agent(name) for name in AGENTS)))
    found = {}
    for each in report.understandings:
        reading = next(one for one in each.readings if one.usage is Usage.TRAIN_AI)
        found |= dict.fromkeys(each.assets, reading)
    return found


def assert_rule_with_exception(found):
    assert (found[ROOT].outcome, found[PRESS].outcome) == (Outcome.RESERVED, Outcome.ALLOWED)


def test_robots_txt_reserves_all_and_lets_the_exception_be_taken_by_everybody():
    found = outcomes(robots=made("robots.txt").replace("License:", "# License:"))
    assert_rule_with_exception(found)
    assert set(found[ROOT].shut_out) == set(AGENTS)
    assert set(found[PRESS].admitted) == set(AGENTS)


def test_tdmrep_reserves_all_but_the_exception():
    text = made("TDMRep")
    assert [entry["location"] for entry in json.loads(text)] == ["/press/", "/"]
    known = {FILE: Response(f"https://{HOST}{FILE}", 200, body=text.encode())}
    found = outcomes(well_known=known)
    assert found[ROOT].outcome is Outcome.RESERVED
    assert (
        found[PRESS].outcome is Outcome.NOTHING_SAID
    )  # of mining it says that it is allowed, of training nothing


def test_headers_and_meta_tags_reserve():
    ordered = sorted(RULES, key=lambda rule: -len(rule.path))
    sent = {url: tuple(headers(rule, POLICY).items()) for url, rule in zip((PRESS, ROOT), ordered, strict=True)}
    assert_rule_with_exception(outcomes(headers=sent))
    assert outcomes(html=b"<head>" + made("HTML").encode() + b"</head>")[ROOT].outcome is Outcome.RESERVED


def test_rsl_reserves_all_but_the_exception():
    address = f"{ROOT}license.xml"
    robots = f"License: {address}\nUser-agent: *\nAllow: /\n"
    licences = {address: Response(address, 200, body=made("RSL").encode())}
    found = outcomes(robots=robots, licenses=licences)
    assert found[ROOT].outcome is Outcome.RESERVED
    # a careful reader takes mining for refused where only training is permitted; what is said is the exception
    assert [said.statement for said in found[PRESS].said] == ["/press/: permits ai-train"]


@pytest.mark.parametrize(
    ("preferences", "value"),
    [
        (RESERVED, "PROHIBITED-AIMLTRAINING"),
        ({Usage.TDM: Preference.DISALLOWED}, "PROHIBITED-EXCEPTSEARCHENGINEINDEXING"),
        (dict.fromkeys(Usage, Preference.DISALLOWED), "PROHIBITED"),
        (ALLOWED, "ALLOWED"),
        ({Usage.SEARCH: Preference.DISALLOWED}, "UNSPECIFIED"),
    ],
)
def test_the_command_for_pictures_writes_a_value_of_the_vocabulary(preferences, value):
    assert f'#=http://ns.useplus.org/ldf/vocab/DMI-{value}"' in made("XMP", [SiteRule("/", preferences)])


@pytest.mark.parametrize("name", ["nginx", "Apache", "Caddy", "Cloudflare", "WordPress"])
def test_every_server_is_told_the_rule_the_exception_and_the_terms(name):
    text = made(name)
    for said in ("train-ai=n", "train-ai=y", "/press/", POLICY):
        assert said in text


@pytest.mark.parametrize("name", ["nginx", "Apache", "WordPress"])
def test_what_is_hostile_in_a_path_stays_inside_its_quotes(name):
    hostile = SiteRule("/a';phpinfo();$x#\"/", RESERVED)
    text = made(name, [hostile, *RULES])
    if name == "WordPress":
        assert "'/a\\';phpinfo();" in text
    else:
        assert "\\$x\\#" in text


@pytest.mark.system
@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")
def test_nginx_takes_what_is_made_for_it(tmp_path):
    conf = tmp_path / "nginx.conf"
    conf.write_text(f"pid {tmp_path}/pid; events {{}} http {{ {made('nginx')} }}")
    subprocess.run(["nginx", "-t", "-c", conf, "-p", tmp_path, "-e", "stderr"], check=True, capture_output=True)


def test_cloudflares_own_parser_takes_every_condition():
    parse = pytest.importorskip("octorules_wirefilter").parse_expression
    hostile = SiteRule('/a";) or true\\/', RESERVED)
    start = "When incoming requests match: "
    text = made("Cloudflare", [hostile, SiteRule("/a.png", ALLOWED), *RULES])
    read = [parse(line.removeprefix(start)) for line in text.splitlines() if line.startswith(start)]
    assert [each.get("error") for each in read] == [None] * 4
    assert sorted(path for each in read for path in each["string_literals"])[:2] == ["/", hostile.path]


def test_mining_that_is_reserved_covers_training_where_a_standard_has_no_word_for_it():
    text = made("robots.txt", [SiteRule("/", {Usage.TDM: Preference.DISALLOWED})])
    assert "Content-Usage: / train-ai=n" in text


def test_one_address_is_matched_to_its_end():
    text = made("robots.txt", [SiteRule("/a.png", RESERVED)])
    assert "Disallow: /a.png$" in text
