"""Sending events: to each webhook in their order, one at a time, until it has taken them.

Where a webhook stands is in the database, and is moved on after it has answered: a process that dies in between
sends the event again, and none is lost. Two small pools do the sending. A webhook that answered quickly last time
is served by one of them; those that are new, slow or failing share the other, and wait for each other alone.

| state | written by | read by | held by |
|---|---|---|---|
| `_busy`, `_quick` | `work`, the threads of the pools | the same | `_lock` |
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

from sqlite_utils import Database

from registry.declarations.context import Context
from registry.errors import NotFoundError, UnavailableError
from registry.mail.webhook_letters import queue_end_of_sending
from registry.model.webhook import Delivery, Webhook, WebhookState
from registry.net import FetchError
from registry.store import webhooks as rows
from registry.store.events import StoredEvent, events_after
from registry.webhooks.retrying import asked_to_wait, missed, taken, wait
from registry.webhooks.signing import EventSigner

QUICK_THREADS: Final = 4
OTHER_THREADS: Final = 4
QUICK_SECONDS: Final = 2.0
"""A webhook that takes longer for an answer is slow."""
AT_ONCE: Final = 20
"""Events that one webhook is sent before others have their turn."""
_JITTER: Final = 1 << 16
_log = logging.getLogger(__name__)


class Deliveries:
    """Sends what waits. `work` may be called by one thread; the pools do the rest."""

    def __init__(self, context: Context, signer: EventSigner) -> None:
        self.arrived = 0
        self.failed = 0
        self._context = context
        self._signer = signer
        self._lock = threading.Lock()
        self._busy: set[str] = set()
        self._quick: set[str] = set()
        self._closing = threading.Event()
        self._pools = (
            ThreadPoolExecutor(OTHER_THREADS, "webhooks"),
            ThreadPoolExecutor(QUICK_THREADS, "quick-webhooks"),
        )

    def work(self) -> int:
        """Hand every webhook that is due, and is not being served, to its pool; return how many."""
        with self._context.store.read() as reading:
            due = rows.due_webhooks(reading, self._context.clock())
        with self._lock:
            handed = [(number, number in self._quick) for number in due if number not in self._busy]
            self._busy.update(number for number, _ in handed)
        for number, is_quick in handed:
            self._pools[is_quick].submit(self._serve, number)
        return len(handed)

    def close(self) -> None:
        """End after the tries that are under way."""
        self._closing.set()
        for pool in self._pools:
            pool.shutdown(wait=True, cancel_futures=True)

    def serve(self, webhook: str) -> bool:
        """Send a webhook what waits for it, up to AT_ONCE events; return whether it took all that was sent."""
        for _ in range(AT_ONCE):
            with self._context.store.read() as reading:
                found = rows.find_webhook(reading, webhook)
                events = events_after(reading, found.party, found.position, AT_ONCE)
            wanted = next((event for event in events if found.wants(event.kind)), None)
            if self._closing.is_set() or found.state is not WebhookState.ACTIVE or not events:
                return True
            if wanted is None:
                self._keep(found, partial(taken, sequence=events[-1].sequence), None)
            elif not self._send(found, wanted):
                return False
        return True

    def _serve(self, webhook: str) -> None:
        began, took_all = self._context.elapsed(), False
        try:
            took_all = self.serve(webhook)
        except (NotFoundError, UnavailableError) as error:  # it was removed, or nothing can be written now
            _log.info("webhook %s was left: %s", webhook, type(error).__name__)
        except Exception:  # it is this webhook's; the next round tries again
            _log.exception("sending to webhook %s failed", webhook)
        finally:
            is_quick = took_all and self._context.elapsed() - began <= QUICK_SECONDS
            with self._lock:
                self._busy.discard(webhook)
                (self._quick.add if is_quick else self._quick.discard)(webhook)

    def _send(self, found: Webhook, event: StoredEvent) -> bool:
        """Send one event, keep what became of it, and return whether it was taken."""
        status, problem, pause = None, "", 0
        try:
            answer = self._context.fetcher.post(found.url, event.body, self._signer.event(found.url, event.body))
            status, pause = answer.status, asked_to_wait(answer.headers)
        except FetchError as error:
            problem = str(error.detail)
        tried = Delivery(event.sequence, self._context.clock(), status, problem)
        if tried.arrived:
            self.arrived += 1
            self._keep(found, partial(taken, sequence=event.sequence), tried)
            return True
        self.failed += 1
        words = problem or f"HTTP {status}"
        pause = max(pause, wait(found.failures + 1, self._jitter()))
        change = partial(missed, status=status, problem=words, now=tried.time, pause=pause)
        self._keep(found, change, tried)
        return False

    def _keep(self, sent: Webhook, change: Callable[[Webhook], Webhook], tried: Delivery | None) -> None:
        """Keep a change, unless somebody has moved the webhook while the event was under way."""

        def keeping(database: Database) -> None:
            here = rows.find_webhook(database, sent.id)
            if tried is not None:
                rows.insert_delivery(database, sent.id, tried)
            if (here.position, here.state) != (sent.position, sent.state):
                return
            after = change(here)
            rows.update_webhook(database, after)
            if after.state is not WebhookState.ACTIVE:
                now, public_url = self._context.clock(), self._context.config.public_url
                queue_end_of_sending(database, after, now, public_url)

        self._context.writer.run(keeping)

    def _jitter(self) -> float:
        return int.from_bytes(self._context.entropy(2)) / _JITTER
