"""A binary property list is read: its text, and the files in it."""

import plistlib

import pytest

from crawler_filter.files.budget import Budget, Member, Skipped
from crawler_filter.files.property_list import MOST_BYTES, members
from crawler_filter.fingerprints.text import text_scope
from tests.costs import SECOND, cost
from tests.crawler_filter.checks.test_content import NOVEL, OTHER, PIXELS, encoded, opened, pictured
from tests.crawler_filter.files.sample_archives import zipped


def binary(value):
    return plistlib.dumps(value, fmt=plistlib.FMT_BINARY)


def saved(page, picture=b""):
    """A page as Safari saves it."""
    resources = [{"WebResourceData": picture, "WebResourceMIMEType": "image/png"}]
    return binary({"WebMainResource": {"WebResourceData": page.encode()}, "WebSubresources": resources})


def read(content):
    return list(members(content, Budget.of_file(len(content), characters=1 << 20, pictures=True)))


def test_a_registered_picture_in_a_saved_page_is_found_and_that_of_somebody_else_is_kept():
    registered = opened(pictured())
    found = registered.check(content=saved("<html>", encoded(PIXELS)))
    assert (found.keep, found.findings[0].evidence.member) == (
        False,
        "part 2" if len(b"<html>") >= 64 else "part 1",
    )
    assert registered.check(content=saved("<html>", encoded(OTHER))).keep


def test_a_registered_text_is_found_as_a_string_and_as_a_page():
    registered = opened(("text", text_scope(NOVEL).encode()))
    assert registered.check(content=binary({"note": NOVEL})).findings
    assert registered.check(content=binary(NOVEL.split(" "))).findings
    assert registered.check(content=saved(f"<html><p>{NOVEL}</p></html>")).findings
    assert registered.check(content=binary({"note": "Another note."})).keep


def test_a_comic_with_what_systems_leave_in_it_is_kept_and_a_registered_page_beside_it_is_found():
    shortcut = bytes.fromhex("4c0000000114020000000000c000000000000046") + bytes(range(256))
    unknown = b"\1\2\xff\xfe" * 20
    left = {
        "Info.plist": binary({"name": "x", "version": 1.5}), "page.lnk": shortcut, ".Trashes": b"\0\1",
        "~$notes.docx": b"\5admin" + bytes(155), ".Spotlight-V100/store.db": unknown, "System Volume Information/t": unknown,
    }  # fmt: skip
    registered = opened(pictured())
    assert registered.check(content=zipped({"1.png": encoded(OTHER), **left})).keep
    assert not registered.check(content=zipped({"1.png": encoded(PIXELS), **left})).keep
    assert not registered.check(content=zipped({"1.png": encoded(OTHER), "a.lnk": encoded(PIXELS)})).keep
    assert not registered.check(content=zipped({"1.png": encoded(OTHER), "x.bin": unknown})).keep
    assert not registered.check(content=zipped({"1.png": encoded(OTHER), "~$notes.docx": unknown * 9})).keep


@pytest.mark.parametrize(
    "content",
    [
        b"bplist00\xa1\x01",
        b"bplist00" + bytes(40),
        binary([1])[:-1],
        binary({"a": "b"}) + bytes(MOST_BYTES),
    ],
)
def test_one_that_is_broken_or_large_is_not_checked(content):
    assert [type(each) for each in read(content)] == [Skipped]
    assert not opened(pictured()).check(content=content).keep


def test_parts_that_name_one_another_are_read_once():
    value = ["word"]
    for _ in range(200):
        value = [value] * 100
    assert cost(lambda: read(binary(value)), limit=SECOND) <= SECOND
    itself = b"bplist00\xa1\0\x08" + bytes(6) + b"\1\1" + (1).to_bytes(8) + bytes(8) + (10).to_bytes(8)
    assert read(itself) == [Member("text", "text/plain", "")]
    assert read(binary(value)) == [Member("text", "text/plain", "word")]
