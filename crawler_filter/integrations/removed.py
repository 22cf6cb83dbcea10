"""What is told of each thing that is removed: the same columns in every tool."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final

from crawler_filter.decision import Decision
from crawler_filter.finding import Finding
from crawler_filter.sync import durable

COLUMNS: Final = (
    "optout_reason",
    "optout_rule",
    "optout_source",
    "optout_declaration",
    "optout_locator",
    "optout_sequence",
)
"""The reason, the rule, who says so, the declaration, where to read it, and the snapshot's number."""


def removed_row(decision: Decision) -> dict[str, Any]:
    """Return the columns for one decision; what does not apply is None."""
    cause, snapshot = decision.cause, decision.snapshot
    told: dict[str, Any] = dict.fromkeys(COLUMNS)
    told |= {"optout_reason": decision.reason.value, "optout_sequence": snapshot.sequence if snapshot else None}
    if isinstance(cause, Finding):
        told |= {
            "optout_rule": cause.rule,
            "optout_source": cause.origin or cause.source.value,
            "optout_declaration": cause.declaration,
            "optout_locator": cause.locator,
        }
    elif cause is not None:
        told |= {"optout_rule": cause.reason, "optout_source": cause.source.value}
    return told


class RemovedWriter:
    """Writes one JSON line for each thing that was removed, to a file of UTF-8."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write(self, decision: Decision, **about: object) -> None:
        """Write the columns of one decision, with what else is known of the thing, such as `url`."""
        line = json.dumps(about | removed_row(decision), ensure_ascii=False) + "\n"
        self._file.write(line.encode("utf-8", "backslashreplace"))


def require_new(path: str | Path) -> None:
    """Raise FileExistsError where a file of removed things is there already."""
    if Path(path).exists():
        raise FileExistsError(
            f"{path} is there already, and tells what another run has removed: remove it, or name another file for"
            " this run. Each run writes one of its own"
        )


@contextmanager
def removed_of_run(path: str | Path | None) -> Iterator[RemovedWriter | None]:
    """Open the file of one run's removed things, which is there when the block ends; None where none is wanted.

    Raises FileExistsError where it is there already: what another run has told is neither lost nor told twice.
    """
    if path is None:
        yield None
        return
    require_new(path)
    with durable.replacing(Path(path)) as file:
        yield RemovedWriter(file)
