"""The Data Mining property of PLUS, which is also in the IPTC Photo and Video Metadata Standards since 2023.1.

The specification is at ns.useplus.org/LDF/ldf-XMPSpecification; the property holds the URI of a value of the
vocabulary. Values in the wild are often not that URI, so whatever forbids in any spelling forbids, and only the
exact URI allows.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from crawler_filter.errors import Sentence
from crawler_filter.formats.terms import Terms
from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.meanings import means
from crawler_filter.signals.refusing_words import letters, refused_by, says_no
from crawler_filter.signals.robots.misspelt import is_near
from crawler_filter.signals.signal import MAX_RULE, Family, Signal, Warned, believed

NAMESPACE: Final = "http://ns.useplus.org/ldf/xmp/1.0/"
VOCABULARY: Final = "http://ns.useplus.org/ldf/vocab/"

_BARE: Final = re.compile(
    rb"DMI-PROHIBITED[A-Z-]{0,40}"
    rb"|Prohibited(?: for (?:Generative )?AI/ML training| except for search engine indexing)"
)
_WIDE: Final = re.compile(rb"D\0M\0I\0-\0P\0R\0O\0H\0I\0B\0I\0T\0E\0D(?:\0[A-Z-]){0,40}")
"""The same in UTF-16, in either byte order: texts of ID3 are written in it."""
_NOT_LETTERS: Final = re.compile("[^a-z]+")
_NAMED: Final = {
    "unspecified": "DMI-UNSPECIFIED",
    "unspecifiednoprohibitiondefined": "DMI-UNSPECIFIED",
    "noprohibitiondefined": "DMI-UNSPECIFIED",
    "allowed": "DMI-ALLOWED",
    "prohibitedforaimltraining": "DMI-PROHIBITED-AIMLTRAINING",
    "prohibitedforgenerativeaimltraining": "DMI-PROHIBITED-GENAIMLTRAINING",
    "prohibitedexceptforsearchengineindexing": "DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING",
}
"""The terms by their names, as programs show them to people, in letters alone."""
_LEFT_FREE: Final = re.compile(r"\b(?:no[nt]?|un)[\s_-]?prohibit", re.IGNORECASE)
_BESIDE_FREE: Final = re.compile(r"prohibit|\b(?:except|unless|but|other than|only)\b", re.IGNORECASE)
"""What forbids something, or may, beside words that leave something free: `not prohibited except for training`."""
_SLIPS: Final = 2
"""Letters of the term that may be wrong."""
_LAST_SEGMENT: Final = re.compile(r"[^/#:\s]*$")


def data_mining(value: str, terms: Terms, locator: str, *, may_allow: bool, constraint: str = "") -> Signal:
    """Read one value of the property.

    `may_allow` is False where the statement may not be about the whole file, or its property is in a namespace
    that is not PLUS's. `constraint` is the text that a conditional prohibition refers to.
    """
    preferences, warning = _meaning(value)
    rule = f"plus:DataMining {value}" + (f" ({constraint})" if constraint else "")
    signal = Signal(Family.PLUS, rule[:MAX_RULE], locator, preferences, terms, warning)
    return believed(signal, may_allow=may_allow and not warning)


def in_comments(*texts: bytes) -> Iterator[Signal]:
    """Yield what a term of the vocabulary forbids that stands in a file, or in packed texts of it, outside of XMP.

    Some programs write it into a comment or a tag, by its name or label, or make it the name of a text of a PNG.
    """
    for text in texts:
        if found := _BARE.search(text) or _WIDE.search(text):
            value = found[0].replace(b"\0", b"").decode()
            yield data_mining(value, Terms(), f"byte {found.start()}", may_allow=False)
            return


def _meaning(value: str) -> tuple[Mapping[Usage, Preference], Warned]:
    """Return what a value forbids or allows, and what is wrong with it: nothing for the exact URI."""
    last = _LAST_SEGMENT.search(value)
    term = _NAMED.get(_NOT_LETTERS.sub("", value.lower())) or (last[0].upper() if last else "")
    if (said := means(Family.PLUS, term)) is not None:
        uri = VOCABULARY + term
        return said, "" if value == uri else Sentence("invalid value, expected %(expected)s", expected=uri)
    if _means_to_prohibit(value, term):
        return _meaning("DMI-PROHIBITED")[0], Sentence(
            "invalid value that means to prohibit: read as DMI-PROHIBITED"
        )
    return {}, Sentence("invalid value: not in the PLUS vocabulary")


def _means_to_prohibit(value: str, term: str) -> bool:
    """Tell whether a value that is no term of the vocabulary refuses: in its words, in others, with a slip."""
    if _LEFT_FREE.search(value):
        return _BESIDE_FREE.search(_LEFT_FREE.sub("", value)) is not None
    if letters(value) == "none":  # as programs write that there is no value
        return False
    is_near_term = is_near(letters(term[: len("DMI-PROHIBITED")]), "dmiprohibited", _SLIPS)
    return "PROHIBIT" in value.upper() or is_near_term or says_no(value) or bool(refused_by(value))
