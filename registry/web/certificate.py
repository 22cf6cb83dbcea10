"""A declaration as a PDF for a person's files: what was declared, when, and where the log has it.

Drawn with reportlab in English and Japanese side by side. The Japanese font is one that every PDF reader brings or
replaces (a CID font of Adobe's Japan1 collection), so that no font file is shipped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Final
from xml.sax.saxutils import escape

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

_FONT: Final = "HeiseiKakuGo-W5"
_INK: Final = HexColor("#1c2321")
_SOFT: Final = HexColor("#545f5b")
_LINE: Final = HexColor("#c5cecb")
_QR_SIDE: Final = 32 * mm
_LABEL_WIDTH: Final = 46 * mm
_MARGIN: Final = 20 * mm


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the certificate: its label in both languages, and one or more lines of text."""

    label: str
    values: Sequence[str]


@dataclass(frozen=True, slots=True)
class Certificate:
    """The words of a certificate. `url` is in the QR code; `notes` stand below the rows."""

    title: str
    subject: str
    operator: str
    url: str
    rows: Sequence[Row]
    notes: Sequence[str]


def draw(certificate: Certificate) -> bytes:
    """Return the PDF. The same words give the same bytes."""
    file = BytesIO()
    document = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=f"{certificate.title}: {certificate.subject}",
        author=certificate.operator,
        lang="ja",
        invariant=1,
    )
    document.build(_story(certificate))
    return file.getvalue()


def _story(certificate: Certificate) -> list[Flowable]:
    head = Table(
        [[_paragraphs([certificate.title, certificate.subject], ("title", "subject")), _qr(certificate.url)]],
        colWidths=[None, _QR_SIDE + 4 * mm],
        style=TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]),
    )
    rows = Table(
        [
            [_paragraph(row.label, "label"), [_paragraph(each, "text") for each in row.values]]
            for row in certificate.rows
        ],
        colWidths=[_LABEL_WIDTH, None],
        style=TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, -1), 0.5, _LINE),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ]
        ),
        splitInRow=1,
    )
    return [head, Spacer(0, 6 * mm), rows, Spacer(0, 6 * mm), *_paragraphs(certificate.notes, ("note",))]


def _paragraphs(texts: Sequence[str], styles: tuple[str, ...]) -> list[Flowable]:
    return [_paragraph(text, styles[min(place, len(styles) - 1)]) for place, text in enumerate(texts)]


def _paragraph(text: str, style: str) -> Paragraph:
    return Paragraph(escape(text), _styles()[style])


def _qr(url: str) -> Drawing:
    code = QrCodeWidget(url, barLevel="M")
    left, bottom, right, top = code.getBounds()
    scale = (_QR_SIDE / (right - left), _QR_SIDE / (top - bottom))
    drawing = Drawing(_QR_SIDE, _QR_SIDE, transform=[scale[0], 0, 0, scale[1], 0, 0])
    drawing.add(code)
    return drawing


@cache
def _styles() -> dict[str, ParagraphStyle]:
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    sizes = {"title": 16, "subject": 11, "label": 8.5, "text": 9.5, "note": 8.5}
    return {
        name: ParagraphStyle(
            name,
            fontName=_FONT,
            fontSize=size,
            leading=size * 1.5,
            spaceAfter=3,
            textColor=_SOFT if name in ("label", "note") else _INK,
            wordWrap="CJK",
        )
        for name, size in sizes.items()
    }
