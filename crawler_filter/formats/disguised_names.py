"""What stands within a name in a caption: hyphens, initials, nicknames, digits for letters, escapes."""

import re
from typing import Final

from crawler_filter.formats.common_words import common_words
from crawler_filter.formats.plain_captions import may_be_spaced

_ESCAPE: Final = re.compile(r"\\{1,2}u([0-9A-Fa-f]{4})")
_HYPHENATED: Final = re.compile(r"(?<![^\W\d_])([^\W\d_]+)[-\u2010\u2011](?:[ \t]*\r?\n[ \t]*)?(?=([^\W\d_]+))")
_INITIAL: Final = re.compile(r"(?<=[^\W\d_] )[A-Z]\. ?(?=[A-Z])")
_NICKNAME: Final = re.compile(
    '(?<=[^\\W\\d_]) ["\u201c\u201e\u00ab(][^"\u201c-\u201e\u00ab\u00bb()\n]{1,24}["\u201c\u201d\u00bb)] (?=[A-Z])'
)
_SPACED: Final = re.compile(r"(?<![^\W_])(?:[^\W\d_]([ .]))(?:[^\W\d_]\1){4,60}[^\W\d_](?![^\W_])")
_ANY: Final = re.compile(r'[-\u2010\u2011"\u201c\u201e\u00ab(0134579@$\\]')
"""Something of the above, but for blanks."""
_DIGIT_WITHIN: Final = re.compile(r"[A-Za-z][0134579@$]{1,2}[A-Za-z]")
_WITH_DIGITS: Final = re.compile(
    r"(?<![\w@$])(?=[A-Za-z]{1,40}[0134579@$]{1,2}[A-Za-z]|[0134579$]{1,2}[A-Za-z]{3})[A-Za-z0134579@$]{4,40}(?!\w)"
)
_MEANT: Final = str.maketrans("0134579@$", "oieastgas")


def undisguised(text: str) -> str:
    """Return a caption without what parts the letters of its words, and with letters for digits within words."""
    if may_be_spaced(text):
        text = _SPACED.sub(lambda found: found[0].replace(found[1], ""), text)
    if not _ANY.search(text) and ". " not in text:
        return text
    text = _ESCAPE.sub(lambda code: chr(int(code[1], 16)), text)
    text = _NICKNAME.sub(" ", _INITIAL.sub("", _HYPHENATED.sub(_joined, text)))
    if _DIGIT_WITHIN.search(text):
        text = _WITH_DIGITS.sub(lambda word: word[0].translate(_MEANT), text)
    return text


def _joined(first: re.Match[str]) -> str:
    """Return what stands before a hyphen without it, unless two words of English are joined: `one-piece`."""
    if "\n" in first[0]:
        return first[1]
    return first[0] if common_words().issuperset((first[1].lower(), first[2].lower())) else first[1]
