"""What a service is asked, and what it answers, as far as a `Door` reads it.

Whoever asks chooses the form. A service may read a body whatever its content type is, so a prompt is looked for by
what the bytes are. What looks like a form of ours and cannot be read is an error, and never no prompt: the reader
of the service may be more patient than ours.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import parse_qsl

from crawler_filter.signals import safe_json

_LISTS: Final = ("data", "images", "output", "artifacts")
_IN_ITEM: Final = ("b64_json", "base64", "image")
_MARKS: Final = b"\xef\xbb\xbf\xfe\xff\x00 \t\r\n"
"""Byte order marks, and what else may stand before the first bracket of JSON in one of its encodings."""
_PARTS: Final = re.compile(rb"(?:^|\r?\n)--[^\r\n]*\r?\n")
_LONGEST: Final = 1 << 16
"""Bytes from which on a part that names a file, and is no UTF-8, is one."""
_HEAD: Final = 1 << 10
_NAMES_A_FILE: Final = re.compile(rb";[ \t]*filename[ \t]*=", re.IGNORECASE)
"""How a part names its file; `filename*` does not count, because not every server takes it for a file's name."""


class UnreadableBodyError(ValueError):
    """A body that may hold a prompt, or what was made, and cannot be read."""


def stated_prompt(content_type: str, body: bytes) -> str | None:
    """Return each `prompt` in JSON, however deep it lies, or all that a form or a text says; None for none.

    Raises UnreadableBodyError for what is, or claims to be, JSON and cannot be read.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if body.lstrip(_MARKS)[:1] in (b"{", b"[") or (body and kind.endswith("json")):
        return "\n".join(_prompts(_parsed(body))) or None
    if kind == "application/x-www-form-urlencoded":
        return "\n".join(value for _, value in parse_qsl(body.decode("utf-8", "replace"))) or None
    if kind.startswith("multipart/"):
        return "\n".join(_texts_of_parts(body)) or None
    return body.decode("utf-8", "replace") or None if kind.startswith("text/") else None


def images(content_type: str, body: bytes) -> Iterator[bytes]:
    """Yield the picture that a body is, or those that it holds in base64 as most image APIs have them.

    Raises UnreadableBodyError for JSON that cannot be read.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind.startswith("image/"):
        yield body
    answer = _parsed(body) if kind.endswith("json") and body else {}
    for items in (items for name in _LISTS for items in safe_json.stated(_object(answer), name)):
        for item in items if isinstance(items, list) else ():
            is_object = isinstance(item, dict)
            fields = [value for key in _IN_ITEM for value in safe_json.stated(item, key)] if is_object else [item]
            for value in fields:
                if isinstance(value, str):
                    yield from _decoded(value.rpartition("base64,")[2])


def require_plain(body: bytes, encoding: str) -> None:
    """Raise UnreadableBodyError for a body that is packed, by its Content-Encoding."""
    if body and encoding.strip().lower() not in ("", "identity"):
        raise UnreadableBodyError(f"packed as {encoding[:40]!r}")


def _parsed(body: bytes) -> object:
    try:
        return safe_json.parse(body, keeps_several=True)
    except safe_json.UnreadableJsonError as error:
        raise UnreadableBodyError(str(error)) from error


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _prompts(value: object) -> Iterator[str]:
    """Yield every text that is a `prompt`, or in one, in the order of the body."""
    waiting = [(value, False)]
    while waiting:
        found, is_prompt = waiting.pop()
        if isinstance(found, str) and is_prompt:
            yield found
        elif isinstance(found, safe_json.Several):
            waiting += [(each, is_prompt) for each in reversed(found.values)]
        elif isinstance(found, list):
            waiting += [(each, is_prompt) for each in reversed(found)]
        elif isinstance(found, dict):
            waiting += [(each, is_prompt or name == "prompt") for name, each in reversed(found.items())]


def _texts_of_parts(body: bytes) -> Iterator[str]:
    """Yield the parts that are no files, with their headers: whose reader takes what for the name is open."""
    for part in _PARTS.split(body):
        try:
            yield part.decode("utf-8")
        except UnicodeDecodeError:
            if len(part) < _LONGEST or not _NAMES_A_FILE.search(part[:_HEAD]):
                yield part.decode("utf-8", "replace")


def _decoded(text: str) -> Iterator[bytes]:
    """Yield what base64 stands for, with or without line breaks, in either alphabet; nothing for other texts."""
    plain = "".join(text.split()).replace("-", "+").replace("_", "/")
    try:
        yield base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return
