"""The policy that a `tdm-policy` address leads to: an offer of ODRL 2.2 in the profile of TDMRep, as JSON-LD.

It says whom to ask, and permits nothing: the reservation stands whatever the policy says, and where it cannot be
read nothing is known of the conditions. So what is wrong is told, and never raised.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from crawler_filter.errors import Sentence
from crawler_filter.formats.terms import EXTENSION, Terms, read_terms
from crawler_filter.signals import safe_json
from crawler_filter.signals.rsl import MAX_MAIL
from crawler_filter.signals.signal import web_link

CONTEXT: Final = ("http://www.w3.org/ns/odrl.jsonld", "http://www.w3.org/ns/tdmrep.jsonld")
PROFILE: Final = "http://www.w3.org/ns/tdmrep"
MAX_POLICY: Final = 1 << 20
"""Bytes of a policy that are read."""


@dataclass(frozen=True, slots=True)
class TdmPolicy:
    """A policy as it was read. `duties` are what mining needs first, and `flaws` what is wrong with it."""

    terms: Terms = field(default_factory=Terms)
    name: str | None = None
    duties: frozenset[str] = frozenset()
    flaws: tuple[Sentence, ...] = ()


def read_policy(data: bytes | str) -> TdmPolicy:
    """Read a policy. Nothing raises."""
    if len(data) > MAX_POLICY:
        return TdmPolicy(flaws=(Sentence("more than %(most)s bytes", most=MAX_POLICY),))
    try:
        value = safe_json.parse(data)
    except safe_json.UnreadableJsonError as error:
        return TdmPolicy(flaws=(error.sentence,))
    if not isinstance(value, Mapping):
        return TdmPolicy(flaws=(Sentence("must be one JSON object"),))
    assigner = value.get("assigner")
    who: Mapping[str, Any] = assigner if isinstance(assigner, Mapping) else {}
    more = value.get(EXTENSION)
    beside = read_terms(more) if isinstance(more, Mapping) else Terms()
    mail = _text(who.get("vcard:hasEmail")) or ""
    contact = mail.removeprefix("mailto:") if mail.startswith("mailto:") and len(mail) <= MAX_MAIL + 7 else None
    terms = Terms(
        policy=web_link(_text(who.get("vcard:hasURL"))),
        contact=contact or beside.contact,
        routes=beside.routes,
        remuneration=beside.remuneration,
    )
    return TdmPolicy(terms, _text(who.get("vcard:fn")), frozenset(_duties(value)), tuple(_flaws(value)))


def _flaws(value: Mapping[str, Any]) -> Iterator[Sentence]:
    """Yield what a policy must have by the report of 10 May 2024 and has not."""
    if value.get("@context") != list(CONTEXT):
        yield Sentence("@context must be the two contexts of ODRL and TDMRep")
    if value.get("@type") != "Offer":
        yield Sentence("@type must be Offer")
    if value.get("profile") != PROFILE:
        yield Sentence("profile must be %(profile)s", profile=PROFILE)
    if not _text(value.get("uid")):
        yield Sentence("a policy must have a uid")
    if not isinstance(value.get("assigner"), Mapping):
        yield Sentence("a policy must have one assigner")
    permissions = value.get("permission")
    if not isinstance(permissions, list) or not all(
        isinstance(each, Mapping) and each.get("action") == "tdm:mine" for each in permissions
    ):
        yield Sentence("permission must be an array whose actions are tdm:mine")


def _duties(value: Mapping[str, Any]) -> Iterator[str]:
    permissions = value.get("permission")
    for permission in permissions if isinstance(permissions, list) else ():
        duties = permission.get("duty") if isinstance(permission, Mapping) else None
        for duty in duties if isinstance(duties, list) else ():
            action = duty.get("action") if isinstance(duty, Mapping) else None
            if isinstance(action, str) and action in ("obtainConsent", "compensate"):
                yield action


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
