"""What is wrong with a robots.txt, line by line, for whichever crawler a line is meant."""

import codecs
import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import Final

from crawler_filter.lint.faults import Fault
from crawler_filter.lint.report import Advice
from crawler_filter.lint.site import looks_like_html
from crawler_filter.lint.statements import content_signal_fault, content_usage_fault
from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.agents import EVERYBODY, product_token, shipped, usages_by_token
from crawler_filter.signals.aipref import parse_statement
from crawler_filter.signals.content_signal import parse_content_signal
from crawler_filter.signals.lines import CRAWL_RULES, MAX_BYTES, Groups, Key, Line, group, read_lines
from crawler_filter.signals.patterns import TooMuchWorkError, path_pattern
from crawler_filter.signals.robots_group import GroupRules, without_path

PLACE: Final = "robots.txt"

_STATEMENTS: Final = frozenset({Key.USAGE, Key.SIGNAL})
_HIDEABLE: Final = _STATEMENTS | {Key.LICENSE}
_STANDARD_SPELLINGS: Final = frozenset(key.value.lower() for key in Key)
_LINE_END = re.compile(r"\r\n|\r|\n")
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")
_WIDE_COLON: Final = "\uff1a"
_MAX_NAME: Final = 40
_MAX_UNKNOWN_NAMES: Final = 200
_NAMES_SHOWN: Final = 12


def advise(data: bytes) -> Iterator[Advice]:
    """Yield what to mend in a file that is there. Nothing raises."""
    if looks_like_html(data):
        yield Advice(Fault.ROBOTS_PAGE, PLACE)
        return
    document = read_lines(data)
    if document.truncated:
        yield Advice(Fault.ROBOTS_TOO_LONG, PLACE, detail=f"{len(data)} bytes; {MAX_BYTES} are read")
    written = _written(data)
    groups = group(document.lines, CRAWL_RULES)
    yield from _orphans(groups)
    yield from _boundaries(document.lines)
    yield from _statements(document.lines)
    yield from _after_blank_lines(groups, written)
    yield from _hidden(groups, document.lines)
    yield from _conflicts(groups)
    yield from _misspelt(document.lines, written)
    yield from _unread(document.lines, written)


def _advice(fault: Fault, line: Line, detail: str = "") -> Advice:
    return Advice(fault, f"{PLACE} line {line.number}", line.text[:200], detail)


def _written(data: bytes) -> list[str]:
    """Return every line as it stands in the file."""
    utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return _LINE_END.split(data.decode("utf-16" if utf16 else "utf-8-sig", "replace"))


def _orphans(groups: Groups) -> Iterator[Advice]:
    for line in groups.outside:
        if line.key in _STATEMENTS or line.key in CRAWL_RULES:
            yield _advice(Fault.ROBOTS_ORPHAN, line)


def _boundaries(lines: Sequence[Line]) -> Iterator[Advice]:
    """Find statements after which RFC 9309 does not end a list of names; AIPREF ends it at `Content-Usage`."""
    between: list[Line] = []
    in_names = False
    for line in lines:
        if line.key is Key.AGENT:
            yield from (_advice(Fault.ROBOTS_BOUNDARY, statement) for statement in between)
            between = []
            in_names = True
        elif line.key in _HIDEABLE and in_names:
            between.append(line)
        elif line.key in CRAWL_RULES:
            between, in_names = [], False


def _statements(lines: Iterable[Line]) -> Iterator[Advice]:
    for line in lines:
        if line.key is Key.LICENSE:
            if not line.value.startswith(("https://", "http://")):
                yield _advice(Fault.RSL_RELATIVE, line)
        elif line.key in _STATEMENTS:
            judge = content_usage_fault if line.key is Key.USAGE else content_signal_fault
            if found := judge(without_path(line.value)):
                yield _advice(found[0], line, found[1])


def _after_blank_lines(groups: Groups, written: Sequence[str]) -> Iterator[Advice]:
    for line in (line for lines in groups.lines for line in lines if line.key in _STATEMENTS):
        for above in reversed(written[max(line.number - 50, 0) : line.number - 1]):
            if not above.strip():
                yield _advice(Fault.ROBOTS_BLANK_LINE, line)
                break
            if not above.lstrip().startswith("#"):
                break


