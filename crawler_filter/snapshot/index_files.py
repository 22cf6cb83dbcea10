"""The index of a segment's hashes: files beside it that whoever keeps it makes, so that nobody transfers them.

They follow from the segment alone (`multi_index`), take two to four times the bytes of its hashes, and change
nothing but the time of a search: without them every hash is compared. Each is one column in NumPy's format, mapped
when it is opened. NumPy is loaded by whoever makes or searches one, not by whoever asks whether it is there.
"""

import io
import logging
import mmap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crawler_filter.errors import DamagedFileError
from crawler_filter.snapshot.pages import Pages, table_of
from crawler_filter.snapshot.segment import Segment

if TYPE_CHECKING:
    from crawler_filter.snapshot.arrays import Column

_LOG: Final = logging.getLogger(__name__)

INDEXED: Final = ("pdq", "video")
"""The tables that are worth an index; of codes, those of all lengths are compared."""

_COLUMNS: Final = ("slot", "rest")
SUFFIXES: Final = tuple(f".{table}-{column}.npy" for table in INDEXED for column in _COLUMNS)
"""What is put behind a segment's name for each file of its index."""


def index_files(segment: Segment) -> Iterator[tuple[str, bytes]]:
    """Yield (suffix, content) of the files to keep beside a segment; none while it has few hashes."""
    import numpy as np  # noqa: PLC0415

    from crawler_filter.snapshot.multi_index import SCANNED, index_columns, layout_for  # noqa: PLC0415

    for table in INDEXED:
        hashes = np.asarray(segment.columns[f"{table}.hash"]).reshape(-1, 4)
        if layout_for(len(hashes)) is SCANNED:
            continue
        columns = index_columns(hashes)
        for column in _COLUMNS:
            content = io.BytesIO()
            np.save(content, columns[column], allow_pickle=False)
            yield f".{table}-{column}.npy", content.getvalue()


def open_index(segment: Path) -> Mapping[str, Mapping[str, "Column"]]:
    """Map the index of each table that has a whole one beside the segment at this path.

    One that is missing, damaged or cut short is left out and said to the log: its table is then searched without.
    Beside a segment with a table of checksums, an index without one was found damaged before.
    """
    guarded = table_of(segment).exists()
    index = {}
    for table in INDEXED:
        files = {column: segment.with_name(f"{segment.name}.{table}-{column}.npy") for column in _COLUMNS}
        try:
            index[table] = {column: _mapped(file, guarded=guarded) for column, file in files.items()}
        except FileNotFoundError:
            continue
        except (OSError, EOFError, ValueError, DamagedFileError) as error:
            _LOG.warning("the index of %s of %s is not used: %s", table, segment, error)
    return index


def has_tables(segment: Path) -> bool:
    """Tell whether each file of the index beside a segment has its table of checksums.

    A reader that finds one damaged takes its table away.
    """
    files = (segment.with_name(f"{segment.name}{suffix}") for suffix in SUFFIXES)
    return all(table_of(file).exists() for file in files if file.exists())


def require_index(segment: Path) -> None:
    """Check every block of the index beside a segment. Raises DamagedFileError, also for one without checksums."""
    for suffix in SUFFIXES:
        file = segment.with_name(f"{segment.name}{suffix}")
        if file.exists():
            _check(file, guarded=True)


def damaged_index(path: Path) -> Path | None:
    """Return the first file of the index beside a segment that is not what follows from it, None where all are."""
    for suffix, content in index_files(Segment.open(path)):
        file = path.with_name(f"{path.name}{suffix}")
        if file.exists() and file.read_bytes() != content:
            return file
    return None


def _check(file: Path, *, guarded: bool) -> None:
    with file.open("rb") as opened:
        data = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)  # unmapped with the last view of it
    pages = Pages.open(data, file)
    if pages is not None:
        pages.require_all()
    elif guarded:
        raise DamagedFileError(f"{file} has no table of checksums; sync makes it anew")


def _mapped(file: Path, *, guarded: bool) -> "Column":
    import numpy as np  # noqa: PLC0415

    _check(file, guarded=guarded)
    column: Column = np.load(file, mmap_mode="r")
    if column.dtype != "<u4" or column.ndim != 1:
        raise ValueError(f"expected one column of u32 in {file.name}, got {column.dtype} {column.shape}")
    return column
