r"""The language of a letter: that of its reader where one is known, else both, English first.

A letter is written whole in each language: its text is `English \f Japanese`, and what both need, such as a
receipt, may follow after another `\f`. So is its subject, which begins with what the letter is about in either.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

BREAK: Final = "\f"
_BETWEEN: Final = " / "
_ENDS: Final = (":", "：", "。", "}")  # noqa: RUF001 - a line that ends so stays a line
_PARAGRAPH: Final = "\n\n"


@dataclass(frozen=True, slots=True)
class Both:
    """One thing as each language says it."""

    english: str
    japanese: str


_SIGNATURE: Final = Both("The opt-out registry {registry}", "AI学習オプトアウト登録簿（{registry}）")  # noqa: RUF001


def filled(words: tuple[str, str], public_url: str, **values: object) -> tuple[str, str]:
    """Return subject and text of a letter with its values, each `Both` in its language, signed by the registry.

    Lines of a template are as long as code allows; those of a letter end where its reader's window does.
    """
    host = public_url.partition("://")[2]
    given: dict[str, object] = {"host": host, **values, "registry": host}
    english = {name: value.english if isinstance(value, Both) else value for name, value in given.items()}
    japanese = {name: value.japanese if isinstance(value, Both) else value for name, value in given.items()}
    subject, text = words
    first, second, *both = text.split(BREAK)
    parts = [
        f"{_unwrapped(first, ' ')}{_PARAGRAPH}{_SIGNATURE.english}".format(**english),
        f"{_unwrapped(second, '')}{_PARAGRAPH}{_SIGNATURE.japanese}".format(**japanese),
        *(part.format(**given) for part in both),
    ]
    return _subject(subject, english, japanese), BREAK.join(parts)


def in_language(subject: str, text: str, language: str | None) -> tuple[str, str]:
    """Return subject and text of a letter in one of its languages, or in both where `language` is none of them."""
    parts = [part.strip("\n") for part in text.split(BREAK, 2)]
    subjects = subject.split(BREAK)
    if len(parts) == 1 or len(subjects) == 1 or language not in ("en", "ja"):
        return _BETWEEN.join(subjects), _joined(parts)
    at, both = ("en", "ja").index(language), parts[2:]
    return subjects[at], _joined([parts[at], *both])


def extended(text: str, more: str) -> str:
    """Return a letter with more said at the end of each of its languages."""
    pairs = zip_longest(text.split(BREAK), more.split(BREAK), fillvalue="")
    return BREAK.join(_PARAGRAPH.join(filter(None, (part.strip("\n") for part in pair))) for pair in pairs)


def _subject(words: str, english: dict[str, object], japanese: dict[str, object]) -> str:
    """Return a subject in both languages; what stands before its colon begins each of them."""
    first, _between, second = words.rpartition(_BETWEEN)
    about, colon, _rest = first.partition(": ")
    return first.format(**english) + BREAK + f"{about if colon else ''}{colon}{second}".format(**japanese)


def _unwrapped(template: str, space: str) -> str:
    return _PARAGRAPH.join("".join(_runs(part, space)) for part in template.strip("\n").split(_PARAGRAPH))


def _runs(paragraph: str, space: str) -> Iterator[str]:
    """Yield the lines of a paragraph with what goes between them: addresses and sentences of a list stay alone."""
    before = ""
    for line in paragraph.split("\n"):
        is_address = line.startswith("{") and " " not in line
        if before:
            yield "\n" if is_address or before.endswith(_ENDS) else space
        yield line
        before = line


def _joined(parts: list[str]) -> str:
    return _PARAGRAPH.join(parts) + "\n"
