"""The text and the pictures of a PDF, page by page: the extra `[pdf]`.

PDFium reads it, in a process of its own (`isolation`). Its calls cannot be stopped, so what a page costs is known
only after it: between pages, pictures and other objects a limit of time is watched, and a picture's size is judged
before it is decoded. PDFium is not made for several threads: one PDF is read at a time in a process.
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PIL.ImageFile import ImageFile
from PIL.Jpeg2KImagePlugin import Jpeg2KImageFile
from PIL.JpegImagePlugin import JpegImageFile
from pypdfium2 import PdfDocument, PdfImage, PdfiumError, PdfObject, PdfPage
from pypdfium2.raw import (
    FPDF_COLORSPACE_CALGRAY,
    FPDF_COLORSPACE_DEVICEGRAY,
    FPDF_COLORSPACE_UNKNOWN,
    FPDF_IMAGEOBJ_METADATA,
    FPDF_PAGEOBJ_FORM,
    FPDF_PAGEOBJ_IMAGE,
    FPDF_PAGEOBJ_PATH,
    FPDFText_GetFontSize,
)

from crawler_filter.errors import MalformedMediaError, OversizedError
from crawler_filter.files import pdf_notes, pdf_unshown
from crawler_filter.files.at_most import cut
from crawler_filter.files.budget import Budget, Member, Skipped
from crawler_filter.files.decoding_cost import LIMITS_FOR_CRAWLED, CountingFile, refuse_costly
from crawler_filter.files.media_type import BESIDE, looked_up_as
from crawler_filter.files.pdf_drawing import Box, Habits, Shown
from crawler_filter.files.pdf_inks import colours_of_inks, is_of_inks
from crawler_filter.files.pdf_notes import annotations, written_on
from crawler_filter.files.pdf_objects import objects
from crawler_filter.files.pdf_readings import may_have_readings, without_readings
from crawler_filter.files.pixels import distinct_channels

Array = npt.NDArray[Any]

MAX_PAGES: Final = 10_000
"""Most pages of one PDF that are read."""

MAX_PIXELS: Final = 24_000_000
"""Most pixels of one picture in colour: PDFium and numpy hold eight bytes of each, 190 MiB."""

MAX_GREY_PIXELS: Final = 36_000_000
"""Most pixels of a grey one, such as a page of A4 at 600 dpi: up to five bytes of each are held."""

MAX_DEPTH: Final = 4
"""How deep pictures are looked for in forms, PDF's name for a part of a page that is used again."""

_GREY_BITS: Final = 8
_WRONG_PASSWORD: Final = 4  # FPDF_ERR_PASSWORD
_NO_COLOURS: Final = FPDF_COLORSPACE_UNKNOWN  # which a stencil has
_GREYS: Final = frozenset({_NO_COLOURS, FPDF_COLORSPACE_DEVICEGRAY, FPDF_COLORSPACE_CALGRAY})
_READERS: Final[dict[str, Callable[[CountingFile], ImageFile]]] = {
    "DCTDecode": JpegImageFile,
    "DCT": JpegImageFile,
    "JPXDecode": Jpeg2KImageFile,
}
"""Who reads the headers of pictures that have one, which may be larger than the PDF says: PDFium unpacks all."""

_LEAST: Final = 10
"""Characters of a text that may be a work."""

_AT_ONCE: Final = 32
"""Objects of a page after which the clock is read: pages of figures have thousands."""

_CODESTREAM: Final = b"\xff\x4f\xff\x51"  # SOC and SIZ, ISO 15444-1 annex A


def parts(
    content: bytes, budget: Budget, clock: Callable[[], float] = time.process_time
) -> Iterator[Member | Skipped]:
    """Yield the text of each page and the pictures on it, as they are seen: turned, and not scaled.

    A picture that is shown several times is yielded once. What is drawn with lines is not looked at. What is seen
    only on the page itself (`pdf_drawing`) is yielded as it is drawn there. Broken and encrypted files are
    `Skipped`.
    """
    try:
        document = PdfDocument(content)
    except PdfiumError as error:
        locked = getattr(error, "err_code", None) == _WRONG_PASSWORD
        yield Skipped("", "it is encrypted" if locked else f"a broken PDF: {error!s:.100}")
        return
    with closing(document):
        reader = _Reader(document, budget, clock, Habits.of(content))
        yield from reader.pages()
        yield from reader.said() if not budget.is_own else ()
        yield from _attached(content, budget)
    if budget.pictures and budget.seconds > 0:
        yield from _unshown(content, reader)


