"""WARC, WET, WAT and ARC files, packed or not: a row is a capture, the records of one address that stand together.

The address and the payload's digest in the headers suffice, so contents are passed over. What is kept is copied
byte for byte, each record in its own gzip member as before. Records of no address of the web, such as `warcinfo`
and `dns:`, are kept and not counted.
"""

import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

import numpy as np

from crawler_filter.audit import arc
from crawler_filter.audit.blocks import Block, assemble, head_of, judge_blocks, told_apart, writers
from crawler_filter.audit.inputs import Input
from crawler_filter.audit.parts import Drafts, Judge, Part, Settings
from crawler_filter.errors import DataError
from crawler_filter.formats.warc_targets import address_of, is_of_the_crawler

CAPTURES_AT_ONCE: Final = 10_000

_WITH_CONTENT: Final = ("response", "resource", "conversion", "revisit", "continuation")
_COLUMNS: Final = {"url": "WARC-Target-URI", "sha1": "WARC-Payload-Digest"}


class _Capture(NamedTuple):
    """Records of one address that stand together: their address, their digest, where they begin and end."""

    url: str
    digest: str | None
    start: int
    stop: int
    is_asset: bool


__all__ = ["assemble", "columns", "head", "parts", "run"]


def columns(source: Input, named: Collection[str] = ()) -> list[str]:  # noqa: ARG001 - every format has the same face
    """Return the headers that are judged."""
    with source.path.open("rb") as file:
        if arc.is_arc(file):
            return [arc.COLUMN]
    return list(_COLUMNS.values())


def head(source: Input, roles: Mapping[str, str], rows: int) -> list[dict[str, Any]]:
    """Return the first captures, by role."""
    return head_of(_blocks(source, roles, rows), rows)


def parts(source: Input, limit: int | None) -> list[Part]:  # noqa: ARG001
    """Return each file as one part, because only reading it tells where its records begin."""
    return [Part(0, 0, source.size)]


def run(
    source: Input, part: Part, roles: Mapping[str, str], judge: Judge, settings: Settings, drafts: Drafts
) -> None:
    """Judge the captures of a file, and write what of them is wanted."""
    with writers(settings, drafts, part.number, told_apart, None) as write:
        judge_blocks(_blocks(source, roles, CAPTURES_AT_ONCE), judge, settings, write)


def _blocks(source: Input, roles: Mapping[str, str], most: int) -> Iterator[Block]:
    with source.path.open("rb") as file:
        captures: list[_Capture] = []
        others: list[tuple[int, int]] = []
        for capture in _captures(file, source.path):
            if capture.is_asset:
                captures.append(capture)
            else:
                others.append((capture.start, capture.stop))
            if len(captures) >= most:
                yield _block(file, captures, others, roles)
                captures, others = [], []
        if captures or others:
            yield _block(file, captures, others, roles)


def _block(
    file: BinaryIO, captures: list[_Capture], others: list[tuple[int, int]], roles: Mapping[str, str]
) -> Block:
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency

    given = {"url": [_url(each) for each in captures], "sha1": [_sha1(each.digest) for each in captures]}
    found = {role: pa.array(given[role], pa.string()) for role in roles}
    spans = np.array([(each.start, each.stop) for each in captures], dtype=np.int64).reshape(-1, 2)
    descriptor = file.fileno()
    return Block(
        found, spans, lambda start, stop: os.pread(descriptor, stop - start, start),
        others=np.array(others, dtype=np.int64).reshape(-1, 2),
    )  # fmt: skip


def _url(capture: _Capture) -> str | None:
    """Return an address; what is not of the web has none, and is found by its digest alone, if it has one."""
    return capture.url if _is_of_the_web(capture.url) else None


def _captures(file: BinaryIO, path: Path) -> Iterator[_Capture]:
    open_: _Capture | None = None
    for headers, start, stop in (arc.records if arc.is_arc(file) else _records)(file, path):
        url = address_of(headers.get("warc-target-uri") or "")
        digest = headers.get("warc-payload-digest")
        if open_ is not None and url and url == open_.url:
            open_ = _Capture(url, open_.digest or digest, open_.start, stop, is_asset=True)
            continue
        if open_ is not None:
            yield open_
        open_ = _Capture(url, digest, start, stop, is_asset=_is_asset(url, headers["warc-type"]))
    if open_ is not None:
        yield open_


def _records(file: BinaryIO, path: Path) -> Iterator[tuple[Mapping[str, str], int, int]]:
    """Yield the headers of each record, and where it begins and the next one does."""
    iterator = _iterator()
    before: tuple[Mapping[str, str], int] | None = None
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    try:
        for record in iterator(file, parse_http=False):
            if before is not None:
                if record.stream_pos <= before[1]:
                    raise DataError(f"{path} is packed as a whole: pack it anew, each record by itself")
                yield *before, record.stream_pos
            elif record.stream_pos:
                raise DataError(f"{path} does not begin with a WARC record")
            before = {name.lower(): value for name, value in record.headers}, record.stream_pos
            _require_whole(record, *before, path)
    except (OSError, RuntimeError, ValueError) as error:
        raise DataError(f"{path} cannot be read as WARC: {error}") from error
    if before is not None:
        yield *before, size
    elif size:
        raise DataError(f"{path} holds no WARC record")


def _require_whole(record: Any, headers: Mapping[str, str], start: int, path: Path) -> None:  # noqa: ANN401
    """Raise DataError for a record that does not say what it is and how long, as each must, or is cut off."""
    if "warc-type" not in headers:
        raise DataError(f"{path}: the record at {start} does not say what it is")
    if not headers.get("content-length", "").strip().isdigit():
        raise DataError(f"{path} is cut off, or broken: its record at {start} does not say how long it is")
    if (read := record.reader.consume()) != record.content_length:
        raise DataError(f"{path} is cut off: its record at {start} has {read} of {record.content_length} bytes")


def _iterator() -> Any:  # noqa: ANN401 - an optional dependency
    try:
        from fastwarc.warc import ArchiveIterator  # noqa: PLC0415
    except ImportError as error:
        raise DataError("WARC files need the package fastwarc: install training-optout[warc]") from error
    return ArchiveIterator


def _is_asset(url: str, kind: str) -> bool:
    """Tell whether a record may hold a work; what the crawler says of itself does not."""
    return _is_of_the_web(url) or (kind in _WITH_CONTENT and not is_of_the_crawler(url))


def _is_of_the_web(url: str) -> bool:
    return url.partition(":")[0].lower() in ("http", "https")


def _sha1(digest: str | None) -> str | None:
    """Return a SHA-1; other digests are of other tables."""
    return digest if digest and digest.lower().startswith("sha1:") else None
