"""What of a registry is like a picture, a film or a text: searches in the tables that no key leads into.

Exact in recall: every row within the radius, every row with a fingerprint of the text. There is one match for each
statement, by the nearest of its rows, so that a hundred pictures of one declaration are one finding. This is numpy
throughout; a snapshot imports it when content is first looked up.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np

from crawler_filter.errors import MalformedSegmentError
from crawler_filter.finding import Evidence, Likeness, Match, Statement
from crawler_filter.fingerprints.iscc import DECIDING_BITS, IsccUnit
from crawler_filter.fingerprints.registered import VARIANTS, WIDELY_COMPARED
from crawler_filter.fingerprints.winnowing import Winnowed
from crawler_filter.formats.models import Codes
from crawler_filter.formats.record import ScopeKind
from crawler_filter.snapshot.arrays import Column
from crawler_filter.snapshot.iscc_search import NearUnit, near_units, unit_of
from crawler_filter.snapshot.model_search import NearCode, near_codes
from crawler_filter.snapshot.multi_index import (
    CLOSE_RADIUS,
    MATCH_RADIUS,
    SAME_RENDITION,
    SCANNED,
    Near,
    layout_for,
)
from crawler_filter.snapshot.segment import Segment
from crawler_filter.snapshot.text_index import TextIndex, TextMatch

DECIDING_FRAMES: Final = 2
"""Frames of a film that decide, where it has as many: one alone may be a company's emblem or a title card."""

UNVERIFIED_SHARE: Final = 0.25
"""Share of the page, or of a long work, from which on a text of a party that has verified nothing decides."""

LONG_WORK: Final = 100
"""Fingerprints from which on a share of a work says something by itself: about 1,700 letters, 900 in Japanese.
What is shorter may be a cookie notice, and is the whole of what was registered wherever it stands."""

_SEARCHED: Final = ("pdq", "iscc", "video", "passage", "embed")
"""The tables that are searched as a whole, and checked as a whole before they are searched for the first time."""

_NO_INDEX: Final = {column: np.zeros(0, dtype="<u4") for column in ("slot", "rest")}

Turned = tuple[str, bytes]
"""How a picture was turned before it was hashed, and the 32 bytes of its hash."""

Frame = tuple[int, str, bytes]
"""A second of a film, how what is seen then was turned, and the 32 bytes of its hash."""


class _Near(NamedTuple):
    """Rows near any of several hashes: for each, which hash that is, and how many bits lie between."""

    query: Column
    row: Column
    distance: Column
    statement: Column
    radius: Column

    def take(self, chosen: Column) -> "_Near":
        return _Near(*(column[chosen] for column in self))


class _Hit(NamedTuple):
    """One row of `_Near`."""

    query: int
    row: int
    distance: int
    statement: int
    radius: int


