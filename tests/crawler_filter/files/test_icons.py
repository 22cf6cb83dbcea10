"""Every picture of an icon that is large enough to show something is looked at."""

import struct

import pytest

from crawler_filter.files.budget import Budget, Skipped
from crawler_filter.files.icons import ICON, ICON_OF_MACOS, further, has_several
from tests.crawler_filter.checks.test_content import OTHER, PIXELS, encoded, opened, pictured

pytest.importorskip("PIL", reason="the media extra is not installed")


def icon(*pictures):
    """Return an icon of squares: pairs of a side and a PNG."""
    head, body, place = struct.pack("<HHH", 0, 1, len(pictures)), b"", 6 + 16 * len(pictures)
    for side, content in pictures:
        head += struct.pack("<BBBBHHII", side % 256, side % 256, 0, 0, 1, 32, len(content), place + len(body))
        body += content
    return head + body


def icons_of_macos(*pictures):
    blocks = b"".join(name + struct.pack(">I", 8 + len(content)) + content for name, content in pictures)
    return b"icns" + struct.pack(">I", 8 + len(blocks)) + blocks


def squared(shown, side):
    return encoded(shown, "PNG", size=(side, side))


BOTH = {
    "Windows": icon((256, squared(OTHER, 256)), (128, squared(PIXELS, 128))),
    "macOS": icons_of_macos((b"ic08", squared(OTHER, 256)), (b"ic07", squared(PIXELS, 128))),
}


@pytest.mark.parametrize("content", BOTH.values(), ids=BOTH)
def test_a_registered_picture_is_found_beside_the_largest(content):
    decision = opened(pictured()).check(content=content)
    assert not decision.keep
    assert decision.findings[0].evidence.member == "picture 2"


def test_a_bitmap_in_an_icon_is_looked_at_as_an_icon_of_its_own():
    content = encoded(PIXELS, "ICO", size=(64, 64), sizes=[(64, 64)], bitmap_format="bmp")
    size, place = struct.unpack_from("<II", content, 14)
    both = icon((256, squared(OTHER, 256)), (64, content[place : place + size]))
    assert has_several(both, ICON)
    assert not opened(pictured()).check(content=both).keep


@pytest.mark.parametrize(
    "content",
    [
        icon((256, squared(PIXELS, 256))),
        icon((32, squared(PIXELS, 32)), (16, squared(PIXELS, 16))),
        icon((256, squared(OTHER, 256)), (128, squared(PIXELS, 128)))[:30],
        icons_of_macos((b"ic08", squared(PIXELS, 256)), (b"TOC ", b"")),
    ],
    ids=["one", "small ones", "cut", "one of macOS"],
)
def test_what_has_no_other_picture_of_some_size_holds_none(content):
    kind = ICON_OF_MACOS if content.startswith(b"icns") else ICON
    assert not has_several(content, kind)


def test_more_than_a_file_of_its_size_may_hold_is_not_looked_at_and_it_is_said():
    content = icon((256, squared(OTHER, 256)), *((64 + each, squared(PIXELS, 64 + each)) for each in range(4)))
    budget = Budget.of_file(len(content), characters=0, pictures=True)
    budget.parts = 2
    assert [type(each) is Skipped for each in further(content, ICON, budget)] == [False, False, True]


def test_an_icon_whose_entries_all_name_the_same_bytes_is_looked_at_once():
    entry = struct.pack("<BBBBHHII", 64, 64, 0, 0, 1, 32, 1 << 20, 0)
    content = struct.pack("<HHH", 0, 1, 50_000) + entry * 50_000
    assert not has_several(content, ICON)
    nested = b"".join(struct.pack("<BBBBHHII", 64, 64, 0, 0, 1, 32, 1 << 20, n) for n in range(50_000))
    budget = Budget.of_file(len(content), characters=0, pictures=True)
    *read, last = further(struct.pack("<HHH", 0, 1, 50_000) + nested, ICON, budget)
    assert isinstance(last, Skipped)
    assert len(read) < 1_000
