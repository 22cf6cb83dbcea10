"""The second reading of robots.txt: what a line was meant for that no reader of the standard understands.

Invisible signs, dashes and quotes of word processors, full-width letters, tags of a page, `=` for `:`, names and
rules in one line, line feeds that were escaped or lost: such lines can mean nothing else, and people wrote them. A
`User-agent` line that is lost moves its rules to the group above it, so every name that can be told counts, and
what is refused before any name is refused to everybody. The reading is made beside that of the standard, and the
more restrictive of the two stands: it can only restrict.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import islice, takewhile
from typing import Final, NamedTuple

from crawler_filter.signals import invented_names
from crawler_filter.signals.agents import WILDCARD, product_token
from crawler_filter.signals.refusing_words import TAKEN_BACK, letters, refused_by, says_no
from crawler_filter.signals.robots.addressed import Addressed
from crawler_filter.signals.robots.commented import CommentedNames, group_again
from crawler_filter.signals.robots.escaped import unescaped
from crawler_filter.signals.robots.fields import FIELD, NAMES, WITHOUT_COLON
from crawler_filter.signals.robots.keys import Key, Line
from crawler_filter.signals.robots.look_alikes import PLAIN, UNSEEN, decoded
from crawler_filter.signals.robots.misspelt import meant_by
from crawler_filter.signals.robots.named import AROUND, known_agents, named_in_remark, names
from crawler_filter.signals.robots.named_rules import named_rule, named_to_server, without_permitted
from crawler_filter.signals.robots.ordinary import MAX_ALONE, MAY_MEAN, Scan, is_ordinary
from crawler_filter.signals.robots.paths_meant import paths_in
from crawler_filter.signals.robots.patterns import path_pattern
from crawler_filter.signals.robots.translated import TRANSLATED
from crawler_filter.signals.robots.widened import without_widened
from crawler_filter.signals.tdmrep import reserves

MAX_LINES: Final = 20_000
"""Lines of a file that are read in this way, and lines that they may mean; there is no reason for more."""


_MARK_AS_LATIN_1: Final = "\u00ef\u00bb\u00bf"  # what a byte order mark looks like to who took it for Latin-1
_BLANK_AS_LATIN_1: Final = "\u00c2\u00a0"

_TAG: Final = re.compile(r"<[/!A-Za-z][^<>]{0,500}>")
_TAG_ENDING_LINE: Final = re.compile(r"<(?:/?(?:br|p|div|li|pre|tr|h\d)\b)[^<>]{0,500}>", re.IGNORECASE)
_ENTITY: Final = re.compile(
    r"&(?:nbsp|shy|zwn?j|quot|colon|sol|ast|comma|period|newline|#\d{1,6}|#x[0-9a-f]{1,5});", re.IGNORECASE
)
_NOINDEX: Final = re.compile(r"\s*noindex\s*:\s*([/*]\S*)", re.IGNORECASE)
_MISSPELT: Final = re.compile(r"([A-Za-z][A-Za-z_. -]{3,18}?)\s*[:=]\s*")
_ESCAPED_LINE_END: Final = re.compile(
    rf"(?:(?:\\r)?\\n|(?:%0d)?%0a)(?=\s*(?:\\[rn]|%0|#|$|[\"']|(?:{'|'.join(NAMES.values())})\s*[:=]))",
    re.IGNORECASE,
)
_OTHER_LINE_END: Final = re.compile(
    rf"[\u2028\u2029\x85\v\f](?=\s*(?:#|$|(?:(?:line\s?|l)?\d{{1,3}}\W{{1,3}})?(?:{'|'.join(NAMES.values())})\s*[:=]))",
    re.IGNORECASE,
)
"""What ends a line for Unicode, and not for the standard."""
_LINE_AS_TAG: Final = re.compile(r"<(user-?agent|(?:dis)?allow)\b", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"\b(name|content)\s?=\s?[\"']?([^\"'<>]{0,200})", re.IGNORECASE)
_OF_SERVER: Final = re.compile(
    r"\W*(?:header|add_header|more_set_headers|http-response|set)\b.*?\b(x-robots-tag|tdm-reservation)\b"
    r"[\"']?[\s:=,]+(.+)",
    re.IGNORECASE,
)
"""A line of a server's configuration that sends a header."""
_C_REMARK: Final = re.compile(r"(?<=\s)/\*[^*]*\*/\s*$")
_TEMPLATE: Final = re.compile(r"\{%[^{}%]{0,200}%\}|\{\{(?:\s*[\"']([^{}\"']{0,200})[\"']\s*|[^{}]{0,200})\}\}")
_RICH_TEXT: Final = re.compile(r"\\(?:par|line|tab|pard)(?![a-z])\s?")
_MAY_ECHO: Final = re.compile(r"<[?%]|\s*(?:echo|printf?|puts)\b")
_ECHO: Final = re.compile(
    r"(?:<\?(?:php|=)?|<%=?)\s*(?:(?:echo|print)\b)?\s*\(?\s*[\"']|^\s*(?:echo|printf?|puts)\b\s*\(?\s*[\"']?|[\"']\s*\)?;?\s*(?:[?%]>|>>?\s*\S+\s*$|$)"
)
# what may stand before the first name: bullets, numbers, quotes, brackets, words of RTF; not what makes comments
_BEFORE: Final = re.compile(
    r"(?!.*(?://|/\*|--|;|!))(?:\\[a-z]+-?\d*|[^\w\\])*(?:(?i:line\s?|l)?\d{1,3}[.):]?|\"rules\")?[^\w\\]*"
)
_ASKED: Final = frozenset({"TRAINING", "TRAINING_USE"})
"""Names whose value says whether a work may be trained on."""
_POLICIES: Final = frozenset({"policy", "policies", "usagepolicy", "usage", "permission", "permissions"})
"""Names of records whose value says what is refused."""
_WORDS: Final = re.compile(r"[\s,;|]+")
_EVERYBODY_NAMED: Final = Line(0, Key.AGENT, WILDCARD, Key.AGENT.value)
_RULES: Final = frozenset({"ALLOW", "DISALLOW", "NO_TRAINING"})
_PERMITTING: Final = frozenset({Key.ALLOW, Key.TRAINING})


