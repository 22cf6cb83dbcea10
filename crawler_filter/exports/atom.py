"""The removal feed as Atom (RFC 4287), for readers and tools that poll: one entry for each statement."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement, tostring

from crawler_filter.formats.counts import number_of
from crawler_filter.formats.record import rfc3339

_NAMESPACE: Final = "http://www.w3.org/2005/Atom"


def atom(items: Iterable[Mapping[str, Any]], origin: str, issued: int) -> bytes:
    """Return the document. `items` are those of `feed`; `issued` is when the newer snapshot was signed."""
    document = Element("feed", {"xmlns": _NAMESPACE})
    _texts(
        document, {"id": f"tag:{origin},2026:feed", "title": f"What {origin} reserves", "updated": rfc3339(issued)}
    )
    SubElement(SubElement(document, "author"), "name").text = origin
    for item in items:
        _add(SubElement(document, "entry"), item, issued)
    text: bytes = tostring(document, encoding="utf-8", xml_declaration=True)
    return text


def _add(entry: Element, item: Mapping[str, Any], issued: int) -> None:
    change, page, leaf = item["change"], item["declaration"], item["leaf"]
    grant = [item["grant"]] if "grant" in item else []
    _texts(
        entry,
        {
            "id": f"{page}#{'-'.join([change, str(leaf), *grant])}",
            "title": f"{change}: {_named(item)}",
            "updated": rfc3339(issued),
        },
    )
    SubElement(entry, "link", {"rel": "alternate", "href": page})
    SubElement(entry, "category", {"term": change})
    lines = [f"{scope['kind']} {scope.get('name') or scope['key']}" for scope in item["scopes"]]
    likenesses = number_of(item["likenesses"], "picture, film or text", "pictures, films or texts")
    lines += [likenesses] if item["likenesses"] else []
    SubElement(entry, "content", {"type": "text"}).text = "\n".join(lines)


def _named(item: Mapping[str, Any]) -> str:
    names = [scope["name"] for scope in item["scopes"] if "name" in scope]
    return names[0] if names else str(item["declaration"])


def _texts(parent: Element, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        SubElement(parent, name).text = text
