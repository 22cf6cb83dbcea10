"""Panel, badge, sentence and links of a declaration agree, in every state it can be in."""

import re
from urllib.parse import urlsplit

import pytest

from registry.model.declaration import ScopeRequest
from tests.registry.studio import DAY, SHA
from tests.registry.web.test_journey import DIGEST, declare_files

ALLOWED = {"train-ai": "allowed"}
CLAIMS_OF_FORCE = ("respect it now", "is published", "see it within a minute")
DONE = ("", "published", "withdrawn", "announced", "stopped")


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
