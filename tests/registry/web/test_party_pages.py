"""An organisation through its pages: inviting, joining, roles, an artist and her agent, twenty artists in one list."""

import re

import pytest

from tests.registry.studio import SHA
from tests.registry.web.person import path_of
from tests.registry.web.test_journey import declare_files


@pytest.fixture
def manage(artist):
    """The page of the artist's party."""
    artist.open("/account").follow("Aoi")
    return artist


def invitation_in(letterbox):
    text = next(text for _, _, text in reversed(letterbox.letters) if "/invitation/" in text)
    return path_of(re.search(r"https?://\S+/invitation/\S+", text)[0])


def invite(person, email, role):
    return person.fill(email=email, role=role).press("Send the invitation")


def test_a_colleague_is_invited_joins_declares_and_is_removed(manage, sign_in, letterbox, registry):
    here = manage.path
    invite(manage, "mari@example.net", "editor")
    assert "Invited, not answered yet" in manage.text
    link = invitation_in(letterbox)
    mari = sign_in("mari@example.net").open(link)
    assert "Aoi" in mari.text
    mari.press("Accept")
    assert mari.path == here
    number = declare_files(mari, SHA)
    assert number in manage.open("/declarations").text
    manage.open(here).press("Remove")
    mari.open(here, status=404)
    mari.open(f"/d/{number}/withdraw", status=404)


def test_a_reader_sees_and_gets_no_button_that_changes(manage, sign_in, letterbox):
    here, number = manage.path, declare_files(manage, SHA)
    invite(manage.open(here), "reader@example.net", "reader")
    reader = sign_in("reader@example.net").open(invitation_in(letterbox)).press("Accept")
    assert "Send the invitation" not in reader.text
    assert number in reader.open("/declarations").text
    assert "Withdraw it" not in reader.open(f"/d/{number}").text


def test_an_invitation_can_be_declined_and_taken_back(manage, sign_in, letterbox):
    here = manage.path
    invite(manage, "mari@example.net", "owner")
    mari = sign_in("mari@example.net")
    mari.open(link := invitation_in(letterbox))
    mari.press("Decline").open(link, status=410)
    invite(manage.open(here), "mari@example.net", "owner")
    link = invitation_in(letterbox)
    manage.press("Take back")
    mari.open(link, status=410)


def test_what_is_wrong_with_an_invitation_is_said_and_what_was_typed_stays(manage):
    manage.fill(email="nobody").press("Send the invitation", status=422)
    assert set(manage.problems) == {"role"}
    manage.fill(role="reader").press("Send the invitation", status=422)
    assert set(manage.problems) == {"email"}
    assert manage.page.find(id="email")["value"] == "nobody"
    manage.fill(email="artist@example.com", role="reader").press("Send the invitation", status=422)
    assert "belongs to a member already" in manage.problems["email"]


def test_the_last_owner_cannot_leave(manage, sign_in, letterbox):
    here = manage.path
    assert "Leave" not in manage.text
    invite(manage, "reader@example.net", "reader")
    sign_in("reader@example.net").open(invitation_in(letterbox)).press("Accept")
    manage.open(here).press("Leave", status=422)
    assert "keeps an owner" in manage.problems["members"]


def test_an_artist_confirms_her_agent_and_the_record_says_so(sign_in, letterbox):
    agency = sign_in("agency@example.com")
    agency.open("/account/parties/new").fill(
        name="Agency K", shown="yes", capacity="agent", principal="Hana", principal_shown="no"
    ).press("Save and continue")
    number = declare_files(agency, SHA)
    agency.open("/account").follow("Agency K, for Hana")
    assert "Not confirmed yet" in agency.text
    here = agency.path
    invite(agency, "hana@example.net", "principal")
    hana = sign_in("hana@example.net").open(invitation_in(letterbox))
    assert "They say that they act for you" in hana.text
    hana.press("Accept")
    assert "Whom it acts for has confirmed that" in hana.open(f"/d/{number}").text
    assert "Hana" not in sign_in("stranger@example.net").open(f"/d/{number}").text
    assert "Send the invitation" not in agency.open(here).text
    hana.open(here).press("Remove")
    agency.open(here, status=404)


def test_a_renamed_party_shows_its_new_name_and_the_old_one_in_its_history(manage, visitor):
    here, number = manage.path, declare_files(manage, SHA)
    manage.open(here).fill(name="Aoi Studio").press("Rename")
    visitor.open(f"/d/{number}")
    assert "Aoi Studio" in visitor.text
    assert re.search(r"Until .*: Aoi\b", visitor.text)


def test_a_closed_party_is_offered_for_nothing_new(manage):
    manage.press("Close")
    assert "Closed" in manage.text
    assert manage.open("/declare").press("Start").path.startswith("/account/parties/new")
    manage.open("/account").follow("Aoi").press("Open again")
    assert manage.open("/declare").press("Start").path.endswith("/who")


def test_twenty_artists_in_one_list_are_told_apart_and_filtered(sign_in, registry):
    agency = sign_in("agency@example.com")
    numbers = {}
    for index in range(20):
        agency.open("/account/parties/new").fill(
            name="Agency K", shown="yes", capacity="agent", principal=f"Artist {index}", principal_shown="no"
        ).press("Save and continue")
        agency.open("/account").follow(f"for Artist {index}")
        agency.fill(label="manga" if index % 2 else "novels").press("Save the label")
        numbers[index] = agency.path.removeprefix("/parties/")
    titles = [option.get_text() for option in agency.open("/declarations").page.select("#party option")]
    assert len(titles) == len(set(titles)) == 1 + 2 + 20
    agency.open("/declare").press("Start").fill(party=numbers[7]).press("Continue")
    agency.fill(covers="files").press("Continue").fill(lines=SHA).press("Continue")
    agency.press("Continue").press("Continue").press("Accept and publish")
    number = re.search(r"/d/(\w+)", agency.path)[1]
    for wanted, there in ((numbers[7], True), (numbers[8], False), ("manga", True), ("novels", False), ("", True)):
        agency.open(f"/declarations?party={wanted}")
        assert (number in agency.text) is there, wanted
    assert "manga" in agency.text


def test_somebody_elses_party_cannot_be_filtered_for(manage, sign_in):
    number = declare_files(manage, SHA)
    party = re.search(r"/parties/(\w+)", str(manage.open("/account").page))[1]
    other = sign_in("other@example.com").open(f"/declarations?party={party}")
    assert number not in other.text
