"""Watching a registry's feed: what is read, what is refused, and what counts as new."""

import pytest

from registry.errors import UnavailableError
from registry.lookups.watching import Watched, feed_address, newer, read_feed
from registry.net import Fetcher, Permit
from tests.registry.conftest import PATIENT, SYSTEM_TRUST
from tests.simulators.site import Site, page

FEED = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom">
<entry><id>b</id><title>example.com: Disputed</title><link rel="alternate" href="https://r.example/d/b"/>
<author><name>Studio\nAoi</name></author><updated>2027-01-16T08:00:00Z</updated></entry>
<entry><id>a</id><title>example.com: Published</title><updated>2027-01-15T08:00:00Z</updated></entry></feed>"""
BOMB = '<!DOCTYPE f [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><feed xmlns="x">&b;</feed>'


@pytest.fixture
def serve(zone):
    """Serves one body as a registry's feed, and reads it."""
    sites = []

    def serve(body, status=200):
        site = Site(lambda path: [page(body, status=status)])
        sites.append(site.__enter__())
        permits = frozenset({Permit("registry.test", "127.0.0.1", site.port)})
        reader = Fetcher(zone.resolver(), agent="test", limits=PATIENT, tls=SYSTEM_TRUST, permit_loopback=permits)
        return read_feed(reader, "http://registry.test/feed/site/example.com")

    yield serve
    for site in sites:
        site.__exit__(None, None, None)


def test_events_are_read_the_newest_first_and_a_line_is_one_line(serve):
    events = serve(FEED)
    assert [each.id for each in events] == ["b", "a"]
    assert events[0] == Watched(
        "b", "2027-01-16T08:00:00Z", "example.com: Disputed", "https://r.example/d/b", "Studio\nAoi"
    )
    assert events[0].line() == "2027-01-16T08:00:00Z  example.com: Disputed  Studio Aoi  https://r.example/d/b"


@pytest.mark.parametrize("body", ["", "<html></html>", "<feed>", "not xml", BOMB])
def test_what_is_no_feed_is_refused(serve, body):
    with pytest.raises(UnavailableError):
        serve(body)


def test_an_answer_that_failed_is_never_taken_for_an_empty_feed(serve):
    with pytest.raises(UnavailableError, match="503"):
        serve(FEED, status=503)
    with pytest.raises(UnavailableError):
        serve(FEED + " " * 600 * 1024)


def test_only_what_is_after_the_time_is_new_oldest_first(serve):
    events = serve(FEED)
    assert [each.id for each in newer(events, None)] == ["a", "b"]
    assert [each.id for each in newer(events, "2027-01-15T08:00:00Z")] == ["b"]
    assert newer(events, "2027-01-16T08:00:00Z") == []


@pytest.mark.parametrize(
    ("what", "path"),
    [
        ("example.com", "site/example.com"),
        ("https://Example.com/", "site/example.com"),
        ("青い鳥", None),
        ("a/b?c", "title/a%2Fb%3Fc"),
    ],
)
def test_a_host_name_is_watched_as_a_site_and_everything_else_as_a_title(what, path):
    address = feed_address("https://registry.example/", what)
    expected = path or "title/%E9%9D%92%E3%81%84%E9%B3%A5"
    assert address == f"https://registry.example/feed/{expected}?lang=en"
