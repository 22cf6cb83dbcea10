"""The door of a service that makes pictures or texts: asks about a prompt before, and about what was made after.

`asgi` and `wsgi` put it before an application. Rules:

- Checks run in threads of their own, so that a server's loop is never held up.
- What takes longer than `timeout`, or finds `most_waiting` others waiting, was not checked. It is refused for now
  (503), unless the policy keeps what could not be checked.
- Whoever is refused is told by whom the work is reserved and where permission is asked; never what else was found.
- Every answer is an audit line: what was decided and by which snapshot, of the prompt and the output only digests.
"""

import json
import logging
import re
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

from crawler_filter.decision import Decision
from crawler_filter.filter import Filter
from crawler_filter.integrations.door_bodies import UnreadableBodyError, images, require_plain, stated_prompt
from crawler_filter.policy import Mode

_LOG: Final = logging.getLogger(__name__)
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

Prompt = Callable[[str, bytes], str | None]
"""Reads the prompt of a request from its content type and its body; None where it has none.

It raises UnreadableBodyError where there may be one.
"""

Outputs = Callable[[str, bytes], Iterator[bytes]]
"""Reads what was made from an answer's content type and its body. It raises as `Prompt` does."""


def covering(paths: Collection[str]) -> Callable[[str, str], bool]:
    """Return the test for method and path of a request: it does more than read, at one of `paths` or below."""
    covered = tuple(_plain(path) for path in paths)
    return lambda method, path: (
        method not in _SAFE and any(f"{_plain(path)}/".startswith(f"{each}/") for each in covered)
    )


def _plain(path: str) -> str:
    """Return a path without repeated slashes, which many a service takes for one."""
    return re.sub("/+", "/", path).rstrip("/")


@dataclass(frozen=True, slots=True)
class Refusal:
    """The answer in place of the application's: a status of HTTP, and a problem (RFC 9457)."""

    status: int
    title: str
    detail: str
    ask: tuple[str, ...] = ()

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Return the headers of the answer."""
        wait = [("retry-after", "5")] if self.status == 503 else []
        return [("content-type", "application/problem+json"), ("cache-control", "no-store"), *wait]

    @property
    def body(self) -> bytes:
        """Return the body of the answer."""
        told = {"status": self.status, "title": self.title, "detail": self.detail, "ask": list(self.ask)}
        return json.dumps(told, ensure_ascii=False).encode()


TOO_LARGE: Final = Refusal(413, "Too large", "The request is too large to be checked.")
UNREADABLE: Final = {
    "prompt": Refusal(400, "This could not be read", "The request cannot be read, so nothing could be looked up."),
    "output": Refusal(
        502, "This could not be read", "What was made cannot be read, so nothing could be looked up."
    ),
}
"""The refusals of what may hold a prompt, or what was made, and cannot be read."""
NOT_WHOLE: Final = Refusal(
    400,
    "This could not be read whole",
    "It is too long, or in a form that is not known, so not all could be looked up.",
)
"""The refusal of what was read in part."""
NOT_NOW: Final = Refusal(
    503, "This could not be checked", "Reserved works could not be looked up just now. Try again in a moment."
)
"""The refusal of what was not checked."""


@dataclass(slots=True)
class Door:
    """Checks prompts and outputs for a service. Open the filter with `names=True`, and close the door at the end.

    `audit` is called with one dictionary a check, from any thread. `timeout` is in seconds. A body of more than
    `most_bytes` is not read: a request is refused, an answer was not checked.
    """

    optout: Filter
    threads: int = 2
    timeout: float = 5.0
    most_waiting: int = 32
    most_bytes: int = 64 << 20
    prompt: Prompt = stated_prompt
    outputs: Outputs = images
    audit: Callable[[Mapping[str, Any]], None] = lambda line: _LOG.info("%s", json.dumps(line))
    clock: Callable[[], float] = time.time
    _pool: ThreadPoolExecutor = field(init=False)
    _free: threading.BoundedSemaphore = field(init=False)

    def __post_init__(self) -> None:
        """Start no thread yet: the first check does."""
        self._pool = ThreadPoolExecutor(self.threads, "optout-door")
        self._free = threading.BoundedSemaphore(self.threads + self.most_waiting)

    def close(self) -> None:
        """End the threads, without waiting for checks that nobody waits for any more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def ask(self, check: Callable[[], Decision]) -> "Future[Decision] | None":
        """Begin a check in a thread; None where too many wait already."""
        if not self._free.acquire(blocking=False):
            return None
        begun = self._pool.submit(check)
        begun.add_done_callback(lambda _: self._free.release())
        return begun

    def of_prompt(self, text: str) -> Callable[[], Decision]:
        """Return the check of a prompt."""
        return lambda: self.optout.check_prompt(text)

    def of_output(self, made: bytes, prompt: str | None) -> Callable[[], Decision]:
        """Return the check of what was made of a prompt."""
        return lambda: self.optout.check_output(made, prompt=prompt)

    def answer(self, stage: str, began: float, decision: Decision | None) -> Refusal | None:
        """Return a refusal, or None to let it pass; `decision` is None if it was not checked."""
        return self._told(stage, began, decision, self._refusal(decision))

    def unread(self, stage: str) -> Refusal | None:
        """Return the refusal of what cannot be read, or None to let it pass unchecked."""
        return self._told(stage, self.clock(), None, UNREADABLE[stage] if self._refusal(None) else None)

    def prompt_of(self, content_type: str, body: bytes, encoding: str = "") -> tuple[str | None, Refusal | None]:
        """Return the prompt of a request, and the refusal of one that cannot be read, packed ones among them."""
        try:
            require_plain(body, encoding)
            return self.prompt(content_type, body), None
        except UnreadableBodyError:
            return None, self.unread("prompt")

    def outputs_of(self, content_type: str, body: bytes, encoding: str = "") -> tuple[list[bytes], Refusal | None]:
        """Return what an answer holds, and the refusal of one that cannot be read."""
        try:
            require_plain(body, encoding)
            return [*self.outputs(content_type, body)], None
        except UnreadableBodyError:
            return [], self.unread("output")

    def _told(
        self, stage: str, began: float, decision: Decision | None, refusal: Refusal | None
    ) -> Refusal | None:
        told = {} if decision is None else decision.record() | {"content": _content(decision)}
        line = {
            "stage": stage,
            "time": round(began, 3),
            "ms": round(1000 * (self.clock() - began), 1),
            "passed": refusal is None,
            "checked": decision is not None,
            **told,
        }
        self.audit(line)
        return refusal

    def _refusal(self, decision: Decision | None) -> Refusal | None:
        policy = self.optout.policy
        if decision is None:
            passes = policy.mode is not Mode.ENFORCE or policy.keep_unavailable
            return None if passes else NOT_NOW
        if decision.keep:
            return None
        if decision.retry:
            return NOT_NOW
        deciding = [finding for finding in decision.findings if finding.decides]
        if not deciding and decision.unavailable:
            return NOT_WHOLE
        ask = tuple(dict.fromkeys(finding.locator for finding in deciding))
        named = ", ".join(dict.fromkeys(finding.rule for finding in deciding)) or decision.reason.value
        return Refusal(403, "This is reserved", f"Its owner has not permitted this: {named}.", ask)


def _content(decision: Decision) -> dict[str, object] | None:
    checked = decision.checked
    if checked is None:
        return None
    return {"kind": checked.kind.value, "sha256": checked.sha256, "bytes": checked.size}
