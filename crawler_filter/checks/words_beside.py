"""The files of words beside a snapshot: names for captions, character sheets for prompts."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    from crawler_filter.characters.sheets import TextMatcher
    from crawler_filter.checks.captions import Captions
    from crawler_filter.checks.prompts import Prompts


class WordsBeside(NamedTuple):
    """The names and the characters that a filter was opened with; None for one opened without."""

    names: "Captions | None" = None
    characters: "Prompts | None" = None

    @classmethod
    def of(cls, names: Path, readers: "Sequence[TextMatcher]") -> Self:
        """Return what lies at the file of names and beside it (needs the extra `names`)."""
        from crawler_filter.checks.captions import Captions  # noqa: PLC0415 - loads numpy
        from crawler_filter.checks.prompts import Prompts  # noqa: PLC0415

        return cls(Captions(names), Prompts(names.with_name("characters"), readers))
