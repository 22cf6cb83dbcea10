"""The words in the tags of sound are read."""

import struct

import pytest

from crawler_filter.files.lyrics import words
from crawler_filter.fingerprints.text import text_scope
from tests.crawler_filter.checks.test_content import NOVEL, opened

WORDS = "静かな夜に\n星が降る"
FRAMES = b"\xff\xfb\x90\0" * 99


def id3(frame, body, version=3):
    size = len(body)
    said = bytes(size >> shift & 127 for shift in (21, 14, 7, 0)) if version == 4 else struct.pack(">I", size)
    tag = frame + said + b"\0\0" + body
    return (
        b"ID3" + bytes([version, 0, 0]) + bytes(len(tag) >> shift & 127 for shift in (21, 14, 7, 0)) + tag + FRAMES
    )


def comment(key, text):
    body = key.encode() + b"=" + text.encode()
    return struct.pack("<I", len(body)) + body + b"\1"


def ogg(packet):
    pages = [packet[at : at + 255] for at in range(0, len(packet), 255)]
    return b"".join(b"OggS\0\0" + bytes(20) + b"\1" + bytes([len(page)]) + page for page in pages)


def atom(name, body):
    return struct.pack(">I", 8 + len(body)) + name + body


def midi(text, event=b"\5"):
    events = b"".join(
        b"\x10\xff" + event + bytes([len(text[at : at + 4])]) + text[at : at + 4] for at in range(0, len(text), 4)
    )
    track = b"\0\x90\x40\x40" + events + b"\0\xff\x2f\0"
    return b"MThd\0\0\0\6\0\1\0\1\0\x60MTrk" + struct.pack(">I", len(track)) + track


SOUND = {
    "ID3 in UTF-8": ("audio/mpeg", id3(b"USLT", b"\3jpn\0" + WORDS.encode(), 4)),
    "ID3 in UTF-16": ("audio/mpeg", id3(b"USLT", b"\1jpn" + "x\0".encode("utf-16") + WORDS.encode("utf-16"))),
    "ID3 with times": (
        "audio/mpeg",
        id3(b"SYLT", b"\3jpn\2\1\0" + b"".join(line.encode() + b"\0\0\0\1\2" for line in WORDS.split("\n"))),
    ),
    "FLAC": ("audio/flac", b"fLaC" + comment("LYRICS", WORDS)),
    "Ogg, over pages": ("audio/ogg", ogg(b"\3vorbis" + comment("TITLE", "x" * 230) + comment("UNSYNCEDLYRICS", WORDS))),
    "APE": (
        "audio/x-ape",
        b"MAC " + FRAMES + struct.pack("<II", len(WORDS.encode()), 0) + b"Lyrics\0" + WORDS.encode() + b"APETAGEX",
    ),
    "MPEG-4": ("audio/mp4", atom(b"moov", atom(b"\xa9lyr", atom(b"data", bytes(8) + WORDS.encode())))),
    "MIDI": ("audio/midi", midi(WORDS.replace("\n", "/").encode())),
    "MIDI in Shift_JIS": ("audio/midi", midi(WORDS.replace("\n", "/").encode("cp932"))),
    "MIDI, as karaoke": ("audio/midi", midi(WORDS.replace("\n", "\\").encode(), b"\1")),
    "ASF": (
        "video/x-ms-asf",
        "WM/Lyrics\0".encode("utf-16-le") + b"\0\0" + struct.pack("<H", 2 * len(WORDS)) + WORDS.encode("utf-16-le"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("tagged", SOUND)
def test_the_words_are_read_of(tagged):
    kind, content = SOUND[tagged]
    (text,) = words(content, kind)
    assert "".join(filter(str.isalnum, text)) == "".join(WORDS.split())


def test_sound_with_registered_words_is_not_kept():
    registered = opened(("text", text_scope(NOVEL).encode()))
    assert not registered.check(content=id3(b"USLT", b"\3eng\0" + NOVEL.encode())).keep
    assert registered.check(content=id3(b"USLT", b"\3eng\0Some other song.")).keep


@pytest.mark.parametrize("kind", sorted({kind for kind, _ in SOUND.values()}))
def test_broken_tags_have_no_words_or_some(kind):
    for _, content in SOUND.values():
        for cut in range(0, len(content), 7):
            assert all(isinstance(each, str) for each in words(content[:cut], kind))
