"""What is wrong with a robots.txt, line by line, for whichever crawler a line is meant."""

from collections.abc import Iterable, Iterator, Sequence, Set
from typing import Final

from crawler_filter.errors import Sentence
from crawler_filter.lint import hosting
from crawler_filter.lint.issues import Issue
from crawler_filter.lint.report import Advice
from crawler_filter.lint.signal_syntax import content_signal_fault, content_usage_fault
from crawler_filter.lint.site import looks_like_html
from crawler_filter.lint.spelling import (
    EXPRESSION,
    PLACE,
    advise_encoding,
    advise_invisible,
    advise_spelling,
    advise_unread,
    written,
)
from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.agents import WILDCARD, default_agents, product_token, usages_by_token
from crawler_filter.signals.aipref import parse_statement
from crawler_filter.signals.content_signal import parse_content_signal
from crawler_filter.signals.robots.groups import GroupRules, without_path
from crawler_filter.signals.robots.keys import Key, Line
from crawler_filter.signals.robots.lines import CRAWL_RULES, MAX_BYTES, Document, Groups, group, read_lines
from crawler_filter.signals.robots.look_alikes import UNSEEN
from crawler_filter.signals.robots.patterns import TooMuchWorkError

_STATEMENTS: Final = frozenset({Key.USAGE, Key.SIGNAL})
_HIDEABLE: Final = _STATEMENTS | {Key.LICENSE}
_NAMES_SHOWN: Final = 12
_NEEDING_THE_GROUPS: Final = frozenset({Issue.ROBOTS_HIDDEN, Issue.ROBOTS_BLANK_LINE, Issue.ROBOTS_BOUNDARY})
"""What only somebody can fix who may edit the groups of the file."""


def advise(data: bytes, url: str = "") -> Iterator[Advice]:
    """Yield what to fix in a file that is there, at a site of the address `url`. Nothing raises."""
    if looks_like_html(data):
        yield Advice(Issue.ROBOTS_PAGE, PLACE)
        return
    document = read_lines(data)
    if document.truncated:
        yield Advice(Issue.ROBOTS_TOO_LONG, PLACE, detail=f"{len(data)} bytes; {MAX_BYTES} are read")
    texts = written(data)
    yield from advise_encoding(data, texts)
    yield from advise_invisible(texts)
    managed = hosting.managed_lines(texts, url)
    hosted = []
    for advice in _of_groups(document, texts):
        if advice.fault in _NEEDING_THE_GROUPS and _number(advice) in managed:
            hosted.append(str(_number(advice)))
        else:
            yield advice
    if hosted:
        numbers = ", ".join(hosted[:_NAMES_SHOWN])
        yield Advice(Issue.ROBOTS_HOSTED, PLACE, detail=Sentence("it is about lines %(numbers)s", numbers=numbers))


def _of_groups(document: Document, texts: Sequence[str]) -> Iterator[Advice]:
    groups = group(document.lines, CRAWL_RULES)
    spelt = [*advise_spelling(document, texts), *advise_unread(document.lines, texts)]
    yield from _orphans(groups)
    yield from _boundaries(document.lines)
    yield from _statements(document.lines)
    yield from _after_blank_lines(groups, texts)
    yield from _hidden(groups, document.lines)
    yield from _conflicts(groups)
    yield from spelt
    yield from _overlooked(document, {_number(advice) for advice in spelt}, texts)


def _overlooked(document: Document, said: Set[int], texts: Sequence[str]) -> Iterator[Advice]:
    """Find lines that only the second reading understands and nothing else was said of."""
    # what nobody sees is named by itself
    known = {*document.lines, *(line._replace(value=line.value.translate(UNSEEN)) for line in document.lines)}
    named = usages_by_token(default_agents().agents).keys() | {WILDCARD}
    by_line: dict[int, list[Line]] = {}
    for line in document.meant:
        # a word of an unknown crawler's name is no name that was overlooked
        is_name = line.key is not Key.AGENT or line.value in named
        if is_name and line not in known and line.number not in said:
            by_line.setdefault(line.number, []).append(line)
    for number, lines in by_line.items():
        quote = texts[number - 1].strip()[:200] if 0 < number <= len(texts) else ""
        if EXPRESSION.search(quote):
            continue
        meant = "; ".join(f"{line.key.value}: {line.value}" for line in lines[:5])[:200]
        detail = Sentence("perhaps %(meant)s was meant", meant=meant)
        yield Advice(Issue.ROBOTS_OVERLOOKED, f"{PLACE} line {number}", quote, detail)


