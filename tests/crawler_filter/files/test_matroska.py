"""Files that are attached to a film in Matroska, and the texts in its tags, are looked up; nobody's film is shut out."""

import pytest

from crawler_filter.files.budget import Budget, Member, Skipped
from crawler_filter.files.matroska import MATROSKA, MOST, attachments, has_attachments, tagged
from crawler_filter.files.walk import held_as, walk
from tests.costs import SECOND, cost

HEAD = b"\x1aE\xdf\xa3\x84\x42\x82\x81m"
WORDS = "A green machine counts umbrellas behind the seventh window of the observatory."
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(255)) * 4


def part(name, *bodies, unknown=False):
    body = b"".join(bodies)
    return name + (b"\x01" + b"\xff" * 7 if unknown else b"\x01" + len(body).to_bytes(7)) + body


def attached(name, body):
    return part(b"\x61\xa7", part(b"\x46\x6e", name.encode()), part(b"\x46\x60", b"x/y"), part(b"\x46\x5c", body))


def attaching(*files):
    return part(b"\x19\x41\xa4\x69", part(b"\xec", b"\0\0"), *files)


def tag(name, text):
    return part(
        b"\x73\x73",
        part(b"\x63\xc0"),
        part(b"\x67\xc8", part(b"\x45\xa3", name), part(b"\x44\x87", text.encode())),
    )


def film(*parts, unknown=False):
    index = part(b"\x11\x4d\x9b\x74", part(b"\x4d\xbb", part(b"\x53\xab", b"\x19\x41\xa4\x69")))
    return HEAD + part(b"\x18\x53\x80\x67", index, part(b"\x1f\x43\xb6\x75", bytes(40)), *parts, unknown=unknown)


def found(content):
    return list(attachments(content, Budget.of_file(len(content), characters=0, pictures=True)))


@pytest.mark.parametrize("unknown", [False, True])
def test_what_is_attached_to_a_film_is_a_member_of_it(unknown):
    content = film(attaching(attached("cover.jpg", JPEG), attached("notes.txt", WORDS.encode())), unknown=unknown)
    assert held_as(content, MATROSKA) == (MATROSKA,)
    members = walk(content, MATROSKA, Budget.of_file(len(content), characters=0, pictures=True))
    picture, text = (each for each in members if isinstance(each, Member))
    assert (picture.name, picture.kind, picture.content) == ("cover.jpg", "image/jpeg", JPEG)
    assert (text.name, text.kind, text.content) == ("notes.txt", "text/plain", WORDS.encode())


def test_fonts_of_subtitles_shut_no_film_out():
    content = film(attaching(attached("title.ttf", bytes(range(256)) * 4)))
    assert [each.kind for each in found(content)] == [""]


def test_a_film_without_attachments_has_none():
    assert not has_attachments(film(), MATROSKA)
    assert list(attachments(film(), Budget.of_file(9, characters=0, pictures=True))) == []


def test_texts_in_tags_are_read_and_accounts_of_programs_left_out():
    tags = part(b"\x12\x54\xc3\x67", tag(b"DURATION", "00:00:02.000000000"), tag(b"LYRICS", WORDS))
    assert list(tagged(film(tags))) == [WORDS]


def test_more_files_than_are_looked_at_are_said_to_be():
    *_, last = found(film(attaching(*[attached("a.txt", b"words")] * (MOST + 1))))
    assert isinstance(last, Skipped)


def test_parts_that_lie_about_their_sizes_cost_no_more_than_their_length():
    within = b"\x19\x41\xa4\x69\x01" + b"\xff" * 7
    lying = HEAD + part(b"\xec", within) * 50_000
    assert cost(lambda: has_attachments(lying, MATROSKA), limit=SECOND) < SECOND
