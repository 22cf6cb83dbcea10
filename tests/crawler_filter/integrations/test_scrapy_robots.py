"""robots.txt in a Scrapy crawl: asked for once a host, filed under who asked, and what it reserves is not requested."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from crawler_filter.formats.urls import canonical
from crawler_filter.sync.update import sync
from tests.simulators.published import URL, PublishedRegistry, scope

scrapy = pytest.importorskip("scrapy", reason="the scrapy extra is not installed")

FOLDER = Path(__file__).parents[2] / "vectors" / "cases" / "signals" / "scrapy"
A, ROBOTS = "https://a.example/one", "https://a.example/robots.txt"
REFUSING = {"body": "User-agent: GPTBot\nDisallow: /\n"}
FREE = {"body": "User-agent: *\nAllow: /\n"}
PAGE = {"type": "text/html", "body": "<p>one"}
OBEYING = {"ROBOTSTXT_OBEY": True}


def case(robots: dict[str, Any], *start: str, more: dict[str, Any] | None = None, **rest: Any) -> dict[str, Any]:
    pages = dict.fromkeys(start or (A,), PAGE)
    return {"start": list(pages), "web": {ROBOTS: robots, **pages, **(more or {})}, **rest}


OWN = {
    "absent": case({"status": 404}),
    "forbidden": case({"status": 403}),
    "a failing server": case({"status": 503}),
    "a failing server, Scrapy asking": case({"status": 503}, settings=OBEYING),
    "no connection": case({"error": "refused"}),
    "no connection, Scrapy asking": case({"error": "refused"}, settings=OBEYING),
    "no answer but redirects": case({"status": 302, "headers": [["Location", ROBOTS]]}, settings={"REDIRECT_MAX_TIMES": 3}),
    "a redirect to a page": case(
        {"status": 302, "headers": [["Location", "https://a.example/login"]]},
        more={"https://a.example/login": {"type": "text/html", "body": "<pre>User-agent: *\nDisallow: /one</pre>"}},
        settings=OBEYING,
    ),
    "many pages at once": case(FREE, A, "https://a.example/2", "https://a.example/3", in_turn=False),
    "many pages at once, Scrapy asking": case(
        REFUSING, A, "https://a.example/2", "https://a.example/3", in_turn=False, settings=OBEYING
    ),
    "another scheme of the host": case(REFUSING, A, "http://a.example/2"),
    "the port of the scheme": case(REFUSING, A, "https://a.example:443/2", settings=OBEYING),
    "a host of its own port": case(REFUSING, "https://a.example:8443/2"),
    "a page that is called robots.txt": case(
        REFUSING, "https://b.example/robots.txt?x", A, more={"https://b.example/robots.txt?x": FREE}
    ),
    "a page that Scrapy need not ask for": case(FREE, A, meta={"dont_obey_robotstxt": True}, settings=OBEYING),
    "nobody asks": case(REFUSING, settings={"OPTOUT_FETCH_ROBOTS": False}),
    "signals are not read": case(REFUSING, settings={"OPTOUT_READ_SIGNALS": False}),
    "the mode is off": case(REFUSING, settings={"OPTOUT_MODE": "off"}),
    "a reserved host": case(REFUSING, "https://reserved.example/1", "https://b.example/1"),
    "a header of two lines": case(
        FREE, more={A: {**PAGE, "headers": [["X-Robots-Tag", ["otherbot: noindex", "noai"]]]}}
    ),
}  # fmt: skip
B = "https://b.example/robots.txt"


def led(to: str, status: int = 301) -> dict[str, Any]:
    return {"status": status, "headers": [["Location", to]]}


def hops(last: dict[str, Any]) -> dict[str, Any]:
    return {
        f"https://r{n}.example/robots.txt": led(f"https://r{n + 1}.example/robots.txt") for n in range(1, 5)
    } | {"https://r5.example/robots.txt": last}


SPREAD = [f"https://h{host}.example/{page}" for host in range(6) for page in range(3)]
KEPT: dict[str, tuple[dict[str, Any], list[str]]] = {
    "gone": (case({"status": 410}), [A]),
    "too many questions": (case({"status": 429}), []),
    "not modified": (case({"status": 304}), []),
    "part of a file": (case({"status": 206, **REFUSING}), []),
    "an empty file": (case({"body": ""}), [A]),
    "found elsewhere, refusing": (case(led(B, 302), more={B: REFUSING}), []),
    "moved for good, free": (case(led(B, 308), more={B: FREE}), [A]),
    "five hops, refusing": (case(led("https://r1.example/robots.txt"), more=hops(REFUSING)), []),
    "five hops, free": (case(led("https://r1.example/robots.txt"), more=hops(FREE)), [A]),
    "moved to nowhere": (case(led("https://a.example/nope")), [A]),
    "moved to a failing server": (case(led("https://a.example/no"), more={"https://a.example/no": {"status": 503}}), []),
    "moved without an address": (case({"status": 301}), []),
    "moved by a relative address": (case(led("/r.txt"), more={"https://a.example/r.txt": REFUSING}), []),
    "a host that another is led to": (case(led(B), A, "https://b.example/x", more={B: REFUSING}), []),
    "a subdomain": (
        case(REFUSING, A, "https://sub.a.example/x", more={"https://sub.a.example/robots.txt": FREE}),
        ["https://sub.a.example/x"],
    ),
    "www": (case(FREE, A, "https://www.a.example/x", more={"https://www.a.example/robots.txt": REFUSING}), [A]),
    "a port of its own, refusing": (
        case(FREE, A, "https://a.example:8443/x", more={"https://a.example:8443/robots.txt": REFUSING}), [A]
    ),
    "capital letters": (case(REFUSING, "https://A.EXAMPLE/one"), []),
    "a page below another's name": (
        case(FREE, A, "https://a.example/sub/robots.txt", more={"https://a.example/sub/robots.txt": REFUSING}),
        [A, "https://a.example/sub/robots.txt"],
    ),
    "a page that leads to a refusing host": (
        case(FREE, more={A: led("https://b.example/x", 302), B: REFUSING, "https://b.example/x": PAGE}), []
    ),
    "a page that leads to a free host": (
        case(FREE, more={A: led("https://b.example/x", 302), B: FREE, "https://b.example/x": PAGE}),
        ["https://b.example/x"],
    ),
    "many hosts at once": (
        {
            "start": SPREAD,
            "web": {f"https://h{host}.example/robots.txt": REFUSING if host % 2 else FREE for host in range(6)}
            | dict.fromkeys(SPREAD, PAGE),
            "in_turn": False,
        },
        [url for url in SPREAD if int(url[9]) % 2 == 0],
    ),
    "two hosts led to each other": (
        {
            "start": [A, "https://b.example/1"],
            "web": {
                ROBOTS: led("https://b.example/ra"), B: led("https://a.example/rb"), "https://b.example/ra": REFUSING,
                "https://a.example/rb": FREE, A: PAGE, "https://b.example/1": PAGE,
            },
        },
        ["https://b.example/1"],
    ),
    "redirects are off": (case(led(B), more={B: REFUSING}, settings={"REDIRECT_ENABLED": False}), []),
    "a request that is not led on": (case(led(B), more={B: REFUSING}, meta={"dont_redirect": True}), []),
    "a request that takes every status": (case({"status": 503}, meta={"handle_httpstatus_all": True}), []),
    "a word against AI in the header of the rules": (case({**FREE, "headers": [["X-Robots-Tag", "noai"]]}), [A]),
}  # fmt: skip
BY_BOTH = {name: each for name, (each, _) in KEPT.items()} | {
    f"{name}, Scrapy asking": {"settings": OBEYING} | each for name, (each, _) in KEPT.items()
}
CASES = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))} | OWN | BY_BOTH


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("crawl")
    published = PublishedRegistry(now=int(time.time()))
    published.declare(scope("host", "reserved.example"))
    for each in CASES.values():
        for kind, value in each.get("scopes", ()):
            published.declare(scope(kind, canonical(f"https://{value}")))
    published.publish()
    sync(folder / "snapshot", URL, published.trust, transport=published, now=time.time())
    (folder / "trust").write_bytes(published.trust.encode())
    program = "tests.crawler_filter.integrations.offline_crawl"
    crawl = subprocess.run(
        [sys.executable, "-m", program, str(folder / "snapshot"), str(folder / "trust")],
        input=json.dumps(CASES), check=True, capture_output=True, text=True, timeout=300,
        cwd=Path(__file__).resolve().parents[3],
    )  # fmt: skip
    return {line["case"]: line for line in map(json.loads, crawl.stdout.splitlines())}


@pytest.mark.parametrize("name", BY_BOTH)
def test_the_rules_of_the_host_that_was_asked_decide(crawled, name: str) -> None:
    _, kept = KEPT[name.removesuffix(", Scrapy asking")]
    assert sorted(crawled[name]["kept"]) == sorted(kept)


def test_where_scrapy_does_not_ask_the_add_on_does_and_a_page_that_is_reserved_is_not_requested(crawled) -> None:
    crawl = crawled["s12_noobey"]
    assert crawl["excluded"] == [A]
    assert crawl["asked"] == [ROBOTS]
    assert crawled["nobody asks"]["kept"] == [A]


def test_rules_that_a_redirect_led_to_are_those_of_the_host_that_was_asked(crawled) -> None:
    assert crawled["s2_redirect_robots"]["kept"] == []
    assert crawled["s2_redirect_robots"]["asked"] == [ROBOTS, "https://www.a.example/robots.txt"]
    assert crawled["a redirect to a page"]["excluded"] == [A]


def test_what_a_redirect_of_another_host_finds_here_replaces_no_rules_of_this_one(crawled) -> None:
    crawl = crawled["s8_overwrite_reverse"]
    assert crawl["excluded"] == ["https://social.example/private/1", "https://social.example/private/2"]
    assert crawl["kept"] == ["https://page.example/x"]


def test_a_page_that_is_called_robots_txt_is_a_page(crawled) -> None:
    crawl = crawled["a page that is called robots.txt"]
    assert crawl["kept"] == ["https://b.example/robots.txt?x"]
    assert crawl["excluded"] == [A]


def test_local_addresses_pass_as_they_do_in_scrapy(crawled) -> None:
    crawl = crawled["s5_file_data"]
    assert "data:text/plain,Hello" in crawl["kept"]
    assert crawl["excluded"] == []
    assert crawl["asked"] == [ROBOTS, A]


@pytest.mark.parametrize("name", ["absent", "forbidden"])
def test_an_absent_file_forbids_nothing(crawled, name: str) -> None:
    assert crawled[name]["kept"] == [A]


@pytest.mark.parametrize(
    "name",
    [
        "a failing server", "a failing server, Scrapy asking", "no connection", "no connection, Scrapy asking",
        "no answer but redirects",
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_reached_leaves_its_host_not_checked(crawled, name: str) -> None:
    assert crawled[name]["excluded"] == [A]
    assert A not in crawled[name]["asked"]
    assert crawled[name]["stats"]["optout/robots_txt/not_reached"] == 1


@pytest.mark.parametrize(
    "name", ["many pages at once", "many pages at once, Scrapy asking", "another scheme of the host"]
)
def test_a_host_is_asked_once_however_many_pages_wait(crawled, name: str) -> None:
    assert [url for url in crawled[name]["asked"] if url.endswith("/robots.txt")] == [ROBOTS]
    assert len(crawled[name]["kept"]) == (3 if name == "many pages at once" else 0)


def test_a_host_is_one_with_its_usual_port_and_another_with_its_own(crawled) -> None:
    assert crawled["the port of the scheme"]["kept"] == []
    assert crawled["a host of its own port"]["kept"] == ["https://a.example:8443/2"]


def test_of_a_page_that_scrapy_does_not_ask_for_the_add_on_asks_once(crawled) -> None:
    assert crawled["a page that Scrapy need not ask for"]["asked"] == [ROBOTS, A]


def test_a_start_without_anybody_who_asks_says_so_loudly(crawled) -> None:
    assert "NOT READ" in " ".join(crawled["nobody asks"]["warned"])
    assert crawled["nobody asks"]["asked"] == [A]


@pytest.mark.parametrize("name", ["signals are not read", "the mode is off"])
def test_whoever_reads_no_signals_asks_for_none(crawled, name: str) -> None:
    assert crawled[name]["asked"] == [A]
    assert crawled[name]["kept"] == [A]


def test_a_reserved_host_is_not_asked_for_its_rules(crawled) -> None:
    assert not [url for url in crawled["a reserved host"]["asked"] if "reserved.example" in url]


def test_every_header_line_of_an_answer_counts(crawled) -> None:
    assert crawled["a header of two lines"]["excluded"] == [A]


def test_a_page_with_brackets_in_its_address_is_known(crawled) -> None:
    crawl = crawled["s15_brackets"]
    assert crawl["kept"] == []
    assert len(crawl["excluded"]) == 2
    assert crawl["asked"] == []
