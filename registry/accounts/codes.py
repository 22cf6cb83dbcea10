"""Codes in letters: eight digits that do what the link of the same letter does, in the browser that asked alone.

A code is short, so it is worth little by itself: it opens nothing without what the asking browser keeps, five
wrong ones end it, and letters to one address are few. What is stored is a digest of both together, so that nobody
who reads the database can find the code by trying all of them.
"""

import hmac
import unicodedata
from collections.abc import Callable
from typing import Final

from sqlite_utils import Database

from registry.errors import GoneError
from registry.model.credentials import Purpose, digest
from registry.model.durations import is_ahead
from registry.store import accounts as store
from registry.store.accounts import SignInLink

LINK_SECONDS: Final = 600
CODE_DIGITS: Final = 8
MOST_TRIES: Final = 5
"""Wrong codes of one browser after which a new letter has to be asked for."""


def new_code(entropy: Callable[[int], bytes]) -> str:
    """Return a fresh code, such as `0415 8820`."""
    number = int.from_bytes(entropy(16)) % 10**CODE_DIGITS
    digits = f"{number:0{CODE_DIGITS}}"
    return f"{digits[: CODE_DIGITS // 2]} {digits[CODE_DIGITS // 2 :]}"


def code_digest(nonce: str, code: str) -> bytes:
    """Return what is stored of a code; `nonce` is what the asking browser keeps."""
    return digest(f"{nonce} {typed_code(code)}")


def typed_code(text: str) -> str:
    """Return the digits of a code as somebody types it: in full width, with spaces or with hyphens."""
    return "".join(each for each in unicodedata.normalize("NFKC", text[:100]) if each in "0123456789")


def is_usable(link: SignInLink, now: int) -> bool:
    """Tell whether a letter may still be used; one that a clock far ahead dated would be usable for ever."""
    return link.used is None and link.expires > now and not is_ahead(link.expires - LINK_SECONDS, now)


def try_code(database: Database, nonce: str | None, code: str, purpose: Purpose, now: int) -> SignInLink | None:
    """Use up the letter that holds this code; None for a wrong one, which counts, so the transaction must stand.

    Raises GoneError where the browser has no letter that can be used, or has tried too often.
    """
    asked = [] if nonce is None else store.links_of_browser(database, digest(nonce), purpose)
    usable = [link for link in asked if is_usable(link, now)]
    if nonce is None or not usable:
        raise GoneError("this code is older than ten minutes, or another browser's; ask for a new one")
    if max(link.tries for link in usable) >= MOST_TRIES:
        raise GoneError("a wrong code was typed too often; ask for a new one")
    wanted = code_digest(nonce, code)
    for link in usable:
        if hmac.compare_digest(link.code, wanted):
            store.mark_link_used(database, link.digest, now)
            return link
    store.count_try(database, digest(nonce), purpose)
    return None
