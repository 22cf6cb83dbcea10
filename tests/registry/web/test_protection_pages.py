"""The page that says which works are not protected yet, and begins the declaration that is missing."""

from tests.registry.studio import SHA
from tests.registry.web.test_journey import declare_files


def enter(person, **answers):
    person.open("/works/new").fill(**{"titles": "The Lighthouse", "kind": "manga", **answers}).press(
        "Save the work"
    )
    return person.path.removeprefix("/w/")


def test_a_work_says_what_is_missing_until_it_is_declared(artist):
    number = enter(
        artist, identifiers="ISBN 9784873119328\nISSN 0024-9319", locations="https://art.example.com/1",
        part="volume", number="3",
    )  # fmt: skip
    assert "Volume 3" in artist.text
    assert "ISBN 9784873119328: no declaration in force reserves it." in artist.text
    artist.open("/works").follow("not protected yet")
    assert "The Lighthouse" in artist.text
    artist.press("Declare its numbers")
    assert "9784873119328" in artist.text
    artist.press("Accept and publish")
    artist.open(f"/w/{number}").press("Declare its addresses").press("Accept and publish")
    assert "not protected" not in artist.open(f"/w/{number}").text
    assert "is covered by a declaration in force" in artist.open("/works/unprotected").text


def test_a_work_that_is_not_published_is_shown_to_nobody_else(artist, visitor, sign_in):
    number = enter(artist, unpublished="yes")
    assert "Only you see this page" in artist.text
    visitor.open(f"/w/{number}", status=404)
    sign_in("other@example.com").open(f"/w/{number}", status=404)
    assert "is not published yet" in artist.open(f"/w/{number}/change").text
    assert visitor.client.get(f"/v1/works/{number}", base_url=visitor.origin).status_code == 404


def test_works_are_merged_and_removed(artist):
    one, two = enter(artist, series="Aoi"), enter(artist)
    artist.open(f"/w/{one}").fill(into="nothing").press("Merge", 422)
    assert "into" in artist.problems
    artist.open(f"/w/{one}").fill(into=f"https://registry.example/w/{two}").press("Merge")
    assert artist.path == f"/w/{two}"
    assert "Aoi" in artist.text
    artist.open(f"/w/{one}", status=410)
    artist.open(f"/w/{two}").press("Remove this work for good")
    assert "The Lighthouse" not in artist.text
    declare_files(artist, SHA)
