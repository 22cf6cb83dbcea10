"""Panel, badge, sentence and links of a declaration agree, in every state it can be in."""

import re
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup

from registry.model.declaration import ScopeRequest
from registry.model.grant import GrantRequest
from tests.registry.studio import DAY, SHA
from tests.registry.web.test_certificate_pages import text_of
from tests.registry.web.test_journey import DIGEST, declare_files

ALLOWED = {"train-ai": "allowed"}
CLAIMS_OF_FORCE = ("respect it now", "is published", "see it within a minute")
DONE = ("", "published", "withdrawn", "announced", "stopped")


@pytest.fixture
def others(rival, operator):
    return {"rival": rival, "operator": operator}


def number_of(person):
    return re.search(r"/d/(\w+)", person.path)[1]


def in_force(artist, registry, clock, zone):
    return declare_files(artist)


def withdrawal_announced(artist, registry, clock, zone):
    number = declare_files(artist)
    artist.open(f"/d/{number}/withdraw").press("Yes, withdraw it")
    return number


def withdrawn(artist, registry, clock, zone):
    number = withdrawal_announced(artist, registry, clock, zone)
    clock.pass_(registry.config.loosening_delay + 1)
    registry.schedule.due(clock())
    return number


def change_announced(artist, registry, clock, zone):
    number = declare_files(artist, f"{DIGEST}\n{'d' * 32}")
    artist.open(f"/d/{number}").press("Change this declaration").follow("Change where it is")
    artist.fill(lines=DIGEST).press("Continue").press("Accept and publish the change")
    return number


def disputed(artist, registry, clock, zone):
    number = declare_files(artist)
    registry.moderation.dispute(number)
    return number


def upheld(artist, registry, clock, zone):
    number = disputed(artist, registry, clock, zone)
    registry.moderation.resolve(number, upheld=True)
    return number


def held(artist, registry, clock, zone):
    number = declare_files(artist)
    registry.moderation.hold(number)
    return number


STATES = {
    in_force: ("In force", {"respect it now", "Change this declaration", "Withdraw it"}),
    withdrawal_announced: ("In force", {"A withdrawal was announced", "Stop the announced change"}),
    withdrawn: ("Withdrawn", {"has withdrawn it"}),
    change_announced: (
        "In force",
        {"A change was announced", "No longer covered: ddd", "Stop the announced change"},
    ),
    disputed: ("In force, disputed", {"respect it now"}),
    upheld: ("Ended", {"a dispute was decided against it"}),
    held: ("Shown, does not count", {"do not follow it", "Change this declaration"}),
}


@pytest.mark.whole
@pytest.mark.parametrize("reach", STATES, ids=lambda reach: reach.__name__)
def test_badge_sentence_links_and_panel_agree(reach, artist, registry, clock, zone, visitor):
    number = reach(artist, registry, clock, zone)
    registry.publisher.publish()
    badge, said = STATES[reach]
    for done in DONE:
        artist.open(f"/d/{number}?done={done}")
        assert artist.page.select_one("main .tag").get_text() == badge
        for each in said:
            assert each in artist.text, (done, each)
        if badge not in ("In force", "In force, disputed"):
            assert not [each for each in CLAIMS_OF_FORCE if each in artist.text], done
        if "announced" in artist.text:
            assert "is published" not in artist.text
    for reader in (artist, visitor):
        reader.open(f"/d/{number}")
        for link in [link["href"] for link in reader.page.select("main a[href^='/']")]:
            answer = reader.client.get(urlsplit(link).path, base_url=reader.origin)
            assert answer.status_code in (200, 303), link


def proved_in_part(studio, registry, clock, zone, **others):
    return studio.prove(zone, studio.declare(("domain", "studio.com"), ("domain", "other.com")), "studio.com").id


def pending(studio, registry, clock, zone, **others):
    return studio.declare(("domain", "studio.com")).id


def announced(studio, registry, clock, zone, **others):
    studio.prove(zone, studio.declare(("domain", "studio.com")))
    return studio.declare(ScopeRequest("prefix", "studio.com/press/", ALLOWED)).id


def lapsed(studio, registry, clock, zone, **others):
    made = studio.prove(zone, studio.declare(("domain", "studio.com")))
    zone.txt("_optout-challenge.studio.com")
    for _ in range(20):
        clock.pass_(5 * DAY)
        registry.schedule.due(clock())
    return made.id


def superseded(studio, registry, clock, zone, rival, **others):
    number = lapsed(studio, registry, clock, zone)
    rival.prove(zone, rival.declare(("domain", "studio.com")))
    registry.schedule.due(clock())
    return number


def held_without_proof(studio, registry, clock, zone, **others):
    made = studio.declare(("sha256", SHA))
    registry.moderation.hold(made.id)
    return made.id


def held_and_proved(studio, registry, clock, zone, **others):
    made = studio.prove(zone, studio.declare(("domain", "studio.com")))
    registry.moderation.hold(made.id)
    return made.id


def disputed_and_changing(studio, registry, clock, zone, **others):
    made = studio.declare(("sha256", SHA), ("md5", "1" * 32))
    registry.moderation.dispute(made.id)
    studio.amend(made, ("sha256", SHA))
    return made.id