_ON_A_PAGE: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"d[i\u0131][s\u017f].?allow",
        r"tdm-re[s\u017f]ervat[i\u0131]on",
        r"u[s\u017f]er[-_. \xad]{1,3}agent",
        r"content.?(?:u[s\u017f]age|[s\u017f][i\u0131]gnal)",
        r"no(?<!\wno).?a[i\u0131]\b",
        r"[\uff01-\uff5e\u0400-\u045f\u1c80-\u1c88]",
    )
)
"""What a page in lower case has if it says something. Each begins with letters, which are looked for fastest."""
_OF_ROBOTS: Final = re.compile(r"llow|gent", re.IGNORECASE)
_SWITCH: Final = re.compile(r"[\"']ai[\"']\s*:\s*(?:false|0)\b", re.IGNORECASE)
"""A part of a program that is off, in settings that are answered for every address; `"ai": "no"` is an answer."""


class Reading(NamedTuple):
    """The lines of a file in this reading, none where every line says the same in both.

    `is_whole` unless there was more than is read.
    """

    lines: tuple[Line, ...] = ()
    is_whole: bool = True


def read(text: str, texts: Sequence[str], scanned: Scan) -> Reading:
    """Read the lines of a file in this way, of which `scanned` has each as the standard reads it."""
    if text.lstrip().startswith("<") and not _speaks(text):
        return Reading()  # a page that is answered for every address
    if text.lstrip().startswith(("{", "[")) and not _OF_ROBOTS.search(text):
        texts = [_SWITCH.sub("", line) for line in texts]
    found, is_whole = ([], True) if scanned.is_ordinary else _differently(without_permitted(texts), scanned)
    strictly = scanned.strictly
    meant = without_widened(found, strictly)
    if _is_for_nobody(meant or filter(None, strictly)):
        meant = [_EVERYBODY_NAMED, *(meant or filter(None, strictly))]
    return Reading(tuple(meant), is_whole)


