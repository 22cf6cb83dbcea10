"""All that a crawler holds of one asset, read by every standard, each by its own rule for which statement speaks.

- A path that robots.txt refuses has no preference there, and the refusal is what is found (aipref-attach-05
  section 3.1).
- Of TDMRep's techniques the later one replaces the earlier: file, header, page, EPUB or PDF (the report's
  "Processing priority").
- AIPREF, RSL, Content Signals, robots directives and media metadata combine by most restrictive, as do families.

Nothing is fetched and nothing raises for what was given: what cannot be read is `unchecked`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final
from urllib.parse import urljoin

from crawler_filter.errors import Sentence
from crawler_filter.files.charset import from_utf16
from crawler_filter.files.media_type import TEXTS, media_type
from crawler_filter.finding import Source
from crawler_filter.formats.urls import MAX_URL
from crawler_filter.signals import front_matter, headers, html, rsl, saved_pages, tdmrep, well_known
from crawler_filter.signals.agents import UsagesByToken
from crawler_filter.signals.embedded import media, rsl_embedded
from crawler_filter.signals.header_lines import says_page
from crawler_filter.signals.received import Received
from crawler_filter.signals.robots.robots_txt import RobotsTxt
from crawler_filter.signals.signal import MAX_RULE, Family, Signal, believed

Data = str | bytes
Statement = tuple[Source, Signal]

MAX_SIGNALS: Final = 1000
"""Statements of one source that are read; a source with more could not be checked."""

_STATUS = re.compile(r"\s*(\d{3})\b")
_UNREADABLE: Final = -1
# feeds and drawings have meta tags of XHTML, and feeds links to licences
_XML_TAG: Final = re.compile(rb"<(?:\w{1,20}:)?(?:meta\s|link\s[^<>]{0,500}rsl\+xml)")
_PAGE_TAG: Final = re.compile(rb"<(?:!doctype\s+html|html|head|meta|title)[\s>]", re.IGNORECASE)
_JUDGED_BY: Final = 4096
_LATER_TECHNIQUE: Final = {Source.WELL_KNOWN: 0, Source.HEADERS: 1, Source.HTML: 2, Source.CONTENT: 3}


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads what one crawler received: its product token, its RSL user type, and whose refusals count besides.

    `other_agents` maps product tokens to what they stand for (`agents.usages_by_token`); `trust_anchors` are the
    certificates, in PEM, that may sign a permission inside a file.
    """

    families: frozenset[Family]
    other_agents: UsagesByToken
    user_type: str | None = None
    trust_anchors: bytes | None = None

    def read(self, received: Received, url: object, agent: object) -> tuple[Statement, ...]:
        """Return every statement of the chosen families about the asset at `url`, None where it has no address."""
        if not self.families:
            return ()
        address = url if isinstance(url, str) and len(url) <= MAX_URL else None
        found = list(self._statements(received, address, agent if isinstance(agent, str) else ""))
        if not isinstance(agent, str):
            found.append((Source.ASSET, _not_read("agent", "text", agent)))
        if not found:
            return ()
        found += _file_named(found, received.well_known)
        return tuple(_with_later_tdmrep([*found, *self._licensed(found, received, address)]))

    def _statements(self, received: Received, url: str | None, agent: str) -> Iterator[Statement]:
        for source, read in self._readers(received, url, agent):
            signals = (signal for signal in read() if signal.family is None or signal.family in self.families)
            for signal in islice(signals, MAX_SIGNALS):
                yield source, signal
            if next(signals, None) is not None:
                warning = Sentence("more than %(most)s statements", most=MAX_SIGNALS)
                yield source, Signal(None, "", source, warning=warning, unchecked=True)

    def _readers(
        self, received: Received, url: str | None, agent: str
    ) -> Iterator[tuple[Source, Callable[[], Iterable[Signal]]]]:
        if received.robots_txt is not None:
            yield Source.ROBOTS_TXT, lambda: self._robots(received.robots_txt, url, agent)
        if received.well_known is not None:
            yield Source.WELL_KNOWN, lambda: self._well_known(received.well_known, url)
        if received.headers is not None or received.status is not None:
            yield Source.HEADERS, lambda: self._headers(received.headers, received.status, agent)
        page = received.html
        if page is None and received.content is not None and _is_page(received.content, received.headers):
            page = received.content
        if page is not None:
            yield Source.HTML, lambda: self._html(page, url, agent)
        text = received.content if received.html is None else received.html
        if text is not None and (page is None or page is received.html):
            yield Source.HTML, lambda: self._of_text(text, url, agent)
        if received.content is not None:
            yield Source.CONTENT, lambda: self._media(received.content, url)
        if received.licenses is not None and not isinstance(received.licenses, Mapping):
            yield (
                Source.LICENSE,
                lambda: (_not_read("licenses", "a mapping of addresses to documents", received.licenses),),
            )

    def _robots(self, robots_txt: object, url: str | None, agent: str) -> Iterator[Signal]:
        data = robots_txt if isinstance(robots_txt, RobotsTxt) else _data(robots_txt)
        if data is None or url is None:
            yield _not_read("robots.txt", "text, bytes or a RobotsTxt, and a URL", robots_txt)
            return
        parsed = data if isinstance(data, RobotsTxt) else RobotsTxt.parse(data)
        yield from parsed.findings(agent, url, other_agents=self.other_agents)

    def _well_known(self, files: object, url: str | None) -> Iterator[Signal]:
        if not isinstance(files, Mapping) or url is None:
            yield _not_read("well-known files", "a mapping of paths to files, and a URL", files)
            return
        for path, value in files.items():
            if value is None:
                continue
            data = _data(value)
            if path not in well_known.PATHS or data is None:
                expected = f"text or bytes by one of {', '.join(sorted(well_known.PATHS))}"
                yield _not_read(str(path)[:MAX_RULE], expected, value)
            else:
                yield from well_known.read(path, data, url, other_agents=self.other_agents)

    def _headers(self, fields: object, status: object, agent: str) -> Iterator[Signal]:
        code = status if status is None or isinstance(status, int) else _status(status)
        if code == _UNREADABLE:
            yield _not_read("status", "a number", status)
        yield from headers.read(
            () if fields is None else fields, status=code, agent=agent, other_agents=self.other_agents
        )

    def _html(self, page: object, url: str | None, agent: str) -> Iterator[Signal]:
        data = _data(page)
        if data is None:
            yield _not_read("html", "text or bytes", page)
            return
        yield from self._page(data, url, agent)
        yield from rsl_embedded.read_feed(data, self.user_type)

    def _page(self, data: Data, url: str | None, agent: str) -> Iterable[Signal]:
        return html.read(data, url or "", agent=agent, user=self.user_type, other_agents=self.other_agents)

    def _of_text(self, value: object, url: str | None, agent: str) -> Iterator[Signal]:
        """Yield what is refused in a page that was saved, and before a text that is made into a page."""
        data = _data(value)
        if data is None:
            return
        for part in saved_pages.parts(data if isinstance(data, bytes) else data.encode("utf-8", "replace")):
            yield from self._saved(part, url, agent)
        for text in front_matter.beginnings(data):
            said = [*html.read_pairs(front_matter.tags(text), agent, self.other_agents)]
            if markup := front_matter.markup(text):
                said += self._page(markup, url, agent)
            yield from (headers.only_refusing(signal, front_matter.IN_SOURCE) for signal in said)
        if front_matter.is_cut(data):
            yield Signal(None, "", "front matter", warning=front_matter.CUT, unchecked=True)

    def _saved(self, part: saved_pages.Part, url: str | None, agent: str) -> Iterator[Signal]:
        said = [*headers.read(part.headers, agent=agent, other_agents=self.other_agents)]
        if part.page:
            said += self._page(part.page, url, agent)
        yield from (headers.only_refusing(signal, saved_pages.SAVED) for signal in said)
        if part.fault:
            yield Signal(None, "", "saved page", warning=part.fault, unchecked=True)

    def _media(self, content: object, url: str | None) -> tuple[Signal, ...]:
        data = _data(content)
        if not isinstance(data, bytes):
            return ()  # the asset, which is given the same, says that it is no file's content
        return media.read(data, url or "", user=self.user_type, trust_anchors=self.trust_anchors)

    def _licensed(self, found: list[Statement], received: Received, url: str | None) -> Iterator[Statement]:
        """Yield what the licence documents that were found named say, where they were given."""
        documents = received.licenses if isinstance(received.licenses, Mapping) else {}
        named: dict[str, bool] = {}
        for _, signal in found:
            if signal.family is Family.RSL and not signal.preferences and signal.terms.policy:
                address = _absolute(signal.terms.policy, url)
                named[address] = named.get(address, False) or not signal.warning
        for address, is_by_standard in named.items():
            data = _data(documents.get(address))
            if data is None or url is None:
                warning = (
                    Sentence(
                        "this licence was not given, so what it reserves is not known: fetch it and pass "
                        "licenses={%(address)s: document}",
                        address=f"{address!r:.300}",
                    )
                    if url
                    else Sentence(
                        "this licence was not given, so what it reserves is not known: fetch it and pass it with "
                        "the asset's URL"
                    )
                )
                yield Source.LICENSE, Signal(Family.RSL, "", address, warning=warning, unchecked=True)
                continue
            for signal in rsl.read_document(data, url, user=self.user_type, locator=address):
                yield Source.LICENSE, believed(signal, may_allow=is_by_standard)


