"""What is declared of a rights holder's own files: the digest of each, and what copies of it are recognised by.

A PDQ hash is a small blurred picture to whoever knows how to read it, and fingerprints of a text tell whether one
has a sentence of it. Of what is not published yet, the digest alone should be declared.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from crawler_filter.charset import readings
from crawler_filter.errors import MalformedMediaError
from crawler_filter.fingerprints.digests import sha256_of_file
from crawler_filter.fingerprints.media_type import TEXTS, media_type
from crawler_filter.fingerprints.registered import MAX_FRAMES, Film

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
    """Yield what a copy of a file is recognised by that is not the same file.

    Of a picture its PDQ hashes, of a film those of its frames, in several scopes where it is long; of a text its
    fingerprints, or the digest of the whole where it is short.

    Raises DataError for what cannot be decoded, has too little in it or is too large, ImportError without the
    extra that decodes it.
    """
    with path.open("rb") as file:
        kind = media_type(file.read(_HEAD)) or ""
    if kind in TEXTS:
        yield _words_of(path.read_bytes())
    elif kind.startswith("image/"):
        yield _look_of(path.read_bytes())
    elif kind.startswith("video/"):
        yield from _frames_of(path.read_bytes())


def _look_of(content: bytes) -> Declarable:
    from crawler_filter.fingerprints.image import decode  # noqa: PLC0415 - an optional dependency
    from crawler_filter.fingerprints.variants import MIN_QUALITY, for_registration, scope_value  # noqa: PLC0415

    keys = for_registration(decode(content, max_pixels=MAX_PIXELS))
    if not keys:
        raise MalformedMediaError(f"too little to see for a PDQ hash (quality below {MIN_QUALITY})")
    known = {"quality": keys[0].quality, "variants": [str(key.variant) for key in keys]}
    return Declarable("pdq", scope_value(keys), known)


def _frames_of(content: bytes) -> Iterator[Declarable]:
    from crawler_filter.fingerprints.video import for_registration  # noqa: PLC0415 - an optional dependency

    watched = for_registration(content)
    frames = sorted({(frame.second, frame.hash) for frame in watched.frames})
    if not frames:
        raise MalformedMediaError("too little to see in any of its frames")
    for start in range(0, len(frames), MAX_FRAMES):
        film = Film(tuple(frames[start : start + MAX_FRAMES]))
        yield Declarable("video", film.encode(), {"frames": len(film.frames)})
    if watched.stopped:
        raise MalformedMediaError(f"a film is fingerprinted in part: {watched.stopped}")


def _words_of(content: bytes) -> Declarable:
    from crawler_filter.fingerprints.text import text_scope  # noqa: PLC0415 - loads numpy

    texts = readings(content)
    if len(texts) > 1:
        raise MalformedMediaError("a text in an encoding that it does not name: save it as UTF-8")
    return Declarable("text", text_scope(texts[0]).encode(), {})
