"""A page with one of its forms filled in again, as somebody had filled it in before the page changed its language.

It works on the finished page, so that no page has to know of it. What a page put into a form itself, and files,
stay as the page has them.
"""

import re
from collections.abc import Iterator
from typing import Final

from lxml import html
from werkzeug.datastructures import MultiDict

_OWN: Final = frozenset({"hidden", "file", "password", "submit", "button", "image", "reset"})
"""Kinds of fields that are not filled in."""
_FIELDS: Final = "descendant::*[self::input or self::textarea or self::select][@name]"
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""What no page can hold."""


def filled(page: str, form: str, typed: MultiDict[str, str], address: str) -> str | None:
    """Return the page with what was typed into its form of this id; None where no form takes it.

    Without an id it is the first form that has a field for everything. `address` is where the page is, and where
    its forms without an address go.
    """
    document = html.document_fromstring(page)
    found = next(iter(_candidates(document, form, set(typed))), None)
    if found is None:
        return None
    left = {name: typed.getlist(name) for name in typed}
    for field in found.xpath(_FIELDS):
        if field.get("type") not in _OWN:
            _fill(field, left.get(field.get("name"), []))
    for opened in found.iterancestors("details"):
        opened.set("open", "")
    for other in document.xpath("//form[not(@action)]"):
        other.set("action", address)
    return str(html.tostring(document, encoding="unicode", doctype="<!doctype html>"))


def _candidates(document: html.HtmlElement, form: str, names: set[str]) -> Iterator[html.HtmlElement]:
    for each in document.xpath("//form"):
        if each.get("id") == form if form else names <= {field.get("name") for field in each.xpath(_FIELDS)}:
            yield each


def _fill(field: html.HtmlElement, values: list[str]) -> None:
    """Put the next of the values into a field, or choose what they name."""
    if field.get("type") in ("radio", "checkbox"):
        _mark(field, "checked", chosen=field.get("value", "on") in values)
    elif field.tag == "select":
        for option in field.iter("option"):
            _mark(option, "selected", chosen=option.get("value", "") in values)
    elif values:
        value = _UNWRITABLE.sub("", values.pop(0))
        if field.tag == "textarea":
            field.text = f"\n{value}"
        else:
            field.set("value", value)


def _mark(field: html.HtmlElement, name: str, *, chosen: bool) -> None:
    if chosen:
        field.set(name, "")
    else:
        field.attrib.pop(name, None)
