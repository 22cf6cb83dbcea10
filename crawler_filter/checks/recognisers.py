"""What a filter recognises works by beside its snapshot: names, character sheets, and an operator's matchers."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

from crawler_filter.checks.matchers import Matcher

if TYPE_CHECKING:
    from crawler_filter.characters.sheets import TextMatcher
    from crawler_filter.checks.captions import Captions
    from crawler_filter.checks.prompts import Prompts


class Recognisers(NamedTuple):
    """The names and the characters that a filter was opened with, None without; and the matchers of pictures."""

    names: "Captions | None" = None
    characters: "Prompts | None" = None
    matchers: "tuple[Matcher, ...]" = ()

    @classmethod
    def of(cls, names: Path | None, matchers: "Sequence[Matcher | TextMatcher]") -> Self:
        """Return what lies at the file of names and beside it, if there is one (needs the extra `names`)."""
        pictures = tuple(each for each in matchers if isinstance(each, Matcher))
        if names is None:
            return cls(matchers=pictures)
        from crawler_filter.characters.sheets import TextMatcher  # noqa: PLC0415
        from crawler_filter.checks.captions import Captions  # noqa: PLC0415 - loads numpy
        from crawler_filter.checks.prompts import Prompts  # noqa: PLC0415

        readers = [each for each in matchers if isinstance(each, TextMatcher)]
        return cls(Captions(names), Prompts(names.with_name("characters"), readers), pictures)
