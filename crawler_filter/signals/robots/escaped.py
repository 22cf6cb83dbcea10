"""Lines that a program escaped or marked as a whole: by percent, for JavaScript, mail, Markdown, a terminal."""

import re
from typing import Final
from urllib.parse import unquote_plus

_PERCENT: Final = re.compile(r"\s*[\w-]{3,20}%3A", re.IGNORECASE)
_OF_SCRIPT: Final = re.compile(r"\\(?:u00|x)([0-7][0-9A-Fa-f])")
_OF_MAIL: Final = re.compile(r"(?:=0D)?=0A")
_OF_TERMINAL: Final = re.compile(r"\x1b\[[0-9;]{0,20}m")
_OF_TABLE: Final = re.compile(r"_x000[ADad]_")
_CARET: Final = re.compile(r"\^M(?![a-z])")
_MARKUP: Final = {"&lt;": "<", "&gt;": ">", "&amp;lt;": "<", "&amp;gt;": ">"}
_ESCAPED_MARKUP: Final = re.compile("|".join(_MARKUP), re.IGNORECASE)
_MAIL_SIGN: Final = re.compile(r"=(3A|20|2A|2F|3D)")
_BOLD: Final = re.compile(r"(\s*(?:[-*+]\s+)?)(\*\*|__)([A-Za-z][\w -]{2,20})(?::\2|\2:)")


def unescaped(text: str) -> str:
    """Return a line, which may then be several, without these escapes; most lines are as they were."""
    if "_x000" in text:
        text = _OF_TABLE.sub("\n", text)
    if "%3" in text and _PERCENT.match(text):
        text = unquote_plus(text)
    if "\\u00" in text or "\\x" in text:
        text = _OF_SCRIPT.sub(lambda found: chr(int(found[1], 16)), text)
    if "\x1b[" in text:
        text = _OF_TERMINAL.sub("", text)
    if "**" in text or "__" in text:
        text = _BOLD.sub(r"\1\3:", text)
    if "^M" in text:
        text = _CARET.sub("\n", text)
    if "lt;" in text or "gt;" in text:
        text = _ESCAPED_MARKUP.sub(lambda found: _MARKUP[found[0].lower()], text)
    if "=0A" in text:
        text = _MAIL_SIGN.sub(lambda found: chr(int(found[1], 16)), _OF_MAIL.sub("\n", text))
    return text
