# ruff: noqa: RUF001 - full-width digits are typed here
"""Asking from the pages: an operator asks, the rights holder answers on her own page, and a grant ends with one press."""

import pytest

from tests.registry.web.person import path_of
from tests.simulators.crawler import CLIENT_ID, HOST


@pytest.fixture
def engineer(lab, sign_in):
    return sign_in("lab@crawler.example")


@pytest.fixture
def artist(studio, sign_in):
    return sign_in("aoi@example.com")


def add_operator(person, zone):
    """Name the card, publish what is asked for, and have it looked for."""
    person.open("/operators/new").fill(client_id=CLIENT_ID).press("Continue")
    assert "Prove control of" in person.text
    person.fill(method="dns-txt").press("Show me what to do")
    at, value = person.copies()
    zone.txt(at, value)
    person.press("Check now")


def ask(person, declared, **more):
    person.open(f"/d/{declared.id}").follow("Ask for permission, as an AI operator")
    typed = {"usages": ["train-ai"], "purpose": "Training of a picture model", **more}
    person.fill(**typed).press("Send the request")


def test_an_operator_is_proved_from_the_pages_and_shown_to_everybody(engineer, visitor, crawler, zone):
    add_operator(engineer, zone)
    assert "Example Crawler" in engineer.text
    assert "Still to be done" not in engineer.text
    visitor.open("/operators").follow("Example Crawler")
    assert f"controls {HOST}" in visitor.text
    assert "training of a picture model" in visitor.text
    assert "Nobody has asked it anything here." in visitor.text


def test_a_proof_that_is_not_there_is_said_and_nothing_is_lost(engineer, crawler, zone):
    engineer.open("/operators/new").fill(client_id=CLIENT_ID).press("Continue")
    engineer.fill(method="dns-txt").press("Show me what to do")
    engineer.press("Check now", status=422)
    assert engineer.page.select_one(".problems")
    engineer.open("/operators/new").fill(client_id="http://plain.example/card").press("Continue", status=422)
    assert set(engineer.problems) == {"client_id"}
    assert engineer.page.select_one("#client_id")["value"] == "http://plain.example/card"


def test_what_an_operator_asks_for_is_granted_and_ended_by_the_artist(
    engineer, artist, visitor, declared, crawler, zone
):
    add_operator(engineer, zone)
    engineer.open(f"/d/{declared.id}/ask").press("Send the request", status=422)
    assert set(engineer.problems) == {"usages", "purpose"}
    ask(engineer, declared, ends="2027-12-31", terms="100 yen a picture")
    assert "Silence permits nothing" in engineer.text
    artist.open("/enquiries").follow("asks for permission")
    assert "100 yen a picture" in artist.text
    artist.fill(text="Gladly").press("Grant what they ask for")
    assert "Granted to this AI operator alone" in artist.text
    assert "Gladly" in engineer.open(artist.path).text
    assert "Example Crawler" in visitor.open(f"/d/{declared.id}").text
    assert "Permissions granted" in visitor.text
    assert not [button for button in visitor.page.select("button") if "End it now" in button.get_text()]
    artist.open(f"/d/{declared.id}").press("End it now")
    assert "Ended" in artist.text


def test_an_artist_refuses_and_sets_an_answer_for_everybody(engineer, artist, declared, crawler, zone):
    add_operator(engineer, zone)
    ask(engineer, declared)
    artist.open("/enquiries").follow("asks for permission").press("Refuse")
    assert "Refused" in artist.text
    artist.open("/enquiries").fill(answer="never").press("Save")
    ask_again = engineer.open(f"/d/{declared.id}/ask")
    ask_again.fill(usages=["train-ai"], purpose="x").press("Send the request", status=422)
    assert "can be asked again in 30 days" in engineer.text


