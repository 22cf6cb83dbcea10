"""Gathers what of a live site can speak about AI: a few small files, within limits of number, size and time.

The network is whatever `fetch` is: the filter's transport on a command line, the guarded fetcher in a registry.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urljoin, urlsplit

from lxml import etree

from crawler_filter.errors import FilterError, InvalidUrlError, Sentence
from crawler_filter.files.content_coding import decode, inflate
from crawler_filter.formats.urls import href
from crawler_filter.lint.policies import named
from crawler_filter.lint.site import Missed, Site, looks_like_html
from crawler_filter.signals import headers, html, tdmrep, well_known
from crawler_filter.signals.header_lines import codings
from crawler_filter.signals.response import Response
from crawler_filter.signals.robots.robots_txt import RobotsTxt
from crawler_filter.signals.signal import Family, Signal

Fetch = Callable[[str, int], Response]
"""Fetches an address and at most so many bytes of it; raises FilterError where there is no answer."""

MAX_SMALL: Final = 512 << 10
MAX_FILE: Final = 2 << 20
MAX_FILES: Final = 4
MAX_ADDRESS: Final = 500
"""Characters of an address that a page leads to: each is tried against every rule, for every known crawler."""
MAX_LICENSES: Final = 2
MAX_POLICIES: Final = 2

MISNAMED: Final[Mapping[str, str]] = {
    "/Robots.txt": "/robots.txt",
    "/robot.txt": "/robots.txt",
    "/robots.txt.txt": "/robots.txt",
    "/tdmrep.json": tdmrep.FILE,
}
"""Names that are asked for where the right one is absent, each with the place that it is meant for."""
_SPEAKING: Final = {
    "/robots.txt": re.compile(rb"user-agent\s*:", re.IGNORECASE),
    tdmrep.FILE: re.compile(rb"tdm-reservation"),
}

_MEDIA = re.compile(r"\.(?:jpe?g|png|webp|gif|tiff?|avif|svg|pdf|epub|mp4|mov|webm|mp3)$", re.IGNORECASE)


def gather(url: str, fetch: Fetch, *, clock: Callable[[], float], seconds: float) -> Site:
    """Return what could be read of the site of `url` within about so many seconds of `clock`.

    Asked for are robots.txt, the page, the well-known files, the licences and policies that are named and a few
    files that the page shows, of the same site; where robots.txt or tdmrep.json is absent, the names of `MISNAMED`
    too. What could not be read is in `missed`. Raises InvalidUrlError for what is not an http or https URL.
    """
    page_url = href(url)
    if not urlsplit(page_url).hostname:
        raise InvalidUrlError("expected an address with a host, got %(url)s", url=f"{url!r:.200}")
    asking = _Asking(fetch, clock, clock() + seconds)
    robots_txt = asking.get(urljoin(page_url, "/robots.txt"), MAX_SMALL, absent_too=True)
    page = asking.get(page_url, MAX_SMALL, absent_too=True)
    base = page.url if page else page_url
    well_known_files = {
        path: file for path in sorted(well_known.PATHS) if (file := asking.get(urljoin(base, path), MAX_SMALL))
    }
    pages = (page,) if page and is_page(page) else ()
    licenses = {
        address: document
        for address in _licenses(robots_txt, page)
        if (document := asking.get(address, MAX_SMALL // 2))
    }
    policies = {
        address: answer
        for address in named(page, well_known_files)[:MAX_POLICIES]
        if (answer := asking.get(address, MAX_SMALL // 2, absent_too=True))
    }
    shown = [file for address in _shown(pages) if (file := asking.get(address, MAX_FILE))]
    files = (page, *shown) if page and not pages else tuple(shown)
    there = well_known_files.keys() | ({"/robots.txt"} if _may_be_there(robots_txt) else set())
    misplaced = {
        name: place for name, place in MISNAMED.items() if place not in there and _speaks(asking, base, name)
    }
    return Site(
        page_url, robots_txt, pages, files, well_known_files, licenses, tuple(asking.missed), policies, misplaced
    )


def _may_be_there(robots_txt: Response | None) -> bool:
    return robots_txt is None or robots_txt.status == 200 or robots_txt.status >= 500


def _speaks(asking: "_Asking", base: str, name: str) -> bool:
    """Tell whether a file of a wrong name says what the right one would, and is no page for every address."""
    answer = asking.ask(urljoin(base, name))
    return answer is not None and not is_page(answer) and bool(_SPEAKING[MISNAMED[name]].search(answer.body))


@dataclass(slots=True)
class _Asking:
    """One round of questions, with its deadline and what went unanswered."""

    fetch: Fetch
    clock: Callable[[], float]
    deadline: float
    missed: list[Missed] = field(default_factory=list)

    def ask(self, url: str) -> Response | None:
        """Return an answer of 200 to what is asked only to help: that it is absent or not answered is no news."""
        try:
            answer = self.fetch(url, MAX_SMALL) if self.clock() < self.deadline else None
        except FilterError:
            return None
        return answer if answer and answer.status == 200 else None

    def get(self, url: str, limit: int, *, absent_too: bool = False) -> Response | None:
        """Return an answer of 200, or any with `absent_too`; None for what is absent or was missed."""
        if self.clock() >= self.deadline:
            self.missed.append(Missed(url, Sentence("the time for this check was over")))
            return None
        try:
            answer = self.fetch(url, limit)
        except FilterError as error:
            self.missed.append(Missed(url, error.sentence))
            return None
        body = decode(answer.body, codings(answer.headers), most=limit)
        body = body if body.fault else inflate(body.octets, most=limit)
        answer = replace(answer, body=body.octets)
        if body.fault and answer.status == 200:
            self.missed.append(Missed(url, body.fault))
        if answer.truncated and answer.status == 200:
            self.missed.append(Missed(url, Sentence("only the first %(limit)s bytes were read", limit=limit)))
        if answer.status != 200 and answer.status < 500 and not absent_too:
            return None
        if answer.status >= 500 and not absent_too:
            self.missed.append(Missed(url, Sentence("it answered %(status)s", status=answer.status)))
            return None
        return answer


def _licenses(robots_txt: Response | None, page: Response | None) -> list[str]:
    """Return the addresses of licences that are named, resolved as the page's other links are."""
    named: list[Signal] = []
    if robots_txt and robots_txt.status == 200:
        named += RobotsTxt.from_response(robots_txt).findings("", "/")
    if page:
        named += headers.read(list(page.headers))
        named += html.read(page.body, page.url)
    addresses = (signal.terms.policy for signal in named if signal.family is Family.RSL and not signal.preferences)
    base = page.url if page else ""
    absolute = (_resolved(base, address) for address in addresses if address)
    return list(dict.fromkeys(address for address in absolute if address))[:MAX_LICENSES]


