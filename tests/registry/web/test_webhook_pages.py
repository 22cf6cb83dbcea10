"""From the pages: an address is added, tried, looked at and removed; a feed is read by whoever has its address."""

import json

import pytest
from lxml import etree

from crawler_filter.formats.jwk import read_key_set
from tests.registry.studio import SHA
from tests.simulators.receiver import URL
from tests.simulators.site import page


@pytest.fixture
def artist(studio, sign_in):
    return sign_in("aoi@example.com")


def add(artist):
    artist.open("/account/events").fill(url=URL).press("Add the address")


def test_an_address_is_added_tried_sent_again_and_removed(artist, studio, registry, receiver):
    add(artist)
    assert "Sending" in artist.text
    artist.press("Send a test")
    studio.declare(("sha256", SHA))
    number = artist.path.rpartition("/")[2]
    registry.deliveries.serve(number)
    assert [event.kind for event in receiver.events] == ["webhook.test", "declaration.published"]
    artist.open(artist.path)
    assert artist.text.count("Arrived") == 2
    artist.press("Send again from here (Event 2)")
    registry.deliveries.serve(number)
    assert receiver.sequences == [1, 2, 2]
    artist.press("Remove it")
    assert artist.path == "/account/events"
    artist.open(f"/webhooks/{number}", status=404)


def test_an_address_that_does_not_answer_is_said_and_can_be_asked_again(artist, receiver):
    receiver.planned = [[page("", status=500)]]
    add(artist)
    assert "Has not answered yet" in artist.text
    assert "got 500" in artist.text
    artist.press("Have it answer now")
    assert "Sending" in artist.text


def test_what_is_wrong_with_an_address_stands_beside_it_and_nothing_typed_is_lost(artist):
    artist.open("/account/events").fill(url="http://plain.example/", kinds=["grant.made"])
    artist.press("Add the address", status=422)
    assert set(artist.problems) == {"url"}
    assert artist.page.select_one("#url")["value"] == "http://plain.example/"
    assert artist.page.select_one("input[value='grant.made']").has_attr("checked")


def test_a_private_feed_is_read_with_its_address_alone_until_it_ends(artist, studio, visitor):
    artist.open("/account/events").press("Make an address")
    atom, as_json = (each.removeprefix("https://registry.example") for each in artist.copies())
    declared = studio.declare(("sha256", SHA))
    tree = etree.fromstring(visitor.client.get(atom).data)
    names = {"atom": "http://www.w3.org/2005/Atom"}
    assert tree.xpath("//atom:entry/atom:title/text()", namespaces=names) == ["A declaration was published"]
    assert tree.xpath("//atom:entry/atom:link/@href", namespaces=names) == [
        f"https://registry.example/d/{declared.id}"
    ]
    answer = visitor.client.get(as_json)
    feed = json.loads(answer.data)
    assert [item["title"] for item in feed["items"]] == ["A declaration was published"]
    assert answer.headers["Cache-Control"].startswith("private")
    secret = atom.rpartition("/")[2]
    assert secret not in answer.text, "what is passed on opens nothing"
    artist.open("/account/events").press("Make a new address; the old one ends")
    visitor.open(atom, status=404)
    fresh = artist.copies()[0].removeprefix("https://registry.example")
    assert visitor.client.get(fresh).status_code == 200
    artist.open("/account/events").press("End the feed")
    visitor.open(fresh, status=404)


def test_nobody_else_sees_any_of_it(artist, registry, receiver, sign_in, visitor, rival):
    add(artist)
    page_of_it = artist.path
    sign_in("midori@example.org").open(page_of_it, status=404)
    visitor.open("/feed/private/" + "a" * 52, status=404)


def test_the_key_that_signs_events_is_shown_as_web_bot_auth_has_it(visitor, registry):
    answer = visitor.open("/.well-known/http-message-signatures-directory").response
    assert answer.mimetype == "application/http-message-signatures-directory+json"
    (key,) = read_key_set(json.loads(answer.data))
    assert key.raw == registry.publisher.keys.snapshot.verifier.public_key
