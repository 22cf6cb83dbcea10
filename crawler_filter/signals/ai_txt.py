"""ai.txt, as Spawning made it and as sites write it.

Spawning's file has the grammar of robots.txt, and its rules are about training. draft-car-ai-txt-wellknown puts
`Training: deny` under the same name, with paths in `Training-Deny`, and content systems have names of their own.
Of those only what they refuse counts.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Final

from crawler_filter.errors import Sentence
from crawler_filter.preference import Preference, Usage
from crawler_filter.signals import nested_answers, other_uses, safe_json
from crawler_filter.signals.agents import NO_AGENTS, WILDCARD, UsagesByToken
from crawler_filter.signals.aipref import MAX_STATEMENT
from crawler_filter.signals.doubtful import read_statement, refusals
from crawler_filter.signals.invented_names import INVENTED, refused
from crawler_filter.signals.meanings import means
from crawler_filter.signals.refusing_words import (
    FORBIDDEN,
    TAKEN_BACK,
    about_ai,
    labelled,
    letters,
    refused_by,
    refuses_in_cjk,
)
from crawler_filter.signals.robots.groups import GroupRules, without_path
from crawler_filter.signals.robots.keys import Key, Line
from crawler_filter.signals.robots.lines import (
    CRAWL_RULES,
    TOO_MUCH_TO_READ,
    Document,
    Groups,
    group,
    leniently,
    read_lines,
)
from crawler_filter.signals.robots.patterns import (
    Pattern,
    Rule,
    RuleSet,
    TooMuchWorkError,
    path_of,
    path_pattern,
)
from crawler_filter.signals.signal import MAX_RULE, Family, Signal, Warned, unread

MAX_LINES: Final = 20_000
"""Lines with names of no standard that are read."""

MAX_SENTENCES: Final = 500
"""Lines that are read as sentences; a file with more that may speak of training could not be checked."""

_TOO_MUCH: Final = Sentence("too many rules to try on so long a path")
_LINE: Final = re.compile(r"[\s>*<\u2022+\"'\[{,-]{0,20}([A-Za-z][A-Za-z0-9 _.-]{0,39})[\"'*\s]{0,9}[:=]([^\n]*)")
_MEMBER_ENDS: Final = re.compile(r"[{},]")
_WORD: Final = 40
_LONG: Final = 1000
_OVERLAP: Final = 250
_MAY_SPEAK: Final = re.compile(r"\b(?:train\w*|AI|LLM|mining|machine[- ]learning)\b", re.IGNORECASE)
_SENTENCE: Final = re.compile(
    r"\b(?:(?:may|must|shall|should|can|is|are|be) not|prohibit|forbid|disallow"
    r"|(?<!we )do not (?:use|train|scrape)"
    r"|not (?:be )?(?:permit|allow|authori[sz]|consent|licen[sc]|grant|used?\b)"
    r"|opt(?:ed|ing)?[- ]out|all rights reserved)"
    r"[^.]{0,120}\b(?:AI|LLM|machine[- ]learning|models?)\b[^.]{0,60}\b(?:train|learn|us(?:e|ing)|develop)"
    r"|\bnot (?:permit|allow|authori[sz]e|consent|agree|licen[sc]e|grant)\b[^.]{0,120}\btrain[^.]{0,60}"
    r"\b(?:AI|LLM|models?)\b"
    r"|\b(?:train\w*|AI|machine[- ]learning|text and data mining)\b[^.]{0,120}"
    r"\b(?:not (?:be )?(?:permit|allow|authori[sz])|prohibited|forbidden|disallowed|reserved)"
    r"|\b(?:may|must|shall|should|can) not be used\b[^.]{0,80}\btrain"
    r"|^\W*(?:please )?(?:do not|don.t|never) (?:train|learn|scrape)\b"
    r"|^\W*no (?:AI|LLM|machine)[- ](?:training|learning|scraping|use)\b(?! data)",
    re.IGNORECASE,
)
"""A sentence against training. It is not taken for a refusal: it may tell of what others do."""
_ENDING: Final = re.compile(r"(?:[/*]*\.)?([A-Za-z0-9]{2,5})\$?")
_ADDRESS: Final = re.compile(r"[a-z]{3,5}://\S*|\S+@\S+")
_BOTH: Final = Sentence("the same is allowed and refused: the refusal counts")
_YES: Final = frozenset({"true", "yes", "1", "all", "everything", "on"})
_FOR_PEOPLE: Final = Sentence("a sentence about training that only a person can read")
_MORE_LINES: Final = Sentence("more than %(most)s lines; what the others mean is not known", most=MAX_LINES)
_MORE_SENTENCES: Final = Sentence("more than %(most)s lines that may be sentences about it", most=MAX_SENTENCES)
_OWN: Final = frozenset({"training", "train"})
"""Names of ai.txt itself, by their letters; in robots.txt they are those of lines of no standard."""
_DENIED: Final = "trainingdeny"
_LEFT_OPEN: Final = "trainingallow"
_FIELDS: Final = re.compile(r"^[ \t]{0,20}([A-Za-z-]{5,20})[ \t]*:", re.MULTILINE)
_OF_DRAFT: Final = frozenset({"scraping", "indexing", "caching"})
_DEFAULT: Final = Sentence("the file does not say it: draft-car-ai-txt-wellknown has it for its default")
_NOT_LETTERS: Final = re.compile(r"[^a-z]+")


def read(text: str, url: str, locator: str, other_agents: UsagesByToken = NO_AGENTS) -> Iterator[Signal]:
    """Yield what an ai.txt says about `url`. What it refuses one of `other_agents` is refused to everybody."""
    path, document = path_of(url), read_lines(text)
    if not document.is_whole:
        yield Signal(Family.AI_TXT, "", locator, warning=TOO_MUCH_TO_READ, unchecked=True)
    try:
        for groups in (*leniently(document), group(document.lines, CRAWL_RULES)):
            yield from _for_everybody(groups, path, locator)
            yield from _by_name(groups, path, locator, other_agents)
        yield from _by_ending(document, path, locator)
        yield from _of_signals(document, path, locator)
        yield from _in_other_names(text, path, locator)
        yield from _below_names(text, locator)
        yield from _in_sentences(text, locator)
        yield from _by_default(text, locator)
    except TooMuchWorkError:
        yield Signal(Family.AI_TXT, "", locator, warning=_TOO_MUCH, unchecked=True)
    except safe_json.UnreadableJsonError as error:
        yield unread(Family.AI_TXT, locator, error.sentence)


def read_licenses(text: str, locator: str, other_agents: UsagesByToken) -> Iterator[Signal]:
    """Yield what the `License` lines of an ai-license.txt refuse: to everybody, or to one of `other_agents`."""
    groups = group(read_lines(text).lines, frozenset({Key.LICENSE}))
    said = [(WILDCARD, line) for line in groups.outside]
    said += [
        (name, line) for name, numbers in groups.by_name.items() for at in numbers for line in groups.lines[at]
    ]
    for name, line in said:
        refused_to_all = refused("ai-license", line.value) if line.key is Key.LICENSE else {}
        usages = (
            refused_to_all if name == WILDCARD else set(refused_to_all).intersection(other_agents.get(name, ()))
        )
        if usages:
            no = dict.fromkeys(usages, Preference.DISALLOWED)
            yield Signal(Family.AI_TXT, line.text[:MAX_RULE], _place(locator, line.number), no, warning=INVENTED)


def _for_everybody(groups: Groups, path: str, locator: str) -> Iterator[Signal]:
    lines = [*groups.outside, *(line for number in groups.of(WILDCARD) for line in groups.lines[number])]
    line, is_disputed = _deciding(lines, path)
    if line and not (line.key is Key.ALLOW and groups.is_lenient):
        said = means(Family.AI_TXT, line.key) or {}
        warning: Warned = _BOTH if is_disputed else ""
        yield Signal(Family.AI_TXT, line.text[:MAX_RULE], _place(locator, line.number), said, warning=warning)


def _deciding(lines: Sequence[Line], path: str) -> tuple[Line | None, bool]:
    """Return the line of the longest pattern, and whether it refuses what another of the same allows.

    Nobody says which of the two counts, so the refusal does: the same pattern, or the same ending however written.
    """
    rule = GroupRules(lines, ()).crawl.match(path)
    if rule is None:
        return None, False
    if not rule.rank:
        return rule.value, False
    same = _same(rule.value)
    refusing = next(
        (line for line in lines if line.key is Key.DISALLOW and line.value and _same(line) == same), None
    )
    return refusing or rule.value, refusing is not None


def _same(line: Line) -> str:
    """Return what the patterns of one meaning have in common: the ending they are about, or all of them."""
    found = _ENDING.fullmatch(line.value)
    return f".{found[1].lower()}" if found and not line.value.startswith("/.") else Pattern(line.value).text


def _by_ending(document: Document, path: str, locator: str) -> Iterator[Signal]:
    """Yield kinds of files that are refused in other letters than the path has them, or without dot and star."""
    ending = path.partition("?")[0].rpartition(".")[2].lower()
    for line in document.lines:
        found = _ENDING.fullmatch(line.value) if line.key is Key.DISALLOW else None
        if found and found[1].lower() == ending and (line.value.lower() != line.value or line.value == found[1]):
            said = means(Family.AI_TXT, Key.DISALLOW) or {}
            yield Signal(Family.AI_TXT, line.text[:MAX_RULE], _place(locator, line.number), said, warning=INVENTED)


def _by_name(groups: Groups, path: str, locator: str, other_agents: UsagesByToken) -> Iterator[Signal]:
    matching: dict[tuple[int, ...], Rule[Line] | None] = {}  # most names share their groups
    for token in sorted(other_agents.keys() & groups.by_name.keys()):
        numbers = groups.of(token)
        if numbers not in matching:
            lines = [line for number in numbers for line in groups.lines[number]]
            matching[numbers] = GroupRules(lines, ()).crawl.match(path)
        rule = matching[numbers]
        if rule and not rule.rank:
            said = dict.fromkeys(other_agents[token], Preference.DISALLOWED)
            text = f"{rule.value.text} for {token}"
            yield Signal(Family.AI_TXT, text[:MAX_RULE], _place(locator, rule.value.number), said)


def _of_signals(document: Document, path: str, locator: str) -> Iterator[Signal]:
    """Yield what lines refuse that belong into robots.txt."""
    for lines in dict.fromkeys((document.lines, document.meant)):
        rules = GroupRules(lines, ())
        for line in (*rules.usage(path), *rules.signal(path)):
            yield from _of_signal(line, locator)
        for line in rules.training(path):
            if letters(line.written) in _OWN:
                continue
            said = {Usage.TRAIN_AI: Preference.DISALLOWED}
            yield Signal(Family.AI_TXT, line.text[:MAX_RULE], _place(locator, line.number), said, warning=INVENTED)


def _of_signal(line: Line, locator: str) -> Iterator[Signal]:
    family = Family.AIPREF if line.key is Key.USAGE else Family.CONTENT_SIGNAL
    said = refusals(read_statement(family, without_path(line.value))[0])
    if said:
        place = _place(locator, line.number)
        yield Signal(Family.AI_TXT, line.text[:MAX_RULE], place, said, warning=INVENTED)


def _in_other_names(text: str, path: str, locator: str) -> Iterator[Signal]:
    rules: list[Rule[Signal]] = []
    lines = _lines(text)
    if len(lines) > MAX_LINES:
        yield Signal(Family.AI_TXT, "", locator, warning=_MORE_LINES, unchecked=True)
    document = _in_json(text)
    of_other_uses = other_uses.numbers_of_other_uses(lines[:MAX_LINES]) if document is None else set()
    values_of_other_uses = other_uses.values_of_other_uses(document)
    for number, line in enumerate(lines[:MAX_LINES], 1):
        found = _LINE.match(line.partition("#")[0])
        if found is None or number in of_other_uses:
            continue
        name, value = _NOT_LETTERS.sub("", found[1].lower()), found[2].strip(" \t\"'*,}]")
        if name in nested_answers.WITHOUT_USE and letters(value) in values_of_other_uses:
            continue
        said = (
            {Usage.TRAIN_AI: Preference.DISALLOWED} if name == _DENIED else refused(name, value, is_about_ai=True)
        )
        said = said or _listed(name, value)
        is_left_open = name == _LEFT_OPEN and value.startswith(("/", "*"))
        if said or is_left_open:
            signal = Signal(
                Family.AI_TXT, line.strip()[:MAX_RULE], _place(locator, number), said, warning=INVENTED
            )
            rules.append(Rule(Pattern(_path_in(value)), int(is_left_open), signal))
    rule = RuleSet(rules).match(path)
    if rule and not rule.rank:
        yield rule.value


def _below_names(text: str, locator: str) -> Iterator[Signal]:
    """Yield what answers refuse that stand below the name that they are about."""
    for answer in nested_answers.in_lines(text.splitlines()[:MAX_LINES]):
        if said := answer.refuses(in_file_about_ai=True):
            rule = f"{answer.outer} {answer.name}: {answer.value}"[:MAX_RULE]
            yield Signal(Family.AI_TXT, rule, _place(locator, answer.number), said, warning=INVENTED)
    for answer in nested_answers.in_json(_in_json(text)):
        if said := answer.refuses(in_file_about_ai=True):
            rule = f"{answer.outer} {answer.name}: {answer.value}"[:MAX_RULE]
            yield Signal(Family.AI_TXT, rule, locator, said, warning=INVENTED)


def _in_json(text: str) -> object:
    """Return the document of JSON that a file is, None where it is none."""
    if text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        with suppress(safe_json.UnreadableJsonError):  # what is no JSON is read by its lines
            return safe_json.parse(text, keeps_several=True)
    return None


def _by_default(text: str, locator: str) -> Iterator[Signal]:
    """Yield what draft-car-ai-txt-wellknown takes for said where one of its files has no `Training`."""
    names = set(map(letters, _FIELDS.findall(text)))
    if "siteurl" in names and names & _OF_DRAFT and "training" not in names:
        said = {Usage.TRAIN_AI: Preference.DISALLOWED}
        yield Signal(Family.AI_TXT, "Training: deny", locator, said, warning=_DEFAULT)


def _lines(text: str) -> list[str]:
    """Return the lines of a file, and the members of one that is an object of JSON."""
    return (_MEMBER_ENDS.sub("\n", text) if text.lstrip().startswith("{") else text).splitlines()


def _listed(name: str, value: str) -> dict[Usage, Preference]:
    """Return what a list refuses that stands behind a word for it: `Prohibited: training, fine-tuning`."""
    if name not in FORBIDDEN:
        return {}
    if letters(value) in _YES or len(value) > MAX_STATEMENT:  # more is forbidden than is read
        return {Usage.TRAIN_AI: Preference.DISALLOWED}
    uses = (use for each in value.split(",") for use in (labelled(each) or about_ai(each)))
    return dict.fromkeys(uses, Preference.DISALLOWED)


def _in_sentences(text: str, locator: str) -> Iterator[Signal]:
    """Yield that a sentence, which only a person can read, speaks against learning, or a word refuses it alone."""
    pieces = ((number, piece) for number, line in enumerate(text.splitlines(), 1) for piece in _pieces(line))
    for number, line in islice(pieces, MAX_SENTENCES):
        said = refused_by(line.strip(" \t.*#-")) if len(line) < _WORD and ":" not in line else {}
        if said:
            yield Signal(Family.AI_TXT, line.strip()[:MAX_RULE], _place(locator, number), said, warning=INVENTED)
        elif not line.lstrip().startswith("#") and not _takes_back(line) and _speaks_against(line):
            rule = line.strip()[:MAX_RULE]
            yield Signal(Family.AI_TXT, rule, _place(locator, number), warning=_FOR_PEOPLE, unchecked=True)
            return
    if any(_may_be_a_sentence(line) for _, line in pieces):
        yield Signal(Family.AI_TXT, "", locator, warning=_MORE_SENTENCES, unchecked=True)


def _takes_back(line: str) -> bool:
    """Tell whether a line is a name that refuses and an answer that does not: `Disallow-AI-Training: allow`."""
    found = _LINE.fullmatch(line)
    return found is not None and letters(found[2][:_WORD]) in TAKEN_BACK


def _pieces(line: str) -> Iterator[str]:
    """Yield a line in pieces that overlap, so that a sentence of usual length stands in one of them."""
    yield line[:_LONG]
    yield from (
        line[start : start + _LONG] for start in range(_LONG - _OVERLAP, len(line) - _OVERLAP, _LONG - _OVERLAP)
    )


def _may_be_a_sentence(line: str) -> bool:
    is_one = ":" not in line[:_WORD] and not line.lstrip().startswith("#")
    return is_one and _MAY_SPEAK.search(line) is not None


def _speaks_against(line: str) -> bool:
    sentence = _ADDRESS.sub("", line)
    return _SENTENCE.search(sentence) is not None or refuses_in_cjk(sentence)


def _path_in(value: str) -> str:
    """Return the pattern of the path that a line is about, of every path where it names none."""
    return path_pattern(value) if value.startswith(("/", "*")) else ""


def _place(locator: str, number: int) -> str:
    return f"{locator} line {number}"
