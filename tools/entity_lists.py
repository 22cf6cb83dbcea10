"""The lists of HTML's entities, as its document types and everybody's table of characters have them.

A table has of each entity its name, its number, its letter and what it is: some of them, in one order or another.
"""

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tools.shared_files import members

LISTS: Final = "w3c-sgml-lib"
"""A package of Debian with the document types of HTML."""

_ENTITY: Final = re.compile(
    r"<!ENTITY\s+(\w+)\s+(?:CDATA\s+)?\"&(?:#38;)?#(\d+);\"\s*(?:>\s*<!)?--\s*(.*?)\s*-->", re.DOTALL
)
_WHOLE: Final = re.compile(r"(?!)")
_NUMBERED: Final = re.compile(r",?\s*U\+[0-9A-F]{4,5}.*", re.DOTALL)
_ALSO: Final = re.compile(r"\s*(?:=|,\s*U\+[0-9A-F]{4,5}).*", re.DOTALL)

_FEWEST: Final = 30
"""Entities of a list of HTML's; those of mathematics are written otherwise, and no page lists them."""

_ROWS: Final = (
    "{3}", "{0} {3}", "{2} {0} {3}", "{0} {2} {3}", "{0} {1} {3}", "{1} {0} {3}", "{2} {0} {1} {3}",
    "{0} {1} {2} {3}", "{2} {1} {0} {3}", "{3} {0} {1}", "{3} {2} {0} {1}",
)  # fmt: skip


def entity_lists(package: Path) -> Iterator[str]:
    """Yield every list of HTML's entities in the package as it stands, and as tables have it."""
    for path, content in members(package):
        listed = content.decode("utf-8", "replace") if path.endswith(".ent") else ""
        if len(entities := _ENTITY.findall(listed)) >= _FEWEST:
            yield listed.replace("<", " ").replace("&", " & ")
            yield from _tables(entities)


def _tables(entities: list[tuple[str, str, str]]) -> Iterator[str]:
    for shown, short in itertools.product(_ROWS, (_WHOLE, _NUMBERED, _ALSO)):
        yield " ".join(
            shown.format(name, code, chr(int(code)), short.sub("", said)) for name, code, said in entities
        )
