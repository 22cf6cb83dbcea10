"""What the headers of a response say about AI: AIPREF, X-Robots-Tag, TDMRep, RSL, Content Signals, payment walls.

Any kind of headers is read, of text or bytes, whatever the case of names (see `header_lines`). Most responses say
nothing, so that is found out first, from the names alone.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from crawler_filter.errors import Sentence
from crawler_filter.formats.terms import Terms
from crawler_filter.preference import Preference, Usage
from crawler_filter.signals import invented_names
from crawler_filter.signals.agents import NO_AGENTS, UsagesByToken
from crawler_filter.signals.aipref import MAX_STATEMENT, TOO_LONG, parse_statement
from crawler_filter.signals.doubtful import DOUBTFUL, read_statement, refusals
from crawler_filter.signals.header_lines import HeaderLine, held, lines
from crawler_filter.signals.robots_tag import read_header
from crawler_filter.signals.signal import MAX_RULE, Family, Signal, Warned, web_link
from crawler_filter.signals.tdmrep import read_links, read_values

RSL_TYPE: Final = "application/rsl+xml"
MAX_LINES: Final = MAX_STATEMENT // 2
"""Lines of Content-Usage that are read each for itself as well; a statement that is read has no more members."""

_NAMES: Final = frozenset(
    {"x-robots-tag", "content-usage", "content-signal", "tdm-reservation", "tdm-policy", "link", "crawler-price"}
)
_MEANT: Final = {
    **dict.fromkeys(("contentusage", "contentusages", "xcontentusage", "usagepref"), "content-usage"),
    **dict.fromkeys(("contentsignal", "contentsignals", "xcontentsignal", "xcontentsignals"), "content-signal"),
    **dict.fromkeys(
        ("tdmreservation", "xtdmreservation", "tdmrep", "xtdmrep", "tdmreserved", "xtdmreserved"),
        "tdm-reservation",
    ),
    **dict.fromkeys(("tdmpolicy", "xtdmpolicy"), "tdm-policy"),
}
"""What the letters of a misspelt name are meant for."""

_PREFIXED: Final = re.compile(r"[a-z]{2,20}content(signal|usage)s?")
_NOT_LETTERS = re.compile(r"[^a-z]+")
_ABOUT_AI: Final = re.compile(
    r"(?<![a-z])(?:no|gen|image)*-?ai(?![a-z])|(?<![a-z])no-?ml(?![a-z])|train|learning|mining|llm"
    r"|usage|content-licen|rights|permitted-us"
)
_SEVERAL: Final = re.compile(r"(?:^| )\w*headers(?: |$)")
"""Names of what holds headers: one object too far out, or those of a gateway beside each other."""
_LONG_NAMES: Final = 4096
"""Characters of names that are remembered."""
_MISSPELT: Final = Sentence("the header's name is not spelled as the standard asks: only refusals count")
_UNREAD: Final = Sentence("the headers could not be read: expected a mapping or a list of pairs")
_JOINED: Final = Sentence(
    "several lines of this header in one, or one that is broken: every refusal in them counts"
)
_OF_LICENSES: Final = frozenset({"license", "licence", "copyright", "rsl"})
"""Relations of links to licences: the first is that of the standard."""
_PARTS: Final = re.compile(r"[/+.-]")
_FOR_PEOPLE: Final = Sentence("terms that only a person can read")
_MEMBER = re.compile(r"(?:[^,\"]|\"[^\"]*\"?)+")
# A target, then parameters: a quoted string may hold commas and semicolons (RFC 8288 section 3).
_LINK = re.compile(r"<([^<>]*)>((?>(?:\s*;[\s;]*[A-Za-z0-9*_-]+(?:\s*=\s*(?:\"[^\"]*\"|[^\",;\s]+))?)*))")
_PARAMETER = re.compile(r";\s*(rel|type)\s*=\s*(?:\"([^\"]*)\"|([^\",;\s]+))", re.IGNORECASE)


def read(
    headers: object, *, status: int | None = None, agent: str = "", other_agents: UsagesByToken = NO_AGENTS
) -> tuple[Signal, ...]:
    """Return what a response's headers and status say to `agent`.

    `other_agents` are other product tokens whose directives count (`agents.usages_by_token`).
    """
    headers = held(headers)
    if status != 402 and not _may_speak(headers):
        return ()
    try:
        well_spelt, misspelt, invented = _lines_by_name(headers)
    except (TypeError, ValueError, AttributeError, KeyError):
        return (Signal(None, "", "headers", warning=_UNREAD, unchecked=True),)
    said = tuple(_signals(well_spelt, status, agent, other_agents))
    if not misspelt and not invented:
        return said
    doubtful = (only_refusing(signal, _MISSPELT) for signal in _signals(misspelt, None, agent, other_agents))
    return (*said, *doubtful, *_invented(invented))


def _may_speak(headers: Any) -> bool:  # noqa: ANN401
    """Tell from the names alone whether a closer look is needed; what are no headers at all gets one."""
    if not (hasattr(headers, "keys") or isinstance(headers, (list, tuple))):
        return True
    try:
        names = " ".join(headers).lower()
    except TypeError:
        names = _other_names(headers)
    except (AttributeError, LookupError, ValueError):
        return True  # an object that cannot be gone through by its names, as of wsgiref
    else:
        if names and not hasattr(headers, "keys"):
            return True  # texts in a list, each a whole line or none
    if "_" in names:
        names = names.replace("_", "-")
    return _speaks(names) if len(names) < _LONG_NAMES else _speaks.__wrapped__(names)


@lru_cache(maxsize=512)
def _speaks(names: str) -> bool:
    """Tell it from all names in one text. One server sends the same ones again and again, and most say nothing."""
    return (
        "robot" in names
        or "content-usage" in names
        or "usage-pref" in names
        or "content-signal" in names
        or "tdm" in names
        or "link" in names
        or "crawler-" in names
        or _ABOUT_AI.search(names) is not None
        or _SEVERAL.search(names) is not None
    )


def _other_names(headers: Any) -> str:  # noqa: ANN401
    """Return the names of a list of pairs, or names in bytes, as text; what has none counts as `link`."""
    try:
        names = [pair[0] for pair in headers] if isinstance(headers, (list, tuple)) else list(headers)
        return (
            b" ".join(names).decode("latin-1").lower() if isinstance(names[0], bytes) else " ".join(names).lower()
        )
    except (TypeError, IndexError, AttributeError, KeyError):
        return "link"


_Lines = dict[str, list[HeaderLine]]


def _lines_by_name(headers: object) -> tuple[_Lines, _Lines, list[HeaderLine]]:
    """Return the lines of the names that matter, of names that are meant for them, and of those invented."""
    well_spelt: _Lines = {}
    misspelt: _Lines = {}
    invented: list[HeaderLine] = []
    for line in lines(headers, _matters):
        known = line.name.lower()
        if known in _NAMES:
            well_spelt.setdefault(known, []).append(line)
        elif meant := _meant(known) if len(known) < _LONG_NAMES else "":
            misspelt.setdefault(meant, []).append(line)
        elif meant is None:
            invented.append(line)
    return well_spelt, misspelt, invented


def _matters(name: str) -> bool:
    return _remembered(name) if len(name) < _LONG_NAMES else name.lower() in _NAMES


@lru_cache(maxsize=512)
def _remembered(name: str) -> bool:
    """Tell whether a name matters. The same dozen come with every answer of a server."""
    known = name.lower()
    return known in _NAMES or (len(known) < _LONG_NAMES and _meant(known) != "")


@lru_cache(maxsize=512)
def _meant(name: str) -> str | None:
    """Return the name that another is meant for, None for one that may be invented, and nothing for all others.

    Names are told by their letters; whatever is about robots is for one of them.
    """
    own = _NOT_LETTERS.sub("", name).removeprefix("http")
    meant = _MEANT.get(own) or ("x-robots-tag" if "robot" in own else "")
    if not meant and (found := _PREFIXED.fullmatch(own)):  # as networks put their own name before it
        meant = f"content-{found[1]}"
    return meant or (None if invented_names.may_be_one(name) else "")


def _invented(found: Iterable[HeaderLine]) -> Iterator[Signal]:
    for line in found:
        if refused := invented_names.refused(line.name, line.value):
            rule, place = f"{line.name}: {line.value}"[:MAX_RULE], f"header {line.name[:60]}"
            yield Signal(Family.ROBOTS_TAG, rule, place, refused, warning=invented_names.INVENTED)


def _signals(found: _Lines, status: int | None, agent: str, other_agents: UsagesByToken) -> Iterator[Signal]:
    for name, family in (("content-usage", Family.AIPREF), ("content-signal", Family.CONTENT_SIGNAL)):
        if name in found:
            signal = _statement(family, found[name])
            if signal.preferences or signal.warning:
                yield signal
    for line in found.get("x-robots-tag", ()):
        if directives := read_header(line, agent, other_agents, "header X-Robots-Tag"):
            yield directives
    if "tdm-reservation" in found or "tdm-policy" in found:
        reservations, policies = _values(found, "tdm-reservation"), _values(found, "tdm-policy")
        yield from read_values(reservations, policies, "header tdm-reservation")
    if "link" in found:
        yield from _linked(_values(found, "link"))
    price = ", ".join(_values(found, "crawler-price"))
    if price or status == 402:
        rule = f"crawler-price: {price}" if price else "402 Payment Required"
        warning = Sentence("the site asks for payment; what was answered is not the work")
        yield Signal(Family.PAYMENT, rule[:MAX_RULE], "status and headers", warning=warning, unchecked=True)


def _values(found: _Lines, name: str) -> list[str]:
    return [line.value for line in found.get(name, ())]


def _statement(family: Family, found: list[HeaderLine]) -> Signal:
    """Read a field whose lines are one list (RFC 9110 section 5.3).

    A broken line voids all of Content-Usage (RFC 9651 section 4.2), and of two values for one usage the last
    counts; what a line of it refuses that stands for itself is believed nevertheless. No specification gives
    `Content-Signal` a header, and content delivery networks send permissions in it that the site never stated:
    only its refusals count.
    """
    text = ", ".join(line.value for line in found)
    preferences, warning = read_statement(family, text)
    if family is Family.AIPREF:
        alone = _refused_by_one(found)
        if alone.items() - preferences.items():
            preferences, warning = {**preferences, **alone}, warning or _JOINED
    else:
        preferences = refusals(preferences)
        warning = warning or Sentence("this header is in no specification: only refusals count")
    shown = "Content-Usage" if family is Family.AIPREF else "Content-Signal"
    rule, is_long = f"{shown}: {text}"[:MAX_RULE], warning == TOO_LONG
    return Signal(family, rule, f"header {shown}", preferences, warning=warning, unchecked=is_long)


def _refused_by_one(found: list[HeaderLine]) -> dict[Usage, Preference]:
    """Return what single lines of Content-Usage refuse, where there are several or a text may be several."""
    if len(found) == 1 and "," not in found[0].value:
        return {}
    parts = (part for line in found for part in (_MEMBER.findall(line.value) if line.is_joined else [line.value]))
    refused: dict[Usage, Preference] = {}
    for part in islice(parts, MAX_LINES):
        refused |= refusals(parse_statement(part.strip())[0])
    return refused


def is_rsl(kind: str, relations: Iterable[str]) -> bool:
    """Tell whether a link leads to an RSL document, however its media type and its relation are spelled."""
    return "rsl" in _PARTS.split(kind) and not _OF_LICENSES.isdisjoint(relations)


def license_named(target: str, rule: str, locator: str, *, is_doubtful: bool = False) -> Signal:
    """Return the note that a licence is at `target`, an address or a reference to one.

    With a warning where it `is_doubtful` that it is one; then what it permits is not believed.
    """
    warning: Warned = DOUBTFUL if is_doubtful else ""
    if not target:
        warning = Sentence("a licence without an address; what it reserves is not known")
    terms = Terms(policy=target)
    return Signal(Family.RSL, rule[:MAX_RULE], locator, terms=terms, warning=warning, unchecked=not target)


def terms_at(target: str, rule: str, locator: str) -> Signal:
    """Return the note that terms which only a person can read are at `target`. They state no preference."""
    terms = Terms(policy=web_link(target))
    return Signal(Family.TERMS, rule[:MAX_RULE], locator, terms=terms, warning=_FOR_PEOPLE)


def only_refusing(signal: Signal, warning: Sentence) -> Signal:
    """Return what a statement refuses, with a warning where it has none."""
    return replace(signal, preferences=refusals(signal.preferences), warning=signal.warning or warning)


def _linked(found: Iterable[str]) -> Iterator[Signal]:
    tdm: dict[str, list[str]] = {"tdm-reservation": [], "tdm-policy": []}
    for target, relations, kind in _links(found):
        rule = f"Link: <{target}>; rel={' '.join(relations)}"
        if is_rsl(kind, relations):
            by_standard = "license" in relations and kind == RSL_TYPE
            yield license_named(target, rule, "header Link", is_doubtful=not by_standard)
        elif "license" in relations:
            yield terms_at(target, rule, "header Link")
        for relation in tdm.keys() & relations:
            tdm[relation].append(target)
    yield from read_links(tdm["tdm-reservation"], tdm["tdm-policy"], "header Link")


def _links(found: Iterable[str]) -> Iterator[tuple[str, list[str], str]]:
    """Yield addresses with their relations and media types."""
    for line in found:
        for target, parameters in _LINK.findall(line):
            pairs = _PARAMETER.findall(parameters)
            said = {name.lower(): (quoted or plain).strip("'").lower() for name, quoted, plain in pairs}
            yield target.strip(), said.get("rel", "").split(), said.get("type", "").partition(";")[0].strip()
