"""Reads a tutorial as a list of steps, so that a test can do what it says and a script can take its pictures.

A step is a sentence of a fixed form, in English or Japanese, with what is typed in `code` and what a page shows in
**bold**; a block of `console` or `python`; or a picture. Everything else is for the reader alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Verb(StrEnum):
    """What the reader does."""

    OPEN = "open"
    LETTER = "open the mailed link"
    TYPE = "type"
    CHOOSE = "choose"
    PRESS = "press"
    SEE = "see"
    PICTURE = "picture"
    SAVE = "save"
    RUN = "run"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the reader does with `what`: an address, a label, a button, a file or a command.

    `text` is what is typed into a field or a file, what a command shows, or the question that a choice belongs to.
    """

    verb: Verb
    what: str = ""
    text: str = ""


_STEPS: Final = re.compile(
    r"""
      ^```console\n(?P<run>.*?)^```$
    | `(?P<save>[\w.]+\.py)`[^`]{0,40}\n\n```python\n(?P<source>.*?)^```$
    | !\[[^\]]*\]\((?P<picture>[^)]+\.png)\)
    | Open\s+`(?P<open>http[^`]+)`              | `(?P<open_ja>http[^`]+)`\s*を開きます
    | (?P<letter>Open\s+the\s+link|届いたリンクを)
    | [Tt]ype\s+`(?P<typed>[^`]+)`\s+into\s+\*\*(?P<into>[^*]+)\*\*
    | \*\*(?P<into_ja>[^*]+)\*\*\s*に\s*`(?P<typed_ja>[^`]+)`\s*と入力
    | [Cc]hoose\s+\*\*(?P<choose>[^*]+)\*\*(?:\s+for\s+\*\*(?P<of>[^*]+)\*\*)?
    | (?:\*\*(?P<of_ja>[^*]+)\*\*\s*で\s*)?\*\*(?P<choose_ja>[^*]+)\*\*\s*を選\w
    | [Pp]ress\s+\*\*(?P<press>[^*]+)\*\*       | \*\*(?P<press_ja>[^*]+)\*\*\s*を押\w
    | see\s+\*\*(?P<see>[^*]+)\*\*              | \*\*(?P<see_ja>[^*]+)\*\*\s*と表示
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)

_BLOCKS: Final = frozenset({"run", "source"})
"""The groups whose line ends count. Everywhere else a line end is a space, as in Markdown."""


def steps(page: str) -> Iterator[Step]:
    """Yield the steps of a page in order."""
    for found in _STEPS.finditer(page):
        group = {
            name.removesuffix("_ja"): text if name in _BLOCKS else " ".join(text.split())
            for name, text in found.groupdict().items()
            if text is not None
        }
        match group:
            case {"run": block}:
                yield from _commands(block)
            case {"save": name, "source": source}:
                yield Step(Verb.SAVE, name, source)
            case {"typed": text, "into": label}:
                yield Step(Verb.TYPE, label, text)
            case {"choose": label}:
                yield Step(Verb.CHOOSE, label, group.get("of", ""))
            case {"letter": _}:
                yield Step(Verb.LETTER)
            case _:
                ((name, text),) = group.items()
                yield Step(Verb(name), text)


def _commands(block: str) -> Iterator[Step]:
    """Yield what a console block types, and what it shows below."""
    for typed in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        line, _, shown = typed.partition("\n")
        yield Step(Verb.RUN, line, shown)
