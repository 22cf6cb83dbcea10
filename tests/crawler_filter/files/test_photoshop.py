"""Documents of Photoshop are seen as saved for others, and layer by layer: any depth of up to 16 bits, any length."""

import struct
import zlib

import numpy as np
import pytest

from crawler_filter.errors import DataError
from crawler_filter.files.budget import Budget, Skipped
from crawler_filter.files.photoshop import PHOTOSHOP, has_layers
from crawler_filter.files.walk import held_as, walk
from tests.crawler_filter.fingerprints.generated import pixels

pytest.importorskip("PIL.Image")
image = pytest.importorskip("crawler_filter.files.image")

SHOWN = pixels(96, 64, 12, 1)
GREY, RGB, CMYK, LAB = 1, 3, 4, 9
PLAIN, RUNS, ZIPPED, DIFFERENCES = range(4)
NOTHING = np.full((64, 96, 1), 255, np.uint8)


def long(size, *, is_large):
    return struct.pack(">Q" if is_large else ">I", size)


def in_runs(rows, *, is_large):
    packed = [
        b"".join(bytes([len(row[at : at + 128]) - 1]) + row[at : at + 128] for at in range(0, len(row), 128))
        for row in rows
    ]
    return struct.pack(f">{len(rows)}{'I' if is_large else 'H'}", *map(len, packed)) + b"".join(packed)


def kept(plane, bits, coding, *, is_large):
    """Keep the samples of one channel."""
    samples = (plane.astype(np.uint16) * 257).astype(">u2") if bits == 16 else plane
    rows = [row.tobytes() for row in samples]
    if coding == RUNS:
        return in_runs(rows, is_large=is_large)
    if coding == DIFFERENCES:
        steps = np.diff(samples.astype(np.int64), axis=1, prepend=0) % (1 << bits)
        return zlib.compress(steps.astype(samples.dtype).tobytes())
    return zlib.compress(b"".join(rows)) if coding == ZIPPED else b"".join(rows)


def photoshop(shown, *, bits=8, mode=RGB, version=1, coding=PLAIN, layers=()):
    """Write a document whose merged picture is an array of (height, width, channels), with layers as (array, coding)."""
    is_large = version == 2
    height, width, channels = shown.shape
    planes = [shown[:, :, number] for number in range(channels)]
    if coding == RUNS:  # the lengths of all rows stand before the first
        rows = np.concatenate(
            [(plane.astype(np.uint16) * 257).astype(">u2") if bits == 16 else plane for plane in planes]
        )
        merged = in_runs([row.tobytes() for row in rows], is_large=is_large)
    else:
        merged = b"".join(kept(plane, bits, coding, is_large=is_large) for plane in planes)
    head = struct.pack(">4sH6xHIIHH", b"8BPS", version, channels, height, width, bits, mode)
    section = layered(layers, bits, is_large=is_large) if layers else b""
    return head + bytes(8) + long(len(section), is_large=is_large) + section + struct.pack(">H", coding) + merged


def layered(layers, bits, *, is_large):
    records, bodies = [], []
    for shown, coding in layers:
        height, width, channels = shown.shape
        body = [
            struct.pack(">H", coding) + kept(shown[:, :, at], bits, coding, is_large=is_large)
            for at in range(channels)
        ]
        numbers = b"".join(
            struct.pack(">h", at) + long(len(each), is_large=is_large) for at, each in enumerate(body)
        )
        records.append(struct.pack(">iiiiH", 0, 0, height, width, channels) + numbers + b"8BIMnorm" + bytes(8))
        bodies += body
    listed = struct.pack(">h", len(layers)) + b"".join([*records, *bodies])
    if bits == 8:
        return long(len(listed), is_large=is_large) + listed + bytes(4)
    block = b"8BIMLr16" + long(len(listed), is_large=is_large) + listed
    return long(0, is_large=is_large) + bytes(4) + block


def found(content):
    return list(walk(content, PHOTOSHOP, Budget.of_file(len(content), characters=0, pictures=True)))


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("coding", [PLAIN, RUNS])
def test_the_picture_of_all_layers_is_seen_as_it_is(version, bits, coding):
    content = photoshop(SHOWN, version=version, bits=bits, coding=coding)
    assert np.array_equal(image.decode(content), SHOWN)
    assert held_as(content, PHOTOSHOP) == ()


@pytest.mark.parametrize("bits", [8, 16])
def test_inks_are_seen_as_colours_and_of_lab_how_light_it_is(bits):
    grey = SHOWN[:, :, :1].repeat(3, axis=2)
    inks = np.concatenate([SHOWN, np.full((64, 96, 1), 255, np.uint8)], axis=2)
    assert np.array_equal(image.decode(photoshop(inks, mode=CMYK, bits=bits)), SHOWN)
    for mode in (GREY, LAB):
        assert np.array_equal(image.decode(photoshop(SHOWN, mode=mode, bits=bits)), grey)


def test_a_selection_that_was_saved_hides_nothing():
    selected = np.concatenate([SHOWN, np.zeros((64, 96, 1), np.uint8)], axis=2)
    assert np.array_equal(image.decode(photoshop(selected)), SHOWN)


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("coding", [PLAIN, RUNS, ZIPPED, DIFFERENCES])
def test_each_layer_is_seen_by_itself(version, bits, coding):
    content = photoshop(NOTHING, mode=GREY, version=version, bits=bits, layers=[(NOTHING, PLAIN), (SHOWN, coding)])
    assert held_as(content, PHOTOSHOP) == (PHOTOSHOP,)
    _, layer = found(content)
    assert layer.name == "layer 2"
    assert np.array_equal(layer.content, SHOWN)


def test_layers_that_are_cut_off_or_of_another_depth_are_said_to_be():
    content = photoshop(NOTHING, mode=GREY, layers=[(SHOWN, PLAIN)])
    broken = content.replace(b"8BIMnorm" + bytes(8), b"8BIMnorm" + bytes(4) + b"\xff" * 4)
    assert has_layers(broken, PHOTOSHOP)
    assert all(isinstance(each, Skipped) for each in found(broken))
    deep = photoshop(NOTHING, mode=GREY, layers=[(SHOWN, PLAIN)]).replace(b"\0\x08\0\x01", b"\0\x20\0\x01", 1)
    assert "32 bits" in found(deep)[0].reason
    with pytest.raises(DataError, match="32 bits"):
        image.decode(deep)


def test_a_layer_of_more_pixels_than_is_decoded_is_said_to_be():
    content = photoshop(NOTHING, mode=GREY, layers=[(SHOWN, PLAIN)])
    huge = content.replace(struct.pack(">iiii", 0, 0, 64, 96), struct.pack(">iiii", 0, 0, 60_000, 60_000))
    (skipped,) = found(huge)
    assert "is not decoded" in skipped.reason
