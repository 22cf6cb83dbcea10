"""The files of a folder of works, and what in it is none: said, because its owner may have meant it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from crawler_filter.lists.reading import Refused


def works_in(folder: Path) -> Iterator[tuple[Path, str] | Refused]:
    """Yield each file in a folder and below it, sorted, with its name there; hidden files are left out.

    Nothing is opened. Pipes, devices, folders that cannot be read, links to folders and links that lead out of the
    folder are refused: a link in something that was unpacked must not declare what lies elsewhere.
    """
    whole, unread = folder.resolve(), list[OSError]()
    for place, folders, files in os.walk(folder, onerror=unread.append):
        folders.sort()
        linked = [name for name in folders if os.path.islink(os.path.join(place, name))]  # noqa: PTH114, PTH118
        for name in sorted(files + linked):
            if not name.startswith("."):
                yield _seen(Path(place, name), folder, whole)
        for error in unread:
            yield Refused(
                _named(Path(error.filename), folder), "it cannot be read: %(error)s", error=error.strerror
            )
        unread.clear()


def _seen(path: Path, folder: Path, whole: Path) -> tuple[Path, str] | Refused:
    name = _named(path, folder)
    try:
        mode, place = path.stat().st_mode, path.resolve()
    except (OSError, RuntimeError) as error:  # a ring of links, before Python 3.13
        return Refused(
            name, "it cannot be read: %(error)s", error=getattr(error, "strerror", "") or "a ring of links"
        )
    if stat.S_ISDIR(mode):
        return Refused(name, "a link to a folder is not followed: name that folder too")
    if not stat.S_ISREG(mode):
        return Refused(name, "it is no file, but a pipe, a socket or a device")
    if not place.is_relative_to(whole):
        return Refused(name, "a link to a file outside is not followed: name the folder of that file too")
    return path, name


def _unread(name: str, error: OSError) -> Refused:
    return Refused(name, "it cannot be read: %(error)s", error=error.strerror)


def _named(path: Path, folder: Path) -> str:
    """Return the name of a file in the folder, without what a terminal would not show."""
    name = str(path.relative_to(folder))
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name)
