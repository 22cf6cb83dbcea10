"""Challenges and the proofs they become, with how each has fared since."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from sqlite_utils import Database

from registry.control.challenges import Challenge, Method
from registry.control.recheck import ProofHealth
from registry.control.verification import ProofObservation
from registry.errors import NotFoundError

_SELECT_CHALLENGE: Final = "SELECT id, party, method, target, token, created, expires FROM proofs"
_SELECT_PROOF: Final = (
    "SELECT id, party, method, target, token, created, expires, subtree, last_ok, until, failures, first_failure,"
    " last_failure, lapsed FROM proofs"
)
STANDS: Final = "evidence IS NOT NULL AND lapsed = 0"
_DUE: Final = "next_check <= ? OR next_check > ?"


@dataclass(frozen=True, slots=True)
class Proof:
    """A challenge that was met, and how it has fared since. `subtree`: it reaches below its target."""

    challenge: Challenge
    subtree: bool
    state: ProofHealth


def insert_challenge(database: Database, declaration: str | None, challenge: Challenge) -> None:
    """Keep a challenge that was asked for with a declaration, or without one."""
    database.execute(
        "INSERT INTO proofs (declaration, id, party, method, target, token, created, expires)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            declaration,
            challenge.id,
            challenge.party,
            challenge.method.value,
            challenge.target,
            challenge.token,
            challenge.created,
            challenge.expires,
        ),
    )


def open_challenges(database: Database, party: str, declaration: str | None, now: int) -> list[Challenge]:
    """Return the challenges of a party's declaration that may still be met, oldest first; with None those that it
    asked for without one."""
    rows = database.execute(
        _SELECT_CHALLENGE + " WHERE party = ? AND declaration IS ? AND evidence IS NULL AND expires > ?"
        " ORDER BY created, id",
        (party, declaration, now),
    )
    return [_challenge(row) for row in rows]


def find_challenge(database: Database, party: str, challenge: str) -> Challenge:
    """Return a party's challenge, whether or not it was met. Raises NotFoundError."""
    row = database.execute(
        _SELECT_CHALLENGE + " WHERE id = ? AND party = ? AND lapsed = 0", (challenge, party)
    ).fetchone()
    if row is None:
        raise NotFoundError(
            "there is no challenge %(challenge)s, or its time is over", challenge=repr(challenge[:40])
        )
    return _challenge(row)


def open_count(database: Database, party: str, now: int) -> int:
    """Return how many challenges of a party may still be met."""
    (count,) = database.execute(
        "SELECT count(*) FROM proofs WHERE party = ? AND evidence IS NULL AND expires > ?", (party, now)
    ).fetchone()
    return int(count)


def failed_checks(database: Database, challenge: str, since: int) -> int:
    """Return how often a challenge that was not met yet was looked for in vain, if that began after `since`."""
    row = database.execute(
        "SELECT failures FROM proofs WHERE id = ? AND evidence IS NULL AND first_failure > ?", (challenge, since)
    ).fetchone()
    return 0 if row is None else int(row[0])


def record_failed_check(database: Database, challenge: str, since: int, now: int) -> None:
    """Keep that a challenge that was not met yet was looked for in vain; the count begins anew after `since`."""
    database.execute(
        "UPDATE proofs SET failures = iif(first_failure > :since, failures + 1, 1),"
        " first_failure = iif(first_failure > :since, first_failure, :now), last_failure = :now"
        " WHERE id = :challenge AND evidence IS NULL",
        {"challenge": challenge, "since": since, "now": now},
    )


def record_evidence(
    database: Database, challenge: Challenge, evidence: ProofObservation, next_check: int | None
) -> None:
    """Make a challenge a live proof, in place of any other of the same party, method and target."""
    database.execute(
        "DELETE FROM proofs WHERE party = ? AND method = ? AND target = ? AND id <> ?",
        (challenge.party, challenge.method.value, challenge.target, challenge.id),
    )
    database.execute(
        "UPDATE proofs SET evidence = ?, subtree = ?, last_ok = ?, until = ?, failures = 0, first_failure = NULL,"
        " last_failure = NULL, next_check = ? WHERE id = ?",
        (
            json.dumps(asdict(evidence), sort_keys=True),
            evidence.subtree,
            evidence.time,
            evidence.until,
            next_check,
            challenge.id,
        ),
    )


