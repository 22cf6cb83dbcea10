"""What people do to drawings, comic pages, photographs and films of others, and how many are still recognised.

Every edit is a row. The works come from packages by name (`pictures_of_others`). A small round takes a few
generated drawings instead.
"""

import subprocess
from collections.abc import Callable, Mapping

import numpy as np
from PIL import Image

from benchmarks import films, pictures_of_others
from benchmarks.bench import Bench
from benchmarks.edits import DRAWINGS, PAGES, Edit, drawing
from benchmarks.report import Report, at_least
from crawler_filter.fingerprints.bits import bit_counts
from crawler_filter.fingerprints.registered import WIDELY_COMPARED
from crawler_filter.fingerprints.variants import Fingerprint, for_lookup, for_registration
from crawler_filter.snapshot.arrays import Column
from crawler_filter.snapshot.multi_index import CLOSE_RADIUS, MATCH_RADIUS, hash_words

SECTION = "copies"

_DRAWINGS, _PHOTOGRAPHS, _COMPOSED = 54, 50, 50
_OF_DRAWINGS, _OF_PAGES, _OF_PHOTOGRAPHS = 60, 78, 55
"""Least mean over the edits in per cent."""

PARTLY = frozenset(
    {
        "a mark in the corner", "2 % cut off each edge", "10 % cut off each edge", "the middle as a square",
        "round corners", "screenshot in a phone", "screenshot in a dark phone", "on a blurred copy, 9 by 16",
        "one of four", "off-centre, half of the area", "one panel", "turned by a degree",
    }
)  # fmt: skip
"""Edits of which the manual says that some copies are found: four in ten at least."""

NOT = frozenset(
    {
        "photographed on a table", "a corner, a quarter of the area", "lines only", "a disc over an eighth",
        "words of a meme", "15 % cut off each edge", "25 % cut off each edge", "10 % cut off the left",
        "20 % cut off the top", "the left half", "in another picture", "turned by 3 degrees",
        "turned by 10 degrees",
    }
)  # fmt: skip
"""Edits of which the manual says that copies are not found. Of all others, nine in ten are."""


def run(bench: Bench, report: Report) -> None:
    """Register the works, make every copy of each and count which are found, and that no other work is."""
    if bench.scale.rules < 10_000:
        works = [Image.fromarray(drawing(seed, 200, 150)) for seed in range(2)]
        _copy(bench, report, "generated drawings", works, dict(list(DRAWINGS.items())[:4]), 0)
        return
    kinds: tuple[tuple[str, Callable[[], list[Image.Image]], Mapping[str, Edit], int], ...] = (
        ("drawings", lambda: pictures_of_others.drawings(_DRAWINGS), DRAWINGS, _OF_DRAWINGS),
        ("comic pages", lambda: pictures_of_others.pages(_COMPOSED), PAGES, _OF_PAGES),
        ("photographs", lambda: pictures_of_others.photographs(_PHOTOGRAPHS), DRAWINGS, _OF_PHOTOGRAPHS),
    )
    for kind, taken, edits, least in kinds:
        try:
            works = taken()
        except (OSError, subprocess.SubprocessError, ZeroDivisionError) as error:
            works = []
            report.missing.append(f"{SECTION}: {kind}: {error}")
        if works:
            _copy(bench, report, kind, works, edits, least)
        else:
            report.missing.append(f"{SECTION}: {kind}: the packages could not be fetched")
    films.run(bench, report)


def _copy(
    bench: Bench, report: Report, kind: str, works: list[Image.Image], edits: Mapping[str, Edit], least: int
) -> None:
    registered = [for_registration(np.asarray(work)) for work in works]
    rows = hash_words(b"".join(each.hash for keys in registered for each in keys))
    owner = np.repeat(np.arange(len(works)), [len(keys) for keys in registered])
    shares = []
    for what, edit in edits.items():
        found = wrong = 0
        for number, work in enumerate(bench.progress(works, f"{kind}: {what}")):
            hits = set(owner[_near(for_lookup(np.asarray(edit(work).convert("RGB"))), rows)].tolist())
            found += number in hits
            wrong += len(hits - {number})
        report.require(SECTION, f"{kind}, {what}: other works", wrong)
        shares.append(100 * found / len(works))
        report.add(
            SECTION, f"{kind}: {what}", shares[-1], "% found", at_least(_promised(what)), note=f"of {len(works)}"
        )
    note = f"of {len(works)} works, {len(rows) / len(works):.1f} hashes each"
    report.add(
        SECTION,
        f"{kind}: mean of {len(edits)} edits",
        float(np.mean(shares)),
        "% found",
        at_least(least),
        note=note,
    )


def _promised(what: str) -> int:
    """Return how many in a hundred the manual says are found."""
    return 0 if what in NOT else 40 if what in PARTLY else 90


def _near(looked_up: list[Fingerprint], rows: Column) -> Column:
    """Return which of the registered rows are near what is looked up."""
    found = np.zeros(len(rows), dtype=bool)
    for each in looked_up:
        radius = MATCH_RADIUS if each.variant in WIDELY_COMPARED else CLOSE_RADIUS
        found |= bit_counts(rows ^ hash_words(each.hash)).sum(axis=1) <= radius
    return found
