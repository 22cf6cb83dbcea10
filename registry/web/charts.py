"""Bar charts drawn by the server as SVG in the page. The same numbers stand in a table beside each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

HEIGHT: Final = 180
WIDTH: Final = 640
_TOP: Final = 18
_BOTTOM: Final = 26
_GAP: Final = 0.25
_WIDEST: Final = 72
_MOST_LABELS: Final = 8


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: where it is in the drawing, and its value. `shown`: there is room for its label."""

    label: str
    value: int
    x: float
    y: float
    width: float
    height: float
    shown: bool

    @property
    def middle(self) -> float:
        """The middle of the bar, for its label."""
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing with its name and what it shows in words, for those who do not see it."""

    id: str
    title: str
    description: str
    bars: tuple[Bar, ...]
    floor: int = HEIGHT - _BOTTOM


def bar_chart(name: str, title: str, description: str, values: Sequence[tuple[str, int]]) -> Chart:
    """Return a chart of values; the highest bar is as high as there is room, and nothing is a bar of no height."""
    highest = max((value for _, value in values), default=0) or 1
    step = WIDTH / max(len(values), 1)
    every = max(1, -(-len(values) // _MOST_LABELS))
    bars = []
    for place, (label, value) in enumerate(values):
        height = round((HEIGHT - _TOP - _BOTTOM) * value / highest, 1)
        shown = (len(values) - 1 - place) % every == 0
        width = round(min(step * (1 - _GAP), _WIDEST), 1)
        x = round(step * (place + 0.5) - width / 2, 1)
        bars.append(Bar(label, value, x, round(HEIGHT - _BOTTOM - height, 1), width, height, shown))
    return Chart(name, title, description, tuple(bars))
