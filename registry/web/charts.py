"""Bar charts as tables: a row says a number in words, which no phone makes smaller, beside a bar of its length."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_LEAST: Final = 0.5
"""Percent of the longest bar that anything more than nothing has, so that it is seen."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One row. `share` is the length of its bar in percent of the longest."""

    label: str
    value: int
    share: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A title and its rows."""

    title: str
    bars: tuple[Bar, ...]


def bar_chart(title: str, values: Sequence[tuple[str, int]]) -> Chart:
    """Return a chart of values; the highest has the longest bar, and nothing has none."""
    highest = max((value for _, value in values), default=0)
    return Chart(title, tuple(Bar(label, value, _share(value, highest)) for label, value in values))


def _share(value: int, highest: int) -> float:
    return max(_LEAST, round(100 * value / highest, 1)) if value else 0