def _number(advice: Advice) -> int:
    return int(advice.place.rpartition(" line ")[2]) if " line " in advice.place else 0


def _advice(fault: Issue, line: Line, detail: str = "") -> Advice:
    return Advice(fault, f"{PLACE} line {line.number}", line.text[:200], detail)


def _orphans(groups: Groups) -> Iterator[Advice]:
    for line in groups.outside:
        if line.key in _STATEMENTS or line.key in CRAWL_RULES:
            yield _advice(Issue.ROBOTS_ORPHAN, line)


def _boundaries(lines: Sequence[Line]) -> Iterator[Advice]:
    """Find statements after which RFC 9309 does not end a list of names; AIPREF ends it at `Content-Usage`."""
    between: list[Line] = []
    in_names = False
    for line in lines:
        if line.key is Key.AGENT:
            yield from (_advice(Issue.ROBOTS_BOUNDARY, statement) for statement in between)
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
                yield _advice(Issue.RSL_RELATIVE, line)
        elif line.key in _STATEMENTS:
            judge = content_usage_fault if line.key is Key.USAGE else content_signal_fault
            if found := judge(without_path(line.value)):
                yield _advice(found[0], line, found[1])


def _after_blank_lines(groups: Groups, texts: Sequence[str]) -> Iterator[Advice]:
    """Find lines that a blank one parts from their group: each statement, of Disallow the first and a count."""
    parted = [line for lines in groups.lines for line in lines if _is_parted(line, texts)]
    yield from (_advice(Issue.ROBOTS_BLANK_LINE, line) for line in parted if line.key in _STATEMENTS)
    rules = [line for line in parted if line.key is Key.DISALLOW and line.value]
    if rules:
        others = Sentence("and %(rules)s more Disallow lines", rules=len(rules) - 1) if len(rules) > 1 else ""
        yield _advice(Issue.ROBOTS_BLANK_LINE, rules[0], others)


def _is_parted(line: Line, texts: Sequence[str]) -> bool:
    for above in reversed(texts[max(line.number - 50, 0) : line.number - 1]):
        if not above.strip():
            return True
        if not above.lstrip().startswith("#"):
            return False
    return False


def _hidden(groups: Groups, lines: Iterable[Line]) -> Iterator[Advice]:
    """Find statements to everybody that crawlers with a group of their own never read."""
    written = {product_token(line.value): line.value for line in lines if line.key is Key.AGENT}
    for statement in _first_of_each_key(_lines_of(groups, WILDCARD)):
        known: dict[tuple[int, ...], bool] = {}
        names = []
        for name in groups.by_name:
            numbers = groups.of(name)
            if name != WILDCARD and numbers not in known:
                known[numbers] = _needs(statement, _lines_of(groups, name))
            if name != WILDCARD and known[numbers]:
                names.append(written.get(name, name)[:40])
        if names:
            yield _advice(Issue.ROBOTS_HIDDEN, statement, _unread_by(names))


def _unread_by(names: Sequence[str]) -> Sentence:
    shown = ", ".join(names[:_NAMES_SHOWN])
    more = len(names) - _NAMES_SHOWN
    if more > 0:
        return Sentence("not read by %(names)s and %(more)s more", names=shown, more=more)
    return Sentence("not read by %(names)s", names=shown)


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
            yield _advice(
                Issue.ROBOTS_CONFLICT,
                line,
                Sentence(
                    "%(usage)s: line %(number)s says %(preference)s",
                    usage=usage.value,
                    number=where.number,
                    preference=before.value,
                ),
            )
