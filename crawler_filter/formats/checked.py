"""The part of an asset's content that was checked, told by a digest: a statement about it needs no copy of it."""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class CheckedKind(StrEnum):
    """The subject of the digest."""

    FILE = "file"
    """A file's bytes."""
    TEXT = "text"
    """A text, as UTF-8."""
    PIXELS = "pixels"
    """A picture in memory: the line `<width> <height>`, and three bytes for each pixel, row by row."""
    DIGEST = "digest"
    """A file that was not given: only its SHA-256 was."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A checked file, text or picture: kind, SHA-256 in hex, and length in bytes, 0 where that is not known."""

    kind: CheckedKind
    sha256: str
    size: int

    @classmethod
    def of_digest(cls, digest: bytes) -> Self:
        """Return what is known of a file by its SHA-256."""
        return cls(CheckedKind.DIGEST, digest.hex(), 0)

    @classmethod
    def of_text(cls, text: str) -> Self:
        """Return what is said of a text."""
        data = text.encode("utf-8", "replace")
        return cls(CheckedKind.TEXT, sha256(data).hexdigest(), len(data))

    @classmethod
    def of_pixels(cls, pixels: "npt.NDArray[np.uint8]") -> Self:
        """Return what is said of a picture of (height, width, 3) bytes."""
        head = f"{pixels.shape[1]} {pixels.shape[0]}\n".encode()
        digest = sha256(head)
        digest.update(pixels.tobytes())
        return cls(CheckedKind.PIXELS, digest.hexdigest(), len(head) + pixels.nbytes)
