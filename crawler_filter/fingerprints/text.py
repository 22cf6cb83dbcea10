"""Texts recognised by excerpts: what is registered of a work, and what a page is looked up by.

A work is registered as one of two values of a `text` scope:

- `win1-24-16:<base64>`: its fingerprints, ascending little-endian u64, 3 to 32,768 of them (at most 256 KiB). The
  numbers are `k` and `w`: 24 and 16, doubled until they fit, for a long work; 16 and 8 for a short one in Chinese,
  Japanese or Korean. Fingerprints of a wider window are among those of a narrower one, so a page is cut up only
  once, with w 8, whatever was registered.
- `sha256-norm1:<hex>`: the digest of the whole normalised text, for a work too short for three fingerprints.

A snapshot stores the fingerprints of all scopes in one sorted column (`crawler_filter.snapshot.text_index`) and
the digests by their first 16 bytes, as it does every digest; `parse_text_scope(value)` gives either. On a page,
`TextQuery.of(text)` has what both are looked up by.

| w | code points a work may have, about | an excerpt surely found |
|---|---|---|
| 16 | 275,000 | 74 |
| 32 | 540,000 | 119 |
| 64 | 1,060,000 | 215 |
| 128 | 2,100,000 | 407 |
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, Self

import numpy as np

from crawler_filter.errors import InvalidScopeError
from crawler_filter.files.text_layout import MOST_FURTHER, authored, further_readings, pieces
from crawler_filter.fingerprints.background import is_background
from crawler_filter.fingerprints.nfkc import code_points
from crawler_filter.fingerprints.normal_text import MAX_TEXT, NORMALISATION, main_content, normalise
from crawler_filter.fingerprints.winnowing import (
    CJK_K,
    CJK_W,
    FIRST_CJK,
    NOWHERE,
    Hashes,
    K,
    W,
    Winnowed,
    merged,
    winnow,
    winnow_profiles,
)

DECIDING_HITS: Final = 3
"""Distinct fingerprints of one work that decide where they stand together; fewer are reported as weak."""

MAX_FINGERPRINTS: Final = 32_768
"""Most fingerprints one scope may have: 256 KiB before base64."""

MIN_TEXT: Final = 10
"""Fewest letters and digits of a work: a haiku in kanji and kana has eleven."""

_LEAST_MAIN: Final = 10
"""A page of whose letters less than the tenth part is outside of forms and menus is one that stands in a form."""

_SHORTEST: Final = 60
_CJK_SHORTEST: Final = 40
_CJK_LONGEST: Final = 2_048
_PROFILES: Final = {(CJK_K, CJK_W), *((K, W << doubled) for doubled in range(7))}
_VALUE: Final = re.compile(rf"win{NORMALISATION}-([0-9]{{2}})-([0-9]{{1,4}}):([A-Za-z0-9+/]+={{0,2}})")
_DIGEST_VALUE: Final = re.compile(rf"sha256-norm{NORMALISATION}:([0-9a-f]{{64}})")


@dataclass(frozen=True, slots=True)
class Excerpts:
    """The fingerprints of a work, `packed` as ascending little-endian u64."""

    k: int
    w: int
    packed: bytes

    @property
    def values(self) -> Hashes:
        """The fingerprints as an array, not copied."""
        return np.frombuffer(self.packed, dtype="<u8")

    def as_query(self) -> Winnowed:
        """Return what to look up where no more of a text is at hand; background is left out."""
        values = self.values[~is_background(self.values)]
        return Winnowed(values, np.full(len(values), NOWHERE))

    def encode(self) -> str:
        """Return the canonical value of the scope."""
        return f"win{NORMALISATION}-{self.k}-{self.w}:{base64.b64encode(self.packed).decode()}"


@dataclass(frozen=True, slots=True)
class WholeText:
    """A work that is too short for excerpts: only the same whole text matches it."""

    digest: bytes

    def encode(self) -> str:
        """Return the canonical value of the scope."""
        return f"sha256-norm{NORMALISATION}:{self.digest.hex()}"


class Registered(NamedTuple):
    """The scope of a work, the number of `letters` in it, and of those `left_out`, which others have too."""

    scope: Excerpts | WholeText
    letters: int
    left_out: int


def text_scope(text: str) -> Excerpts | WholeText:
    """Return what is registered of a work. Raises as `registered` does."""
    return registered(text).scope


def registered(text: str) -> Registered:
    """Return what is registered of a work, and how much of it is not.

    Raises InvalidScopeError where it is too long, has hardly any letters, or is on the background list.
    """
    if len(text) > MAX_TEXT:
        raise InvalidScopeError(
            "a text has at most %(most)s characters, got %(length)s; register its parts",
            most=f"{MAX_TEXT:,}",
            length=f"{len(text):,}",
        )
    normal, left_out = _normal_of_work(text)
    if len(normal) < MIN_TEXT:
        raise InvalidScopeError(
            "a text needs %(fewest)s letters or digits, got %(length)s; titles are names",
            fewest=MIN_TEXT,
            length=len(normal),
        )
    excerpts = _excerpts(normal)
    if excerpts is None:
        return Registered(WholeText(_digest(normal)), len(normal), left_out)
    refuse_background(excerpts)
    return Registered(excerpts, len(normal), left_out)


def refuse_background(excerpts: Excerpts) -> None:
    """Raise InvalidScopeError where too little is left of a work without what is on the background list.

    Asked when a scope is registered, whoever computed it, and not of what is registered already: lists grow.
    """
    if np.count_nonzero(~is_background(excerpts.values)) < DECIDING_HITS:
        raise InvalidScopeError("this text is on the published background list: everybody's, like a licence")


def parse_text_scope(value: str) -> Excerpts | WholeText:
    """Read the value of a `text` scope. Raises InvalidScopeError for any but its one canonical spelling."""
    if whole := _DIGEST_VALUE.fullmatch(value):
        return WholeText(bytes.fromhex(whole[1]))
    if not (match := _VALUE.fullmatch(value)):
        raise InvalidScopeError(
            "expected win1-<k>-<w>:<base64> or sha256-norm1:<hex>, got %(value)s", value=f"{value!r:.100}"
        )
    k, w = int(match[1]), int(match[2])
    if (k, w) not in _PROFILES:
        raise InvalidScopeError("expected k 24 and w 16 to 1024, or k 16 and w 8, got %(k)s and %(w)s", k=k, w=w)
    excerpts = Excerpts(k, w, _packed(match[3]))
    if excerpts.encode() != value:
        raise InvalidScopeError("expected the canonical spelling of the fingerprints, got another")
    return excerpts


@dataclass(frozen=True, slots=True, eq=False)
class TextQuery:
    """The texts a page is looked up by: itself, and its words without their layout (`files.text_layout`).

    `digests` are those of the whole text in each reading that is long enough to be anybody's. `excerpts` have
    their places in the normalised text of every reading, the first of which is the text itself, with `length`
    code points. Background is left out. `truncated` tells that not all of the page was read, `is_whole` that what
    was read was read in every way there is.
    """

    digests: tuple[bytes, ...]
    excerpts: Winnowed
    length: int
    truncated: bool
    is_whole: bool = True

    @classmethod
    def of(cls, text: str) -> Self:
        """Fingerprint a page, a caption or a model's output."""
        normal, is_whole = _readings_of(text)
        truncated = len(text) > MAX_TEXT
        return cls(_digests(normal), _winnowed(normal), len(next(iter(normal))), truncated, is_whole=is_whole)