def _resolved(base: str, reference: str) -> str | None:
    try:
        address = urljoin(base, reference)
    except ValueError:
        return None
    return address if address.startswith(("https://", "http://")) else None


def is_page(answer: Response) -> bool:
    """Tell whether an answer is HTML, by what it says or how it begins."""
    kinds = [value.lower() for name, value in answer.headers if name.lower() == "content-type"]
    return any("html" in kind for kind in kinds) or looks_like_html(answer.body)


def _shown(pages: Iterable[Response]) -> list[str]:
    """Return addresses of files that pages show or link to, of their own site only."""
    found: dict[str, None] = {}
    for page in pages:
        host = (urlsplit(page.url).hostname or "").removeprefix("www.")
        for reference in _references(page.body):
            address = _absolute(page.url, reference)
            parts = urlsplit(address or "")
            if address and _MEDIA.search(parts.path) and _is_of(parts.hostname or "", host):
                found[address] = None
            if len(found) == MAX_FILES:
                break
    return list(found)


def _references(page: bytes) -> Iterator[str]:
    try:
        tree = etree.HTML(page)
    except (etree.LxmlError, ValueError):
        return
    if tree is not None:
        for element in tree.iter("img", "source", "video", "audio", "a"):
            yield element.get("src") or element.get("href") or ""


def _absolute(base: str, reference: str) -> str | None:
    if len(reference) > MAX_ADDRESS:
        return None
    try:
        return href(urljoin(base, reference.strip()))
    except ValueError:
        return None


def _is_of(host: str, site: str) -> bool:
    return host == site or host.endswith(f".{site}")
