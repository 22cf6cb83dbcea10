"""Mail addresses as keys of accounts: one spelling each, and nothing that could forge a header of a letter.

The forms are those browsers accept (WHATWG HTML, `input type=email`), Unicode domains turned into A-labels. Case
does not matter anywhere, because people do not type it the same way twice and no provider in use tells it apart.
"""

import re
from typing import Final

import idna

from crawler_filter.errors import Sentence
from registry.errors import FieldError, InvalidRequestError

MAX_LENGTH: Final = 254
_LOCAL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}", re.ASCII)
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
