"""Parts of a PDF's page as the page shows them, where what shows is no one picture that could be taken out.

A scan may be cut into strips, a picture seen through a mask of its own, painted as a pattern, or stamped on the
page: the page is drawn once, and those parts of it are cut out.
"""

import ctypes
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import numpy.typing as npt
from pypdfium2 import PdfBitmap, PdfObject, PdfPage
from pypdfium2 import raw as pdfium

from crawler_filter.errors import OversizedError
from crawler_filter.files.pdf_notes import MOST as MOST_ANNOTATIONS

Array = npt.NDArray[Any]
Box = tuple[int, int, int, int]
"""Left, top, right and bottom, in pixels of the drawn page."""

SIDE: Final = 1_600
"""Pixels of the longer side of a drawn page: a stamp of a sixth of it is still seen well enough for a hash."""

MOST_PARTS: Final = 64
"""Parts of one page that are cut out."""

MOST_JOINED: Final = 2_000
"""Pictures of one page that are joined where they touch."""

_LEAST: Final = 32
"""Pixels that a part has on each side at least; what is smaller shows nothing that a hash is made of."""


def _name(letters: str) -> bytes:
    """Return a pattern for a name of which any letter may be escaped (ISO 32000-1, 7.3.5)."""
    return b"/" + b"".join(b"(?:%c|#(?i:%02x))" % (ord(letter), ord(letter)) for letter in letters)


_TOUCHING: Final = 2
_AT_ONCE: Final = 0.05
"""Seconds after which drawing looks at how many are left."""


_MASKED: Final = re.compile(b"(?:" + _name("SMask") + b"|" + _name("Mask") + rb")[\s/<\[\d]")
_PATTERNED: Final = re.compile(_name("PatternType"))
_NEVER_SHOWN: Final = frozenset({pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP})


@dataclass(frozen=True, slots=True)
class Habits:
    """The means that may hide pictures of a file. Their dictionaries are never packed (ISO 32000-1, 7.5.7)."""

    masks: bool
    patterns: bool

    @classmethod
    def of(cls, content: bytes) -> "Habits":
        """Return the habits that the bytes of a file show."""
        return cls(_MASKED.search(content) is not None, _PATTERNED.search(content) is not None)


