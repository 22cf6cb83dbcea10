"""TDMRep properties inside a file: the last two carriers of the W3C Community Group report (EPUB and PDF).

The report gives them two namespaces, one with a slash for XMP and one with a hash for EPUB; either is accepted in
both. By its order of processing, what a file says of itself replaces what headers, pages and tdmrep.json said
before; that is for whoever combines the family.
"""

from typing import Final

from crawler_filter.errors import Sentence
from crawler_filter.formats.terms import Terms
from crawler_filter.signals.meanings import means
from crawler_filter.signals.signal import MAX_RULE, Family, Signal, Warned, believed
from crawler_filter.signals.tdmrep import reserves

NAMESPACES: Final = frozenset({"http://www.w3.org/ns/tdmrep/", "http://www.w3.org/ns/tdmrep#"})
_BARE: Final = frozenset(name.rstrip("/#") for name in NAMESPACES)


def is_misspelt(namespace: str, local: str) -> bool:
    """Tell whether a name that ends in `reservation` can be meant for that of TDMRep, and is not it.

    Acrobat puts a property that somebody named `tdm-reservation` into a namespace of its own.
    """
    own = local.lower().replace("-", "").replace("_", "")
    is_meant = namespace.lower().rstrip("/#").replace("https:", "http:") in _BARE
    is_other = is_meant and not (local == "reservation" and namespace in NAMESPACES)
    return own == "tdmreservation" or (own == "reservation" and is_other)


def reservation(value: str, policy: str | None, locator: str, *, may_allow: bool) -> Signal:
    """Read one reservation with the policy that stands beside it.

    Any value but 0 and 1 is a protocol error and leaves the preference unset, unless it can only be meant for 1.
    `may_allow` is False where the statement may be about a part of the file, or about another file inside it.
    """
    stated = "1" if reserves(value) else value
    preferences = means(Family.TDMREP, f"tdm-reservation={stated}") or {}
    understood = preferences and stated == value
    warning: Warned = "" if understood else Sentence("expected tdm:reservation to be 0 or 1")
    terms = Terms(policy=policy if stated == "1" else None)
    signal = Signal(Family.TDMREP, f"tdm:reservation {value}"[:MAX_RULE], locator, preferences, terms, warning)
    return believed(signal, may_allow=may_allow)
