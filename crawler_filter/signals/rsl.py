"""RSL 1.0 licence documents (rslstandard.org/rsl), evaluated for one URL and one type of user.

Read as the specification asks, conservatively: what is both permitted and prohibited is not licensed (section
3.6), where a list of permitted values exists nothing else is permitted (section 3.5), and the narrowest scope that
states a usage speaks for it (section 3.1). A licence that costs something, needs a licence server or is for others
than this user is an offer: the usage is refused until permission was asked for, and the finding says where.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from lxml import etree

from crawler_filter.errors import Sentence
from crawler_filter.formats.terms import EXTENSION, Route, RouteKind, Terms, read_terms
from crawler_filter.preference import Preference, Usage
from crawler_filter.signals import safe_xml
from crawler_filter.signals.meanings import means
from crawler_filter.signals.robots.patterns import Pattern, path_of, path_pattern
from crawler_filter.signals.signal import MAX_RULE, Family, Signal, Warned, web_link

NAMESPACE: Final = "https://rslstandard.org/rsl"
MAX_MAIL: Final = 320
"""Characters of a mail address, the longest there is."""

MAX_CONTENTS: Final = 5000
"""Scopes of one document that are read; a document with more could not be checked."""

_Q: Final = f"{{{NAMESPACE}}}"
ROOT: Final = f"{_Q}rsl"
CONTENT: Final = f"{_Q}content"
_ELEMENTS: Final = frozenset(
    {"rsl", "content", "license", "permits", "prohibits", "payment", "standard", "custom", "amount", "accepts",
     "reporting", "legal", "alternate", "schema", "copyright", "terms"}
)  # fmt: skip
_OLD_TOKENS: Final = {
    "train-ai": "ai-train",
    "train-genai": "ai-train",
    "ai-use": "ai-input",
    "ai-summarize": "ai-input",
}
_SEPARATORS = re.compile(r"[\s,]+")


@dataclass(frozen=True, slots=True)
class License:
    """One licence of a scope: tokens by type (`usage`, `user`, `geo`), and what has to be given for it."""

    permits: Mapping[str, frozenset[str]]
    prohibits: Mapping[str, frozenset[str]]
    free: bool
    offer: str | None
    is_unsaid: bool
    """Whether something is prohibited of which nothing says what."""

    def is_open_to(self, user: str | None) -> bool:
        """Tell whether it may be used without asking: free, for everywhere, and for this type of user."""
        users = self.permits.get("user")
        wanted = users is None or (user is not None and user in users)
        elsewhere = "geo" in self.permits or "geo" in self.prohibits
        refused = self.prohibits.get("user", frozenset())
        return self.free and wanted and not elsewhere and not (refused and (user is None or user in refused))


@dataclass(frozen=True, slots=True)
class Content:
    """One scope of a document.

    It is `guarded` where its licences cannot simply be taken up by who reads them. It is `doubtful` where its
    place is not written as the specification asks; then it can prohibit, and what it permits is not believed.
    """

    pattern: Pattern
    url: str
    licenses: tuple[License, ...]
    guarded: bool
    terms: Terms
    doubtful: bool = False

    def preference_for(self, usage: Usage, user: str | None) -> Preference:
        """Return what its licences say together about one usage."""
        if any(usage in _usages(license_.prohibits.get("usage", ())) for license_ in self.licenses):
            return Preference.DISALLOWED
        listing = [license_ for license_ in self.licenses if "usage" in license_.permits]
        permitting = [license_ for license_ in listing if usage in _usages(license_.permits["usage"])]
        is_open = any(license_.is_open_to(user) for license_ in permitting)
        if is_open and not self.guarded:
            return Preference.UNKNOWN if self.doubtful else Preference.ALLOWED
        return Preference.DISALLOWED if listing or self._has_a_price_for_all() else Preference.UNKNOWN

    def _has_a_price_for_all(self) -> bool:
        """Tell whether a licence that lists no usage, and so is about every one, has to be paid for."""
        unlisted = [each for each in self.licenses if "usage" not in each.permits and not each.prohibits["usage"]]
        return any(not license_.free for license_ in unlisted)


def read_document(data: str | bytes, url: str, *, user: str | None = None, locator: str) -> Iterator[Signal]:
    """Yield what a licence document says about `url`, one finding for each scope that speaks. Nothing raises."""
    try:
        root = _parse(data)
    except _NotConformantError as error:
        yield _open_question(error.sentence, locator)
        return
    yield from read_element(root, url, user=user, locator=locator)


def read_element(root: etree._Element, url: str, *, user: str | None = None, locator: str) -> Iterator[Signal]:
    """Yield what an `rsl` element says about `url`: the root of a document, or a part of other XML."""
    try:
        contents, warnings = _contents(root, url)
    except _NotConformantError as error:
        yield _open_question(error.sentence, locator)
        return
    for warning in warnings:
        yield _open_question(warning, locator)
    yield from _speaking(contents, user, locator)


def read_content(element: etree._Element, *, user: str | None = None, locator: str) -> Iterator[Signal]:
    """Yield what one `content` element says about the address that it names itself."""
    content = _content(element, (element.get("url") or "").strip())
    for warning in (*_unknown(element), *_flaws(content)):
        yield _open_question(warning, locator)
    yield from _speaking([content], user, locator)


class _NotConformantError(Exception):
    """A document that is not RSL, or not safe to read."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def _parse(data: str | bytes) -> etree._Element:
    try:
        root = safe_xml.parse(data.encode("utf-8", "replace") if isinstance(data, str) else data)
    except safe_xml.UnreadableXmlError as error:
        raise _NotConformantError(Sentence("could not be read: %(reason)s", reason=error)) from error
    if root.tag != ROOT:
        raise _NotConformantError(
            Sentence("the root element must be rsl in the namespace %(namespace)s", namespace=NAMESPACE)
        )
    return root


