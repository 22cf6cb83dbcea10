"""Fetching the grants that lie beside a snapshot, and reading them again.

Grants loosen, so nothing here may keep anybody from a snapshot: whatever is wrong with them, they are absent, and
decisions say so. What is there was signed for, and its digest is looked at each time it is read.
"""

import hashlib
import io
import logging
from collections.abc import Sequence
from typing import Final

from crawler_filter.errors import DigestMismatchError, FilterError, OversizedError
from crawler_filter.grants.note import MAX_NOTE_BYTES, GrantFile, GrantsNote, open_note
from crawler_filter.grants.rows import MAX_ROWS_BYTES, merge_rows
from crawler_filter.net.transport import Transport
from crawler_filter.snapshot.acceptance import Accepted
from crawler_filter.sync.directory import SnapshotDirectory

_log: Final = logging.getLogger("crawler_filter")


def fetch_grants(folder: SnapshotDirectory, offered: Accepted, url: str, transport: Transport) -> None:
    """Bring the grants of an accepted state into the folder, where the registry has any. Raises nothing."""
    size = offered.manifest.log_size
    if read_grants(folder, offered) is not None:
        return
    try:
        data = transport.get(f"{url}/snapshot/grants/{size}", max_bytes=MAX_NOTE_BYTES)
        note = _opened(data, offered)
        rows = [_rows(folder, file, url, transport) for file in note.files]
        merged = merge_rows(rows[0], rows[1:])
        _check(merged, note.merged)
        folder.store_grants(note.merged.name, merged)
        folder.store_grants_note(size, data)
    except FilterError as error:
        _log.info("no grants at log size %d of %s: %s", size, offered.manifest.origin, error)


def read_grants(folder: SnapshotDirectory, accepted: Accepted) -> bytes | None:
    """Return the rows of the grants of an accepted state; None where they are not there, whole and signed for."""
    try:
        note = _opened(folder.grants_note(accepted.manifest.log_size), accepted)
        rows = folder.grants(note.merged.name)
        _check(rows, note.merged)
    except (FilterError, OSError):
        return None
    return rows


def grants_named(folder: SnapshotDirectory, states: Sequence[Accepted]) -> set[str]:
    """Return the names of the rows that belong to these states, so that others can be removed."""
    named: set[str] = set()
    for accepted in states:
        try:
            note = _opened(folder.grants_note(accepted.manifest.log_size), accepted)
        except (FilterError, OSError):
            continue
        named |= {note.merged.name, *(file.name for file in note.files)}
    return named


def _opened(data: bytes, accepted: Accepted) -> GrantsNote:
    manifest = accepted.manifest
    return open_note(data, accepted.root.snapshot, manifest.origin, manifest.log_size, manifest.log_root)


def _rows(folder: SnapshotDirectory, file: GrantFile, url: str, transport: Transport) -> bytes:
    try:
        rows = folder.grants(file.name)
        _check(rows, file)
    except (FilterError, OSError):
        if file.length > MAX_ROWS_BYTES:
            raise OversizedError(f"expected at most {MAX_ROWS_BYTES} bytes of grants, got {file.length}") from None
        sink = io.BytesIO()
        transport.download(f"{url}/snapshot/{file.name}.grants", sink, length=file.length, progress=None)
        rows = sink.getvalue()
        _check(rows, file)
        folder.store_grants(file.name, rows)
    return rows


def _check(rows: bytes, file: GrantFile) -> None:
    if len(rows) != file.length or hashlib.sha256(rows).hexdigest() != file.name:
        raise DigestMismatchError(f"grants {file.name[:16]}…: got other bytes than those that were signed for")
