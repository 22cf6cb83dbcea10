"""Mail addresses as keys of accounts: one spelling each, and nothing that could forge a header of a letter.

A local part is a dot-atom of RFC 5321, Unicode domains are turned into A-labels. Case does not matter anywhere,
because people do not type it the same way twice and no provider in use tells it apart. What a reader of headers
could take for an encoded word (`=?`, RFC 2047) is refused: it would be another address after it was read again.
"""

import re
from typing import Final

import idna

from crawler_filter.errors import Sentence
from registry.errors import FieldError, InvalidRequestError

MAX_LENGTH: Final = 254
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL: Final = re.compile(rf"(?=[^@]{{1,64}}\Z)(?!.*=\?){_ATOM}(?:\.{_ATOM})*", re.ASCII)
_DOMAIN: Final = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII
)


def normalised(text: str) -> str:
    """Return the one spelling of a mail address. Raises InvalidRequestError that points at `/email`."""
    local, _, domain = text.strip().rpartition("@")
    try:
        ascii_domain = idna.encode(domain, uts46=True).decode("ascii").lower()
    except UnicodeError as error:
        raise _refused(text) from error
    address = f"{local.lower()}@{ascii_domain}"
    if len(address) > MAX_LENGTH or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(ascii_domain):
        raise _refused(text)
    return address


def _refused(text: str) -> InvalidRequestError:
    detail = Sentence("expected a mail address like name@example.com, got %(text)s", text=repr(text[:80]))
    return InvalidRequestError(detail, errors=(FieldError("/email", detail),))
