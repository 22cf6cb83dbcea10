"""What a file is like: its media type by its first bytes, then every method that applies and has anything to find.

Rules:

- A method whose kind nobody registered costs nothing: nothing is decoded for it, nothing has to be installed.
- What is registered and could decide but cannot be looked for is said in words: a broken or oversized file, a
  missing extra, a document whose text is not read here. It is never silence.
- Vector drawings are read as the text they are. Archives and sound are looked up by digest alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from crawler_filter.charset import MAX_GUESSED, readings
from crawler_filter.decision import Match
from crawler_filter.errors import DataError, InvalidScopeError, extra_of
from crawler_filter.fingerprints.media_type import TEXTS, media_type
from crawler_filter.fingerprints.registered import Film, Picture, Variant
from crawler_filter.record import ScopeKind
from crawler_filter.snapshot.reader import Snapshot

MAX_TEXT: Final = 1 << 23
"""Most characters of a text that are looked up, in all its readings together; of one reading half as many."""

_MOST_BYTES: Final = 4 * MAX_TEXT + 4

_MOST_CHARACTERS: Final = 1 << 22  # as `fingerprints.normal_text` reads
_SEEN: Final = (ScopeKind.PDQ, ScopeKind.VIDEO)
_READ: Final = (ScopeKind.TEXT, ScopeKind.ISCC)


@dataclass(slots=True)
class Likenesses:
    """What was found of one file in `snapshot`, and why something could not be looked for."""

    snapshot: Snapshot
    matches: list[Match] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def add_file(self, content: bytes) -> None:
        """Look a file up by whatever its first bytes show it to be."""
        kind = media_type(content) or ""
        if self._seeks(ScopeKind.ISCC):
            self._try(self._add_file_codes, content, "an ISCC", ScopeKind.ISCC)
        if kind in TEXTS:
            self._add_encoded(content)
        elif kind == "application/epub+zip":
            if self._seeks(*_READ):
                self._try(self._add_book, content, "a book", *_READ)
        elif kind == "application/pdf":
            self._miss("the text of a PDF is not read: extract it and check that", *_READ)
        elif kind.startswith("image/") and self._seeks(*_SEEN, ScopeKind.ISCC):
            self._try(self._add_picture, content, "a picture", *_SEEN, ScopeKind.ISCC)
        elif kind.startswith("video/") and self._seeks(*_SEEN):
            self._try(self._add_film, content, "a film", *_SEEN)

    def add_text(self, text: str) -> None:
        """Look a text up."""
        if self._seeks(*_READ):
            self._add_texts([text])

    def add_fingerprint(self, fingerprint: object) -> None:
        """Look up a fingerprint of content, spelled `kind:value` as in a scope of that kind."""
        kind, _, value = fingerprint.partition(":") if isinstance(fingerprint, str) else ("", "", "")
        if kind not in _LOOK_UP:
            self.missed.append(f"not a fingerprint: expected kind:value with one of {', '.join(_LOOK_UP)}")
            return
        try:
            self.matches.extend(_LOOK_UP[kind](self.snapshot, value))
        except InvalidScopeError as error:
            self.missed.append(f"not a fingerprint: {error}")

    def _seeks(self, *kinds: ScopeKind) -> bool:
        return any(map(self.snapshot.holds, kinds))

    def _miss(self, reason: str, *kinds: ScopeKind) -> None:
        """Say why `kinds` could not be looked for, where any of them could have decided."""
        if any(map(self.snapshot.decides, kinds)):
            self.missed.append(reason)

    def _try(self, add: Callable[[Any], None], content: object, what: str, *kinds: ScopeKind) -> None:
        try:
            add(content)
        except ImportError as error:
            self._miss(f"{what} cannot be computed ({error}): install {extra_of(error)}", *kinds)
        except DataError as error:
            self._miss(f"{what} could not be looked up: {error}", *kinds)

    def _add_encoded(self, content: bytes) -> None:
        if not self._seeks(*_READ):
            return
        texts = readings(content[:_MOST_BYTES])
        self._add_texts(texts)
        if len(texts) > 1 and len(content) > MAX_GUESSED:
            self._miss(f"only {MAX_GUESSED} bytes of a text were read: its encoding is not known", *_READ)

    def _add_texts(self, texts: list[str]) -> None:
        most = min(MAX_TEXT // len(texts), _MOST_CHARACTERS)
        for text in texts:
            if self._seeks(ScopeKind.TEXT):
                self._add_passages(text[:most])
            if self._seeks(ScopeKind.ISCC):
                self._try(self._add_text_code, text[:most], "an ISCC", ScopeKind.ISCC)
        if any(len(text) > most for text in texts):
            self._miss(f"of a long text only the first {most} characters were looked up", *_READ)

    def _add_book(self, content: bytes) -> None:
        from crawler_filter.epub_archive import text_of_book  # noqa: PLC0415 - few crawls meet one

        self._add_texts([text_of_book(content, _MOST_BYTES)])

    def _add_passages(self, text: str) -> None:
        from crawler_filter.fingerprints.text import TextQuery  # noqa: PLC0415 - loads numpy

        query = TextQuery.of(text)
        if query.digest is not None:
            self.matches.extend(self.snapshot.match_whole_text(query.digest))
        self.matches.extend(self.snapshot.match_passages(query.excerpts))

    def _add_picture(self, content: bytes) -> None:
        from crawler_filter.fingerprints.image import decode  # noqa: PLC0415 - an optional dependency

        pixels = decode(content)
        if self._seeks(*_SEEN):
            from crawler_filter.fingerprints.variants import for_lookup  # noqa: PLC0415 - loads numpy

            hashes = [(each.variant.value, each.hash) for each in for_lookup(pixels)]
            self.matches.extend(self.snapshot.match_picture(hashes))
        if self._seeks(ScopeKind.ISCC):
            self._try(self._add_picture_code, pixels, "an ISCC", ScopeKind.ISCC)

    def _add_film(self, content: bytes) -> None:
        from crawler_filter.fingerprints.video import for_lookup  # noqa: PLC0415 - an optional dependency

        watched = for_lookup(content)
        frames = [(second, variant.value, value) for second, variant, value in watched.frames]
        self.matches.extend(self.snapshot.match_film(frames))
        if watched.stopped:
            self.missed.append(f"a film was not looked up to its end: {watched.stopped}")

    def _add_file_codes(self, content: bytes) -> None:
        from crawler_filter.fingerprints.iscc import file_units  # noqa: PLC0415 - an optional dependency

        self.matches.extend(self.snapshot.match_codes(file_units(content)))

    def _add_text_code(self, text: str) -> None:
        from crawler_filter.fingerprints.iscc import text_unit  # noqa: PLC0415 - an optional dependency

        self.matches.extend(self.snapshot.match_codes([text_unit(text)]))

    def _add_picture_code(self, pixels: Any) -> None:  # noqa: ANN401 - an array, whose type would load numpy
        from crawler_filter.fingerprints.iscc import image_unit  # noqa: PLC0415 - an optional dependency

        self.matches.extend(self.snapshot.match_codes([image_unit(pixels)]))


def _pdq(snapshot: Snapshot, value: str) -> Sequence[Match]:
    return snapshot.match_picture(Picture.decode(value).hashes)


def _video(snapshot: Snapshot, value: str) -> Sequence[Match]:
    return snapshot.match_film([(second, Variant.WHOLE, each) for second, each in Film.decode(value).frames])


def _iscc(snapshot: Snapshot, value: str) -> Sequence[Match]:
    from crawler_filter.fingerprints.iscc import parse_iscc  # noqa: PLC0415 - loads numpy

    return snapshot.match_codes(parse_iscc(value))


def _text(snapshot: Snapshot, value: str) -> Sequence[Match]:
    from crawler_filter.fingerprints.text import WholeText, parse_text_scope  # noqa: PLC0415 - loads numpy

    text = parse_text_scope(value)
    if isinstance(text, WholeText):
        return snapshot.match_whole_text(text.digest)
    return snapshot.match_passages(text.as_query())


_LOOK_UP: Final[Mapping[str, Callable[[Snapshot, str], Sequence[Match]]]] = {
    ScopeKind.PDQ: _pdq,
    ScopeKind.ISCC: _iscc,
    ScopeKind.TEXT: _text,
    ScopeKind.VIDEO: _video,
}

CONTENT_KINDS: Final = tuple(_LOOK_UP)
"""The kinds of fingerprints that `add_fingerprint` reads."""