def erased(studio, registry, clock, zone, **others):
    made = studio.declare(("sha256", SHA))
    registry.erasure.erase(made.id)
    return made.id


def granted(studio, registry, clock, zone, operator, **others):
    made = studio.declare(("sha256", SHA))
    registry.grants.grant(
        studio.actor, GrantRequest(studio.party.id, operator.id, ("train-ai",), declarations=(made.id,))
    )
    return made.id


def grant_ended(studio, registry, clock, zone, operator, **others):
    number = granted(studio, registry, clock, zone, operator)
    (grant,) = registry.grants.of_declaration(number)
    registry.grants.revoke(studio.actor, grant.grant.id)
    return number


EVERYWHERE = {
    pending: ("Proof needed", "pending"),
    announced: ("Announced", "pending"),
    proved_in_part: ("In force", "active"),
    lapsed: ("In force, proof lapsed", "lapsed"),
    superseded: ("Ended", "expired"),
    held_without_proof: ("Shown, does not count", "active"),
    held_and_proved: ("In force", "active"),
    disputed_and_changing: ("In force, disputed", "active"),
    erased: ("Erased", "erased"),
    granted: ("In force", "active"),
    grant_ended: ("In force", "active"),
}


@pytest.mark.parametrize("reach", EVERYWHERE, ids=lambda reach: reach.__name__)
def test_every_place_that_names_a_state_names_the_same(
    reach, studio, others, registry, clock, zone, visitor, sign_in
):
    """Page, lists, badge for other sites, certificate and JSON: what one of them says, all of them say."""
    number = reach(studio, registry, clock, zone, **others)
    registry.publisher.publish()
    badge, state = EVERYWHERE[reach]
    owner = sign_in("aoi@example.com")
    assert tag_of(owner, f"/d/{number}", number) == badge or reach is pending
    assert tag_of(owner, "/declarations", number) in (badge, None if state == "erased" else badge)
    said = {where: tag_of(visitor, where, number) for where in (f"/d/{number}", f"/@{studio.party.id}")}
    assert set(said.values()) <= {badge, None}, said
    assert (said[f"/d/{number}"] is None) == (reach is pending)
    for path, read in ((f"/d/{number}/badge.svg?lang=en", svg_words), (f"/d/{number}/certificate.pdf", pdf_words)):
        answer = visitor.client.get(path, base_url=visitor.origin)
        assert badge in read(answer.data) if answer.status_code == 200 else state in ("pending", "erased")
    shown = visitor.client.get(f"/v1/declarations/{number}", base_url=visitor.origin)
    assert shown.status_code == {"erased": 410}.get(state, 404 if reach is pending else 200)
    assert shown.status_code != 200 or shown.json["state"] == state
    if reach in (granted, grant_ended):
        ended = shown.json["grants"][0]["ended"] is not None
        row = visitor.open(f"/d/{number}").page.select_one("#grants + ul li")
        assert ("Ended" in row.get_text()) == ended == (reach is grant_ended)


def tag_of(person, path, number):
    """The state that a page gives a declaration: its own page on top, a list beside the link; None where it is not."""
    answer = person.client.get(path, query_string={"lang": "en"}, base_url=person.origin)
    page = BeautifulSoup(answer.data, "lxml")
    if path.startswith("/d/"):
        tag = page.select_one("main .tag") if answer.status_code in (200, 410) else None
        return tag and tag.get_text()
    link = page.select_one(f'main a[href*="/d/{number}"]')
    return link and link.find_parent("li").select_one(".tag").get_text()


def svg_words(data):
    return BeautifulSoup(data, "xml").get_text(" ")


def pdf_words(data):
    return " ".join(text_of(data).split())


def test_what_was_announced_and_never_in_force_is_called_neither_published_nor_unproved(
    studio, visitor, zone, clock
):
    studio.prove(zone, studio.declare(("domain", "studio.com")))
    made = studio.declare(ScopeRequest("prefix", "studio.com/press/", ALLOWED))
    assert made.change is not None
    visitor.open(f"/d/{made.id}")
    assert visitor.page.select_one("main .tag").get_text() == "Announced"
    assert "AI training will be allowed for studio.com/press/." in visitor.text
    for untrue in ("Proof needed", "proof is missing", *CLAIMS_OF_FORCE):
        assert untrue not in visitor.text
    studio.withdraw(made)
    assert "Withdrawn" in visitor.open(f"/d/{made.id}").text


def test_a_lapsed_declaration_says_so_and_one_whose_time_is_over_has_ended(studio, visitor, zone, registry, clock):
    made = studio.prove(zone, studio.declare(("domain", "studio.com")))
    zone.txt("_optout-challenge.studio.com")
    for _ in range(20):
        clock.pass_(5 * DAY)
        registry.schedule.due(clock())
    assert "proof lapsed" in visitor.open(f"/d/{made.id}").text
    clock.pass_(180 * DAY)
    registry.schedule.due(clock())
    assert "Ended" in visitor.open(f"/d/{made.id}").text
    assert SHA not in visitor.text


@pytest.mark.parametrize("path", ["/", "/verify", "/privacy", "/authority", "/sign-in"])
def test_no_page_speaks_of_witnesses_while_there_are_none(visitor, path):
    assert "witness" not in visitor.open(path).text.lower()