@dataclass(slots=True)
class Shown:
    """The parts of a page that must be drawn to be seen. `seconds` returns how many are left for drawing."""

    page: PdfPage
    habits: Habits
    seconds: Callable[[], float]
    pictures: list[Box] = field(default_factory=list)
    parts: list[Box] = field(default_factory=list)
    kept: list[bytes] = field(default_factory=list)
    unjoined: int = 0

    def add(self, each: PdfObject, kept: bytes = b"") -> None:
        """Note where a picture, whose bytes have the digest `kept`, or what a pattern may fill, is on the page."""
        if each.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            box = self._box(_corners(each))
            if len(self.pictures) < MOST_JOINED:
                self.pictures.append(box)
                self.kept.append(kept)
            else:
                self.unjoined += 1
            if self.habits.masks or pdfium.FPDFPageObj_HasTransparency(each):
                self.parts.append(box)
        elif each.type == pdfium.FPDF_PAGEOBJ_PATH and self.habits.patterns and each.container is None:
            left, bottom, right, top = each.get_bounds()
            self.parts.append(self._box([(left, bottom), (right, top)]))

    def pictures_alone(self) -> frozenset[tuple[bytes, Box]]:
        """Return what pictures are where, if a page would be drawn for nothing else; nothing for other pages."""
        has_others = bool(set(self.parts).difference(self.pictures)) or next(self._stamps(), None) is not None
        if has_others or len(self.pictures) >= MOST_JOINED:
            return frozenset()
        return frozenset(zip(self.kept, self.pictures, strict=True))

    def cut_out(self) -> Iterator[Array]:
        """Draw the page, if anything of it has to be, and yield those parts. Raises OversizedError."""
        wanted = [*self.parts, *_joined(self.pictures), *self._stamps()]
        wanted = [each for each in dict.fromkeys(map(self._within, wanted)) if _is_seen(each)]
        if wanted:
            drawn = self._drawn()
            for left, top, right, bottom in wanted[:MOST_PARTS]:
                yield drawn[top:bottom, left:right, 2::-1]
        if len(wanted) > MOST_PARTS:
            raise OversizedError(f"of {len(wanted)} parts that had to be drawn {MOST_PARTS} were looked at")
        if self.unjoined:
            raise OversizedError(f"of {MOST_JOINED + self.unjoined} pictures only {MOST_JOINED} were joined")

    def _size(self) -> tuple[int, int]:
        width, height = self.page.get_size()
        scale = SIDE / max(width, height, 1)
        return max(1, round(width * scale)), max(1, round(height * scale))

    def _box(self, corners: list[tuple[float, float]]) -> Box:
        """Return what corners on the page enclose in pixels."""
        across, down = ctypes.c_int(), ctypes.c_int()
        places = []
        for x, y in corners:
            pdfium.FPDF_PageToDevice(self.page, 0, 0, *self._size(), 0, x, y, across, down)
            places.append((across.value, down.value))
        columns, rows = zip(*places, strict=True)
        return min(columns), min(rows), max(columns), max(rows)

    def _within(self, box: Box) -> Box:
        width, height = self._size()
        left, top, right, bottom = box
        return max(left, 0), max(top, 0), min(right, width), min(bottom, height)

    def _stamps(self) -> Iterator[Box]:
        for index in range(min(pdfium.FPDFPage_GetAnnotCount(self.page), MOST_ANNOTATIONS)):
            annotation = pdfium.FPDFPage_GetAnnot(self.page, index)
            if not annotation:
                continue
            rect = pdfium.FS_RECTF()
            shown = pdfium.FPDFAnnot_GetSubtype(annotation) not in _NEVER_SHOWN
            if shown and _has_pictures(annotation) and pdfium.FPDFAnnot_GetRect(annotation, rect):
                yield self._box([(rect.left, rect.bottom), (rect.right, rect.top)])
            pdfium.FPDFPage_CloseAnnot(annotation)

    def _drawn(self) -> Array:
        """Return the pixels of the page, blue first."""
        width, height = self._size()
        bitmap = PdfBitmap.new_native(width, height, pdfium.FPDFBitmap_BGRx)
        try:
            bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
            self._draw(bitmap, width, height)
            pixels: Array = bitmap.to_numpy().copy()
            return pixels
        finally:
            bitmap.close()

    def _draw(self, bitmap: PdfBitmap, width: int, height: int) -> None:
        stop = [0.0]
        pause = pdfium.IFSDK_PAUSE(version=1)
        pause_now = type(pause.NeedToPauseNow)(lambda _: self.seconds() < stop[0])
        pause.NeedToPauseNow = pause_now
        stop[0] = self.seconds() - _AT_ONCE
        status = pdfium.FPDF_RenderPageBitmap_Start(
            bitmap, self.page, 0, 0, width, height, 0, pdfium.FPDF_ANNOT, pause
        )
        try:
            while status == pdfium.FPDF_RENDER_TOBECONTINUED and self.seconds() > 0:
                stop[0] = self.seconds() - _AT_ONCE
                status = pdfium.FPDF_RenderPage_Continue(self.page, pause)
        finally:
            pdfium.FPDF_RenderPage_Close(self.page)
        if status == pdfium.FPDF_RENDER_TOBECONTINUED:
            raise OversizedError("this page takes too long to draw")


def _corners(image: PdfObject) -> list[tuple[float, float]]:
    """Return the corners of a picture on the page: it fills a square, which is mapped (ISO 32000-1, 8.9.5)."""
    matrix, holder = image.get_matrix(), image.container
    while holder is not None:
        matrix, holder = matrix.multiply(holder.get_matrix()), holder.container
    a, b, c, d, e, f = matrix.get()
    return [(e, f), (e + a, f + b), (e + c, f + d), (e + a + c, f + b + d)]


def _has_pictures(annotation: Any) -> bool:  # noqa: ANN401 - a handle of PDFium
    count = pdfium.FPDFAnnot_GetObjectCount(annotation)
    kinds = {
        pdfium.FPDFPageObj_GetType(pdfium.FPDFAnnot_GetObject(annotation, index))
        for index in range(min(count, MOST_PARTS))
    }
    return count > MOST_PARTS or bool(kinds & {pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM})


def _is_seen(box: Box) -> bool:
    return box[2] - box[0] >= _LEAST and box[3] - box[1] >= _LEAST


def _joined(boxes: list[Box]) -> Iterator[Box]:
    """Yield what pictures that touch one another enclose together; each is held against the last groups."""
    groups: list[tuple[Box, int]] = []
    for box in sorted(boxes, key=lambda each: (each[1], each[0])):
        touching = [each for each in groups[-MOST_PARTS:] if _touch(each[0], box)]
        groups = [each for each in groups if each not in touching]
        enclosed = [box, *(each for each, _ in touching)]
        lefts, tops, rights, bottoms = zip(*enclosed, strict=True)
        groups.append(
            ((min(lefts), min(tops), max(rights), max(bottoms)), 1 + sum(count for _, count in touching))
        )
    yield from (box for box, count in groups if count > 1)


def _touch(one: Box, other: Box) -> bool:
    return (
        one[0] - _TOUCHING <= other[2]
        and other[0] - _TOUCHING <= one[2]
        and one[1] - _TOUCHING <= other[3]
        and other[1] - _TOUCHING <= one[3]
    )
