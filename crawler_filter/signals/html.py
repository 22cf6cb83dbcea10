"""What a page says about AI in its markup: robots meta tags, TDMRep, RSL links and scripts, Content Signals.

The page is read as a stream of tags by lxml, in linear time and without building a tree. Tags count wherever they
stand: a browser's idea of where the head ends is not worth an overlooked refusal.
"""

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple
from urllib.parse import urljoin

from lxml import etree

from crawler_filter.errors import Sentence
from crawler_filter.files.charset import from_utf16, is_binary
from crawler_filter.signals.agents import NO_AGENTS, UsagesByToken
from crawler_filter.signals.aipref import TOO_LONG
from crawler_filter.signals.doubtful import read_statement, refusals
from crawler_filter.signals.headers import RSL_TYPE, is_rsl, license_named, only_refusing, terms_at
from crawler_filter.signals.invented_names import INVENTED, may_be_one, refused
from crawler_filter.signals.refusing_words import says_no
from crawler_filter.signals.robots.misspelt import is_near
from crawler_filter.signals.robots_tag import read_meta
from crawler_filter.signals.rsl import read_document
from crawler_filter.signals.schema_org import MAX_TERMS, refused_in, terms_in
from crawler_filter.signals.signal import MAX_RULE, Family, Signal, unread
from crawler_filter.signals.swallowed_tags import MOST_TAGS, may_speak, repaired, swallowed
from crawler_filter.signals.tdmrep import read_links, read_values

MAX_METAS: Final = 2000
"""Meta tags of a page that are read; one with more could not be checked."""

_JSON_LD: Final = "application/ld+json"
_RESERVATION: Final = "tdm-reservation"
_POLICY: Final = "tdm-policy"
DOUBTFUL: Final = Sentence("this form of meta tag is in no standard: only refusals count")
_OTHER_NAMES: Final = {
    **dict.fromkeys(
        (
            *("tdm:reservation", "tdm_reservation", "tdmreservation", "tdm.reservation", "tdm reservation"),
            *("tdmrep", "tdm-rep", "tdm-reserved", "tdm:reserved", "tdm-rights-reserved"),
            *("og:tdm-reservation", "dc.tdm-reservation", "dcterms.tdm-reservation", "og:tdm:reservation"),
        ),
        "tdm-reservation",
    ),
    **dict.fromkeys(("tdm:policy", "tdm_policy", "tdmpolicy"), "tdm-policy"),
    **dict.fromkeys(("content_usage", "content:usage", "contentusage", "ai-pref", "aipref"), "content-usage"),
    **dict.fromkeys(
        ("content_signal", "content-signals", "content:signal", "contentsignal", "ai-content-signal"),
        "content-signal",
    ),
    **dict.fromkeys(
        (
            "robot",
            "robots:noai",
            "robots:noimageai",
            "og:robots",
            "dc.robots",
            "meta-robots",
            "x-robots",
            "robots-tag",
            "all",
            "bots",
            "crawler",
            "crawlers",
            "spiders",
            "robots-ai",
            "robots:ai",
            "ai:robots",
        ),
        "robots",
    ),
    **dict.fromkeys(("ai", "noai", "noimageai", "ai-training", "ai-bots", "ai-robots", "ai-crawlers"), "robots"),
}
"""Spellings of names that no standard has, and the names that they can only be meant for."""
_KNOWN_NAMES: Final = frozenset({*_OTHER_NAMES.values(), "x-robots-tag"})
_REFUSALS: Final = frozenset({"noai", "noimageai", "robots:noai", "robots:noimageai"})
_ABOUT_AI: Final = frozenset(
    {"ai", "ai-training", "ai-bots", "ai-robots", "ai-crawlers", "robots-ai", "robots:ai", "ai:robots"}
)
_NO: Final = frozenset({"no", "false", "0", "off"})
_NOT_FOR_AI: Final = _NO | {"nouse", "noindex", "nofollow", "block", "blocked", "reject", "optout", "opt-out"}
_SEPARATOR: Final = re.compile(r"[\s,;]+")

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)


_ORDINARY: Final = (
    "html head title body header footer main nav section article div span p br hr h1 h2 h3 h4 h5 h6 b i em strong"
    " small sup sub ul ol li dl dt dd table thead tbody tr td th img picture source figure figcaption svg path g"
    " form input button label option select style noscript iframe pre code"
)
_SAYING_NOTHING: Final = frozenset(_ORDINARY.split())
"""Tags of every page that are neither read nor near to one that is."""


