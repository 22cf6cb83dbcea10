"""The registry's snapshot key as what signs what is sent: whoever syncs trusts it already."""

from collections.abc import Callable
from dataclasses import dataclass

from crawler_filter.formats.message_signature import Post, sign_post
from crawler_filter.formats.webhooks import CHALLENGE_TAG, CHALLENGE_TYPE, EVENT_TAG
from crawler_filter.log import Signer


@dataclass(frozen=True, slots=True)
class EventSigner:
    """Signs what is sent at `clock()`, with the key that is in use then."""

    key: Callable[[], Signer]
    clock: Callable[[], int]

    def event(self, url: str, body: bytes) -> dict[str, str]:
        """Return the header fields of an event."""
        return sign_post(Post(url, body), _Key(self.key()), tag=EVENT_TAG, now=self.clock())

    def challenge(self, url: str, body: bytes) -> dict[str, str]:
        """Return the header fields of a challenge."""
        post = Post(url, body, CHALLENGE_TYPE)
        return sign_post(post, _Key(self.key()), tag=CHALLENGE_TAG, now=self.clock())


@dataclass(frozen=True, slots=True)
class _Key:
    signer: Signer

    @property
    def public(self) -> bytes:
        return self.signer.verifier.public_key

    def sign(self, data: bytes, /) -> bytes:
        return self.signer.sign(data.decode()).value