def _speaks(page: str) -> bool:
    """Tell whether a page that is answered for robots.txt may say something; most are the site's front page."""
    lower = page.replace("\u0130", "i").lower()  # its own lower case is two characters
    return any(pattern.search(lower) for pattern in _ON_A_PAGE)


@dataclass(slots=True)
class _Allowance:
    """Counts the lines that may still be read in this way, and those that they may mean."""

    left: int = MAX_LINES

    def take(self, lines: Iterable[Line]) -> list[Line]:
        """Return what one line may mean, as far as that is still read."""
        said = list(islice(lines, max(self.left, 0)))
        self.left -= 1 + len(said)
        return said


def _differently(texts: Sequence[str], scanned: Scan) -> tuple[list[Line], bool]:
    """Return the lines, none where they are those of the standard, and whether all of them were read."""
    lines: list[Line] = []
    differs = False
    allowed = _Allowance()
    addressed = Addressed()
    commented = CommentedNames(lambda number, text: allowed.take(_of_line(number, text)))
    for number, (text, strict, surely) in enumerate(zip(texts, *scanned[:2], strict=True), 1):
        if surely and not commented.waiting and (not lines or lines[-1].value):
            if strict:  # as below, for nearly every line
                lines.append(strict)
                addressed.see((strict,))
            continue
        own = [strict] if strict else []
        if strict is None:
            commented.see(number, text, lines)
        if not surely and allowed.left > 0 and not is_ordinary(strict, text):
            said = allowed.take(line for each in decoded(text) for line in _meant(number, each))
            # a permission that is written like this is not believed
            meant = _unlike(strict, (line for line in said if line.key not in _PERMITTING))
            meant = list(
                dict.fromkeys([*meant, *_continued(number, text, lines), *_unindexed(number, text, addressed)])
            )
            own += meant
            differs = differs or bool(meant)
        behind = list(_behind(strict, text, lines))
        own += behind
        differs = differs or bool(behind)
        if not own:
            continue
        named = commented.named(own, lines) or _everybody_for(own, lines)
        differs = differs or bool(named)
        lines += (*named, *own)
        addressed.see((*named, *own))
    return lines if differs else [], allowed.left > 0


def _behind(rule: Line | None, text: str, above: Sequence[Line]) -> Iterator[Line]:
    """Yield a rule again for crawlers that the remark behind it names, and then the names of its group again."""
    if rule is None or rule.key is not Key.DISALLOW or not rule.value or "#" not in text:
        return
    names_in = named_in_remark(text.partition("#")[2])
    if names_in:
        yield from (Line(rule.number, Key.AGENT, token, Key.AGENT.value) for token in names_in)
        yield rule
        yield from group_again(above, rule.number)


def _continued(number: int, text: str, above: Sequence[Line]) -> Iterator[Line]:
    """Yield the rule whose path stands below the name of the line, as in a list of YAML."""
    path = text.strip(AROUND + "-,")
    is_below = above and above[-1].key is Key.DISALLOW and not above[-1].value
    if is_below and above[-1].number >= number - 1 and path.startswith("/"):
        yield from (Line(number, Key.DISALLOW, meant, Key.DISALLOW.value) for meant in paths_in(path, path))


def _unindexed(number: int, text: str, addressed: Addressed) -> Iterator[Line]:
    """Yield the path of a `Noindex` line for AI crawlers: they build no index, so it means what they do."""
    if (found := _NOINDEX.match(text)) and addressed.is_for_ai:
        yield Line(number, Key.DISALLOW, path_pattern(found[1]), "Noindex")


def _everybody_for(own: Sequence[Line], above: Sequence[Line]) -> list[Line]:
    """Return a line that names everybody where rules follow a `User-agent` line that was left empty."""
    is_empty = bool(above) and above[-1].key is Key.AGENT and not above[-1].value
    return [_EVERYBODY_NAMED] if is_empty and own and own[0].key is not Key.AGENT else []


