"""What is asked of a live site, within which limits, and that nothing unanswered is taken for absent."""

from collections.abc import Mapping
from gzip import compress

import pytest

from crawler_filter.errors import InvalidUrlError, TransportError
from crawler_filter.lint.gathering import MAX_FILES, MAX_LICENSES, MISNAMED, gather
from crawler_filter.lint.site import Site
from crawler_filter.signals.response import Response

HTML = (("Content-Type", "text/html"),)
PAGE = "https://example.com/art/"


class Web:
    """Answers by address; what it does not know is absent, what is an error is raised. Each answer takes a second."""

    def __init__(self, answers: Mapping[str, Response | TransportError]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def fetch(self, url: str, limit: int) -> Response:
        self.asked.append(url)
        answer = self.answers.get(url, Response(url, 404))
        if isinstance(answer, TransportError):
            raise answer
        cut = len(answer.body) > limit
        return Response(answer.url, answer.status, answer.headers, answer.body[:limit], answer.truncated or cut)

    def clock(self) -> float:
        return float(len(self.asked))

    def gather(self, url: str = PAGE, seconds: float = 1000) -> Site:
        return gather(url, self.fetch, clock=self.clock, seconds=seconds)


def page(html: str, headers: tuple[tuple[str, str], ...] = HTML, url: str = PAGE) -> dict[str, Response]:
    return {url: Response(url, 200, headers, html.encode())}


def test_the_fixed_places_are_asked_at_the_root() -> None:
    web = Web(page("<p>"))
    site = web.gather()
    assert {url.removeprefix("https://example.com") for url in web.asked} == {
        "/robots.txt",
        "/art/",
        "/.well-known/tdmrep.json",
        "/ai.txt",
        "/ai-license.txt",
        "/.well-known/ai.txt",
        "/.well-known/ai.json",
        "/trust.txt",
        "/.well-known/trust.txt",
        *MISNAMED,
    }
    assert site.robots_txt == Response("https://example.com/robots.txt", 404)
    assert (site.well_known, site.missed) == ({}, ())


def test_files_that_the_page_shows_are_sampled_from_the_site_itself() -> None:
    html = """<img src=/a.png><img src="//cdn.example.com/b.webp?w=1"><source src="c.MP4"><a href="/d.pdf">
              <img src="https://elsewhere.example/e.png"><img src="data:image/png;base64,"><a href="/page">
              <img src="/a.png"><img src="https://notexample.com/f.png"><img src="http://[broken/g.png">"""
    web = Web(page(html))
    web.gather()
    assert web.asked[9 : -len(MISNAMED)] == [
        "https://example.com/a.png",
        "https://cdn.example.com/b.webp?w=1",
        "https://example.com/art/c.MP4",
        "https://example.com/d.pdf",
    ]


def test_of_many_files_only_a_few_are_fetched() -> None:
    web = Web(page("".join(f"<img src={number}.png>" for number in range(100))))
    web.gather()
    assert len(web.asked) == 9 + MAX_FILES + len(MISNAMED)


def test_an_address_of_a_file_is_read_as_a_file() -> None:
    url = "https://example.com/a.png"
    site = Web({url: Response(url, 200, (("Content-Type", "image/png"),), b"\x89PNG")}).gather(url)
    assert [file.url for file in site.files] == [url]
    assert site.pages == ()


def test_licences_are_fetched_wherever_they_are_named() -> None:
    headers = (*HTML, ("Link", '<https://rsl.example/b.xml>; rel="license"; type="application/rsl+xml"'))
    answers = page('<link rel="license" type="application/rsl+xml" href="/c.xml">', headers)
    robots = b"License: https://rsl.example/a.xml\nLicense: /relative.xml"
    answers["https://example.com/robots.txt"] = Response("https://example.com/robots.txt", 200, body=robots)
    answers["https://rsl.example/a.xml"] = Response("https://rsl.example/a.xml", 200, body=b"<rsl/>")
    web = Web(answers)
    site = web.gather()
    assert [url for url in web.asked if "rsl.example" in url] == [
        "https://rsl.example/a.xml",
        "https://rsl.example/b.xml",
    ]
    assert "https://example.com/c.xml" not in web.asked
    assert list(site.licenses) == ["https://rsl.example/a.xml"]
    assert MAX_LICENSES == 2


def test_a_relative_link_to_a_licence_is_followed_as_other_links_of_the_page_are() -> None:
    web = Web(page('<link rel="license" type="application/rsl+xml" href="../c.xml">'))
    web.gather()
    assert "https://example.com/c.xml" in web.asked


def test_after_a_redirect_the_site_that_answered_is_asked() -> None:
    answers = {PAGE: Response("https://www.example.com/art/", 200, HTML, b"<img src=/a.png>")}
    web = Web(answers)
    web.gather()
    assert "https://www.example.com/ai.txt" in web.asked
    assert "https://www.example.com/a.png" in web.asked


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (TransportError("nobody listens"), "nobody listens"),
        (Response("https://example.com/ai.txt", 503), "503"),
        (Response("https://example.com/ai.txt", 200, body=b"\x1f\x8b\x08"), "encoded as gzip"),
        (Response("https://example.com/ai.txt", 200, (("Content-Encoding", "x-own"),), b"\0"), "encoded as x-own"),
        (Response("https://example.com/ai.txt", 200, body=b"x", truncated=True), "only the first"),
    ],
    ids=["no answer", "a failing server", "cut short", "a coding that nobody knows", "too long"],
)
def test_what_could_not_be_read_is_said(answer: Response | TransportError, reason: str) -> None:
    site = Web({**page(""), "https://example.com/ai.txt": answer}).gather()
    (missed,) = site.missed
    assert missed.place == "https://example.com/ai.txt"
    assert reason in missed.reason


