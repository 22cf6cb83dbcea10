"""How all C2SP text formats write bytes and numbers: canonical base64 and plain decimals, one spelling each.

Signature lines are the one exception: there the bits after the last byte of base64 may be anything, because Go's
verifiers accept such lines, and a note must not be good for one client and malformed for another.
"""

import base64
import binascii
import re
from typing import Final

from crawler_filter.errors import MalformedNoteError

_SHA256: Final = re.compile(r"[0-9a-f]{64}")

MAX_NUMBER: Final = 2**63 - 1
"""The largest tree size, leaf index and time (tlog-cosignature, "Format"; Go's int64)."""


def decode_base64(text: str, what: str, *, stray_bits: bool = False) -> bytes:
    """Return the bytes of standard base64, in its canonical spelling unless `stray_bits` are let pass.

    `what` names the field in the MalformedNoteError.
    """
    try:
        value = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedNoteError(f"{what}: expected base64, got {text[:60]!r}") from error
    if not stray_bits and encode_base64(value) != text:
        raise MalformedNoteError(f"{what}: expected canonical base64, got {text[:60]!r}")
    return value


def encode_base64(value: bytes) -> str:
    """Return standard base64 with padding (RFC 4648, section 4)."""
    return base64.b64encode(value).decode("ascii")


def decode_sha256(text: str) -> str:
    """Return the name of a file that is its SHA-256, in its one spelling."""
    if not _SHA256.fullmatch(text):
        raise MalformedNoteError(f"expected a SHA-256 in 64 lower-case hex digits, got {text[:80]!r}")
    return text


def decode_fields(line: str, what: str, count: int) -> list[str]:
    """Return what follows the word `what` on a line that begins with it, parted by single spaces."""
    word, *fields = line.split(" ")
    if word != what or len(fields) != count:
        raise MalformedNoteError(f"expected a line '{what}' with {count} fields, got {line[:80]!r}")
    return fields


def decode_decimal(text: str, what: str) -> int:
    """Return an ASCII decimal below 2**63 without leading zeros, as all C2SP formats write numbers."""
    if not (text.isascii() and text.isdigit() and len(text) <= 19) or (text[0] == "0" and text != "0"):
        raise MalformedNoteError(f"{what}: expected a decimal without leading zeros, got {text[:60]!r}")
    if int(text) > MAX_NUMBER:
        raise MalformedNoteError(f"{what}: expected a number below 2**63, got {text}")
    return int(text)
