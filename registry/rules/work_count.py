"""How many works a declaration is about, which is what its limit counts: not how many ways each can be found."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from crawler_filter.formats.record import ScopeKind

OF_ONE_FILE: Final = frozenset(
    {
        ScopeKind.SHA256,
        ScopeKind.SHA1,
        ScopeKind.MD5,
        ScopeKind.PDQ,
        ScopeKind.ISCC,
        ScopeKind.TEXT,
        ScopeKind.VIDEO,
        ScopeKind.EMBED,
    }
)
"""Kinds of which one file has one each: its digests, and the fingerprints of what is in it."""


def count_works(kinds: Iterable[str]) -> int:
    """Return how many works scopes of these kinds are about, at least: files, places and numbers."""
    counted = Counter(kinds)
    files = max(counted[kind] for kind in OF_ONE_FILE)
    return files + sum(count for kind, count in counted.items() if kind not in OF_ONE_FILE)
