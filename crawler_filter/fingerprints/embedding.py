"""Codes that a model makes of a picture: the value of an `embed` scope, and which codes are of one work.

A model's output is a few hundred numbers; of each only the sign is kept, 512 bits a code. A work has 1 to 8 codes,
of its whole and its parts. Codes of different models say nothing of each other, so a scope names its model by the
SHA-256 of the file. `docs/formats/record.md` ("Content") is normative.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from crawler_filter.errors import InvalidScopeError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

CODE_BITS: Final = 512
CODE_BYTES: Final = CODE_BITS // 8
MAX_CODES: Final = 8
"""Most codes of one work."""

MATCH_RADIUS: Final = 118
"""Bits within which codes are of one work: a cosine of 0.75 and more. Two drawings of one character stay below."""
FLAG_RADIUS: Final = 141
"""Bits within which codes flag: a cosine of 0.65 and more. Two characters of one style reach 0.60."""

_VALUE: Final = re.compile(r"([0-9a-f]{64}):([A-Za-z0-9+/]+={0,2})")


@dataclass(frozen=True, slots=True)
class Embedding:
    """The codes of one work by one model, in order of the parts they are of."""

    model: bytes
    codes: tuple[bytes, ...]

    def __post_init__(self) -> None:
        """Refuse what is none. Raises InvalidScopeError."""
        if len(self.model) != 32 or not 1 <= len(self.codes) <= MAX_CODES:
            raise InvalidScopeError(
                "expected a model's SHA-256 and 1 to %(most)s codes, got %(codes)s",
                most=MAX_CODES,
                codes=len(self.codes),
            )
        if any(len(code) != CODE_BYTES for code in self.codes) or len(set(self.codes)) != len(self.codes):
            raise InvalidScopeError("expected different codes of %(bytes)s bytes each", bytes=CODE_BYTES)

    def encode(self) -> str:
        """Return the canonical value of the scope: `<SHA-256 of the model in hex>:<base64 of the codes>`."""
        return f"{self.model.hex()}:{base64.b64encode(b''.join(self.codes)).decode()}"

    @classmethod
    def decode(cls, value: str) -> Self:
        """Read `encode`. Raises InvalidScopeError for anything else."""
        found = _VALUE.fullmatch(value[: 128 + 2 * MAX_CODES * CODE_BYTES])
        if found is None:
            raise InvalidScopeError(
                "expected <SHA-256 of the model>:<base64 of codes>, got %(got)s", got=value[:80]
            )
        try:
            raw = base64.b64decode(found[2], validate=True)
        except binascii.Error as error:
            raise InvalidScopeError("expected base64 of codes: %(error)s", error=error) from error
        if len(raw) % CODE_BYTES:
            raise InvalidScopeError("expected codes of %(bytes)s bytes each", bytes=CODE_BYTES)
        codes = tuple(raw[start : start + CODE_BYTES] for start in range(0, len(raw), CODE_BYTES))
        embedding = cls(bytes.fromhex(found[1]), codes)
        if embedding.encode() != value:
            raise InvalidScopeError("expected codes in their one spelling")
        return embedding


def sign_code(output: "npt.NDArray[np.floating]") -> bytes:
    """Return the code of a model's output: the signs of its first 512 numbers; of fewer, those of projections.

    A shorter output is projected onto 512 directions that are the same everywhere, so that the share of bits that
    differ is still the angle between two outputs, over half a turn. Raises ValueError for less than 16 numbers, or
    some that are not finite.
    """
    import numpy as np  # noqa: PLC0415 - a record is read without it

    vector = np.asarray(output, dtype=np.float64).reshape(-1)
    if len(vector) < 16 or not np.isfinite(vector).all():
        raise ValueError(f"expected at least 16 finite numbers of a model, got {len(vector)}")
    if len(vector) < CODE_BITS:
        vector = _directions(len(vector)) @ vector
    return np.packbits(vector[:CODE_BITS] > 0).tobytes()


def _directions(width: int) -> "npt.NDArray[np.float64]":
    """Return 512 directions: signs taken from SHAKE-256 of the width, so that every machine has the same."""
    import hashlib  # noqa: PLC0415

    import numpy as np  # noqa: PLC0415

    bits = hashlib.shake_256(f"embed directions {width}".encode()).digest(CODE_BITS * width // 8)
    signs = np.unpackbits(np.frombuffer(bits, dtype=np.uint8))[: CODE_BITS * width]
    return signs.reshape(CODE_BITS, width).astype(np.float64) * 2 - 1
