"""A folder of works: every file in it, and what is none is named instead of opened."""

import os
import socket

import pytest

from crawler_filter.declaring.catalogue import read
from crawler_filter.declaring.claims import FeedError
from crawler_filter.declaring.folder import works_in
from crawler_filter.lists.reading import Refused


def named(folder):
    return {
        found.place if isinstance(found, Refused) else found[1]: found.why if isinstance(found, Refused) else ""
        for found in works_in(folder)
    }


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "works"
    (made / "b").mkdir(parents=True)
    (made / "a.txt").write_text("a")
    (made / "b" / "c.txt").write_text("c")
    return made


def test_every_file_of_a_folder_comes_once_by_its_name_there(folder):
    (folder / ".hidden").write_text("x")
    (folder / "again.txt").symlink_to("a.txt")
    assert named(folder) == {"a.txt": "", "again.txt": "", "b/c.txt": ""}


def test_what_is_no_file_is_named_and_not_opened(folder, monkeypatch):
    os.mkfifo(folder / "pipe")
    monkeypatch.chdir(folder)  # the address of a socket is short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        (folder / "device").symlink_to("/dev/zero")
        found = named(folder)
    assert {name: "no file" in why for name, why in found.items()} == {
        "a.txt": False, "b/c.txt": False, "device": True, "pipe": True, "socket": True,
    }  # fmt: skip
    with pytest.raises(FeedError, match="a file or a folder"):
        list(read(folder / "pipe"))


def test_links_lead_nowhere_round_or_out_and_are_named(folder, tmp_path):
    (tmp_path / "diary.txt").write_text("of somebody else")
    for name, to in {"ring": ".", "itself": "itself", "gone": "nowhere", "out.txt": "../diary.txt"}.items():
        (folder / name).symlink_to(to)
    found = named(folder)
    assert all(found[name] for name in ("ring", "itself", "gone", "out.txt"))
    assert len(found) == 6


def test_a_name_that_a_terminal_would_obey_is_shown_without_it(folder):
    (folder / "\x1b[31m\n.txt").write_text("x")
    assert "\ufffd[31m\ufffd.txt" in named(folder)


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_declared(folder, monkeypatch):
    def fail(path, *_):
        raise PermissionError(13, "Permission denied") if path.name == "a.txt" else ImportError

    monkeypatch.setattr("crawler_filter.declaring.catalogue.digest_of", fail)
    first, *_ = read(folder)
    assert (first.place, first.why) == ("a.txt", "it cannot be read: Permission denied")
