"""What the long attacks have reached, from the totals that `python -m tests.attacks --write` keeps."""

import json
from pathlib import Path
from typing import Final

from tools.manual.markdown import table

TOTALS: Final = Path(__file__).resolve().parents[2] / "docs" / "attacks.json"

_WHAT: Final = {
    "kills": "`kill -9` while 16 threads declare and the publisher publishes; what was acknowledged is there,"
    " once",
    "damage": "a synced folder with one damaged file, every second time the merged segment, its table or the"
    " manifest; no answer is wrong without saying that it could not be checked",
    "offers": "a registry that offers one wrong file (damaged, another one, or an old one); nothing but what was"
    " signed for comes into force",
    "histories": "lives of an instance (append, change, erase, publish, `kill -9` at a step that changes the disk,"
    " restart, old database put back); no log size has two roots, no manifest's number two manifests",
}


def reached() -> str:
    """Return the table of attacks: what was aimed at, and what was done."""
    totals = json.loads(TOTALS.read_text(encoding="utf-8"))
    rows = [(what, f"{totals[name]['goal']:,}", *_done(totals[name])) for name, what in _WHAT.items()]
    return f"Up to {totals['until']}:\n\n" + table("attack|rounds aimed at|rounds run|of these", rows)


def _done(counts: dict[str, int]) -> tuple[str, str]:
    others = {name: count for name, count in counts.items() if name not in ("goal", "rounds")}
    return f"{counts.get('rounds', 0):,}", "; ".join(f"{count:,} {name}" for name, count in others.items())