def _contents(root: etree._Element, url: str) -> tuple[list[Content], list[Sentence]]:
    """Return the scopes that match `url`, and what is wrong with the document as a whole."""
    warnings = list(_unknown(root))
    elements = list(root.iter(CONTENT))
    if len(elements) > MAX_CONTENTS:
        raise _NotConformantError(Sentence("more than %(most)s content elements", most=MAX_CONTENTS))
    if not elements:
        warnings.append(Sentence("no content element, so nothing is licensed (RSL 1.0 section 3.2)"))
    path, matching = path_of(url), []
    for element in elements:
        content = _content(element, url)
        if _covers(content, url, path):
            matching.append(content)
            warnings.extend(_flaws(content))
    return matching, warnings


def _unknown(root: etree._Element) -> Iterator[Sentence]:
    unknown = {str(element.tag) for element in root.iter(f"{_Q}*")} - {f"{_Q}{name}" for name in _ELEMENTS}
    for name in sorted(unknown)[:3]:
        yield Sentence("unknown element %(element)s (RSL 1.0 appendix A)", element=name.removeprefix(_Q)[:40])


def _flaws(content: Content) -> Iterator[Sentence]:
    """Yield what leaves open what a scope reserves."""
    if not content.licenses:
        yield Sentence("content %(url)s has no license (RSL 1.0 section 3.3)", url=content.url[:80])
    prohibited = {token for license_ in content.licenses for token in license_.prohibits["usage"]}
    if any(license_.is_unsaid for license_ in content.licenses):
        prohibited.add("<prohibits/>")
    for token in sorted(token for token in prohibited if means(Family.RSL, token) is None)[:3]:
        yield Sentence(
            "%(token)s is no usage (RSL 1.0 section 3.4.1.1), so what is prohibited is not known", token=token[:40]
        )


def _covers(content: Content, url: str, path: str) -> bool:
    if not content.url:
        return True
    return _may_be_at(_host(content.url), _host(url)) and content.pattern.matches(path)


def _may_be_at(scope: str, asset: str) -> bool:
    """Tell whether a host may be the one meant: itself, with or without `www.`, or below what a `*` names."""
    if not scope or not asset or scope.removeprefix("www.") == asset.removeprefix("www."):
        return True
    return scope.startswith("*.") and f".{asset}".endswith(scope.removeprefix("*"))


def _host(url: str) -> str:
    """Return the lower-case host of a URL, or nothing for a path and for what is no URL."""
    try:
        return (urlsplit(url).hostname or "").removesuffix(".")
    except ValueError:
        return ""


def _content(element: etree._Element, asset: str) -> Content:
    url = (element.get("url") or "").strip()
    licenses = tuple(map(_license, element.findall(f"{_Q}license")))
    server = (element.get("server") or "").strip()
    elsewhere = "://" in url and _host(url) not in {_host(asset)} - {""}  # or not known to be here
    offers = (license_.offer for license_ in licenses if license_.offer)
    stated, more = _link(element.findtext(f"{_Q}terms")), _more_terms(element)
    is_ours = more.routes or more.remuneration
    terms = replace(
        more,
        policy=stated if is_ours else stated or next(offers, None) or _link(server),
        contact=_contact(element.find(f"{_Q}copyright")),
        routes=more.routes if is_ours else _server(server),
    )
    is_nested = next(element.iterancestors(CONTENT), None) is not None
    doubtful = is_nested or (elsewhere and _host(asset) != "" and _may_be_at(_host(url), _host(asset)))
    guarded = bool(server) or element.get("encrypted") == "true" or (elsewhere and not doubtful)
    return Content(Pattern(path_pattern(url)), url, licenses, guarded, terms, doubtful)


