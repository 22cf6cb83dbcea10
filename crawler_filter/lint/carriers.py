"""What is wrong outside of robots.txt and markup: in headers, well-known files, licences and files."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from lxml import etree

from crawler_filter.errors import Sentence
from crawler_filter.finding import Source
from crawler_filter.lint.issues import Issue
from crawler_filter.lint.report import Advice
from crawler_filter.lint.signal_syntax import (
    addressed_to_search_engines,
    content_signal_fault,
    content_usage_fault,
    misspelt_directives,
    unseparated_directives,
)
from crawler_filter.lint.site import looks_like_html
from crawler_filter.lint.spelling import advise_encoding, advise_invisible, written
from crawler_filter.signals import html, rsl, safe_json, safe_xml, tdmrep, well_known
from crawler_filter.signals.doubtful import DOUBTFUL
from crawler_filter.signals.evaluation import Statement
from crawler_filter.signals.invented_names import INVENTED
from crawler_filter.signals.meanings import means
from crawler_filter.signals.response import Response
from crawler_filter.signals.robots.lines import CRAWL_RULES, group, read_lines
from crawler_filter.signals.robots.patterns import Pattern
from crawler_filter.signals.signal import Family, Signal

MAX_RULES: Final = 500
"""Rules of one tdmrep.json that are judged."""
MAX_CONTENTS: Final = 20
"""Content elements of one licence that are judged, each by reading the whole document for it."""

_MAX_LINES: Final = 10_000
_CONTENT: Final = re.compile(r'content="(.*)"')
_Q: Final = f"{{{rsl.NAMESPACE}}}"
_RESERVATIONS: Final = (0, 1)
_OWN_FAULTS: Final[Mapping[str, Issue]] = {tdmrep.ALONE: Issue.TDM_POLICY_ALONE, INVENTED: Issue.INVENTED_NAME}
"""The faults of statements that are told by their warning, whatever carries them."""


def advise_headers(answer: Response) -> Iterator[Advice]:
    """Yield misspelt robots directives, which no parser can tell from unknown ones."""
    for name, value in answer.headers:
        if name.lower() == "x-robots-tag":
            place = f"{answer.url} header X-Robots-Tag"
            for directive in misspelt_directives(value):
                yield Advice(Issue.ROBOTS_TAG_MISSPELT, place, value[:200], directive)
            for directive in unseparated_directives(value):
                yield Advice(Issue.ROBOTS_TAG_SEPARATOR, place, value[:200], directive)
            for engine in addressed_to_search_engines(value):
                yield Advice(Issue.ROBOTS_TAG_ADDRESSEE, place, value[:200], engine)


def advise_statements(statements: Iterable[Statement], answer: Response) -> Iterator[Advice]:
    """Yield what the parsers found wrong in the headers, the page and the content of one asset."""
    for source, signal in statements:
        was_cut = answer.truncated and source is Source.CONTENT and signal.unchecked
        fault = _OWN_FAULTS.get(signal.warning) or _fault(source, signal)
        if not was_cut and fault:
            yield Advice(fault, f"{answer.url} {signal.locator}", signal.rule, signal.warning)


def _fault(source: Source, signal: Signal) -> Issue | None:
    if signal.family is Family.RSL and not signal.unchecked:
        return _fault_of_license(source, signal)
    # markup of no standard's form is judged tag by tag
    is_no_fault = signal.warning in ("", html.DOUBTFUL) or signal.family is Family.TERMS
    if is_no_fault or source in (Source.ROBOTS_TXT, Source.WELL_KNOWN):
        return None  # those are judged as whole files
    if signal.family is Family.TDMREP and not signal.decides:
        return Issue.TDMREP_REPLACED
    if source is Source.LICENSE:
        return Issue.RSL_NOT_READ if not signal.rule and "not given" in signal.warning else None
    if source is Source.CONTENT:
        return Issue.PLUS_VALUE if signal.family is Family.PLUS else Issue.FILE_STATEMENT
    return _fault_of_carrier(signal)


def _fault_of_license(source: Source, signal: Signal) -> Issue | None:
    """Judge a licence that is named or inside something; documents are judged whole."""
    if source is Source.LICENSE:
        return None
    if signal.preferences:
        return Issue.RSL_SELF_DEFEATING if "not licensed" in signal.warning else None
    if signal.warning == DOUBTFUL:
        return Issue.RSL_NAMED
    policy = signal.terms.policy
    return Issue.RSL_LINK_RELATIVE if policy and not policy.startswith(("https://", "http://")) else None


def _fault_of_carrier(signal: Signal) -> Issue | None:
    written = signal.rule.partition(":")[2] if signal.locator.startswith("header") else signal.rule
    if signal.family is Family.AIPREF:
        found = content_usage_fault(written)
        return found[0] if found else Issue.AIPREF_CARRIER
    if signal.family is Family.CONTENT_SIGNAL:
        found = content_signal_fault(written)
        return found[0] if found else Issue.CONTENT_SIGNAL_CARRIER
    if signal.warning == DOUBTFUL and signal.family is Family.ROBOTS_TAG:
        tag = _CONTENT.search(signal.rule)
        text = tag[1] if tag else signal.rule
        is_told = any(misspelt_directives(text)) or any(unseparated_directives(text))
        return None if is_told else Issue.ROBOTS_TAG_MISSPELT
    known = {Family.TDMREP: Issue.TDMREP_VALUE, Family.PAYMENT: Issue.PAYMENT, Family.RSL: Issue.RSL_BROKEN}
    return known.get(signal.family, Issue.NOT_READ) if signal.family else Issue.NOT_READ


def advise_well_known(path: str, body: bytes, url: str) -> Iterator[Advice]:
    """Yield what to fix in a file at one of `well_known.PATHS`."""
    if looks_like_html(body):
        yield Advice(Issue.WELL_KNOWN_PAGE, path)
        return
    texts = written(body)
    yield from advise_encoding(body, texts, path)
    yield from advise_invisible(texts, path)
    if path == tdmrep.FILE:
        yield from _tdmrep(body)
        return
    said = list(well_known.read(path, body, url))
    if path in well_known.AI_TXTS:
        yield from _ai_txt(path, body, texts, said)
    else:
        yield from _trust_txt(path, texts, said)


def _ai_txt(path: str, body: bytes, texts: Sequence[str], said: Sequence[Signal]) -> Iterator[Advice]:
    for each in said:
        if each.warning == INVENTED:
            yield Advice(Issue.INVENTED_NAME, each.locator, each.rule)
    groups = group(read_lines(body).lines, CRAWL_RULES)
    lines = [line for number in groups.of("") for line in groups.lines[number]]
    has_rules = any(line.key in CRAWL_RULES and line.value for line in lines)
    if not has_rules and not any(each.preferences for each in said):
        is_wide = any("\uff1a" in text for text in texts)
        wide = Sentence("a colon in it is a full-width one") if is_wide else ""
        yield Advice(Issue.AI_TXT_SILENT, path, detail=wide)


def _trust_txt(path: str, texts: Sequence[str], said: Iterable[Signal]) -> Iterator[Advice]:
    for each in said:
        if each.warning:
            yield Advice(Issue.TRUST_TXT_VALUE, path, each.rule)
    for line in texts[:_MAX_LINES]:
        if line.strip().lower().startswith("datatrainingallowed") and "=" not in line:
            yield Advice(Issue.TRUST_TXT_VALUE, path, line.strip()[:200], Sentence("the sign = is missing"))


def _tdmrep(body: bytes) -> Iterator[Advice]:
    try:
        value = safe_json.parse(body)
    except safe_json.UnreadableJsonError as error:
        yield Advice(Issue.TDMREP_UNREADABLE, tdmrep.FILE, detail=error.sentence)
        return
    if isinstance(value, dict):
        yield Advice(Issue.TDMREP_SHAPE, tdmrep.FILE)
        value = [value]
    if not isinstance(value, list):
        yield Advice(
            Issue.TDMREP_UNREADABLE,
            tdmrep.FILE,
            detail=Sentence("expected an array, got %(name)s", name=type(value).__name__),
        )
        return
    above: list[tuple[int, Pattern, object]] = []
    for number, rule in enumerate(value[:MAX_RULES], 1):
        yield from _tdmrep_rule(number, rule, above)


def _tdmrep_rule(number: int, rule: Any, above: list[tuple[int, Pattern, object]]) -> Iterator[Advice]:  # noqa: ANN401
    place, quote = f"{tdmrep.FILE} rule {number}", json.dumps(rule, ensure_ascii=False)[:200]
    location = rule.get("location") if isinstance(rule, Mapping) else None
    if not isinstance(location, str) or "tdm-reservation" not in rule:
        yield Advice(Issue.TDMREP_RULE, place, quote)
        return
    value = rule["tdm-reservation"]
    if isinstance(value, bool) or value not in _RESERVATIONS:
        yield Advice(Issue.TDMREP_VALUE, place, quote)
        return
    pattern = Pattern(location)
    for first, broader, said in above:
        if broader.is_plain and pattern.text.startswith(broader.text) and said != value:
            yield Advice(Issue.TDMREP_SHADOWED, place, quote, Sentence("rule %(first)s comes first", first=first))
            break
    above.append((number, pattern, value))


def advise_license(address: str, body: bytes) -> Iterator[Advice]:
    """Yield what to fix in an RSL document, for whatever content it is about."""
    contents = _contents(body)
    for url in dict.fromkeys((element.get("url") or "").strip() for element in contents) or [""]:
        for signal in rsl.read_document(body, url, locator=address):
            fault = Issue.RSL_SELF_DEFEATING if signal.preferences else Issue.RSL_BROKEN
            if signal.warning and not signal.warning.startswith("content "):
                yield Advice(fault, address, signal.rule, signal.warning)
    for element in contents:
        url = (element.get("url") or "").strip()[:200]
        if element.find(f"{_Q}license") is None:
            yield Advice(Issue.RSL_NO_LICENSE, address, f'<content url="{url}">')
        for token in _unknown_uses(element):
            yield Advice(Issue.RSL_TOKEN, address, f'<content url="{url}">', token)


def _contents(body: bytes) -> list[etree._Element]:
    try:
        found: list[etree._Element] = safe_xml.parse(body).findall(f"{_Q}content")[:MAX_CONTENTS]
    except safe_xml.UnreadableXmlError:
        return []
    return found


def _unknown_uses(content: etree._Element) -> Iterator[str]:
    for name in ("permits", "prohibits"):
        for element in content.iterfind(f"{_Q}license/{_Q}{name}"):
            if (element.get("type") or "usage").strip().lower() == "usage":
                words = (element.text or "").split()
                yield from (word[:40] for word in words if means(Family.RSL, word.lower()) is None)