def _attached(content: bytes, budget: Budget) -> Iterator[Member | Skipped]:
    """Yield the files that are attached to a PDF, or that a portfolio is made of."""
    for number, attached in enumerate(pdf_unshown.files(content), 1):
        budget.parts, budget.unpacked = budget.parts - 1, budget.unpacked - len(attached or b"")
        if attached is None or budget.parts < 0 or budget.unpacked < 0:
            yield Skipped(f"attachment {number}", "it is kept in a way that is not read, or is too much")
        else:
            yield Member(f"attachment {number}", looked_up_as(attached), attached)


def _unshown(content: bytes, reader: "_Reader") -> Iterator[Member | Skipped]:
    """Yield the pictures that no page leads to, where there are any."""
    pictures = pdf_unshown.pictures(content)
    if len(pictures) <= len(reader.shown):
        return
    name = "pictures that no page shows"
    if pdf_unshown.is_encrypted(content):
        yield Skipped(name, "they cannot be taken out of an encrypted file")
        return
    yield from cut(len(pictures), pdf_unshown.MOST, "pictures that no page shows")
    try:
        document = PdfDocument(pdf_unshown.with_page_of(content, pictures[: pdf_unshown.MOST]))
    except (PdfiumError, ValueError) as error:
        yield Skipped(name, f"they cannot be read: {error!s:.100}")
        return
    with closing(document):
        yield from replace(reader, document=document).pictures_of(0, name)


