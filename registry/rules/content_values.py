"""Fingerprints of content as they are sent: their one spelling, and which of them nobody may register.

The file never leaves the rights holder's device, so a fingerprint cannot be held against its file. What can be
seen in it is judged here: whether it can be one, whether there was enough to see, whether it is everybody's.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from crawler_filter.errors import InvalidScopeError, Sentence
from crawler_filter.fingerprints.embedding import Embedding
from crawler_filter.fingerprints.few_bits import BITS_SET, bits_set, says_little
from crawler_filter.fingerprints.iscc import parse_iscc
from crawler_filter.fingerprints.registered import Film, Picture, Variant
from crawler_filter.fingerprints.text import Excerpts, parse_text_scope, refuse_background
from crawler_filter.fingerprints.variants import MIN_QUALITY
from crawler_filter.formats.record import ScopeKind
from registry.rules.negative_pictures import nearest
from registry.rules.shared_texts import without_shared

Place = TypeVar("Place")
"""Where in a work a hash is from: a variant of a picture, a second of a film."""

_QUALITY: Final = re.compile(r"(.*);q=([0-9]{1,3})", re.DOTALL)
_SIGNS_SET: Final = range(128, 385)
"""Signs of a model's numbers are set about as often as not: what is left out is 11 standard deviations off."""


def _picture(text: str) -> str:
    """Read `<value>` or `<value>;q=<quality>`; the quality is judged and not kept."""
    marked = _QUALITY.fullmatch(text)
    if marked and int(marked[2]) < MIN_QUALITY:
        raise InvalidScopeError(
            "expected a PDQ quality of %(least)s or more, got %(quality)s: too many "
            "pictures look like this; register the file's SHA-256 instead",
            least=MIN_QUALITY,
            quality=marked[2],
        )
    hashes = Picture.decode((marked[1] if marked else text).lower()).hashes
    if hashes[0][0] is Variant.WHOLE:
        _fit(hashes[:1], _crop)
    return Picture(_fit(hashes, _crop)).encode()


def _film(text: str) -> str:
    return Film(_fit(Film.decode(text).frames, _frame)).encode()


def _crop(variant: Variant) -> Sentence:
    return Sentence("the hash called %(variant)s", variant=variant)


def _frame(second: int) -> Sentence:
    return Sentence("the frame at %(second)s s", second=second)


def _code(text: str) -> str:
    parse_iscc(text)
    return "ISCC:" + text.upper().removeprefix("ISCC:")


def _text(text: str) -> str:
    scope = parse_text_scope(text)
    if isinstance(scope, Excerpts):
        refuse_background(scope)
        scope = without_shared(scope)
    return scope.encode()


def _fit(
    hashes: tuple[tuple[Place, bytes], ...], which: Callable[[Place], Sentence]
) -> tuple[tuple[Place, bytes], ...]:
    """Return the hashes that can be somebody's: a plain crop or a title card is left out of what is registered."""
    kept = tuple((place, value) for place, value in hashes if _unfit(value) is None)
    if not kept:
        place, value = hashes[0]
        raise InvalidScopeError(
            "%(place)s: %(value)s; register the file's SHA-256 instead", place=which(place), value=_unfit(value)
        )
    return kept


def _unfit(value: bytes) -> Sentence | None:
    bits = bits_set(value)
    if bits not in BITS_SET:
        return Sentence(
            "it has %(bits)s of 256 bits set, a picture with anything to see in it about 128", bits=bits
        )
    if name := nearest(value):
        return Sentence(
            "it is near that of %(name)s, which is on the published negative bank: everybody's", name=name
        )
    if says_little(value):
        return Sentence("its bits repeat from row to row, as those of boxes and stripes do: everybody's")
    return None


def _codes(text: str) -> str:
    """Read the codes of a model; which models are taken, and of whom, is judged where the party is known."""
    embedding = Embedding.decode(text)
    for number, code in enumerate(embedding.codes, 1):
        bits = int.from_bytes(code).bit_count()
        if bits not in _SIGNS_SET:
            raise InvalidScopeError(
                "code %(number)s has %(bits)s of 512 bits set, that of a picture with anything in it about 256",
                number=number,
                bits=bits,
            )
    return embedding.encode()


CONTENT: Final[Mapping[ScopeKind, Callable[[str], str]]] = {
    ScopeKind.PDQ: _picture,
    ScopeKind.ISCC: _code,
    ScopeKind.TEXT: _text,
    ScopeKind.VIDEO: _film,
    ScopeKind.EMBED: _codes,
}
"""The canonical value of each kind of content fingerprint. Each raises InvalidScopeError saying what is wrong."""

_SPELT: Final[Mapping[ScopeKind, Callable[[str], str]]] = {
    ScopeKind.PDQ: lambda text: Picture.decode(text.partition(";")[0].lower()).encode(),
    ScopeKind.ISCC: _code,
    ScopeKind.TEXT: lambda text: parse_text_scope(text).encode(),
    ScopeKind.VIDEO: lambda text: Film.decode(text).encode(),
    ScopeKind.EMBED: lambda text: Embedding.decode(text).encode(),
}


def spelling_of(kind: ScopeKind, text: str) -> str:
    """Return the one spelling of a fingerprint that is looked up. Raises InvalidScopeError for what is none.

    What nobody may register, anybody may ask about: a plain picture can be known by its exact bytes.
    """
    return _SPELT[kind](text)
