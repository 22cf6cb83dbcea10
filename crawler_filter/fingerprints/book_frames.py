# ruff: noqa: RUF001 - full-width marks are what is looked for
"""What stands around a book in plain text, and is in a thousand others: frames of libraries, registers.

`docs/formats/text.md` §3 is normative; `registry/web/static/winnow.js` has the same steps. Only what an author
registers goes through this: a text that is looked up is read with all it has. Every pattern is linear in the text.
"""

import re
from itertools import islice
from typing import Final

_ANY_CASE: Final = re.IGNORECASE | re.ASCII
_BEGINS: Final = re.compile(
    r"(?:^|\n)[ \t]{0,8}\*{3} ?START OF (?:THE|THIS) PROJECT GUTENBERG EBOOK[^\n]*\n"
    r"(?:[ \t\r]*\n){0,8}(?:Produced by [^\n]+\n(?:[^\r\n]+\r?\n){0,8})?",
    _ANY_CASE,
)
_ENDS: Final = re.compile(
    r"\n[ \t]{0,8}(?:\*{3} ?END OF (?:THE|THIS) PROJECT GUTENBERG EBOOK|End of (?:the )?Project Gutenberg)",
    _ANY_CASE,
)
_SIGNS: Final = re.compile(
    r"(?:^|\n)-{20,90}\r?\n【テキスト中に現れる記号について】[^\0]{0,3000}?\n-{20,90}(?=\r?\n)"
)
_ORIGIN: Final = re.compile(
    r"\n(?:［＃本文終わり］"
    r"|(?:(?:翻訳の)?底本(?:・初出)?|定本)[：:][^\0]{0,2000}?\n(?:テキスト)?(?:入力|校正)者?[：:])"
)
_HEADING: Final = re.compile(
    r"[ \t\u3000]{0,8}[■◆●□◇○【〔\[=*#-]{0,4}[ \t\u3000]{0,2}"
    r"(?:(?:人名|事項|用語)?索引|(?:主要|主な)?(?:参考|引用)(?:文献|資料|図書)(?:一覧)?|文献(?:一覧|目録)"
    r"|(?:好評)?既刊(?:一覧|案内|書)?|奥付"
    r"|(?:general |subject )?index|(?:selected )?bibliography|works cited|references|further reading"
    r"|also by [^\r\n]{1,40}|by the same author)"
    r"[ \t\u3000]{0,2}[■◆●□◇○】〕\]=*#:-]{0,4}[ \t\r\u3000]{0,8}",
    _ANY_CASE,
)
_ENTRY: Final = re.compile(r"(?=[^0-9０-９]{0,100}[0-9０-９])[^\r\n]{1,100}\r?")
_MOST_HEADINGS: Final = 16
_BLANK: Final = re.compile(r"[ \t\r\u3000]*")
_FEW: Final = 3
"""Lines up to which nothing is taken to be a register."""


def without_frame(text: str) -> str:
    """Return a plain text without the frame of Project Gutenberg or Aozora Bunko, and a register at its end.

    A register is what follows a line like `Index` or `参考文献` in the second half of the lines, where three
    fifths of the lines that follow have at most 100 characters and a number among them.
    """
    if begins := _BEGINS.search(text):
        text = text[begins.end() :]
    if ends := _ENDS.search(text):
        text = text[: ends.start()]
    text = _SIGNS.sub("", text)
    if origin := _ORIGIN.search(text):
        text = text[: origin.start()]
    return _without_register(text)


def _without_register(text: str) -> str:
    lines = text.split("\n")
    headings = (at for at in range((len(lines) + 1) // 2, len(lines)) if _HEADING.fullmatch(lines[at]))
    for at in islice(headings, _MOST_HEADINGS):
        if _is_register(lines[at + 1 :]):
            return "\n".join(lines[:at])
    return text


def _is_register(lines: list[str]) -> bool:
    said = [line for line in lines if not _BLANK.fullmatch(line)]
    return len(said) > _FEW and 5 * sum(1 for line in said if _ENTRY.fullmatch(line)) >= 3 * len(said)
