import pytest

from crawler_filter.files.containers import Damage
from crawler_filter.signals.embedded import jumbf
from crawler_filter.signals.embedded.jumbf import MAX_ASSERTIONS, Assertion, assertions, has_store
from tests.crawler_filter.signals.embedded import sample_files as files

LABELS = frozenset({"cawg.training-mining"})
ASSERTION = files.assertion(b"\xa0")
STORE = files.store(files.manifest(ASSERTION))


def found(content):
    return list(assertions(content, LABELS))


CONTAINERS = {
    "a sidecar": STORE,
    "PNG": files.png_c2pa(STORE),
    "JPEG": files.jpeg_c2pa(STORE),
    "JPEG, in pieces": files.jpeg_c2pa(STORE, pieces=5),
    "RIFF": files.riff(b"WEBP", (b"C2PA", STORE)),
    "MP4": files.box(b"ftyp", b"isom") + files.box(b"uuid", b"\xd8\xfe\xc3\xd6" + b"\0" * 12 + b"\0" * 17 + STORE),
    "an ID3 frame": b"ID3\4\0\0\0\0\0\0GEOB" + STORE,
    "a box with a 64-bit size": b"\0\0\0\1jumb" + (len(STORE) + 8).to_bytes(8) + STORE[8:],
    "a box up to the end": b"\0\0\0\0" + STORE[4:],
}


@pytest.mark.parametrize("content", CONTAINERS.values(), ids=CONTAINERS)
def test_an_assertion_is_found_in(content):
    (assertion,) = found(content)
    assert isinstance(assertion, Assertion)
    assert (assertion.label, assertion.manifest, assertion.content) == (
        "cawg.training-mining",
        "urn:c2pa:1",
        b"\xa0",
    )
    assert assertion.is_active


def test_segments_of_a_jpeg_may_lie_in_any_order():
    content = files.jpeg_c2pa(STORE, pieces=2)
    half = content.index(b"\xff\xeb", 4)
    end = content.index(b"\xff\xda")
    swapped = content[:2] + content[half:end] + content[2:half] + content[end:]
    assert found(swapped) == found(content)


def test_the_last_manifest_is_the_active_one():
    content = files.store(
        files.manifest(ASSERTION, label="old"), files.manifest(ASSERTION, label="new", kind="c2um")
    )
    assert [(piece.manifest, piece.is_active) for piece in found(content)] == [("old", False), ("new", True)]


def test_an_instance_number_is_not_part_of_the_label():
    content = files.store(files.manifest(files.assertion(b"\xa0", "cawg.training-mining__2")))
    assert [piece.label for piece in found(content)] == ["cawg.training-mining"]


def test_every_store_of_a_file_is_read():
    assert len(found(b"\0" + STORE + b"\0" + STORE)) == 2


def test_stores_without_number_end_at_the_limit():
    pieces = found(b"\0" + STORE * (jumbf.MAX_STORES + 5))
    assert len(pieces) == jumbf.MAX_STORES + 1
    assert isinstance(pieces[-1], Damage)


def test_a_store_in_a_jpeg_whose_segments_cannot_be_followed_is_found():
    content = files.jpeg_c2pa(STORE)
    assert found(content[:2] + files.segment(0xE1, b"abc")[:-1] + content[2:])


def test_a_store_outside_of_the_segments_of_a_jpeg_is_about_something_else():
    assert found(files.jpeg() + STORE) == []


def test_other_assertions_are_passed_over():
    assert found(files.store(files.manifest(files.assertion(b"\xa0", "c2pa.actions")))) == []


def nested(depth):
    inner = ASSERTION
    for _ in range(depth):
        inner = files.superbox("c2as", "deep", inner)
    return files.store(inner)


DAMAGED = {
    "is cut off": STORE[:-1],
    "is cut off in its assertion": STORE[:-12],
    "has a box whose length lies": files.store(files.manifest(b"\xff\xff\xff\xffjumb")),
    "has a compressed manifest": files.store(files.superbox("c2cm", "packed", files.box(b"brob", b"\x1b"))),
    "is nested without end": nested(100),
    "has an assertion beyond the limit": files.store(files.manifest(files.assertion(b"\0" * 70_000))),
    "has no box around its description": STORE[8:],
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_it_is_said_where_a_store(content):
    assert any(isinstance(piece, Damage) for piece in found(content))


def test_what_a_cut_off_store_does_hold_is_read():
    assert any(
        isinstance(piece, Assertion) for piece in found(files.store(files.manifest(ASSERTION, ASSERTION))[:-5])
    )


def test_assertions_without_number_end_at_the_limit():
    pieces = found(files.store(files.manifest(*[ASSERTION] * 1000)))
    assert len(pieces) == MAX_ASSERTIONS + 1
    assert isinstance(pieces[-1], Damage)


def test_the_size_of_a_joined_store_is_limited(monkeypatch):
    monkeypatch.setattr(jumbf, "MAX_STORE", 64)
    assert any(isinstance(piece, Damage) for piece in found(files.jpeg_c2pa(STORE, pieces=20)))


def test_a_store_shows():
    assert has_store(STORE)
    assert not has_store(files.png())
