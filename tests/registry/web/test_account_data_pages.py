"""A person and what is kept about her: she takes it away, and has it deleted after a code from a letter."""

import base64
import io
import json
import zipfile

import pytest

from registry.accounts import export
from tests.registry.studio import SHA
from tests.registry.web.person import OURS, Person
from tests.registry.web.test_journey import declare_files


def test_a_code_typed_on_the_page_signs_in_and_a_wrong_one_is_said(app, letterbox):
    person = Person(app)
    person.open("/sign-in?next=/works").fill(address="a@example.com").press("Send the letter")
    person.fill(code="0000 0000").press("Sign in", status=422)
    assert person.problems == {"code": "This is not the code in our letter. Enter its 8 digits"}
    assert "a@example.com" in person.text
    assert person.fill(code=letterbox.last_code()).press("Sign in").path == "/works"


def test_a_code_that_is_of_no_use_any_more_leads_to_a_new_letter(app, letterbox, clock):
    person = Person(app)
    person.open("/sign-in").fill(address="a@example.com").press("Send the letter")
    clock.pass_(600)
    person.fill(code=letterbox.last_code()).press("Sign in", status=422)
    assert "Ask for a new one" in person.problems["code"]


def test_all_data_comes_as_one_file(artist):
    artist.open("/account").press("Download my data")
    answer = artist.response
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Aoi" in zipfile.ZipFile(io.BytesIO(answer.data)).read("parties.jsonl").decode()
    answer.close()


def test_very_much_data_comes_in_parts_that_are_whole_together(sign_in, studio, monkeypatch):
    artist = sign_in("aoi@example.com")
    for number in range(7):
        studio.declare(("md5", f"{number:032x}"))
    whole = rows_of(artist.open("/account").press("Download my data"))
    monkeypatch.setattr(export, "PART_BYTES", 2_000)
    parts = [rows_of(artist.open("/account").press("Download my data"))]
    while "comes in several files" in artist.open("/account").text:
        parts.append(rows_of(artist.press(f"Download part {len(parts) + 1}")))
        assert f"opt-out-registry-{len(parts)}.zip" in artist.response.headers["Content-Disposition"]
    assert len(parts) > 3
    assert [("there is more" in part["README.txt"][0]) for part in parts] == [True] * (len(parts) - 1) + [False]
    for name in whole.keys() - {"README.txt", "audit.jsonl", "sessions.jsonl"}:
        assert [row for part in parts for row in part.get(name, [])] == whole[name], name


def rows_of(person):
    """The lines of each file in the answer that a person has."""
    data = person.response.data
    person.response.close()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode().splitlines() for name in archive.namelist()} | {
            "README.txt": [archive.read("README.txt").decode()]
        }


def place(*parts):
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


HOSTILE_PLACES = [
    "",
    "x",
    "é",
    "W" * 5_000,
    base64.urlsafe_b64encode(b"[" * 1_200).decode(),
    place(),
    place(1, 2, 3),
    place(1, 999, None),
    place(1, True, None),
    place(1, -1, None),
    place(2, 0, [0, "", 1 << 80]),
    place(2, 0, [0, "", float("nan")]),
    place(2, 0, [0, "\ud800", 1]),
    place(2, 0, [0, "", "\ud800"]),
    place(2, 0, [7, "", 1]),
    place(2, 0, [-1, "", 1]),
    place(2, 0, [0, "", 1, 1]),
    place(2, 0, [0, {}, 1]),
    place(2, 0, [0, "", "text"]),
    place(2, 0, []),
    place(2, 0, [0, "", (1 << 62) - 1]),
]


@pytest.mark.parametrize("place", HOSTILE_PLACES)
def test_a_place_that_is_none_ends_in_no_error(artist, place):
    answer = artist.client.post("/account/export", data={"place": place}, base_url=artist.origin, headers=OURS)
    assert answer.status_code == 200
    answer.close()


def test_a_token_has_the_scope_and_the_time_that_were_chosen(artist, registry):
    artist.open("/account").fill(label="nightly", scope="read", days="30").press("Make a token")
    assert "Your new token" in artist.text
    artist.open("/account").fill(label="x").press("Make a token", status=422)
    assert set(artist.problems) == {"scope"}
    assert "Read" in artist.open("/account").text


def test_an_account_is_deleted_with_a_code_and_its_browser_is_nobody(artist, letterbox, registry):
    artist.open("/account").follow("Delete my account")
    assert "No declaration of yours is in force" in artist.text
    artist.press("Send me a code", status=422)
    assert set(artist.problems) == {"understood"}
    artist.fill(understood="yes").press("Send me a code")
    artist.fill(code="0000 0000").press("Delete my account", status=422)
    artist.fill(code=letterbox.last_code()).press("Delete my account")
    assert artist.path == "/account-deleted"
    assert artist.open("/account").path.startswith("/sign-in")


def test_a_deletion_that_loosens_waits_and_can_be_taken_back(artist, letterbox, registry, clock):
    number = declare_files(artist, SHA)
    artist.open("/account/delete").fill(understood="yes").press("Send me a code")
    artist.fill(code=letterbox.last_code()).press("Delete my account")
    assert artist.path == "/account"
    assert "Your account will be deleted" in artist.text
    artist.press("Keep my account")
    assert "will be deleted" not in artist.text
    clock.pass_(72 * 3600)
    registry.do_what_is_due()
    assert registry.declarations.get(number).state.in_force


def test_a_letter_to_another_account_deletes_nothing(artist, sign_in, letterbox):
    """Whoever finds a browser signed in brings the code and the cookie of an account of their own."""
    thief = sign_in("thief@example.net").open("/account/delete").fill(understood="yes").press("Send me a code")
    code, name, host = letterbox.last_code(), "__Host-delete-account", "registry.example"
    artist.open("/account/delete").fill(understood="yes").press("Send me a code")
    artist.client.set_cookie(name, thief.client.get_cookie(name, host).value, domain=host, secure=True)
    artist.fill(code=code).press("Delete my account", status=422)
    assert "can no longer be used" in artist.problems["code"]
    assert "Aoi" in artist.open("/account").text


def test_nothing_is_deleted_by_a_session_alone(artist, visitor, sign_in, letterbox):
    artist.open("/account/delete").fill(understood="yes").press("Send me a code")
    code = letterbox.last_code()
    other = sign_in("artist@example.com").open("/account/delete").fill(understood="yes").press("Send me a code")
    other.fill(code=code).press("Delete my account", status=422)
    assert "Aoi" in artist.open("/account").text
