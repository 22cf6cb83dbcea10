"""International Standard Content Codes (ISO 24138:2024): read, computed, compared.

A code is a similarity hash behind a header of four nibbles: main type, sub type, version, length. What somebody
declares may be one unit or a whole ISCC-CODE, which holds several; each unit is matched by itself. Distances are
counted over the bits that both units have, because a longer unit begins with the shorter one.

- 256 bits, at most 31 of them different: decides.
- Fewer bits, the same share different (7 of 64): only flags. Among a million declared codes of 64 bits, ISCC's own
  default (16 of 64) would find 39 for every picture in the world.
- An Instance-Code is a digest of the file (BLAKE3): it is equal or it is another.

Reading needs the standard library alone; computing needs the extra `iscc`.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from crawler_filter.errors import InvalidScopeError
from crawler_filter.fingerprints.normal_text import without_markup

if TYPE_CHECKING:
    from typing import Any

    import numpy.typing as npt

    Array = npt.NDArray[Any]

DECIDING_BITS: Final = 256
DECIDING_DISTANCE: Final = 31

_CODE: Final = re.compile(r"(?:ISCC:)?([A-Z2-7]{10,200})", re.IGNORECASE)
_UNIT_BITS: Final = 32
_WIDE: Final = 7
_SIDE: Final = 32
_AT_ONCE: Final = 1 << 18


class MainType(IntEnum):
    """The kind of content a unit is computed from."""

    META = 0
    SEMANTIC = 1
    CONTENT = 2
    DATA = 3
    INSTANCE = 4
    ISCC = 5


_MATCHED: Final = frozenset({MainType.CONTENT, MainType.DATA, MainType.INSTANCE})
# The optional units of an ISCC-CODE in their order, by the bits of its length nibble (ISO 24138, 5.6.3).
_OPTIONAL: Final = ((4, MainType.META), (2, MainType.SEMANTIC), (1, MainType.CONTENT))


@dataclass(frozen=True, slots=True)
class IsccUnit:
    """One unit: `sub` tells the medium of a Content-Code (0 text, 1 image, 2 audio, 3 video, 4 mixed)."""

    main: MainType
    sub: int
    body: bytes

    @property
    def bits(self) -> int:
        """The length of the body."""
        return 8 * len(self.body)

    def encode(self) -> str:
        """Return the canonical text, `ISCC:` and base32 in capitals."""
        header = bytes([self.main << 4 | self.sub, self.bits // _UNIT_BITS - 1])
        return "ISCC:" + base64.b32encode(header + self.body).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class IsccMatch:
    """Two units of one kind that are near: `distance` of the `bits` that both have."""

    distance: int
    bits: int

    @property
    def decides(self) -> bool:
        """Tell whether the match decides. Shorter codes match by chance and only flag."""
        return self.bits >= DECIDING_BITS


def parse_iscc(text: str) -> tuple[IsccUnit, ...]:
    """Return the units of a code that tell what a file holds, given with or without `ISCC:` and in any case.

    Raises InvalidScopeError for what is no code of version 0, and for one that has no such unit: Meta-Codes and
    Semantic-Codes are made from a title or a meaning, which other works share.
    """
    match = _CODE.fullmatch(text.strip())
    try:
        raw = base64.b32decode(_padded(match[1].upper())) if match else b""
    except binascii.Error:
        raw = b""
    if not raw or base64.b32encode(raw).decode().rstrip("=") != match[1].upper():  # type: ignore[index]
        raise InvalidScopeError("an ISCC looks like ISCC:EEA4GQZQTY6J5DTH, got %(text)s", text=f"{text!r:.100}")
    units = tuple(unit for unit in _units(raw, text) if unit.main in _MATCHED)
    if not units:
        raise InvalidScopeError("expected a Content-, Data- or Instance-Code, got %(text)s", text=f"{text!r:.100}")
    return units


def compare(declared: IsccUnit, found: IsccUnit) -> IsccMatch | None:
    """Return how near two units are, None where they are of other kinds or far from one another."""
    if (declared.main, declared.sub) != (found.main, found.sub):
        return None
    size = min(len(declared.body), len(found.body))
    one, other = (int.from_bytes(unit.body[:size]) for unit in (declared, found))
    distance = (one ^ other).bit_count()
    limit = 0 if declared.main is MainType.INSTANCE else DECIDING_DISTANCE * 8 * size // DECIDING_BITS
    return IsccMatch(distance, 8 * size) if distance <= limit else None


def file_units(content: bytes) -> tuple[IsccUnit, ...]:
    """Compute the Data-Code and the Instance-Code of 256 bits of a file, whatever it is."""
    from iscc_lib import gen_data_code_v0, gen_instance_code_v0  # noqa: PLC0415 - an optional dependency

    made = (gen_data_code_v0(content, bits=DECIDING_BITS), gen_instance_code_v0(content, bits=DECIDING_BITS))
    return tuple(unit for code in made for unit in parse_iscc(code.iscc))


def text_unit(text: str) -> IsccUnit:
    """Compute the Text-Code of 256 bits of what a reader sees of `text`."""
    from iscc_lib import gen_text_code_v0  # noqa: PLC0415 - an optional dependency

    return parse_iscc(gen_text_code_v0(without_markup(text), bits=DECIDING_BITS).iscc)[0]


def image_unit(pixels: "Array") -> IsccUnit:
    """Compute the Image-Code of 256 bits of a picture as `image.decode` returns it: upright, laid on white.

    Prepared as the ISCC reference software does: without a border of the colour of the first pixel, grey, 32 x 32.
    """
    from iscc_lib import gen_image_code_v0  # noqa: PLC0415 - an optional dependency
    from PIL import Image  # noqa: PLC0415

    grey = Image.fromarray(_without_border(pixels))
    small = grey.resize((_SIDE, _SIDE), Image.Resampling.BICUBIC)
    return parse_iscc(gen_image_code_v0(small.tobytes(), bits=DECIDING_BITS).iscc)[0]


def _without_border(pixels: "Array") -> "Array":
    """Return the (height, width) bytes of grey inside the border, if there is anything."""
    import numpy as np  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415

    height, width, _ = pixels.shape
    grey = np.empty((height, width), dtype=np.uint8)
    rows, columns = np.zeros(height, dtype=bool), np.zeros(width, dtype=bool)
    step = max(_AT_ONCE // width, 1)
    for top in range(0, height, step):
        part = pixels[top : top + step]
        grey[top : top + step] = np.asarray(Image.fromarray(part).convert("L"))
        other = (part != pixels[0, 0]).any(axis=2)
        rows[top : top + step] = other.any(axis=1)
        columns |= other.any(axis=0)
    if not rows.any():
        return grey
    (top, bottom), (left, right) = (np.flatnonzero(lines)[[0, -1]] for lines in (rows, columns))
    return grey[top : bottom + 1, left : right + 1]


def _padded(code: str) -> str:
    return code + "=" * (-len(code) % 8)


def _units(raw: bytes, text: str) -> list[IsccUnit]:
    main, sub, version, length = raw[0] >> 4, raw[0] & 0xF, raw[1] >> 4, raw[1] & 0xF
    body = raw[2:]
    if main > MainType.ISCC or sub > _WIDE or version or length > _WIDE:
        raise InvalidScopeError("expected an ISCC of version 0, got %(text)s", text=f"{text!r:.100}")
    if main == MainType.ISCC:
        return _composite(sub, length, body, text)
    if 8 * len(body) != (length + 1) * _UNIT_BITS:
        raise InvalidScopeError(
            "expected %(bits)s bits behind the header, got %(text)s",
            bits=(length + 1) * _UNIT_BITS,
            text=f"{text!r:.100}",
        )
    return [IsccUnit(MainType(main), sub, body)]


def _composite(sub: int, length: int, body: bytes, text: str) -> list[IsccUnit]:
    mains = [main for bit, main in _OPTIONAL if length & bit] + [MainType.DATA, MainType.INSTANCE]
    size = 16 if sub == _WIDE else 8
    if len(body) != size * len(mains):
        raise InvalidScopeError(
            "expected %(count)s units of %(bits)s bits, got %(text)s",
            count=len(mains),
            bits=8 * size,
            text=f"{text!r:.100}",
        )
    return [
        IsccUnit(
            main, sub if main in (MainType.SEMANTIC, MainType.CONTENT) else 0, body[size * at : size * at + size]
        )
        for at, main in enumerate(mains)
    ]
