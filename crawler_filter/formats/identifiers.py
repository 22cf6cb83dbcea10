"""Identifiers of works whose form can be verified: ISBN, DOI and EIDR.

Each function returns the one canonical spelling or raises InvalidScopeError saying what would be right.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from crawler_filter.errors import InvalidScopeError

_ISBN_LABEL: Final = re.compile(r"ISBN(?:-1[03])?:?")
_SEPARATORS: Final = re.compile(r"[\s\-\u2010-\u2015]")
_DOI_LABEL: Final = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:)\s*", re.IGNORECASE)
_DOI: Final = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/[\x21-\x7e]{1,1000}")
_EIDR: Final = re.compile(r"10\.5240/((?:[0-9A-F]{4}-){5})([0-9A-Z])")


def canonical_isbn(text: str) -> str:
    """Return the 13 digits of an ISBN-10 or ISBN-13 (ISO 2108), check digit verified."""
    digits = _SEPARATORS.sub("", _ISBN_LABEL.sub("", text.strip().upper(), count=1))
    if re.fullmatch(r"[0-9]{9}[0-9X]", digits):
        weights = zip(range(10, 0, -1), digits, strict=True)
        valid = sum(weight * (10 if digit == "X" else int(digit)) for weight, digit in weights) % 11 == 0
        isbn = "978" + digits[:9] + _ean_check("978" + digits[:9])
    elif re.fullmatch(r"97[89][0-9]{10}", digits):
        valid = _ean_check(digits[:12]) == digits[12]
        isbn = digits
    else:
        raise InvalidScopeError(
            "an ISBN has 10 digits, or 13 beginning with 978 or 979; got %(text)s", text=repr(text[:60])
        )
    if not valid:
        raise InvalidScopeError(
            "the check digit of ISBN %(text)s does not match; compare it with the book", text=repr(text)
        )
    return isbn


def canonical_doi(text: str) -> str:
    """Return the DOI in lower case (ISO 26324: ASCII letters match without case), without resolver or label."""
    doi = _DOI_LABEL.sub("", text.strip(), count=1)
    if not _DOI.fullmatch(doi):
        raise InvalidScopeError("a DOI looks like 10.1000/182, got %(text)s", text=repr(text[:60]))
    return doi.lower()


def canonical_eidr(text: str) -> str:
    """Return the EIDR content identifier in upper case, its ISO 7064 MOD 37,36 check character verified."""
    eidr = _DOI_LABEL.sub("", text.strip(), count=1).upper()
    match = _EIDR.fullmatch(eidr)
    if not match:
        raise InvalidScopeError(
            "an EIDR looks like 10.5240/7791-8534-2C23-9030-8610-5, got %(text)s", text=repr(text[:60])
        )
    if _mod_37_36(match[1].replace("-", "")) != match[2]:
        raise InvalidScopeError("the check character of EIDR %(text)s does not match", text=repr(text))
    return eidr


CANONICAL_IDENTIFIER: Final[Mapping[str, Callable[[str], str]]] = {
    "isbn": canonical_isbn,
    "doi": canonical_doi,
    "eidr": canonical_eidr,
}
"""The canonical spelling of each kind of identifier."""


def _ean_check(digits: str) -> str:
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return str(-total % 10)


def _mod_37_36(payload: str) -> str:
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    product = 36
    for character in payload:
        product = (product + alphabet.index(character)) % 36 or 36
        product = product * 2 % 37
    return alphabet[(37 - product) % 36]
