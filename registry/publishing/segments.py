"""Makes the segments of one snapshot, and uses the segments of the snapshot before it again.

A segment is a pure function of the log and its records. If its boundaries are the same as before, the file is used
again. If they moved, the old segments are merged with what was logged since, and no old record is read again: a
new base is the old state with the change, a longer delta is the shorter ones in one. Only segments that hold a
record that was erased since are made from the records anew.
"""

import hashlib

from sqlite_utils import Database

from crawler_filter.snapshot import (
    Manifest,
    Segment,
    SegmentFile,
    boundaries,
    build,
    compose,
    difference,
    merge,
    with_carried,
)
from registry.publishing.durable_files import DurableFiles
from registry.store.carries import carries
from registry.store.in_force import added, erased_declarations, leaf_in_force, removed


class SegmentBuilder:
    """Makes the segments at the log size that `database` sees; `previous` is the snapshot before it, if any."""

    def __init__(
        self, database: Database, files: DurableFiles, merged: DurableFiles, previous: Manifest | None
    ) -> None:
        self._database = database
        self._files = files
        self._merged = merged
        self._reached = previous.log_size if previous else 0
        self._state = previous.merged if previous and previous.log_size else None
        self._pieces = previous.files if previous else ()

    def build(self, size: int) -> tuple[SegmentFile, ...]:
        """Make every segment of the snapshot at `size` durable."""
        erased = erased_declarations(self._database, self._reached, size)
        pieces = {(piece.first, piece.last): piece for piece in self._pieces if self._is_reusable(piece, erased)}
        state = self._state if self._state and self._state_is_reusable(self._state, erased) else None
        return tuple(pieces.get(span) or self._make(*span, pieces, state) for span in boundaries(size))

    def _make(
        self, first: int, last: int, pieces: dict[tuple[int, int], SegmentFile], state: SegmentFile | None
    ) -> SegmentFile:
        content = self._base(last, state) if first == 0 else self._delta(first, last, pieces)
        return write_segment(self._files, content, first, last)

    def _base(self, last: int, state: SegmentFile | None) -> bytes:
        if state is None or not 0 < state.last <= last:
            return build_at(self._database, last)
        return merge(open_segment(self._merged, state), [Segment.parse(self._difference(state.last, last))])

    def _delta(self, first: int, last: int, pieces: dict[tuple[int, int], SegmentFile]) -> bytes:
        parts, reached = [], first
        for start, end in sorted(pieces):
            if start == reached and end <= last:
                parts.append(open_segment(self._files, pieces[start, end]))
                reached = end
        if not parts:
            return self._difference(first, last)
        if reached < last:
            parts.append(Segment.parse(self._difference(reached, last)))
        return compose(first, parts)

    def _difference(self, first: int, last: int) -> bytes:
        changed = difference(removed(self._database, first, last), added(self._database, first, last))
        return with_carried(changed, first, carries(self._database, first, last))

    def _is_reusable(self, piece: SegmentFile, erased: list[str]) -> bool:
        """Return whether this segment file exists and holds no record, added or removed, that was erased since."""
        return holds(self._files, piece) and all(
            leaf_in_force(self._database, declaration, piece.first)
            == leaf_in_force(self._database, declaration, piece.last)
            for declaration in erased
        )

    def _state_is_reusable(self, state: SegmentFile, erased: list[str]) -> bool:
        return holds(self._merged, state) and not any(
            leaf_in_force(self._database, declaration, state.last) is not None for declaration in erased
        )


def build_at(database: Database, size: int) -> bytes:
    """Return the segment of all that is in force at log size `size`."""
    return with_carried(build(added(database, 0, size)), 0, carries(database, 0, size))


def segment_name(file: SegmentFile) -> str:
    """Return the name under which a segment is published."""
    return f"{file.name}.seg"


def open_segment(files: DurableFiles, file: SegmentFile) -> Segment:
    """Map a segment that is there."""
    return Segment.open(files.path(segment_name(file)))


def write_segment(files: DurableFiles, content: bytes, first: int, last: int) -> SegmentFile:
    """Make a segment durable under its digest, unless it is there already."""
    file = SegmentFile(hashlib.sha256(content).hexdigest(), len(content), first, last)
    if not holds(files, file):
        files.write(segment_name(file), content)
    return file


def holds(files: DurableFiles, file: SegmentFile) -> bool:
    """Tell whether a segment is there; it has its name only once it is whole."""
    path = files.path(segment_name(file))
    return path.is_file() and path.stat().st_size == file.length


def digest_of(files: DurableFiles, file: SegmentFile) -> str | None:
    """Return the SHA-256 of what lies under a segment's name, in hex; None where nothing does."""
    try:
        with files.path(segment_name(file)).open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except FileNotFoundError:
        return None
