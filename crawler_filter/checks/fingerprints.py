"""Fingerprints of content as texts, `kind:value`, looked up where the file is not at hand."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from crawler_filter.errors import InvalidScopeError
from crawler_filter.finding import Match
from crawler_filter.fingerprints.embedding import FLAG_RADIUS, MATCH_RADIUS, Embedding
from crawler_filter.fingerprints.registered import Film, Picture, Variant
from crawler_filter.formats.record import ScopeKind
from crawler_filter.snapshot.reader import Snapshot


def match_fingerprint(snapshot: Snapshot, fingerprint: object) -> Sequence[Match]:
    """Return the scopes that are like a fingerprint, which is spelled as in a scope of its kind.

    Raises InvalidScopeError for what is none.
    """
    kind, _, value = fingerprint.partition(":") if isinstance(fingerprint, str) else ("", "", "")
    if kind not in _LOOK_UP:
        raise InvalidScopeError("expected kind:value with one of %(kinds)s", kinds=", ".join(_LOOK_UP))
    return _LOOK_UP[kind](snapshot, value)


def _pdq(snapshot: Snapshot, value: str) -> Sequence[Match]:
    return snapshot.match_picture(Picture.decode(value).hashes)


def _video(snapshot: Snapshot, value: str) -> Sequence[Match]:
    return snapshot.match_film([(second, Variant.WHOLE, each) for second, each in Film.decode(value).frames])


def _iscc(snapshot: Snapshot, value: str) -> Sequence[Match]:
    from crawler_filter.fingerprints.iscc import parse_iscc  # noqa: PLC0415 - loads numpy

    return snapshot.match_codes(parse_iscc(value))


def _embed(snapshot: Snapshot, value: str) -> Sequence[Match]:
    """Return what codes are like, by the radii of the model's entry; by the usual ones where there is none."""
    from crawler_filter.formats.models import Codes  # noqa: PLC0415 - most checks do without

    made = Embedding.decode(value)
    usual = MATCH_RADIUS, FLAG_RADIUS
    return [
        match
        for entry in snapshot.preparations(made.model)
        for match in snapshot.match_embedding(
            Codes(made.model, made.codes, *((entry.match_radius, entry.flag_radius) if entry else usual), entry)
        )
    ]


def _text(snapshot: Snapshot, value: str) -> Sequence[Match]:
    from crawler_filter.fingerprints.text import WholeText, parse_text_scope  # noqa: PLC0415 - loads numpy

    text = parse_text_scope(value)
    if isinstance(text, WholeText):
        return snapshot.match_whole_text(text.digest)
    return snapshot.match_passages(text.as_query())


_LOOK_UP: Final[Mapping[str, Callable[[Snapshot, str], Sequence[Match]]]] = {
    ScopeKind.PDQ: _pdq,
    ScopeKind.ISCC: _iscc,
    ScopeKind.TEXT: _text,
    ScopeKind.VIDEO: _video,
    ScopeKind.EMBED: _embed,
}

CONTENT_KINDS: Final = tuple(_LOOK_UP)
"""The kinds of fingerprints that `match_fingerprint` reads."""
