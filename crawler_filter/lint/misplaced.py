"""Files whose name or place no crawler asks for, and where they were meant to be: `Robots.txt`, `/tdmrep.json`."""

import re
from pathlib import PurePosixPath
from typing import Final

from crawler_filter.signals.refusing_words import letters
from crawler_filter.signals.robots.misspelt import is_near

_ROBOTS: Final = "/robots.txt"
_PLACES: Final = {
    "robotstxt": _ROBOTS,
    "aitxt": "/ai.txt",
    "tdmrepjson": "/.well-known/tdmrep.json",
    "trusttxt": "/trust.txt",
    "headers": "/_headers",
}
_OTHER_NAMES: Final = {
    **dict.fromkeys(("robots", "robotsrtf", "robottext"), _ROBOTS),
    **dict.fromkeys(("tdmrep", "tdmjson", "tdmrepjsonld", "tdmjsonld"), _PLACES["tdmrepjson"]),
    "headerstxt": _PLACES["headers"],
}
_EDITS: Final = {"robotstxt": 1, "tdmrepjson": 1}
_COPY: Final = re.compile(
    r"(?:\s?\(\d+\)|~|\.(?:bak|old|orig|copy|disabled|txt(?=\.txt)|txt(?<=json\.txt)))", re.IGNORECASE
)
_SOURCES: Final = frozenset({"node_modules", "vendor", "themes", "templates", "docs", "test", "tests", "src"})
"""Folders that hold what other people wrote, or what a site is made from."""
_DEPTH: Final = 3
_LLMS: Final = frozenset({"llmstxt", "llmtxt", "llmsfulltxt"})


def meant_place(path: str) -> str:
    """Return where the file at a path of a site was meant to be, empty for files that are nothing of the kind.

    `path` begins at the root, as in `/Robots.txt`.
    """
    parts = PurePosixPath(path.lstrip("/")).parts
    if not parts or len(parts) > _DEPTH or _SOURCES.intersection(part.lower() for part in parts[:-1]):
        return ""
    own = letters(_COPY.sub("", parts[-1]))
    meant = _PLACES.get(own) or _OTHER_NAMES.get(own) or _near(own)
    is_at_root = len(parts) == 1
    if meant == path or (meant == _PLACES["headers"] and not is_at_root):
        return ""
    return meant


def _near(own: str) -> str:
    return next((_PLACES[right] for right, edits in _EDITS.items() if is_near(own, right, edits)), "")


def is_llms_txt(path: str) -> bool:
    """Tell whether a path is that of a summary for language models, which refuses nothing."""
    return letters(path.rpartition("/")[2]) in _LLMS
