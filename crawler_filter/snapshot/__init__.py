"""The snapshot: every active declaration in a form made for lookups, and the signed list of its files.

delta_ranges       which log sizes base and deltas span
segment            the container: named little-endian columns, read in place
reader             `Snapshot`: what covers a URL, a digest, an identifier. Standard library only
location_search    which scopes of hosts and paths cover a URL
key_table          which rows a key has
statement_table    what a row's statement says
similarity_search  which registered pictures, films and texts are near one
rows               from a record to the keys and statements that are stored
building           the bytes of a base and of a delta
merging            the bytes of base and deltas in one
carrying           what the last snapshot of a lost log stated, in the next log's
index_files        indexes that a client makes beside a segment
manifest           the signed list of files
url_profiles       the URL profiles that a snapshot may be made under
acceptance         which offered manifest may follow the one in force

May import decisions, signals and formats; never a check, the network or a clock.

Names are loaded when first used: who only checks never imports numpy or cryptography.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler_filter.snapshot.building import build, difference
    from crawler_filter.snapshot.carrying import carried, with_carried
    from crawler_filter.snapshot.delta_ranges import boundaries
    from crawler_filter.snapshot.manifest import Manifest, SegmentFile
    from crawler_filter.snapshot.merging import compose, merge
    from crawler_filter.snapshot.reader import Snapshot
    from crawler_filter.snapshot.segment import Segment

__all__ = [
    "Manifest",
    "Segment",
    "SegmentFile",
    "Snapshot",
    "boundaries",
    "build",
    "carried",
    "compose",
    "difference",
    "merge",
    "with_carried",
]

_HOMES = {
    "Manifest": "manifest",
    "Segment": "segment",
    "SegmentFile": "manifest",
    "Snapshot": "reader",
    "boundaries": "delta_ranges",
    "build": "building",
    "carried": "carrying",
    "compose": "merging",
    "difference": "building",
    "merge": "merging",
    "with_carried": "carrying",
}


if not TYPE_CHECKING:  # else every name, misspelt ones too, would be an object to who checks types

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = value
        return value