def _is_for_nobody(lines: Iterable[Line]) -> bool:
    """Tell whether a path is refused before any `User-agent` line: to everybody, most likely."""
    before = takewhile(lambda line: line.key is not Key.AGENT, lines)
    return any(line.key is Key.DISALLOW and line.value for line in before)


def _unlike(strict: Line | None, lines: Iterable[Line]) -> list[Line]:
    """Return the lines that say something else than that of the standard's reading."""
    if strict is None:
        return list(lines)
    token = product_token(strict.value) if strict.key is Key.AGENT else ""
    return [
        line
        for line in lines
        if line.key is not strict.key
        or not (line.value == strict.value or (token and product_token(line.value) == token))
    ]


def _meant(number: int, text: str) -> Iterator[Line]:
    text = unescaped(text)
    text = _ECHO.sub("", text) if _MAY_ECHO.match(text) else text
    text = _RICH_TEXT.sub(" ", text) if "\\" in text else text
    text = _TEMPLATE.sub(lambda found: found[1] or "", text) if "{" in text else text
    text = _TAG.sub(_named_in, _TAG_ENDING_LINE.sub("\n", text)).replace(_MARK_AS_LATIN_1, "")
    text = text.replace(_BLANK_AS_LATIN_1, " ")
    text = _ENTITY.sub(lambda found: unescape(found[0]), text)
    text = _OTHER_LINE_END.sub("\n", text) if not text.isascii() or "\v" in text or "\f" in text else text
    pieces = (part for piece in text.split("\n") for part in _ESCAPED_LINE_END.split(piece))
    for part in pieces:
        yield from _of_line(number, part)


def _named_in(tag: re.Match[str]) -> str:
    """Return the name of a known crawler that stands in angle brackets, what a meta tag says, and else nothing.

    A tag that is named as a line of the standard is its name: `<user-agent>GPTBot</user-agent>`.
    """
    said = {name.lower(): value for name, value in _ATTRIBUTE.findall(tag[0])}
    if line := _LINE_AS_TAG.match(tag[0]):
        return f"\n{line[1]}: {said.get('name', '')}"
    if "name" in said and "content" in said:
        return f"\n{said['name']}: {said['content']}\n"
    return known_agents().get(letters(tag[0]), "")


def _of_line(number: int, text: str) -> Iterator[Line]:
    """Read one line. `plain` has the signs of `text` one for one, so that paths keep their letters."""
    if len(text) > MAX_ALONE and text.isascii() and not MAY_MEAN.search(text):
        return
    text = text.translate(UNSEEN).lstrip("=")
    plain = _C_REMARK.sub("", text.translate(PLAIN).partition("#")[0])
    text = text[: len(plain)]
    fields = list(FIELD.finditer(plain))
    if fields and fields[0].lastgroup == "DISALLOW" and not plain.startswith(("/", "*"), fields[0].end()):
        named = list(_named(number, plain))
        yield from named
        if named:
            return
    if not fields or not _BEFORE.fullmatch(plain[: fields[0].start()]):
        yield from _otherwise(number, text, plain)
        return
    # behind the first name, `ai-train=no` and `allow=1` are part of a statement or a path
    fields = [field for at, field in enumerate(fields) if not at or ":" in field[0]]
    ends = [*(field.start() for field in fields[1:]), len(plain)]
    if fields[0].lastgroup in _RULES and fields[-1].lastgroup == "AGENT":  # `Disallow: / User-agent: GPTBot`
        pairs = sorted(zip(fields, ends, strict=True), key=lambda pair: pair[0].lastgroup != "AGENT")
    else:
        pairs = list(zip(fields, ends, strict=True))
    for field, end in pairs:
        written = field[field.lastgroup or 0]
        yield from _lines(number, field.lastgroup, written, text[field.end() : end], plain[field.end() : end])


