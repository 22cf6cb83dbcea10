"""The owner of a work lets another name it, on the work's page, in both languages."""

import re


def describe_work(person, title="ja: 青い鳥"):
    person.open("/works/new").fill(titles=title, kind="manga").press("Save the work")
    return person.path


def publisher(sign_in):
    """Another person, and the number of the party they act for, as their account page shows it."""
    person = sign_in("publisher@example.com")
    person.open("/account/parties/new").fill(name="Midori", shown="yes", capacity="exclusive-licensee")
    person.press("Save and continue")
    return person, re.search(r"\b[a-z2-7]{26}\b", person.open("/account").text)[0]


def test_a_publisher_declares_for_a_work_that_its_owner_let_them_name(artist, sign_in):
    work = describe_work(artist)
    other, number = publisher(sign_in)
    assert "青い鳥" not in terms_of(other)
    artist.open(work).fill(party=f" {number.upper()} ").press("Let them name it")
    assert number in artist.text
    assert "青い鳥" in terms_of(other)
    other.fill(works=work.rpartition("/")[2]).press("Continue").press("Accept and publish")
    declaration = other.path.partition("?")[0]
    assert "青い鳥" in other.open(declaration).text
    assert other.open(work).page.select_one(f'a[href="{declaration}"]') is not None

    assert "End the consent" not in other.text
    artist.open(work).press("End the consent")
    assert number not in artist.text
    assert artist.page.select_one(f'a[href="{declaration}"]') is None
    assert "青い鳥" not in other.open(declaration).text


def terms_of(person):
    """What the last question offers to tick."""
    person.open("/declare").press("Start").press("Continue").fill(covers="files").press("Continue")
    person.fill(lines="ab" * 32).press("Continue").press("Continue")
    return person.text


def test_what_is_no_partys_number_is_said_beside_the_field(artist):
    work = describe_work(artist)
    artist.open(work).fill(party="nobody").press("Let them name it", status=422)
    assert "there is no party with this number" in artist.problems["party"].lower()
    assert artist.page.select_one("#party")["value"] == "nobody"


def test_the_page_says_it_in_japanese(artist):
    work = describe_work(artist)
    text = artist.open(f"{work}?lang=ja").text
    assert "同意" in text
    assert "Let them name it" not in text


def test_nobody_else_sees_the_form_or_consents(artist, sign_in):
    work = describe_work(artist)
    stranger, number = publisher(sign_in)
    assert "Let them name it" not in stranger.open(work).text
    response = stranger.client.post(
        f"{work}/consents",
        data={"party": number},
        base_url=stranger.origin,
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert response.status_code == 403


def test_a_page_names_declarations_beyond_a_megabyte_by_their_numbers(artist, monkeypatch):
    work = describe_work(artist)
    for digest in ("ab" * 32, "cd" * 32):
        artist.open("/declare").press("Start").press("Continue").fill(covers="files").press("Continue")
        artist.fill(lines=digest).press("Continue").press("Continue")
        artist.fill(works=work.rpartition("/")[2]).press("Continue").press("Accept and publish")
    assert len(artist.open(work).page.select("ul.tasks .tag")) == 2
    monkeypatch.setattr("registry.store.declarations.that_fit", lambda rows, size: [next(iter(rows))])
    shown = artist.open(work)
    assert len(shown.page.select("ul.tasks .tag")) == 1
    assert len(shown.page.select('a[href^="/d/"]')) == 2
