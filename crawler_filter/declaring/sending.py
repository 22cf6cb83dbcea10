"""Declarations sent to a registry: waits where it asks to, goes on without what it refuses, and says which rows.

A scope that the party has declared already is found, not made again. Nothing here decides what may be declared.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from crawler_filter.declaring.claims import Claim
from crawler_filter.declaring.plan import Terms, encode, idempotency_key
from crawler_filter.errors import FilterError, TransportError
from crawler_filter.lists.reading import Refused
from crawler_filter.signals.response import Response

MAX_ANSWER: Final = 8 << 20
MAX_WAITS: Final = 100
"""How often one declaration is sent again because the registry is busy, or does not answer."""
_TRIES_WITHOUT_ANSWER: Final = 5
_ENDED: Final = frozenset({"withdrawn", "expired", "erased"})
_POINTER: Final = re.compile(r"#/scopes/([0-9]+)(?:/|\Z)")
_NUMBER: Final = re.compile(r"\b[a-z2-7]{26}\b")


class Sender(Protocol):
    """The network that sending needs: `RequestsTransport` has it."""

    def send(self, url: str, body: bytes, *, headers: Mapping[str, str], max_bytes: int) -> Response:
        """Send `body` and return the answer, whatever its status."""


class RefusedError(FilterError):
    """The registry refuses the whole request: a wrong token, a wrong party, a limit that is reached."""


@dataclass(slots=True)
class Declared:
    """The outcome of one batch: the declaration's number, those that were in others already, and refused rows.

    `unproved` counts the scopes that wait for a proof.
    """

    declaration: str | None = None
    claims: list[Claim] = field(default_factory=list)
    known: dict[str, list[Claim]] = field(default_factory=dict)
    problems: list[Refused] = field(default_factory=list)
    unproved: list[Claim] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Account:
    """Whoever declares at one registry. `wait` is called with seconds, and `say` with what is waited for."""

    registry: str
    token: str
    sender: Sender
    wait: Callable[[float], object]
    say: Callable[[str], object]

    def declare(self, claims: list[Claim], terms: Terms) -> Declared:
        """Declare a batch, without the scopes that are refused or declared already.

        Raises RefusedError, TransportError.
        """
        found = Declared(claims=list(claims))
        attempt = 1
        while found.claims:
            body = encode(terms.body(found.claims))
            answer = self._send("/v1/declarations", body, idempotency_key(body, attempt))
            value = _json(answer)
            if answer.status in (200, 201) and value.get("state") not in _ENDED:
                return _made(found, value)
            if answer.status in (200, 201):
                attempt += 1  # it was made before, and withdrawn since
            elif not _without_refused(found, value, answer.status):
                raise RefusedError("%(status)s: %(detail)s", status=answer.status, detail=_detail(value))
        return found

    def _send(self, path: str, body: bytes, key: str) -> Response:
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        lost = 0
        for _ in range(MAX_WAITS):
            try:
                answer = self.sender.send(self.registry + path, body, headers=headers, max_bytes=MAX_ANSWER)
            except TransportError as error:
                lost += 1
                if lost == _TRIES_WITHOUT_ANSWER:
                    raise
                self._pause(2.0**lost, str(error))
                continue
            if answer.status not in (429, 502, 503, 504):
                return answer
            self._pause(_retry_after(answer), f"the registry answered {answer.status}")
        raise TransportError("%(registry)s asked to wait %(waits)s times", registry=self.registry, waits=MAX_WAITS)

    def _pause(self, seconds: float, why: str) -> None:
        self.say(f"{why}: waiting {seconds:g} s")
        self.wait(seconds)


def _made(found: Declared, value: Mapping[str, Any]) -> Declared:
    found.declaration = str(value["id"])
    private = value.get("private")
    positions = private.get("unproved_scopes", ()) if isinstance(private, Mapping) else ()
    found.unproved = [found.claims[at] for at in positions if isinstance(at, int) and 0 <= at < len(found.claims)]
    return found


def _without_refused(found: Declared, value: Mapping[str, Any], status: int) -> bool:
    """Take out the scopes that an answer names, and return whether there were any."""
    refused: dict[int, str] = {}
    for error in value.get("errors") or ():
        if pointed := _POINTER.match(str(error.get("pointer"))):
            refused.setdefault(int(pointed[1]), str(error.get("detail")))
    for at in sorted(refused, reverse=True):
        if at >= len(found.claims):
            return False
        claim = found.claims.pop(at)
        number = _NUMBER.search(refused[at]) if status == 409 else None
        if number:
            found.known.setdefault(number[0], []).append(claim)
        else:
            found.problems.append(Refused(claim.place, refused[at]))
    return bool(refused)


def _json(answer: Response) -> Mapping[str, Any]:
    try:
        value = json.loads(answer.body)
    except (ValueError, RecursionError):
        value = None
    return value if isinstance(value, dict) else {}


def _detail(value: Mapping[str, Any]) -> str:
    return str(value.get("detail") or value.get("title") or "the answer says nothing more")[:500]


def _retry_after(answer: Response) -> float:
    given = next((text for name, text in answer.headers if name.lower() == "retry-after"), "")
    return min(max(float(given), 1.0), 3600.0) if given.strip().isdigit() else 5.0