def _more_terms(element: etree._Element) -> Terms:
    """Return what our extension says of who gives a licence; it is passed over where it says nothing readable."""
    found = element.find(f"{{{EXTENSION}}}terms")
    if found is None:
        return Terms()
    routes = [dict(route.attrib) for route in found.iterfind(f"{{{EXTENSION}}}route")]
    return read_terms({"routes": routes, "remuneration": (found.get("remuneration") or "").split()})


def _server(server: str) -> tuple[Route, ...]:
    address = _link(server)
    return (Route(RouteKind.RSL_SERVER, address=address),) if address else ()


def _license(element: etree._Element) -> License:
    kinds = [(payment.get("type") or "").strip().lower() for payment in element.findall(f"{_Q}payment")]
    places = (element.findtext(f"{_Q}payment/{_Q}{name}") for name in ("standard", "custom"))
    offer = next((place for place in map(_link, places) if place), None)
    permits, prohibits = (_tokens(element.findall(f"{_Q}{name}")) for name in ("permits", "prohibits"))
    is_unsaid = any(not words for words in prohibits.values())
    prohibits["usage"] = _renamed(prohibits.get("usage", frozenset()))
    return License(permits, prohibits, all(kind == "free" for kind in kinds), offer, is_unsaid)


def _tokens(elements: Iterable[etree._Element]) -> dict[str, frozenset[str]]:
    by_type: dict[str, frozenset[str]] = {}
    for element in elements:
        words = frozenset(word for word in _SEPARATORS.split((element.text or "").lower()) if word)
        kind = (element.get("type") or "usage").strip().lower()
        by_type[kind] = by_type.get(kind, frozenset()) | words
    return by_type


def _renamed(tokens: frozenset[str]) -> frozenset[str]:
    """Read the tokens of the 0.9 draft in a prohibition; a permission must be in today's words."""
    return frozenset(_OLD_TOKENS.get(token, token) for token in tokens)


def _usages(tokens: Iterable[str]) -> set[Usage]:
    return {usage for token in tokens for usage in means(Family.RSL, token) or ()}


def _contact(copyright_: etree._Element | None) -> str | None:
    if copyright_ is None:
        return None
    mail = (copyright_.get("contactEmail") or "").strip()
    return mail[:MAX_MAIL] or _link(copyright_.get("contactUrl"))


def _link(text: str | None) -> str | None:
    return web_link((text or "").strip())


def _speaking(contents: list[Content], user: str | None, locator: str) -> Iterator[Signal]:
    said: dict[int, dict[Usage, Preference]] = {}
    for usage in Usage:
        stating = [(number, content.preference_for(usage, user)) for number, content in enumerate(contents)]
        stating = [(number, preference) for number, preference in stating if preference is not Preference.UNKNOWN]
        narrowest = max((contents[number].pattern.length for number, _ in stating), default=0)
        for number, preference in stating:
            if contents[number].pattern.length == narrowest:
                said.setdefault(number, {})[usage] = preference
    for number, preferences in said.items():
        content = contents[number]
        yield Signal(
            Family.RSL, _written(content)[:MAX_RULE], locator, preferences, content.terms, _self_defeating(content)
        )


def _written(content: Content) -> str:
    tokens = [
        f"{verb} {' '.join(sorted(lists['usage']))}"
        for license_ in content.licenses
        for verb, lists in (("permits", license_.permits), ("prohibits", license_.prohibits))
        if lists.get("usage")
    ]
    return f"{content.url or '(this page)'}: {'; '.join(tokens)}"


def _self_defeating(content: Content) -> Warned:
    permitted = _usages(token for license_ in content.licenses for token in license_.permits.get("usage", ()))
    prohibited = _usages(token for license_ in content.licenses for token in license_.prohibits.get("usage", ()))
    both = sorted(usage.value for usage in permitted & prohibited)
    if not both:
        return ""
    return Sentence(
        "permitted and prohibited at once, so not licensed: %(usages)s (RSL 1.0 section 3.6)",
        usages=", ".join(both),
    )


def _open_question(text: Sentence, locator: str) -> Signal:
    return Signal(Family.RSL, "", locator, warning=text, unchecked=True)
