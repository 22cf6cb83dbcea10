r"""Letters that are written as numbers, or with commands between them: in programs, addresses, mails and LaTeX.

A dump of a database has `\r\n` and `\u3042` in its strings, a form `%E3%81%82`, a saved page `=E3=81=82`, and
LaTeX puts words into `\emph{…}`. Look-ups alone ask. Nothing raises for content, and every pattern is linear.
"""

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final
from urllib.parse import unquote_to_bytes

from crawler_filter.files.charset import likely_reading
from crawler_filter.files.mistaken_letters import (
    is_mistaken,
    is_of_kanji,
    is_of_tokens,
    read_again,
    read_kanji,
    read_tokens,
)
from crawler_filter.files.page_programs import in_programs

_FEW: Final = 20
"""Escapes up to which a text is taken to speak of one, not to be written in them."""

_FEWEST: Final = 3
_APART: Final = 100
"""Escapes of a text that is short: more than the fewest, and one in so many characters."""

_PROGRAMS: Final = re.compile(
    r"\\(?:u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\}|U([0-9A-Fa-f]{8})|((?:x[0-9A-Fa-f]{2}(?:\\(?=x))?){1,65536})"
    r"|([0-7]{3}(?:\\[0-7]{3}){0,65536})|(.))",
    re.DOTALL,
)
_BLANKS: Final = {"n": "\n", "r": "\n", "t": "\t", "N": "\n"}
_BARE: Final = re.compile(r"(?:u[0-9A-Fa-f]{4}){3,}")
"""What is left of the escapes of JSON in a string of JSON."""
_BARE_END: Final = re.compile(r"(?<=u[0-9A-Fa-f]{4})[nrt](?=u[0-9A-Fa-f]{4})")
_PERCENT: Final = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_PRINTABLE: Final = re.compile(rb"=\r?\n|=([0-9A-F]{2})")
_PAIRS: Final = re.compile(r"[0-9A-Fa-f]{2}")
_OCTALS: Final = re.compile(r"[0-7]{3}")
_NUMBERED: Final = re.compile(r"\\(?:[uU][0-9A-Fa-f{]|x[0-9A-Fa-f]|[0-3][0-7]{2}|[nrtN\"])")
_COMMAND: Final = re.compile(r"\\(?:[A-Za-z]{2,30}\*?(?:\[[^\[\]\n]{0,80}\])?|[A-Za-z](?=\{)|[\\,;!/ ])|[{}]")
_COMMANDS: Final = re.compile(r"\\[A-Za-z]{2,30}\*?(?:\[[^\[\]\n]{0,80}\])?\{")
_OF_TYPST: Final = re.compile(r"#[a-z]{2,30}(?:\([^()\n]{0,200}\))?(?=\[)")
_OCTETS: Final = re.compile(r"(?:<0x[0-9A-F]{2}>)+")
"""Bytes that a model has no token for (SentencePiece)."""
_LARGEST: Final = 0x10FFFF
_CONTROL: Final = re.compile(r"\x1b\[[0-9;?]{0,40}[A-Za-z]")
"""Colours and places of terminals (ECMA-48 section 5.4)."""

_UTF_7: Final = re.compile(r"\+(?<![A-Za-z0-9+/]\+)[A-Za-z0-9/]{6,}")
_HELD: Final = re.compile(r"<(?:script|template)[\s>]|=[\"'][^\"']{200}", re.IGNORECASE)
_MOST_ROUNDS: Final = 3
"""Times that strings in strings are read."""


def as_letters(text: str) -> Iterator[str]:
    """Yield a text as what its escapes stand for, once for each way of escaping that it has many of."""
    for is_written, read in _WAYS:
        if is_written(text):
            yield read(text)


def _has_many(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    def tell(text: str) -> bool:
        count = sum(1 for _ in islice(pattern.finditer(text), _FEW + 1))
        return count > _FEW or (count > _FEWEST and count * _APART >= len(text))

    return tell


def _of_programs(text: str) -> str:
    read = _PROGRAMS.sub(_meant, text)
    return read.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _meant(escape: re.Match[str]) -> str:
    number = escape[1] or escape[2] or escape[3]
    if number:
        return chr(min(int(number, 16), _LARGEST))
    if escape[4]:
        return bytes.fromhex("".join(_PAIRS.findall(escape[4].replace("x", " ")))).decode("utf-8", "replace")
    if escape[5]:
        return bytes(int(each, 8) % 256 for each in _OCTALS.findall(escape[5])).decode("utf-8", "replace")
    return _BLANKS.get(escape[6], escape[6])


def _of_addresses(text: str) -> str:
    return _PERCENT.sub(lambda run: unquote_to_bytes(run[0]).decode("utf-8", "replace"), text.replace("+", " "))


def _of_mails(text: str) -> str:
    octets = _PRINTABLE.sub(
        lambda octet: bytes.fromhex((octet[1] or b"").decode()), text.encode("utf-8", "replace")
    )
    return likely_reading(octets) or octets.decode("utf-8", "replace")


def _of_pages(page: str) -> str:
    said = in_programs(page)
    for _ in range(_MOST_ROUNDS):
        if "\\" not in said:
            break
        said = _of_programs(said)
    return said


def _of_terminals(text: str) -> str:
    return _CONTROL.sub("", text)


def _of_twice_escaped(text: str) -> str:
    text = _BARE_END.sub("\n", text)
    return _of_programs(_BARE.sub(lambda run: "".join(f"\\u{each}" for each in run[0].split("u")[1:]), text))


def _of_old_mails(text: str) -> str:
    return text.encode("ascii", "replace").decode("utf-7", "replace")


def _of_latex(text: str) -> str:
    return _COMMAND.sub("", text)


def _of_typst(text: str) -> str:
    return _OF_TYPST.sub("", text)


def _of_octets(text: str) -> str:
    return _OCTETS.sub(
        lambda run: bytes.fromhex("".join(_PAIRS.findall(run[0].replace("<0x", "")))).decode("utf-8", "replace"),
        text,
    )


def _is_utf_7(text: str) -> bool:
    """Tell whether a text may be in UTF-7 (RFC 2152): in ASCII, with other letters in base64 behind a plus."""
    return text.isascii() and sum(1 for _ in islice(_UTF_7.finditer(text), 2)) > 1


_WAYS: Final = (
    (lambda text: "<" in text and bool(_HELD.search(text)), _of_pages),
    (is_mistaken, read_again),
    (is_of_tokens, read_tokens),
    (is_of_kanji, read_kanji),
    (lambda text: text.count("<0x") > _FEW, _of_octets),
    (lambda text: "#" in text and _has_many(_OF_TYPST)(text), _of_typst),
    (_has_many(_CONTROL), _of_terminals),
    (_has_many(_NUMBERED), _of_programs),
    (_has_many(re.compile(r"u[0-9A-Fa-f]{4}(?=u[0-9A-Fa-f]{4})")), _of_twice_escaped),
    (_has_many(re.compile("%[0-9A-Fa-f]{2}")), _of_addresses),
    (_has_many(re.compile(r"=(?:[0-9A-F]{2}|\r?\n)")), _of_mails),
    (_has_many(_COMMANDS), _of_latex),
    (_is_utf_7, _of_old_mails),
)
