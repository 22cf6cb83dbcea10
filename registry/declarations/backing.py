"""What proofs do to declarations: which scopes they back, and what follows when they come, go, or come to others.

Proofs belong to a party. A scope is verified while any proof of its own party covers it; one that was verified and
no longer is lapses: it keeps restricting, flagged, and what it allowed is dropped, because only a verified scope
can allow. A new proof of the same party clears the flag; what was dropped is not restored, because allowing again
is the party's decision. A proof by another party ends the lapsed scopes it covers, and revives nobody's.

These functions run in the writer's transaction and look nowhere but in the database.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlite_utils import Database

from crawler_filter.formats.record import Assurance, LeafType, Record, Scope, ScopeKind
from crawler_filter.formats.urls import host_suffixes, prefixes, split
from crawler_filter.preference import Preference
from registry.config import Config
from registry.control.challenges import Challenge
from registry.control.recheck import PERMISSION_SECONDS
from registry.control.verification import covers
from registry.declarations.doubt import tell_owners, with_doubts, without_first_doubts
from registry.declarations.ledger import Ledger
from registry.mail.notices import queue_change_notice, queue_end_notice, queue_lapse_notice
from registry.model.declaration import ChangeKind, Declaration, State, needs_proof, unproved
from registry.rules.loosening import ancestors, is_loosening
from registry.store.declarations import (
    declarations_within,
    find_declaration,
    lapsed_within,
    stated_at,
    urls_of,
    urls_within,
)
from registry.store.log import history
from registry.store.proofs import Proof, ask_anew, live_proofs


@dataclass(frozen=True, slots=True)
class Backing:
    """Applies what proofs change in declarations, and writes it through `ledger`."""

    ledger: Ledger
    config: Config

    @property
    def _database(self) -> Database:
        return self.ledger.database

    def reconcile(self, declaration: Declaration) -> Declaration:
        """Bring a declaration in line with its party's live proofs; whatever lacks none comes into force."""
        if declaration.state is not State.PENDING and not declaration.state.in_force:
            return declaration
        if declaration.change is not None:
            record = backed(self._database, declaration.record)
            return declaration if record == declaration.record else self._with_proofs(declaration, record)
        proved = self._apportioned(declaration)
        if declaration.state.in_force:
            return declaration if proved == declaration else self._extend(declaration, proved)
        return self._activate(proved) if proved.record.scopes else declaration

    def _with_proofs(self, declaration: Declaration, record: Record) -> Declaration:
        if declaration.state.in_force:
            return self.ledger.record_revision(declaration, LeafType.PROVE, record)
        return self.ledger.update_pending(declaration, record)

    def _apportioned(self, declaration: Declaration) -> Declaration:
        """Return a declaration with everything in its record that may be in force, and the rest waiting."""
        asked = replace(declaration.record, scopes=declaration.asked)
        return apportioned(declaration, backed(self._database, asked))

    def _extend(self, before: Declaration, proved: Declaration) -> Declaration:
        """Take into a declaration in force what was proved since: at once, or after a notice if it loosens."""
        after = proved.record
        if len(after.scopes) == len(before.record.scopes):
            return self.ledger.record_revision(before, LeafType.PROVE, after)
        if loosens(self._database, before.record.scopes, after):
            return self.announce(replace(before, waiting=proved.waiting), ChangeKind.AMEND, after)
        return self.ledger.record_revision(replace(before, waiting=proved.waiting), LeafType.PROVE, after)

    def announce(self, declaration: Declaration, kind: ChangeKind, record: Record | None) -> Declaration:
        """Log a change that loosens, and queue the letter with the link that stops it."""
        effective = self.ledger.now + self.config.loosening_delay
        announced, secret = self.ledger.announce(declaration, kind, record, effective)
        if announced.change is not None:
            queue_change_notice(self._database, announced, announced.change, secret, self.config.public_url)
        return announced

    def on_proof_found(self, challenge: Challenge) -> None:
        """Apply a newly found proof.

        Verify this party's scopes under the target, and end other parties' lapsed scopes that the proof covers.
        """
        host = challenge.target.partition("/")[0]
        for declaration in declarations_within(self._database, challenge.party, host):
            self.reconcile(find_declaration(self._database, declaration))
        for declaration in urls_of(self._database, challenge.party):
            self._release(find_declaration(self._database, declaration))
        for declaration in lapsed_within(self._database, host):
            self._yield_to_new_owner(find_declaration(self._database, declaration), challenge.party)
        for declaration in urls_within(self._database, host):
            self._hold_strangers(find_declaration(self._database, declaration), challenge)
        ask_anew(self._database, challenge.party, {challenge.target, *host_suffixes(host)}, self.ledger.now)

    def on_proof_lapsed(self, challenge: Challenge) -> None:
        """Apply the loss of a proof: lapse the scopes that nothing covers any more, and tell the party."""
        host = challenge.target.partition("/")[0]
        for number in declarations_within(self._database, challenge.party, host):
            declaration = find_declaration(self._database, number)
            if declaration.state is State.PENDING:
                self.ledger.update_pending(declaration, backed(self._database, attested(declaration.record)))
                continue
            record = unbacked(self._database, declaration.record)
            if record == declaration.record:
                continue
            if any(scope.lapsed for scope in record.scopes):
                lapsed = self.ledger.record_revision(declaration, LeafType.LAPSE, record)
                queue_lapse_notice(
                    self._database, lapsed, self.ledger.now, self.config.public_url, self.config.lapse_grace
                )
            elif record.scopes:
                self.ledger.record_revision(declaration, LeafType.LAPSE, record)
            else:
                self._expire(declaration)

    def on_proof_stale(self, challenge: Challenge) -> None:
        """Drop what is allowed where no proof was seen lately; what is reserved stays as it is."""
        since = self.ledger.now - PERMISSION_SECONDS
        for number in declarations_within(self._database, challenge.party, challenge.target.partition("/")[0]):
            declaration = find_declaration(self._database, number)
            record = unpermitted(self._database, declaration.record, since)
            if record == declaration.record or not declaration.state.in_force:
                continue
            if record.scopes:
                self.ledger.record_revision(declaration, LeafType.LAPSE, record)
            else:
                self._expire(declaration)

    def end_scopes(self, declaration: Declaration, positions: Collection[int]) -> Declaration:
        """End the scopes at `positions`. A declaration without any other scope expires."""
        kept = tuple(
            scope for position, scope in enumerate(declaration.record.scopes) if position not in positions
        )
        if not kept:
            return self._expire(declaration)
        remaining = replace(declaration.record, scopes=kept)
        ended = self.ledger.record_revision(declaration, LeafType.LAPSE, remaining)
        queue_end_notice(self._database, ended, self.ledger.now, self.config.public_url)
        return ended

    def _activate(self, declaration: Declaration) -> Declaration:
        """Put a proved declaration in force: at once, or after a notice if it loosens what its party reserved."""
        if loosens(self._database, (), declaration.record):
            return self.announce(declaration, ChangeKind.DECLARE, declaration.record)
        return self.ledger.record_revision(declaration, LeafType.DECLARE, declaration.record)

    def _expire(self, declaration: Declaration) -> Declaration:
        expired = self.ledger.end(declaration, LeafType.EXPIRE, State.EXPIRED)
        queue_end_notice(self._database, expired, self.ledger.now, self.config.public_url)
        return expired

    def _release(self, declaration: Declaration) -> None:
        """Release what was held from the start, for want of any proof. What was held later stays held."""
        record = without_first_doubts(self._database, declaration.record)
        if record == declaration.record or not declaration.state.in_force:
            return
        if not any(entry.type is LeafType.HOLD for entry in history(self._database, declaration.id)):
            self.ledger.record_revision(declaration, LeafType.RESOLVE, record)

    def _hold_strangers(self, declaration: Declaration, challenge: Challenge) -> None:
        """Hold the addresses that a party stated without proof on a place that another has proved by now."""
        if declaration.party == challenge.party or not declaration.state.in_force:
            return
        record = with_doubts(self._database, declaration.record, verified=True)
        if record != declaration.record:
            held = self.ledger.record_revision(declaration, LeafType.HOLD, record)
            tell_owners(self.ledger, held, self.config.public_url)

    def _yield_to_new_owner(self, declaration: Declaration, party: str) -> None:
        """End the lapsed scopes of a declaration that another party has proved by now."""
        if declaration.party == party:
            return
        lapsed = [position for position, scope in enumerate(declaration.record.scopes) if scope.lapsed]
        scopes = [declaration.record.scopes[position] for position in lapsed]
        proofs = _proofs_near(self._database, party, scopes)
        taken = {position for position in lapsed if is_backed(declaration.record.scopes[position], proofs)}
        if taken:
            self.end_scopes(declaration, taken)


