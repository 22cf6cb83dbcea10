"""What time does: announced changes take effect, proofs are looked for again and lapse, what is idle is forgotten.

`due` does everything that is due at a time and can be called as often as one likes; each step is its own
transaction, so a crash between two loses none. Proofs are looked for outside any transaction. What one
declaration, proof or letter raises is that one's failure: it is counted, waits, and the others go on
(`registry.background.rounds`).
"""

import logging
from collections.abc import Callable
from itertools import groupby, takewhile
from typing import Final

from sqlite_utils import Database

from registry.background.rounds import PAUSE_SECONDS, Rounds
from registry.control.recheck import PERMISSION_SECONDS, ProofHealth, after_failure, next_check
from registry.control.verification import ProofObservation, check_again
from registry.declarations.agreement import is_agreed
from registry.declarations.backing import Backing
from registry.declarations.changes import apply_change
from registry.declarations.closing import Closing
from registry.declarations.context import Context
from registry.errors import ProofMissingError
from registry.mail.notices import queue_effect_notice, queue_missing_notice
from registry.model.durations import DAY, is_ahead
from registry.model.webhook import EVENTS_KEPT
from registry.net import FetchError
from registry.store import proofs as proof_store
from registry.store.carries import carried_since_before
from registry.store.changes import due_changes
from registry.store.declarations import (
    declarations_within,
    expired_declarations,
    find_declaration,
    forget_declaration,
    lapsed_before,
)
from registry.store.disputes import forget_offers
from registry.store.drafts import forget_drafts
from registry.store.event_recipients import tell_of_proof
from registry.store.events import forget_events
from registry.store.idempotency import forget_keys
from registry.store.log import erase_bodies
from registry.store.proofs import Proof

KEYS_KEPT: Final = 30 * DAY
"""Seconds for which an Idempotency-Key is remembered."""

OFFERS_KEPT: Final = 90 * DAY
"""Seconds for which the link in a letter about somebody's claim can be used."""

PROOFS_AT_ONCE: Final = 100

LOOKING_SECONDS: Final = 20.0
"""How long proofs are looked for before everything else that is due has its turn again."""

_log = logging.getLogger(__name__)


