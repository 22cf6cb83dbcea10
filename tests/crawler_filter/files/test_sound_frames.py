"""Sound is told by frames that follow one another: what begins with the same two bytes may be a picture."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.files.media_type import UNKNOWN, looked_up_as, media_type
from crawler_filter.files.sound_frames import by_frames

FRAMES = {
    "MPEG-1, 128 kbit/s": (b"\xff\xfb\x90\x64", 417, "audio/mpeg"),
    "MPEG-1 with padding": (b"\xff\xfb\x92\x64", 418, "audio/mpeg"),
    "layer II": (b"\xff\xfd\xa4\x00", 576, "audio/mpeg"),
    "MPEG-2, 64 kbit/s": (b"\xff\xf3\x84\xc4", 192, "audio/mpeg"),
    "MPEG-2.5, 8 kbit/s": (b"\xff\xe3\x18\xc4", 72, "audio/mpeg"),
    "AAC": (b"\xff\xf1\x50\x80\x20\x1f\xfc", 256, "audio/aac"),
    "AC-3, 192 kbit/s": (b"\x0b\x77\x00\x00\x14\x40\x43", 768, "audio/ac3"),
    "Enhanced AC-3": (b"\x0b\x77\x00\xff\x3f\x80\x43", 512, "audio/ac3"),
}


@pytest.mark.parametrize(("header", "length", "kind"), FRAMES.values(), ids=FRAMES)
def test_frames_one_behind_another_are_sound(header, length, kind):
    frame = header.ljust(length, b"\x5a")
    assert media_type(frame * 4) == kind
    assert media_type(frame[:40]) == kind  # a file that is shorter than one


@pytest.mark.parametrize(("header", "length", "kind"), FRAMES.values(), ids=FRAMES)
def test_a_mark_that_nothing_follows_is_no_sound(header, length, kind):
    content = header.ljust(length, b"\x5a") + b"\x15\3" * 3000
    assert looked_up_as(content) == UNKNOWN


def test_a_fax_whose_first_bytes_are_those_of_a_frame_is_of_no_kind():
    rows = b"".join(hashlib.sha256(bytes([row])).digest() for row in range(200))
    assert looked_up_as(b"\xff\xe5\xba\xaf" + rows) == UNKNOWN


def test_a_frame_of_no_length_is_no_sound():
    assert by_frames(b"\xff\xf1\x50\x80\0\0\0" + bytes(90)) is None


@given(st.sampled_from([b"\xff\xfb", b"\xff\xf1", b"\x0b\x77"]), st.binary(max_size=2000))
def test_any_bytes_behind_a_mark_have_an_answer(mark, rest):
    assert by_frames(mark + rest) in (None, "audio/mpeg", "audio/aac", "audio/ac3")