class _Meta(NamedTuple):
    """A meta tag. It is `doubtful` where its form is of no standard, so that it can only refuse."""

    name: str
    content: str
    doubtful: bool = False


@dataclass(slots=True)
class _Collector:
    """lxml's parser target: keeps the tags that may say something."""

    metas: list[_Meta] = field(default_factory=list)
    links: list[tuple[str, bool]] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)
    invented: list[Signal] = field(default_factory=list)
    tdm: dict[str, list[str]] = field(default_factory=lambda: {_RESERVATION: [], _POLICY: []})
    """What links say of TDMRep, which has no such links, by their relation."""
    scripts: dict[str, list[str]] = field(default_factory=lambda: {RSL_TYPE: [], _JSON_LD: []})
    base: str = ""
    seen: int = 0
    """Meta tags that were met, whatever they say."""
    _script: list[str] | None = None
    _script_type: str = ""
    _untold: str = ""
    """The name of a meta tag that has no value of its own."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """See an opening tag."""
        if tag in _SAYING_NOTHING:
            return
        tag = tag.rpartition(":")[2]  # XHTML may have prefixes
        if tag == "meta":
            self.seen += 1
            if any(":" in name for name in attributes):
                attributes = {name.rpartition(":")[2]: value for name, value in attributes.items()}
            self.metas += filter(None, (_meta(attributes),))
            if may_be_one(attributes.get("name", attributes.get("property", "")).lower()):
                self.invented += _invented(attributes)
            self._untold = (
                "" if "content" in attributes else attributes.get("property", attributes.get("name", ""))
            )
        elif "content" in attributes and _is_misspelt(tag):
            self.metas += filter(None, (_meta_of_misspelt(tag, attributes),))
        elif tag in ("link", "a"):
            if relations := attributes.get("rel"):
                self._link(tag, relations.lower().split(), attributes)
        elif tag == "base":
            self.base = self.base or attributes.get("href", "").strip()
        elif tag == "script" and _type(attributes) in self.scripts:
            self._script, self._script_type = [], _type(attributes)

    def _link(self, tag: str, relations: list[str], attributes: Mapping[str, str]) -> None:
        target, kind = attributes.get("href", "").strip(), _type(attributes)
        if is_rsl(kind, relations):
            by_standard = tag == "link" and "license" in relations and kind == RSL_TYPE
            self.links.append((target, by_standard))
        elif "license" in relations:
            self.terms.append(target)
        if _RESERVATION in relations:
            self.tdm[_RESERVATION].append(attributes.get("content") or target or "1")
        if _POLICY in relations and target:
            self.tdm[_POLICY].append(target)

    def data(self, text: str) -> None:
        """See text: what stands behind `<meta property="tdm:reservation">` is its value, as in a book."""
        if self._untold and text.strip():
            if _OTHER_NAMES.get(self._untold.strip().lower()) == _RESERVATION:
                self.metas.append(_Meta(_RESERVATION, text.strip()[:MAX_RULE], doubtful=True))
            self._untold = ""
        if self._script is not None:
            self._script.append(text)

    def end(self, tag: str) -> None:
        """See a closing tag."""
        if tag == "script" and self._script is not None:
            self.scripts[self._script_type].append("".join(self._script))
            self._script = None

    def close(self) -> None:
        """See the end of the page, where an open script ends as well."""
        self.end("script")


def read(
    html: str | bytes,
    url: str,
    *,
    agent: str = "",
    user: str | None = None,
    other_agents: UsagesByToken = NO_AGENTS,
) -> tuple[Signal, ...]:
    """Return what the page at `url` says to `agent`.

    `other_agents` are other product tokens whose meta tags count (`agents.usages_by_token`). `user` is the RSL
    user type of whoever will use the page.
    """
    page = _Collector()
    text = (html if isinstance(html, str) else _decoded(bytes(html))).replace("\0", "")
    if is_binary(text):
        warning = Sentence("the page is no text; it may still be compressed")
        return (Signal(None, "", "html", warning=warning, unchecked=True),)
    try:
        parser = etree.HTMLParser(target=page)
        parser.feed(text)
        parser.close()
    except (etree.LxmlError, ValueError, TypeError, AssertionError) as error:
        warning = Sentence("the page could not be read: %(reason)s", reason=str(error)[:MAX_RULE])
        return (Signal(None, "", "html", warning=warning, unchecked=True),)
    metas = [*page.metas[:MAX_METAS], *_swallowed(text, page)]
    if len(page.metas) > MAX_METAS:
        page.invented.append(_more_than(MAX_METAS))
    meant = [meta for meta in metas if not meta.doubtful]
    doubtful = (_refusing(signal) for signal in _metas(metas, agent, other_agents))
    said = list(_metas(meant, agent, other_agents))
    more = (signal for signal in doubtful if not _is_said(signal, said)) if len(meant) < len(metas) else ()
    tdm = read_links(page.tdm[_RESERVATION], page.tdm[_POLICY], "html link")
    return (*said, *more, *page.invented, *tdm, *_licenses(page, url, user), *_terms(page))


def read_pairs(pairs: Iterable[tuple[str, str]], agent: str, other_agents: UsagesByToken) -> Iterator[Signal]:
    """Yield what names with contents refuse, as meta tags have them, that are written elsewhere."""
    attributes = [{"name": name, "content": content} for name, content in pairs]
    metas = [meta for each in attributes if (meta := _meta(each))]
    yield from map(_refusing, _metas(metas, agent, other_agents))
    for each in attributes:
        yield from _invented(each)


def _swallowed(text: str, page: _Collector) -> Iterator[_Meta]:
    """Yield the tags that broken markup hides from the parser of a page, or makes others: they can only refuse.

    A page on which the parser met every tag hides none, and most pages are such.
    """
    if not may_speak(text):
        return
    lower = text.lower()
    is_whole = lower.count("<meta") + lower.count("< meta") <= page.seen
    known = {(meta.name.lower(), meta.content) for meta in page.metas}
    tags = list(dict.fromkeys((*(() if is_whole else swallowed(text)), *repaired(text))))
    if len(tags) > MOST_TAGS:
        page.invented.append(_more_than(MOST_TAGS))
    for tag in tags[:MOST_TAGS]:
        alone = _Collector()
        parser = etree.HTMLParser(target=alone)
        parser.feed(tag)
        parser.close()
        page.invented += alone.invented
        for meta in alone.metas:
            if (meta.name.lower(), meta.content) not in known:
                yield meta._replace(doubtful=True)


def _more_than(most: int) -> Signal:
    return unread(Family.ROBOTS_TAG, "html meta", Sentence("more than %(most)s meta tags", most=most))


def _meta(attributes: Mapping[str, str]) -> _Meta | None:
    """Return what a meta tag says, in whatever attributes its name and its content were written."""
    name, content = attributes.get("name") or attributes.get("http-equiv"), attributes.get("content")
    plain = (name or "").strip().lower()
    if name and content is not None and plain not in _OTHER_NAMES:
        return _Meta(name.strip(), content)
    own = {key.lower(): value for key, value in attributes.items()}
    # <meta robots="noai">, <meta tdm-reservation=1>
    named = next((key for key in own if key in _KNOWN_NAMES), None) or next(
        (value for key, value in own.items() if key != "content" and value.strip().lower() in _KNOWN_NAMES), None
    )
    meant = plain or (own.get("property") or own.get("itemprop") or own.get("id") or named or "").strip().lower()
    meant = _OTHER_NAMES.get(meant, meant)
    if content is None and meant.startswith("robots "):  # <meta name="robots noai">
        meant, _, content = meant.partition(" ")
    if content is None:
        values = (f"{key} {value}" if key not in _KNOWN_NAMES else value for key, value in own.items())
        content = own.get("value") or own.get(meant) or ", ".join(values)
    if not plain and not meant and "content" not in own and not _REFUSALS.isdisjoint(own):  # <meta noai>
        return _Meta("robots", "noai", doubtful=True)
    if plain in _REFUSALS and content.strip().lower() not in _NO:
        content = plain.rpartition(":")[2]
    if plain in _ABOUT_AI and (says_no(content) or not _NOT_FOR_AI.isdisjoint(_SEPARATOR.split(content.lower()))):
        content = "noai"
    return _Meta(meant, content, doubtful=True) if meant in _KNOWN_NAMES else None


@lru_cache(maxsize=256)
def _is_misspelt(tag: str) -> bool:
    """Tell whether the name of a tag is one letter from `meta`, or has what stands behind it: `meta-name`."""
    return (tag.startswith("meta") and "=" in tag) or (tag != "meta" and is_near(tag, "meta", 1))


def _meta_of_misspelt(tag: str, attributes: Mapping[str, str]) -> _Meta | None:
    """Return what `<mata name="robots" content="noai">` says, and `<meta-name="robots" content="noai">`."""
    name = attributes.get("name") or tag.partition("=")[2].strip("\"'")
    content = attributes.get("content")
    return _Meta(name.strip(), content, doubtful=True) if name and content else None


def _invented(attributes: Mapping[str, str]) -> Iterator[Signal]:
    """Yield what a tag refuses whose name is in no standard."""
    name, content = (attributes.get("name") or attributes.get("property") or "").strip(), attributes.get("content")
    plain = name.lower()
    if content and plain not in _OTHER_NAMES and (said := refused(plain, content)):
        rule = f'<meta name="{name}" content="{content.strip()}">'
        yield Signal(Family.ROBOTS_TAG, rule[:MAX_RULE], f"html meta {name[:60]}", said, warning=INVENTED)


def _refusing(signal: Signal) -> Signal:
    return only_refusing(signal, DOUBTFUL)


def _is_said(signal: Signal, said: list[Signal]) -> bool:
    """Tell whether nothing is refused that is not refused already."""
    return not signal.preferences or any(
        signal.family is other.family and signal.preferences.items() <= other.preferences.items() for other in said
    )


def _metas(metas: list[_Meta], agent: str, other_agents: UsagesByToken) -> Iterator[Signal]:
    by_name: dict[str, list[str]] = {}
    for name, content, _ in metas:
        lower = name.lower()
        by_name.setdefault(lower, []).append(content)
        locator = f"html meta {name[:60]}"
        if lower in ("content-usage", "content-signal"):
            yield _undefined(lower, content, locator)
        elif signal := read_meta(name, content, agent, other_agents, locator):
            yield signal
    reservations = by_name.get(_RESERVATION, [])
    yield from read_values(reservations, by_name.get(_POLICY, []), "html meta tdm-reservation")


def _undefined(name: str, content: str, locator: str) -> Signal:
    """Read a statement in a tag that no specification defines: a refusal is believed, a permission is not."""
    family = Family.AIPREF if name == "content-usage" else Family.CONTENT_SIGNAL
    preferences, warning = read_statement(family, content)
    warning = warning or Sentence("this tag is in no specification: only refusals count")
    rule, is_long = content.strip()[:MAX_RULE], warning == TOO_LONG
    return Signal(family, rule, locator, refusals(preferences), warning=warning, unchecked=is_long)


def _licenses(page: _Collector, url: str, user: str | None) -> Iterator[Signal]:
    for target, by_standard in page.links:
        rule = f'<link rel="license" href="{target}">'
        yield license_named(_resolved(page.base, target), rule, "html link", is_doubtful=not by_standard)
    documents = page.scripts[RSL_TYPE]
    if documents and not url:
        warning = Sentence("an inline licence cannot be read without the URL of its page")
        yield Signal(Family.RSL, "", "html script", warning=warning, unchecked=True)
        return
    for document in documents:
        yield from read_document(document, url, user=user, locator="html script")


def _resolved(base: str, target: str) -> str:
    """Resolve a link by the page's `base` element, if it has one (HTML 4.2.3); else the page's address will do."""
    try:
        return urljoin(base, target) if base and target else target
    except ValueError:
        return target


def _type(attributes: Mapping[str, str]) -> str:
    return attributes.get("type", "").partition(";")[0].strip().lower()


def _terms(page: _Collector) -> Iterator[Signal]:
    """Yield where terms are that only a person can read: links to a licence, and schema.org's properties."""
    found = {_resolved(page.base, target): "rel=license" for target in page.terms[:MAX_TERMS] if target}
    for text in page.scripts[_JSON_LD][:MAX_TERMS]:
        found |= terms_in(text)
    for text in page.scripts[_JSON_LD]:
        yield from refused_in(text, "html")
    for target, rule in islice(found.items(), MAX_TERMS):
        yield terms_at(target, f"{rule}: {target}", "html")


def _decoded(octets: bytes) -> str:
    """Decode by byte order mark, then as the page declares, then as UTF-8. Everything that matters is ASCII."""
    if (text := from_utf16(octets)) is not None:
        return text
    if octets.startswith(codecs.BOM_UTF8):
        return octets.decode("utf-8-sig", "replace")
    declared = _CHARSET.search(octets, 0, 2048)
    try:
        text = octets.decode(declared[1].decode() if declared else "utf-8", "replace")
    except (LookupError, ValueError):
        text = ""
    # in an encoding whose ASCII is other bytes, nobody could have read the declaration (HTML 13.2.3.3)
    return text if "<" in text else octets.decode("utf-8", "replace")
