"""What a draft would declare, in words, for the page that shows all answers before anything is sent."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from crawler_filter.preference import Preference
from registry.web import labels
from registry.web.coverage_words import Coverage, Place, coverage
from registry.web.draft_answers import Answers
from registry.web.form_input import Line
from registry.web.scope_words import count_words, counted_covers, counted_kinds


@dataclass(frozen=True, slots=True)
class LineWords:
    """One scope with what it covers, or how many fingerprints of one kind there are."""

    value: str
    covers: str
    counted: bool = False


def lines_words(lines: Sequence[Line]) -> list[LineWords]:
    """Return the lines one by one; fingerprints of which there are many as how many they are."""
    counted = counted_kinds(line.kind for line in lines)
    together = Counter(line.kind for line in lines if line.kind in counted)
    return [
        *(_line_words(line) for line in lines if line.kind not in counted),
        *(
            LineWords(count_words(kind, count), counted_covers(kind), counted=True)
            for kind, count in together.items()
        ),
    ]


def answered_coverage(answers: Answers, *, proved: bool) -> Coverage:
    """Return what will be found. Of the exceptions the contrary is said of every use."""
    said, places, excepted = answers.preferences.values(), _places(answers.understood), _places(answers.excepted)
    if Preference.DISALLOWED not in said:
        return coverage(excepted, proved=proved, allowed=places)
    if Preference.ALLOWED not in said:
        return coverage(places, proved=proved, allowed=excepted)
    return coverage([*places, *excepted], proved=proved)


def _places(lines: Sequence[Line]) -> list[Place]:
    return [(line.kind, line.value) for line in lines]


def _line_words(line: Line) -> LineWords:
    value = labels.cut(line.kind, line.value) if line.kind.is_content else line.value
    return LineWords(value, labels.scope_covers(line.kind, line.value))
