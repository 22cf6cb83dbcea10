"""Lines of CSV (RFC 4180) whose cells no table program takes for a formula."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable
from typing import Final

MIMETYPE: Final = "text/csv"

BOM: Final = "\ufeff"
"""Tells table programs that a file is in UTF-8. What programs read begins without it."""

_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


_AFTER_SEPARATOR: Final = re.compile(r"(?<=[;\t\r\n])\S")
"""Where a cell begins for a table program that takes another character than the comma for the separator.

The settings of many countries have it so. Quotation marks help nothing there, because they do not begin a cell.
"""


def csv_line(cells: Iterable[str]) -> str:
    """Return a line. An apostrophe stands before what would begin a formula, in letters of full width too."""
    text = io.StringIO()
    csv.writer(text).writerow(map(_defused, cells))
    return text.getvalue()


def _defused(cell: str) -> str:
    return _begun(cell[:1]) + _AFTER_SEPARATOR.sub(lambda found: _begun(found[0]), cell)[1:]


def _begun(first: str) -> str:
    return f"'{first}" if unicodedata.normalize("NFKC", first).startswith(_FORMULAS) else first
