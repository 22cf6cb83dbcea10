"""A filter that goes by another clock than the one it was opened with."""

from collections.abc import Callable

from crawler_filter import Filter


def with_clock(optout: Filter, clock: Callable[[], float]) -> Filter:
    """Return the filter, which from now on goes by another clock."""
    optout._clock = clock
    optout._standing.__self__._clock = clock
    return optout
