"""Public keys as a JWK set has them (RFC 7517), and the thumbprints by which they are known (RFC 7638).

Ed25519 alone (RFC 8037): it is what Web Bot Auth signs with, and one algorithm leaves nothing to negotiate. Keys
of other kinds are passed over. A set that shows a private key is refused as a whole: whoever read it can sign.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from crawler_filter.errors import MalformedRecordError
from crawler_filter.formats import canonical_json

KEY_BYTES: Final = 32
MAX_KEYS: Final = 20
"""Most keys of one set: some that are in use, some that are about to be, some of other kinds."""

_THUMBPRINT: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_PRIVATE: Final = ("d", "p", "q", "dp", "dq", "qi", "oth", "k")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """One Ed25519 public key: its 32 bytes, and between which unix seconds its set says that it counts."""

    raw: bytes
    not_before: int | None = None
    expires: int | None = None

    @property
    def thumbprint(self) -> str:
        """The key's RFC 7638 thumbprint."""
        return thumbprint(self.raw)

    def counts(self, now: int) -> bool:
        """Tell whether the set says that the key may be used at `now`."""
        return (self.not_before or 0) <= now and (self.expires is None or now < self.expires)


def thumbprint(raw: bytes) -> str:
    """Return the RFC 7638 thumbprint of an Ed25519 public key: SHA-256 in base64url, 43 characters."""
    members = canonical_json.encode({"crv": "Ed25519", "kty": "OKP", "x": encode_base64url(raw)})
    return encode_base64url(hashlib.sha256(members).digest())


def check_thumbprint(text: object) -> str:
    """Return a thumbprint as it is. Raises MalformedRecordError for what is none."""
    if not isinstance(text, str) or not _THUMBPRINT.fullmatch(text):
        raise MalformedRecordError(f"expected a thumbprint of 43 base64url characters, got {str(text)[:60]!r}")
    if encode_base64url(decode_base64url(text)) != text:
        raise MalformedRecordError(f"expected a thumbprint in its one spelling, got {text!r}")
    return text


def read_key_set(value: object) -> tuple[PublicKey, ...]:
    """Return the Ed25519 keys of a decoded JWK set, each once, in their order.

    Raises MalformedRecordError for what is no set, for too many keys, and where a private key is shown.
    """
    keys = value.get("keys") if isinstance(value, Mapping) else None
    if not isinstance(keys, list):
        raise MalformedRecordError("expected a JWK set: an object with a list named keys")
    if len(keys) > MAX_KEYS:
        raise MalformedRecordError(f"expected at most {MAX_KEYS} keys, got {len(keys)}")
    found: dict[bytes, PublicKey] = {}
    for key in keys:
        if not isinstance(key, Mapping):
            raise MalformedRecordError("expected every key of the set to be an object")
        if any(name in key for name in _PRIVATE):
            raise MalformedRecordError("the set shows a private key: replace it, and show the public part alone")
        if (read := _read(key)) is not None:
            found.setdefault(read.raw, read)
    return tuple(found.values())


def encode_base64url(raw: bytes) -> str:
    """Return base64url without padding (RFC 4648, section 5)."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode_base64url(text: str) -> bytes:
    """Return the bytes of base64url without padding. Raises MalformedRecordError."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedRecordError(f"expected base64url without padding, got {text[:60]!r}") from error


def _read(key: Mapping[str, Any]) -> PublicKey | None:
    """Return an Ed25519 key that is for signing, None for a key of another kind or use."""
    if key.get("kty") != "OKP" or key.get("crv") != "Ed25519" or key.get("use", "sig") != "sig":
        return None
    if key.get("alg", "EdDSA") not in ("EdDSA", "Ed25519", "ed25519"):
        return None
    x = key.get("x")
    raw = decode_base64url(x) if isinstance(x, str) else b""
    if len(raw) != KEY_BYTES or encode_base64url(raw) != x:
        raise MalformedRecordError("expected x of an Ed25519 key to be 32 bytes in base64url")
    if "kid" in key and not isinstance(key["kid"], str):
        raise MalformedRecordError("expected kid to be a text")
    return PublicKey(raw, _time(key, "nbf"), _time(key, "exp"))


def _time(key: Mapping[str, Any], name: str) -> int | None:
    """Return a NumericDate in unix seconds. What is none is refused: the key may have ended."""
    value = key.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1 << 53:
        raise MalformedRecordError(f"expected {name} of a key in seconds, got {str(value)[:40]!r}")
    # drafts of Web Bot Auth once had milliseconds here
    return int(value / 1000) if value > 1e11 else int(value)
