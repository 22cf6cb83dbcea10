"""The words in the tags of sound are read."""

import struct
import zlib

import pytest

from crawler_filter.files.budget import Skipped
from crawler_filter.files.lyrics import words
from crawler_filter.fingerprints.text import text_scope
from tests.crawler_filter.checks.test_content import NOVEL, opened

WORDS = "静かな夜に\n星が降る"
FRAMES = b"\xff\xfb\x90\0" * 99


def id3(frame, body, version=3, flags=bytes(2)):
    size = len(body)
    said = bytes(size >> shift & 127 for shift in (21, 14, 7, 0)) if version == 4 else struct.pack(">I", size)
    tag = frame + said + flags + body
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


def mp4(items):
    return atom(b"moov", atom(b"udta", atom(b"meta", bytes(4) + atom(b"ilst", items))))


def listed(*comments):
    """Comments as Vorbis has them, behind the name of a program and their number."""
    return (
        struct.pack("<I", 3)
        + b"abc"
        + struct.pack("<I", len(comments))
        + b"".join(struct.pack("<I", len(each.encode())) + each.encode() for each in comments)
    )


def flac(block):
    return b"fLaC\0\0\0\x22" + bytes(34) + b"\x84" + len(block).to_bytes(3) + block


def wave(*pieces):
    body = b"INFO" + b"".join(
        name + struct.pack("<I", len(text)) + text + bytes(len(text) % 2) for name, text in pieces
    )
    chunk = b"LIST" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WAVE" + chunk


WAVE = b"RIFF\0\0\0\0WAVE"


def chunk(name, body):
    return name + len(body).to_bytes(4, "little") + body


def aiff(name, text):
    chunk = name + struct.pack(">I", len(text)) + text + bytes(len(text) % 2)
    return b"FORM" + struct.pack(">I", 4 + len(chunk)) + b"AIFF" + chunk


def ape_item(name, body, flags=0):
    return struct.pack("<II", len(body), flags) + name + b"\0" + body


def ape(name, text):
    item = ape_item(name, text)
    return FRAMES + item + b"APETAGEX" + struct.pack("<IIII", 2000, len(item) + 32, 1, 0) + bytes(8)


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
    "MPEG-4": ("audio/mp4", mp4(atom(b"\xa9lyr", atom(b"data", b"\0\0\0\1" + bytes(4) + WORDS.encode())))),
    "ID3, a comment": ("audio/mpeg", id3(b"COMM", b"\3jpn\0" + WORDS.encode(), 4)),
    "ID3, under a name": ("audio/mpeg", id3(b"TXXX", b"\1" + "a\0".encode("utf-16") + WORDS.encode("utf-16"))),
    "ID3, a second tag": ("audio/mpeg", id3(b"TIT2", b"\3a", 4)[: -len(FRAMES)] + id3(b"USLT", b"\3jpn\0" + WORDS.encode(), 4)),
    "ID3, packed": ("audio/mpeg", id3(b"USLT", bytes(4) + zlib.compress(b"\3jpn\0" + WORDS.encode()), 4, flags=b"\0\x09")),
    "ID3, unsynchronised": (
        "audio/mpeg",
        id3(b"USLT", b"\1jpn\xff\0\xfe\0\0" + WORDS.encode("utf-16").replace(b"\xff", b"\xff\0"), 4, flags=b"\0\2"),
    ),
    "Lyrics3": ("audio/mpeg", FRAMES + b"LYRICSBEGIN" + WORDS.encode() + b"LYRICSEND"),
    "FLAC, a description": ("audio/flac", flac(listed("TITLE=x", f"DESCRIPTION={WORDS}"))),
    "Opus, a comment": ("audio/ogg", ogg(b"OpusTags" + listed(f"COMMENT={WORDS}"))),
    "APE, a comment": ("audio/x-ape", ape(b"Comment", WORDS.encode())),
    "MPEG-4, a description in UTF-16": (
        "audio/mp4", mp4(atom(b"ldes", atom(b"data", b"\0\0\0\2" + bytes(4) + WORDS.encode("utf-16-be")))),
    ),
    "MPEG-4, under a name": (
        "video/mp4",
        mp4(atom(b"----", atom(b"name", bytes(4) + b"LYRICS") + atom(b"data", b"\0\0\0\1" + bytes(4) + WORDS.encode()))),
    ),
    "WAVE": ("audio/wav", wave((b"ISFT", b"a"), (b"ICMT", WORDS.encode()))),
    "WAVE, a label": ("audio/wav", wave((b"labl", b"\1\0\0\0" + WORDS.encode()))),
    "WAVE, in XML": ("audio/wav", WAVE + chunk(b"iXML", f"<>{WORDS}</>".encode())),
    "WAVE of broadcasting": ("audio/wav", WAVE + chunk(b"bext", b"-".ljust(602, b"\0") + WORDS.encode())),
    "CAF": (
        "audio/x-caf",
        b"caff\0\1\0\0info" + (4 + 2 + len(WORDS.encode())).to_bytes(8) + b"\0\0\0\1-\0" + WORDS.encode(),
    ),
    "AU": ("audio/basic", b".snd" + (24 + len(WORDS.encode())).to_bytes(4) + bytes(16) + WORDS.encode() + bytes(99)),
    "Flash": ("video/x-flv", b"FLV\1" + b"\2\0\x0aonMetaData\2" + len(WORDS.encode()).to_bytes(2) + WORDS.encode()),
    "AIFF": ("audio/aiff", aiff(b"ANNO", WORDS.encode())),
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


def test_the_mark_of_an_encoder_is_nobodys_work_in_a_tag():
    registered = opened(("text", text_scope("Encoded by LAME 3.100").encode()))
    assert registered.check(content=id3(b"COMM", b"\3eng\0Encoded by LAME 3.100")).keep


@pytest.mark.parametrize("kind", sorted({kind for kind, _ in SOUND.values()}))
def test_broken_tags_have_no_words_or_some(kind):
    for _, content in SOUND.values():
        for cut in range(0, len(content), 7):
            assert all(isinstance(each, str) for each in words(content[:cut], kind))


def test_texts_of_a_tag_of_ape_are_read_that_stand_long_before_its_end():
    text, picture = ape_item(b"Lyrics", WORDS.encode()), ape_item(b"Cover Art (Front)", bytes(17 << 20), flags=2)
    items = text + picture
    tag = FRAMES + items + b"APETAGEX" + struct.pack("<IIII", 2000, len(items) + 32, 2, 0) + bytes(8)
    assert WORDS in list(words(tag, "audio/x-ape"))


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("audio/x-caf", b"caff\0\1\0\0" + b"info\0\0\0\0\x7f\xff\xff\xff" * 100_000),
        ("video/x-flv", b"FLV\1\5\0\0\0\x09\0\0\0\0\x12\x0f\0\0" + bytes(7) + b"\2\0\x0aonMetaData"
         + b"\x0c\x7f\xff\xff\xff" * 200_000),
        ("video/x-flv", b"FLV\1onMetaData" + b"\x0c\x7f\xff\xff\xff" * 200_000),
    ],
)  # fmt: skip
def test_strings_that_claim_to_be_longer_than_the_file_are_read_within_a_limit_and_it_is_said(kind, content):
    assert any(isinstance(each, Skipped) for each in words(content, kind))
