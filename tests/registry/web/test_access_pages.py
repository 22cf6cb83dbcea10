"""How an account is entered, through the pages: by who has just signed in, and by nobody else."""

import re

from tests.registry.web.person import Person, path_of
from tests.simulators.authenticator import Authenticator

DELAY = 72 * 3600
SECOND = "aoi@second.example"


def add_second(person, letterbox):
    person.open("/account/access").fill(address=SECOND).press("Add this address")
    return person.fill(code=letterbox.last_code()).press("This is my address")


def test_a_second_address_is_added_with_a_code_and_signs_in(artist, letterbox, sign_in):
    artist.open("/account").follow("Addresses and passkeys")
    artist.fill(address=SECOND).press("Add this address")
    assert SECOND in artist.text
    artist.fill(code="0000 0000").press("This is my address", status=422)
    assert artist.problems == {"code": "This is not the code in our letter. Enter its 8 digits"}
    artist.fill(code=letterbox.last_code()).press("This is my address")
    assert artist.path == "/account/access"
    assert "Aoi" in sign_in(SECOND).open("/account").text
    artist.press(f"Remove {SECOND}" if "Remove " + SECOND in artist.text else "Remove")
    assert SECOND not in artist.text


def test_what_is_wrong_with_an_address_is_said_beside_it(artist, letterbox):
    artist.open("/account/access").fill(address="no address").press("Add this address", status=422)
    assert artist.problems == {"second-address": "Enter an email address, such as name@example.com"}
    assert artist.page.find(id="second-address")["value"] == "no address"
    artist.fill(address="artist@example.com").press("Change the address", status=422)
    assert artist.problems == {"first-address": "This address belongs to your account already"}


def test_an_older_session_signs_in_again_first_and_comes_back(artist, clock, letterbox):
    clock.pass_(900)
    artist.open("/account/access")
    assert artist.path.startswith("/sign-in?")
    assert "Please sign in again" in artist.text
    artist.fill(address="artist@example.com").press("Send the letter")
    artist.fill(code=letterbox.last_code()).press("Sign in")
    assert artist.path == "/account/access"


def test_a_form_of_an_older_session_changes_nothing_and_keeps_what_was_typed(artist, clock, letterbox):
    artist.open("/account/access").fill(address=SECOND)
    clock.pass_(900)
    letters = len(letterbox.letters)
    artist.press("Add this address", status=401)
    assert len(letterbox.letters) == letters
    assert "Confirm that it is you" in artist.title
    assert "again=yes" in artist.page.find("a", string=re.compile("Sign in in another tab"))["href"]
    assert artist.page.find("textarea", attrs={"name": "address"}).get_text().strip() == SECOND


def test_who_lost_the_first_address_comes_back_by_the_second_after_the_delay(
    artist, sign_in, letterbox, clock, registry
):
    add_second(artist, letterbox)
    later = sign_in(SECOND).open("/account/access").press(f"Use {SECOND} alone")
    assert "Your address will be changed" in later.text
    assert "artist@example.com" in later.text
    clock.pass_(DELAY)
    registry.do_what_is_due()
    assert later.open("/account").path.startswith("/sign-in")
    assert "Aoi" in sign_in(SECOND).open("/account").text
    assert "Aoi" not in sign_in("artist@example.com").open("/account").text


def test_a_change_is_stopped_from_a_letter_by_who_is_not_signed_in(artist, app, letterbox):
    artist.open("/account/access").fill(address="aoi@new.example").press("Change the address")
    artist.fill(code=letterbox.last_code()).press("This is my address")
    link = next(word for word in letterbox.letters[-1][2].split() if "/keep-address/" in word)
    reader = Person(app).open(path_of(link))
    assert "aoi@new.example" in reader.text
    reader.press("Stop the change")
    assert "stays as it is" in reader.text
    assert artist.open("/account").path.startswith("/sign-in")
    reader.open(path_of(link), status=410)


def test_a_change_is_stopped_on_the_page_of_the_account_whatever_the_age_of_the_session(artist, letterbox, clock):
    artist.open("/account/access").fill(address="aoi@new.example").press("Change the address")
    artist.fill(code=letterbox.last_code()).press("This is my address")
    clock.pass_(3600)
    artist.open("/account").press("Stop the change")
    assert "stays as it is" in artist.text


def test_a_second_change_is_refused_in_words(artist, letterbox, registry):
    add_second(artist, letterbox)
    other = "aoi@new.example"
    artist.fill(address=other).press("Change the address")
    code = letterbox.last_code()
    artist.open("/account/access").press(f"Use {SECOND} alone")
    artist.client.post(
        "/account/first-address/second", base_url=artist.origin, headers={"Sec-Fetch-Site": "same-origin"}
    )
    answer = artist.client.post(
        "/account/first-address/code",
        data={"code": code},
        base_url=artist.origin,
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 422
    assert "waits already" in answer.get_data(as_text=True)


def test_who_reads_no_mail_any_more_is_told_what_helps(visitor):
    visitor.open("/sign-in").follow("You can no longer read your mail?")
    assert "second address" in visitor.text
    assert "3 days" in visitor.text


def send(person, path, **data):
    """Post a form as the page's script would, and give the answer."""
    return person.client.post(path, data=data, base_url=person.origin, headers={"Sec-Fetch-Site": "same-origin"})


def add_passkey(person, device, label="phone"):
    options = send(person, "/account/passkeys/options").get_data(as_text=True)
    return send(person, "/account/passkeys", answer=device.make(options), label=label)


def test_a_passkey_is_added_named_used_and_removed_through_the_pages(artist, app):
    device = Authenticator()
    assert add_passkey(artist, device, "").status_code == 303
    artist.open("/account/access")
    assert "not used yet" in artist.text
    artist.fill(label="blue phone").press("Rename")
    assert "blue phone" in artist.text
    other = Person(app)
    options = send(other, "/sign-in/passkey/options").get_data(as_text=True)
    answer = send(other, "/sign-in/passkey?next=/works", answer=device.use(options))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/works")
    assert "last used" in other.open("/account/access").text
    other.fill(label="").press("Rename", status=422)
    assert "expected a name" in next(iter(other.problems.values())).lower()
    other.press("Remove blue phone")
    assert "blue phone" not in other.text


def test_a_passkey_that_is_not_right_says_so_and_offers_the_letter(visitor, artist):
    answer = send(visitor, "/sign-in/passkey", answer="{}")
    assert answer.status_code == 422
    assert "This passkey does not sign in here" in answer.get_data(as_text=True)
    options = send(artist, "/account/passkeys/options").get_data(as_text=True)
    wrong = Authenticator(origin="https://evil.example").make(options)
    assert send(artist, "/account/passkeys", answer=wrong, label="x").status_code == 422


def test_an_older_session_makes_no_passkey(artist, clock):
    clock.pass_(900)
    assert send(artist, "/account/passkeys/options").status_code == 401


def test_a_passkey_leads_nowhere_but_to_this_site(artist, app):
    device = Authenticator()
    add_passkey(artist, device)
    other = Person(app)
    options = send(other, "/sign-in/passkey/options").get_data(as_text=True)
    answer = send(other, "/sign-in/passkey?next=//evil.example/", answer=device.use(options))
    assert answer.headers["Location"] == "/declare"
