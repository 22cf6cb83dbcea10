"""Covers in files of sound are cut out by their tags, and pictures behind the first of a JPEG are looked at."""

import base64
import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.files.budget import Budget, Member, Skipped
from crawler_filter.files.cover_art import MAX_COVERS, covers, has_covers, without_pages
from crawler_filter.files.media_type import media_type
from crawler_filter.files.walk import held_as, walk

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(255)) * 4
SOUND = b"\xff\xfb\x90\0" + b"\0" * 400


def syncsafe(size: int) -> bytes:
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))


def id3(*frames: bytes, version: int = 3, flags: int = 0) -> bytes:
    tag = b"".join(frames)
    return b"ID3" + bytes([version, 0, flags]) + syncsafe(len(tag)) + tag + SOUND


def apic(picture: bytes, mime: bytes = b"image/png") -> bytes:
    body = b"\0" + mime + b"\0\x03cover\0" + picture
    return b"APIC" + struct.pack(">I", len(body)) + b"\0\0" + body


def flac(*pictures: bytes) -> bytes:
    blocks = [(0, b"\0" * 34)]
    for picture in pictures:
        head = struct.pack(">II", 3, 9) + b"image/png" + struct.pack(">I", 0) + b"\0" * 16
        blocks.append((6, head + struct.pack(">I", len(picture)) + picture))
    last = len(blocks) - 1
    return b"fLaC" + b"".join(
        bytes([kind | 0x80 * (at == last)]) + len(body).to_bytes(3) + body
        for at, (kind, body) in enumerate(blocks)
    )


def atom(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


def m4a(picture: bytes) -> bytes:
    cover = atom(b"covr", atom(b"data", struct.pack(">II", 14, 0) + picture))
    return atom(b"ftyp", b"M4A \0\0\0\0M4A ") + atom(
        b"moov", atom(b"udta", atom(b"meta", b"\0\0\0\0" + atom(b"ilst", cover)))
    )


def ogg(packet: bytes) -> bytes:
    pages = [packet[at : at + 255] for at in range(0, len(packet), 255)]
    return b"".join(b"OggS\0\0" + bytes(20) + b"\1" + bytes([len(page)]) + page for page in pages)


def budget() -> Budget:
    return Budget.of_file(1 << 20, characters=1000, pictures=True)


SOUNDS = {
    "ID3v2.3": id3(apic(PNG)),
    "ID3v2.2": id3(b"PIC" + len(PNG).to_bytes(3) + b"\0PNG\x03\0" + PNG, version=2),
    "ID3v2.4, another frame first": id3(b"TIT2\0\0\0\x03\0\0\0ab", apic(PNG), version=4),
    "FLAC": flac(PNG),
    "MPEG-4": m4a(PNG),
    "WAVE": b"RIFF\xff\0\0\0WAVEdata\0\0\0\0id3 \xff\0\0\0" + id3(apic(PNG)),
    "Ogg, over pages": ogg(b"OpusTags" + b"METADATA_BLOCK_PICTURE=" + base64.b64encode(flac(PNG)[42:])),
    "FLAC, in a comment": b"fLaC\x84\0\x10\0METADATA_BLOCK_PICTURE="
    + base64.b64encode(flac(PNG)[42:])
    + bytes(4096),
    "APE": b"MAC \x96\x0f"
    + SOUND
    + b"Cover Art (Front)\0a.png\0"
    + PNG
    + b"APETAGEX"
    + struct.pack("<III", 2000, 9999, 1),
}


@pytest.mark.parametrize("content", SOUNDS.values(), ids=SOUNDS)
def test_the_cover_of_a_sound_file_is_looked_at(content):
    kind = media_type(content)
    assert kind in held_as(content, kind)
    (cover,) = walk(content, kind, budget())
    assert (cover.name, cover.kind, cover.content.startswith(PNG)) == ("cover 1", "image/png", True)


def test_a_cover_that_was_unsynchronised_is_put_right():
    picture = JPEG.replace(b"\xff", b"\xff\x00")
    (cover,) = covers(id3(apic(picture, b"image/jpeg"), flags=0x80), "audio/mpeg", budget())
    assert cover.content.startswith(JPEG[:400])


def test_every_cover_is_looked_at_up_to_a_limit_that_is_said():
    found = list(covers(flac(*[PNG] * (MAX_COVERS + 5)), "audio/flac", budget()))
    assert [type(each) for each in found] == [Member] * MAX_COVERS + [Skipped]


def test_sound_without_a_picture_holds_nothing():
    for content in (id3(b"TIT2\0\0\0\x03\0\0\0ab"), flac(), SOUND):
        assert not has_covers(content, media_type(content) or "audio/mpeg")


@given(st.binary(max_size=200), st.sampled_from(["audio/mpeg", "audio/flac", "audio/mp4"]))
def test_no_bytes_raise(content, kind):
    start = {"audio/mpeg": b"ID3\3\0\x80\0\0\1\0APIC", "audio/flac": b"fLaC\6", "audio/mp4": b"covr\0\0\0\1data"}[
        kind
    ]
    list(covers(start + content, kind, budget()))


def test_the_second_picture_of_a_jpeg_is_looked_at():
    image = pytest.importorskip("PIL.Image")
    first, second = (image.new("RGB", (64, 64), colour) for colour in ("black", "white"))
    file = io.BytesIO()
    first.save(file, "MPO", save_all=True, append_images=[second])
    (page,) = walk(file.getvalue(), "image/jpeg", budget())
    assert page.name == "page 2"
    assert page.content.min() > 250


def test_tags_of_a_later_stream_of_an_ogg_file_are_read_however_much_sound_is_before_them():
    full = b"OggS\0\0" + b"\1" * 20 + b"\xff" + b"\xff" * 255 + bytes(255 * 255)
    sound = full * (1 + (16 << 20) // len(full))
    tags = ogg(b"OpusTags" + b"METADATA_BLOCK_PICTURE=" + base64.b64encode(flac(PNG)[42:]))
    assert has_covers(sound + tags, "audio/ogg")
    assert len(without_pages(sound * 2 + tags)) < len(sound) + len(tags)
