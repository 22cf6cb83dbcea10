"""A canonical address as other tools meet it: they compare letters, and every client has letters of its own.

The canonical form spells an address one way (URL profile 2). A browser asks for `[` and `|` as they are, a form
writes a space as `+` or `%20`, a program that quotes writes `(` as `%28`. `expression` is for tools that read
regular expressions, and `literals` for those that read plain text.
"""

import re
from collections.abc import Callable, Iterator
from itertools import product
from typing import Final
from urllib.parse import unquote

_PART: Final = re.compile("%[0-9A-F]{2}|.", re.DOTALL)
_HEX_FOLLOWS: Final = re.compile("[0-9A-Fa-f]{2}")
_RAW_OR_ESCAPED_IN_PATH: Final = frozenset("!$&'()*+,;=:@~")
_RAW_OR_ESCAPED_IN_QUERY: Final = frozenset("!$'()*,:@/?~")
_SENT_RAW: Final = frozenset("%" + code for code in ("5B", "5D", "7B", "7D", "7C", "5E", "60", "5C"))
"""Escapes that a browser sends as the character."""


def split(path: str) -> tuple[str, str | None]:
    """Return the path and the query of what stands behind a host, the query None where there is none."""
    before, mark, query = path.partition("?")
    return before, query if mark else None


def expression(text: str, *, query: bool = False) -> str:
    """Return a regular expression for every spelling of a canonical path, or of a canonical `query`.

    It is read alike by Java, JavaScript, PCRE, RE2 and Rust, and has no `/` that is not escaped or of the path.
    """
    return "".join(_each(text, _RAW_OR_ESCAPED_IN_QUERY if query else _RAW_OR_ESCAPED_IN_PATH, query=query))


def _each(text: str, either: frozenset[str], *, query: bool) -> Iterator[str]:
    for found in _PART.finditer(text):
        part = found[0]
        if part == "%25":
            yield "%25" if _HEX_FOLLOWS.match(text, found.end()) else "%(?:25)?"
        elif part in _SENT_RAW:
            yield f"(?:{_any_case(part)}|{_as_code(unquote(part))})"
        elif len(part) > 1:
            yield _any_case(part)
        elif part in either:
            yield f"(?:{_as_code(part)}|{_any_case(f'%{ord(part):02X}')})"
        elif part == "+" and query:
            yield r"(?:\x2b|%20)"
        else:
            yield part if part.isalnum() or part in "/_-" else _as_code(part)


def _as_code(character: str) -> str:
    return rf"\x{ord(character):02x}"


def _any_case(escape: str) -> str:
    return "".join(f"[{each}{each.lower()}]" if each.isalpha() else each for each in escape)


def literals(path: str) -> list[str]:
    """Return the usual spellings of what stands behind a host, the canonical one first, for tools that take text.

    They are for tools that do not tell the case of letters, so an escape stands in one case.
    """
    before, query = split(path)
    paths = _spelled(before, _OF_PATHS)
    if query is None:
        return paths
    return [f"{one}?{other}" for one, other in product(paths, _spelled(query, _OF_QUERIES))]


def _spelled(text: str, ways: tuple[Callable[[str], str], ...]) -> list[str]:
    found = [text]
    for way in ways:
        found += [way(each) for each in found]
        found = list(dict.fromkeys(found))
    return found


def _raw(codes: str) -> Callable[[str], str]:
    escapes = re.compile("|".join(f"%{code}" for code in codes.split()))
    return lambda text: escapes.sub(lambda found: unquote(found[0]), text)


def _stray(text: str) -> str:
    return re.sub("%25(?![0-9A-Fa-f]{2})", "%", text)


def _quoted(text: str) -> str:
    return re.sub(r"[!$&'()*+,;=:@]", _escaped, text)


def _component(text: str) -> str:
    return re.sub("[/?:@,$]", _escaped, text)


def _apostrophe(text: str) -> str:
    return text.replace("'", "%27")


def _escaped(found: re.Match[str]) -> str:
    return f"%{ord(found[0]):02X}"


def _spaced(text: str) -> str:
    return text.replace("+", "%20")


_OF_PATHS: Final = (_raw("7C"), _raw("5B 5D 5E"), _quoted, _stray)
"""What clients do to a path, each of them or not. Heritrix leaves `|` raw, browsers brackets too."""
_OF_QUERIES: Final = (_raw("7C 5B 5D"), _raw("7B 7D 5E 60 5C"), _spaced, _component, _apostrophe, _stray)
