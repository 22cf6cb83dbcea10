"""The paths that the value of a rule is meant for, in the second reading."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from crawler_filter.signals.refusing_words import letters
from crawler_filter.signals.robots.look_alikes import PLAIN, UNSEEN
from crawler_filter.signals.robots.meant_patterns import patterns_meant
from crawler_filter.signals.robots.named import AROUND
from crawler_filter.signals.robots.patterns import path_pattern

_EVERYTHING: Final = frozenset(
    {
        "all",
        "any",
        "everything",
        "true",
        "yes",
        "on",
        "entiresite",
        "wholesite",
        "thewholesite",
        "allpages",
        "allfiles",
    }
)
_ANCHOR: Final = re.compile(r"^(?:\^?\.{0,2}/)+(?=[\w%~-])|^[.^]+/")
"""A way to the root of a site that is none in robots.txt: `./`, `../`, `//` before a name, `^/`."""
_WHOLE: Final = re.compile(r"[/*]*")
_AFTER_PATTERN: Final = " \t\"'"
_OPENED: Final = re.compile(r"\([^)]*\)$|\[[^\]]*\]$")
_NOTHING_BUT: Final = re.compile(
    r"(?:/|%2f)[/.]*(?:[,;:!)\]}|`^\u2026\u3011]|%(?:0[AD]|20|C2%A0|A0|E3%80%80)|\^M|\\[trn]|&#1[03];|:wq?!?)*|\.|/?\.\*\$?",
    re.IGNORECASE,
)


def paths_meant(value: str) -> tuple[str, ...]:
    """Return the paths that the value of a rule is meant for."""
    text = value.translate(UNSEEN)
    return tuple(paths_in(text, text.translate(PLAIN)))


def paths_in(raw: str, plain: str) -> Iterator[str]:
    """Yield every path of a value that may hold several, or a word for everything.

    Whoever asks stops where there are too many.
    """
    start = len(plain) - len(plain.lstrip(AROUND))
    end = len(plain.rstrip(_AFTER_PATTERN if "*" in plain or _OPENED.search(plain[start:]) else AROUND + ",;"))
    # behind the first sign of a path, full-width letters are part of it
    value = plain[start:end][:1] + raw[start:end][1:]
    if not value and "\\" not in plain:
        return  # an empty value permits
    words = value.split() or [""]
    if (letters(value) in _EVERYTHING and not value.startswith(("/", "*"))) or value in ("すべて", "全て", "全部"):
        words = ["/"]
    elif not _are_paths(words, value):
        words = words[:1] if words[0].endswith("/") and "*" not in value else [value]
    for word in words:
        for pattern in patterns_meant(word):
            yield from _as_path(pattern.rstrip(",;") if len(words) > 1 else pattern)


def _as_path(word: str) -> Iterator[str]:
    path = "/" if _NOTHING_BUT.fullmatch(word) else word
    path = f"/*{path}" if path.startswith(".") and not path.startswith(("./", "../")) else path
    path = _ANCHOR.sub("/", path.replace("\\", "/") if path.startswith("\\") else path)
    path = path_pattern(path)
    # the whole of an address is that of another host more often than not
    if path and not ("://" in word and _WHOLE.fullmatch(path)):
        yield path


def _are_paths(words: Sequence[str], value: str) -> bool:
    """Tell whether each word is a path of its own: a pattern may have a blank in it, everything (`/`) has none."""
    return all(word.startswith(("/", "*")) for word in words) and ("*" not in value or words[0] == "/")
