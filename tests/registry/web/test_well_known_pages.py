"""What programs look for at fixed places: each in its format, and nothing private in any."""

import urllib.robotparser
from datetime import UTC, datetime

import pytest
from lxml import etree

from tests.registry.studio import SHA

SVG = "{http://www.w3.org/2000/svg}"


def get(person, path, **headers):
    return person.client.get(path, base_url=person.origin, headers=headers)


def test_robots_txt_lets_public_pages_be_read_and_shuts_private_ones(visitor):
    answer = get(visitor, "/robots.txt")
    assert answer.mimetype == "text/plain"
    rules = urllib.robotparser.RobotFileParser()
    rules.parse(answer.get_data(as_text=True).splitlines())
    for path in ("/", "/d/abc", "/search", "/stats", "/feed"):
        assert rules.can_fetch("anybot", path), path
    for path in (
        "/desk",
        "/account",
        "/dispute/secret",
        "/invitation/secret",
        "/stop/secret",
        "/sign-in",
        "/declare",
    ):
        assert not rules.can_fetch("anybot", path), path
    assert rules.site_maps() == ["https://registry.example/sitemap.xml"]


def test_security_txt_names_the_contact_and_has_not_expired(visitor, clock):
    text = get(visitor, "/.well-known/security.txt").get_data(as_text=True)
    fields = dict(line.split(": ", 1) for line in text.splitlines())
    assert fields["Contact"] == "mailto:desk@registry.example"
    expires = datetime.strptime(fields["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert 0 < expires.timestamp() - clock.now < 366 * 86_400
    assert fields["Preferred-Languages"] == "en, ja"
    assert fields["Canonical"] == "https://registry.example/.well-known/security.txt"


class TestWithoutContact:
    @pytest.fixture
    def settings(self):
        return {}

    def test_there_is_no_security_txt(self, visitor):
        assert get(visitor, "/.well-known/security.txt").status_code == 404


def test_the_sitemap_lists_pages_that_open_in_each_language(visitor):
    root = etree.fromstring(get(visitor, "/sitemap.xml").data)
    found = [each.text for each in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert len(found) == len(set(found)) == 16
    for url in found:
        visitor.open(url.removeprefix("https://registry.example"))
    links = {each.get("hreflang") for each in root.iter("{http://www.w3.org/1999/xhtml}link")}
    assert links == {"en", "ja"}


def test_the_old_name_of_the_icon_leads_to_it(visitor):
    answer = get(visitor, "/favicon.ico")
    assert answer.status_code == 303
    with get(visitor, answer.headers["Location"]) as icon:
        assert icon.mimetype == "image/svg+xml"


def test_a_badge_says_the_state_is_drawn_for_other_sites_and_is_kept_while_it_holds(visitor, studio, registry):
    made = studio.declare(("sha256", SHA))
    answer = get(visitor, f"/d/{made.id}/badge.svg")
    assert answer.mimetype == "image/svg+xml"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    root = etree.fromstring(answer.data)
    assert [each.text for each in root.iter(f"{SVG}text")] == ["AI training: opt-out", "In force"]
    again = get(visitor, f"/d/{made.id}/badge.svg", **{"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    registry.moderation.dispute(made.id)
    assert b"In force, disputed" in get(visitor, f"/d/{made.id}/badge.svg").data
    assert "有効" in get(visitor, f"/d/{made.id}/badge.svg?lang=ja").get_data(as_text=True)
    registry.erasure.erase(made.id)
    assert get(visitor, f"/d/{made.id}/badge.svg").status_code == 404


def test_a_declaration_that_is_not_public_has_no_badge(visitor, studio):
    assert get(visitor, f"/d/{studio.declare(('domain', 'canary-domain.com')).id}/badge.svg").status_code == 404
