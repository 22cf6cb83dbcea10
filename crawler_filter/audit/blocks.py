"""Data sets that are rows of bytes: lines, records of an archive, samples of a shard. What is kept keeps its
bytes.

A reader yields blocks of whole rows; here they are judged, and the bytes of each row go to what is kept or to what
is removed. Nothing is parsed and written anew, so a kept row is the row that was read.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import numpy as np
import numpy.typing as npt

from crawler_filter.audit.inputs import Input
from crawler_filter.audit.judging import Bools, Judged
from crawler_filter.audit.parquet_footer import KEY, groups_of, join
from crawler_filter.audit.parts import (
    MASK_OPTIONS,
    WRITTEN,
    Drafts,
    Judge,
    Output,
    Settings,
    first_rows,
    mask_schema,
    mask_table,
    reason_columns,
)
from crawler_filter.checks.columns import values
from crawler_filter.sync import durable

if TYPE_CHECKING:
    import pyarrow as pa

Spans = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows: their columns by role, and where the bytes of each lie. What could not be read is null.

    `spans` has a beginning and an end for each row; `read` returns the bytes between two such places. `others` are
    spans that are no rows, and are always kept.
    """

    columns: "Mapping[str, pa.Array]"
    spans: Spans
    read: Callable[[int, int], bytes]
    others: Spans | None = None


def as_text(value: object) -> str | None:
    """Return a value of JSON as a text that Arrow takes: half a character becomes U+FFFD, as in a URL."""
    if value is None:
        return None
    text = value if isinstance(value, str) else str(value)
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


RUN: Final = 1 << 22
"""Bytes that are copied at once."""

Told = Callable[[bytes, Mapping[str, Any]], bytes]
"""Makes of a removed row's bytes, and of what is said of it, the bytes that are written."""


def judge_blocks(
    blocks: Iterable[Block], judge: Judge, settings: Settings, write: "Writers", *, first: int = 0
) -> None:
    """Judge blocks one after the other, at most `settings.limit` rows, and write what is wanted of them."""
    row = first
    for block in blocks:
        left = len(block.spans) if settings.limit is None else settings.limit - (row - first)
        judged = judge({role: column[:left] for role, column in block.columns.items()})
        if judged.rows or block.others is not None:
            write.take(block, judged, row, settings)
        row += judged.rows
        if left <= len(block.spans) and settings.limit is not None:
            return


class Writers:
    """The outputs of one part, each open until the part ends. `told` is how a removed row is written."""

    def __init__(self, opened: Mapping[Output, Any], told: Told) -> None:
        self._kept: BinaryIO | None = opened.get(Output.KEPT)
        self._removed: BinaryIO | None = opened.get(Output.REMOVED)
        self._reasons: BinaryIO | None = opened.get(Output.REASONS)
        self._mask = opened.get(Output.MASK)
        self._told = told

    def begin(self, kept: bytes, removed: bytes) -> None:
        """Write what stands before all rows."""
        if self._kept is not None:
            self._kept.write(kept)
        if self._removed is not None:
            self._removed.write(removed)

    def end(self, closing: bytes) -> None:
        """Write what stands behind all rows, of what is kept and of what is removed."""
        self.begin(closing, closing)

    def take(self, block: Block, judged: Judged, row: int, settings: Settings) -> None:
        """Write the rows of one block, the first of which has the number `row`."""
        if self._kept is not None:
            for start, stop in runs(_kept(block, judged.keep)):
                self._kept.write(block.read(start, stop))
        if self._mask is not None:
            self._mask.write_table(mask_table(judged, row))
        if len(judged.removed):
            self._take_removed(block, judged, row, settings)

    def _take_removed(self, block: Block, judged: Judged, row: int, settings: Settings) -> None:
        about = [*_rows(reason_columns(judged, settings.sequence))]
        places = judged.removed.column("row").to_pylist()
        if self._removed is not None:
            for place, said in zip(places, about, strict=True):
                start, stop = block.spans[place].tolist()
                self._removed.write(self._told(block.read(start, stop), said))
        if self._reasons is not None:
            given = [*_rows({role: column.take(places) for role, column in block.columns.items()})]
            for place, who, said in zip(places, given, about, strict=True):
                line = json.dumps({"row": row + place} | who | said, ensure_ascii=False)
                self._reasons.write(line.encode() + b"\n")