def _is_page(content: object, headers: object) -> bool:
    """Tell whether a file is a page that was not given as `html`: by how it begins, or as its headers say.

    Of the headers that is believed for everything but files of other kinds, which some servers call pages too: of
    those, for the ones that have a tag of a page in front.
    """
    if not isinstance(content, (str, bytes, bytearray, memoryview)):
        return False
    begin = content[:_JUDGED_BY]
    head = begin.encode("utf-8", "replace") if isinstance(begin, str) else bytes(begin)
    text = from_utf16(head)
    head = head if text is None else text.encode("utf-8", "replace")
    kind = media_type(head)
    if kind == "text/html" or (kind == "text/xml" and b"<html" in head):
        return True
    if kind in ("text/xml", "image/svg+xml") and _XML_TAG.search(head):
        return True
    may_be_page = kind is None or kind in TEXTS or _PAGE_TAG.search(head) is not None
    return may_be_page and headers is not None and says_page(headers)


def _status(value: object) -> int:
    """Read the status that some archives give as text, such as `200 OK`."""
    found = _STATUS.match(value.decode("latin-1") if isinstance(value, bytes) else str(value))
    return int(found[1]) if found else _UNREADABLE


def _absolute(address: str, page: str | None) -> str:
    try:
        return urljoin(page or "", address)
    except ValueError:
        return address


