"""`crawler-filter feed`: what became reserved between two snapshots, what no longer is, and which grants ended.

For whoever holds data that was filtered by the older one. One JSON object a line, or an Atom document. A key is
the first 16 bytes, in hex, of the SHA-256 of a canonical host, prefix, address or identifier, or of a digest
itself: whoever has rows can compare them without asking anybody. A name stands beside its key where it is known.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, Final

from crawler_filter.exports.atom import atom
from crawler_filter.formats.record import ScopeKind, rfc3339
from crawler_filter.formats.urls import key
from crawler_filter.grants.operator import Operator
from crawler_filter.grants.rows import GrantRow, scope_digest
from crawler_filter.lists.entries import Entry
from crawler_filter.lists.reading import read_list
from crawler_filter.log import Trust
from crawler_filter.policy import Policy
from crawler_filter.preference import Preference, Usage, decode_preferences, stated
from crawler_filter.snapshot import Segment
from crawler_filter.snapshot.changes import Stating, stated_by, stated_only_in
from crawler_filter.snapshot.layout import DOMAIN, EXCEPTION, HOST, PREFIX, URL
from crawler_filter.snapshot.manifest import Manifest
from crawler_filter.sync.directory import SnapshotDirectory
from crawler_filter.sync.granted import ended, rows_in
from crawler_filter.sync.update import load

DESCRIPTION: Final = (
    "Print what became reserved between two snapshot folders, and what no longer is, one JSON object a line. It is"
    " for whoever holds data that was filtered by the older one. Names come from a list of yours (--names)."
)

_KINDS: Final = {
    ("host", DOMAIN): "domain",
    ("host", HOST): "host",
    ("host", EXCEPTION): "exception",
    ("path", PREFIX): "prefix",
    ("path", URL): "url",
}


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Give the command its arguments and its help."""
    command.description = DESCRIPTION
    command.add_argument("--from", required=True, metavar="DIR", dest="old", help="the older snapshot's folder")
    command.add_argument("--to", required=True, metavar="DIR", dest="new", help="the newer snapshot's folder")
    command.add_argument("--names", metavar="FILE", help="places, one a line, to be named where they are meant")
    command.add_argument(
        "--format",
        default="json",
        choices=["json", "atom"],
        help="an object a line, or a document (default: json)",
    )
    command.add_argument(
        "--operator", metavar="FILE",
        help="who you are, as for other commands: what grants to you had lifted, and no longer do, is printed too",
    )  # fmt: skip
    command.add_argument(
        "--usage", default=Usage.TRAIN_AI.value, choices=[usage.value for usage in Usage],
        help="what the data is wanted for (default: train-ai)",
    )  # fmt: skip


def run(options: argparse.Namespace, trust: Trust) -> int:
    """Print the feed between the snapshots that the options name."""
    folders = Path(options.old), Path(options.new)
    (old, before), (new, after) = (_segment(folder, trust) for folder in folders)
    entries = read_list(Path(options.names)) if options.names else ()
    known = {key(entry.value).hex(): entry.value for entry in entries if isinstance(entry, Entry)}
    usage = Usage(options.usage)
    items = feed(old, new, after.origin, usage, known)
    if options.operator:
        policy = replace(Policy.opt_out(usage), operator=Operator.from_file(options.operator))
        rows = [rows_in(folder, trust, policy) for folder in folders]
        over = [row for row in ended(*rows, then=before.issued, now=after.issued) if usage in row.usages]
        items = chain(items, ended_grants(over, new, after.origin, known, after.issued))
    if options.format == "atom":
        sys.stdout.write(atom(items, after.origin, after.issued).decode() + "\n")
        return 0
    between = [rfc3339(before.issued), rfc3339(after.issued)]
    for item in items:
        sys.stdout.write(f"{json.dumps(item | {'between': between}, ensure_ascii=False)}\n")
    return 0


def _segment(path: Path, trust: Trust) -> tuple[Segment, Manifest]:
    folder = SnapshotDirectory(path)
    manifest = load(folder, trust).manifest
    return Segment.open(folder.segment(manifest.merged.name)), manifest


def feed(
    old: Segment, new: Segment, origin: str, usage: Usage, names: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Yield what reserves `usage` in the segment `new` and not in `old`, and then the reverse.

    `names` are places by their keys in hex. Raises MalformedSegmentError where the two are not of one log.
    """
    for change, states in (("reserved", stated_only_in(new, old)), ("released", stated_only_in(old, new))):
        for each in states:
            if stated(decode_preferences(each.usage), usage) is Preference.DISALLOWED:
                yield _item(change, each, origin, names)


def ended_grants(
    over: Sequence[GrantRow], new: Segment, origin: str, names: Mapping[str, str], now: int
) -> Iterator[dict[str, Any]]:
    """Yield what grants that are over had lifted and is reserved from their operator again, by grant.

    `ended` is when a grant ended by its own date, None where it was ended between the two snapshots.
    """
    reserving = list(stated_by(new, {row.party for row in over}))
    for row in over:
        at = rfc3339(row.until) if row.until is not None and row.until <= now else None
        told = {"grant": row.id, "grant_page": f"https://{origin}/grants/{row.id}", "ended": at}
        for each in reserving:
            if each.party == row.party and _had(row, each):
                yield _item("grant-ended", each, origin, names) | told


def _had(row: GrantRow, each: Stating) -> bool:
    """Tell whether a grant had lifted any of a statement's scopes."""
    scopes = ((ScopeKind(_KINDS.get((table, kind), table)), value) for table, value, kind in each.rows
              if kind != EXCEPTION or table != "host")  # fmt: skip
    return each.leaf in row.content or any(scope_digest(*scope) in row.scopes for scope in scopes)


def _item(change: str, each: Stating, origin: str, names: Mapping[str, str]) -> dict[str, Any]:
    rows = [_row(table, value.hex(), kind, names) for table, value, kind in each.rows]
    return {
        "change": change,
        "declaration": f"https://{origin}/d/{each.declaration}",
        "leaf": each.leaf,
        "scopes": rows,
        "likenesses": each.likenesses,
    }


def _row(table: str, value: str, kind: int, names: Mapping[str, str]) -> dict[str, str]:
    row = {"kind": _KINDS.get((table, kind), table), "key": value}
    return row | ({"name": names[value]} if value in names else {})
