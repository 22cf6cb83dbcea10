"""What is declared of a rights holder's own files: the digest of each, and what its pictures look like.

A PDQ hash is a small blurred picture to whoever knows how to read it. Of what is not published yet, the digest
alone should be declared.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from crawler_filter.errors import MalformedMediaError
from crawler_filter.fingerprints.digests import sha256_of_file
from crawler_filter.fingerprints.media_type import media_type

MAX_PIXELS: Final = 250_000_000
"""Most pixels of a picture that is hashed for its owner, who knows it; a crawler stops earlier."""

_HEAD: Final = 1024


@dataclass(frozen=True, slots=True)
class Declarable:
    """A fingerprint that a file can be declared by, and what else its owner may want to know of it."""

    kind: str
    value: str
    known: Mapping[str, Any]


def digest_of(path: Path) -> Declarable:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return Declarable("sha256", sha256_of_file(file).hex(), {"bytes": file.tell()})


def likenesses_of(path: Path) -> Iterator[Declarable]:
    """Yield what a copy of a file is recognised by that is not the same file: of a picture, its PDQ hashes.

    Raises MalformedMediaError for one that cannot be decoded or has too little to see, OversizedError for one that
    is too large, ImportError without the extra `[media]`.
    """
    with path.open("rb") as file:
        kind = media_type(file.read(_HEAD)) or ""
    if kind.startswith("image/") and kind != "image/svg+xml":
        yield _look_of(path.read_bytes())


def _look_of(content: bytes) -> Declarable:
    from crawler_filter.fingerprints.image import decode  # noqa: PLC0415 - an optional dependency
    from crawler_filter.fingerprints.variants import MIN_QUALITY, for_registration, scope_value  # noqa: PLC0415

    keys = for_registration(decode(content, max_pixels=MAX_PIXELS))
    if not keys:
        raise MalformedMediaError(f"too little to see for a PDQ hash (quality below {MIN_QUALITY})")
    known = {"quality": keys[0].quality, "variants": [str(key.variant) for key in keys]}
    return Declarable("pdq", scope_value(keys), known)
