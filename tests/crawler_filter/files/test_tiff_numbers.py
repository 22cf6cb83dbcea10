"""TIFFs of numbers in several channels are seen as the same picture of bytes is."""

import struct
import zlib

import numpy as np
import pytest

pytest.importorskip("PIL")

from crawler_filter.errors import MalformedMediaError, OversizedError
from crawler_filter.files import image
from crawler_filter.files.budget import Budget, Member
from crawler_filter.files.frames import pages

HEIGHT, WIDTH = 40, 50
SHADES = np.add.outer(np.arange(HEIGHT) * 3, np.arange(WIDTH) * 2)[:, :, None] + np.array([0, 17, 34])
PICTURE = SHADES.astype(np.uint8)
WHITES = {"f2": 1, "f4": 1, "f8": 1, "u2": 65_535, "i2": 32_767, "u4": 65_535, "i4": 65_535}


def tiff(numbers, *, order="<", planar=False, tile=0, predictor=1, packed=8, pages=1, **changed):
    """Write a TIFF of numbers of (height, width, samples), in one strip or in tiles."""
    height, width, samples = numbers.shape
    size, kind = numbers.dtype.itemsize, numbers.dtype.kind
    layers = np.split(numbers, samples, axis=2) if planar else [numbers]
    down, across = (tile, tile) if tile else (height, width)
    parts = []
    for layer in layers:
        for top in range(0, height, down):
            for left in range(0, width, across):
                part = np.zeros((down, across, layer.shape[2]), numbers.dtype)
                found = layer[top : top + down, left : left + across]
                part[: found.shape[0], : found.shape[1]] = found
                kept = predicted(part, predictor, order)
                parts.append(zlib.compress(kept) if packed == 8 else kept)
    said = {
        256: width,
        257: height,
        258: [8 * size] * samples,
        259: packed,
        262: 2 if samples >= 3 else 1,
        **({} if tile else {278: height}),
        273 + 51 * bool(tile): [],
        277: samples,
        279 + 46 * bool(tile): [len(each) for each in parts],
        284: 1 + planar,
        317: predictor,
        **({322: tile, 323: tile} if tile else {}),
        **({338: 2} if samples in (2, 4) else {}),
        339: [{"u": 1, "i": 2, "f": 3}[kind]] * samples,
    }
    starts = [8 + sum(map(len, parts[:number])) for number in range(len(parts))]
    said[273 + 51 * bool(tile)] = starts
    said |= {int(tag[1:]): value for tag, value in changed.items()}
    content = b"".join(parts)
    tables = []
    for number in range(pages):
        tables.append(directory(said, order, 8 + len(content) + sum(map(len, tables)), last=number == pages - 1))
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8 + len(content))
    return head + content + b"".join(tables)


def predicted(part, predictor, order):
    rows = part.shape[0]
    if predictor == 3:
        planes = part.astype(part.dtype.newbyteorder(">")).view(np.uint8).reshape(rows, -1, part.dtype.itemsize)
        part = np.ascontiguousarray(planes.swapaxes(1, 2)).reshape(rows, -1, part.shape[2])
        return np.diff(part, axis=1, prepend=np.zeros_like(part[:, :1])).tobytes()
    if predictor == 2:
        whole = part.view(f"u{part.dtype.itemsize}")
        part = np.diff(whole, axis=1, prepend=np.zeros_like(whole[:, :1]))
    return part.astype(part.dtype.newbyteorder(order)).tobytes()


def directory(said, order, place, *, last):
    fields, behind = b"", b""
    room = place + 2 + 12 * len(said) + 4
    for tag, value in sorted(said.items()):
        values = value if isinstance(value, list) else [value]
        kept = struct.pack(f"{order}{len(values)}I", *values)
        if len(values) > 1:
            kept, behind = struct.pack(order + "I", room + len(behind)), behind + kept
        fields += struct.pack(order + "HHI", tag, 4, len(values)) + kept
    follows = 0 if last else room + len(behind)
    return struct.pack(order + "H", len(said)) + fields + struct.pack(order + "I", follows) + behind


def as_numbers(kind, picture=PICTURE):
    return (picture / 255 * WHITES[kind]).astype(kind)


