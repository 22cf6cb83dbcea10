"""Webhooks as their receiver reads them: `verify_webhook` is all that a receiver needs.

Answer 2xx once you have kept an event: it then counts as delivered. It may come twice, never out of order. Keep
the highest `sequence` of each `party`, and pass over what is not above it. After a gap, read `GET /v1/events`.
"""

from collections.abc import Iterable, Mapping
from typing import Final, Protocol

from crawler_filter.errors import MalformedRecordError
from crawler_filter.formats.events import MAX_EVENT_BYTES, Event
from crawler_filter.formats.message_signature import Post, verify_post

EVENT_TAG: Final = "training-optout-event"
CHALLENGE_TAG: Final = "training-optout-challenge"
"""Tells a challenge from an event: what was signed as one never passes for the other."""
CHALLENGE_TYPE: Final = "text/plain"
CHALLENGE_PREFIX: Final = b"challenge="
"""What comes before a challenge, so that a server that repeats whatever it is sent does not answer right."""
MAX_CHALLENGE_BYTES: Final = 200


class Key(Protocol):
    """A public key of a registry, such as `registry_keys` returns."""

    @property
    def public_key(self) -> bytes:
        """The 32 bytes of an Ed25519 key."""


def verify_webhook(
    headers: Mapping[str, str], body: bytes, *, url: str, keys: Iterable[Key | bytes], now: float
) -> Event | str:
    """Return the event that a registry sent to `url`, or the challenge that you have to answer with, as a text.

    `url` is the address as you registered it, `now` unix seconds, `keys` those of the registry, as
    `crawler_filter.sync.registry_keys` reads them from a synced folder.

    Raises:
        SignatureError: it is not the registry's, not for this address, not of now, or was changed.
        MalformedRecordError: it is signed, and cannot be read.
    """
    known = [key if isinstance(key, bytes) else key.public_key for key in keys]
    content_type = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    is_challenge = content_type == CHALLENGE_TYPE
    tag = CHALLENGE_TAG if is_challenge else EVENT_TAG
    if len(body) > (MAX_CHALLENGE_BYTES if is_challenge else MAX_EVENT_BYTES):
        raise MalformedRecordError(f"expected at most {MAX_EVENT_BYTES} bytes, got {len(body)}")
    verify_post(Post(url, body), headers, known, tag=tag, now=now)
    if not is_challenge:
        return Event.decode(body)
    if not body.startswith(CHALLENGE_PREFIX) or not body.isascii():
        raise MalformedRecordError("expected a challenge")
    return body.removeprefix(CHALLENGE_PREFIX).decode()
