"""Lines of CSV (RFC 4180) whose cells no table program takes for a formula."""

import csv
import io
import unicodedata
from collections.abc import Iterable
from typing import Final

MIMETYPE: Final = "text/csv"

BOM: Final = "\ufeff"
"""Tells table programs that a file is in UTF-8. What programs read begins without it."""

_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_line(cells: Iterable[str]) -> str:
    """Return a line. An apostrophe stands before what would begin a formula, in letters of full width too."""
    text = io.StringIO()
    csv.writer(text).writerow(map(_defused, cells))
    return text.getvalue()


def _defused(cell: str) -> str:
    return f"'{cell}" if unicodedata.normalize("NFKC", cell[:1]).startswith(_FORMULAS) else cell
