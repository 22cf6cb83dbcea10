"""Asks the matchers about pictures, or about the frames of a film, and compares their codes with a snapshot's.

Matchers are the operator's own, so any error of one is one of the installation, never of the file.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from crawler_filter.checks.matchers import Matcher, Matchers
from crawler_filter.finding import Match
from crawler_filter.fingerprints.pace import Pace
from crawler_filter.formats.models import Codes, ModelEntry
from crawler_filter.snapshot.reader import Snapshot

_Way = tuple[str, "ModelEntry | None"]


@dataclass(slots=True)
class Embeddings:
    """The codes that matchers made of one file, and why some could not. Without a matcher it costs nothing."""

    snapshot: Snapshot
    matchers: Matchers
    failed: list[str] = field(default_factory=list)
    _pace: Pace = field(default_factory=Pace)
    _seen: defaultdict[_Way, list[tuple[bytes, int]]] = field(default_factory=lambda: defaultdict(list))

    def of_picture(self, pixels: Any) -> Iterator[Match]:  # noqa: ANN401 - an array loads numpy
        """Yield what a picture and its parts are like."""
        from crawler_filter.fingerprints.coded_parts import codes_to_look_up  # noqa: PLC0415 - loads numpy

        for matcher, entry in self.matchers.ways(self.snapshot):
            if codes := codes_to_look_up(pixels, partial(self._codes, matcher)):
                yield from self._near(matcher, entry, codes, ())

    def see(self, moment: float, pixels: Any) -> None:  # noqa: ANN401
        """Take in a frame of a film, by its second, unless it comes too soon after the one before."""
        if not self._pace.takes(moment):
            return
        from crawler_filter.fingerprints.coded_parts import codes_of_frame  # noqa: PLC0415 - loads numpy

        for matcher, entry in self.matchers.ways(self.snapshot):
            codes = codes_of_frame(pixels, partial(self._codes, matcher))
            self._seen[matcher.id, entry] += [(code, int(moment)) for code in codes]

    def of_film(self) -> Iterator[Match]:
        """Yield what the frames are like that were seen."""
        for matcher, entry in self.matchers.ways(self.snapshot):
            seen = dict(reversed(self._seen[matcher.id, entry]))  # of each code the first second
            if seen:
                yield from self._near(matcher, entry, tuple(seen), tuple(seen.values()))

    def _codes(self, matcher: Matcher, pixels: Any) -> tuple[bytes, ...]:  # noqa: ANN401
        try:
            return tuple(matcher.codes(pixels))
        except Exception as error:
            if (why := f"{matcher.id[:8]}: {error!s:.200}") not in self.failed:
                self.failed.append(why)
            return ()

    def _near(
        self, matcher: Matcher, entry: ModelEntry | None, codes: tuple[bytes, ...], seconds: tuple[int, ...]
    ) -> Iterator[Match]:
        radii = (entry or matcher).match_radius, (entry or matcher).flag_radius
        made = Codes(bytes.fromhex(matcher.id), codes, *radii, entry, seconds)
        yield from self.snapshot.match_embedding(made)