class DueTasks:
    """Does what time makes due. One thread at a time may use it."""

    def __init__(self, context: Context) -> None:
        self._context = context
        names = ("steps", "changes", "lapses", "proofs", "closings")
        self._steps, self._changes, self._lapses, self._proofs, self._closings = (
            Rounds(f"due {name}", context.elapsed, pause=0 if name == "steps" else PAUSE_SECONDS) for name in names
        )

    @property
    def rounds(self) -> tuple[Rounds, ...]:
        """Count what was done and what failed, by loop."""
        own = (self._steps, self._changes, self._lapses, self._proofs, self._closings)
        return (*own, self._context.outbox.rounds)

    def due(self, now: int) -> int:
        """Do everything that is due at `now`. Return how many items failed; each is logged."""
        before = self._failed
        steps = (
            *(self._apply_changes, self._end_lapsed, self._end_carried),
            *(self._close_accounts, self._forget, self._look_again, self._finish),
        )
        self._steps.take(steps, lambda step: step.__name__, lambda step: step(now))
        return self._failed - before

    @property
    def _failed(self) -> int:
        return sum(rounds.failed for rounds in self.rounds)

    def _finish(self, _now: int) -> None:
        self._context.purging.purge_in_turn()
        self._context.outbox.send()

    def _apply_changes(self, now: int) -> None:
        with self._context.store.read() as reading:
            due = due_changes(reading, now)
        self._changes.take(due, str, lambda number: self._context.writer.run(self._applying(number, now)))

    def _applying(self, number: str, now: int) -> Callable[[Database], None]:
        def transaction(database: Database) -> None:
            declaration = find_declaration(database, number)
            if declaration.change is not None and declaration.change.effective <= now:
                agreed = is_agreed(database, declaration)
                after = apply_change(self._proving(database, now), declaration)
                public_url = self._context.config.public_url
                queue_effect_notice(database, declaration, after, now, public_url, agreed=agreed)

        return transaction

    def _end_lapsed(self, now: int) -> None:
        since = now - self._context.config.lapse_grace
        with self._context.store.read() as reading:
            lapsed = lapsed_before(reading, since)
        numbers = [declaration for declaration, _ in groupby(lapsed, key=lambda scope: scope[0])]
        self._lapses.take(numbers, str, lambda number: self._context.writer.run(self._ending(number, since, now)))

    def _ending(self, number: str, since: int, now: int) -> Callable[[Database], None]:
        def transaction(database: Database) -> None:
            positions = {position for other, position in lapsed_before(database, since) if other == number}
            if positions:
                self._proving(database, now).end_scopes(find_declaration(database, number), positions)

        return transaction

    def _end_carried(self, now: int) -> None:
        """End what was carried over from a log that was lost: who declared it had as long to do so again."""

        def transaction(database: Database) -> int:
            ended = carried_since_before(database, now - self._context.config.loosening_delay)
            for number in ended:
                erase_bodies(database, number)
                self._context.registry_ledger(database, now).erase(number)
            return len(ended)

        if self._context.writer.run(transaction):
            self._context.purging.note()

    def _close_accounts(self, now: int) -> None:
        closing = Closing(self._context)
        self._closings.take(closing.due(now), str, closing.erase)

    def _forget(self, now: int) -> None:
        def transaction(database: Database) -> None:
            ledger = self._context.registry_ledger(database, now)
            for declaration in expired_declarations(database, now):
                forget_declaration(database, declaration)
                ledger.audit("forget", declaration)
            forget_offers(database, now - OFFERS_KEPT)
            forget_drafts(database, now - self._context.config.pending_lifetime)
            proof_store.forget_challenges(database, now)
            forget_keys(database, now - KEYS_KEPT)
            forget_events(database, now - EVENTS_KEPT)

        self._context.writer.run(transaction)

    def _look_again(self, now: int) -> None:
        with self._context.store.read() as reading:
            due = proof_store.due_proofs(reading, now, self._pause, PROOFS_AT_ONCE + self._proofs.waiting)
        until = self._context.elapsed() + LOOKING_SECONDS
        in_time = takewhile(lambda _: self._context.elapsed() < until, due)
        self._proofs.take(in_time, lambda proof: proof.challenge.id, lambda proof: self._look(proof, now))

    def _look(self, proof: Proof, now: int) -> None:
        try:
            evidence = check_again(proof.challenge, self._context.fetcher, self._context.config.origin, now=now)
        except (ProofMissingError, FetchError) as error:
            _log.info("proof %s was not found: %s", proof.challenge.id, error.detail)
            self._context.writer.run(self._failing(proof, now))
        else:
            self._context.writer.run(self._finding(proof, evidence, now))

    def _finding(self, proof: Proof, evidence: ProofObservation, now: int) -> Callable[[Database], None]:
        def transaction(database: Database) -> None:
            if proof_store.due_proof(database, proof.challenge.id, now, self._pause) is None:
                return
            state = ProofHealth(last_ok=now, until=evidence.until)
            proof_store.record_evidence(database, proof.challenge, evidence, self._next_check(state))
            self._proving(database, now).on_proof_found(proof.challenge)

        return transaction

    def _failing(self, proof: Proof, now: int) -> Callable[[Database], None]:
        def transaction(database: Database) -> None:
            standing = proof_store.due_proof(database, proof.challenge.id, now, self._pause)
            if standing is None:
                return
            state = after_failure(standing.state, now, schedule=self._context.recheck_schedule)
            proof_store.record_failure(database, proof.challenge.id, state, self._next_check(state))
            if state.lapsed or state.failures == 1:
                found = proof.challenge
                tell_of_proof(database, found.party, found.target, now, lapsed=state.lapsed)
            if state.lapsed:
                proving = self._proving(database, now)
                proving.ledger.audit("lapse-proof", proof.challenge.id)
                proving.on_proof_lapsed(proof.challenge)
                return
            if state.failures == 1:
                self._warn(database, proof, now)
            if now - state.last_ok >= PERMISSION_SECONDS or is_ahead(state.last_ok, now):
                self._proving(database, now).on_proof_stale(proof.challenge)

        return transaction

    def _warn(self, database: Database, proof: Proof, now: int) -> None:
        """Queue one letter about a missing proof, with the page of one declaration that rests on it."""
        party, target = proof.challenge.party, proof.challenge.target
        resting = declarations_within(database, party, target.partition("/")[0])
        if resting:
            declaration = find_declaration(database, resting[0])
            queue_missing_notice(database, declaration, target, now, self._context.config.public_url)

    def _proving(self, database: Database, now: int) -> Backing:
        return Backing(self._context.registry_ledger(database, now), self._context.config)

    @property
    def _pause(self) -> int:
        """The longest time between two looks at a proof, and a day."""
        schedule = self._context.recheck_schedule
        return max(schedule.every, schedule.retry) + DAY

    def _next_check(self, state: ProofHealth) -> int | None:
        return next_check(state, schedule=self._context.recheck_schedule)