def _hidden(groups: Groups, lines: Iterable[Line]) -> Iterator[Advice]:
    """Find statements to everybody that crawlers with a group of their own never read."""
    written = {product_token(line.value): line.value for line in lines if line.key is Key.AGENT}
    for statement in _first_of_each_key(_lines_of(groups, EVERYBODY)):
        known: dict[tuple[int, ...], bool] = {}
        names = []
        for name in groups.by_name:
            numbers = groups.of(name)
            if name != EVERYBODY and numbers not in known:
                known[numbers] = _needs(statement, _lines_of(groups, name))
            if name != EVERYBODY and known[numbers]:
                names.append(written.get(name, name)[:40])
        if names:
            more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
            detail = f"not read by {', '.join(names[:_NAMES_SHOWN])}{more}"
            yield _advice(Fault.ROBOTS_HIDDEN, statement, detail)


def _first_of_each_key(lines: Iterable[Line]) -> list[Line]:
    first: dict[Key, Line] = {}
    for line in lines:
        if line.key in _HIDEABLE:
            first.setdefault(line.key, line)
    return list(first.values())


def _needs(statement: Line, own: Sequence[Line]) -> bool:
    """Tell whether a group that may fetch something lacks a kind of statement."""
    if any(line.key is statement.key for line in own):
        return False
    try:
        root = GroupRules(own, ()).crawl.match("/")
    except TooMuchWorkError:
        return True
    return root is None or root.rank > 0


def _lines_of(groups: Groups, name: str) -> list[Line]:
    return [line for number in groups.by_name.get(name, ()) for line in groups.lines[number]]


def _conflicts(groups: Groups) -> Iterator[Advice]:
    seen: set[tuple[int, ...]] = set()
    for name in groups.by_name:
        numbers = groups.of(name)
        if numbers in seen:
            continue
        seen.add(numbers)
        said: dict[tuple[Key, str, Usage], tuple[Preference, Line]] = {}
        for line in _lines_of(groups, name):
            if line.key in _STATEMENTS:
                yield from _contradictions(line, said)


def _contradictions(line: Line, said: dict[tuple[Key, str, Usage], tuple[Preference, Line]]) -> Iterator[Advice]:
    statement = without_path(line.value)
    path = line.value.removesuffix(statement).strip()
    preferences, _ = (parse_statement if line.key is Key.USAGE else parse_content_signal)(statement)
    for usage, preference in preferences.items():
        before, where = said.setdefault((line.key, path, usage), (preference, line))
        if before is not preference:
            yield _advice(Fault.ROBOTS_CONFLICT, line, f"{usage.value}: line {where.number} says {before.value}")


def _misspelt(lines: Iterable[Line], written: Sequence[str]) -> Iterator[Advice]:
    for line in lines:
        if line.key in CRAWL_RULES and line.value and not line.value.startswith(("/", "*", "$")):
            yield _advice(
                Fault.ROBOTS_MISSPELT, line, f"expected {line.key.value}: {path_pattern(line.value)}"[:200]
            )
        if line.key is Key.AGENT and (name := _known_name(line.value)):
            yield _advice(Fault.ROBOTS_MISSPELT, line, f"expected User-agent: {name}")
        if line.written.lower() not in _STANDARD_SPELLINGS:
            yield _advice(Fault.ROBOTS_MISSPELT, line, f"expected {line.key.value}")
        elif ":" not in written[line.number - 1].partition("#")[0]:
            yield _advice(Fault.ROBOTS_MISSPELT, line, f"expected {line.key.value}: {line.value}"[:200])


def _known_name(value: str) -> str | None:
    """Return the name of a known crawler that was written with other signs between its letters."""
    if product_token(value) in usages_by_token(shipped().agents):
        return None
    letters = _NOT_LETTERS.sub("", value.lower())
    return next(
        (agent.token for agent in shipped().agents if _NOT_LETTERS.sub("", agent.token.lower()) == letters), None
    )


def _unread(lines: Iterable[Line], written: Sequence[str]) -> Iterator[Advice]:
    """Find lines whose name nobody knows and that look as if they were meant to speak about AI."""
    read = {line.number for line in lines}
    names: dict[str, str] = {}
    for number, text in enumerate(written, 1):
        name, colon, _ = text.partition("#")[0].replace(_WIDE_COLON, ":").strip().partition(":")
        name = name.strip().lower()
        if not colon or number in read or len(name) > _MAX_NAME:
            continue
        if name not in names and len(names) < _MAX_UNKNOWN_NAMES:
            close = get_close_matches(name, sorted(_STANDARD_SPELLINGS), n=1, cutoff=0.8)
            names[name] = close[0] if close else ""
        if meant := names.get(name):
            quote = text.strip()[:200]
            wide = "; its colon is a full-width one" if _WIDE_COLON in text else ""
            detail = f"perhaps {meant} was meant{wide}"
            yield Advice(Fault.ROBOTS_UNREAD_LINE, f"{PLACE} line {number}", quote, detail)
