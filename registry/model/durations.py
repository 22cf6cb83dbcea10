"""Seconds of an hour and of a day, as every part of the registry counts them, and how one date follows another."""

from typing import Final

HOUR: Final = 3_600
DAY: Final = 86_400

MAX_BEHIND: Final = 300
"""Seconds by which a clock may be behind what was dated last before one of the two must be wrong."""


def dated(now: int, before: int | None) -> int:
    """Return the date of what follows something dated `before`: not older, as long as clocks differ by little.

    `now` is a time that is believed. What is dated more than MAX_BEHIND after it was dated by a clock that was
    wrong, and does not bind what follows.
    """
    return now if before is None or is_ahead(before, now) else max(now, before)


def is_ahead(date: int, now: int) -> bool:
    """Tell whether something was dated by a clock that was far ahead; `now` is a time that is believed."""
    return date - now > MAX_BEHIND
