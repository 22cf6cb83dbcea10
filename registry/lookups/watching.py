"""Reading a registry's public feed, for whoever watches a site or a title without an account.

The feed is another party's: it is read within a limit, without entities, and what is no feed is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from lxml import etree

from registry.errors import UnavailableError
from registry.lookups.search import host_named
from registry.net import PAGE_LIMIT, Fetcher

_ATOM: Final = "{http://www.w3.org/2005/Atom}"
_OK: Final = 200
_PARSER: Final = {"resolve_entities": False, "no_network": True, "huge_tree": False, "load_dtd": False}


@dataclass(frozen=True, slots=True)
class Watched:
    """One event of a feed. `updated` is RFC 3339, as the feed says it."""

    id: str
    updated: str
    title: str
    url: str
    by: str

    def line(self) -> str:
        """Return the event on one line."""
        return "  ".join(" ".join(each.split()) for each in (self.updated, self.title, self.by, self.url))


def feed_address(registry: str, what: str) -> str:
    """Return the address of the feed about a site, or about a title where `what` is no host name."""
    host = host_named(what)
    path = f"site/{host}" if host else f"title/{quote(what, safe='')}"
    return f"{registry.rstrip('/')}/feed/{path}?lang=en"


def read_feed(fetcher: Fetcher, url: str) -> Sequence[Watched]:
    """Return the events of a feed, the newest first. Raises FetchError, and UnavailableError for what is none."""
    answer = fetcher.get(url, limit=PAGE_LIMIT)
    if answer.status != _OK or answer.truncated:
        raise UnavailableError("%(url)s answered %(status)s, expected a feed", url=url, status=answer.status)
    try:
        root = etree.fromstring(answer.body, etree.XMLParser(**_PARSER))
    except etree.XMLSyntaxError as error:
        raise UnavailableError("%(url)s is no feed: %(error)s", url=url, error=str(error)[:200]) from error
    if root.tag != f"{_ATOM}feed":
        raise UnavailableError("%(url)s is no Atom feed", url=url)
    return [_watched(entry) for entry in root.findall(f"{_ATOM}entry")]


def newer(events: Sequence[Watched], since: str | None) -> Sequence[Watched]:
    """Return the events after a time (RFC 3339 in UTC, as feeds say it), oldest first; all where it is None."""
    return [each for each in reversed(events) if since is None or each.updated > since]


def _watched(entry: etree._Element) -> Watched:
    link, author = entry.find(f"{_ATOM}link"), entry.find(f"{_ATOM}author/{_ATOM}name")
    return Watched(
        id=_text(entry, "id"),
        updated=_text(entry, "updated"),
        title=_text(entry, "title"),
        url="" if link is None else link.get("href", ""),
        by="" if author is None else author.text or "",
    )


def _text(entry: etree._Element, name: str) -> str:
    return entry.findtext(f"{_ATOM}{name}") or ""
