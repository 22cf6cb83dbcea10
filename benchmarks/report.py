"""What was measured: figures beside their targets, answers that were wrong, and the table and JSON of both."""

import json
import os
import platform
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Target:
    """A bound that a figure, or its ratio where `of_ratio`, should keep: at most or at least `bound`."""

    bound: float
    at_least: bool = False
    of_ratio: bool = False

    def met(self, figure: float) -> bool:
        """Tell whether `figure` keeps the bound."""
        return figure >= self.bound if self.at_least else figure <= self.bound

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {number(self.bound)}{' x' if self.of_ratio else ''}"


def at_most(bound: float) -> Target:
    """Return the target of a figure that should be small."""
    return Target(bound)


def at_least(bound: float) -> Target:
    """Return the target of a figure that should be large."""
    return Target(bound, at_least=True)


def at_most_times(bound: float) -> Target:
    """Return the target of a ratio that should be small."""
    return Target(bound, of_ratio=True)


def at_least_times(bound: float) -> Target:
    """Return the target of a ratio that should be large."""
    return Target(bound, at_least=True, of_ratio=True)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `ratio` is what `against` says; `note` what has to be known to read it."""

    section: str
    what: str
    value: float
    unit: str
    target: Target | None = None
    ratio: float | None = None
    against: str = ""
    note: str = ""

    @property
    def verdict(self) -> str:
        """`met`, `missed`, or nothing where there is no target."""
        if self.target is None:
            return ""
        compared = self.ratio if self.target.of_ratio else self.value
        return "met" if compared is not None and self.target.met(compared) else "missed"

    def cells(self) -> tuple[str, ...]:
        """Return the cells of the table's row."""
        ratio = "" if self.ratio is None else f"{number(self.ratio)} x {self.against}"
        target = "" if self.target is None else str(self.target)
        return self.section, self.what, f"{number(self.value)} {self.unit}", ratio, target, self.verdict, self.note


_HEADER = ("section", "what", "figure", "ratio", "target", "", "note")


@dataclass(slots=True)
class Report:
    """Collects figures while the sections run. What is `wrong` fails the run."""

    figures: list[Figure] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def add(self, *figure: Any, **more: Any) -> None:
        """Add a figure; the arguments are those of `Figure`."""
        self.figures.append(Figure(*figure, **more))

    def require(self, section: str, what: str, wrong_answers: int) -> None:
        """Note that `wrong_answers` were found where there may be none."""
        if wrong_answers:
            self.wrong.append(f"{section}: {what}: {wrong_answers} wrong answers")

    def table(self) -> str:
        """Return the figures as a Markdown table, and below it what was not measured and what was wrong."""
        rows = [_HEADER, *(figure.cells() for figure in self.figures)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows]
        lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
        lines += [f"not measured: {text}" for text in self.missing]
        lines += [f"WRONG: {text}" for text in self.wrong]
        return "\n".join(lines)

    def write_json(self, path: Path, arguments: dict[str, Any]) -> None:
        """Write everything, with the machine it was measured on."""
        figures = [asdict(figure) | {"verdict": figure.verdict} for figure in self.figures]
        content = {"machine": machine(), **arguments, "figures": figures, "missing": self.missing}
        path.write_text(json.dumps(content | {"wrong": self.wrong}, indent=1, ensure_ascii=False) + "\n")


def machine() -> dict[str, object]:
    """Return what the figures depend on besides the program."""
    models = [line.partition(":")[2] for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    return {
        "cpu": models[0].strip() if models else platform.processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "load": round(os.getloadavg()[0], 1),
    }


def number(value: float) -> str:
    """Return a number with three figures, and thousands set apart."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []
