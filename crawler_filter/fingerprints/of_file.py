"""What is declared of a rights holder's own files: the digest of each, and what copies of it are recognised by.

A PDQ hash is a small blurred picture to whoever knows how to read it, and a film's are hundreds of them. Of what
is not published yet, the digest alone should be declared.
"""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO, Final

from crawler_filter.errors import DataError, MalformedMediaError
from crawler_filter.files.archive import EPUB, is_about_the_book, with_ruby_as_in_html
from crawler_filter.files.budget import Budget, Member, Skipped
from crawler_filter.files.charset import likely_reading
from crawler_filter.files.manuscripts import readable, words
from crawler_filter.files.media_type import HEAD, TEXTS, UNKNOWN, media_type
from crawler_filter.files.unread import holds_no_work, why_unread
from crawler_filter.files.walk import HOLDING, PREVIEWED, TIFF, held_as, walk
from crawler_filter.fingerprints.digests import sha256_of_file
from crawler_filter.fingerprints.frame_codes import Coder, FrameCodes
from crawler_filter.fingerprints.registered import MAX_FRAMES, Film, Picture, Variant
from crawler_filter.fingerprints.watched import Watched

_WRITTEN: Final = re.compile(
    r"word/(?:document|footnotes|endnotes)\.xml|content\.xml|ppt/(?:slides|notesSlides)/[^/]{1,80}\.xml"
    r"|xl/sharedStrings\.xml|xl/worksheets/[^/]{1,80}\.xml|Stories/[^/]{1,80}\.xml|Contents/section[0-9]{1,4}\.xml"
)
"""What has been written, of all XML in a DOCX, a PPTX, an XLSX, an ODT and its like, an IDML and a HWPX."""

_SHEET: Final = "xl/worksheets/"
_IN_CELL: Final = re.compile(r"<is\b.{0,32768}?</is>", re.DOTALL)
"""What a cell says that has its own text; all others name one of `sharedStrings.xml`, or are numbers."""

_SCORE: Final = re.compile(r"<score-(?:partwise|timewise)[\s>]")
_SCORE_NAME: Final = "score.musicxml"
_REPEATED: Final = "Preview/"
"""What a HWPX keeps of its beginning a second time."""

_MOST_TEXT: Final = 64 << 20
"""Bytes of a text that are read: more than the longest that can be registered has in any encoding."""
_MOST_NAMED: Final = 3
_WHOLE: Final = "sha256-norm"
_PAGE_HEAD: Final = 8192
_AROUND_A_BOOK: Final = frozenset(
    {"nav", "toc", "contents", "copyright", "colophon", "imprint", "titlepage", "title-page", "cover", "okuduke"}
    | {"p-toc", "p-colophon", "p-titlepage"}
)
_TYPE_AROUND_A_BOOK: Final = re.compile(
    r"""<(?:body|section)[^<>]*\sepub:type\s*=\s*["'](?:frontmatter |backmatter )?"""
    r"""(?:toc|landmarks|loi|lot|copyright-page|colophon|imprint|imprimatur|titlepage|halftitlepage|cover|index)\b"""
)
"""Semantics of EPUB Structural Vocabulary 1.1 that stand around a book."""


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


def likenesses_of(path: Path, coder: Coder | None = None) -> Iterator[Declarable]:
    """Yield what a copy of a file is recognised by that is not the same file.

    Of a picture that is a `pdq` scope, of a film `video` scopes, of a text or page a `text` scope. Texts must have
    the name of one as well (`manuscripts`): in a folder of works, source code and settings are none. Of an archive
    or a PDF it is what is yielded of each picture and film in it, whose `known` names its `member`, and one `text`
    scope of all its texts together. With a `coder` pictures, pages and films have `embed` scopes besides.

    Raises DataError for one that is broken, too large, of no kind that is read, or has too little in it, a film's
    or an archive's after what was seen of it; ImportError without the extra that its kind needs.
    """
    with path.open("rb") as file:
        kind = media_type(file.read(HEAD)) or ""
        file.seek(0)
        if kind in HOLDING | PREVIEWED:
            yield from _Volume(kind, coder).likenesses(file.read())
        elif kind == TIFF:
            yield from _pages_of(file.read(), coder)
        elif kind in TEXTS:
            yield from _texts_of(path.name, file.read(_MOST_TEXT))
        else:
            yield from _shown_in(file, kind or UNKNOWN, coder)


def _texts_of(name: str, content: bytes) -> Iterator[Declarable]:
    name = _called(name, content[:_PAGE_HEAD].decode("ascii", "replace"))
    if not readable(name):
        raise MalformedMediaError(
            "no likeness of this kind of file: by its name it is no text that is read; save what you wrote as .txt"
        )
    for each in words(name, _text_of(content)):
        yield _passages_of(each)


def _called(name: str, head: str) -> str:
    """Return what a text is called, a score in MusicXML whose name is only that of XML as one."""
    return _SCORE_NAME if name.lower().endswith(".xml") and _SCORE.search(head) else name


def _shown_in(
    file: BinaryIO, kind: str, coder: Coder | None, budget: Budget | None = None
) -> Iterator[Declarable]:
    """Yield what a picture or a film is recognised by; one of several in a file has their budget."""
    if budget and budget.pixels <= 0:
        raise MalformedMediaError("it and what follows are more than is decoded for so small a file")
    if kind.startswith("image/") and not why_unread(kind):
        from crawler_filter.files.decoding_cost import LIMITS_FOR_OWN  # noqa: PLC0415 - an optional dependency
        from crawler_filter.files.image import decode  # noqa: PLC0415

        content = file.read()
        pixels = decode(content, LIMITS_FOR_OWN)
        if budget:
            budget.pay_for_picture(*pixels.shape[:2])
        yield from _looks_of(pixels, coder)
        yield from _animated_in(content, coder)
    elif kind.startswith("video/"):
        yield from _frames_of(file, coder)
    else:
        reason = why_unread(kind) or "of sound and fonts, only the digest is declared"
        raise MalformedMediaError(f"no likeness of this kind of file: {reason}")


def _pages_of(content: bytes, coder: Coder | None) -> Iterator[Declarable]:
    yield from _shown_in(io.BytesIO(content), TIFF, coder)
    if held_as(content, TIFF, is_own=True):
        yield from _Volume(TIFF, coder).likenesses(content)


def _animated_in(content: bytes, coder: Coder | None) -> Iterator[Declarable]:
    """Yield the scopes of an animated picture, where more is seen in it than its first frame."""
    from crawler_filter.fingerprints.animation import for_registration  # noqa: PLC0415 - an optional dependency

    frames = FrameCodes(coder)
    watched = for_registration(content, see=frames.see)
    if len({frame.hash for frame in watched.frames if frame.variant is Variant.WHOLE}) > 1:
        yield from _scopes_of(watched)
        yield from _codes_of(frames)
    if watched.stopped:
        raise MalformedMediaError(f"this animation was not watched to its end: {watched.stopped}")


@dataclass(slots=True)
class _Volume:
    """Gathers what an archive or a PDF is recognised by; `skipped` are the names of what has nothing to go by.

    `left_out` counts letters and digits of pages that every book has.
    """

    kind: str
    coder: Coder | None = None
    texts: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    length: int = 0
    left_out: int = 0

    def likenesses(self, content: bytes) -> Iterator[Declarable]:
        is_empty = True
        budget = Budget.of_own_file(len(content))
        for each in walk(content, self.kind, budget):
            try:
                for found in self._likenesses_of_part(each, budget):
                    is_empty = False
                    yield found
            except DataError as error:
                self.skipped.append(f"{each.name}: {error}")
        if self.texts:
            is_empty = False
            yield from self._passages()
        if is_empty and not self.skipped:
            raise MalformedMediaError(
                "no likeness of this kind of file: nothing in it is a picture or a text that is read"
            )
        if self.skipped:
            named = "; ".join(self.skipped[:_MOST_NAMED])
            raise MalformedMediaError(f"{len(self.skipped)} of what is in it has no fingerprint: {named}")

    def _passages(self) -> Iterator[Declarable]:
        """Yield what is written, but not several parts without a passage: copies are read part by part."""
        together = _passages_of("\n".join(self.texts), left_out=self.left_out)
        if len(self.texts) > 1 and together.value.startswith(_WHOLE):
            self.skipped.append("its texts: together they are too short for copies to be found")
        else:
            yield together

    def _likenesses_of_part(self, each: Member | Skipped, budget: Budget) -> Iterator[Declarable]:
        if isinstance(each, Skipped):
            raise MalformedMediaError(each.reason)
        if each.kind in TEXTS:
            self._read(each)
        elif not each.kind or holds_no_work(each.kind) or each.kind in HOLDING | PREVIEWED:
            return  # what is in those comes by itself
        elif isinstance(each.content, bytes):
            for found in _shown_in(io.BytesIO(each.content), each.kind, self.coder, budget):
                yield replace(found, known={"member": each.name, **found.known})
        else:
            for found in _looks_of(each.content, self.coder):
                yield replace(found, known={"member": each.name, **found.known})

    def _read(self, each: Member) -> None:
        from crawler_filter.fingerprints.normal_text import MAX_TEXT, normalise  # noqa: PLC0415 - loads numpy

        is_whole = self.kind == EPUB or isinstance(each.content, str) or bool(_WRITTEN.fullmatch(each.name))
        if not is_whole and not readable(each.name) and not each.name.lower().endswith(".xml"):
            return
        if self.length > MAX_TEXT:
            return  # what is together already is refused
        text = each.content if isinstance(each.content, str) else _text_of(each.content)
        name = _called(each.name, text[:_PAGE_HEAD])
        if self.kind == EPUB and is_about_the_book(each.name):
            return
        if self.kind == EPUB and _is_around_a_book(each.name, text):
            self.left_out += len(normalise(text))
            return
        if each.name.startswith(_SHEET):
            self._keep(_IN_CELL.findall(text))
        elif is_whole:
            self._keep([with_ruby_as_in_html(text)])
        elif readable(name) and not each.name.startswith(_REPEATED):
            self._keep(words(name, text))

    def _keep(self, texts: Sequence[str]) -> None:
        self.texts.extend(texts)
        self.length += sum(map(len, texts))


def _is_around_a_book(name: str, page: str) -> bool:
    """Tell whether a page of an EPUB is a table of contents, an imprint or a title page: every book has those."""
    stem = name.rpartition("/")[2].partition(".")[0].lower()
    return stem in _AROUND_A_BOOK or _TYPE_AROUND_A_BOOK.search(page[:_PAGE_HEAD]) is not None


def _looks_of(pixels: Any, coder: Coder | None) -> Iterator[Declarable]:  # noqa: ANN401 - an array loads numpy
    from crawler_filter.fingerprints.variants import MIN_QUALITY, for_registration  # noqa: PLC0415 - loads numpy

    keys = for_registration(pixels)
    if not keys:
        raise MalformedMediaError(
            f"too little to see for a PDQ hash (quality below {MIN_QUALITY}, or no more than a gradient, stripes, "
            "rings, rays, checks or one plain figure)"
        )
    known = {"quality": keys[0].quality, "variants": [key.variant for key in keys]}
    yield Declarable("pdq", Picture(tuple((Variant(key.variant), key.hash) for key in keys)).encode(), known)
    if coder is not None:
        yield from _coded(pixels, coder)


def _coded(pixels: Any, coder: Coder) -> Iterator[Declarable]:  # noqa: ANN401
    try:
        made = coder.embedding(pixels)
    except MalformedMediaError:
        return  # hashes of small parts say enough, and those have no codes
    yield Declarable("embed", made.encode(), {"codes": len(made.codes)})


def _frames_of(file: BinaryIO, coder: Coder | None) -> Iterator[Declarable]:
    """Yield the scopes of a film."""
    from crawler_filter.fingerprints.video import for_registration  # noqa: PLC0415 - an optional dependency

    frames = FrameCodes(coder)
    watched = for_registration(file, see=frames.see)
    if not watched.frames:
        raise MalformedMediaError("too little to see in this film for PDQ hashes")
    yield from _scopes_of(watched)
    yield from _codes_of(frames)
    if watched.stopped:
        raise MalformedMediaError(f"this film was not watched to its end: {watched.stopped}")


def _scopes_of(watched: Watched) -> Iterator[Declarable]:
    """Yield what was seen of a film as scopes, each of as many frames as one may have."""
    frames = sorted({(frame.second, frame.hash) for frame in watched.frames})
    for start in range(0, len(frames), MAX_FRAMES):
        part = Film(tuple(frames[start : start + MAX_FRAMES]))
        known = {"frames": len(part.frames), "from": part.frames[0][0], "to": part.frames[-1][0]}
        yield Declarable("video", part.encode(), known)


def _codes_of(frames: FrameCodes) -> Iterator[Declarable]:
    for made, (first, last) in frames.embeddings():
        yield Declarable("embed", made.encode(), {"codes": len(made.codes), "from": first, "to": last})


def _passages_of(text: str, left_out: int = 0) -> Declarable:
    from crawler_filter.fingerprints.text import registered  # noqa: PLC0415 - loads numpy

    scope, letters, more = registered(text)
    known = {"characters": len(text), "letters": letters, "left_out": left_out + more}
    return Declarable("text", scope.encode(), known)


def _text_of(content: bytes) -> str:
    text = likely_reading(content)
    if text is None:
        raise MalformedMediaError("the encoding of this text is not known: save it as UTF-8")
    return text
