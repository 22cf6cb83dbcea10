"""What a server sent as a body, without the codings that its headers name.

A check is given a body as it came, or as a library has decoded it; both are read. The bytes that came are looked
up too, because a file may be registered in the form in which it is offered.
"""

from typing import NamedTuple

from crawler_filter.files.content_coding import decode
from crawler_filter.signals.header_lines import codings, held


class Bodies(NamedTuple):
    """The arguments of a check that may be encoded, decoded.

    `encoded` is the file as it came, where that differs; `fault` says what could not be decoded.
    """

    headers: object
    content: object
    html: object
    encoded: bytes | None = None
    fault: str = ""


def without_codings(headers: object, content: object, html: object) -> Bodies:
    """Return `content` and `html` without their codings, and what of them could not be decoded."""
    headers = held(headers)
    names = codings(headers)
    if not names:
        return Bodies(headers, content, html)
    decoded_content, content_fault = _decoded(content, names)
    decoded_html, html_fault = _decoded(html, names)
    file, decoded = (html, decoded_html) if content is None else (content, decoded_content)
    encoded = bytes(file) if decoded is not file and isinstance(file, (bytes, bytearray, memoryview)) else None
    return Bodies(headers, decoded_content, decoded_html, encoded, content_fault or html_fault)


def _decoded(body: object, names: list[str]) -> tuple[object, str]:
    if not isinstance(body, (bytes, bytearray, memoryview)):
        return body, ""
    octets = bytes(body)
    decoded, fault = decode(octets, names)
    return (body if decoded == octets else decoded), fault
