"""Which operator a lookup comes from, by its HTTP message signature (RFC 9421, as Web Bot Auth profiles it).

A signature says who asks only if all of this holds; else the lookup is answered as anybody's is:

- Its tag is `web-bot-auth`, its algorithm Ed25519, and `keyid` is the thumbprint of a key that counts for one
  active operator here. Where that key is of several, `Signature-Agent` has to name one of them, and be signed.
- It covers method, authority, path and query, and the digest of the body where there is one.
- It was made within MAX_SKEW of now, is over within MAX_VALIDITY, and was not seen here before.

The keys are those that were read from the operators' cards; nothing is fetched while somebody waits.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import HTTPMessageSignaturesException, HTTPMessageVerifier, HTTPSignatureKeyResolver
from http_message_signatures.algorithms import ED25519

from crawler_filter.errors import FilterError
from crawler_filter.formats.jwk import check_thumbprint
from crawler_filter.grants.operator import Identity
from registry.model.operator import Operator, OperatorKey

TAG: Final = "web-bot-auth"
COVERED: Final = ('"@method"', '"@authority"', '"@path"', '"@query"')
MAX_SKEW: Final = 300
"""Seconds by which the clocks of both sides may differ."""
MAX_VALIDITY: Final = 600
"""Seconds between the making of a signature and its end."""
MOST_SEEN: Final = 200_000
"""Signatures that are remembered, so that none counts twice. Beyond that none counts until some are over."""

WithKey = Callable[[str], Sequence[tuple[Operator, OperatorKey]]]


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request as it was received: method in capitals, the whole address, fields in any case, and the body."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def is_signed(self) -> bool:
        """Tell whether it claims to be signed at all."""
        return any(name.lower() in ("signature", "signature-input") for name in self.headers)


class SeenSignatures(Protocol):
    """A memory of signatures, so that none counts twice."""

    def is_first(self, digest: bytes, until: int) -> bool:
        """Tell whether a signature is new, and remember it until it is over (unix seconds)."""


class SignaturesInMemory:
    """Remembers MOST_SEEN signatures in one process."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self.seen: dict[bytes, int] = {}
        self._seeing = threading.Lock()

    def is_first(self, digest: bytes, until: int) -> bool:
        """Tell whether a signature is new; where no more are remembered none is."""
        now = self._clock()
        with self._seeing:
            if len(self.seen) >= MOST_SEEN:
                self.seen = {each: end for each, end in self.seen.items() if end >= now}
            if digest in self.seen or len(self.seen) >= MOST_SEEN:
                return False
            self.seen[digest] = until
        return True


class SignedRequests:
    """Recognises operators by their requests. Shared by all threads; `with_key` finds who has a key."""

    def __init__(self, with_key: WithKey, clock: Callable[[], int], seen: "SeenSignatures | None" = None) -> None:
        self._with_key = with_key
        self._clock = clock
        self._seen = seen or SignaturesInMemory(clock)

    def identify(self, request: SignedRequest, territory: str | None) -> Identity | None:
        """Return the operator that a request comes from; None where that was not shown, whatever the reason."""
        resolver = _Keys(self._with_key)
        verifier = _Verifier(signature_algorithm=ED25519, key_resolver=resolver)
        try:
            (result,) = verifier.verify(
                request, max_age=None, expect_tag=TAG, require_components=COVERED, body=request.body
            )
        except (HTTPMessageSignaturesException, ValueError, TypeError):
            return None
        found = resolver.found
        if not self._is_timely(result.parameters) or not found:
            return None
        operator = found[0][0] if len(found) == 1 else _named(found, result.covered_components)
        if operator is None or not self._is_first(result.covered_components, int(result.parameters["expires"])):
            return None
        return Identity(operator.client_id, found[0][1].thumbprint, territory)

    def _is_timely(self, parameters: Mapping[str, Any]) -> bool:
        created, expires, now = parameters.get("created"), parameters.get("expires"), self._clock()
        if type(created) is not int or type(expires) is not int:
            return False
        return abs(now - created) <= MAX_SKEW and now <= expires <= created + MAX_VALIDITY

    def _is_first(self, signed: Mapping[str, str], expires: int) -> bool:
        """Tell whether what was signed, under whatever label, is new, and remember it until it is over."""
        return self._seen.is_first(sha256(repr(sorted(signed.items())).encode()).digest(), expires)


class _Keys(HTTPSignatureKeyResolver):
    """Finds the key of a signature, and keeps whose it is."""

    def __init__(self, with_key: WithKey) -> None:
        self._with_key = with_key
        self.found: Sequence[tuple[Operator, OperatorKey]] = ()

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey | None:
        try:
            self.found = self._with_key(check_thumbprint(key_id))
        except FilterError:
            return None
        return Ed25519PublicKey.from_public_bytes(self.found[0][1].raw) if self.found else None

    def resolve_private_key(self, key_id: str) -> bytes:
        raise KeyError(key_id)


class _Verifier(HTTPMessageVerifier):
    """The library's, which asks the machine's clock; the time is judged here by the clock of the registry."""

    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:  # noqa: ANN401
        del sig_input, max_age


def _named(found: Sequence[tuple[Operator, OperatorKey]], covered: Mapping[str, str]) -> Operator | None:
    """Return the one operator that the signed `Signature-Agent` names, by its address or the origin of that."""
    said = " ".join(value for name, value in covered.items() if name.startswith('"signature-agent"'))
    named = {
        operator.id: operator
        for operator, _ in found
        if f'"{operator.client_id}"' in said or f'"https://{operator.client_id.split("/")[2]}"' in said
    }
    return next(iter(named.values())) if len(named) == 1 else None