def record_failure(database: Database, proof: str, state: ProofHealth, next_check: int | None) -> None:
    """Keep how a proof fared that was not found."""
    database.execute(
        "UPDATE proofs SET failures = ?, first_failure = ?, last_failure = ?, lapsed = ?, next_check = ?"
        " WHERE id = ?",
        (state.failures, state.first_failure, state.last_failure, state.lapsed, next_check, proof),
    )


def due_proofs(database: Database, now: int, pause: int, most: int) -> list[Proof]:
    """Return proofs to be looked at again, the longest overdue first, and last those that a wrong clock put off.

    `pause` is the longest time between two looks: what is to be looked at later was dated by a clock far ahead.
    """
    rows = database.execute(f"{_SELECT_PROOF} WHERE {_DUE} ORDER BY next_check LIMIT ?", (now, now + pause, most))
    return [_proof(row) for row in rows]


def due_proof(database: Database, proof: str, now: int, pause: int) -> Proof | None:
    """Return one proof if it still has to be looked at again."""
    row = database.execute(f"{_SELECT_PROOF} WHERE ({_DUE}) AND id = ?", (now, now + pause, proof)).fetchone()
    return None if row is None else _proof(row)


def live_proofs(database: Database, party: str, targets: Sequence[str]) -> list[Proof]:
    """Return a party's proofs that stand, of any of these targets, in the order of their targets."""
    rows = database.execute(
        f"{_SELECT_PROOF} WHERE party = ? AND target IN (SELECT value FROM json_each(?))"  # noqa: S608
        f" AND {STANDS} ORDER BY target",
        (party, json.dumps(list(targets))),
    )
    return [_proof(row) for row in rows]


def observations(database: Database, proofs: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return what was seen when each of some proofs was found; none of it is secret."""
    rows = database.execute(
        "SELECT id, evidence FROM proofs WHERE evidence IS NOT NULL AND id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(proofs)),),
    )
    return {number: json.loads(evidence) for number, evidence in rows}


def is_verified(database: Database, party: str) -> bool:
    """Tell whether a party has any proof that stands."""
    row = database.execute(
        f"SELECT 1 FROM proofs WHERE party = ? AND {STANDS} LIMIT 1",  # noqa: S608
        (party,),
    ).fetchone()
    return row is not None


def proofs_of_others(database: Database, party: str, targets: Iterable[str]) -> list[Proof]:
    """Return the proofs of other parties that stand, of any of these targets."""
    query = f"{_SELECT_PROOF} WHERE target = ? AND party <> ? AND {STANDS}"
    return [_proof(row) for target in targets for row in database.execute(query, (target, party))]


def ask_anew(database: Database, party: str, targets: Iterable[str], now: int) -> None:
    """Have every proof of these targets that other parties gave looked at again at `now`."""
    for target in targets:
        database.execute(
            f"UPDATE proofs SET next_check = min(next_check, ?) WHERE target = ? AND party <> ? AND {STANDS}",  # noqa: S608
            (now, target, party),
        )


def forget_challenges(database: Database, now: int) -> None:
    """Remove challenges that can no longer be met."""
    database.execute("DELETE FROM proofs WHERE evidence IS NULL AND expires <= ?", (now,))


def proofs_of(database: Database, party: str) -> list[Proof]:
    """Return every proof a party ever gave that is still kept, lapsed ones included."""
    rows = database.execute(_SELECT_PROOF + " WHERE party = ? AND evidence IS NOT NULL", (party,))
    return [_proof(row) for row in rows]


def delete_proofs(database: Database, ids: Sequence[str]) -> None:
    """Remove challenges or proofs."""
    for proof in ids:
        database.execute("DELETE FROM proofs WHERE id = ?", (proof,))


def delete_challenges(database: Database, declaration: str) -> None:
    """Remove the challenges of a declaration that were not met."""
    database.execute("DELETE FROM proofs WHERE declaration = ? AND evidence IS NULL", (declaration,))


def _challenge(row: tuple[Any, ...]) -> Challenge:
    number, party, method, target, token, created, expires = row
    return Challenge(number, party, Method(method), target, token, created, expires)


def _proof(row: tuple[Any, ...]) -> Proof:
    subtree, last_ok, until, failures, first_failure, last_failure, lapsed = row[7:]
    state = ProofHealth(last_ok, until, failures, first_failure, last_failure, bool(lapsed))
    return Proof(_challenge(row[:7]), bool(subtree), state)
