"""Pictures in a TIFF that are no pages: previews of raw photographs, and what lies below a page."""

import struct

import numpy as np
import pytest

from tests.crawler_filter.checks.test_content import OTHER, PIXELS, encoded, opened, pictured, reasons

pytest.importorskip("PIL")

BLANK = np.full((60, 80, 3), 255, np.uint8)


def directory(*entries, order="<", following=0):
    packed = b"".join(struct.pack(order + "HHII", *entry) for entry in entries)
    return struct.pack(order + "H", len(entries)) + packed + struct.pack(order + "I", following)


def strips(shown, at):
    height, width, _ = shown.shape
    return [
        (256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 2), (273, 4, 1, at),
        (277, 3, 1, 3), (278, 4, 1, height), (279, 4, 1, shown.size),
    ]  # fmt: skip


def tiff(first, below=(), *, parts=(), order="<"):
    """A TIFF of one page, whose further directories may name the places of `parts`."""
    body, places = b"", []
    for part in (first.tobytes(), *parts):
        places.append(8 + len(body))
        body += part + b"\0" * (len(part) % 2)
    page = strips(first, places[0])
    sub_at = 8 + len(body)
    subs = [directory(*each(places[1:])) for each in below]
    starts = [sub_at + sum(map(len, subs[:number])) for number in range(len(subs))]
    end = sub_at + sum(map(len, subs))
    array = struct.pack("<" + "I" * len(starts), *starts)
    page += [(330, 4, len(starts), starts[0] if len(starts) == 1 else end)] if starts else []
    return b"II*\0" + struct.pack("<I", end + len(array)) + body + b"".join(subs) + array + directory(*page)


def jpeg_by_tags(content):
    return lambda places: [(254, 4, 1, 1), (259, 3, 1, 6), (513, 4, 1, places[0]), (514, 4, 1, len(content))]


def jpeg_in_a_strip(content):
    return lambda places: [(259, 3, 1, 7), (262, 3, 1, 6), (273, 4, 1, places[0]), (279, 4, 1, len(content))]


def raw(places):
    return [
        (254, 4, 1, 0),
        (256, 4, 1, 9000),
        (257, 4, 1, 6000),
        (259, 3, 1, 34713),
        (262, 3, 1, 32803),
        (273, 4, 1, 8),
    ]


def smaller(places):
    return strips(PIXELS, places[0])


@pytest.mark.parametrize("kept_as", [jpeg_by_tags, jpeg_in_a_strip])
def test_a_photograph_is_found_by_its_preview(kept_as):
    jpeg = encoded(PIXELS, "JPEG")
    assert opened(pictured()).check(content=tiff(BLANK, [kept_as(jpeg), raw], parts=[jpeg])).findings


def test_what_lies_below_a_page_is_found():
    assert opened(pictured()).check(content=tiff(BLANK, [smaller], parts=[PIXELS.tobytes()])).findings


def test_a_page_that_is_kept_as_jpeg_is_read_with_its_tables_and_is_no_preview():
    page = encoded(OTHER, "TIFF", compression="jpeg", tiffinfo={278: OTHER.shape[0]})
    assert b"\x5b\x01" in page[:4] + page  # tag 347, without which the strip cannot be read
    decision = opened(pictured()).check(content=page)
    assert decision.keep, decision.unavailable
    mine = encoded(PIXELS, "TIFF", compression="jpeg", tiffinfo={278: PIXELS.shape[0]})
    assert not opened(pictured()).check(content=mine).keep


def test_that_there_are_more_pictures_below_a_page_than_are_looked_at_is_said():
    mine = encoded(PIXELS, "JPEG", quality=90)
    below = [lambda _: [(262, 3, 1, 32803)]] * 64 + [jpeg_by_tags(mine)]
    decision = opened(pictured()).check(content=tiff(BLANK, below, parts=(mine,)))
    assert any("more pictures below a page" in str(missing.reason) for missing in decision.unavailable)


def test_somebody_elses_photograph_is_kept():
    jpeg = encoded(OTHER, "JPEG")
    decision = opened(pictured()).check(content=tiff(OTHER, [jpeg_by_tags(jpeg), raw], parts=[jpeg]))
    assert decision.keep, decision.unavailable


@pytest.mark.parametrize(
    "below",
    [
        lambda places: [(259, 3, 1, 6), (513, 4, 1, 1 << 31), (514, 4, 1, 9)],
        lambda places: [(330, 4, 1, 8)],
        lambda places: [],
    ],
)
def test_what_points_nowhere_costs_nothing(below):
    decision = opened(pictured()).check(content=tiff(OTHER, [below], parts=[b""]))
    assert decision.keep or "picture" in reasons(decision)


def test_that_a_broken_directory_hides_pictures_is_said():
    broken = tiff(OTHER, [lambda places: [(254, 4, 1, 0)]])
    at = broken.index(b"\x01\0\xfe\0\4\0")
    decision = opened(pictured()).check(content=broken[:at] + b"\xff\xff" + broken[at + 2 :])
    assert "directory is broken" in reasons(decision)


def test_a_picture_behind_a_broken_directory_is_found():
    mine = encoded(PIXELS, "JPEG")
    whole = tiff(BLANK, [lambda places: [(254, 4, 1, 0)], jpeg_by_tags(mine)], parts=(mine,))
    at = whole.index(b"\x01\0\xfe\0\4\0")
    decision = opened(pictured()).check(content=whole[:at] + b"\xff\xff" + whole[at + 2 :])
    assert decision.findings