def test_what_was_sent_compressed_is_read() -> None:
    robots = Response("https://example.com/robots.txt", 200, body=compress(b"License: https://rsl.example/a.xml"))
    head = (*HTML, ("Content-Encoding", "gzip"))
    web = Web({PAGE: Response(PAGE, 200, head, compress(b"<img src=/a.png>")), robots.url: robots})
    site = web.gather()
    assert not site.missed
    assert {"https://rsl.example/a.xml", "https://example.com/a.png"} <= set(web.asked)


def test_nothing_is_asked_once_the_time_is_over() -> None:
    web = Web(page("<img src=/a.png>"))
    site = web.gather(seconds=3)
    assert len(web.asked) == 3
    assert len(site.missed) == 7
    assert all("time" in missed.reason for missed in site.missed)


@pytest.mark.parametrize("url", ["nonsense", "ftp://example.com/", "mailto:a@example.com", "https://", "/path"])
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidUrlError):
        Web({}).gather(url)


ROBOTS = b"User-agent: GPTBot\nDisallow: /\n"
AT = "https://example.com"


@pytest.mark.parametrize(
    ("name", "meant", "body"),
    [
        ("/Robots.txt", "/robots.txt", ROBOTS),
        ("/robots.txt.txt", "/robots.txt", ROBOTS),
        ("/tdmrep.json", "/.well-known/tdmrep.json", b'[{"location": "/", "tdm-reservation": 1}]'),
    ],
)
def test_a_file_of_a_wrong_name_is_named_on_a_live_site_too(name: str, meant: str, body: bytes) -> None:
    web = Web(page("<p>") | {AT + name: Response(AT + name, 200, (), body)})
    assert web.gather().misplaced == {name: meant}


@pytest.mark.parametrize(
    "answers",
    [
        {
            AT + "/robots.txt": Response(AT + "/robots.txt", 200, (), b""),
            AT + "/robot.txt": Response("", 200, (), ROBOTS),
        },
        {AT + "/robots.txt": Response(AT + "/robots.txt", 503), AT + "/robot.txt": Response("", 200, (), ROBOTS)},
        {AT + name: Response(AT + name, 200, HTML, b"<p>User-agent: x") for name in MISNAMED},
        {AT + name: Response(AT + name, 200, (), b"Welcome") for name in MISNAMED},
        {AT + name: TransportError("reset") for name in MISNAMED},
    ],
)
def test_a_right_file_and_an_answer_for_every_address_are_not_called_misplaced(answers: dict) -> None:
    site = Web(page("<p>") | answers).gather()
    assert (site.misplaced, site.missed) == ({}, ())
