"""The door of a service that makes pictures or texts: asks about a prompt before, and about what was made after.

`asgi` and `wsgi` put it before an application. Rules:

- Checks run in threads of their own, so that a server's loop is never held up.
- What takes longer than `timeout`, or finds `most_waiting` others waiting, was not checked. It is refused for now
  (503), unless the policy keeps what could not be checked.
- Whoever is refused is told by whom the work is reserved and where permission is asked; never what else was found.
- Every answer is an audit line: what was decided and by which snapshot, of the prompt and the output only digests.
"""

import base64
import binascii
import json
import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

from crawler_filter.decision import Decision
from crawler_filter.filter import Filter
from crawler_filter.policy import Mode
from crawler_filter.signals import safe_json

_LOG: Final = logging.getLogger(__name__)
_LISTS: Final = ("data", "images", "output", "artifacts")
_IN_ITEM: Final = ("b64_json", "base64", "image")

Prompt = Callable[[str, bytes], str | None]
"""Reads the prompt of a request from its content type and its body; None where it has none."""

Outputs = Callable[[str, bytes], Iterator[bytes]]
"""Reads what was made from an answer's content type and its body."""


def json_prompt(content_type: str, body: bytes) -> str | None:
    """Return `prompt` of a JSON object, as most image APIs have it; of several all, as a service may take any."""
    said = [value for value in safe_json.stated(_object(content_type, body), "prompt") if isinstance(value, str)]
    return "\n".join(said) if said else None


def images(content_type: str, body: bytes) -> Iterator[bytes]:
    """Yield the picture that a body is, or those that it holds in base64 as most image APIs have them."""
    if content_type.startswith("image/"):
        yield body
    answer = _object(content_type, body)
    for items in (items for name in _LISTS for items in safe_json.stated(answer, name)):
        for item in items if isinstance(items, list) else ():
            is_object = isinstance(item, dict)
            fields = [value for key in _IN_ITEM for value in safe_json.stated(item, key)] if is_object else [item]
            for value in fields:
                if isinstance(value, str):
                    yield from _decoded(value.rpartition("base64,")[2])


def covering(paths: Collection[str]) -> Callable[[str], bool]:
    """Return the test for a path that is one of `paths` or lies below one."""
    covered = tuple(path.rstrip("/") for path in paths)
    return lambda path: any(path == each or path.startswith(f"{each}/") for each in covered)


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
    prompt: Prompt = json_prompt
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
        refusal = self._refusal(decision)
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
        ask = tuple(dict.fromkeys(finding.locator for finding in deciding))
        named = ", ".join(dict.fromkeys(finding.rule for finding in deciding)) or decision.reason.value
        return Refusal(403, "This is reserved", f"Its owner has not permitted this: {named}.", ask)


def _content(decision: Decision) -> dict[str, object] | None:
    checked = decision.checked
    if checked is None:
        return None
    return {"kind": checked.kind.value, "sha256": checked.sha256, "bytes": checked.size}


def _object(content_type: str, body: bytes) -> dict[str, Any]:
    if content_type.partition(";")[0].strip().lower() != "application/json":
        return {}
    try:
        value = safe_json.parse(body, keeps_several=True)
    except safe_json.UnreadableJsonError:
        return {}
    return value if isinstance(value, dict) else {}


def _decoded(text: str) -> Iterator[bytes]:
    try:
        yield base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return