def _rows(columns: "Mapping[str, pa.Array]") -> Iterator[dict[str, Any]]:
    lists = [[_spelled(value) for value in values(column)] for column in columns.values()]
    return (dict(zip(columns, row, strict=True)) for row in zip(*lists, strict=True))


def _spelled(value: object) -> object:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _kept(block: Block, keep: Bools) -> Spans:
    """Return the spans that are kept, in order."""
    chosen: Spans = block.spans[: len(keep)][keep]
    if block.others is not None and len(block.others):
        chosen = np.concatenate((chosen, block.others))
        chosen = chosen[np.argsort(chosen[:, 0], kind="stable")]
    return chosen


def head_of(blocks: Iterator[Block], rows: int) -> list[dict[str, Any]]:
    """Return the first rows of data that is read in blocks, by role; none where there is no block."""
    block = next(blocks, None)
    return [] if block is None else first_rows(block.columns, rows)


def runs(spans: Spans) -> Iterator[tuple[int, int]]:
    """Yield where runs of spans that lie behind one another begin and end, none much longer than `RUN` bytes."""
    start = stop = -1
    for first, last in spans.tolist():
        if first != stop or last - start > RUN:
            if start >= 0:
                yield start, stop
            start = first
        stop = last
    if start >= 0:
        yield start, stop


def told_apart(row: bytes, said: Mapping[str, Any]) -> bytes:  # noqa: ARG001 - every format has the same face
    """Return a removed row as it was: what has no place for reasons is told them in the mask."""
    return row


@contextmanager
def writers(
    settings: Settings, drafts: Drafts, part: int, told: Told, compression: str | None
) -> Iterator[Writers]:
    """Open the outputs of a part; they are there when the block ends, and not at all if it raises."""
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency
    import pyarrow.parquet as pq  # noqa: PLC0415

    with ExitStack() as stack:
        opened: dict[Output, Any] = {}
        for output in sorted(settings.write):
            if output is Output.REASONS and told is not told_apart:
                continue
            file = stack.enter_context(drafts.writing(output, part))
            drafts.made[output] = WRITTEN
            if output is Output.MASK:
                opened[output] = stack.enter_context(pq.ParquetWriter(file, mask_schema(), **MASK_OPTIONS))
            elif compression:
                own = os.fdopen(os.dup(file.fileno()), "wb")  # which pyarrow closes
                opened[output] = stack.enter_context(pa.CompressedOutputStream(own, compression))
            else:
                opened[output] = file
        yield Writers(opened, told)


def assemble(
    source: Input,
    made: Sequence[Mapping[str, str]],
    settings: Settings,
    drafts: Drafts,
    output: Output,
    target: Path,
) -> None:
    """Write one output of a whole file: its parts one behind the other."""
    paths = [drafts.path(output, number) for number, of_part in enumerate(made) if output in of_part]
    if not paths:
        _write_nothing(source, output, target)
        return
    with durable.replacing(target) as file:
        if output is Output.MASK:
            join(groups_of(paths), paths[0], file, {KEY: settings.about})
            return
        for path in paths:
            with path.open("rb") as draft:
                shutil.copyfileobj(draft, file, 1 << 20)


def _write_nothing(source: Input, output: Output, target: Path) -> None:
    """Write the output of a file without rows: what is kept is the file."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - an optional dependency

    if output in (Output.KEPT, Output.MASK):
        with durable.replacing(target) as file:
            if output is Output.KEPT:
                file.write(source.path.read_bytes())
            else:
                pq.write_table(mask_schema().empty_table(), file, **MASK_OPTIONS)
