"""Lines of an index of captures, packed or not: CDXJ, as Common Crawl and pywb write it, and CDX of fields.

A row is a capture: its address, and its payload's digest where that is a SHA-1. The bytes of each kept line are
copied. Lines about the file (` CDX N b a …`, `!meta`) are kept and not counted.
"""

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache, partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from crawler_filter.audit import json_rows
from crawler_filter.audit.blocks import Block, Spans, assemble, head_of, judge_blocks, writers
from crawler_filter.audit.inputs import Input
from crawler_filter.audit.latecomers import Latecomers
from crawler_filter.audit.parts import Drafts, Judge, Part, Settings
from crawler_filter.audit.row_bytes import first_block, line_ends, spans_of, whole_rows
from crawler_filter.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

_ABOUT_THE_FILE: Final = (b" CDX ", b"!")
_NAMES: Final = {
    "N": "urlkey", "b": "timestamp", "a": "url", "m": "mime", "s": "status", "k": "digest", "r": "redirect",
    "M": "metatags", "S": "length", "V": "offset", "g": "filename",
}  # fmt: skip
"""Letters of CDX's first line (archive.org/web/researcher/cdx_legend.php), and what CDXJ calls the same."""

_USUAL: Final = {7: "NbamskS", 9: "NbamskrVg", 11: "NbamskrMSVg"}
"""The letters of lines without a first one, by how many fields there are."""

_LOOKED_AT: Final = 1000
_NO_SHA1: Final = ("sha256:", "sha512:", "md5:")

__all__ = ["assemble", "columns", "head", "parts", "run"]


def columns(source: Input, named: Collection[str] = ()) -> list[str]:
    """Return the names of what lines say: members of their objects, or fields; none of an empty file.

    Members that are `named` by hand are looked for in all lines.
    """
    data = first_block(source, line_ends)
    lines = list(islice((line for line in data.splitlines() if not _is_about(line)), _LOOKED_AT))
    if not lines:
        return []
    if _letters(source):
        return [_NAMES.get(letter, letter) for letter in _letters(source)]
    found = [json_rows.paths(value) for line in lines for value in json_rows.objects(_json_of(line))]
    if not found:
        raise DataError(
            f"{source.path} begins with no line of an index: expected a key, a time and a JSON object (CDXJ), or"
            " fields after a line ` CDX N b a m s k r M S V g`"
        )
    names = list(dict.fromkeys(chain.from_iterable(found)))
    missing = [name for name in named if name not in names]
    blocks = (b"\n".join(map(_json_of, data.splitlines())) for data in whole_rows(source, line_ends))
    return [*names, *json_rows.named_in(blocks, missing)] if missing else names


def head(source: Input, roles: Mapping[str, str], rows: int) -> list[dict[str, Any]]:
    """Return the first captures, by role."""
    return head_of(_blocks(source, roles, None), rows)


def parts(source: Input, limit: int | None) -> list[Part]:  # noqa: ARG001 - every format has the same face
    """Return each file as one part: an index is cut into files itself."""
    return [Part(0, 0, source.size)] if first_block(source, line_ends).strip() else []


def run(
    source: Input, part: Part, roles: Mapping[str, str], judge: Judge, settings: Settings, drafts: Drafts
) -> None:
    """Judge the captures of a file, and write what of them is wanted."""
    with writers(settings, drafts, part.number, _told, source.compression) as write:
        late = None if _letters(source) else Latecomers(source.path, columns(source), settings.choice)
        judge_blocks(_blocks(source, roles, late), judge, settings, write)


def _blocks(source: Input, roles: Mapping[str, str], late: Latecomers | None) -> Iterator[Block]:
    letters, row = _letters(source), 0
    for data in whole_rows(source, line_ends):
        spans = spans_of(line_ends, data)
        about = np.array([_is_about(data[start:stop]) for start, stop in spans.tolist()], dtype=np.bool_)
        rows = spans[~about]
        found = _fields(data, rows, roles, letters) if letters else _members(data, rows, roles, late, row)
        yield Block(found, rows, partial(_slice, data), others=spans[about])
        row += len(rows)


def _members(
    data: bytes, rows: Spans, roles: Mapping[str, str], late: Latecomers | None, row: int
) -> "dict[str, pa.Array]":
    """Return what the objects of CDXJ lines say, by role."""
    places = [(start + _json_at(data[start:stop]), stop) for start, stop in rows.tolist()]
    spans = np.array(places, dtype=np.int64).reshape(-1, 2)
    return _without_other_digests(json_rows.columns_in(data, spans, roles, late, row))


def _fields(data: bytes, rows: Spans, roles: Mapping[str, str], letters: str) -> "dict[str, pa.Array]":
    """Return fields of CDX lines, by role; of a line that has more of them, or fewer, nothing."""
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency

    names = [_NAMES.get(letter, letter) for letter in letters]
    found: dict[str, list[str | None]] = {role: [] for role in roles}
    for start, stop in rows.tolist():
        fields = data[start:stop].decode("utf-8", "replace").split()
        for role, name in roles.items():
            found[role].append(fields[names.index(name)] if len(fields) == len(names) else None)
    return _without_other_digests({role: pa.array(values, pa.string()) for role, values in found.items()})


def _without_other_digests(found: "dict[str, pa.Array]") -> "dict[str, pa.Array]":
    """Take out digests of other kinds, and `-` for none: they are of other tables."""
    import pyarrow as pa  # noqa: PLC0415

    if "sha1" in found:
        digests = [
            None if each in (None, "-") or each.lower().startswith(_NO_SHA1) else each
            for each in found["sha1"].to_pylist()
        ]
        found["sha1"] = pa.array(digests, pa.string())
    return found


@lru_cache(maxsize=4)
def _letters(source: Input) -> str:
    """Return the letters of a file's fields; none where its lines are CDXJ."""
    lines = first_block(source, line_ends).splitlines()
    for line in lines[:_LOOKED_AT]:
        if line.startswith(b" CDX "):
            return "".join(line.decode("ascii", "replace").split()[1:])
    first = next((line for line in lines if not _is_about(line)), b"")
    return "" if b"{" in first else _USUAL.get(len(first.split()), "")


def _slice(data: bytes, start: int, stop: int) -> bytes:
    return data[start:stop]


def _is_about(line: bytes) -> bool:
    return line.startswith(_ABOUT_THE_FILE)


def _json_at(line: bytes) -> int:
    """Return where the object of a CDXJ line begins, behind its key and time; its end where there is none."""
    found = line.find(b" {")
    return found + 1 if found >= 0 else len(line)


def _json_of(line: bytes) -> bytes:
    return line[_json_at(line) :]


def _told(row: bytes, said: Mapping[str, Any]) -> bytes:
    """Return a removed line with what is said of it: in its object, or in one behind its fields."""
    line = row.rstrip(b"\r\n")
    at = _json_at(line)
    if at < len(line):
        return line[:at] + json_rows.told(line[at:], said)
    return line + b" " + json_rows.told(b"{}", said)
