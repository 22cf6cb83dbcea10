"""HTTP message signatures (RFC 9421) over a whole POST: method, address, and the digest of its body (RFC 9530).

One profile, so that nothing is negotiated and nothing is left out: Ed25519, these components and no others, a time
of making and an end. It is what Web Bot Auth signs requests with too, so that an operator needs one kind of code.
What is signed never ends in a newline, while a signed note always does: a key may sign both, and neither passes
for the other.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import http_sf
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from crawler_filter.errors import SignatureError
from crawler_filter.formats.jwk import thumbprint

COMPONENTS: Final = ("@method", "@authority", "@path", "@query", "content-type", "content-digest")
LABEL: Final = "registry"
MAX_SKEW: Final = 300
"""Seconds by which the clocks of both sides may differ, and for which a signature counts."""
_MAX_FIELD: Final = 4_096
_PARAMETERS: Final = frozenset({"created", "expires", "keyid", "alg", "tag"})


class Signs(Protocol):
    """An Ed25519 private key with its public one."""

    def sign(self, data: bytes, /) -> bytes:
        """Return the signature, 64 bytes."""

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""


@dataclass(frozen=True, slots=True)
class Post:
    """A POST as it is sent, or as it was received: the whole address, the type and the bytes of its body."""

    url: str
    body: bytes
    content_type: str = "application/json"

    def components(self) -> dict[str, str]:
        """Return the value of each component that is signed (RFC 9421, section 2)."""
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port
        default = {"https": 443, "http": 80}.get(parts.scheme)
        return {
            "@method": "POST",
            "@authority": host if port in (None, default) else f"{host}:{port}",
            "@path": parts.path or "/",
            "@query": f"?{parts.query}",
            "content-type": self.content_type,
            "content-digest": content_digest(self.body),
        }


def content_digest(body: bytes) -> str:
    """Return the `Content-Digest` of a body (RFC 9530)."""
    return str(http_sf.ser({"sha-256": hashlib.sha256(body).digest()}))


def sign_post(post: Post, key: Signs, *, tag: str, now: int) -> dict[str, str]:
    """Return the header fields of a signed POST."""
    parameters = {
        "created": now,
        "expires": now + MAX_SKEW,
        "keyid": thumbprint(key.public),
        "alg": "ed25519",
        "tag": tag,
    }
    base = _base(post, _inner(parameters))
    return {
        "Content-Type": post.content_type,
        "Content-Digest": content_digest(post.body),
        "Signature-Input": f"{LABEL}={_inner(parameters)}",
        "Signature": str(http_sf.ser({LABEL: key.sign(base)})),
    }


def verify_post(post: Post, headers: Mapping[str, str], keys: Iterable[bytes], *, tag: str, now: float) -> None:
    """Raise SignatureError unless one of the `keys` (32 bytes each) signed this POST, now, with this tag."""
    fields = {name.lower(): value for name, value in headers.items()}
    post = Post(post.url, post.body, fields.get("content-type", ""))
    for label, (components, parameters) in _inputs(fields.get("signature-input", "")).items():
        if parameters.get("tag") != tag:
            continue
        _check_parameters(components, parameters, now)
        if fields.get("content-digest") != content_digest(post.body):
            raise SignatureError("the Content-Digest is not that of the body")
        known = {thumbprint(key): key for key in keys}
        raw = known.get(parameters["keyid"])
        if raw is None:
            raise SignatureError("the signature is by a key that is not the registry's")
        signature = _signature(fields.get("signature", ""), label)
        try:
            Ed25519PublicKey.from_public_bytes(raw).verify(signature, _base(post, _inner(parameters)))
        except InvalidSignature as error:
            raise SignatureError("the signature is wrong") from error
        return
    raise SignatureError(f"there is no signature with the tag {tag}")


def _inner(parameters: Mapping[str, object]) -> str:
    """Return the list of components with its parameters, as it is sent and signed (RFC 9421, section 2.3)."""
    signed: Any = ([(name, {}) for name in COMPONENTS], dict(parameters))
    return str(http_sf.ser([signed]))


def _base(post: Post, inner: str) -> bytes:
    lines = [f'"{name}": {value}' for name, value in post.components().items()]
    return "\n".join((*lines, f'"@signature-params": {inner}')).encode()


def _inputs(field: str) -> dict[str, tuple[Any, dict[str, Any]]]:
    found = _dictionary(field, "Signature-Input")
    if not all(isinstance(value, list) for value, _ in found.values()):
        raise SignatureError("expected lists of components in Signature-Input")
    return found


def _signature(field: str, label: str) -> bytes:
    value = _dictionary(field, "Signature").get(label, (None, {}))[0]
    if not isinstance(value, bytes):
        raise SignatureError(f"expected bytes for {label!r} in Signature")
    return value


def _dictionary(field: str, name: str) -> dict[str, Any]:
    if len(field) > _MAX_FIELD:
        raise SignatureError(f"expected a {name} of at most {_MAX_FIELD} characters, got {len(field)}")
    try:
        found: Any = http_sf.parse(field.encode("ascii"), tltype="dictionary")
    except (http_sf.StructuredFieldError, ValueError, RecursionError) as error:
        raise SignatureError(f"the {name} cannot be read") from error
    return dict(found)


def _check_parameters(components: object, parameters: Mapping[str, object], now: float) -> None:
    """Raise SignatureError unless just the components of this profile are signed, and it is made for now."""
    if components != [(name, {}) for name in COMPONENTS] or parameters.keys() != _PARAMETERS:
        raise SignatureError("the signature does not cover what it has to")
    created, expires = parameters["created"], parameters["expires"]
    if type(created) is not int or type(expires) is not int or parameters["alg"] != "ed25519":
        raise SignatureError("expected an Ed25519 signature with whole seconds")
    if not (abs(now - created) <= MAX_SKEW and now <= expires + MAX_SKEW and expires <= created + MAX_SKEW):
        raise SignatureError("the signature is not of now: it is another time's, or a clock is wrong")
