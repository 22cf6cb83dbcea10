"""An author and a publisher stand behind one declaration, on its pages, in both languages."""

from tests.registry.web.test_work_consents import publisher


def declare_a_file(person):
    person.open("/declare").press("Start").press("Continue").fill(covers="files").press("Continue")
    person.fill(lines="ab" * 32).press("Continue").press("Continue").press("Continue").press("Accept and publish")
    return person.path.partition("?")[0]


def test_a_publisher_confirms_and_both_are_shown_until_it_leaves(artist, visitor, sign_in):
    record = declare_a_file(artist)
    other, number = publisher(sign_in)
    artist.open(record).follow("Co-owners").fill(party=f" {number.upper()} ").press("Ask them to confirm")
    assert "Asked, not confirmed" in artist.text
    assert "Midori" not in visitor.open(record).text

    other.open("/declarations").follow("1 file")
    assert "name not checked" in other.text
    other.fill(licensing="yes").press("Confirm: this is our declaration too")
    shown = visitor.open(record).text
    assert "Together with Midori" in shown
    assert "Consent given" in shown
    told = visitor.client.get(f"/v1/declarations/{record.rpartition('/')[2]}", base_url=visitor.origin).json
    assert [(each["party"], each["licensing"]) for each in told["co_owners"]] == [(number, True)]

    assert "Leave this declaration" not in artist.open(f"{record}/co-owners").text
    other.open(f"{record}/co-owners").press("Leave this declaration")
    assert "Midori" not in visitor.open(record).text


def test_a_withdrawal_says_who_has_not_agreed_yet(artist, sign_in, letterbox):
    record = declare_a_file(artist)
    other, number = publisher(sign_in)
    artist.open(f"{record}/co-owners").fill(party=number).press("Ask them to confirm")
    other.open(f"{record}/co-owners").press("Confirm: this is our declaration too")
    condition = "only if every co-owner agrees"
    assert condition in artist.open(f"{record}/withdraw").text
    assert condition in artist.press("Yes, withdraw it").text
    assert {to for to, _, text in letterbox.letters if "/stop/" in text} == {
        "artist@example.com", "publisher@example.com",
    }  # fmt: skip
    assert "Has not agreed" in artist.open(f"{record}/co-owners").text
    other.open(f"{record}/co-owners").press("Agree to the announced change")
    assert "Agrees to the announced change" in artist.open(f"{record}/co-owners").text


def test_what_is_no_partys_number_is_said_beside_the_field_and_stays(artist):
    artist.open(f"{declare_a_file(artist)}/co-owners").fill(party="nobody").press(
        "Ask them to confirm", status=422
    )
    assert "there is no party with this number" in artist.problems["party"].lower()
    assert artist.page.select_one("#party")["value"] == "nobody"


def test_a_stranger_learns_of_nobody_who_was_only_asked(artist, sign_in):
    record = declare_a_file(artist)
    _, number = publisher(sign_in)
    artist.open(f"{record}/co-owners").fill(party=number).press("Ask them to confirm")
    stranger = sign_in("stranger@example.com")
    assert number not in stranger.open(f"{record}/co-owners", status=404).text
    assert "共同の権利者" in artist.open(f"{record}/co-owners?lang=ja").text