@dataclass(slots=True)
class _Reader:
    """Reads one PDF.

    `seen` has a digest of each picture's pixels, `shown` of its bytes as they are kept, `turned` of these with how
    they are turned, and `drawn` of all pictures of each page that was drawn.
    """

    document: PdfDocument
    budget: Budget
    clock: Callable[[], float]
    habits: Habits
    seen: set[bytes] = field(default_factory=set)
    shown: set[bytes] = field(default_factory=set)
    turned: set[tuple[bytes, object]] = field(default_factory=set)
    drawn: set[frozenset[tuple[bytes, Box]]] = field(default_factory=set)
    started: float = 0.0

    def pages(self) -> Iterator[Member | Skipped]:
        count = len(self.document)
        for number in range(min(count, MAX_PAGES)):
            name = f"page {number + 1}"
            try:
                yield from self._page(number, name)
            except Exception as error:  # PDFium's errors, and whatever its bindings stumble over
                yield Skipped(name, f"a broken page: {error!s:.100}")
            if self.budget.seconds <= 0:
                yield Skipped(name, "this page and those that follow take too long to read")
                return
        if count > MAX_PAGES:
            yield Skipped("", f"only the first {MAX_PAGES} of {count} pages were looked at")

    def said(self) -> Iterator[Member | Skipped]:
        """Yield what the file says of itself, which no page shows."""
        lines, bookmarks = self._timed(pdf_notes.said_of, self.document)
        text = "\n".join(lines)[: max(self.budget.characters, 0) + 1]
        if len(text) >= _LEAST:
            yield Member("about it", BESIDE, text)
        yield from cut(bookmarks, pdf_notes.MOST_BOOKMARKS, "bookmarks")

    def _page(self, number: int, name: str) -> Iterator[Member | Skipped]:
        with closing(self._timed(self.document.get_page, number)) as page:
            text = self._timed(self._text, page) + self._timed(written_on, page, self.budget.characters)
            yield Member(name, "text/plain", text)
            yield from cut(annotations(page), pdf_notes.MOST, "annotations of a page")
            if not self.budget.pictures:
                return
            shown = Shown(page, self.habits, self._seconds_left)
            found = objects(page, self._shown_kinds(), MAX_DEPTH)
            while (some := self._timed(list, islice(found, _AT_ONCE))) and self.budget.seconds > 0:
                for each in some:
                    yield from self._object(each, shown, name) if self.budget.seconds > 0 else ()
            yield from self._drawn(shown, name)

    def _shown_kinds(self) -> list[int]:
        """Return what kinds of objects may show a picture: letters and lines are most of a page."""
        return [FPDF_PAGEOBJ_IMAGE, FPDF_PAGEOBJ_FORM, *([FPDF_PAGEOBJ_PATH] if self.habits.patterns else [])]

    def _object(self, each: PdfObject, shown: Shown, name: str) -> Iterator[Member | Skipped]:
        kept = self._timed(self._kept_as, each) if isinstance(each, PdfImage) else b""
        shown.add(each, kept)
        if isinstance(each, PdfImage) and self._is_new(kept, each, shown.page):
            yield from self._picture_or_reason(each, shown.page, name)
        elif each.type == FPDF_PAGEOBJ_FORM and each.level + 1 == MAX_DEPTH:
            yield Skipped(name, f"forms that lie {MAX_DEPTH} deep in others are not looked into")

    def pictures_of(self, number: int, name: str) -> Iterator[Member | Skipped]:
        """Yield the pictures of one page that were not shown before."""
        with closing(self._timed(self.document.get_page, number)) as page:
            found = objects(page, (FPDF_PAGEOBJ_IMAGE,), MAX_DEPTH)
            while (each := self._timed(next, found, None)) and self.budget.seconds > 0:
                if self._kept_as(each) not in self.shown:
                    yield from self._picture_or_reason(each, page, name)

    def _is_new(self, kept: bytes, image: PdfImage, page: PdfPage) -> bool:
        """Tell whether a picture was not seen in this way: it costs its decoding again on every page."""
        way = kept, (_signs(image), page.get_rotation())
        is_new = way not in self.turned
        self.turned.add(way)
        self.shown.add(kept)
        return is_new

    def _kept_as(self, image: PdfImage) -> bytes:
        return hashlib.blake2b(bytes(image.get_data()), digest_size=16).digest()

    def _drawn(self, shown: Shown, name: str) -> Iterator[Member | Skipped]:
        """Yield the parts of a page that are seen only where it is drawn, once for all pages with the same."""
        if (pictures := shown.pictures_alone()) in self.drawn:
            return
        self.drawn |= {pictures} if pictures else set()
        parts = shown.cut_out()
        try:
            while self.budget.seconds > 0 and (pixels := self._timed(next, parts, None)) is not None:
                height, width = pixels.shape[:2]
                _refuse_larger(width, height, self.budget.pixels)
                yield from self._if_new(pixels, name)
        except OversizedError as error:
            yield Skipped(name, str(error))
        except Exception as error:  # as of a page
            yield Skipped(name, f"it cannot be drawn: {error!s:.100}")

    def _seconds_left(self) -> float:
        return self.budget.seconds - (self.clock() - self.started)

    def _picture_or_reason(self, image: PdfImage, page: PdfPage, name: str) -> Iterator[Member | Skipped]:
        try:
            yield from self._picture(image, page, name)
        except OversizedError as error:
            yield Skipped(name, str(error))
        except Exception as error:  # as of a page
            yield Skipped(name, f"a broken picture: {error!s:.100}")

    def _picture(self, image: PdfImage, page: PdfPage, name: str) -> Iterator[Member]:
        width, height = image.get_px_size()
        _refuse_larger(width, height, min(MAX_GREY_PIXELS, self.budget.pixels))
        self._timed(_refuse_dear_file, image)
        shown = self._timed(_described, image, width * height)
        if not _is_grey(shown):
            _refuse_larger(width, height, MAX_PIXELS)
        pixels = self._timed(_pixels, image, shown)
        yield from self._if_new(_as_on_page(pixels, image, page), name)
        if is_of_inks(shown.colorspace) and not self.budget.is_own:
            plain = self._timed(colours_of_inks, image, pixels)
            yield from () if plain is None else self._if_new(_as_on_page(plain, image, page), name)

    def _if_new(self, pixels: Array, name: str) -> Iterator[Member]:
        channels = np.ascontiguousarray(distinct_channels(pixels))
        digest = hashlib.blake2b(channels.data, digest_size=16).digest() + str(pixels.shape).encode()
        if digest not in self.seen:
            self.seen.add(digest)
            self.budget.pay_for_picture(*pixels.shape[:2])
            yield Member(name, "image/x-pixels", pixels)

    def _text(self, page: PdfPage) -> str:
        with closing(page.get_textpage()) as text:
            said = str(text.get_text_range(count=min(text.count_chars(), max(0, self.budget.characters) + 1)))
            if not may_have_readings(said) or len(said) != text.count_chars():
                return said
            return without_readings(said, [FPDFText_GetFontSize(text.raw, place) for place in range(len(said))])

    def _timed(self, call: Callable[..., Any], *arguments: object) -> Any:  # noqa: ANN401 - what `call` returns
        self.started = self.clock()
        try:
            return call(*arguments)
        finally:
            self.budget.seconds -= self.clock() - self.started