def apportioned(declaration: Declaration, wanted: Record) -> Declaration:
    """Return a declaration that states what of `wanted` may be in force, while the rest of it waits for proof."""
    lacking = set(unproved(wanted.scopes))
    stated = tuple(scope for position, scope in enumerate(wanted.scopes) if position not in lacking)
    waiting = tuple(scope for position, scope in enumerate(wanted.scopes) if position in lacking)
    return replace(declaration, record=replace(wanted, scopes=stated), waiting=waiting)


def unpermitted(database: Database, record: Record, since: int) -> Record:
    """Return the record without what it allows by proofs of which none was seen after `since`."""
    fresh = [proof for proof in _proofs_near(database, record.party, record.scopes) if proof.state.last_ok > since]
    kept = (
        scope if scope.assurance is not Assurance.VERIFIED or is_backed(scope, fresh) else _restricting(scope)
        for scope in record.scopes
    )
    return replace(record, scopes=tuple(scope for scope in kept if scope.preferences))


def backed(database: Database, record: Record) -> Record:
    """Return the record with every scope verified that a live proof of its party covers."""
    proofs = _proofs_near(database, record.party, record.scopes)
    if not proofs:
        return record
    scopes = tuple(
        replace(scope, assurance=Assurance.VERIFIED, lapsed=False) if is_backed(scope, proofs) else scope
        for scope in record.scopes
    )
    return replace(record, scopes=scopes)


