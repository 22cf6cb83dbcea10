"""schema.org's terms of use, in pages and in files: addresses where a person can read them, and no preferences.

What stands beside them under names that schema.org does not have can refuse.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, Final

from crawler_filter.errors import Sentence
from crawler_filter.formats.terms import Terms
from crawler_filter.preference import Preference, Usage
from crawler_filter.signals import nested_answers, safe_json
from crawler_filter.signals.doubtful import read_statement, refusals
from crawler_filter.signals.embedded.plus import data_mining
from crawler_filter.signals.headers import terms_at
from crawler_filter.signals.invented_names import INVENTED, is_about_ai, refused
from crawler_filter.signals.meanings import means
from crawler_filter.signals.refusing_words import letters, refused_by
from crawler_filter.signals.signal import MAX_RULE, Family, Signal, unread
from crawler_filter.signals.tdmrep import reserves

MAX_TERMS: Final = 10
"""Addresses of one file that are named."""
MAX_JSON_LD: Final = 1 << 20
"""Characters of one document of JSON-LD that are read; a longer one that may refuse could not be checked."""

_OF_TERMS: Final = ("usageInfo", "license", "acquireLicensePage")
_SPEAKS: Final = re.compile(r"train|tdm|no-?ai|datamining|content-?(?:usage|signal)", re.IGNORECASE)
_MAY_REFUSE: Final = re.compile(
    r"\"[^\"\n]{0,60}(?:train|tdm|no-?ai)[^\"\n]{0,60}\"\s{0,9}:"
    r"|\"(?:name|propertyID)\"\s{0,9}:\s{0,9}\"[\w:-]{0,40}(?:train|tdm|no-?ai)[\w:-]{0,40}\"",
    re.IGNORECASE,
)
"""A name that speaks, in a document that is no JSON: the text of a work may speak of training as well."""
_CONTEXT: Final = b"schema.org"
_SCRIPT: Final = re.compile(
    r"<(?:[\w.-]{1,30}:)?script\b[^<>]{0,300}application/ld\+json[^<>]{0,300}>(.*?)</(?:[\w.-]{1,30}:)?script",
    re.DOTALL,
)
_ELEMENT: Final = re.compile(
    r"<(?:schema:|s:|meta\b[^<>]{0,200}property=[\"']schema:)(usageInfo|license|acquireLicensePage)[\"']?"
    r"[^<>]{0,200}?(?:(?:resource|href|content)=[\"']([^\"'<>]{1,2000})|>\s{0,99}(https?://[^<>\s]{1,2000}))"
)


def terms_in(text: str) -> dict[str, str]:
    """Return the addresses in `usageInfo`, `license` and `acquireLicensePage` of JSON-LD, by property."""
    found: dict[str, str] = {}
    with suppress(safe_json.UnreadableJsonError):  # `refused_in` says so
        for node in _objects(text):
            for name in _OF_TERMS:
                for value in _each(node.get(name)):
                    address = (value.get("url") or value.get("@id")) if isinstance(value, dict) else value
                    if isinstance(address, str) and address.strip():
                        found.setdefault(address.strip(), name)
    return found


def refused_in(text: str, locator: str) -> Iterator[Signal]:
    """Yield what JSON-LD refuses under names that schema.org does not have: `aiTraining`, `tdm:reservation`.

    They stand as properties of their own, and as the name of an `additionalProperty`. What may hold one and cannot
    be read is said.
    """
    if not _SPEAKS.search(text):
        return
    try:
        yield from _refusals(text, locator)
    except safe_json.UnreadableJsonError as error:
        if _MAY_REFUSE.search(text):
            yield unread(Family.TERMS, f"JSON-LD, {locator}", error.sentence)


def _refusals(text: str, locator: str) -> Iterator[Signal]:
    for node in _objects(text):
        pairs = [(str(node.get("name") or node.get("propertyID") or ""), node.get("value")), *node.items()]
        for name, values in pairs:
            for value in _each(values):
                if isinstance(value, (str, int)) and (said := _refused(name, str(value))):
                    rule = f"{name}: {value}"[:MAX_RULE]
                    yield Signal(Family.TERMS, rule, locator, said, warning=INVENTED)
    for answer in nested_answers.in_json([*_objects(text)][:1]):
        if is_about_ai(answer.outer) and (said := answer.refuses()):
            rule = f"{answer.outer} {answer.name}: {answer.value}"[:MAX_RULE]
            yield Signal(Family.TERMS, rule, locator, said, warning=INVENTED)


def _refused(name: str, value: str) -> Mapping[Usage, Preference]:
    own = letters(name)
    if own == "tdmreservation":
        return (means(Family.TDMREP, "tdm-reservation=1") or {}) if reserves(value) else {}
    if own.endswith("datamining"):
        return refusals(data_mining(value, Terms(), "", may_allow=False).preferences) if "DMI-" in value else {}
    if own in ("contentusage", "contentsignal"):
        family = Family.AIPREF if own == "contentusage" else Family.CONTENT_SIGNAL
        return refusals(read_statement(family, value)[0])
    return refused(name, value) if "train" in own or own == "robots" or refused_by(own) else {}


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Yield every object of a document of JSON. Raises UnreadableJsonError for what is none, or too long."""
    if len(text) > MAX_JSON_LD:
        raise safe_json.UnreadableJsonError(Sentence("more than %(most)s characters", most=MAX_JSON_LD))
    nodes: list[Any] = [safe_json.parse(text, keeps_several=True)]
    while nodes:
        node = nodes.pop()
        if isinstance(node, dict):
            yield node
        nodes += node.values() if isinstance(node, dict) else _each(node) if _holds_several(node) else ()


def _holds_several(node: object) -> bool:
    return isinstance(node, (list, safe_json.Several))


def _each(node: Any) -> Sequence[Any]:  # noqa: ANN401 - whatever JSON holds
    return node.values if isinstance(node, safe_json.Several) else node if isinstance(node, list) else [node]


def read(content: bytes) -> Iterator[Signal]:
    """Yield where the terms are that a file of JSON-LD, a drawing, a book's record or an XMP packet names."""
    if _CONTEXT not in content[: 2 * MAX_JSON_LD]:
        return
    text = content[: 2 * MAX_JSON_LD].decode("utf-8", "replace")
    is_json = text.lstrip()[:1] in ("{", "[")
    found = terms_in(text) if is_json else {}
    yield from refused_in(content.decode("utf-8", "replace"), "schema.org") if is_json else ()
    for script in islice(_SCRIPT.finditer(text), MAX_TERMS):
        found |= terms_in(script[1])
    for element in islice(_ELEMENT.finditer(text), MAX_TERMS):
        found.setdefault((element[2] or element[3]).strip(), element[1])
    for target, name in islice(found.items(), MAX_TERMS):
        yield terms_at(target, f"{name}: {target}", "schema.org")
