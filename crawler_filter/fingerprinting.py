"""What is declared of a rights holder's own files: the digest of each, and what copies of it are recognised by.

A PDQ hash is a small blurred picture to whoever knows how to read it, and a film's are hundreds of them. Of what
is not published yet, the digest alone should be declared.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from crawler_filter.charset import readings
from crawler_filter.errors import MalformedMediaError
from crawler_filter.fingerprints.digests import sha256_of_file
from crawler_filter.fingerprints.media_type import TEXTS, media_type
from crawler_filter.fingerprints.registered import MAX_FRAMES, Film, Picture

_HEAD: Final = 1024
_TEXT_NAMES: Final = frozenset({".txt", ".md", ".html", ".htm", ".xhtml"})
_MOST_TEXT: Final = 64 << 20
"""Bytes of a text that are read: more than the longest that can be registered has in any encoding."""


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

    Of a picture that is a `pdq` scope, of a film `video` scopes, of a text or page a `text` scope. Texts must have
    the name of one as well: in a folder of works, source code and settings are none.

    Raises DataError for one that is broken, too large or has too little in it, a film's after what was seen of it;
    ImportError without the extra that its kind needs.
    """
    with path.open("rb") as file:
        kind = media_type(file.read(_HEAD)) or ""
    if kind.startswith("image/") and kind != "image/svg+xml":
        yield _look_of(path.read_bytes())
    elif kind.startswith("video/"):
        yield from _frames_of(path.read_bytes())
    elif kind in TEXTS and path.suffix.lower() in _TEXT_NAMES:
        with path.open("rb") as file:
            yield _passages_of(file.read(_MOST_TEXT))


def _look_of(content: bytes) -> Declarable:
    from crawler_filter.fingerprints.decoding_cost import OWNED  # noqa: PLC0415 - an optional dependency
    from crawler_filter.fingerprints.image import decode  # noqa: PLC0415
    from crawler_filter.fingerprints.variants import MIN_QUALITY, for_registration  # noqa: PLC0415 - loads numpy

    keys = for_registration(decode(content, OWNED))
    if not keys:
        raise MalformedMediaError(f"too little to see for a PDQ hash (quality below {MIN_QUALITY})")
    known = {"quality": keys[0].quality, "variants": [key.variant for key in keys]}
    return Declarable("pdq", Picture(tuple((key.variant, key.hash) for key in keys)).encode(), known)


def _frames_of(content: bytes) -> Iterator[Declarable]:
    """Yield the scopes of a film, each of as many frames as one may have."""
    from crawler_filter.fingerprints.video import for_registration  # noqa: PLC0415 - an optional dependency

    watched = for_registration(content)
    frames = sorted({(frame.second, frame.hash) for frame in watched.frames})
    if not frames:
        raise MalformedMediaError("too little to see in this film for PDQ hashes")
    for start in range(0, len(frames), MAX_FRAMES):
        part = Film(tuple(frames[start : start + MAX_FRAMES]))
        known = {"frames": len(part.frames), "from": part.frames[0][0], "to": part.frames[-1][0]}
        yield Declarable("video", part.encode(), known)
    if watched.stopped:
        raise MalformedMediaError(f"this film was not watched to its end: {watched.stopped}")


def _passages_of(content: bytes) -> Declarable:
    from crawler_filter.fingerprints.text import text_scope  # noqa: PLC0415 - loads numpy

    texts = readings(content)
    if len(texts) > 1:
        raise MalformedMediaError("the encoding of this text is not known: save it as UTF-8")
    return Declarable("text", text_scope(texts[0]).encode(), {"characters": len(texts[0])})
