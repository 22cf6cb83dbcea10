"""What a file is like: its media type by its first bytes, then every method that applies and has anything to find.

Rules:

- A method whose kind nobody registered costs nothing: nothing is decoded for it, nothing has to be installed.
- What is registered and could decide but cannot be looked for is said in words: a broken or oversized file, a
  missing extra, an archive of a kind that is not read here. It is never silence.
- Vector drawings are read as the text they are. Sound is looked up by digest alone.
- What lies in an archive or a PDF is looked up as it is outside (`crawler_filter.checks.inside`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from crawler_filter.checks.embeddings import Embeddings
from crawler_filter.checks.matchers import NO_MATCHERS, Matchers
from crawler_filter.errors import (
    DataError,
    MalformedMediaError,
    MalformedSegmentError,
    OversizedError,
    extra_of,
)
from crawler_filter.files.budget import PIXELS_OF_BROKEN, Budget
from crawler_filter.files.charset import MAX_ESCAPED, MAX_GUESSED, readings, unescaped
from crawler_filter.files.unread import why_unread
from crawler_filter.finding import Match
from crawler_filter.fingerprints.watched import Watched
from crawler_filter.formats.record import ScopeKind
from crawler_filter.reason import Reason
from crawler_filter.snapshot.reader import Snapshot

MAX_TEXT: Final = 1 << 23
"""Most characters of a text that are looked up, in all its readings together; of one reading half as many."""

MOST_CHARACTERS: Final = 1 << 22
"""Most characters of one reading, as `fingerprints.normal_text` reads."""

MOST_BYTES: Final = 4 * MAX_TEXT + 4
"""Bytes of a text that are read: as many as such a text has in any encoding."""

SEEN: Final = (ScopeKind.PDQ, ScopeKind.VIDEO)
READ: Final = (ScopeKind.TEXT, ScopeKind.ISCC)

_FILM_PIXELS: Final = 8
"""Pixels of a film's frames that cost as much as one of a picture: most frames are decoded and not hashed."""


