"""The parts of a run: what is done, or not done, at once, and where its outputs go until their file is whole."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Protocol

from crawler_filter.audit.inputs import Input
from crawler_filter.audit.judging import ABOUT, Judged
from crawler_filter.audit.recipes import Choice
from crawler_filter.checks.columns import values
from crawler_filter.sync import durable

if TYPE_CHECKING:
    import pyarrow as pa


class Output(StrEnum):
    """A file that a run can write beside its report. `REASONS` comes with `REMOVED`."""

    KEPT = "kept"
    """The rows that are kept, in files like those that were read."""
    REMOVED = "removed"
    """The rows that are not, with columns that say why."""
    MASK = "mask"
    """For each row its number, whether it is kept, and why not, in Parquet."""
    REASONS = "reasons"
    """Beside removed rows that have no place for columns: who they are, and why."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of one file: a row group, or the bytes from `start` to `stop`, which is -1 for the end of the file.

    `row` is the number of its first row in the file, `weight` its size in bytes.
    """

    number: int
    row: int
    weight: int
    start: int = 0
    stop: int = -1

    def to_json(self) -> list[int]:
        """Return what `Part(*…)` takes."""
        return [self.number, self.row, self.weight, self.start, self.stop]


Judge = Callable[["Mapping[str, pa.Array]"], Judged]
"""Judges columns by role. The outcome is counted on the way."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The wishes for a run, the same for all of its files.

    `limit` is how many rows of each file are looked at, `sample` the share of them that is judged; either wants
    nothing written. `about` is the snapshot's identity for a file's metadata, `sequence` its number. With
    `keys_only` a removed row of Parquet is told by the columns that were judged. `choice` is what the columns were
    chosen by, of which rows that have others are judged.
    """

    write: frozenset[Output]
    limit: int | None = None
    sample: float = 1.0
    about: str = ""
    sequence: int = 0
    keys_only: bool = False
    choice: Choice = field(default_factory=Choice)


WRITTEN: Final = "written"
COPIED: Final = "copied"


@dataclass(slots=True)
class Drafts:
    """The paths of a part's outputs. Outputs that were not asked for are None."""

    folder: Path
    made: dict[str, str] = field(default_factory=dict)
    """The outputs of the part that there are: `WRITTEN`, or `COPIED` where one is the part of the input itself."""

    def path(self, output: Output, part: int) -> Path:
        """Return where the output of a part lies until its file is put together."""
        return self.folder / f"{part:06}.{output}"

    def writing(self, output: Output, part: int) -> AbstractContextManager[BinaryIO]:
        """Open that file, which is there when the block ends, and not at all if it raises.

        Its name survives a loss of power once the part is noted as done (`State.note_part`).
        """
        return durable.replacing(self.path(output, part), durable_name=False)


class Format(Protocol):
    """The reader and writer of one kind of data set, which also cuts it into parts."""

    def columns(self, source: Input, named: Collection[str] = ()) -> list[str]:
        """Return the names of the columns a file has; of rows that differ those of the first ones, and `named`
        ones that are anywhere.
        """

    def head(self, source: Input, roles: Mapping[str, str], rows: int) -> list[dict[str, Any]]:
        """Return the first rows, by role."""

    def parts(self, source: Input, limit: int | None) -> list[Part]:
        """Cut a file into parts: always the same ones."""

    def run(
        self, source: Input, part: Part, roles: Mapping[str, str], judge: Judge, settings: Settings, drafts: Drafts
    ) -> None:
        """Judge the rows of a part, and write its outputs."""

    def assemble(
        self,
        source: Input,
        made: Sequence[Mapping[str, str]],
        settings: Settings,
        drafts: Drafts,
        output: Output,
        target: Path,
    ) -> None:
        """Write one output of a whole file from those of its parts, which are `made`, in their order."""


def first_rows(columns: "Mapping[str, pa.Array]", most: int) -> list[dict[str, Any]]:
    """Return the first rows of columns by role; what is no UTF-8 as its bytes, what Python cannot hold as text."""
    found = {role: _first(column[:most]) for role, column in columns.items()}
    return [dict(zip(found, row, strict=True)) for row in zip(*found.values(), strict=True)]


def _first(column: "pa.Array") -> list[object]:
    try:
        return values(column)
    except (OverflowError, ValueError):
        return [str(value) for value in column.cast("string")]


RELEASED: Final = "released"
"""The reason that a mask gives for a row that an older snapshot did not keep, and the newer one does."""

COLUMNS: Final = tuple(f"optout_{name}" for name in (*ABOUT, "sequence"))
"""The columns that a removed row gets."""


def reason_columns(judged: Judged, sequence: int) -> "dict[str, pa.Array]":
    """Return the columns `COLUMNS` of the removed rows, in order."""
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency

    columns = {f"optout_{name}": judged.removed.column(name).cast(pa.string()) for name in ABOUT}
    return columns | {"optout_sequence": pa.array([sequence] * len(judged.removed), pa.int64())}


def reason_fields() -> "list[pa.Field]":
    """Return the fields of the columns `COLUMNS`."""
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency

    return [pa.field(name, pa.int64() if name == COLUMNS[-1] else pa.string()) for name in COLUMNS]


MASK_OPTIONS: Final[Mapping[str, Any]] = {
    "compression": "zstd",
    "use_dictionary": ["reason"],
    "column_encoding": {"row": "DELTA_BINARY_PACKED"},
}
"""How `pyarrow.parquet` writes a mask: numbers that follow one another take next to nothing."""


def mask_schema() -> "pa.Schema":
    """Return the columns of a mask: the number of a row in its file, whether to keep it, and why not."""
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency

    return pa.schema({"row": pa.int64(), "keep": pa.bool_(), "reason": pa.string()})


def mask_table(judged: Judged, first: int) -> "pa.Table":
    """Return a mask of rows that are counted from `first`."""
    import numpy as np  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency

    why = judged.removed.column("reason").unify_dictionaries().combine_chunks()
    words = [*why.dictionary.to_pylist(), RELEASED]
    places = np.full(judged.rows, -1, dtype=np.int32)
    places[judged.removed.column("row").to_numpy()] = why.indices.to_numpy()
    places[judged.released] = len(words) - 1
    reasons = pa.DictionaryArray.from_arrays(pa.array(places, mask=places < 0), words).dictionary_decode()
    rows = np.arange(first, first + judged.rows, dtype=np.int64)
    return pa.table([rows, judged.keep, reasons], schema=mask_schema())