class LikenessSearch:
    """The tables of one segment, and the indexes of those that have one; `statement` reads one by its number."""

    def __init__(
        self,
        segment: Segment,
        statement: Callable[[int], Statement],
        indexes: Mapping[str, Mapping[str, Column]],
    ) -> None:
        for name in segment.columns:
            if name.partition(".")[0] in _SEARCHED:
                segment.require(name)
        self._columns = {name: np.asarray(column) for name, column in segment.columns.items()}
        self._statement = statement
        self._indexes = indexes
        names = {"fingerprint": "number", "owner": "statement", "seen": "seen", "work": "work", "total": "total"}
        self._texts = TextIndex({name: self._columns[f"passage.{column}"] for name, column in names.items()})

    def picture(self, hashes: Sequence[Turned]) -> Iterator[Match]:
        """Yield what a picture is like: registered pictures, and films that it is a still of."""
        for hit in self._nearest("pdq", hashes):
            yield self._pictured(hit, checked=hashes[hit.query][0])
        for hit in self._nearest("video", hashes):
            second = int(self._columns["video.second"][hit.row])
            evidence = replace(_evidence(hit), checked=hashes[hit.query][0], second=second)
            yield self._found(ScopeKind.VIDEO, self._hex("video", hit.row), hit.statement, evidence)

    def film(self, frames: Sequence[Frame]) -> Iterator[Match]:
        """Yield what a film is like: pictures that are seen in it, and films that share frames with it."""
        hashes = [(turned, value) for _, turned, value in frames]
        for hit in self._nearest("pdq", hashes):
            second, turned, _ = frames[hit.query]
            yield self._pictured(hit, checked=turned, place=second)
        found = self._near("video", hashes)
        seconds = np.array([second for second, _, _ in frames], dtype=np.int64)
        decisive = min(DECIDING_FRAMES, len(np.unique(seconds)))
        for own in _by_statement(found):
            near = found.take(own)
            yield self._shared_frames(near, np.unique(seconds[near.query]), decisive)

    def codes(self, units: Sequence[IsccUnit]) -> Iterator[Match]:
        """Yield the works that have a unit like one of `units`; the more bits agree on, the better."""
        hashes, flags = self._columns["iscc.hash"].reshape(-1, 4), self._columns["iscc.flags"]
        best: dict[int, NearUnit] = {}
        for near in (near for unit in units for near in near_units(hashes, flags, unit)):
            statement = int(self._columns["iscc.statement"][near.row])
            best[statement] = min(near, best.get(statement, near), key=lambda each: (-each.bits, each.distance))
        for statement, near in sorted(best.items()):
            likeness = _likeness(near.distance) if near.bits >= DECIDING_BITS else Likeness.WEAK
            evidence = Evidence("iscc", likeness, near.distance, near.threshold)
            declared = unit_of(hashes[near.row], int(flags[near.row]))
            yield self._found(ScopeKind.ISCC, declared.encode(), statement, evidence)

    def embedding(self, made: Codes) -> Iterator[Match]:
        """Yield the works with a code near one of those made: a match up to their `match_radius` bits away."""
        hashes, flags = self._columns["embed.hash"], self._columns["embed.flags"]
        best: dict[int, NearCode] = {}
        for near in near_codes(hashes, flags, made.model, made.codes, made.flag_radius):
            statement = int(self._columns["embed.statement"][near.row])
            best[statement] = min(near, best.get(statement, near), key=lambda each: (each.distance, each.row))
        for statement, near in sorted(best.items()):
            likeness = Likeness.MATCH if near.distance <= made.match_radius else Likeness.WEAK
            checked = None if made.seconds else f"code{near.query + 1}"
            place = made.seconds[near.query] if made.seconds else None
            evidence = Evidence("embed", likeness, near.distance, made.flag_radius, checked=checked, place=place)
            yield self._found(ScopeKind.EMBED, made.model.hex(), statement, evidence)

    def passages(self, excerpts: Winnowed) -> Iterator[Match]:
        """Yield the texts that a text has passages of.

        A few passages of a party that has verified nothing only flag, unless they are a share of the page, or of a
        work that is long: else a stranger's text that begins with a licence would exclude every page that has the
        licence, and one that is a cookie notice and no more, every page of a site that has the notice.
        """
        for found in self._texts.search(excerpts):
            likely = found.decides and (_is_large_share(found) or self._is_verified(found.owner))
            likeness = Likeness.MATCH if likely else Likeness.WEAK
            evidence = Evidence("winnowing", likeness, hits=found.count, share=found.share, place=found.place)
            yield self._found(ScopeKind.TEXT, f"{found.count} of {found.total} passages", found.owner, evidence)

    def _is_verified(self, statement: int) -> bool:
        return self._statement(statement).party_verified

    def _shared_frames(self, near: _Near, shown: Column, decisive: int) -> Match:
        statement = int(near.statement[0])
        seconds = self._columns["video.second"]
        of_work = np.unique(seconds[near.row])
        total = len(np.unique(seconds[self._columns["video.statement"] == statement]))
        evidence = Evidence(
            "pdq-frames",
            _likeness(int(near.distance[0])) if len(shown) >= decisive else Likeness.WEAK,
            distance=int(near.distance[0]),
            threshold=int(near.radius[0]),
            hits=len(of_work),
            share=len(of_work) / total,
            place=int(shown[0]),
            second=int(of_work[0]),
        )
        return self._found(ScopeKind.VIDEO, f"{len(of_work)} of {total} frames", statement, evidence)

    def _pictured(self, hit: _Hit, *, checked: str | None = None, place: int | None = None) -> Match:
        variant = int(self._columns["pdq.flags"][hit.row])
        if variant >= len(VARIANTS):
            raise MalformedSegmentError(f"table pdq: a row is of variant {variant} of {len(VARIANTS)}")
        evidence = replace(_evidence(hit), registered=VARIANTS[variant], checked=checked, place=place)
        return self._found(ScopeKind.PDQ, self._hex("pdq", hit.row), hit.statement, evidence)

    def _found(self, kind: ScopeKind, matched: str, statement: int, evidence: Evidence) -> Match:
        return Match(kind, matched, self._statement(statement), evidence)

    def _nearest(self, table: str, hashes: Sequence[Turned]) -> Iterator[_Hit]:
        """Yield the nearest row of each statement."""
        near = self._near(table, hashes)
        for own in _by_statement(near):
            yield _Hit(*(int(column[own[0]]) for column in near))

    def _near(self, table: str, hashes: Sequence[Turned]) -> _Near:
        widely = [place for place, (turned, _) in enumerate(hashes) if turned in WIDELY_COMPARED]
        closely = [place for place, (turned, _) in enumerate(hashes) if turned not in WIDELY_COMPARED]
        found = []
        for places, radius in ((widely, MATCH_RADIUS), (closely, CLOSE_RADIUS)):
            near = self._search(table, [hashes[place][1] for place in places], radius)
            query = np.array(places, dtype=np.int64)[near.query]
            found.append((query, near.row, near.distance, np.full(len(query), radius)))
        query, row, distance, radii = (np.concatenate(columns) for columns in zip(*found, strict=True))
        return _Near(query, row, distance, self._columns[f"{table}.statement"][row], radii)

    def _search(self, table: str, values: Sequence[bytes], radius: int) -> Near:
        hashes = self._columns[f"{table}.hash"]
        layout = layout_for(len(hashes) // 4) if table in self._indexes else SCANNED
        try:
            return layout.search_each({"hash": hashes, **self._indexes.get(table, _NO_INDEX)}, values, radius)
        except (IndexError, ValueError) as error:
            raise MalformedSegmentError(f"the index of table {table} is of another segment: {error}") from error

    def _hex(self, table: str, row: int) -> str:
        words: Column = self._columns[f"{table}.hash"][4 * row : 4 * row + 4]
        return words.astype(">u8").tobytes().hex()


def _is_large_share(found: TextMatch) -> bool:
    return max(found.of_page, found.share if found.total >= LONG_WORK else 0.0) >= UNVERIFIED_SHARE


def _by_statement(near: _Near) -> Iterator[Column]:
    """Yield for each statement the places of what was found of it, the nearest first."""
    order = np.lexsort((near.row, near.query, near.distance, near.statement))
    statements = near.statement[order]
    starts = np.flatnonzero(np.concatenate([[True], statements[1:] != statements[:-1]])) if len(order) else order
    yield from np.split(order, starts[1:]) if len(order) else ()


def _evidence(hit: _Hit) -> Evidence:
    return Evidence("pdq", _likeness(hit.distance), hit.distance, hit.radius)


def _likeness(distance: int) -> Likeness:
    return Likeness.SAME_RENDITION if distance <= SAME_RENDITION else Likeness.MATCH
