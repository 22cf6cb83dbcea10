"""Names of reserved works in captions and prompts: where a person should look, never a reason to exclude.

The file of names (`GET /v1/names`) is fetched by whoever asks `sync` for it; a snapshot holds no names. It is not
signed: a name counts only while the snapshot holds the declaration that it belongs to.
"""

from collections.abc import Iterator
from pathlib import Path

from crawler_filter.checks.newest_file import NewestFile
from crawler_filter.finding import Finding, Source
from crawler_filter.formats.names import NameIndex, decode_names
from crawler_filter.formats.registry_pages import declaration_page
from crawler_filter.preference import Preference
from crawler_filter.snapshot.reader import Snapshot


class Captions:
    """The names in the file at `path`, read when they are first looked for (needs the extra `names`)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._index = NewestFile(path, "names", lambda data: NameIndex(decode_names(data)))

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Captions, (self.path,)

    def find(self, text: str, snapshot: Snapshot) -> Iterator[Finding]:
        """Yield a finding that does not speak for each name in `text` whose declaration `snapshot` holds.

        Raises MalformedSegmentError where the file is none of names, SnapshotMissingError where it is not there.
        """
        for match in self._index.beside(snapshot).find(text):
            declaration = snapshot.declaration_at(match.name.owner)
            if declaration is not None:
                yield Finding(
                    source=Source.REGISTRY,
                    preference=Preference.UNKNOWN,
                    rule=f"{match.name.kind} {match.registered}",
                    locator=declaration_page(snapshot.id.origin, declaration),
                    decides=False,
                    declaration=declaration,
                    leaf=match.name.owner,
                    flags=("name",) if match.alone else ("name", "with-company"),
                )