def _otherwise(number: int, text: str, plain: str) -> Iterator[Line]:
    """Read a line without a colon, one whose name is misspelt, and one that is a name alone."""
    start = len(plain) - len(plain.lstrip(AROUND + "-*"))
    if not _BEFORE.fullmatch(plain[:start]):
        return
    if translated := TRANSLATED.match(plain, start):
        end = translated.end()
        yield from _lines(number, translated.lastgroup, translated[0].rstrip(" :="), text[end:], plain[end:])
        return
    named = list(_named(number, plain))
    if named:
        yield from named
        return
    if field := WITHOUT_COLON.match(plain, start):
        yield from _lines(number, field.lastgroup, field[0].strip(), text[field.end() :], plain[field.end() :])
        return
    of_server = _OF_SERVER.fullmatch(plain)
    if of_server or _is_invented(plain):
        if of_server is None or _refuses(of_server[1], of_server[2].strip(AROUND)):
            yield Line(number, Key.NO_TRAINING, "/", Key.NO_TRAINING.value)
        return
    misspelt = _MISSPELT.match(plain, start)
    if misspelt and (kind := meant_by(letters(misspelt[1]))):
        end = misspelt.end()
        yield from _lines(number, kind, misspelt[1], text[end:], plain[end:])
        return
    yield from _name_alone(number, plain)


def _named(number: int, plain: str) -> Iterator[Line]:
    """Yield the lines of a crawler and its rule that stand in one, in an order of their own."""
    if named := named_rule(plain):
        yield Line(number, Key.AGENT, named.token, Key.AGENT.value)
        yield Line(number, Key.DISALLOW, named.path, Key.DISALLOW.value)
    elif tokens := named_to_server(plain):
        yield from (Line(number, Key.AGENT, token, Key.AGENT.value) for token in tokens)
        yield Line(number, Key.DISALLOW, "/", Key.DISALLOW.value)


def _is_invented(plain: str) -> bool:
    """Tell whether a line refuses under a name of no standard: by the name, or `Policy: disallow-ai-training`."""
    name, _, value = plain.partition(":" if ":" in plain else "=")
    if letters(name) in _POLICIES and refused_by(value.strip(AROUND)):
        return True
    is_one = invented_names.may_be_one(name.lower())
    return is_one and bool(invented_names.refused(name.strip(AROUND + "-*"), value.strip(AROUND)))


def _name_alone(number: int, plain: str) -> Iterator[Line]:
    """Read a word against AI or the name of a known crawler, alone in a line; names behind an unknown word too."""
    if any(map(refused_by, plain.strip(AROUND).split(","))) if len(plain) < MAX_ALONE else False:
        yield Line(number, Key.NO_TRAINING, "/", Key.NO_TRAINING.value)
        return
    before, _, after = plain.partition(":")
    is_heading = not after.strip()  # `GPTBot:` above its rules
    for name in (before if is_heading else after).split(",") if len(plain) < 300 else ():
        if known := known_agents().get(letters(name)):
            yield Line(number, Key.AGENT, known, Key.AGENT.value if is_heading else before.strip())


def _lines(number: int, kind: str | None, written: str, raw: str, plain: str) -> Iterator[Line]:
    value = plain.strip(AROUND + ",;")
    key = Key.__members__.get(kind or "")
    if key is Key.AGENT:
        yield from (Line(number, key, name, written) for name in names(value))
    elif key in (Key.ALLOW, Key.DISALLOW):
        yield from (Line(number, key, path, written) for path in paths_in(raw, plain))
    elif key in (Key.USAGE, Key.SIGNAL):
        yield Line(number, key, value, written)
    elif key is Key.NO_TRAINING and letters(value) not in TAKEN_BACK:
        yield Line(number, key, value if value.startswith(("/", "*")) else "/", written)
    elif (kind in _ASKED and says_no(value)) or (kind == "ELSEWHERE" and _refuses(written, value)):
        yield Line(number, Key.NO_TRAINING, "/", written)
    elif key is Key.TRAINING:
        yield Line(number, key, value if value.startswith(("/", "*")) else "/", written)


def _refuses(name: str, value: str) -> bool:
    """Tell whether the value of a header or meta tag that was written into robots.txt refuses AI."""
    if letters(name).startswith("tdm"):
        return reserves(value)
    return any(map(refused_by, _WORDS.split(value.lower())))
