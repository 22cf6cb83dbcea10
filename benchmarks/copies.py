"""What people do to drawings, comic pages, photographs and films of others, and how many are still recognised.

Every edit is a row. The works come from packages by name (`pictures_of_others`). A small round takes a few
generated drawings instead. What a copy-detection network adds is a row too, if one can be fetched (`copy_model`).
"""

import subprocess
from collections.abc import Callable, Mapping

import numpy as np
from PIL import Image

from benchmarks import copy_model, films, pictures_of_others
from benchmarks.bench import Bench
from benchmarks.edits import DRAWINGS, PAGES, Edit, drawing
from benchmarks.report import Report, at_least
from crawler_filter.errors import DataError
from crawler_filter.fingerprints.bits import bit_counts
from crawler_filter.fingerprints.registered import WIDELY_COMPARED
from crawler_filter.fingerprints.variants import Fingerprint, for_lookup, for_registration
from crawler_filter.integrations.onnx import OnnxMatcher
from crawler_filter.snapshot.arrays import Column
from crawler_filter.snapshot.multi_index import CLOSE_RADIUS, MATCH_RADIUS, hash_words

SECTION = "copies"

_DRAWINGS, _PHOTOGRAPHS, _COMPOSED = 54, 50, 50
_OF_DRAWINGS, _OF_PAGES, _OF_PHOTOGRAPHS = 60, 78, 55
_DRAWINGS_BY_MODEL, _PAGES_BY_MODEL = 85, 92
"""Least mean over the edits in per cent, without a model and with one."""

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

_DRAWN, _PAGED, _TAKEN = "drawings", "comic pages", "photographs"
_BY_PANELS = "off-centre, half of the area"
"""Of pages this leaves whole panels, which are found; of a drawing nothing."""


def run(bench: Bench, report: Report) -> None:
    """Register the works, make every copy of each and count which are found, and that no other work is."""
    if bench.scale.rules < 10_000:
        works = [Image.fromarray(drawing(seed, 200, 150)) for seed in range(2)]
        _Table(bench, report, "generated drawings", works).fill(dict(list(DRAWINGS.items())[:4]), 0)
        return
    matcher = _matcher(report)
    kinds: tuple[tuple[str, Callable[[], list[Image.Image]], Mapping[str, Edit], int, int], ...] = (
        (_DRAWN, lambda: pictures_of_others.drawings(_DRAWINGS), DRAWINGS, _OF_DRAWINGS, _DRAWINGS_BY_MODEL),
        (_PAGED, lambda: pictures_of_others.pages(_COMPOSED), PAGES, _OF_PAGES, _PAGES_BY_MODEL),
        (_TAKEN, lambda: pictures_of_others.photographs(_PHOTOGRAPHS), DRAWINGS, _OF_PHOTOGRAPHS, 0),
    )
    for kind, taken, edits, least, by_model in kinds:
        try:
            works = taken()
        except (OSError, subprocess.SubprocessError, ZeroDivisionError) as error:
            works = []
            report.missing.append(f"{SECTION}: {kind}: {error}")
        if works:
            _Table(bench, report, kind, works, matcher).fill(edits, least, by_model)
        else:
            report.missing.append(f"{SECTION}: {kind}: the packages could not be fetched")
    films.run(bench, report)


def _matcher(report: Report) -> OnnxMatcher | None:
    try:
        return copy_model.opened()
    except (ImportError, OSError, ValueError, DataError, subprocess.SubprocessError) as error:
        report.missing.append(f"{SECTION}: with a model: {error}")
        return None


class _Table:
    """Counts the copies of one kind of works that are found by their hashes, and by those or a model's codes.

    Composed pages that show one drawing are akin: a model that takes one for the other is right.
    """

    def __init__(
        self, bench: Bench, report: Report, kind: str, works: list[Image.Image], matcher: OnnxMatcher | None = None
    ) -> None:
        self.bench, self.report, self.kind, self.works = bench, report, kind, works
        registered = [for_registration(np.asarray(work)) for work in works]
        self.rows = hash_words(b"".join(each.hash for keys in registered for each in keys))
        self.owner = np.repeat(np.arange(len(works)), [len(keys) for keys in registered])
        self.codes = None if matcher is None else copy_model.RegisteredCodes.of(matcher, works)
        drawn = [work.info.get("drawn", frozenset()) for work in works]
        self.akin = [{number for number, other in enumerate(drawn) if one & other} for one in drawn]

    def fill(self, edits: Mapping[str, Edit], least: int, by_model: int = 0) -> None:
        """Add a row for each edit, and of all of them the mean."""
        rows = [self._row(what, edit) for what, edit in edits.items()]
        note = f"of {len(self.works)} works, {len(self.rows) / len(self.works):.1f} hashes each"
        self._add(f"mean of {len(edits)} edits", float(np.mean([hashes for hashes, _, _ in rows])), least, note)
        if self.codes is not None:
            each = f"{len(self.codes.rows) / len(self.works):.1f} codes each"
            alone = float(np.mean([alone for _, alone, _ in rows]))
            either = float(np.mean([either for _, _, either in rows]))
            self._add(f"mean of {len(edits)} edits, the model alone", alone, 0, each)
            self._add(f"mean of {len(edits)} edits, with a model", either, by_model, each)

    def _row(self, what: str, edit: Edit) -> tuple[float, float, float]:
        """Return how many in a hundred copies are found by hashes, by the model, and by one of both."""
        hashes, codes = [], []
        for work in self.bench.progress(self.works, f"{self.kind}: {what}"):
            copy = edit(work).convert("RGB")
            hashes.append(set(self.owner[_near(for_lookup(np.asarray(copy)), self.rows)].tolist()))
            codes.append(set() if self.codes is None else self.codes.near(copy))
        share = self._checked(what, hashes, [set()] * len(hashes))
        self._add(what, share, _promised(self.kind, what), f"of {len(self.works)}")
        if self.codes is None:
            return share, 0.0, 0.0
        alone = self._checked(f"{what}, by the model", codes, self.akin)
        either = _share([one | other for one, other in zip(hashes, codes, strict=True)])
        self._add(f"{what}, with a model", either, 0, f"{alone:.0f} % by the model alone")
        return share, alone, either

    def _checked(self, what: str, found: list[set[int]], akin: list[set[int]]) -> float:
        """Return how many in a hundred are found, and note the other works that are and that are not akin."""
        wrong = sum(len(hits - {number} - akin[number]) for number, hits in enumerate(found))
        self.report.require(SECTION, f"{self.kind}, {what}: other works", wrong)
        return _share(found)

    def _add(self, what: str, share: float, least: int, note: str) -> None:
        self.report.add(SECTION, f"{self.kind}: {what}", share, "% found", at_least(least), note=note)


def _share(found: list[set[int]]) -> float:
    return 100 * sum(number in hits for number, hits in enumerate(found)) / len(found)


def _promised(kind: str, what: str) -> int:
    """Return how many in a hundred the manual says are found; of photographs it promises nothing by edit."""
    if kind == _TAKEN or (kind == _DRAWN and what == _BY_PANELS):
        return 0
    return 0 if what in NOT else 40 if what in PARTLY else 90


def _near(looked_up: list[Fingerprint], rows: Column) -> Column:
    """Return which of the registered rows are near what is looked up."""
    found = np.zeros(len(rows), dtype=bool)
    for each in looked_up:
        radius = MATCH_RADIUS if each.variant in WIDELY_COMPARED else CLOSE_RADIUS
        found |= bit_counts(rows ^ hash_words(each.hash)).sum(axis=1) <= radius
    return found
