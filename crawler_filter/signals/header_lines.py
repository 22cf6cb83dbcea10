"""The lines of a response's headers, whatever an HTTP library or an archive keeps them in.

A header line ends with the line: what one line says does not go on in the next. Objects that keep every line give
them as they came. A mapping with one text a name cannot: a library that made one joined the lines of that name, by
commas or line feeds, and nothing tells where a line ended. `is_joined` says so, and readers make two readings.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from textwrap import dedent
from typing import Any, Final, NamedTuple, cast

from crawler_filter.signals import safe_json

_BLOCK_STARTS: Final = re.compile(r"HTTP/\d(?:\.\d)?[ \t][^\r\n]*(?:\r?\n|$)")
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_FOLD: Final = re.compile(r"\r?\n[ \t]+")
_EVERY_LINE: Final = ("multi_items", "astuples", "getAllRawHeaders")
"""What httpx, fastwarc and Twisted call the method that gives every line."""
_WAYS_TO_ALL_OF_ONE: Final = ("getlist", "get_all", "getall")
"""What urllib3 and werkzeug, http.client, and aiohttp have besides `items`, which then gives every line."""
_LINE_END: Final = re.compile(r"[\r\n]+")
_EMPTY_LINE: Final = re.compile(r"\r\n\r\n|\n\n")


class HeaderLine(NamedTuple):
    """One line: its name as sent, its value, and whether the value may be several lines that were joined."""

    name: str
    value: str
    is_joined: bool = False


def held(headers: Any) -> Any:  # noqa: ANN401 - whatever an HTTP library has
    """Return headers that can be looked through twice, which those of an iterator cannot."""
    is_iterator = hasattr(headers, "__next__") and not hasattr(headers, "read")
    return list(headers) if is_iterator else headers


def lines(
    headers: Any,  # noqa: ANN401
    matters: Callable[[str], bool] | None = None,
) -> Iterator[HeaderLine]:
    """Yield every line in order. Raises TypeError, ValueError, AttributeError or KeyError for what is no headers.

    Lines whose name does not matter are left out, where that is asked: most of an answer's lines do not.

    Read are the raw block; pairs, mappings or texts in a list; mappings to one text or to several; and the
    objects of http.client, urllib3, requests, httpx, aiohttp, Scrapy, Tornado, werkzeug, warcio, fastwarc, HAR.
    """
    # a dict is what most programs have; to ask what it is takes longer than to read it
    pairs, keeps_lines = (headers.items(), False) if type(headers) is dict else _pairs(headers)
    for name, value in pairs:
        if not isinstance(name, (str, bytes)):
            raise TypeError
        if type(value) is not str and isinstance(value, Mapping):
            raise TypeError  # the headers of several answers, or what else a tool keeps beside them
        named = (name if type(name) is str else as_text(name)).strip()
        if matters is not None and not matters(named):
            continue
        is_one_text = _is_text(value) or not isinstance(value, Iterable)
        for text in (value,) if is_one_text else cast("Iterable[object]", value):
            yield from _each(named, as_text(text), is_joined=is_one_text and not keeps_lines)


def _each(name: str, value: str, *, is_joined: bool) -> Iterator[HeaderLine]:
    """Part the lines that a line feed joins; a fold (RFC 9112 section 5.2) is a blank."""
    if "\n" not in value and "\r" not in value:
        yield HeaderLine(name, value, is_joined)
        return
    for line in _LINE_END.split(_FOLD.sub(" ", value)):
        if line.strip():
            yield HeaderLine(name, line, is_joined)


_Pairs = Iterable[tuple[object, object]]


def _pairs(headers: Any) -> tuple[_Pairs, bool]:  # noqa: ANN401
    """Return names with values, and whether each value is a line."""
    if isinstance(headers, (str, bytes, bytearray, memoryview)):
        text = as_text(headers)
        return _of_json(text) if text.lstrip().startswith(("{", "[")) else (_of_block(text), True)
    for method in _EVERY_LINE:
        if (every := getattr(headers, method, None)) is not None:
            return cast("_Pairs", every()), True
    for kept in (getattr(headers, "headers", None), getattr(headers, "fields", None)):  # warcio; mitmproxy
        if isinstance(kept, (list, tuple)):
            return (_pair(each) for each in kept), True
    if hasattr(headers, "get_list") and hasattr(headers, "get_all"):
        return cast("_Pairs", headers.get_all()), True  # Tornado, whose `items` joins them
    if isinstance(headers, Mapping) or hasattr(headers, "items"):
        return cast("_Pairs", headers.items()), any(hasattr(headers, way) for way in _WAYS_TO_ALL_OF_ONE)
    if not isinstance(headers, (Sequence, Set)):
        raise TypeError
    return (_pair(each) for each in headers if not _is_no_header(each)), True


def _is_no_header(each: object) -> bool:
    """Tell whether a text in a list of lines is the first line of an answer, or the empty one that ends it."""
    return _is_text(each) and (not as_text(each).strip() or _BLOCK_STARTS.match(as_text(each)) is not None)


def _pair(each: Any) -> tuple[object, object]:  # noqa: ANN401
    """Return a name and a value: of a pair, of a line, or of a mapping of the two, as HAR files have it."""
    if _is_text(each):
        name, colon, value = as_text(each).partition(":")
        if not colon or not _NAME.fullmatch(name.strip()):
            raise ValueError
        return name, value.strip()
    if isinstance(each, Mapping):
        return each["name"], each["value"]
    name, value = each
    return name, value


def _of_block(text: str) -> Iterator[tuple[str, str]]:
    """Read a block of lines as it was sent, its first line and its end included. Raises ValueError for others.

    Of several, one for each answer on the way (a proxy's, redirects), the last is that of the answer that came.
    """
    if not text.strip():
        raise ValueError
    if text.startswith((" ", "\t")):
        text = dedent(text)  # as wget prints them
    block, rest = _first_block(text)
    while _BLOCK_STARTS.match(rest):
        block, rest = _first_block(rest)
    block = _BLOCK_STARTS.sub("", block, count=1) if _BLOCK_STARTS.match(block) else block
    for line in _LINE_END.split(_FOLD.sub(" ", block)):
        if line.strip():
            yield cast("tuple[str, str]", _pair(line))


def _of_json(text: str) -> tuple[_Pairs, bool]:
    """Read headers that a data set keeps as JSON, where a name may occur twice. Raises TypeError or ValueError."""
    try:
        value = safe_json.parse(text, keeps_several=True)
    except safe_json.UnreadableJsonError as error:
        raise ValueError from error
    if isinstance(value, dict):
        return [(name, each) for name in value for each in safe_json.stated(value, name)], False
    return _pairs(value)


def _first_block(text: str) -> tuple[str, str]:
    """Return what stands before the first empty line, and what behind it."""
    block, *rest = _EMPTY_LINE.split(text.lstrip("\r\n"), maxsplit=1)
    return block, rest[0].lstrip("\r\n") if rest else ""


def _is_text(value: object) -> bool:
    return isinstance(value, (str, bytes, bytearray, memoryview))


def as_text(value: object) -> str:
    """Return a name or a value as text: bytes are Latin-1 (RFC 9110 section 5.5), None is nothing."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).decode("latin-1")
    return "" if value is None else str(value)


def values_of(headers: Any, name: str) -> list[str]:  # noqa: ANN401
    """Return the values of one header, whose name is given in lower case; none where headers cannot be read."""
    if headers is None:
        return []
    try:
        return [line.value for line in lines(headers) if line.name.lower() == name]
    except (TypeError, ValueError, AttributeError, KeyError):
        return []


def codings(headers: Any) -> list[str]:  # noqa: ANN401
    """Return the codings that a body was sent in, in the order in which they were put on."""
    return [*values_of(headers, "content-encoding"), *values_of(headers, "transfer-encoding")]


def says_page(headers: Any) -> bool:  # noqa: ANN401
    """Tell whether `Content-Type` says that the body is a page."""
    lines = ",".join(values_of(headers, "content-type")).lower().split(",")
    kinds = [value.partition(";")[0].strip() for value in lines]
    return any(kind in ("text/html", "application/xhtml+xml") for kind in kinds)
