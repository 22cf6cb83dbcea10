"""Reading JSON that strangers send, with nothing left to interpretation.

RFC 8259 leaves open what repeated names mean; here they are refused, and so are NaN, text that is not Unicode, and
nesting that no request of ours needs. A reader in front that took the first of two names, and us the last, would
disagree on what was declared.
"""

import json
import re
from typing import Any, Final, NoReturn

from registry.errors import BadRequestError

MAX_DEPTH: Final = 32

MAX_NAMES: Final = 256
"""Names in one object: none that is asked for has more than half as many."""

_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")
"""An escape that may stand for half a character."""

_LONE: Final = re.compile("[\ud800-\udfff]")


def decode(body: bytes) -> object:
    """Return the value. Raises BadRequestError saying what is wrong, and where where that is known."""
    try:
        text = body.decode("utf-8")
        value: object = _DECODER.decode(text)
        if text.count("[") + text.count("{") > MAX_DEPTH:
            _check_depth([value], MAX_DEPTH + 1)
        if _HALF.search(text):
            _refuse_half_characters(value)
    except UnicodeDecodeError as error:
        raise BadRequestError(
            "expected UTF-8, got another byte at position %(start)s", start=error.start
        ) from error
    except json.JSONDecodeError as error:
        raise BadRequestError(
            "expected JSON: %(msg)s in line %(lineno)s, column %(colno)s",
            msg=error.msg,
            lineno=error.lineno,
            colno=error.colno,
        ) from error
    except RecursionError as error:
        raise BadRequestError("expected JSON nested at most %(max_depth)s deep", max_depth=MAX_DEPTH) from error
    except ValueError as error:
        raise BadRequestError("expected JSON: %(error)s", error=error) from error
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MAX_NAMES:
        raise ValueError(f"an object has {len(pairs)} names; {MAX_NAMES} are the most")
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_constant)


def _check_depth(container: dict[str, Any] | list[Any], depth: int) -> None:
    if depth == 0:
        raise ValueError(f"nested deeper than {MAX_DEPTH}")
    for item in container.values() if isinstance(container, dict) else container:
        if isinstance(item, (dict, list)):
            _check_depth(item, depth - 1)


def _refuse_half_characters(value: object) -> None:
    """Raise ValueError where a text holds half a character (a lone surrogate)."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            waiting += each.keys()
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
        elif isinstance(each, str) and not each.isascii() and _LONE.search(each):
            raise ValueError("an escape stands for half a character (a lone surrogate)")
