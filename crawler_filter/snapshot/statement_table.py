"""Reads the statements of a segment: whose they are, what they say, and what is known of them."""

from bisect import bisect_left

from crawler_filter.errors import MalformedSegmentError
from crawler_filter.finding import Statement
from crawler_filter.formats.record import Assurance, encode_id
from crawler_filter.snapshot.layout import CARRIED, DISPUTED, HELD, LAPSED, PARTY_VERIFIED, VERIFIED
from crawler_filter.snapshot.segment import Segment


class StatementTable:
    """The statements of a segment, by the number that a row names."""

    __slots__ = ("_segment",)

    def __init__(self, segment: Segment) -> None:
        self._segment = segment

    def at_leaf(self, leaf: int) -> Statement | None:
        """Return the first statement of the declaration that a leaf states, None where it states none in force."""
        self._segment.require("stated.leaf")
        leaves = self._segment.columns["stated.leaf"]
        number = bisect_left(leaves, leaf)
        return self.read(number) if number < len(leaves) and leaves[number] == leaf else None

    def read(self, number: int) -> Statement:
        """Return a statement. Raises MalformedSegmentError where there is none of this number."""
        columns = self._segment.columns
        if number >= len(columns["stated.leaf"]):
            raise MalformedSegmentError(f"a row names statement {number} of {len(columns['stated.leaf'])}")
        if self._segment.is_guarded:
            self._check(number)
        flags = columns["stated.flags"][number]
        return Statement(
            leaf=columns["stated.leaf"][number],
            declaration=encode_id(columns["stated.declaration"][16 * number : 16 * number + 16].tobytes()),
            party=columns["stated.party"][number],
            preferences=columns["stated.usage"][number],
            assurance=Assurance.VERIFIED if flags & VERIFIED else Assurance.ATTESTED,
            disputed=bool(flags & DISPUTED),
            lapsed=bool(flags & LAPSED),
            party_verified=bool(flags & PARTY_VERIFIED),
            held=bool(flags & HELD),
            carried=bool(flags & CARRIED),
        )

    def _check(self, number: int) -> None:
        for column in ("leaf", "party", "usage", "flags"):
            self._segment.require(f"stated.{column}", number, number + 1)
        self._segment.require("stated.declaration", 16 * number, 16 * number + 16)