def _file_named(found: Iterable[Statement], files: object) -> list[Statement]:
    """Return that a TDM file which a link names was not given, so that what it reserves is not known."""
    is_given = isinstance(files, Mapping) and files.get(tdmrep.FILE) is not None
    if is_given or not any(signal.warning == tdmrep.NAMED_FILE for _, signal in found):
        return []
    warning = Sentence("this file is named and was not given: fetch it, and pass it in well_known")
    return [(Source.WELL_KNOWN, Signal(Family.TDMREP, "", tdmrep.FILE, warning=warning, unchecked=True))]


def _with_later_tdmrep(statements: Iterable[Statement]) -> Iterator[Statement]:
    """Mark all TDMRep statements as not decisive, except those from the technique with the highest priority."""
    every = list(statements)
    stating = {source for source, signal in every if signal.family is Family.TDMREP and signal.preferences}
    latest = max(stating, key=_LATER_TECHNIQUE.__getitem__, default=None)
    for source, signal in every:
        replaced = signal.family is Family.TDMREP and signal.preferences and source is not latest
        yield (
            source,
            replace(signal, decides=False, warning=Sentence("replaced by the %(technique)s", technique=latest))
            if replaced
            else signal,
        )


def _data(value: object) -> Data | None:
    if isinstance(value, (str, bytes)):
        return value
    return bytes(value) if isinstance(value, (bytearray, memoryview)) else None


def _not_read(locator: str, expected: str, value: object) -> Signal:
    warning = Sentence(
        "could not be read: expected %(expected)s, got %(type)s",
        expected=expected,
        type=type(value).__name__[:100],
    )
    return Signal(None, "", locator, warning=warning, unchecked=True)
