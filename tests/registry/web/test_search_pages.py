# ruff: noqa: RUF001  # typed in full-width letters, as Japanese keyboards do
"""One box for everything people know a work by, and feeds for whoever follows a site or a title."""

import pytest
from lxml import etree

from registry.model.declaration import WorkKind, WorkRequest
from tests.registry.studio import SHA
from tests.registry.web.person import path_of

ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def made(studio, zone):
    work = WorkRequest(studio.party.id, WorkKind.MANGA, {"ja": "青い鳥の物語", "en": "The 100% Blue Bird"})
    number = studio.registry.works.create_work(studio.actor, work).id
    domain = studio.prove(zone, studio.declare(("domain", "example.com")))
    titled = studio.declare(("sha256", SHA), works=(number,))
    studio.registry.publisher.publish()
    return {"domain": domain.id, "titled": titled.id, "work": number, "party": studio.party.id}


def links(person):
    return [link["href"] for link in person.page.main.select("a[href]")]


def entries(person, path):
    answer = person.client.get(path, base_url=person.origin)
    assert answer.status_code == 200
    assert answer.mimetype == "application/atom+xml"
    feed = etree.fromstring(answer.data)
    return [entry.findtext("a:title", namespaces=ATOM) for entry in feed.findall("a:entry", ATOM)]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("example.com", "domain"),
        ("https://www.example.com/a/b.html", "domain"),
        ("ＥＸＡＭＰＬＥ．ｃｏｍ", "domain"),
        ("青い鳥", "titled"),
        ("blue bird", "titled"),
        ("100% Blue", "titled"),
        ("BLUE\u3000ＢＩＲＤ", "titled"),
        ("鳥", "titled"),
    ],
)
def test_a_site_and_a_title_are_found(visitor, made, typed, found):
    visitor.open("/search").fill(q=typed).press("Search")
    assert f"/d/{made[found]}" in links(visitor)


@pytest.mark.parametrize("typed", ["com", "example.org", "le.com", "100x Blue", "b_ue", "赤い鳥", "'", "%", "\\"])
def test_what_only_looks_alike_is_not_found(visitor, made, typed):
    visitor.open("/search").fill(q=typed).press("Search")
    found = {href for href in links(visitor) if href.startswith("/d/")}
    assert found == set()


def test_a_party_is_found_by_its_public_name_and_what_was_checked_stands_beside_it(visitor, made):
    visitor.open("/search").fill(q="studio ao").press("Search")
    assert "controls example.com" in visitor.text
    assert f"Number {made['party']}" in visitor.text, "several may have one name"
    assert f"/acct/{made['party']}" in links(visitor)


@pytest.mark.parametrize(("thing", "page"), [("domain", "/d/"), ("work", "/w/"), ("party", "/@")])
def test_every_number_leads_to_its_page_from_every_box(visitor, made, thing, page):
    number = made[thing]
    for typed in (number, f" {number.upper()} ", f"https://registry.example{page}{number}"):
        for box, field in (("/search", "q"), ("/check", "asset")):
            visitor.open(box).fill(**{field: typed}).press("Search" if field == "q" else "Check")
            assert visitor.path.endswith(f"/{number}"), (typed, box)


def test_digests_and_identifiers_are_checked(visitor, made):
    visitor.open("/search").fill(q=SHA).press("Search")
    assert visitor.path.startswith("/check?asset=")
    assert "Reserved" in visitor.text
    visitor.open("/search").fill(q="ISBN 978-4-00-310101-8").press("Search")
    assert "Nothing is declared here" in visitor.text


def test_a_picture_is_found_by_its_exact_bytes_where_nobody_registered_its_likeness(visitor, made):
    visitor.open(f"/check?asset=pdq:{'a5' * 32}&sha256={SHA}")
    assert "Reserved" in visitor.text
    visitor.open(f"/check?asset=pdq:{'a5' * 32}&sha256=nonsense")
    assert "Nothing is declared here" in visitor.text


def test_an_erased_number_leads_to_the_page_that_says_so(visitor, made, registry):
    registry.erasure.erase(made["titled"])
    visitor.open("/search").fill(q=made["titled"]).press("Search", status=410)
    assert "erased" in visitor.text


def test_feeds_tell_of_the_whole_registry_of_a_site_and_of_a_title(visitor, made, studio, registry):
    pending = studio.declare(("domain", "canary-domain.com"))
    everything = entries(visitor, "/feed")
    assert [title for title in everything if "example.com" in title] == ["example.com: Published"]
    assert "canary-domain.com" not in " ".join(everything)
    assert pending.id not in " ".join(everything)
    assert entries(visitor, "/feed/site/www.example.com") == ["example.com: Published"]
    assert entries(visitor, "/feed/title/青い鳥") == [f"1 file ({SHA[:12]}…): Published"]
    assert entries(visitor, "/feed/site/other.example") == []
    registry.moderation.dispute(made["domain"])
    assert entries(visitor, "/feed/site/example.com") == ["example.com: Disputed", "example.com: Published"]
    registry.erasure.erase(made["domain"])
    assert entries(visitor, "/feed/site/example.com") == []
    visitor.open("/feed/site/nonsense", status=404)


def test_every_feed_is_named_by_its_own_address(visitor, made, studio, registry, operator):
    (work,) = registry.declarations.get(made["titled"]).record.works
    paths = ("", "/site/example.com", "/site/other.example", "/title/%E9%9D%92%E3%81%84%E9%B3%A5", f"/work/{work}",
             f"/party/{made['party']}", f"/operator/{operator.id}")  # fmt: skip
    for path in paths:
        feed = etree.fromstring(visitor.client.get(f"/feed{path}", base_url=visitor.origin).data)
        address = f"https://registry.example/feed{path}"
        links = {link.get("rel"): link.get("href") for link in feed.findall("a:link", ATOM)}
        assert (feed.findtext("a:id", namespaces=ATOM), links["self"]) == (address, address)
        assert visitor.client.get(path_of(links["alternate"]), base_url=visitor.origin).status_code == 200
        assert feed.findtext("a:updated", namespaces=ATOM) > "2027"
        for entry in feed.findall("a:entry", ATOM):
            assert entry.findtext("a:id", namespaces=ATOM).startswith(entry.find("a:link", ATOM).get("href"))


def test_feeds_tell_of_a_work_and_of_a_party(visitor, made, studio, registry):
    (work,) = registry.declarations.get(made["titled"]).record.works
    assert entries(visitor, f"/feed/work/{work}") == [f"1 file ({SHA[:12]}…): Published"]
    assert "example.com: Published" in entries(visitor, f"/feed/party/{studio.party.id}")
    registry.changes.withdraw(studio.actor, made["titled"])
    assert entries(visitor, f"/feed/work/{work}")[0].endswith("Withdrawal or change announced")
    visitor.open(f"/feed/work/{'a' * 26}", status=404)
    visitor.open(f"/feed/party/{'a' * 26}", status=404)
    visitor.open(f"/feed/operator/{'a' * 26}", status=404)


def test_a_feed_is_answered_with_304_while_nothing_happens_and_speaks_japanese(visitor, made):
    first = visitor.client.get("/feed?lang=ja", base_url=visitor.origin)
    assert "公開" in first.get_data(as_text=True)
    again = visitor.client.get(
        "/feed?lang=ja", base_url=visitor.origin, headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304