def test_a_rights_holder_asks_an_operator_and_files_are_named_by_digest(engineer, artist, declared, crawler, zone):
    add_operator(engineer, zone)
    artist.open("/operators").follow("Example Crawler").follow("Ask this AI operator")
    artist.fill(declaration="a" * 26, question="in-training").press("Send the question", status=422)
    assert set(artist.problems) == {"declaration"}
    artist.fill(declaration=declared.id.upper(), question="fetched-after").press("Send the question", status=422)
    assert set(artist.problems) == {"fetched_after"}
    artist.fill(fetched_after="２０２６/１０/０１").press("Send the question")
    assert "Did you fetch them on or after this day?" in artist.text
    engineer.open(artist.path).fill(text="No.", attachments="not a digest").press(
        "Send as your answer", status=422
    )
    assert set(engineer.problems) == {"attachments"}
    assert "No." in engineer.page.select_one("#text").get_text()
    engineer.fill(attachments=f"{'ab' * 32}  audit.record").press("Send as your answer")
    assert "Answered" in engineer.text
    assert "audit.record" in artist.open(artist.path).text
    assert "Answered: 1." in artist.follow("Example Crawler").text


@pytest.mark.parametrize(("button", "by_asking"), [("Grant", False), ("Refuse", False), ("Take it back", True)])
def test_whatever_button_ends_an_enquiry_what_was_typed_goes_along(
    engineer, artist, declared, crawler, zone, button, by_asking
):
    add_operator(engineer, zone)
    ask(engineer, declared, territories="Japan")
    person = engineer if by_asking else artist.open(engineer.path)
    assert "Japan" in person.text
    person.fill(text="Our last word", attachments=f"{'ab' * 32}  contract.pdf").press(button)
    assert "Our last word" in person.text
    assert "contract.pdf" in person.text


def test_a_grant_is_said_to_hang_on_nothing_that_is_written_beside_it(engineer, artist, declared, crawler, zone):
    add_operator(engineer, zone)
    ask(engineer, declared)
    assert "counts at once, whatever you write here" not in engineer.text
    assert "counts at once, whatever you write here" in artist.open(engineer.path).text
    artist.press("Grant what they ask for")
    assert "You can end it there at any time." in artist.text


def test_strangers_read_nothing_of_it(engineer, artist, declared, crawler, zone, sign_in, visitor):
    add_operator(engineer, zone)
    ask(engineer, declared)
    sign_in("stranger@example.org").open(engineer.path, status=404)
    visitor.open(engineer.path)
    assert "Sign in" in visitor.title


def test_somebody_without_an_operator_is_told_what_one_is(
    artist, declared, studio, rival, app, letterbox, sign_in
):
    reader = sign_in("midori@example.org")
    reader.open(f"/d/{declared.id}/ask")
    assert "Only an AI operator can ask" in reader.text


def test_the_pages_are_japanese_for_japanese_readers(engineer, artist, declared, crawler, zone):
    add_operator(engineer, zone)
    ask(engineer, declared)
    place = engineer.path
    for path in ("/operators", "/enquiries", place, f"/d/{declared.id}/ask", "/operators/new"):
        text = artist.open(f"{path}?lang=ja").text
        assert sum("\u3040" <= letter <= "\u30ff" for letter in text) > 20, path


def test_a_letter_about_a_grant_leads_anybody_to_a_page_of_it(
    engineer, artist, visitor, declared, crawler, zone, letterbox
):
    add_operator(engineer, zone)
    ask(engineer, declared)
    artist.open(engineer.path).press("Grant what they ask for")
    text = next(text for _, _, text in reversed(letterbox.letters) if "/grants/" in text)
    link = path_of(next(word for word in text.split() if "/grants/" in word))
    visitor.open(link)
    assert "Permission for Example Crawler" in visitor.text
    assert "studio-aoi.com" in visitor.text
    assert "End it now" not in visitor.text
    assert link.rpartition("/")[2] in artist.text, "the page of the enquiry links it"
    artist.open(link).press("End it now")
    assert "Changed or ended" in visitor.open(link).text
