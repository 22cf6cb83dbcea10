"""Publishing grants beside the snapshot: files of rows, and the signed note that names them at a size of the log.

Order: rows durable, note published, and then the manifest of the same state, so that whoever sees that finds them.
Rows are a pure function of the log's first n leaves and the bodies not erased by then. Those of a span that was
made before are used again, unless something was erased since.
"""

import hashlib
import re
from collections.abc import Iterable
from typing import Final

from sqlite_utils import Database

from crawler_filter.formats.record import LeafType
from crawler_filter.grants.note import GrantFile, GrantsNote
from crawler_filter.grants.rows import GrantRow, encode_difference, encode_full, merge_rows
from crawler_filter.log import Checkpoint, Signer, sign_note
from crawler_filter.snapshot import boundaries
from crawler_filter.snapshot.granting import row_of
from registry.publishing.durable_files import DurableFiles
from registry.store.grants import declarations_at, grant_at, touched_grants
from registry.store.in_force import erased_declarations

SUFFIX: Final = ".grants"
_EMPTY: Final = encode_difference({})
_NOTE: Final = re.compile(r"grants/([0-9]+)")

Rows = tuple[bytes, tuple[bytes, ...], tuple[tuple[int, int], ...]]
"""The merged rows, the rows of each span, and the spans."""


class GrantsPublisher:
    """Makes and signs the grants of one instance. Used by the thread that publishes."""

    def __init__(self, files: DurableFiles, signer: Signer, origin: str) -> None:
        self._files = files
        self._signer = signer
        self._origin = origin
        self._made: dict[tuple[int, int], bytes] = {}
        self._reached = 0

    def build(self, database: Database, size: int) -> Rows:
        """Return the rows at log size `size`; `database` must see a log of exactly that size."""
        if size < self._reached or erased_declarations(database, self._reached, size):
            self._made = {}
        spans = boundaries(size)
        self._made = {span: self._made.get(span) or rows_between(database, *span) for span in spans}
        self._reached = size
        parts = tuple(self._made[span] for span in spans)
        merged = merge_rows(parts[0], [part for part in parts[1:] if part != _EMPTY])
        return merged, parts, spans

    def publish(self, rows: Rows, checkpoint: Checkpoint) -> bytes:
        """Make rows durable and publish the note about them; return the merged rows."""
        merged, parts, spans = rows
        wanted = {name_of(content): content for content in (merged, *parts)}
        self._files.write_all(
            (f"{name}{SUFFIX}", content)
            for name, content in wanted.items()
            if not self._files.path(f"{name}{SUFFIX}").is_file()
        )
        files = tuple(_file(part, *span) for part, span in zip(parts, spans, strict=True))
        note = GrantsNote(self._origin, checkpoint.size, checkpoint.root, _file(merged, 0, checkpoint.size), files)
        self._files.write(f"grants/{checkpoint.size}", sign_note(note.encode(), self._signer).encode())
        return merged

    def collect(self, sizes: set[int]) -> None:
        """Delete the notes of other log sizes than `sizes`, and rows that no note names."""
        named: set[str] = set()
        for name in list(self._files.names("grants/*")):
            found = _NOTE.fullmatch(name)
            if found is None or int(found[1]) not in sizes:
                self._files.remove(name)
            else:
                named.update(re.findall(r"\b[0-9a-f]{64}\b", (self._files.read(name) or b"").decode()))
        for name in list(self._files.names(f"*{SUFFIX}")):
            if name.removesuffix(SUFFIX) not in named:
                self._files.remove(name)


def rows_between(database: Database, first: int, last: int) -> bytes:
    """Return the rows at log size `last` where `first` is 0, else the difference from `first` to `last`."""
    if first:
        return encode_difference({number: _row(database, number, last) for number in touched_grants(
            database, first, last)})  # fmt: skip
    numbers = database.execute(
        "SELECT DISTINCT declaration FROM leaves WHERE type = ? AND position < ?", (LeafType.GRANT.value, last)
    ).fetchall()
    return rows_of(database, (number for (number,) in numbers), last)


def rows_of(database: Database, numbers: Iterable[str], size: int) -> bytes:
    """Return the full rows of some grants, as they stood at log size `size`."""
    return encode_full(row for number in numbers if (row := _row(database, number, size)) is not None)


def name_of(content: bytes) -> str:
    """Return the name under which rows are published, less its ending: their SHA-256."""
    return hashlib.sha256(content).hexdigest()


def _row(database: Database, number: str, size: int) -> GrantRow | None:
    found = grant_at(database, number, size)
    if found is None:
        return None
    leaf, grant = found
    return row_of(leaf, grant, declarations_at(database, grant, size))


def _file(content: bytes, first: int, last: int) -> GrantFile:
    return GrantFile(name_of(content), len(content), first, last)
