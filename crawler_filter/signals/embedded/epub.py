"""TDMRep and RSL in EPUB packages: container.xml names the package document, whose metadata covers every resource.

Two members of the archive are read, each with a limit. Elements are found in any namespace: the package
documents of old books have others, and a reservation is no less one for it.
"""

import posixpath
import re
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Final

from lxml import etree

from crawler_filter.errors import Sentence
from crawler_filter.files.budget import MAX_MEMBERS
from crawler_filter.files.zip_reader import ZipArchive, opened
from crawler_filter.preference import Preference
from crawler_filter.signals import html
from crawler_filter.signals.agents import NO_AGENTS
from crawler_filter.signals.embedded import rsl_embedded
from crawler_filter.signals.embedded.tdm_properties import NAMESPACES, reservation
from crawler_filter.signals.safe_xml import UnreadableXmlError, parse
from crawler_filter.signals.signal import Family, Signal, unread, web_link

MAX_CONTAINER: Final = 64 << 10
"""Bytes of container.xml, which names one or a few files."""
MAX_PACKAGE: Final = 4 << 20
"""Bytes of an OPF file. It lists every file of the book; ten thousand take 2 MiB."""
MAX_RENDITIONS: Final = 8
"""OPF files of one book that are read."""
MAX_RESERVATIONS: Final = 16
"""Reservations of one package that are read; a sound one has one."""

_MEANT: Final = re.compile(r"(?:tdm:|https?://www\.w3\.org/ns/tdmrep[/#]?)reservation", re.IGNORECASE)
_MEANT_PREFIX: Final = re.compile(r"https?://www\.w3\.org/ns/tdmrep[/#]?\Z", re.IGNORECASE).match
"""Other spellings of the property and of its prefix, which can reserve and not permit."""
_OF_PAGES: Final = re.compile(r"robots|no-?ai|content-(?:usage|signal)|tdm[-_]reservation", re.IGNORECASE)
_UNREADABLE: Final = (EOFError, ImportError, KeyError, ValueError)
_CONTAINER: Final = "META-INF/container.xml"


def read(content: bytes, url: str = "", user: str | None = None) -> tuple[Signal, ...]:
    """Return the TDMRep and RSL statements of an EPUB file, or what of it could not be read.

    A ZIP archive without META-INF/container.xml is no EPUB and says nothing. `url` and `user`: see `xmp.read`.
    """
    if _CONTAINER.encode() not in content:
        return ()
    try:
        archive = opened(content, MAX_MEMBERS)
        signals = tuple(_read_archive(archive, url, user))
        if not archive.damage:
            return signals
        # what is left of a book can still forbid
        restricting = tuple(signal for signal in signals if Preference.DISALLOWED in signal.preferences.values())
        return (*restricting, unread(Family.TDMREP, _CONTAINER, _broken(archive.damage)))
    except (ImportError, ValueError) as error:
        reason, lacks_extra = _broken(error), isinstance(error, ImportError)
        return (unread(Family.TDMREP, _CONTAINER, reason, lacks_extra=lacks_extra),)


def _read_archive(archive: ZipArchive, url: str, user: str | None) -> Iterator[Signal]:
    try:
        container = parse(_member(archive, _CONTAINER, MAX_CONTAINER))
    except (UnreadableXmlError, *_UNREADABLE) as error:
        yield _unread(_CONTAINER, error)
        return
    paths = [str(root.get("full-path", "")) for root in container.iter("{*}rootfile")]
    if not paths:
        yield unread(Family.TDMREP, _CONTAINER, Sentence("it names no package document"))
    for path in paths[:MAX_RENDITIONS]:
        yield from _read_package(archive, path, url, user)
    if len(paths) > MAX_RENDITIONS:
        yield unread(
            Family.TDMREP, _CONTAINER, Sentence("more than %(most)s package documents", most=MAX_RENDITIONS)
        )


def _broken(reason: str | Exception) -> Sentence:
    return Sentence("the archive is broken: %(reason)s", reason=reason)


def _unread(locator: str, error: Exception) -> Signal:
    return unread(Family.TDMREP, locator, error, lacks_extra=isinstance(error, ImportError))


def _read_package(archive: ZipArchive, path: str, url: str, user: str | None) -> Iterator[Signal]:
    if path.startswith("/") or ".." in path.split("/") or "\\" in path or path != posixpath.normpath(path):
        yield unread(
            Family.TDMREP, _CONTAINER, Sentence("%(path)s is no path inside the archive", path=f"{path!r:.100}")
        )
        return
    try:
        package = parse(_member(archive, path, MAX_PACKAGE))
    except (UnreadableXmlError, *_UNREADABLE) as error:
        yield _unread(path, error)
        return
    yield from _statements(package, path)
    yield from _as_a_page(package)
    yield from rsl_embedded.read(package, url, user=user, locator=path, may_allow=_is_of_the_book)


def _member(archive: ZipArchive, name: str, limit: int) -> bytes:
    entry = archive.named(name)
    content = archive.read(entry, limit + 1)
    if len(content) > limit:
        raise ValueError(Sentence("more than %(most)s bytes", most=limit))
    if entry.checksum not in (0, zlib.crc32(content)):
        raise ValueError(Sentence("its checksum is another: it may be damaged"))
    return content


def _is_of_the_book(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and etree.QName(parent).localname == "metadata"


def _as_a_page(package: etree._Element) -> Iterator[Signal]:
    """Yield what meta elements of a package refuse that are tags of pages: `name="robots" content="noai"`."""
    metas = islice(package.iter("{*}meta"), html.MAX_METAS)
    pairs = [
        (str(meta.get("name") or meta.get("property") or ""), str(meta.get("content") or meta.text or ""))
        for meta in metas
    ]
    named = [(name.strip(), value.strip()) for name, value in pairs if _OF_PAGES.fullmatch(name.strip())]
    yield from html.read_pairs(named, "", NO_AGENTS)


def _statements(package: etree._Element, path: str) -> Iterator[Signal]:
    """Yield the reservations of EPUB 2 (`name`, `content`) and EPUB 3 (`property`, text) meta elements."""
    prefixes = _prefixes(str(package.get("prefix", "")))
    policy = None
    reservations = []
    for meta in package.iter("{*}meta"):
        name = str(meta.get("property") or meta.get("name") or "")
        value = str(meta.get("content") or meta.text or "").strip()
        prefix, _, local = name.partition(":")
        is_written_right = prefix == "tdm" or prefixes.get(prefix) in NAMESPACES
        if is_written_right and local == "policy":
            policy = policy or web_link(value)
        elif is_written_right and local == "reservation":
            reservations.append((value, meta, meta.get("refines") is None))
        elif _MEANT.fullmatch(name) or (
            local.lower() == "reservation" and _MEANT_PREFIX(prefixes.get(prefix, ""))
        ):
            reservations.append((value, meta, False))
    for value, meta, may_allow in reservations[:MAX_RESERVATIONS]:
        yield reservation(value, policy, f"{path} line {meta.sourceline}", may_allow=may_allow)
    if len(reservations) > MAX_RESERVATIONS:
        yield unread(Family.TDMREP, path, Sentence("more than %(most)s reservations", most=MAX_RESERVATIONS))


def _prefixes(declared: str) -> dict[str, str]:
    """Return the prefixes of an EPUB 3 package, declared as `tdm: http://… other: http://…` (EPUB 3.3 D.1.4)."""
    words = declared.split()
    return {name.removesuffix(":"): uri for name, uri in zip(words[::2], words[1::2], strict=False)}
