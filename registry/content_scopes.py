"""Fingerprints of content as they are sent: their one spelling, and which of them nobody may register.

The file never leaves the rights holder's device, so a fingerprint cannot be held against its file. What can be
seen in it is judged here: whether it can be one, whether there was enough to see, whether it is everybody's.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from crawler_filter.errors import InvalidScopeError
from crawler_filter.fingerprints.iscc import parse_iscc
from crawler_filter.fingerprints.registered import Film, Picture
from crawler_filter.fingerprints.text import Excerpts, parse_text_scope, refuse_background
from crawler_filter.fingerprints.variants import MIN_QUALITY
from crawler_filter.record import ScopeKind
from registry.negative_bank import shared_picture

_QUALITY: Final = re.compile(r"(.*);q=([0-9]{1,3})", re.DOTALL)
_BITS_SET: Final = range(112, 145)
"""PDQ sets the bits above the median, half of 256; fewer where many coefficients are equal, as on blank pages."""


def _picture(text: str) -> str:
    """Read `<value>` or `<value>;q=<quality>`; the quality is judged and not kept."""
    marked = _QUALITY.fullmatch(text)
    if marked and int(marked[2]) < MIN_QUALITY:
        raise InvalidScopeError(
            f"expected a PDQ quality of {MIN_QUALITY} or more, got {marked[2]}: too many pictures look like this; "
            "register the file's SHA-256 instead"
        )
    picture = Picture.decode((marked[1] if marked else text).lower())
    for variant, value in picture.hashes:
        _check_hash(value, f"the {variant} hash")
    return picture.encode()


def _film(text: str) -> str:
    film = Film.decode(text)
    for second, value in film.frames:
        _check_hash(value, f"the frame at {second} s")
    return film.encode()


def _code(text: str) -> str:
    parse_iscc(text)
    return "ISCC:" + text.upper().removeprefix("ISCC:")


def _text(text: str) -> str:
    scope = parse_text_scope(text)
    if isinstance(scope, Excerpts):
        refuse_background(scope)
    return scope.encode()


def _check_hash(value: bytes, which: str) -> None:
    bits = int.from_bytes(value).bit_count()
    if bits not in _BITS_SET:
        raise InvalidScopeError(
            f"{which} has {bits} of 256 bits set, a picture with anything to see in it about 128"
        )
    if name := shared_picture(value):
        raise InvalidScopeError(
            f"{which} is near that of {name}, which is on the published negative bank: everybody's"
        )


CONTENT: Final[Mapping[ScopeKind, Callable[[str], str]]] = {
    ScopeKind.PDQ: _picture,
    ScopeKind.ISCC: _code,
    ScopeKind.TEXT: _text,
    ScopeKind.VIDEO: _film,
}
"""The canonical value of each kind of content fingerprint. Each raises InvalidScopeError saying what is wrong."""
