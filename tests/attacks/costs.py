"""The command `python -m tests.attacks.costs [TEXT…]`: measure what the dearest requests cost, and write the table.

With texts, only what has one of them in its name is measured, and nothing is written. Exit code 1 when anything
took more than it may.
"""

import logging
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.attacks.full_registry import everything_that_is_read
from tests.attacks.hostile_requests import everything, open_scene
from tests.attacks.meter import Cost, measure

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "cost-of-requests.md"
_BLOCK = re.compile(r"(<!-- make costs -->\n).*?(<!-- end -->)", re.DOTALL)


def main(wanted: Sequence[str]) -> int:
    logging.disable(logging.CRITICAL)
    rows = []
    for name, cost in _costs(wanted):
        rows.append((name, cost))
        sys.stdout.write(f"{_row(name, cost)}\n")
        sys.stdout.flush()
    if not wanted:
        head = "| what | requests | MB at most | seconds at most | answered |\n|---|---|---|---|---|"
        table = "\n".join([head, *(_row(name, cost) for name, cost in rows)])
        PAGE.write_text(
            _BLOCK.sub(lambda found: f"{found[1]}\n{table}\n\n{found[2]}", PAGE.read_text("utf-8")), "utf-8"
        )
    return 0 if all(cost.is_within for _, cost in rows) else 1


def _costs(wanted: Sequence[str]) -> Iterator[tuple[str, Cost]]:
    with TemporaryDirectory() as folder, open_scene(Path(folder)) as scene:
        names = [name for name in everything(scene) if not wanted or any(text in name for text in wanted)]
    for name in names:
        with TemporaryDirectory() as folder, open_scene(Path(folder)) as scene:
            yield name, measure(scene.send, everything(scene)[name](scene))
    if not wanted or "full" in wanted:
        with TemporaryDirectory() as folder, open_scene(Path(folder)) as scene:
            for sent in everything_that_is_read(scene):
                shown = re.sub(r"[a-z2-7]{26}", "…", sent.path)
                yield f"{sent.method} {shown}, the account full", measure(scene.send, [sent])


def _row(name: str, cost: Cost) -> str:
    return f"| `{name}` | {cost.requests} | {cost.memory / 2**20:.0f} | {cost.seconds:.2f} | {cost.status} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
