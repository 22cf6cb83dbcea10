"""The statements of a declaration as documents of two standards: RSL 1.0, and the policy of TDMRep in ODRL 2.2.

Both are read back without loss by this project's own readers: what a standard has a word for stands in its words,
the rest in one extension that other readers must pass over. A reservation stays one in both: a price, a licence
server and a claim of remuneration never become a permission.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

from crawler_filter.formats.terms import EXTENSION, RouteKind, Terms
from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.rsl import NAMESPACE
from crawler_filter.signals.tdm_policy import CONTEXT, PROFILE

TOKENS: Final = {Usage.TRAIN_AI: "ai-train", Usage.AI_USE: "ai-input", Usage.SEARCH: "search"}
"""The words that RSL has for usages; a reservation of `tdm` covers training."""


@dataclass(frozen=True, slots=True)
class Licensor:
    """The party that reserves: its terms, its public name if it has one, and the address of a proof."""

    terms: Terms = field(default_factory=Terms)
    name: str | None = None
    proof: str | None = None


def rsl_document(rules: Iterable[tuple[str, Mapping[Usage, Preference]]], licensor: Licensor) -> str:
    """Return an RSL 1.0 document of patterns with what holds there, in usages that RSL has words for.

    What is reserved and what is allowed are two scopes of one pattern: a licence server guards the first alone.
    """
    root = etree.Element(f"{{{NAMESPACE}}}rsl", nsmap={None: NAMESPACE, "optout": EXTENSION})
    for pattern, said in rules:
        reserved, allowed = (_tokens(said, wanted) for wanted in (Preference.DISALLOWED, Preference.ALLOWED))
        if reserved:
            content = _content(root, pattern, licensor)
            _offer(content, reserved, licensor)
            _metadata(content, licensor)
        if allowed:
            content = _add(root, "content", url=pattern)
            _add(_add(content, "license"), "permits", allowed, type="usage")
    etree.indent(root)
    text: str = etree.tostring(root, encoding="unicode")
    return f"{text}\n"


def tdm_policy(uid: str, assigner: str, licensor: Licensor) -> dict[str, Any]:
    """Return the policy of TDMRep: mining needs consent, and payment where a price or a society is named."""
    terms = licensor.terms
    mail = terms.contact if terms.contact and "@" in terms.contact and "://" not in terms.contact else None
    kinds = {route.kind for route in terms.routes}
    paid = kinds & {RouteKind.PRICE_LIST, RouteKind.SOCIETY}
    who = {
        "uid": assigner,
        "vcard:fn": licensor.name,
        "vcard:hasEmail": mail and f"mailto:{mail}",
        "vcard:hasURL": terms.policy,
    }
    more = {name: value for name, value in terms.to_json().items() if name != "policy"}
    more |= {"contact": None if mail else terms.contact}
    beside = {name: value for name, value in more.items() if value}
    return {
        "@context": list(CONTEXT),
        "@type": "Offer",
        "profile": PROFILE,
        "uid": uid,
        "assigner": {name: value for name, value in who.items() if value},
        "permission": [
            {
                "action": "tdm:mine",
                "duty": [{"action": action} for action in ("obtainConsent", *(["compensate"] if paid else []))],
            }
        ],
        **({EXTENSION: beside} if beside else {}),
    }


def _tokens(said: Mapping[Usage, Preference], wanted: Preference) -> str:
    return " ".join(token for usage, token in TOKENS.items() if said.get(usage) is wanted)


def _content(root: etree._Element, pattern: str, licensor: Licensor) -> etree._Element:
    server = _address_of(licensor, RouteKind.RSL_SERVER)
    return _add(root, "content", url=pattern, **({"server": server} if server else {}))


def _offer(content: etree._Element, reserved: str, licensor: Licensor) -> None:
    """Add the licence that refuses, with where a price and a person are found."""
    licence = _add(content, "license")
    _add(licence, "prohibits", reserved, type="usage")
    standard, custom = _address_of(licensor, RouteKind.SOCIETY), _address_of(licensor, RouteKind.PRICE_LIST)
    if custom or _is_page(standard):
        payment = _add(licence, "payment", type="training" if "ai-train" in reserved.split() else "use")
        if _is_page(standard):
            _add(payment, "standard", standard)
        if custom:
            _add(payment, "custom", custom)
    people = (each.address for each in licensor.terms.routes if each.kind.is_somebody and each.address)
    asked = next(people, licensor.terms.contact)
    if asked:
        _add(licence, "legal", asked if _is_page(asked) else f"mailto:{asked}", type="contact")
    if licensor.proof:
        _add(licence, "legal", licensor.proof, type="proof")


def _address_of(licensor: Licensor, kind: RouteKind) -> str | None:
    return next((each.address for each in licensor.terms.routes if each.kind is kind), None)


def _metadata(content: etree._Element, licensor: Licensor) -> None:
    terms = licensor.terms
    if terms.contact or licensor.name:
        kind = "contactUrl" if _is_page(terms.contact) else "contactEmail"
        _add(content, "copyright", licensor.name or None, **({kind: terms.contact} if terms.contact else {}))
    if terms.policy:
        _add(content, "terms", terms.policy)
    if terms.routes or terms.remuneration:
        said = {"remuneration": " ".join(terms.remuneration)} if terms.remuneration else {}
        more = etree.SubElement(content, f"{{{EXTENSION}}}terms", said)
        for route in terms.routes:
            known = {name: text for name, text in route.to_json().items() if text}
            etree.SubElement(more, f"{{{EXTENSION}}}route", known)


def _is_page(address: str | None) -> bool:
    return address is not None and "://" in address


def _add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}", attributes)
    element.text = text
    return element
