# ruff: noqa: RUF001 - full-width marks are what is looked for
"""Numbers and addresses that stand between the words of a text: of notes, of verses and of links.

Pages that become plain text leave `[12]` behind a word, `{{pline|5}}` or `[word](https://…)` for a link; verses
and whole files that lost their line feeds have numbers that count up. Look-ups alone ask; every pattern is linear.
"""

import re
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Final

_FEW: Final = 3
"""Notes up to which a text is left as it is."""

_RAISED: Final = re.compile(
    r"<su[bp](?=[\s>])[^<>]{0,200}>(?:<a\s[^<>]{0,200}>)?[\[(]?[0-9]{1,4}[\])]?(?:</a>)?</su[bp]>"
    r"|\{\{[A-Za-z]{1,12}(?:\|[0-9]{1,4}(?:\|[A-Za-z]{1,3})?){1,2}\}\}",
    re.IGNORECASE,
)
_BRACKETED: Final = re.compile(
    r"(?:<(?:a|span)\s[^<>]{0,200}>)?"
    r"[\[［(（〔](?:\^|[Pp]g?\.? ?|注|註|\*|※)?[0-9０-９]{1,4}[\])］）〕]"
    r"(?:</(?:a|span)>)?|[¹²³⁰⁴-⁹]{1,4}|[*※†‡]+[0-9]{1,3}"
)
_MAY_BE_BRACKETED: Final = re.compile(
    r"[\[［(（〔¹²³⁰⁴-⁹*※†‡](?:(?<=[\[［(（〔])(?=[^\n]{0,4}?[0-9０-９]{1,4}[\])］）〕])|(?<=[¹²³⁰⁴-⁹])"
    r"|(?<=[*※†‡])(?=[0-9]))"
)
"""A sign of each of them, and what has to stand behind it: found by its first letter, at every place."""

_ADDRESS: Final = r"\([^()\s]{1,400}(?:[ \t]\"[^\"\n]{0,200}\")?\)"
_LINK: Final = re.compile(
    rf"!\[[^\[\]\n]{{0,200}}\]{_ADDRESS}|\[([^\[\]\n]{{1,200}})\](?:{_ADDRESS}|\[[^\[\]\n]{{0,40}}\])"
)
_BARE_ADDRESS: Final = re.compile(r"[ \t]?https?://[^\s\"'<>()]{1,400}")
_COUNTING: Final = re.compile(
    r"[0-9](?:(?<![\w.,:/-][0-9])[0-9]{0,3}(?![\w:/%-]|[.,][0-9])"
    r"|(?<=[.,;!?。、」』][0-9])[0-9]{0,3}(?=\s|[^\W\d_]))"
)
_DIGIT: Final = re.compile(r"[0-9０-９¹²³⁰⁴-⁹]")
_RISING: Final = 0.6
"""Share of the numbers of a text that must follow the one before for them to be a count."""


def without_notes(text: str) -> Iterator[str]:
    """Yield a text without the numbers of its notes, without its addresses, and without numbers that count up."""
    noted = _RAISED.sub("", text) if "<su" in text or "{{" in text else text
    if _has_several(_MAY_BE_BRACKETED, noted) and len(_BRACKETED.findall(noted)) > _FEW:
        noted = _BRACKETED.sub("", noted)
    if "](" in noted or "][" in noted:
        noted = _LINK.sub(r"\1", noted)
    noted = without_addresses(noted)
    if noted != text:
        yield noted
    if _DIGIT.search(noted):
        yield from _without_count(noted)


def without_addresses(text: str) -> str:
    """Return a text without the addresses that stand in it, such as at the end of each post, if it has several."""
    return _BARE_ADDRESS.sub("", text) if text.count("://") > _FEW else text


def _has_several(pattern: re.Pattern[str], text: str) -> bool:
    return next(islice(pattern.finditer(text), _FEW, None), None) is not None


def _without_count(text: str) -> Iterator[str]:
    numbers = [int(each[0]) for each in _COUNTING.finditer(text)]
    rising = sum(1 for one, following in pairwise(numbers) if following - one in (1, 5, 10))
    if rising > _FEW and rising >= _RISING * len(numbers):
        yield _COUNTING.sub("", text)
