"""Long attacks in blocks of rounds, each block a process of its own that is counted once it has ended well.

A suite that is stopped goes on where it was: what was done lies in `build/attacks`, or in the folder that
`OPTOUT_ATTACKS` names. `python -m tests.attacks` runs the suites and writes what they reached.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def folder() -> Path:
    """Where finished blocks are noted."""
    return Path(os.environ.get("OPTOUT_ATTACKS", ROOT / "build" / "attacks"))


@dataclass(frozen=True)
class Suite:
    """`module`, run with the number of a block, prints what its `each` rounds came to, as JSON."""

    name: str
    module: str
    each: int
    goal: int

    @property
    def path(self) -> Path:
        return folder() / f"{self.name}.jsonl"

    def finished(self) -> dict[int, dict[str, int]]:
        """What each finished block came to, by its number."""
        try:
            lines = self.path.read_text().splitlines()
        except FileNotFoundError:
            return {}
        return {block["block"]: block["counts"] for block in map(json.loads, lines)}

    def totals(self) -> Counter[str]:
        """What all finished blocks came to."""
        return sum((Counter(counts) for counts in self.finished().values()), Counter())

    def run(self) -> Counter[str]:
        """Run all blocks that are missing; return what all came to."""
        while self.run_one():
            pass
        return self.totals()

    def run_one(self) -> bool:
        """Run the next block that is missing; False where none is. Raises AssertionError, with what a block that
        failed has said."""
        done = self.finished()
        block = next((each for each in range(-(-self.goal // self.each)) if each not in done), None)
        if block is not None:
            self._note(block, self.run_block(block))
        return block is not None

    def run_block(self, block: int) -> dict[str, int]:
        """Run one block, and note nothing."""
        command = [sys.executable, "-m", self.module, str(block), str(self.each)]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert run.returncode == 0, f"block {block} of {self.name}: {run.stderr[-4000:]}"
        counts: dict[str, int] = json.loads(run.stdout.splitlines()[-1])
        assert counts["rounds"] == self.each
        return counts

    def _note(self, block: int, counts: dict[str, int]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a") as file:
            file.write(json.dumps({"block": block, "counts": counts}) + "\n")


SUITES = (
    Suite("kills", "tests.attacks.kills", each=20, goal=1_000),
    Suite("damage", "tests.attacks.damage", each=250, goal=10_000),
    Suite("offers", "tests.attacks.offers", each=250, goal=10_000),
    Suite("histories", "tests.attacks.histories", each=25, goal=2_000),
)


def main_of(run: Callable[[int, int], Counter[str]]) -> None:
    """Run one block as its own process: the arguments are its number and how many rounds it has."""
    block, rounds = int(sys.argv[1]), int(sys.argv[2])
    print(json.dumps({"rounds": rounds, **run(block, rounds)}))  # noqa: T201
