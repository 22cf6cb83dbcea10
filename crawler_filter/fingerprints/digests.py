"""Exact digests of a file's bytes, in every spelling crawlers keep them in.

MD5 and SHA-1 are here because data sets carry them, not because they are strong: both can only restrict, so a
forged collision excludes the forger's own file.
"""

import base64
import binascii
import hashlib
from typing import BinaryIO, Final

from crawler_filter.errors import InvalidScopeError

DIGEST_SIZES: Final = {"sha256": 32, "sha1": 20, "md5": 16}
"""Digest length in bytes for each kind of exact fingerprint."""

_CHUNK: Final = 1 << 20


def parse_digest(kind: str, value: str | bytes) -> bytes:
    """Return the raw digest from hex, RFC 4648 base32 (as WARC writes it) or base64, or raw bytes.

    A `sha256:` style prefix is accepted when it names `kind`. Bytes of another length than the digest's are read
    as text, which some tables hold as bytes. Raises InvalidScopeError.
    """
    size = DIGEST_SIZES[kind]
    if isinstance(value, (bytes, bytearray, memoryview)):
        raw = bytes(value)
        if len(raw) != size and raw.isascii() and raw.strip():
            raw = _from_text(kind, raw.decode("ascii"), size)
    elif isinstance(value, str):
        raw = _from_text(kind, value, size)
    else:
        raise InvalidScopeError(
            "expected a %(kind)s digest as text or bytes, got %(name)s", kind=kind, name=type(value).__name__
        )
    if len(raw) != size:
        raise InvalidScopeError(
            "a %(kind)s digest is %(size)s bytes (%(digits)s hex digits), got %(length)s bytes",
            kind=kind,
            size=size,
            digits=2 * size,
            length=len(raw),
        )
    return raw


def digests_of(content: bytes) -> dict[str, bytes]:
    """Return every exact digest of `content`, by kind."""
    return {kind: hashlib.new(kind, content, usedforsecurity=False).digest() for kind in DIGEST_SIZES}


def sha256_of_file(file: BinaryIO) -> bytes:
    """Return the SHA-256 of an open file, read in chunks of 1 MiB."""
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return digest.digest()


def _from_text(kind: str, value: str, size: int) -> bytes:
    text = value.strip()
    prefix, separator, rest = text.partition(":")
    if separator:
        if prefix.lower().replace("-", "") != kind:
            raise InvalidScopeError(
                "expected a %(kind)s digest, got one marked %(prefix)s", kind=kind, prefix=repr(prefix)
            )
        text = rest
    text = text.rstrip("=")  # a padded MD5 in base32 is as long as one in hex
    try:
        if len(text) == 2 * size:
            return binascii.unhexlify(text)
        if len(text) == -(-8 * size // 6):
            plain = text.replace("-", "+").replace("_", "/")
            return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
        return base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError) as error:
        raise InvalidScopeError(
            "a %(kind)s digest is %(size)s hex digits, got %(value)s",
            kind=kind,
            size=2 * size,
            value=repr(value[:80]),
        ) from error
