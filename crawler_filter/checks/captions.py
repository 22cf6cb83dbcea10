"""Names of reserved works in captions and prompts: where a person should look, never a reason to exclude.

The file of names (`GET /v1/names`) is fetched by whoever asks `sync` for it; a snapshot holds no names. It is not
signed: a name counts only while the snapshot holds the declaration that it belongs to.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crawler_filter.errors import SnapshotMissingError
from crawler_filter.finding import Finding, Source
from crawler_filter.formats.names import NameIndex, decode_names
from crawler_filter.preference import Preference
from crawler_filter.snapshot.reader import Snapshot


class Captions:
    """The names in the file at `path`, read when they are first looked for (needs the extra `names`).

    `sync` replaces the file before it puts a new snapshot in force, so a new snapshot is when it is looked at
    again, and read if it was replaced.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read: _Read | None = None

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Captions, (self.path,)

    def find(self, text: str, snapshot: Snapshot) -> Iterator[Finding]:
        """Yield a finding that does not speak for each name in `text` whose declaration `snapshot` holds.

        Raises MalformedSegmentError where the file is none of names, SnapshotMissingError where it is not there.
        """
        for match in self._index(snapshot).find(text):
            declaration = snapshot.declaration_at(match.name.owner)
            if declaration is not None:
                yield Finding(
                    source=Source.REGISTRY,
                    preference=Preference.UNKNOWN,
                    rule=f"{match.name.kind} {match.registered}",
                    locator=f"https://{snapshot.id.origin}/d/{declaration}",
                    decides=False,
                    declaration=declaration,
                    leaf=match.name.owner,
                    flags=("name",) if match.alone else ("name", "with-company"),
                )

    def _index(self, snapshot: Snapshot) -> NameIndex:
        read = self._read
        if read is None or read.snapshot is not snapshot:
            self._read = read = self._look(read, snapshot)
        return read.index

    def _look(self, before: "_Read | None", snapshot: Snapshot) -> "_Read":
        try:
            status = self.path.stat()
            version = (status.st_mtime_ns, status.st_ino)
            if before is not None and before.version == version:
                return _Read(snapshot, version, before.index)
            return _Read(snapshot, version, NameIndex(decode_names(self.path.read_bytes())))
        except FileNotFoundError as error:
            raise SnapshotMissingError(
                f"there are no names at {self.path}; run `crawler-filter sync --names` first"
            ) from error


@dataclass(frozen=True, slots=True)
class _Read:
    """The names that were read, the snapshot they lay beside, and the version of the file."""

    snapshot: Snapshot
    version: tuple[int, int]
    index: NameIndex
