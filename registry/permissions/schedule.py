"""What time does to permission: cards are read again.

As in `registry.declarations.schedule`, each step is its own, and what one operator raises is that one's failure.
"""

from itertools import takewhile
from typing import Final

from registry.background.rounds import Rounds
from registry.declarations.context import Context
from registry.model.durations import DAY
from registry.model.operator import CARD_EVERY
from registry.permissions.operators import Operators
from registry.store.operators import due_operators

CARDS_AT_ONCE: Final = 50

LOOKING_SECONDS: Final = 20.0
"""How long cards are read before everything else that is due has its turn again."""


class DuePermissions:
    """Does what time makes due. One thread at a time may use it."""

    def __init__(self, context: Context, operators: Operators) -> None:
        self._context = context
        self._operators = operators
        self._cards = Rounds("due cards", context.elapsed)

    @property
    def rounds(self) -> tuple[Rounds, ...]:
        """Counts of what was done and of what failed, by loop."""
        return (self._cards,)

    def due(self, now: int) -> int:
        """Do everything that is due at `now`. Return how many items failed; each is logged."""
        before = sum(rounds.failed for rounds in self.rounds)
        self._look_again(now)
        return sum(rounds.failed for rounds in self.rounds) - before

    def _look_again(self, now: int) -> None:
        with self._context.store.read() as reading:
            due = due_operators(reading, now, CARD_EVERY + DAY, CARDS_AT_ONCE + self._cards.waiting)
        until = self._context.elapsed() + LOOKING_SECONDS
        in_time = takewhile(lambda _: self._context.elapsed() < until, due)
        self._cards.take(in_time, str, self._operators.look)
