"""JSON from strangers: what cannot be read is one error, which says where.

A name may occur twice in one object, and RFC 8259 section 4 leaves open which value counts. Most readers take the
last. Whoever must not overlook the other keeps `Several`, or asks whether a row `contradicts` itself.

An escape may stand for half a character (a lone surrogate). No text that is kept, shown or sent can hold one, so
each is read as U+FFFD, which stands for what cannot be read.
"""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from crawler_filter.errors import Sentence

_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")
"""An escape that may stand for half a character."""
_LONE: Final = re.compile("[\ud800-\udfff]")


class UnreadableJsonError(ValueError):
    """A text that is no JSON, or is nested too deep; `sentence` says where it stops being JSON."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Several:
    """The values of a name that occurs more than once in an object."""

    values: tuple[object, ...]


def stated(value: Mapping[str, Any], name: str) -> tuple[Any, ...]:
    """Return every value that an object gives to a name, in their order; nothing where the name is missing."""
    if name not in value:
        return ()
    found = value[name]
    return found.values if isinstance(found, Several) else (found,)


def as_text(value: object) -> str:
    """Return a parsed text as JSON again, with the last of several values, as most readers take it."""
    return json.dumps(value, ensure_ascii=False, default=lambda several: several.values[-1])


def contradicts(text: str | bytes, names: Collection[str]) -> bool:
    """Tell whether an object in a JSON text gives one of these names two values; False for what is no JSON."""
    octets = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if b"\\u" not in octets and all(octets.count(b'"%b"' % name.encode()) < 2 for name in names):
        return False  # so nearly every row is told
    found: set[str] = set()

    def see(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        last = dict(pairs)
        if len(last) < len(pairs):
            found.update(name for name, value in pairs if name in names and last[name] != value)
        return last

    try:
        json.loads(text, object_pairs_hook=see)
    except (ValueError, RecursionError):
        return False
    return bool(found)


def _with_several(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    last = dict(pairs)
    if len(last) == len(pairs):
        return last
    every: dict[str, list[Any]] = {}
    for name, value in pairs:
        every.setdefault(name, []).append(value)
    return {name: Several(tuple(values)) if len(values) > 1 else values[0] for name, values in every.items()}


def parse(text: str | bytes, *, keeps_several: bool = False) -> object:
    """Return what a JSON text stands for, with `Several` where it is to be kept. Raises UnreadableJsonError."""
    try:
        if isinstance(text, bytes):
            text = text.decode(json.detect_encoding(text), "surrogatepass")
        value: object = json.loads(text, object_pairs_hook=_with_several if keeps_several else None)
        return _whole(value) if _HALF.search(text) or not _is_text(text) else value
    except json.JSONDecodeError as error:
        where = {"line": error.lineno, "column": error.colno}
        raise UnreadableJsonError(
            Sentence("not JSON from line %(line)s, column %(column)s on", **where)
        ) from error
    except RecursionError as error:
        raise UnreadableJsonError(Sentence("JSON that is nested too deep")) from error
    except ValueError as error:  # bytes of no encoding, a number of a million digits
        raise UnreadableJsonError(Sentence("not JSON")) from error


def _is_text(text: str) -> bool:
    return text.isascii() or not _LONE.search(text)


def _whole(value: object) -> object:
    """Return a value with U+FFFD for each half of a character. Raises RecursionError as the parser does."""
    if isinstance(value, str):
        return _LONE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_whole(each) for each in value]
    if isinstance(value, dict):
        return {_LONE.sub("\ufffd", name): _whole(each) for name, each in value.items()}
    return Several(tuple(map(_whole, value.values))) if isinstance(value, Several) else value
