"""What a rights holder registers of a picture or a film: the values of `pdq` and `video` scopes.

One spelling each, so that two registrations of one thing are equal: what `decode` accepts, `encode` writes back
unchanged. `docs/formats/record.md` ("Content") is normative. Those of texts are in `fingerprints.text`.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final, Self

from crawler_filter.errors import InvalidScopeError

HASH_BYTES: Final = 32
"""A PDQ hash has 256 bits."""

MAX_FRAMES: Final = 7_200
"""Hashes in one scope, a frame may have several; a longer film has several scopes."""

_FRAME: Final = 4 + HASH_BYTES
_HASH: Final = re.compile(r"[0-9a-f]{64}")


class Variant(StrEnum):
    """The part of a picture that was hashed: `crop4` is the middle without four per cent at each edge."""

    WHOLE = "whole"
    TRIMMED = "trimmed"
    CROP_4 = "crop4"
    CROP_8 = "crop8"
    CROP_12 = "crop12"
    PART_1 = "part1"
    PART_2 = "part2"
    PART_3 = "part3"
    PART_4 = "part4"
    PART_5 = "part5"
    PART_6 = "part6"
    PART_7 = "part7"
    PART_8 = "part8"
    PART_9 = "part9"
    PART_10 = "part10"
    PART_11 = "part11"
    PART_12 = "part12"


PARTS: Final = tuple(variant for variant in Variant if variant.startswith("part"))
"""Those of parts, the largest part first."""

OF_THE_WHOLE: Final = (Variant.WHOLE, Variant.CROP_4, Variant.CROP_8, Variant.CROP_12, Variant.TRIMMED)

VARIANTS: Final = (*OF_THE_WHOLE, *PARTS)
"""All, in the order of a scope's value. Member of the snapshot format: only append."""


WIDELY_COMPARED: Final = frozenset({"mirrored", "trimmed-mirrored", "crop2", "crop2-mirrored", *OF_THE_WHOLE})
"""What is looked up within the radius that Meta recommends. The rest is much more, and compared more closely."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The PDQ hashes of one picture, of one or more of its VARIANTS.

    Spelled `<64 hex>` for the whole of it or `<64 hex>,crop4:<64 hex>,…,part1:<64 hex>`, in the order of VARIANTS.
    """

    hashes: tuple[tuple[Variant, bytes], ...]

    @classmethod
    def decode(cls, text: str) -> Self:
        """Read the value of a `pdq` scope. Raises InvalidScopeError."""
        hashes = tuple(_variant(part) for part in text.split(",", len(VARIANTS)))
        places = [VARIANTS.index(variant) for variant, _ in hashes]
        if places != sorted(set(places)):
            raise InvalidScopeError(
                "expected each of %(variants)s once at most, in this order", variants=", ".join(VARIANTS)
            )
        return cls(hashes)

    def encode(self) -> str:
        """Return the value of a `pdq` scope."""
        return ",".join(
            value.hex() if name is Variant.WHOLE else f"{name}:{value.hex()}" for name, value in self.hashes
        )


@dataclass(frozen=True, slots=True)
class Film:
    """The PDQ hashes of a film's frames, each with its time in whole seconds; distinct, in ascending order.

    Spelled as base64; each is the time in 4 bytes, big-endian, and the hash in 32. Of a frame there may be hashes
    of several variants.
    """

    frames: tuple[tuple[int, bytes], ...]

    @classmethod
    def decode(cls, text: str) -> Self:
        """Read the value of a `video` scope. Raises InvalidScopeError."""
        parts = _frames(text)
        if any(first >= second for first, second in pairwise(parts)):
            raise InvalidScopeError("expected frames in ascending order, each once")
        return cls(tuple((int.from_bytes(part[:4]), part[4:]) for part in parts))

    def encode(self) -> str:
        """Return the value of a `video` scope."""
        return base64.b64encode(b"".join(second.to_bytes(4) + value for second, value in self.frames)).decode()


def _variant(text: str) -> tuple[Variant, bytes]:
    variant, colon, digits = text.rpartition(":")
    if colon and variant not in VARIANTS[1:]:
        raise InvalidScopeError(
            "expected one of %(variants)s before a colon, got %(text)s",
            variants=", ".join(VARIANTS[1:]),
            text=repr(text[:80]),
        )
    return Variant(variant or Variant.WHOLE), _hash(digits)


def _hash(digits: str) -> bytes:
    if not _HASH.fullmatch(digits):
        raise InvalidScopeError(
            "a PDQ hash has 64 lower-case hex digits, got %(digits)s", digits=repr(digits[:80])
        )
    return bytes.fromhex(digits)


def _frames(text: str) -> list[bytes]:
    if len(text) > 2 * _FRAME * MAX_FRAMES:
        raise InvalidScopeError("expected at most %(most)s frames in one scope", most=MAX_FRAMES)
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidScopeError("expected frames in base64, got %(text)s", text=repr(text[:40])) from error
    if base64.b64encode(raw).decode() != text:
        raise InvalidScopeError("expected the canonical spelling of base64, got %(text)s", text=repr(text[-40:]))
    if len(raw) % _FRAME or not 1 <= len(raw) // _FRAME <= MAX_FRAMES:
        raise InvalidScopeError(
            "expected 1 to %(most)s frames of %(size)s bytes, got %(length)s bytes",
            most=MAX_FRAMES,
            size=_FRAME,
            length=len(raw),
        )
    return [raw[at : at + _FRAME] for at in range(0, len(raw), _FRAME)]
