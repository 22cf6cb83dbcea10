"""Matchers that an operator brings: a model makes codes of pictures, which are compared with those of works.

A matcher flags, unless the policy lets it decide (`Policy.matchers`). Only then a picture was "not checked" where
no matcher could look at it, or one fails. A registry's entry for a model says how pictures are prepared for it,
and the radii; for an own list the matcher's own settings count.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, runtime_checkable

from crawler_filter.policy import MatcherRule
from crawler_filter.snapshot.reader import Snapshot

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from crawler_filter.formats.models import ModelEntry

IMAGE: Final = "image"
"""In `kinds` of a matcher that makes codes of pictures."""


@runtime_checkable
class Matcher(Protocol):
    """Makes codes of pictures. Threads share one; it is pickled with the filter."""

    id: str
    """The SHA-256 of the model, in hex: codes are compared with those of the same model alone."""
    kinds: frozenset[str]
    """The things it makes codes of: `image`."""
    match_radius: int
    """The bits by which codes of one work may differ."""
    flag_radius: int
    """The bits from which on nothing is told; between both radii it flags, whatever the policy."""

    def codes(self, pixels: "npt.NDArray[np.uint8]") -> Sequence[bytes]:
        """Return 1 to 8 codes of 64 bytes of a picture of (height, width, 3) bytes, or of a part of one."""


@runtime_checkable
class PreparedMatcher(Protocol):
    """A matcher that can prepare pictures as a registry's entry says."""

    def by(self, entry: "ModelEntry") -> Matcher:
        """Return the matcher that prepares pictures by an entry of the same model, and has its radii."""


class Matchers(NamedTuple):
    """The matchers of pictures that were brought, and what weight the policy gives them."""

    brought: tuple[Matcher, ...] = ()
    rule: MatcherRule = MatcherRule.FLAG

    @property
    def decide(self) -> bool:
        """Tell whether a match excludes."""
        return self.rule is not MatcherRule.FLAG

    def ways(self, snapshot: Snapshot) -> "Iterator[tuple[Matcher, ModelEntry | None]]":
        """Yield each matcher that a snapshot has use for, ready for the entry that is yielded with it."""
        for matcher in self.brought:
            for entry in snapshot.preparations(bytes.fromhex(matcher.id)):
                yield _prepared(matcher, entry), entry

    def unasked(self, snapshot: Snapshot) -> str:
        """Return why codes could not be looked for, as far as the policy asks for it; empty where they could."""
        if not self.decide:
            return ""
        missing = snapshot.unasked({bytes.fromhex(matcher.id) for matcher in self.brought})
        if missing and (self.rule is MatcherRule.REQUIRE or not any(self.ways(snapshot))):
            return f"no matcher was brought for {', '.join(missing)}"
        return "" if any(self.ways(snapshot)) or snapshot.models else "no matcher was brought"


NO_MATCHERS: Final = Matchers()
"""None was brought, and none has to be."""


class ModelStanding(NamedTuple):
    """A model that a registry takes codes of, or that was brought: its texts for people, and whether it is used.

    Of one that was brought and of which no snapshot speaks, all but the SHA-256 is empty, and it is not `known`.
    """

    sha256: str
    id: str = ""
    licence: str = ""
    source: str = ""
    known: bool = False
    loaded: bool = False

    def describe(self) -> str:
        """Return one line for a person."""
        if not self.known:
            return f"{self.sha256}: brought, and no snapshot speaks of it"
        how = "loaded" if self.loaded else "not brought, so nothing is recognised by it"
        return f"{self.id} {self.sha256}: {how}; licence {self.licence}; from {self.source}"


def standings(snapshot: Snapshot, brought: Sequence[Matcher]) -> tuple[ModelStanding, ...]:
    """Return the models that a snapshot speaks of, and those that were brought besides."""
    ours = {matcher.id for matcher in brought}
    spoken = dict.fromkeys(
        ModelStanding(each.sha256, each.id, each.licence, each.source, known=True, loaded=each.sha256 in ours)
        for each in snapshot.models
    )
    used = [each for each in sorted(ours) if not snapshot.preparations(bytes.fromhex(each))]
    return (*spoken, *map(ModelStanding, used))


def _prepared(matcher: Matcher, entry: "ModelEntry | None") -> Matcher:
    return matcher.by(entry) if entry is not None and isinstance(matcher, PreparedMatcher) else matcher
