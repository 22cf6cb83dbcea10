"""How pictures are prepared for the models whose codes a segment has, and which of its models nobody asked."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from crawler_filter.snapshot.layout import model_flag

if TYPE_CHECKING:
    from crawler_filter.formats.models import ModelEntry


def preparations(
    models: "Sequence[ModelEntry]", model: bytes, *, has_codes: bool
) -> "Sequence[ModelEntry | None]":
    """Return how pictures are prepared for a model, a SHA-256: by its entry, or None, as whoever asks does it.

    Of a registry that says which models it takes, others are not asked. An own list says nothing of any.
    """
    if not models:
        return (None,) if has_codes else ()
    return [entry for entry in models if entry.model == model]


def unasked(models: "Sequence[ModelEntry]", flags: memoryview, asked: Collection[bytes]) -> Sequence[str]:
    """Return the ids of the models of which there are rows, by their flags, and that are none of those asked."""
    rows = bytes(flags) if models else b""
    return [entry.id for entry in models if entry.model not in asked and model_flag(entry.model) in rows]
