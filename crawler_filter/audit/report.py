"""What a run says when it ends: `report.json` for programs, from which `report.html` is made for people."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from crawler_filter.audit.tally import Tally
from crawler_filter.audit.work import Work, parts_of

TOP: Final = 1000
"""Domains and declarations that a report lists."""

MOST_FILES: Final = 10_000
"""Files that a report lists."""


def counted(work: Work) -> tuple[Tally, list[dict[str, Any]]]:
    """Return the counts of all that is done, and for each file its rows, added up in the order of the files."""
    total, files = Tally(), []
    for file, source in enumerate(work.inputs):
        own = Tally()
        for part in parts_of(work, file):
            note = work.state.part(file, part.number)
            if note is not None:
                own.merge(Tally.from_json(note["tally"]))
        total.merge(own)
        files.append({"name": source.name, "bytes": source.size, "rows": own.rows, "kept": own.kept})
    return total, files


def report_of(
    job: Mapping[str, Any], tally: Tally, files: Sequence[Mapping[str, Any]], run: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the report. `run` says when, by which software and by which command line; all else is the same each
    time.
    """
    return {
        "format": 1,
        "policy": job["policy"],
        "snapshots": job["snapshots"],
        "looked_at": {"limit": job["limit"], "sample": job["sample"]},
        "columns": job["columns"],
        "columns_by_hand": job["columns_by_hand"],
        "rows": tally.rows,
        "kept": tally.kept,
        "removed": tally.removed,
        "unchecked": tally.unchecked,
        "by_reason": _ordered(tally.reasons),
        "by_source": _ordered(tally.sources),
        "by_domain": _top(tally.domains, "domain"),
        "domains": len(tally.domains),
        "by_declaration": _top(tally.declarations, "page"),
        "declarations": len(tally.declarations),
        "by_cause": _ordered(tally.causes),
        "released": tally.released,
        "works": _works(tally),
        "works_list": job["works_list"],
        "kind": job["kind"],
        "files": list(files[:MOST_FILES]),
        "file_count": len(files),
        "run": dict(run),
    }


def _works(tally: Tally) -> list[dict[str, Any]]:
    """Return the entries of a rights holder's list that were found, those of most rows first."""
    return [
        {
            "entry": entry,
            "rows": rows,
            "removed": tally.works_removed[entry],
            "example": tally.examples.get(entry, ""),
        }
        for entry, rows in _ordered(tally.works).items()
    ]


def _ordered(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def _top(counts: Counter[str], name: str) -> list[dict[str, Any]]:
    return [{name: key, "rows": rows} for key, rows in list(_ordered(counts).items())[:TOP]]