@dataclass(slots=True)
class ContentMatches:
    """The matches of one file in `snapshot`, and any look-up that failed: the reason, and its cause."""

    snapshot: Snapshot
    matchers: Matchers = NO_MATCHERS
    matches: list[Match] = field(default_factory=list)
    unavailable: list[tuple[str, Reason]] = field(default_factory=list)

    def add_codes(self, content: bytes) -> None:
        """Look up the ISCC of a file, whatever it is."""
        if self.has_registered(ScopeKind.ISCC):
            self._try(self._add_file_codes, content, "an ISCC", ScopeKind.ISCC)

    def add_text(self, text: str) -> None:
        """Look a text up."""
        if self.has_registered(*READ):
            read = unescaped(text)
            self.add_readings([read])
            self.report_truncation(len(text), read)

    def add_encoded(self, content: bytes) -> None:
        """Look up a text of any encoding."""
        if not self.has_registered(*READ):
            return
        texts = readings(content[:MOST_BYTES])
        self.add_readings(texts)
        if len(texts) > 1 and len(content) > MAX_GUESSED:
            self.miss(f"only {MAX_GUESSED} bytes of a text were read: its encoding is not known", *READ)
        self.report_truncation(len(content), texts[0])

    def report_truncation(self, size: int, text: str) -> None:
        """Report that the end of a JSON text was not read because the text is longer than MAX_ESCAPED.

        `size` is the text's size before its escapes were decoded. A text that is too long for other reasons is
        reported elsewhere.
        """
        if size > MAX_ESCAPED and len(text) <= MOST_CHARACTERS:
            self.miss(f"only the first {MAX_ESCAPED} characters of a JSON text were read", *READ)

    def add_readings(self, texts: list[str], *, as_whole: bool = True) -> None:
        """Look up a text, or everything it may say where its encoding is not known.

        What is no work `as_whole` is looked up by its passages alone.
        """
        most = min(MAX_TEXT // len(texts), MOST_CHARACTERS)
        for text in texts:
            if self.has_registered(ScopeKind.TEXT):
                self._add_passages(text[:most], as_whole=as_whole)
            if self.has_registered(ScopeKind.ISCC):
                self._try(self._add_text_code, text[:most], "an ISCC", ScopeKind.ISCC)
        if any(len(text) > most for text in texts):
            self.miss(f"of a long text only the first {most} characters were looked up", *READ)

    def add_whole(self, text: str) -> None:
        """Look up a short text as nothing but a whole."""
        from crawler_filter.fingerprints.text import whole_digests  # noqa: PLC0415 - loads numpy

        for digest in whole_digests(text):
            self.matches.extend(self.snapshot.match_whole_text(digest))

    def add_media(self, content: Any, kind: str, budget: Budget | None = None) -> None:  # noqa: ANN401
        """Look up a picture, its pixels, or a film, by its media type; say it of other kinds that hold any.

        What lies inside another file is decoded as far as the `budget` for that goes.
        """
        if reason := why_unread(kind):
            self.miss(reason, *SEEN, *READ)
            return
        codes = (ScopeKind.EMBED,) if self.matchers.decide else ()
        if kind.startswith("image/") and (self.has_registered(*SEEN, ScopeKind.ISCC) or self._wants_codes()):
            kinds = (*SEEN, ScopeKind.ISCC, *codes)
            self._try(lambda each: self._add_picture(each, budget), content, "a picture", *kinds)
        elif kind.startswith("video/") and (self.has_registered(*SEEN) or self._wants_codes()):
            self._try(lambda each: self._add_film(each, budget), content, "a film", *SEEN, *codes)

    def has_registered(self, *kinds: ScopeKind) -> bool:
        """Tell whether anything of these kinds is registered."""
        return any(map(self.snapshot.holds, kinds))

    def miss(self, reason: str, *kinds: ScopeKind, cause: Reason = Reason.UNCHECKED_ASSET) -> None:
        """Report why `kinds` could not be looked for, if any of them could have decided."""
        if any(map(self.snapshot.decides, kinds)):
            self.unavailable.append((reason, cause))

    def _try(self, add: Callable[[Any], None], content: object, what: str, *kinds: ScopeKind) -> None:
        try:
            add(content)
        except ImportError as error:
            lacking = f"{what} cannot be computed ({error}): install {extra_of(error)}"
            self.miss(lacking, *kinds, cause=Reason.UNCHECKED_EXTRA)
        except MalformedSegmentError:
            raise  # that is the snapshot's fault, not the file's
        except DataError as error:
            self.miss(f"{what} could not be looked up: {error}", *kinds)

    def _add_passages(self, text: str, *, as_whole: bool) -> None:
        from crawler_filter.fingerprints.text import TextQuery  # noqa: PLC0415 - loads numpy

        query = TextQuery.of(text)
        for digest in query.digests if as_whole else ():
            self.matches.extend(self.snapshot.match_whole_text(digest))
        self.matches.extend(self.snapshot.match_passages(query.excerpts))
        if not query.is_whole:
            self.miss("of the ways to read a text not all were tried: they are too many", ScopeKind.TEXT)

    def _add_picture(self, content: Any, budget: Budget | None) -> None:  # noqa: ANN401 - bytes, or an array
        asked = Embeddings(self.snapshot, self.matchers)
        for pixels in _readings(content, budget):
            if self.has_registered(*SEEN):
                from crawler_filter.fingerprints.variants import for_lookup  # noqa: PLC0415 - loads numpy

                hashes = [(each.variant, each.hash) for each in for_lookup(pixels)]
                self.matches.extend(self.snapshot.match_picture(hashes))
            if self.has_registered(ScopeKind.ISCC):
                self._try(self._add_picture_code, pixels, "an ISCC", ScopeKind.ISCC)
            if self._wants_codes():
                self.matches.extend(asked.of_picture(pixels))
        if isinstance(content, bytes) and (self.has_registered(*SEEN) or self._wants_codes()):
            self._add_frames(content, budget, asked)
        self._report_unasked(asked)

    def _wants_codes(self) -> bool:
        return (bool(self.matchers.brought) or self.matchers.decide) and self.has_registered(ScopeKind.EMBED)

    def _report_unasked(self, asked: Embeddings) -> None:
        """Say, where matchers decide, which could not be asked."""
        if not (self.matchers.decide and self.has_registered(ScopeKind.EMBED)):
            return
        why = [*asked.failed, *filter(None, [self.matchers.unasked(self.snapshot)])]
        if why:
            said = f"codes of models could not be looked for: {'; '.join(why)}"
            self.miss(said, ScopeKind.EMBED, cause=Reason.UNCHECKED_EXTRA)

    def _add_frames(self, content: bytes, budget: Budget | None, asked: Embeddings) -> None:
        """Look up an animation's frames as a film's."""
        from crawler_filter.fingerprints.animation import for_lookup  # noqa: PLC0415 - an optional dependency

        see = asked.see if self._wants_codes() else None
        watched = for_lookup(content, None if budget is None else budget.pixels, see)
        if budget is not None:
            budget.pixels -= watched.pixels
        self._add_watched(watched, asked)
        if watched.stopped:
            self.miss(f"an animation was not looked up to its end: {watched.stopped}", *SEEN)

    def _add_film(self, content: bytes, budget: Budget | None) -> None:
        from crawler_filter.fingerprints.video import LOOK_UP, for_lookup  # noqa: PLC0415 - an optional dependency

        asked = Embeddings(self.snapshot, self.matchers)
        see = asked.see if self._wants_codes() else None
        _refuse_unaffordable(budget)
        if budget is None:
            watched = for_lookup(content, LOOK_UP.max_pixels, see)
        else:
            budget.pay_for_picture(1, 1)  # also for one that is broken
            watched = for_lookup(content, _FILM_PIXELS * budget.pixels, see)
            budget.pixels -= watched.pixels // _FILM_PIXELS
        self._add_watched(watched, asked)
        self._report_unasked(asked)
        if watched.stopped:
            self.miss(f"a film was not looked up to its end: {watched.stopped}", *SEEN)

    def _add_watched(self, watched: Watched, asked: Embeddings) -> None:
        if watched.frames and self.has_registered(*SEEN):
            self.matches.extend(self.snapshot.match_film(watched.frames))
        self.matches.extend(asked.of_film())

    def _add_file_codes(self, content: bytes) -> None:
        from crawler_filter.fingerprints.iscc import file_units  # noqa: PLC0415 - an optional dependency

        self.matches.extend(self.snapshot.match_codes(file_units(content)))

    def _add_text_code(self, text: str) -> None:
        from crawler_filter.fingerprints.iscc import text_unit  # noqa: PLC0415 - an optional dependency

        self.matches.extend(self.snapshot.match_codes([text_unit(text)]))

    def _add_picture_code(self, pixels: Any) -> None:  # noqa: ANN401 - an array, whose type would load numpy
        from crawler_filter.fingerprints.iscc import image_unit  # noqa: PLC0415 - an optional dependency

        self.matches.extend(self.snapshot.match_codes([image_unit(pixels)]))


def _readings(content: Any, budget: Budget | None) -> list[Any]:  # noqa: ANN401 - arrays, whose type loads numpy
    if not isinstance(content, bytes):
        return [content]  # whoever decoded it has paid for it
    from crawler_filter.files.decoding_cost import LIMITS_FOR_CRAWLED  # noqa: PLC0415 - an optional dependency
    from crawler_filter.files.image import readings  # noqa: PLC0415

    if budget is None:
        return readings(content)
    _refuse_unaffordable(budget)
    try:
        pixels = readings(
            content, replace(LIMITS_FOR_CRAWLED, pixels=min(LIMITS_FOR_CRAWLED.pixels, budget.pixels))
        )
    except MalformedMediaError:
        budget.pixels -= PIXELS_OF_BROKEN
        raise
    budget.pay_for_picture(*pixels[0].shape[:2])
    return pixels


def _refuse_unaffordable(budget: Budget | None) -> None:
    if budget is not None and budget.pixels <= 0:
        raise OversizedError("what comes before it is as much as is decoded for a file of this size")
