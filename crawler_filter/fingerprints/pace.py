"""How often frames of a film are given to a model, which takes longer over a frame than all hashes together."""

from dataclasses import dataclass
from typing import Final

FRAMES_AT_A_PACE: Final = 64
"""Frames a second apart; then as many two seconds apart, four, and so on: some 450 of two hours."""


@dataclass(slots=True)
class Pace:
    """Chooses frames by their seconds, which come in order; where they begin anew, so does the pace."""

    taken: int = 0
    last: float = 0.0

    def takes(self, moment: float) -> bool:
        """Tell whether the frame of this second is to be looked at, and count it."""
        if moment < self.last:
            self.taken = 0
        if self.taken and moment - self.last < 2 ** (self.taken // FRAMES_AT_A_PACE):
            return False
        self.taken, self.last = self.taken + 1, moment
        return True
