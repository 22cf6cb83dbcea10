"""The scopes of a declaration in words: places and numbers one by one, files as counts and kinds.

A list of hashes tells a person nothing. Programs read each of them in the JSON of the declaration.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from flask_babel import gettext as _
from flask_babel import ngettext

from crawler_filter.fingerprints.digests import DIGEST_SIZES
from crawler_filter.formats.record import ScopeKind

LISTED: Final = 3
"""Fingerprints of one kind that are shown one by one; of more, their number is."""


_NAMES: Final = {ScopeKind.SHA256: "SHA-256", ScopeKind.SHA1: "SHA-1", ScopeKind.MD5: "MD5"}


def is_of_file(kind: ScopeKind) -> bool:
    """Tell whether scopes of a kind are digests or fingerprints of files."""
    return kind.is_content or kind.value in DIGEST_SIZES


def counted_kinds(kinds: Iterable[ScopeKind]) -> frozenset[ScopeKind]:
    """Return the kinds of fingerprints, out of those of all scopes, of which there are too many to list."""
    counts = Counter(kind for kind in kinds if is_of_file(kind))
    return frozenset(kind for kind, count in counts.items() if count > LISTED)


def count_words(kind: ScopeKind, count: int) -> str:
    """Return how many fingerprints of one kind there are, as what they are fingerprints of."""
    if kind is ScopeKind.PDQ:
        return str(ngettext("%(num)s picture or page", "%(num)s pictures or pages", count))
    if kind is ScopeKind.TEXT:
        return str(ngettext("%(num)s text", "%(num)s texts", count))
    if kind is ScopeKind.VIDEO:
        return str(ngettext("%(num)s part of films", "%(num)s parts of films", count))
    if kind is ScopeKind.EMBED:
        return str(ngettext("%(num)s picture or page", "%(num)s pictures or pages", count))
    return str(ngettext("%(num)s file", "%(num)s files", count))


def counted_covers(kind: ScopeKind) -> str:
    """Return what fingerprints of one kind cover together."""
    sentences = {
        ScopeKind.PDQ: _("Copies of them, smaller, framed or mirrored ones too"),
        ScopeKind.TEXT: _("Texts that have passages of them"),
        ScopeKind.VIDEO: _("Films and stills that show their frames"),
        ScopeKind.EMBED: _("Pictures that a model takes for them, where a crawler brings that model"),
        ScopeKind.ISCC: _("Works with their ISCC, or one that is near it"),
    }
    return str(
        sentences.get(kind) or _("Exact copies of them, by their %(kind)s", kind=_NAMES.get(kind, kind.value))
    )
