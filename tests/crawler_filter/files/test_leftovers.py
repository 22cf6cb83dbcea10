"""What systems leave in archives is told from what a reader shows: by name where nobody knows its kind."""

import pytest

from crawler_filter.files.leftovers import is_leftover
from crawler_filter.files.media_type import UNKNOWN

BYTES = bytes(range(1, 200))


@pytest.mark.parametrize(
    "name",
    [
        "Thumbs.db",
        "vol 1/THUMBS.DB ",
        "__MACOSX/._1.png",
        "vol 1/__MACOSX/._1.png",
        "__macosx/._1.png",
        ".AppleDouble/1.png",
        "@eaDir/1.png/x",
        ".dropbox",
        "vol 1/.dropbox.attr",
        ".xvpics/1",
    ],
)
def test_what_a_system_left_anywhere_in_a_tree_is_a_leftover(name):
    assert is_leftover(name, UNKNOWN, BYTES)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("__MACOSX/1.png", "image/png"),
        ("@eaDir/1.jpg/SYNOPHOTO_THUMB_XL.jpg", "image/jpeg"),
        ("my__macosx/1.bin", UNKNOWN),
        ("1.bin", UNKNOWN),
        ("dropbox", UNKNOWN),
    ],
)
def test_what_can_be_read_or_has_an_ordinary_name_is_none(name, kind):
    assert not is_leftover(name, kind, BYTES)