def away(content, picture=PICTURE):
    """How far what is seen is from a picture, a few levels being what rounding costs."""
    return int(np.abs(image.decode(content).astype(int) - picture).max())


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("planar", [False, True])
@pytest.mark.parametrize("tile", [0, 16])
@pytest.mark.parametrize(
    ("kind", "predictor"), [("f2", 1), ("f4", 3), ("f8", 3), ("f4", 2), ("u2", 2), ("u4", 2), ("i4", 1)]
)
def test_colours_of_numbers_are_seen_as_those_of_bytes(kind, predictor, tile, planar, order):
    assert away(tiff(as_numbers(kind), order=order, planar=planar, tile=tile, predictor=predictor)) <= 1


@pytest.mark.parametrize("kind", ["f2", "f4", "f8"])
def test_grey_numbers_are_seen_in_either_order_of_bytes(kind):
    grey = PICTURE[:, :, :1]
    assert away(tiff(as_numbers(kind, grey), order=">"), grey) <= 1
    assert away(tiff(as_numbers(kind, grey), order="<", packed=1), grey) <= 1


def test_numbers_without_a_known_white_are_stretched_all_channels_alike():
    signed = as_numbers("f4") * 2 - 1
    seen = image.decode(tiff(signed)).astype(float)
    stretched = (PICTURE.astype(float) - PICTURE.min()) * 255 / np.ptp(PICTURE)
    assert np.abs(seen - stretched).max() <= 2


def test_what_is_said_to_be_grey_of_three_samples_has_colours():
    assert away(tiff(as_numbers("f4"), t262=1, t338=[0, 0])) <= 1


@pytest.mark.parametrize("planar", [False, True])
def test_what_is_transparent_shows_the_white_page(planar):
    alpha = np.ones((HEIGHT, WIDTH, 1), "f4")
    alpha[:10] = 0
    seen = image.decode(tiff(np.dstack([as_numbers("f4"), alpha]), planar=planar)).astype(int)
    assert (seen[:10] == 255).all()
    assert np.abs(seen[10:] - PICTURE[10:]).max() <= 1


def test_what_is_no_number_and_what_is_infinite_spoils_no_other_pixel():
    numbers = as_numbers("f8")
    numbers[0, 0], numbers[0, 1], numbers[0, 2] = np.nan, np.inf, 1e308
    seen = image.decode(tiff(numbers)).astype(int)
    assert np.abs(seen - PICTURE)[1:].max() <= 1
    assert seen[0, 0].max() == 0
    assert seen[0, 1].min() == 255


def test_every_page_of_numbers_is_looked_up():
    found = list(pages(tiff(as_numbers("f4"), pages=3), Budget.of_file(1 << 20, characters=0, pictures=True)))
    assert [each.name for each in found] == ["page 2", "page 3"]
    assert all(
        isinstance(each, Member) and np.abs(each.content.astype(int) - PICTURE).max() <= 1 for each in found
    )


LYING = {
    "fewer pieces than its size takes": tiff(as_numbers("f4"), t257=80, t278=40),
    "a piece that is cut short": tiff(as_numbers("f4"), t257=80, t278=80),
    "a piece behind the end": tiff(as_numbers("f4"), t273=1 << 30),
    "a plain piece that is cut short": tiff(as_numbers("f4"), packed=1, t257=80, t278=80),
    "no rows in a strip": tiff(as_numbers("f4"), t278=0),
    "tiles without a side": tiff(as_numbers("f4"), tile=16, t322=0),
    "no pieces": tiff(as_numbers("f4"), t273=[]),
    "five samples": tiff(np.repeat(as_numbers("f4"), 2, axis=2)[:, :, :5]),
    "a predictor of floats for whole numbers": tiff(as_numbers("u4"), predictor=3),
    "a way of packing that is not known": tiff(as_numbers("f4"), t259=34_933),
}


@pytest.mark.parametrize("content", LYING.values(), ids=LYING)
def test_a_file_that_lies_is_not_checked(content):
    with pytest.raises(MalformedMediaError):
        image.decode(content)


@pytest.mark.parametrize(
    "sizes", [{"t256": 60_000, "t257": 60_000, "t278": 60_000}, {"t256": 1 << 31, "t257": 1}, {"t257": 1 << 20}]
)
def test_a_file_that_would_be_too_large_is_refused_before_it_is_unpacked(sizes):
    with pytest.raises(OversizedError):
        image.decode(tiff(as_numbers("f4"), **sizes))


def test_tiles_larger_than_their_picture_count_as_what_they_are():
    with pytest.raises(OversizedError):
        image.decode(tiff(as_numbers("f4"), tile=16, t322=60_000, t323=60_000))
