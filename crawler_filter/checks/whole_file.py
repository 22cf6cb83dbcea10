"""Looks a whole file up: by what it shows and says, and by what lies in it where it is an archive or a PDF."""

from collections.abc import Iterable

from crawler_filter.checks.content import READ, SEEN, ContentMatches
from crawler_filter.checks.inside import look_inside
from crawler_filter.files.in_text import may_embed
from crawler_filter.files.media_type import TEXTS, looked_up_as
from crawler_filter.files.walk import HOLDING, PDF, PICTURES, held_as
from crawler_filter.formats.record import ScopeKind


def look_up_file(found: ContentMatches, content: bytes) -> None:
    """Add to `found` whatever a file is like, by whatever its first bytes show it to be."""
    kind = looked_up_as(content)
    found.add_codes(content)
    if kind in TEXTS:
        found.add_encoded(content)
    elif kind not in HOLDING:
        found.add_media(content, kind)
    _look_inside_as(found, content, held_as(content, kind))


def look_up_text(found: ContentMatches, text: str) -> None:
    """Add to `found` whatever a text is like, and whatever stands in it as base64."""
    found.add_text(text)
    content = text.encode("utf-8", "replace")
    _look_inside_as(found, content, ("text/plain",) if may_embed(content, "text/plain") else ())


def _look_inside_as(found: ContentMatches, content: bytes, kinds: Iterable[str]) -> None:
    for holding in kinds:
        # a PDF and a picture have no files whose digests anybody has
        exactly = () if holding in (PDF, *PICTURES) else (ScopeKind.SHA256,)
        if found.has_registered(*SEEN, *READ, ScopeKind.EMBED, *exactly):
            _look_inside(found, content, holding)


def _look_inside(found: ContentMatches, content: bytes, kind: str) -> None:
    pictures = found.has_registered(*SEEN, ScopeKind.ISCC, ScopeKind.EMBED)
    matches, missed = look_inside(found.snapshot, content, kind, pictures=pictures, matchers=found.matchers)
    found.matches.extend(matches)
    for reason, cause in missed:
        found.miss(reason, *SEEN, *READ, cause=cause)
