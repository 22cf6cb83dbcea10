"""What is told of each thing that is removed: the same columns in every tool."""

import json
from pathlib import Path
from typing import Any, Final, Self, TextIO

from crawler_filter.decision import Decision
from crawler_filter.finding import Finding

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
    """Writes one JSON line for each thing that was removed. Use it as a context manager, or close it."""

    def __init__(self, path: str | Path) -> None:
        self._file: TextIO = Path(path).open("a", encoding="utf-8", buffering=1)  # noqa: SIM115 - closed with this

    def write(self, decision: Decision, **about: object) -> None:
        """Write the columns of one decision, with what else is known of the thing, such as `url`."""
        self._file.write(json.dumps(about | removed_row(decision), ensure_ascii=False) + "\n")

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
