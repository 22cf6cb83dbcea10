"""Bring a compiled list up to date: what is new costs what is new, and what is listed already stays as it is.

The list keeps the numbers of its entries. What comes and goes is made into a difference, as a registry's snapshot
has them, and merged into the segment that is there.
"""

import hashlib
import json
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from filelock import FileLock

from crawler_filter.formats.record import ScopeKind, encode_id
from crawler_filter.lists.entries import Entry
from crawler_filter.lists.reading import Refused
from crawler_filter.snapshot import Segment, build, difference, merge
from crawler_filter.sync import durable
from crawler_filter.sync.list_folder import ABOUT, NONE, About, is_list

MAX_NAMED: Final = 1_000
"""Refused lines that are named; a list in a form that is not known may be refused line by line, and be long."""

PARTY: Final = encode_id(hashlib.sha256(b"own list").digest()[:16])
"""Who declares in a list: its operator, under one number for all of them."""


def entries_in(folder: Path, about: About) -> Iterator[tuple[int, Entry]]:
    """Yield the entries of a list with their numbers, in order."""
    with (folder / f"{about.segment}.entries").open(encoding="utf-8") as lines:
        for line in lines:
            value = json.loads(line)
            yield value["number"], Entry(ScopeKind(value["kind"]), value["value"], value["reason"], value["place"])


@dataclass(slots=True)
class Compiled:
    """The outcome of a compilation. `refused` counts the lines that could not be taken, `named` are the first."""

    about: About
    added: int = 0
    known: int = 0
    removed: int = 0
    refused: int = 0
    named: list[Refused] = field(default_factory=list)


def compile_list(
    folder: Path, found: Iterable[Entry | Refused], *, now: int, name: str = "", replacing: bool = False
) -> Compiled:
    """Add `found` to the list in `folder`, or make the list exactly that with `replacing`.

    An entry that is listed keeps its number and its reason. Raises DataError where the folder's files are damaged.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "lock"):
        old = About.read(folder) if is_list(folder) else None
        before = dict(entries_in(folder, old)) if old else {}
        return _compiled(folder, old, before, found, now, name, replacing=replacing)


def _compiled(
    folder: Path,
    old: About | None,
    before: dict[int, Entry],
    found: Iterable[Entry | Refused],
    now: int,
    name: str,
    *,
    replacing: bool,
) -> Compiled:
    numbers = {(entry.kind, entry.value): number for number, entry in before.items()}
    size = old.size if old else 0
    refused = 0
    named: list[Refused] = []
    added: dict[int, Entry] = {}
    seen: set[tuple[ScopeKind, str]] = set()
    for each in found:
        if isinstance(each, Refused):
            refused += 1
            named += [each] if refused <= MAX_NAMED else []
            continue
        key = each.kind, each.value
        seen.add(key)
        if key not in numbers:
            numbers[key] = size + len(added)
            added[numbers[key]] = each
    gone = {
        number: entry for number, entry in before.items() if replacing and (entry.kind, entry.value) not in seen
    }
    known = len(seen) - len(added)
    if old is not None and not added and not gone:
        return Compiled(old, 0, known, 0, refused, named)
    after = {number: entry for number, entry in before.items() if number not in gone} | added
    about = _write(folder, old, gone, added, after, size + len(added), name or folder.name, now)
    return Compiled(about, len(added), known, len(gone), refused, named)


def _write(
    folder: Path,
    old: About | None,
    gone: Mapping[int, Entry],
    added: Mapping[int, Entry],
    after: Mapping[int, Entry],
    size: int,
    name: str,
    now: int,
) -> About:
    new = [(number, entry.record(PARTY)) for number, entry in added.items()]
    if old is None:
        content = build(new)
    else:
        lost = [(number, entry.record(PARTY)) for number, entry in gone.items()]
        base = Segment.open(folder / f"{old.segment}.seg")
        content = merge(base, [Segment.parse(difference(lost, new))])
    about = About(name, old.number + 1 if old else 1, now, size, len(after), hashlib.sha256(content).hexdigest())
    durable.write(folder / f"{about.segment}.seg", content)
    _write_entries(folder, about, after)
    durable.write(folder / ABOUT, json.dumps(about.to_json(), indent=1).encode() + b"\n")
    _prune(folder, about)
    return about


def _write_entries(folder: Path, about: About, entries: Mapping[int, Entry]) -> None:
    places = array("Q", [NONE]) * about.size
    at = 0
    with durable.replacing(folder / f"{about.segment}.entries") as file:
        for number in sorted(entries):
            entry = entries[number]
            value = {
                "number": number,
                "kind": entry.kind,
                "value": entry.value,
                "reason": entry.reason,
                "place": entry.place,
            }
            line = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
            places[number] = at
            at += file.write(line)
    durable.write(folder / f"{about.segment}.places", places.tobytes())


def _prune(folder: Path, about: About) -> None:
    """Remove the files of states before the last one, which a reader may be about to open."""
    states = {path.stem: path.stat().st_mtime_ns for path in folder.glob("*.seg")}
    states.pop(about.segment, None)
    for segment in sorted(states, key=states.__getitem__)[:-1]:
        for ending in ("seg", "entries", "places"):
            (folder / f"{segment}.{ending}").unlink(missing_ok=True)
