"""Which files a run reads, and what kind each is: by its name, or else by its first bytes."""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from crawler_filter.errors import DataError


class Kind(StrEnum):
    """The kinds of data sets that are read."""

    PARQUET = "parquet"
    ARROW = "arrow"
    CSV = "csv"
    JSONL = "jsonl"
    WARC = "warc"
    WEBDATASET = "webdataset"
    CDX = "cdx"


class Quotes(StrEnum):
    """The meaning of quotes in CSV."""

    AUTO = "auto"
    """They enclose values, and a line within them that looks like a row is an error."""
    ENCLOSE = "enclose"
    """They enclose values, whatever is in them."""
    LETTERS = "letters"
    """They are letters like others, and each line is a row."""


_ENDINGS: Final = {
    ".parquet": Kind.PARQUET,
    ".pq": Kind.PARQUET,
    ".arrow": Kind.ARROW,
    ".arrows": Kind.ARROW,
    ".feather": Kind.ARROW,
    ".ipc": Kind.ARROW,
    ".csv": Kind.CSV,
    ".tsv": Kind.CSV,
    ".jsonl": Kind.JSONL,
    ".ndjson": Kind.JSONL,
    ".json": Kind.JSONL,
    ".warc": Kind.WARC,
    ".arc": Kind.WARC,
    ".wet": Kind.WARC,
    ".wat": Kind.WARC,
    ".tar": Kind.WEBDATASET,
    ".cdx": Kind.CDX,
    ".cdxj": Kind.CDX,
}
COMPRESSIONS: Final = {".gz": "gzip", ".zst": "zstd", ".bz2": "bz2"}
"""Endings of compressed files, and what pyarrow calls each."""

_UNREAD: Final = frozenset({".xz", ".lzma", ".lz4", ".br", ".z", ".7z", ".zip", ".rar"})
"""Endings of packed files that are not read."""

_INDEX_OF_COMMON_CRAWL: Final = re.compile(r"cdx-\d{5}")
"""What Common Crawl calls the files of its index, which have no ending of their own."""

_COUNTS: Final = "_stats.json"
"""What img2dataset calls the counts that it writes beside each shard: they hold no row."""

_ABOUT: Final = frozenset({"dataset_info.json", "dataset_infos.json", "dataset_dict.json"})
"""What `datasets` writes beside its files: they hold no row. `state.json` is one beside `dataset_info.json`."""

_BEGINNINGS: Final = (
    (b"PAR1", Kind.PARQUET), (b"WARC/", Kind.WARC), (b"filedesc://", Kind.WARC), (b"{", Kind.JSONL),
    (b"ARROW1", Kind.ARROW), (b"FEA1", Kind.ARROW), (b"\xff\xff\xff\xff", Kind.ARROW), (b" CDX ", Kind.CDX),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Input:
    """One file of a data set. `name` is its path below the folder that all of them have in common."""

    path: Path
    name: str
    kind: Kind
    size: int
    mtime_ns: int
    quotes: Quotes = Quotes.AUTO
    header: bool = True
    """Whether the first row of CSV names the columns; else their numbers do, from 1."""

    @property
    def compression(self) -> str | None:
        """Name the compression of the file as a whole, as pyarrow calls it."""
        return COMPRESSIONS.get(self.path.suffix.lower())

    def identity(self) -> dict[str, Any]:
        """Return what tells this file, as it is now, from another."""
        return {
            "name": self.name,
            "size": self.size,
            "mtime_ns": self.mtime_ns,
            "kind": self.kind.value,
            "quotes": self.quotes.value,
            "header": self.header,
        }


def find_inputs(
    paths: Sequence[str | Path],
    kind: Kind | None = None,
    *,
    besides: Path | None = None,
    quotes: Quotes = Quotes.AUTO,
    header: bool = True,
) -> list[Input]:
    """Return the files that `paths` name, those of folders included, ordered by name.

    `kind` is taken for all of them where it is given; `quotes` and `header` are of CSV. What lies below the folder
    `besides` is passed over, and in folders what img2dataset counted and `datasets` noted.

    Raises:
        DataError: a file's kind cannot be told, or nothing was found.
        OSError: a path is not there.
    """
    files = list(dict.fromkeys(_files(map(Path, paths), kind, besides)))
    if not files and besides and any(Path(path).resolve().is_relative_to(besides.resolve()) for path in paths):
        raise DataError(
            f"the data lies in {besides}, where the outputs go: name another folder for them with --out"
        )
    if not files:
        raise DataError(
            f"there is no data file in {', '.join(map(str, paths))}: name files or folders that hold some"
        )
    root = Path(os.path.commonpath([file.parent for file in files]))
    return sorted((_described(file, root, kind, quotes, header) for file in files), key=lambda each: each.name)


def kind_of(path: Path) -> Kind | None:
    """Return the kind that a file's name tells, None where it tells none."""
    name = path.with_suffix("") if path.suffix.lower() in COMPRESSIONS else path
    if _INDEX_OF_COMMON_CRAWL.fullmatch(name.name):
        return Kind.CDX
    return _ENDINGS.get(name.suffix.lower())


def passed_over(
    paths: Sequence[str | Path], kind: Kind | None = None, *, besides: Path | None = None
) -> list[Path]:
    """Return the files of folders that `find_inputs` leaves out, because their names tell none of the kinds."""
    folders = [path for path in map(Path, paths) if path.is_dir()]
    files = (file for folder in folders for file in _visible(folder, besides))
    return [file for file in files if not _is_wanted(file, kind) and not _holds_no_row(file)]


def _files(paths: Iterable[Path], kind: Kind | None, besides: Path | None) -> Iterator[Path]:
    for path in paths:
        if not path.is_dir():
            yield path.resolve(strict=True)
            continue
        yield from (file.resolve() for file in _visible(path, besides) if _is_wanted(file, kind))


def _visible(folder: Path, besides: Path | None) -> Iterator[Path]:
    """Yield the files of a folder that are not hidden, nor in the folder `besides`."""
    outside = besides.resolve() if besides else None
    for file in sorted(folder.rglob("*")):
        hidden = any(part.startswith((".", "_")) for part in file.relative_to(folder).parts)
        if file.is_file() and not hidden and not (outside and file.resolve().is_relative_to(outside)):
            yield file


def _is_wanted(file: Path, kind: Kind | None) -> bool:
    known = kind_of(file)
    return known is not None and kind in (None, known) and not _holds_no_row(file)


def _holds_no_row(file: Path) -> bool:
    beside = file.name == "state.json" and file.with_name("dataset_info.json").exists()
    return file.name.endswith(_COUNTS) or file.name in _ABOUT or beside


def _described(path: Path, root: Path, kind: Kind | None, quotes: Quotes, header: bool) -> Input:
    if path.suffix.lower() in _UNREAD:
        raise DataError(
            f"{path.name} is packed in a way that is not read: unpack it, or pack it with gzip or zstd"
        )
    state = path.stat()
    found = kind or kind_of(path) or _sniffed(path)
    return Input(path, path.relative_to(root).as_posix(), found, state.st_size, state.st_mtime_ns, quotes, header)


def _sniffed(path: Path) -> Kind:
    with path.open("rb") as file:
        head = file.read(512)
    for beginning, kind in _BEGINNINGS:
        if head.startswith(beginning):
            return kind
    if head[257:262] == b"ustar":
        return Kind.WEBDATASET
    raise DataError(f"{path.name} is of no kind that is known by its name or beginning: say it with --format")
