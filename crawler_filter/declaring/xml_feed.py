"""XML feeds of any length, one record at a time: nothing is resolved, fetched or kept."""

import io
from collections.abc import Iterator
from typing import BinaryIO, Final

from lxml import etree

from crawler_filter.declaring.claims import FeedError

MAX_RECORD: Final = 4 << 20
"""Bytes of one record; ONIX records with long texts have 200 KB."""
_HEAD: Final = 64 << 10


def records(file: BinaryIO, name: str, *tags: str) -> Iterator[etree._Element]:
    """Yield the elements of these local names, in order, and forget each when the next is asked for.

    Raises FeedError, with the line, for what is not well-formed, has entities of its own or an endless record.
    """
    head = file.read(_HEAD)
    if b"<!ENTITY" in head or b"<!\0E\0N\0T" in head:
        raise FeedError("%(name)s: it defines entities, which are not read: save it without them", name=name)
    bounded = _Bounded(head, file)
    parsed = etree.iterparse(
        bounded, events=("end",), tag=[f"{{*}}{tag}" for tag in tags], resolve_entities=False, no_network=True,
        load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        for _, element in parsed:
            bounded.since = 0
            yield element
            _forget(element)
    except etree.XMLSyntaxError as error:
        raise FeedError("%(name)s line %(line)s: not well-formed: %(why)s", name=name, line=error.lineno or 1,
                        why=str(error.msg)[:200]) from error  # fmt: skip
    except _EndlessRecordError as error:
        raise FeedError("%(name)s: one record has more than %(most)s bytes", name=name, most=MAX_RECORD) from error


def _forget(element: etree._Element) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


class _EndlessRecordError(Exception):
    pass


class _Bounded(io.RawIOBase):
    """Reads on, as long as records end: `since` counts the bytes since the last one did."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = io.BytesIO(head)
        self._rest = rest
        self.since = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes. Raises _EndlessRecordError."""
        piece = self._head.read(size) or self._rest.read(size)
        self.since += len(piece)
        if self.since > MAX_RECORD + _HEAD:
            raise _EndlessRecordError
        return piece


def text(element: etree._Element, *names: str) -> str:
    """Return the text of the first element below of any of these local names, empty where there is none."""
    found = next(element.iter(*(f"{{*}}{name}" for name in names)), None)
    return "" if found is None else " ".join("".join(str(part) for part in found.itertext()).split())
