"""schema.org's terms of use, in pages and in files: addresses where a person can read them, no preferences."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

from crawler_filter.signals import safe_json
from crawler_filter.signals.headers import terms_at
from crawler_filter.signals.signal import Signal

MAX_TERMS: Final = 10
"""Addresses of one file that are named."""
MAX_JSON_LD: Final = 1 << 20
"""Characters of one document of JSON-LD that are read."""

_OF_TERMS: Final = ("usageInfo", "license", "acquireLicensePage")
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
    try:
        nodes: list[Any] = [safe_json.parse(text, keeps_several=True)] if len(text) <= MAX_JSON_LD else []
    except safe_json.UnreadableJsonError:
        return {}
    found: dict[str, str] = {}
    while nodes:
        node = nodes.pop()
        for name in _OF_TERMS if isinstance(node, dict) else ():
            for value in _each(node.get(name)):
                address = (value.get("url") or value.get("@id")) if isinstance(value, dict) else value
                if isinstance(address, str) and address.strip():
                    found.setdefault(address.strip(), name)
        nodes += node.values() if isinstance(node, dict) else _each(node) if _holds_several(node) else ()
    return found


def _holds_several(node: object) -> bool:
    return isinstance(node, (list, safe_json.Several))


def _each(node: Any) -> Sequence[Any]:  # noqa: ANN401 - whatever JSON holds
    return node.values if isinstance(node, safe_json.Several) else node if isinstance(node, list) else [node]


def read(content: bytes) -> Iterator[Signal]:
    """Yield where the terms are that a file of JSON-LD, a drawing, a book's record or an XMP packet names."""
    if _CONTEXT not in content[: 2 * MAX_JSON_LD]:
        return
    text = content[: 2 * MAX_JSON_LD].decode("utf-8", "replace")
    found = terms_in(text) if text.lstrip()[:1] in ("{", "[") else {}
    for script in islice(_SCRIPT.finditer(text), MAX_TERMS):
        found |= terms_in(script[1])
    for element in islice(_ELEMENT.finditer(text), MAX_TERMS):
        found.setdefault((element[2] or element[3]).strip(), element[1])
    for target, name in islice(found.items(), MAX_TERMS):
        yield terms_at(target, f"{name}: {target}", "schema.org")
