"""When a webhook that did not take an event is tried again: later each time, and never all of them at once."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from registry.model.webhook import DISABLED_AFTER, Webhook, WebhookState

FIRST: Final = 5
"""Seconds before the second try."""
FACTOR: Final = 4
LONGEST: Final = 6 * 3_600
"""Seconds between two tries, at most."""
GONE: Final = 410
MAX_PROBLEM: Final = 300


def wait(failures: int, jitter: float) -> int:
    """Return the seconds to the next try after so many in vain; `jitter`, from 0 to 1, spreads them by half."""
    longest: int = min(LONGEST, FIRST * FACTOR ** min(failures - 1, 20))
    return max(1, round(longest * (0.5 + jitter / 2)))


def asked_to_wait(headers: Mapping[str, str]) -> int:
    """Return the seconds that a receiver asks for in `Retry-After` (RFC 9110, 10.2.3), as far as we go along."""
    text = headers.get("retry-after", "").strip()
    return min(LONGEST, int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def taken(webhook: Webhook, sequence: int) -> Webhook:
    """Return a webhook that has taken the event `sequence`, or that it passed by."""
    return replace(webhook, position=sequence, failures=0, failing_since=None, next_try=None, problem="")


def missed(webhook: Webhook, status: int | None, problem: str, now: int, pause: int) -> Webhook:
    """Return a webhook that did not take an event: it waits, ends by its own wish, or has failed for too long."""
    since = now if webhook.failing_since is None else webhook.failing_since
    state = webhook.state
    if status == GONE:
        state = WebhookState.GONE
    elif now - since >= DISABLED_AFTER:
        state = WebhookState.DISABLED
    failures, problem = webhook.failures + 1, problem[:MAX_PROBLEM]
    next_try = now + pause if state is WebhookState.ACTIVE else None
    return replace(
        webhook, state=state, failures=failures, failing_since=since, next_try=next_try, problem=problem
    )
