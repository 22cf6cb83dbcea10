"""The numbers that a work is known by: those that a declaration can reserve, and others that say which work it is.

Each function returns the one canonical spelling or raises InvalidScopeError saying what is right. Check digits are
verified where the number has one; python-stdnum knows most of them.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from stdnum import isan, isni, isrc, issn
from stdnum.exceptions import ValidationError

from crawler_filter.errors import InvalidScopeError
from crawler_filter.formats.identifiers import CANONICAL_IDENTIFIER

_ISWC: Final = re.compile(r"T([0-9]{9})([0-9])")
_MADB: Final = re.compile(r"[MC][0-9]{1,12}")
_MADB_ADDRESS: Final = re.compile(r"https?://mediaarts-db\.(?:artmuseums|bunka)\.go\.jp/id/", re.IGNORECASE)
_SIGNS: Final = re.compile(r"[\s.\-\u2010-\u2015]")


def canonical_issn(text: str) -> str:
    """Return an ISSN (ISO 3297) as 0000-0000."""
    return str(issn.format(_checked(issn, "ISSN", "0024-9319", text)))


def canonical_isrc(text: str) -> str:
    """Return the twelve characters of an ISRC (ISO 3901), which has no check digit."""
    return _checked(isrc, "ISRC", "JP-A01-26-00001", text)


def canonical_isan(text: str) -> str:
    """Return an ISAN (ISO 15706) without signs, check characters verified where they are given."""
    return _checked(isan, "ISAN", "0000-0001-8CFA-0000-I-0000-0000-K", text)


def canonical_isni(text: str) -> str:
    """Return the sixteen characters of an ISNI (ISO 27729)."""
    return _checked(isni, "ISNI", "0000 0001 2281 955X", text)


def canonical_iswc(text: str) -> str:
    """Return an ISWC (ISO 15707) as T-000000000-0; the check digit weighs each digit by its place, from 1."""
    found = _ISWC.fullmatch(_SIGNS.sub("", text.upper().removeprefix("ISWC")))
    if found is None:
        raise InvalidScopeError("an ISWC looks like T-034.524.680-1, got %(text)s", text=repr(text[:60]))
    total = 1 + sum(place * int(digit) for place, digit in enumerate(found[1], 1))
    if -total % 10 != int(found[2]):
        raise InvalidScopeError("the check digit of ISWC %(text)s does not match", text=repr(text[:60]))
    return f"T-{found[1]}-{found[2]}"


def canonical_madb(text: str) -> str:
    """Return an id of Japan's Media Arts Database, whichever of its addresses it came with."""
    number = _MADB_ADDRESS.sub("", text.strip()).upper()
    if not _MADB.fullmatch(number):
        raise InvalidScopeError("an id of the Media Arts Database looks like M779910 or C119033, got %(text)s",
                                text=repr(text[:60]))  # fmt: skip
    return number


WORK_IDENTIFIER: Final[Mapping[str, Callable[[str], str]]] = {
    **CANONICAL_IDENTIFIER,
    "issn": canonical_issn,
    "isrc": canonical_isrc,
    "iswc": canonical_iswc,
    "isan": canonical_isan,
    "isni": canonical_isni,
    "madb": canonical_madb,
}
"""The canonical spelling of each kind of number; those of `CANONICAL_IDENTIFIER` can be reserved by themselves."""


def read_labelled(text: str) -> tuple[str, str] | None:
    """Return the kind and canonical spelling of a number with its name in front, None where none is known.

    Raises InvalidScopeError.
    """
    if _MADB_ADDRESS.match(text.strip()):
        return "madb", canonical_madb(text)
    label, _, number = text.strip().replace(":", " ", 1).partition(" ")
    kind = label.lower()
    return (kind, WORK_IDENTIFIER[kind](number)) if kind in WORK_IDENTIFIER and number.strip() else None


def _checked(module: Any, name: str, example: str, text: str) -> str:  # noqa: ANN401 - python-stdnum has no types
    number = re.sub(rf"^\s*{name}[:\s]*", "", text, flags=re.IGNORECASE)
    try:
        return str(module.validate(number.strip().upper()))
    except ValidationError as error:
        raise InvalidScopeError(
            "an %(name)s looks like %(example)s, check digit included; got %(text)s",
            name=name,
            example=example,
            text=repr(text[:60]),
        ) from error