def _described(image: PdfImage, pixels: int) -> FPDF_IMAGEOBJ_METADATA:
    """Return depth and colours of a picture. PDFium unpacks JPEG 2000 for that, which is taken to be coloured."""
    if pixels <= MAX_PIXELS and "JPXDecode" in image.get_filters():
        return FPDF_IMAGEOBJ_METADATA(bits_per_pixel=24)
    return image.get_metadata()


def _is_grey(shown: FPDF_IMAGEOBJ_METADATA) -> bool:
    return shown.bits_per_pixel <= _GREY_BITS and shown.colorspace in _GREYS


def _refuse_dear_file(image: PdfImage) -> None:
    """Raise OversizedError for a picture kept as a file that would cost too much, before it is decoded."""
    for reader in (_READERS[each] for each in image.get_filters() if each in _READERS):
        content = _with_header_first(bytes(image.get_data(decode_simple=True)))
        with reader(CountingFile(content)) as picture:
            refuse_costly(picture, content, LIMITS_FOR_CRAWLED)


def _with_header_first(content: bytes) -> bytes:
    """Return a JPEG 2000 file from its codestream on, whose size counts; before it another may be said."""
    _, *codestreams = content.split(_CODESTREAM)
    if len(codestreams) > 1:
        raise MalformedMediaError("a JPEG 2000 of several pictures")
    return _CODESTREAM + codestreams[0] if codestreams else content


def _refuse_larger(width: int, height: int, most: int) -> None:
    if width * height > most:
        raise OversizedError(
            f"a picture of {width} x {height} pixels is not decoded: expected at most {max(0, most)}"
        )


def _pixels(image: PdfImage, shown: FPDF_IMAGEOBJ_METADATA) -> Array:
    seen = image.get_bitmap().to_numpy()  # a view of what PDFium frees with the bitmap
    seen = seen[:, :, None] if seen.ndim == 2 else seen[:, :, :1] if _is_grey(shown) else seen[:, :, 2::-1]
    pixels: Array = seen.copy()
    del seen
    if (shown.colorspace, shown.bits_per_pixel) == (_NO_COLOURS, 1):
        pixels = 255 - pixels  # a stencil: what is set is painted, mostly in black
    return pixels


def _as_on_page(pixels: Array, image: PdfImage, page: PdfPage) -> Array:
    turned = np.ascontiguousarray(np.rot90(_upright(pixels, image), -page.get_rotation() // 90))
    return np.broadcast_to(turned, (*turned.shape[:2], 3))


def _signs(image: PdfObject) -> tuple[bool, bool, bool]:
    """Return whether a page exchanges a picture's axes, and whether it keeps the order of rows and columns."""
    matrix = image.get_matrix()
    while (image := image.container) is not None:
        matrix = matrix.multiply(image.get_matrix())
    a, b, c, d, *_ = matrix.get()
    is_turned = abs(a) + abs(d) < abs(b) + abs(c)
    # where the first column becomes a row, exchanging the axes leaves a and d in place of c and b
    return (True, b >= 0, c >= 0) if is_turned else (False, d >= 0, a >= 0)


def _upright(pixels: Array, image: PdfObject) -> Array:
    """Turn the rows as the page does (ISO 32000-1 section 8.9.5: a picture fills a square, which is mapped)."""
    is_turned, rows_as_kept, columns_as_kept = _signs(image)
    if is_turned:
        pixels = pixels.swapaxes(0, 1)[::-1, ::-1]
    return pixels[:: 1 if rows_as_kept else -1, :: 1 if columns_as_kept else -1]
