"""The desk in the browser: the queue, both sides of a dispute, what two people do, and what the public sees of it."""

import random

import pytest

from crawler_filter.log import Checkpoint
from registry.model.dispute import DisputeRequest
from registry.model.role import Role
from registry.store.carries import add_carry
from tests.registry.studio import DAY, SHA
from tests.registry.web.test_journey import declare_files


@pytest.fixture
def hire(sign_in, registry):
    """Signs somebody in who has a role."""

    def hire(email, role):
        person = sign_in(email)
        registry.roles.grant(email, role)
        return person.open("/desk")

    return hire


@pytest.fixture
def moderator(hire):
    return hire("mia@registry.example", Role.MODERATOR)


@pytest.fixture
def operator(hire):
    return hire("olga@registry.example", Role.OPERATOR)


@pytest.fixture
def number(artist):
    return declare_files(artist)


def test_whoever_has_no_role_sees_no_desk(artist, visitor):
    artist.open("/desk", status=403)
    assert "Desk" not in artist.open("/").page.nav.get_text()
    assert visitor.open("/desk").path.startswith("/sign-in")


def test_the_queue_shows_who_proved_the_place_first_and_what_is_overdue(
    hire, studio, rival, zone, registry, clock, letterbox
):
    rival.prove(zone, rival.declare(("domain", "example.com")))
    claim = studio.declare(("url", "https://www.example.com/a.png"))
    plain = studio.declare(("sha256", SHA))
    late, _ = registry.disputes.make(plain.id, DisputeRequest("other", "x", "v@example.net"))
    clock.pass_(8 * DAY)
    secret = next(word.partition("/dispute/")[2] for _, _, text in letterbox.letters for word in text.split()
                  if "/dispute/" in word and claim.id in text)  # fmt: skip
    first = registry.disputes.take_up(secret)
    rows = hire("mia@registry.example", Role.MODERATOR).page.select("h2 + .tasks > li")
    assert [row.a["href"].rpartition("/")[2] for row in rows] == [first.id, late.id]
    assert "Proved the place" in rows[0].get_text()
    assert "Overdue" in rows[1].get_text()


def test_a_moderator_hears_both_sides_and_decides(moderator, artist, visitor, number, registry, letterbox):
    visitor.open(f"/d/{number}/dispute")
    visitor.fill(
        reason="mine",
        statement="I drew it in 2019.",
        evidence="victim.example.net/2019.png",
        email="victim@example.net",
    ).press("Send the dispute")
    own = visitor.path
    moderator.open("/desk").follow("It is mine")
    assert "I drew it in 2019." in moderator.text
    assert "https://victim.example.net/2019.png" in moderator.text
    assert "victim@example.net" not in moderator.text
    moderator.press("Open the dispute")
    assert "mia@registry.example Opened" in moderator.text
    artist.open(f"/d/{number}").follow("Answer this dispute")
    artist.fill(answer="I drew it in 2018.", evidence="https://a.example/2018.png").press("Send the answer")
    dispute = moderator.path
    assert "I drew it in 2018." in moderator.open(dispute).text
    assert "https://a.example/2018.png" in visitor.open(own).text
    moderator.press("Uphold it", status=422)
    assert "I drew it in 2018." in moderator.text
    why = "The page of 2018 was made in 2024."
    moderator.fill(grounds=why).press("Uphold it")
    assert "Upheld" in moderator.text
    assert why in moderator.text
    assert why in visitor.open(own).text
    assert why in artist.open(f"/d/{number}").text
    assert why not in visitor.open(f"/d/{number}").text
    assert why not in "".join(text for _, _, text in letterbox.letters)
    assert "Uphold it" not in moderator.text
    assert "Upheld" in visitor.open(own).text
    assert "Ended" in visitor.open(f"/d/{number}").text
    assert "mia@registry.example" not in visitor.text


def test_a_declaration_is_flagged_held_and_let_go_and_its_page_says_so(moderator, visitor, number):
    moderator.fill(number=number).press("Open")
    moderator.press("Mark it as disputed")
    assert "In force, disputed" in visitor.open(f"/d/{number}").text
    moderator.press("Let it stand").press("Hold it for review")
    assert "It is held" in visitor.open(f"/d/{number}").text
    moderator.press("Release it")
    assert "It is held" not in visitor.open(f"/d/{number}").text


def test_two_people_erase_and_the_page_of_what_was_erased_says_so(moderator, operator, visitor, number, letterbox):
    moderator.open(f"/desk/d/{number}").press("Ask to erase it", status=422)
    assert "reason" in moderator.problems
    moderator.fill(reason="It names a child.").press("Ask to erase it")
    assert "Erase it for good" not in moderator.text
    operator.open("/desk").follow("1 file")
    assert "It names a child." in operator.text
    operator.press("Erase it for good")
    assert "This declaration was erased" in operator.text
    assert "olga@registry.example Erased" in operator.text
    visitor.open(f"/d/{number}", status=410)
    assert "This declaration was erased" in visitor.text
    assert "Erased" in visitor.page.select("tbody tr")[-1].get_text()
    assert any(subject.startswith(f"Declaration {number} was erased") for _, subject, _ in letterbox.letters)


def test_an_operator_who_asked_does_not_carry_it_out(operator, number, registry):
    operator.open(f"/desk/d/{number}").fill(reason="x").press("Ask to erase it")
    assert "Erase it for good" not in operator.text
    assert "not the one who asked" in operator.text
    operator.press("Do not erase it")
    assert registry.declarations.get(number).state.in_force


def test_an_account_is_suspended_is_told_why_and_is_opened_again(moderator, artist, number, letterbox):
    moderator.open(f"/desk/d/{number}").fill(reason="Three false claims.").press("Suspend the account")
    assert "Three false claims." in moderator.text
    assert "Three false claims." in letterbox.letters[-1][2]
    artist.open("/works/new").fill(titles="A work", kind="manga").press("Save the work", status=403)
    assert "suspended" in artist.text
    moderator.open("/desk").press("Open the account again")
    assert "No account is suspended." in moderator.text
    artist.open("/works/new").fill(titles="A work", kind="manga").press("Save the work")


def test_a_number_leads_to_a_dispute_or_a_declaration_or_is_not_there(moderator, number, registry):
    dispute, _ = registry.disputes.make(number, DisputeRequest("other", "x", "v@example.net"))
    registry.disputes.open(dispute.id)
    assert "decide the dispute above" in moderator.open(f"/desk/d/{number}").text
    assert "Let it stand" not in moderator.text
    moderator.open("/desk").fill(number=f" {dispute.id.upper()} ").press("Open")
    assert moderator.path == f"/desk/disputes/{dispute.id}"
    moderator.open("/desk").fill(number="nonsense").press("Open", status=404)
    moderator.open("/desk").fill(number="").press("Open", status=404)


def test_a_number_of_a_lost_log_says_that_what_it_covered_is_carried_over(visitor, registry, clock):
    number = "a" * 26
    visitor.open(f"/d/{number}", status=404)
    assert "lost records" not in visitor.text
    closed = Checkpoint("registry.example/log", 7, b"r" * 32)
    registry.writer.run(lambda database: add_carry(database, closed, b"", clock.now, random.Random(1).randbytes))
    visitor.open(f"/d/{number}", status=404)
    assert "has to declare it again" in visitor.text
    visitor.open("/d/nonsense", status=404)
    assert "lost records" not in visitor.text
