"""The public record of many files: counts and kinds, and no list of hashes."""

import hashlib

from tests.registry.web.test_journey import answer_up_to_review, declare_files


def digests(count):
    return [hashlib.sha256(b"%d" % number).hexdigest() for number in range(count)]


def test_many_files_are_counted_and_not_listed(artist, visitor):
    number = declare_files(artist, "\n".join(digests(61)))
    visitor.open(f"/d/{number}")
    assert "61 files" in visitor.text
    assert "Exact copies of them, by their SHA-256" in visitor.text
    assert not any(digest[:12] in str(visitor.page) for digest in digests(61))
    assert visitor.page.h1.get_text() == "61 files"
    answer = visitor.client.get(f"/v1/declarations/{number}", base_url=visitor.origin).get_json()
    assert [scope["value"] for scope in answer["scopes"]] == digests(61)


def test_a_few_files_are_shown_one_by_one(artist, visitor):
    number = declare_files(artist, "\n".join(digests(3)))
    assert all(digest[:12] in visitor.open(f"/d/{number}").text for digest in digests(3))


def test_fingerprints_of_one_picture_are_one_file_in_its_title(studio, visitor):
    (digest,) = digests(1)
    number = studio.declare(("sha256", digest), ("md5", "0" * 32), ("url", "https://art.example.com/1")).id
    assert visitor.open(f"/d/{number}").page.h1.get_text() == f"1 file ({digest[:12]}…) and 1 more"


def test_their_owner_tells_declarations_of_many_files_apart(artist):
    answer_up_to_review(artist, "files", "\n".join(digests(150))).press("Accept and publish")
    first, second = digests(150)[:100], digests(150)[100:]
    text = artist.open("/declarations").text
    for part in (first, second):
        assert f"Fingerprints: {part[0][:12]}… to {part[-1][:12]}…" in text
