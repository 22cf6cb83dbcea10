"""The bytes that are hashed and signed: RFC 8785 canonical JSON, for the values our formats use.

Our formats hold strings, integers, booleans, null, lists and objects with ASCII keys. For these, sorted keys, no
spaces and Python's string escapes give exactly the bytes of RFC 8785, without a dependency in the filter.
"""

import json
from collections.abc import Iterable
from typing import Any, Final

from crawler_filter.errors import MalformedRecordError

MAX_DEPTH: Final = 16
_PLAIN: Final = frozenset({str, int, bool, type(None)})
_ENCODER: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def encode(value: object) -> bytes:
    """Return the canonical bytes. Floats have no place in our formats and are refused."""
    _check(value, MAX_DEPTH)
    return _ENCODER.encode(value).encode()


def decode(data: bytes) -> dict[str, Any]:
    """Return the object that `data` encodes; anything but its one canonical spelling is refused."""
    try:
        value = json.loads(data)
        canonical = encode(value)
    except (ValueError, TypeError, RecursionError) as error:
        raise MalformedRecordError(f"expected canonical JSON, got {data[:60]!r}: {error}") from error
    if canonical != data:
        raise MalformedRecordError("expected canonical JSON (RFC 8785): sorted keys, no spaces, no duplicates")
    if not isinstance(value, dict):
        raise MalformedRecordError(f"expected a JSON object, got {type(value).__name__}")
    return value


def _check(value: object, depth: int) -> None:
    if depth == 0:
        raise ValueError(f"nested deeper than {MAX_DEPTH}")
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str) or not key.isascii():
                raise TypeError("object keys are ASCII strings")
        _check_items(value.values(), depth)
    elif isinstance(value, (list, tuple)):
        _check_items(value, depth)
    elif not isinstance(value, (str, int, type(None))):
        raise TypeError(f"{type(value).__name__} has no place in our formats")


def _check_items(items: Iterable[object], depth: int) -> None:
    for item in items:
        if type(item) not in _PLAIN:  # a call for each value was a fifth of the writer's work
            _check(item, depth - 1)
