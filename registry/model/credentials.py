"""API tokens and other secrets that are handed out once: how they are made, recognised and kept.

A token is `orp_`, 30 random base62 characters (178 bits) and 6 more that are the CRC-32 of the 30. The checksum
keeps nobody out; it lets a mistyped or invented token be refused without asking the database, and lets scanners of
published source code find leaked ones by `orp_[0-9A-Za-z]{36}`. Only SHA-256 digests are stored: with this much
randomness behind them a slow hash adds nothing.
"""

import base64
import hashlib
import re
import zlib
from collections.abc import Callable
from enum import StrEnum
from typing import Final

PREFIX: Final = "orp_"
ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SECRET_BYTES: Final = 32

_BODY_LENGTH: Final = 30
_CHECKSUM_LENGTH: Final = 6
_TOKEN: Final = re.compile(
    rf"{PREFIX}([0-9A-Za-z]{{{_BODY_LENGTH}}})([0-9A-Za-z]{{{_CHECKSUM_LENGTH}}})", re.ASCII
)
_SECRET: Final = re.compile(r"[0-9A-Za-z_-]{43}", re.ASCII)


class Purpose(StrEnum):
    """Uses of a mailed code, which is good for one of them."""

    SIGN_IN = "sign-in"
    DELETE_ACCOUNT = "delete-account"
    ADD_ADDRESS = "add-address"


class TokenScope(StrEnum):
    """A use that a token is good for; `declare` includes `read`."""

    READ = "read"
    DECLARE = "declare"

    def covers(self, needed: "TokenScope") -> bool:
        """Tell whether a token of this scope may do what needs `needed`."""
        return self is TokenScope.DECLARE or self is needed


def new_token(entropy: Callable[[int], bytes]) -> str:
    """Return a fresh token."""
    number = int.from_bytes(entropy(SECRET_BYTES)) % len(ALPHABET) ** _BODY_LENGTH
    body = _base62(number, _BODY_LENGTH)
    return PREFIX + body + checksum(body)


def is_token(text: str) -> bool:
    """Tell whether `text` has the form of a token and its checksum is right."""
    match = _TOKEN.fullmatch(text)
    return match is not None and checksum(match[1]) == match[2]


def checksum(body: str) -> str:
    """Return the last six characters of the token with this body."""
    return _base62(zlib.crc32(body.encode("ascii")), _CHECKSUM_LENGTH)


def new_secret(entropy: Callable[[int], bytes]) -> str:
    """Return 256 random bits as 43 characters that may stand in a URL or cookie."""
    return base64.urlsafe_b64encode(entropy(SECRET_BYTES)).decode().rstrip("=")


def is_secret(text: str) -> bool:
    """Tell whether `text` has the form of `new_secret`."""
    return _SECRET.fullmatch(text) is not None


def digest(secret: str) -> bytes:
    """Return what is stored of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _base62(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))