def unbacked(database: Database, record: Record) -> Record:
    """Return the record with every verified scope lapsed that no live proof of its party covers any more."""
    proofs = _proofs_near(database, record.party, record.scopes)
    kept = (
        _lapse(scope) if scope.assurance is Assurance.VERIFIED and not is_backed(scope, proofs) else scope
        for scope in record.scopes
    )
    return replace(record, scopes=tuple(scope for scope in kept if scope.preferences))


def attested(record: Record) -> Record:
    """Return the record as if nothing in it were proved."""
    scopes = tuple(replace(scope, assurance=Assurance.ATTESTED, lapsed=False) for scope in record.scopes)
    return replace(record, scopes=scopes)


def _lapse(scope: Scope) -> Scope:
    """Return a scope without its proof: lapsed if its kind needs one, otherwise attested. Permissions go."""
    left = _restricting(scope)
    return replace(left, lapsed=True) if needs_proof(left) else replace(left, assurance=Assurance.ATTESTED)


def _restricting(scope: Scope) -> Scope:
    """Return a scope without what it allows."""
    restricting = {usage: said for usage, said in scope.preferences.items() if said is Preference.DISALLOWED}
    return replace(scope, preferences=restricting)


def is_backed(scope: Scope, proofs: Sequence[Proof]) -> bool:
    """Tell whether any of the proofs covers the scope."""
    return any(
        covers(proof.challenge.method, proof.challenge.target, scope.kind, scope.value, subtree=proof.subtree)
        for proof in proofs
    )


def backing(database: Database, record: Record) -> list[Proof]:
    """Return the live proofs of the party that cover any scope of the record."""
    proofs = _proofs_near(database, record.party, record.scopes)
    return [proof for proof in proofs if any(is_backed(scope, [proof]) for scope in record.scopes)]


def loosens(database: Database, before: Sequence[Scope], record: Record) -> bool:
    """Tell whether stating `record` in place of `before` loosens anything that the party reserves."""
    context = _bearing_on(database, record)
    reserved = (*context, *before)
    return bool(reserved) and is_loosening(reserved, (*context, *record.scopes))


def _bearing_on(database: Database, record: Record) -> list[Scope]:
    """Return the scopes of the party's other declarations in force that cover anything that `record` allows."""
    places = {
        place
        for scope in record.scopes
        if Preference.ALLOWED in scope.preferences.values()
        for place in ancestors((scope.kind, scope.value))
    }
    others = stated_at(database, record.party, sorted(places)) - {record.id}
    return [
        scope
        for other in sorted(others)
        for scope in find_declaration(database, other).record.scopes
        if (scope.kind, scope.value) in places
    ]


def _proofs_near(database: Database, party: str, scopes: Sequence[Scope]) -> list[Proof]:
    locations = [scope for scope in scopes if scope.kind.is_location]
    if not locations:
        return []
    return live_proofs(database, party, sorted({target for scope in locations for target in _targets(scope)}))


def _targets(scope: Scope) -> set[str]:
    """Return every target whose proof could cover a location scope."""
    if scope.kind in (ScopeKind.PREFIX, ScopeKind.URL):
        return {*host_suffixes(split(scope.value)[0]), *prefixes(scope.value)}
    return set(host_suffixes(scope.value))
