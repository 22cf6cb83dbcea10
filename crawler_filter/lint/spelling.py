"""What is wrong with how a robots.txt is written: its encoding, and the letters and signs of its lines."""

import codecs
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import Final

from crawler_filter.errors import Sentence
from crawler_filter.files.charset import from_utf16, readings
from crawler_filter.lint.issues import Issue
from crawler_filter.lint.report import Advice
from crawler_filter.signals.agents import default_agents, product_token, usages_by_token
from crawler_filter.signals.robots.keys import Key, Line
from crawler_filter.signals.robots.lines import CRAWL_RULES, Document
from crawler_filter.signals.robots.look_alikes import INVISIBLE, UNSEEN
from crawler_filter.signals.robots.paths_meant import paths_meant
from crawler_filter.signals.robots.patterns import path_pattern
from crawler_filter.signals.robots.widened import is_everything

PLACE: Final = "robots.txt"

_STANDARD_SPELLINGS: Final = frozenset(key.value.lower() for key in set(Key) - {Key.NO_TRAINING, Key.TRAINING})
_OTHERS: Final = frozenset(
    {"sitemap", "crawl-delay", "host", "clean-param", "request-rate", "visit-time", "noindex"}
)
_LINE_END = re.compile(r"\r\n|\r|\n")
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")
_NAMES_END = re.compile(r"[\s,;\u3001\uff0c]+")
_ABOUT_AI = re.compile(r"(?:^|[-_ ])(?:no|dis)?-?(?:ai|llm|ml|train|training)(?:$|[-_ ])")
_WIDE_COLON: Final = "\uff1a"
_INVISIBLE = re.compile("[" + "".join(re.escape(chr(each)) for each in INVISIBLE) + "]")
_UNTOLD = re.compile(_INVISIBLE.pattern[:-1] + "\u00a0\u1680\u2000-\u200a\u202f\u205f]")
"""The same, and blanks of word processors, which look like the one that the standard means."""
_EXTENSION = re.compile(r"[.?&]")
# an address with or without its scheme: a file without a folder has one dot, and no such ending
_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]*://|(?:[a-z0-9-]+\.)+(?:com|org|net|edu|gov|info|[a-z-]+\.[a-z]{2})(?=[/:*?]|$)",
    re.IGNORECASE,
)
EXPRESSION: Final = re.compile(r"\[[^\]]*\w-\w[^\]]*\]|\|[^|]*\)|\\[dws]|\)[?+*]")
_ANOTHER_LINE = re.compile(r"(?:sitemap|user-?agent|(?:dis)?allow|crawl-delay)\s*:", re.IGNORECASE)
_MAX_NAME: Final = 40
_MAX_UNKNOWN_NAMES: Final = 200


def written(data: bytes) -> list[str]:
    """Return every line as it stands in the file; what is no UTF-8, in the first encoding that fits."""
    text = from_utf16(data)
    if text is None:
        texts = readings(data)
        text = texts[1] if len(texts) > 1 and not _is_utf8(data) else texts[0]
    return _LINE_END.split(text.removeprefix("\ufeff"))


def advise_encoding(data: bytes, lines: Sequence[str], place: str = PLACE) -> Iterator[Advice]:
    """Yield what is wrong with the encoding of a file whose `lines` were read."""
    if data.startswith(codecs.BOM_UTF8):
        yield Advice(Issue.BYTE_ORDER_MARK, place)
    elif from_utf16(data) is not None:
        yield Advice(Issue.NOT_UTF8, place, detail=Sentence("it is UTF-16"))
    elif not _is_utf8(data):
        number, line = next(
            ((number, line) for number, line in enumerate(lines, 1) if not line.isascii()), (1, "")
        )
        yield Advice(Issue.NOT_UTF8, f"{place} line {number}", line.strip()[:200])


def advise_invisible(lines: Sequence[str], place: str = PLACE) -> Iterator[Advice]:
    """Yield the lines that hold characters which nobody sees, with their names."""
    for number, line in enumerate(lines, 1):
        found = [] if line.isascii() and line.isprintable() else list(dict.fromkeys(_INVISIBLE.findall(line)))
        if found and not line.isspace():
            named = ", ".join(f"U+{ord(sign):04X} {unicodedata.name(sign, 'a control')}" for sign in found[:5])
            yield Advice(Issue.INVISIBLE_CHARACTER, f"{place} line {number}", line.strip()[:200], named)


def shown(text: str) -> str:
    """Return a text in which what nobody sees or can tell is shown by its number, as `<U+FEFF>` and `<U+00A0>`."""
    return _UNTOLD.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def advise_spelling(document: Document, texts: Sequence[str]) -> Iterator[Advice]:
    """Yield what is wrong with lines that are read, of a file that was written as `texts`."""
    for line in document.lines:
        place, quote = f"{PLACE} line {line.number}", line.text[:200]
        if line.key in CRAWL_RULES and (right := _path_meant(line, document)):
            yield Advice(Issue.ROBOTS_MATCHES_NOTHING, place, quote, right)
        elif line.key is Key.AGENT and (names := _several_names(line.value)):
            yield Advice(
                Issue.ROBOTS_SEVERAL_NAMES, place, quote, Sentence("only %(name)s is read", name=names[0])
            )
        elif expected := _expected(line, texts):
            yield Advice(
                Issue.ROBOTS_MISSPELT, place, quote, Sentence("expected %(expected)s", expected=expected[:200])
            )


