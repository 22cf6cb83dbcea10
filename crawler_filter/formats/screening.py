"""The signed statement that something was screened: what was checked, against which snapshot, with which verdict.

A note of `signed_facts`, of at most `MAX_STATEMENT_BYTES`, that verifies off line. `docs/formats/screening.md` is
its format. Each fact has one spelling, so that a statement that was read can be written again byte for byte.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from crawler_filter.errors import DigestMismatchError, MalformedNoteError, OversizedError
from crawler_filter.formats import signed_facts
from crawler_filter.formats.checked import Checked, CheckedKind
from crawler_filter.log import Signer, Verifier

MAX_STATEMENT_BYTES: Final = 1024
"""Most bytes of a signed statement."""

KIND: Final = "screened-by/v1"
VERDICTS: Final = ("keep", "exclude", "would-exclude")
"""The verdicts of a statement. `would-exclude`: the policy reports, and excludes nothing."""

_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"
_WORD: Final = re.compile(r"[\x21-\x7e]{1,40}(?: [\x21-\x7e]{1,40}){0,3}")
_CHECKED: Final = re.compile(r"(file|text|pixels|digest) sha256 ([0-9a-f]{64}) (0|[1-9][0-9]{0,18})")
_SNAPSHOT: Final = re.compile(
    r"(0|[1-9][0-9]{0,18}) (0|[1-9][0-9]{0,18}) ([!-~]{1,64}) ([0-9TZ:-]{20}) (pinned|first-use) (\S.*)"
)


@dataclass(frozen=True, slots=True)
class Screening:
    """The content of a statement. Times are in unix seconds; `origin` and what follows name the snapshot."""

    software: str
    checked: Checked
    time: int
    policy: str
    verdict: str
    reason: str
    origin: str
    sequence: int
    log_size: int
    root: str
    issued: int
    first_use: bool = False

    def facts(self) -> Iterator[tuple[str, str]]:
        """Yield the facts in their one spelling."""
        checked, trust = self.checked, "first-use" if self.first_use else "pinned"
        yield "software", self.software
        yield "checked", f"{checked.kind} sha256 {checked.sha256} {checked.size}"
        yield "time", _written(self.time)
        yield "policy", self.policy
        yield "verdict", self.verdict
        yield "reason", self.reason
        state = f"{self.sequence} {self.log_size} {self.root or '-'} {_written(self.issued)}"
        yield "snapshot", f"{state} {trust} {self.origin}"

    def to_json(self, signer: str) -> dict[str, Any]:
        """Return the JSON object that the command prints."""
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        checked = {"kind": self.checked.kind.value, "sha256": self.checked.sha256, "size": self.checked.size}
        return {"signer": signer, **told, "checked": checked}


def is_statement(data: bytes) -> bool:
    """Tell whether bytes begin like a statement."""
    return signed_facts.is_of_kind(data, KIND)


def sign(screening: Screening, key: str) -> bytes:
    """Return the signed statement. Raises MalformedNoteError, OversizedError."""
    written = tuple(screening.facts())
    _parse(written)  # what could not be read again is not signed
    signed = signed_facts.sign(KIND, written, Signer.parse(key.strip()))
    if len(signed) > MAX_STATEMENT_BYTES:
        raise OversizedError(
            f"expected names of key and registry short enough for a statement of {MAX_STATEMENT_BYTES} bytes,"
            f" got one of {len(signed)}"
        )
    return signed


def read(data: bytes, keys: Sequence[Verifier]) -> tuple[str, Screening]:
    """Return the name of the key that signed a statement, and what it states.

    Raises:
        MalformedNoteError, OversizedError: it is no statement.
        SignatureError: none of `keys` signed it, or one of them signed it wrongly.
    """
    if len(data) > MAX_STATEMENT_BYTES:
        raise OversizedError(f"expected a statement of at most {MAX_STATEMENT_BYTES} bytes, got {len(data)}")
    found = signed_facts.read(KIND, data, keys)
    return found.signer, _parse(found.facts)


def check_file(screening: Screening, content: bytes) -> None:
    """Raise DigestMismatchError unless `content` is what the statement is about."""
    if screening.checked.kind is CheckedKind.PIXELS:
        raise DigestMismatchError("the statement is about a picture in memory: compare the digest of its pixels")
    if sha256(content).hexdigest() != screening.checked.sha256:
        raise DigestMismatchError("the statement is about another file")


def _parse(facts: Sequence[tuple[str, str]]) -> Screening:
    said = dict(facts)
    try:
        checked, snapshot = _CHECKED.fullmatch(said["checked"]), _SNAPSHOT.fullmatch(said["snapshot"])
        words = [said[name] for name in ("software", "policy", "verdict", "reason")]
        time = _seconds(said["time"])
        issued = _seconds(snapshot[4]) if snapshot else 0
    except (KeyError, ValueError) as error:
        raise MalformedNoteError(f"expected the facts of a statement: {error}") from error
    if checked is None or snapshot is None or not all(map(_WORD.fullmatch, words)) or words[2] not in VERDICTS:
        raise MalformedNoteError(f"expected the facts of a statement, got {facts!r:.400}")
    software, policy, verdict, reason = words
    what = Checked(CheckedKind(checked[1]), checked[2], int(checked[3]))
    root, trusted = "" if snapshot[3] == "-" else snapshot[3], snapshot[5] == "first-use"
    state = snapshot[6], int(snapshot[1]), int(snapshot[2]), root, issued, trusted
    read_ = Screening(software, what, time, policy, verdict, reason, *state)
    if tuple(read_.facts()) != tuple(facts):
        raise MalformedNoteError("expected the facts of a statement in their order and spelling, each once")
    return read_


def _written(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime(_TIME)


def _seconds(written: str) -> int:
    return int(datetime.strptime(written, _TIME).replace(tzinfo=UTC).timestamp())
