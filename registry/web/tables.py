"""Tables to take away: CSV files. A long one comes in parts, so that no request takes long."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import request, stream_with_context
from flask_babel import format_decimal
from werkzeug.wrappers import Response

from crawler_filter.formats.csv_lines import MIMETYPE
from registry.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a table, counted from 0; `name` of it in the name of its file, empty where it is all of it."""

    rows: range
    name: str


def parts_of(rows: int, most: int) -> list[range]:
    """Return the rows, counted from 0, of each of the parts that so many rows make: one at least."""
    return [range(first, min(rows, first + most)) for first in range(0, max(rows, 1), most)]


def part_words(rows: int, most: int) -> list[tuple[str, str]]:
    """Return the first and the last row, counted from 1, of each part, as a person reads them."""
    return [(str(format_decimal(part.start + 1)), str(format_decimal(part.stop))) for part in parts_of(rows, most)]


def asked_part(rows: int, most: int) -> Part:
    """Return the part that the address asks for, the first by default. Raises NotFoundError."""
    parts, asked = parts_of(rows, most), request.args.get("part", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 16 else 1
    if not 1 <= number <= len(parts):
        raise NotFoundError("this list has no such part")
    return Part(parts[number - 1], f"-{number}" if len(parts) > 1 else "")


def csv_file(lines: Iterable[str], name: str) -> Response:
    """Answer with a table that the browser keeps as a file of this name, made line by line."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(stream_with_context(iter(lines)), mimetype=MIMETYPE, headers=headers)
