"""What a list or an editor puts around a value: bullets, numbers, labels, quotes, and signs that nobody sees."""

import re
from typing import Final

INVISIBLE: Final = "\ufeff\ufffe\u200b\u200e\u200f\u2060\u00ad\u3000 \t"
_BULLETS: Final = "\u30fb\uff65\u00b7\u2022\u2023\u203b\u2190-\u21ff\u25a0-\u25ff\u2605\u2606"
_PICTURES: Final = "\u2600-\u27bf\u2b00-\u2bff\U0001f300-\U0001faff"
"""Signs that may as well begin a name, as emoji do: bullets where a blank follows."""
_HEAD: Final = re.compile(
    rf"[{INVISIBLE}]*(?:[{_BULLETS}]+[{INVISIBLE}]*|\u3007[{INVISIBLE}]*(?=[ -~])"
    rf"|[\u2460-\u24ff\u2776-\u2793][{INVISIBLE}]*"
    rf"|[{_PICTURES}]\ufe0f?[{INVISIBLE}]+|(?:[-\u2013\u2014*\uff0a>][{INVISIBLE}]+)?\[[ xX]\][{INVISIBLE}]+"
    rf"|[-\u2013\u2014*\uff0a>][{INVISIBLE}]+|[(\uff08]\d{{1,3}}[)\uff09][{INVISIBLE}]*"
    rf"|\d{{1,3}}(?:[.\uff0e)\uff09][{INVISIBLE}]+|[)\uff09\u3001])|[\uff10-\uff19]{{1,3}}\uff0e(?=[{INVISIBLE}]*[A-Za-z]))?"
)
_LABEL: Final = re.compile(
    rf"(?:(?:\u30b5\u30a4\u30c8|\u30c9\u30e1\u30a4\u30f3|\u30a2\u30c9\u30ec\u30b9|\u30db\u30fc\u30e0\u30da\u30fc\u30b8|\u30d6\u30ed\u30b0|(?:web)?site)\s*[:\uff1a]"
    rf"|(?:url|domain|host)\s*\uff1a)[{INVISIBLE}]*",
    re.IGNORECASE,
)
"""A word for what follows; `url:` and its kin with a narrow colon name a kind, and stay."""
_SIGNS: Final = "\"'`<>()\\[\\]\u300c-\u300f\uff08\uff09\u3010\u3011\u2018\u2019\u201c\u201d"
_ENCLOSED: Final = re.compile(rf"[{_SIGNS}]((?:https?://)?[^\s:,{_SIGNS}]+)[{_SIGNS}]")
_ENDS: Final = "\u3001\u3002\uff0c\uff1b\u2026"


def without_head(line: str) -> str:
    """Return a line without what a list puts before its value and around it, and what nobody sees there."""
    text = _HEAD.sub("", line, count=1).strip().strip(INVISIBLE)
    text = _LABEL.sub("", text, count=1)
    if enclosed := _ENCLOSED.fullmatch(text):
        text = enclosed[1]
    # a comma may end an address, and no name
    return text.rstrip(_ENDS if "/" in text else f"{_ENDS},;")
