"""Finds the rows of a key in one table of a segment.

- A match is the whole 128-bit key. Runs of equal first halves are searched by the second half, so declared
  digests that were chosen to share their beginning cost a few steps more and nothing else.
- A row that cannot be right is an error, never "no match".
"""

from bisect import bisect_left, bisect_right
from struct import Struct
from typing import Final

from crawler_filter.errors import DamagedFileError
from crawler_filter.snapshot.layout import fan_bits
from crawler_filter.snapshot.segment import Segment

_HOT: Final = Struct(">Q").unpack_from
_NOTHING: Final = (0, 0)


class KeyTable:
    """One table of a segment: rows by 128-bit key. A bucket is checked when it is first looked into."""

    __slots__ = ("cold", "fan", "flags", "hot", "right", "segment", "shift", "statement", "table")

    def __init__(self, segment: Segment, table: str) -> None:
        self.segment = segment
        self.table = table
        self.fan = segment.columns[f"{table}.fan"]
        self.hot = segment.columns[f"{table}.hot"]
        self.cold = segment.columns[f"{table}.cold"]
        self.flags = segment.columns[f"{table}.flags"]
        self.statement = segment.columns[f"{table}.statement"]
        self.shift = 64 - fan_bits(len(self.hot))
        self.right = bytearray(b"\1" if not segment.is_guarded else b"\0") * (len(self.fan) - 1)

    def find(self, key: bytes) -> tuple[int, int]:
        """Return the range of the rows of a key, which is its first 16 bytes; (0, 0) where there is none."""
        (hot,) = _HOT(key)
        bucket = hot >> self.shift
        if not self.right[bucket]:
            self._check(bucket)
        try:
            end = self.fan[bucket + 1]
            hots = self.hot
            first = bisect_left(hots, hot, self.fan[bucket], end)
            if first == end or hots[first] != hot:
                return _NOTHING
            last = first + 1
            if last == end or hots[last] != hot:
                return (first, last) if self.cold[first] == _HOT(key, 8)[0] else _NOTHING
            last = bisect_right(hots, hot, last, end)
            (cold,) = _HOT(key, 8)
            first = bisect_left(self.cold, cold, first, last)
            last = bisect_right(self.cold, cold, first, last)
        except (IndexError, ValueError) as error:
            raise DamagedFileError(f"table {self.table}: a bucket leads out of it since it was read") from error
        return (first, last) if first < last else _NOTHING

    def _check(self, bucket: int) -> None:
        """Check all that a look into a bucket may read. Raises DamagedFileError."""
        self.segment.require(f"{self.table}.fan", bucket, bucket + 2)
        first, last = self.fan[bucket], self.fan[bucket + 1]
        for column in ("hot", "cold", "flags", "statement"):
            self.segment.require(f"{self.table}.{column}", first, last)
        self.right[bucket] = 1
