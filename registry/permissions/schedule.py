"""What time does to permission: cards are read again, keys end, and grants whose time is over.

As in `registry.declarations.schedule`, each step is its own, and what one operator raises is that one's failure.
"""

from itertools import takewhile
from typing import Final

from sqlite_utils import Database

from crawler_filter.formats.grant import GrantEnd
from registry.background.rounds import Rounds
from registry.declarations.context import Context
from registry.model.durations import DAY
from registry.model.operator import CARD_EVERY
from registry.permissions.grants import drop_key, end_grant
from registry.permissions.operators import Operators
from registry.store.grants import find_grant, grants_that_are_over, standing_of_operator
from registry.store.operators import due_operators, keys_that_ended

CARDS_AT_ONCE: Final = 50
GRANTS_AT_ONCE: Final = 500

LOOKING_SECONDS: Final = 20.0
"""How long cards are read before everything else that is due has its turn again."""


class DuePermissions:
    """Does what time makes due. One thread at a time may use it."""

    def __init__(self, context: Context, operators: Operators) -> None:
        self._context = context
        self._operators = operators
        self._cards, self._keys, self._grants = (
            Rounds(f"due {name}", context.elapsed) for name in ("cards", "keys", "grants")
        )

    @property
    def rounds(self) -> tuple[Rounds, ...]:
        """Counts of what was done and of what failed, by loop."""
        return (self._cards, self._keys, self._grants)

    def due(self, now: int) -> int:
        """Do everything that is due at `now`. Return how many items failed; each is logged."""
        before = sum(rounds.failed for rounds in self.rounds)
        self._end_grants(now)
        self._look_again(now)
        self._end_keys(now)
        self._context.outbox.send()
        return sum(rounds.failed for rounds in self.rounds) - before

    def _look_again(self, now: int) -> None:
        with self._context.store.read() as reading:
            due = due_operators(reading, now, CARD_EVERY + DAY, CARDS_AT_ONCE + self._cards.waiting)
        until = self._context.elapsed() + LOOKING_SECONDS
        in_time = takewhile(lambda _: self._context.elapsed() < until, due)
        self._cards.take(in_time, str, self._operators.look)

    def _end_grants(self, now: int) -> None:
        with self._context.store.read() as reading:
            over = grants_that_are_over(reading, now, GRANTS_AT_ONCE + self._grants.waiting)
        self._grants.take(over, str, lambda number: self._end_grant(number, now))

    def _end_grant(self, number: str, now: int) -> None:
        def ending(database: Database) -> None:
            found = find_grant(database, number)
            if found.grant.ended is None:
                ledger = self._context.registry_ledger(database, now)
                end_grant(ledger, found, GrantEnd.EXPIRED, self._context.config.public_url)

        self._context.writer.run(ending)

    def _end_keys(self, now: int) -> None:
        with self._context.store.read() as reading:
            ended = keys_that_ended(reading, now)
        self._keys.take(ended, str, lambda key: self._end_key(*key, now))

    def _end_key(self, operator: str, thumbprint: str, now: int) -> None:
        def dropping(database: Database) -> None:
            for found in standing_of_operator(database, operator):
                if thumbprint in found.grant.keys and (operator, thumbprint) in keys_that_ended(database, now):
                    ledger = self._context.registry_ledger(database, now)
                    drop_key(ledger, found, thumbprint, self._context.config.public_url)

        self._context.writer.run(dropping)
