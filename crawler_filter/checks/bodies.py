"""What a server sent as a body, without the codings that its headers name.

A check is given a body as it came, or as a library has decoded it; both are read. The bytes that came are looked
up too, because a file may be registered in the form in which it is offered.
"""

from typing import Final, NamedTuple

from crawler_filter.files.content_coding import decode, inflate
from crawler_filter.reason import Reason
from crawler_filter.signals.header_lines import codings, held, says_page


class Bodies(NamedTuple):
    """The arguments of a check that may be encoded, decoded.

    `encoded` is the file as it came, where that differs; `fault` says what could not be decoded, and whose
    fault that is.
    """

    headers: object = None
    content: object = None
    html: object = None
    encoded: bytes | None = None
    fault: tuple[str, Reason] | None = None

    @property
    def file(self) -> object:
        """Return the bytes to look up: the content, or else the page."""
        return self.html if self.content is None else self.content


NO_BODIES: Final = Bodies()
"""For a check that is given none."""


def without_codings(headers: object, content: object, html: object) -> Bodies:
    """Return `content` and `html` without their codings, and what of them could not be decoded."""
    headers = held(headers)
    given = Bodies(headers, content, html)
    names = codings(headers)
    is_page = says_page(headers)
    if not names and not is_page:
        return given
    decoded_content, content_fault = _decoded(content, names, is_page=is_page)
    decoded_html, html_fault = _decoded(html, names, is_page=is_page)
    decoded = Bodies(headers, decoded_content, decoded_html, None, content_fault or html_fault)
    came = given.file
    if decoded.file is not came and isinstance(came, (bytes, bytearray, memoryview)):
        return decoded._replace(encoded=bytes(came))
    return decoded


def _decoded(body: object, names: list[str], *, is_page: bool) -> tuple[object, tuple[str, Reason] | None]:
    """Take off what the headers name, and gzip or Zstandard once more from what they call a page."""
    if not isinstance(body, (bytes, bytearray, memoryview)):
        return body, None
    octets = bytes(body)
    decoded, fault, lacks_extra = decode(octets, names)
    if is_page and not fault:
        decoded, fault, lacks_extra = inflate(decoded)
    cause = Reason.UNCHECKED_EXTRA if lacks_extra else Reason.UNCHECKED_ASSET
    return (body if decoded == octets else decoded), (fault, cause) if fault else None