def whole_digests(text: str) -> tuple[bytes, ...]:
    """Return what a text is looked up by as a whole: nothing for one too short to be anybody's."""
    return _digests(_readings_of(text)[0])


def _normal_of_work(text: str) -> tuple[str, int]:
    """Normalise a work, and count what is left out: of a page only the main content counts.

    All of it counts where hardly anything would remain.
    """
    main = main_content(text)
    normal = normalise(authored(main))
    if main == text:
        return normal, 0
    whole = normalise(authored(text))
    return (normal, len(whole) - len(normal)) if _LEAST_MAIN * len(normal) >= len(whole) else (whole, 0)


def _readings_of(text: str) -> tuple[dict[str, bool], bool]:
    """Return a text as it is and in every further reading, normalised, and whether there is no other.

    With each is whether it puts together what stands apart in the text.
    """
    text = text[:MAX_TEXT]
    found = {normalise(text): False}
    is_whole, room = True, MOST_FURTHER
    for piece in pieces(text):
        further = further_readings(piece, room)
        room -= sum(len(each.text) for each in further.readings)
        is_whole = is_whole and further.is_whole
        as_it_is = "" if len(piece) == len(text) else normalise(piece)
        for each in further.readings:
            if (reading := normalise(each.text)) != as_it_is:
                found[reading] = found.get(reading, True) and each.is_joined
    return found, is_whole


def _winnowed(normal: Mapping[str, bool]) -> Winnowed:
    """Return the fingerprints of all readings, each as often as it was selected; no background."""
    parts = [
        part
        for reading, (each, is_joined) in enumerate(normal.items())
        for part in winnow_profiles(code_points(each), reading, is_joined=is_joined)
    ]
    return merged([part.take(~is_background(part.values)) for part in parts])


def _digests(normal: Iterable[str]) -> tuple[bytes, ...]:
    return tuple(_digest(each) for each in normal if len(each) >= MIN_TEXT)


def _excerpts(normal: str) -> Excerpts | None:
    codes = code_points(normal)
    is_cjk = 2 * np.count_nonzero(codes >= FIRST_CJK) >= len(codes)
    if is_cjk and len(codes) <= _CJK_LONGEST:
        k, w, shortest = CJK_K, CJK_W, _CJK_SHORTEST
    else:
        k, w, shortest = K, W, _SHORTEST
    if len(codes) < shortest:
        return None
    values = winnow(codes, k, w).values
    while len(values) > MAX_FINGERPRINTS:
        w *= 2
        values = winnow(codes, k, w).values
    return Excerpts(k, w, values.astype("<u8").tobytes()) if len(values) >= DECIDING_HITS else None


def _packed(text: str) -> bytes:
    try:
        packed = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise InvalidScopeError("expected the fingerprints in base64: %(error)s", error=error) from error
    count, rest = divmod(len(packed), 8)
    if rest or not DECIDING_HITS <= count <= MAX_FINGERPRINTS:
        raise InvalidScopeError(
            "expected %(fewest)s to %(most)s fingerprints of 8 bytes, got %(length)s bytes",
            fewest=DECIDING_HITS,
            most=MAX_FINGERPRINTS,
            length=len(packed),
        )
    values = np.frombuffer(packed, dtype="<u8")
    if not (values[1:] > values[:-1]).all():
        raise InvalidScopeError("expected distinct fingerprints in ascending order")
    return packed


def _digest(normal: str) -> bytes:
    return hashlib.sha256(normal.encode()).digest()
