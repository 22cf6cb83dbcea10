"""What texts say of themselves before they begin, in the languages that programs make pages of.

Front matter of Markdown, metadata of reStructuredText, AsciiDoc and Org: Hugo, Jekyll, MyST, Docusaurus and Sphinx
make meta tags of it. Whoever finds the source finds the same statement. No standard defines it, so only what it
refuses counts. What a text shows as an example stands in a fence, in quotes or further down, and is none.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Final

from crawler_filter.errors import Sentence
from crawler_filter.files.charset import from_utf16, is_binary
from crawler_filter.signals.any_case import folded, has_any
from crawler_filter.signals.invented_names import refused
from crawler_filter.signals.refusing_words import FORBIDDEN, NO, TAKEN_BACK, letters
from crawler_filter.signals.robots.look_alikes import decoded

MAX_BLOCK: Final = 1 << 16
"""Characters at the beginning of a text in which metadata is looked for."""

MAX_LONG_BLOCK: Final = 1 << 22
"""Characters of metadata that is longer, which some have that hold a picture."""

_SPEAKS: Final = tuple(
    map(
        re.compile,
        (
            r"no(?:[-_ ]?(?:image[-_]?|gen[-_]?)?ai|[-_]?(?:llm|ml))",
            *("tdm", r"content[-_ ]?(?:usage|signal)", "train", "\u5b66\u7fd2"),
        ),
    )
)
_BLOCK: Final = re.compile(
    r"\s*(?P<mark>---|\+\+\+)[ \t]*\r?\n(?=\S)(?P<block>(?:.*?\r?\n)??)"
    r"(?:(?P=mark)|\.\.\.)[ \t]*(?:\r?\n|\Z)",
    re.DOTALL,
)
_OPENING: Final = re.compile(r"\s*(?:---|\+\+\+)[ \t]*\r?\n[ \t]*[A-Za-z_\"'-][\w.\"' -]{0,60}[:=]")
_DIRECTIVE: Final = re.compile(r"^\.\. meta::[ \t]*\r?\n(?P<block>(?:[ \t]+[^\n]*\n?|\r?\n)+)", re.MULTILINE)
_ATTRIBUTES: Final = re.compile(r"\s*= [^\n]*\n(?P<block>(?:[^\n]*\S[^\n]*\n?){1,99})")
_OF_ORG: Final = re.compile(r"^#\+HTML_HEAD(?:_EXTRA)?:[ \t]*(<meta[^\n]*)", re.MULTILINE | re.IGNORECASE)
_HEAD: Final = re.compile(
    r"^<(head|Helmet|svelte:head)\b[^>\n]{0,200}>.{0,4000}?</\1>", re.MULTILINE | re.DOTALL | re.IGNORECASE
)
_FENCE: Final = re.compile(r"^(```+|~~~+).*?^\1", re.MULTILINE | re.DOTALL)
_OF_TEMPLATE: Final = re.compile(
    r"(?:\s*(?:<%[^%]{0,500}%>|\{%[^%]{0,500}%\}|\{\{[^}]{0,500}\}\}|\{#[^#]{0,500}#\}|<#[^>]{0,500}>|@\w[^\n]{0,200}\n)){1,99}"
)
_PAIR: Final = re.compile(r"[ \t]*(?:-[ \t]+)*:?[\"']?([A-Za-z][\w.-]{0,40})[\"']?[ \t]*[:=][ \t]*(.*)")
_ITEM: Final = re.compile(r"[ \t]*-[ \t]+([^:=]+)")
_REMARK: Final = re.compile(r"\s#.*")
_SIGNS: Final = " \t\r\"',[]"
_NAMING: Final = frozenset({"name", "property", "itemprop", "httpequiv"})


CUT: Final = Sentence(
    "more metadata before the text than the %(most)s characters that are read", most=MAX_LONG_BLOCK
)
IN_SOURCE: Final = Sentence("in the source of a page, for which no standard defines it: only refusals count")


def beginnings(text: str | bytes) -> Sequence[str]:
    """Return the beginning of a text in each encoding that it fits, nothing where it cannot say anything."""
    beginning = _beginning(text, MAX_BLOCK)
    if is_binary(beginning):
        return ()
    if _OPENING.match(beginning) and not _BLOCK.match(beginning):  # pictures stand in some as text
        longer = _beginning(text, MAX_LONG_BLOCK)
        block = _BLOCK.match(longer)
        beginning = longer[: block.end()] if block else beginning
    return tuple(said for said in decoded(beginning) if has_any(_SPEAKS, folded(said)))


def is_cut(text: str | bytes) -> bool:
    """Tell whether a text begins with metadata that is longer than what is read."""
    if len(text) <= MAX_LONG_BLOCK:
        return False
    longer = _beginning(text, MAX_LONG_BLOCK)
    return _OPENING.match(longer) is not None and not is_binary(longer) and _BLOCK.match(longer) is None


def _beginning(text: str | bytes, most: int) -> str:
    if isinstance(text, bytes):
        head = text[: 2 * most]
        text = from_utf16(head) or head.decode("utf-8", "surrogateescape")
    return text[:most].lstrip("\ufeff")


def tags(beginning: str) -> list[tuple[str, str]]:
    """Return the names and contents of the meta tags that the beginning of a text may be made into."""
    return [meant for block in _blocks(beginning) for pair in _pairs(block) if (meant := _meant(*pair))]


def markup(beginning: str) -> str:
    """Return the markup that a text has for the head of its page, or the page behind its front matter."""
    block = _BLOCK.match(beginning) or _OF_TEMPLATE.match(beginning)
    rest = beginning[block.end() :] if block else ""
    if rest.lstrip()[:14].lower().startswith(("<!doctype html", "<html", "<head")):
        return rest
    shown = _FENCE.sub("", beginning)
    heads = (found[0] for found in _HEAD.finditer(shown))
    return "\n".join((*heads, *_OF_ORG.findall(shown)))


def _blocks(text: str) -> Iterator[str]:
    for form in (_BLOCK, _ATTRIBUTES):
        if found := form.match(text):
            yield found["block"]
    for found in _DIRECTIVE.finditer(text):
        yield found["block"]
    if text.lstrip().startswith("{"):
        yield _of_json(text.lstrip())


def _of_json(text: str) -> str:
    """Return the members of an object of JSON before a text, one a line; a file that is all JSON has none."""
    try:
        value, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return ""
    is_before_text = isinstance(value, dict) and text[end:].strip()[:1].isalpha()
    return "\n".join(f"{name}: {said}" for name, said in value.items()) if is_before_text else ""


def _pairs(block: str) -> Iterator[tuple[str, str]]:
    """Yield each name with its value, of a list all items; and `name: robots`, `content: noai` as one."""
    name = named = ""
    items: list[str] = []
    for line in [*block.splitlines(), ""]:
        if item := _ITEM.fullmatch(line):
            items.append(item[1])
            continue
        if items:
            yield name, ", ".join(items)
            items = []
        if found := _PAIR.match(line):
            name, value = found[1], _REMARK.sub("", found[2]).strip(_SIGNS)
            own = letters(name)
            if own == "content" and named:
                yield named, value
            elif value:
                yield name, value
            named = value if own in _NAMING else "" if own == "content" else named


def _meant(name: str, value: str) -> tuple[str, str] | None:
    """Return the meta tag that a name is meant for, if it can be about nothing but this."""
    own = letters(name)
    if "robots" in own:
        return "robots", value
    if own.startswith("tdm"):
        return ("tdm-policy" if "policy" in own else "tdm-reservation"), value
    for known in ("content-usage", "content-signal"):
        if own.removesuffix("s") == letters(known):
            return known, value
    if not refused(name, value):
        return None
    # `ai: false` may say that no AI has written the text
    is_answer = letters(value) in NO - FORBIDDEN and letters(value) in TAKEN_BACK and "train" not in own
    return None if is_answer else (name, value)
