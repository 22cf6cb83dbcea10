"""Which extras were installed alone, with which dependencies, as `python -m tests.extras --write` found it."""

import json
from pathlib import Path
from typing import Final

from tools.manual.markdown import table

FOUND: Final = Path(__file__).resolve().parents[2] / "docs" / "extras.json"

_SETTINGS: Final = [
    f"{python} {versions}" for python in ("3.11", "3.12", "3.13") for versions in ("oldest", "newest")
]


def tried() -> str:
    """Return the table of extras: whether each did its work, by Python and dependencies."""
    found: dict[str, dict[str, dict[str, str]]] = json.loads(FOUND.read_text(encoding="utf-8"))
    rows = [
        (f"`{extra}`" if extra else "none", *(_cell(tries.get(each)) for each in _SETTINGS))
        for extra, tries in sorted(found.items())
    ]
    dates = sorted(each["date"] for tries in found.values() for each in tries.values())
    when = dates[-1] if dates[0] == dates[-1] else f"{dates[0]} to {dates[-1]}"
    return f"Tried on {when}:\n\n" + table("|".join(["extra", *_SETTINGS]), rows)


def _cell(tried: dict[str, str] | None) -> str:
    if tried is None:
        return "not tried"
    return " ".join(tried["fault"].split())[:120].replace("|", "/") or "ok"
