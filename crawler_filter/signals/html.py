"""What a page says about AI in its markup: robots meta tags, TDMRep, RSL links and scripts, Content Signals.

The page is read as a stream of tags by lxml, in linear time and without building a tree. Tags count wherever they
stand: a browser's idea of where the head ends is not worth an overlooked refusal.
"""

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin

from lxml import etree

from crawler_filter.files.charset import from_utf16, is_binary
from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.agents import NO_AGENTS, UsagesByToken
from crawler_filter.signals.aipref import parse_statement
from crawler_filter.signals.content_signal import parse_content_signal
from crawler_filter.signals.headers import license_named, refusals
from crawler_filter.signals.robots_tag import read_meta
from crawler_filter.signals.rsl import read_document
from crawler_filter.signals.signal import MAX_RULE, Family, Signal
from crawler_filter.signals.tdmrep import read_values

RSL_TYPE: Final = "application/rsl+xml"

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)


@dataclass(slots=True)
class _Collector:
    """lxml's parser target: keeps the tags that may say something."""

    metas: list[tuple[str, str]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    base: str = ""
    _script: list[str] | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """See an opening tag."""
        if tag == "meta":
            name, content = attributes.get("name") or attributes.get("http-equiv"), attributes.get("content")
            if name and content is not None:
                self.metas.append((name.strip(), content))
        elif tag == "link":
            if _is_rsl(attributes) and "license" in attributes.get("rel", "").lower().split():
                self.links.append(attributes.get("href", "").strip())
        elif tag == "base":
            self.base = self.base or attributes.get("href", "").strip()
        elif tag == "script" and _is_rsl(attributes):
            self._script = []

    def data(self, text: str) -> None:
        """See text."""
        if self._script is not None:
            self._script.append(text)

    def end(self, tag: str) -> None:
        """See a closing tag."""
        if tag == "script" and self._script is not None:
            self.scripts.append("".join(self._script))
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
        warning = "the page is no text; it may still be compressed"
        return (Signal(None, "", "html", warning=warning, unchecked=True),)
    try:
        parser = etree.HTMLParser(target=page)
        parser.feed(text)
        parser.close()
    except (etree.LxmlError, ValueError, TypeError, AssertionError) as error:
        warning = f"the page could not be read: {error}"
        return (Signal(None, "", "html", warning=warning[:MAX_RULE], unchecked=True),)
    return (*_metas(page.metas, agent, other_agents), *_licenses(page, url, user))


def _metas(metas: list[tuple[str, str]], agent: str, other_agents: UsagesByToken) -> Iterator[Signal]:
    by_name: dict[str, list[str]] = {}
    for name, content in metas:
        lower = name.lower()
        by_name.setdefault(lower, []).append(content)
        locator = f"html meta {name[:60]}"
        if lower in ("content-usage", "content-signal"):
            yield _undefined(lower, content, locator)
        elif signal := read_meta(name, content, agent, other_agents, locator):
            yield signal
    reservations = by_name.get("tdm-reservation", [])
    yield from read_values(reservations, by_name.get("tdm-policy", []), "html meta tdm-reservation")


def _undefined(name: str, content: str, locator: str) -> Signal:
    """Read a statement in a tag that no specification defines: a refusal is believed, a permission is not."""
    aipref = name == "content-usage"
    family = Family.AIPREF if aipref else Family.CONTENT_SIGNAL
    said: tuple[Mapping[Usage, Preference], str] = (parse_statement if aipref else parse_content_signal)(content)
    warning = said[1] or "this tag is in no specification: only refusals count"
    return Signal(family, content.strip()[:MAX_RULE], locator, refusals(said[0]), warning=warning)


def _licenses(page: _Collector, url: str, user: str | None) -> Iterator[Signal]:
    for target in page.links:
        rule = f'<link rel="license" href="{target}">'
        yield license_named(_resolved(page.base, target), rule, "html link")
    if page.scripts and not url:
        warning = "an inline licence cannot be read without the URL of its page"
        yield Signal(Family.RSL, "", "html script", warning=warning, unchecked=True)
        return
    for document in page.scripts:
        yield from read_document(document, url, user=user, locator="html script")


def _resolved(base: str, target: str) -> str:
    """Resolve a link by the page's `base` element, if it has one (HTML 4.2.3); else the page's address will do."""
    try:
        return urljoin(base, target) if base and target else target
    except ValueError:
        return target


def _is_rsl(attributes: Mapping[str, str]) -> bool:
    return attributes.get("type", "").partition(";")[0].strip().lower() == RSL_TYPE


def _decoded(octets: bytes) -> str:
    """Decode by byte order mark, then as the page declares, then as UTF-8. Everything that matters is ASCII."""
    if (text := from_utf16(octets)) is not None:
        return text
    if octets.startswith(codecs.BOM_UTF8):
        return octets.decode("utf-8-sig", "replace")
    declared = _CHARSET.search(octets, 0, 2048)
    try:
        return octets.decode(declared[1].decode() if declared else "utf-8", "replace")
    except (LookupError, ValueError):
        return octets.decode("utf-8", "replace")