def _expected(line: Line, texts: Sequence[str]) -> str | None:
    if line.key in CRAWL_RULES and (_ANOTHER_LINE.match(line.value) or EXPRESSION.search(line.value)):
        return None
    if line.key in CRAWL_RULES and line.value and not line.value.startswith(("/", "*", "$")):
        # a pattern of a name's end, or of a query, stands anywhere in an address
        path = f"/*{line.value}" if _EXTENSION.match(line.value) else path_pattern(line.value)
        return f"{line.key.value}: {path}"
    if line.key is Key.AGENT and (name := _known_name(line.value)):
        return f"User-agent: {name}"
    if line.written.lower() not in _STANDARD_SPELLINGS:
        return line.key.value
    return None if ":" in texts[line.number - 1].partition("#")[0] else f"{line.key.value}: {line.value}"


def _path_meant(line: Line, document: Document) -> Sentence | None:
    """Return what to write for a rule whose value can match nothing, None for all other rules.

    Nothing is advised that could shut out more than was meant: an address may be one of another host.
    """
    if _ADDRESS.match(line.value):
        return Sentence("a rule is for its own host, and its value begins with the path")
    # only its author knows what belongs into a template, and what an expression matches; nobody permits more
    is_template = "{{" in line.value or "{%" in line.value or EXPRESSION.search(line.value)
    if is_template or (line.key is Key.ALLOW and line.value.startswith("/")):
        return None
    meant = list(dict.fromkeys(paths_meant(line.value)))
    # what nobody sees is named by itself
    seen = line.value.translate(UNSEEN).strip()
    if not meant or meant in ([line.value], [path_pattern(line.value)], [seen], [path_pattern(seen)]):
        return None
    if len(meant) > 1:
        return Sentence("there are several paths in one line")
    if line.key is Key.DISALLOW and is_everything(meant[0]) and not _is_meant(line.number, meant[0], document):
        return None
    return Sentence("perhaps %(meant)s was meant", meant=f"{line.key.value}: {meant[0]}"[:200])


def _is_meant(number: int, path: str, document: Document) -> bool:
    """Tell whether the second reading takes a line for a path; for everything it does not beside other paths."""
    return any(each.number == number and each.value == path for each in document.meant)


def _several_names(value: str) -> list[str]:
    """Return the words of a `User-agent` line that holds several names, or a rule behind its name."""
    words = [word for word in _NAMES_END.split(value.partition("(")[0]) if word][:100]
    known = usages_by_token(default_agents().agents)
    another = any(
        product_token(word) in known or word.rstrip(":").lower() in _STANDARD_SPELLINGS for word in words[1:]
    )
    has_list = "," in value and "(" not in value
    return words if len(words) > 1 and (has_list or another) else []


def _known_name(value: str) -> str | None:
    """Return the name of a known crawler that was written in wide letters, or with other signs between them."""
    if product_token(value) in usages_by_token(default_agents().agents):
        return None
    letters = _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", value[:_MAX_NAME]).lower())
    return next(
        (agent.token for agent in default_agents().agents if _NOT_LETTERS.sub("", agent.token.lower()) == letters),
        None,
    )


def advise_unread(lines: Iterable[Line], texts: Sequence[str]) -> Iterator[Advice]:
    """Find lines whose name nobody knows and that look as if they were meant to speak about AI."""
    read = {line.number for line in lines}
    names: dict[str, str | None] = {}
    for number, text in enumerate(texts, 1):
        name, colon, _ = text.partition("#")[0].replace(_WIDE_COLON, ":").strip().partition(":")
        name = name.strip().lower()
        if not name or number in read or len(name) > _MAX_NAME:
            continue
        if name not in names and len(names) < _MAX_UNKNOWN_NAMES:
            names[name] = _meant(name) if colon else _rule_alone(name)
        if (meant := names.get(name)) is not None:
            quote = text.strip()[:200]
            yield Advice(Issue.ROBOTS_UNREAD_LINE, f"{PLACE} line {number}", quote, _why_unread(meant, text))


def _meant(name: str) -> str | None:
    """Return what a name may have been meant for, empty for what is clearly about AI, None for all others."""
    if name in _OTHERS:
        return None
    close = get_close_matches(name, sorted(_STANDARD_SPELLINGS), n=1, cutoff=0.8)
    return close[0] if close else "" if _ABOUT_AI.search(name) else None


def _why_unread(meant: str, text: str) -> str:
    why = [Sentence("perhaps %(meant)s was meant", meant=meant)] if meant else []
    why += [Sentence("a colon in it is a full-width one")] if _WIDE_COLON in text else []
    return Sentence.listed(why) if why else ""


def _rule_alone(text: str) -> str | None:
    return f"{text.capitalize()}: /" if text in {key.lower() for key in CRAWL_RULES} else None
