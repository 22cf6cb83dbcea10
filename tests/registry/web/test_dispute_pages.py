"""Disputing from the pages: without an account, from both sides, and in two presses from a letter."""

import re

from tests.registry.studio import SHA
from tests.registry.web.test_journey import declare_files


def test_a_victim_without_an_account_disputes_and_follows_and_the_other_side_answers(
    artist, visitor, registry, letterbox
):
    number = declare_files(artist)
    visitor.open(f"/d/{number}").follow("Dispute this declaration")
    visitor.press("Send the dispute", status=422)
    assert set(visitor.problems) == {"reason", "statement", "email"}
    visitor.fill(reason="mine", statement="I drew it in 2019.", email="victim@example.net").press(
        "Send the dispute"
    )
    assert "Your dispute" in visitor.text
    assert f"Declaration {number}" not in visitor.text, "it is called by what it is about"
    assert "We look at it by" in visitor.text
    page = visitor.path
    (dispute,) = registry.disputes.waiting()
    assert dispute.id in visitor.open(f"/d/{number}").text
    assert "2019" not in visitor.text
    registry.disputes.open(dispute.id)

    assert "I drew it in 2019." in artist.open(f"/d/{number}").text
    assert "victim@example.net" not in artist.text
    artist.follow("Answer this dispute").fill(answer="I drew it in 2018.").press("Send the answer")
    assert "It is decided by" in artist.text
    assert "I drew it in 2018." in visitor.open(page).text
    assert "2018" not in visitor.open(f"/d/{number}").text
    visitor.open(page).press("Withdraw the dispute")
    assert "Dispute withdrawn" in visitor.text


def test_an_answer_that_is_refused_stays_as_it_was_typed_and_so_does_one_in_another_language(
    artist, visitor, registry
):
    number = declare_files(artist)
    visitor.open(f"/d/{number}/dispute")
    visitor.fill(reason="mine", statement="I drew it.", email="victim@example.net").press("Send the dispute")
    (dispute,) = registry.disputes.waiting()
    registry.disputes.open(dispute.id)
    artist.open(f"/d/{number}").follow("Answer this dispute")
    artist.fill(evidence="a.example/2018.png").press("Send the answer", status=422)
    assert set(artist.problems) == {"answer"}
    assert "a.example/2018.png" in artist.page.select_one("#evidence").get_text()
    artist.fill(answer="I drew it in 2018.").press("日本語")
    assert artist.page.html["lang"] == "ja"
    assert "I drew it in 2018." in artist.page.select_one("#answer").get_text()
    visitor.open(f"/d/{number}/disputes/{dispute.id}/answer", status=200)
    assert "I drew it." not in visitor.text  # who is not signed in is asked to do so


def test_the_end_of_a_dispute_says_what_it_means_and_what_is_left_to_do(artist, visitor, registry, letterbox):
    number = declare_files(artist)

    def dispute():
        visitor.open(f"/d/{number}/dispute")
        visitor.fill(reason="mine", statement="Mine.\nSince 2019.", email="v@example.net").press(
            "Send the dispute"
        )
        (waiting,) = registry.disputes.waiting()
        return waiting.id

    registry.disputes.decide(dispute(), upheld=False, grounds="Nobody showed more.")
    page = visitor.path
    assert "can dispute it again on that page" in letterbox.letters[-1][2]
    assert "The declaration stands as it was." in visitor.open(page).text
    visitor.follow("Dispute this declaration")
    assert visitor.path == f"/d/{number}/dispute"
    second = dispute()
    own = visitor.path
    registry.disputes.open(second)
    assert "You may answer by" in artist.open(f"/d/{number}").text
    assert "Whoever declared may answer by" in visitor.open(own).text
    assert visitor.page.select_one(".said").get_text() == "Mine.\nSince 2019."
    registry.disputes.decide(second, upheld=True, grounds="Nobody showed more.")
    assert "What you disputed no longer counts." in visitor.open(own).text
    visitor.open(page)
    assert "stands as it was" not in visitor.text
    assert "dispute it again" not in visitor.text


def test_the_owner_of_a_website_disputes_a_claim_in_two_clicks(visitor, studio, rival, zone, letterbox):
    rival.prove(zone, rival.declare(("domain", "example.com")))
    made = studio.declare(("url", "https://www.example.com/a.png"), contact="licences@studio.com")
    assert "Somebody else has proved control" in visitor.open(f"/d/{made.id}").text
    assert "licences@studio.com" not in visitor.text
    letter = next(text for to, _, text in letterbox.letters if to == "midori@example.org" and "/dispute/" in text)
    visitor.open(re.search(r"https://registry\.example(/dispute/\S+)", letter)[1])
    assert "Dispute this claim?" in visitor.text
    visitor.press("Dispute it")
    assert "Open" in visitor.text
    assert "Disputed" in visitor.open(f"/d/{made.id}").text


def test_disputes_are_few_from_one_address_and_a_broken_link_opens_nothing(visitor, studio):
    made = studio.declare(("sha256", SHA))
    for _ in range(5):
        visitor.open(f"/d/{made.id}/dispute")
        visitor.fill(reason="other", statement="x", email="v@example.net").press("Send the dispute")
    visitor.open(f"/d/{made.id}/dispute")
    visitor.fill(reason="other", statement="kept", email="v@example.net").press("Send the dispute", status=429)
    assert visitor.page.select_one("textarea[name=statement]").get_text().strip() == "kept"
    visitor.open("/dispute/nonsense", status=404)
    visitor.open(f"/dispute/{'a' * 52}", status=404)
