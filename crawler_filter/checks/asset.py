"""What a crawler knows of one asset, looked up in one snapshot.

Rules: nothing that cannot be read raises or passes for silence; it becomes an `Unavailable` of the asset, saying
what was wrong with it. A URL is text, bytes in UTF-8, or a library's URL object. `None` is "not a URL" only where
nothing else was given.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from crawler_filter.checks.content import ContentMatches
from crawler_filter.checks.fingerprints import match_fingerprint
from crawler_filter.checks.matchers import NO_MATCHERS, Matchers
from crawler_filter.checks.whole_file import look_up_file, look_up_text
from crawler_filter.errors import InvalidScopeError, InvalidUrlError
from crawler_filter.finding import Match, Source, Unavailable
from crawler_filter.fingerprints.digests import DIGEST_SIZES, digests_of, parse_digest
from crawler_filter.formats.checked import Checked, CheckedKind
from crawler_filter.formats.identifiers import CANONICAL_IDENTIFIER
from crawler_filter.policy import ContentLookup
from crawler_filter.reason import Reason
from crawler_filter.snapshot.reader import Snapshot


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Stands where a URL would: what was to say it is there, and could not be read. The asset is not checked."""

    why: str


@dataclass(frozen=True, slots=True)
class Asset:
    """One asset, as the arguments of `Filter.check` describe it; values are whatever the caller had.

    `image` is a picture that is in memory, as (height, width, 3) bytes.
    `encoded` is the content in the coding that it was sent in, where that was taken off; `fault` says what of the
    content could not be decoded, and whose fault that is.
    """

    url: object = None
    found_on: object = None
    content: object = None
    sha256: object = None
    sha1: object = None
    md5: object = None
    identifiers: object = None
    fingerprints: object = None
    encoded: object = None
    fault: tuple[str, Reason] | None = None
    image: Any = None

    def look_up(
        self,
        snapshot: Snapshot,
        lookup: ContentLookup = ContentLookup.LIKENESS,
        matchers: Matchers = NO_MATCHERS,
    ) -> "Found":
        """Return all that `snapshot` holds about the asset, and what of it could not be read."""
        found = Found([], [], [], matchers)
        for url in self._urls():
            found.add_location(snapshot, url)
        for kind in DIGEST_SIZES:
            if (value := getattr(self, kind)) is not None:
                found.add_digest(snapshot, kind, value)
        if lookup is not ContentLookup.OFF:
            self._look_content_up(found, snapshot, likenesses=lookup is ContentLookup.LIKENESS)
        if self.fingerprints is not None:
            found.add_fingerprints(snapshot, self.fingerprints)
        if self.identifiers is not None:
            found.add_identifiers(snapshot, self.identifiers)
        return found

    def _look_content_up(self, found: "Found", snapshot: Snapshot, *, likenesses: bool) -> None:
        if self.content is not None:
            if self.fault:
                found.miss(*self.fault)
            if isinstance(self.encoded, bytes):
                found.add_digests_of(snapshot, self.encoded)
            found.add_content(snapshot, self.content, likenesses=likenesses)
        if self.image is not None and likenesses:
            found.add_image(snapshot, self.image)

    def _urls(self) -> Iterator[object]:
        pages = _pages(self.found_on)
        if self.url is not None or (not pages and self._has_no_content()):
            yield self.url
        yield from pages

    def _has_no_content(self) -> bool:
        given = (self.content, self.image, self.sha256, self.sha1, self.md5)
        return (
            all(value is None for value in given) and _is_empty(self.fingerprints) and _is_empty(self.identifiers)
        )


SILENT_ADDRESS: Final = object()
"""Stands for an address of which is known already that nobody declared anything about it."""


@dataclass(frozen=True, slots=True)
class Found:
    """The matches of each URL, the matches of content and identifiers, and what could not be read.

    `checked` is what was looked up of its content: the content itself first, else the SHA-256 that was given.
    """

    locations: list[Sequence[Match]]
    contents: list[Match]
    unavailable: list[Unavailable]
    matchers: Matchers = NO_MATCHERS
    checked: list[Checked] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.contents or self.unavailable or any(self.locations))

    def add_location(self, snapshot: Snapshot, url: object) -> None:
        """Look up one URL, and what it shows of other addresses."""
        if url is SILENT_ADDRESS:
            self.locations.append([])
            return
        url = as_url(url)
        if isinstance(url, Unreadable):
            self.miss(f"unreadable: {url.why}")
            return
        if url is None:
            self.miss("not a URL: none was given, or it could not be read")
            return
        if not isinstance(url, str):
            self.miss(f"not a URL: expected text, or bytes in UTF-8, got {type(url).__name__}")
            return
        try:
            identity = snapshot.canonical(url)
            host = identity[: identity.index("/")]
            self.locations.append(snapshot.match_url(identity, host))
            for other in snapshot.others(identity, host):
                matches = snapshot.match_url(other.identity)
                self.locations.append([replace(match, shown_by=other.shown_by) for match in matches])
        except InvalidUrlError as error:
            self.miss(f"not a URL: {error}")

    def add_digest(self, snapshot: Snapshot, kind: str, value: object) -> None:
        """Look up a digest given as hex, base32 or bytes."""
        try:
            raw = parse_digest(kind, value)  # type: ignore[arg-type]  # it refuses other types itself
        except InvalidScopeError as error:
            self.miss(f"not a digest: {error}")
            return
        if kind == "sha256":
            self.checked.append(Checked.of_digest(raw))
        self.contents.extend(snapshot.match_digest(kind, raw))

    def add_digests_of(self, snapshot: Snapshot, content: bytes) -> bytes:
        """Look up the digests of a file's bytes, and return its SHA-256."""
        digests = digests_of(content)
        for kind, digest in digests.items():
            self.contents.extend(snapshot.match_digest(kind, digest))
        return digests["sha256"]

    def add_content(self, snapshot: Snapshot, content: object, *, likenesses: bool) -> None:
        """Look up the digests of a file's bytes, or of a text, and everything registered that it is like."""
        if not isinstance(content, (bytes, bytearray, memoryview, str)):
            self.miss(f"not a file's content: expected bytes or text, got {type(content).__name__}")
            return
        raw = content.encode("utf-8", "replace") if isinstance(content, str) else bytes(content)
        kind = CheckedKind.TEXT if isinstance(content, str) else CheckedKind.FILE
        digest = self.add_digests_of(snapshot, raw)
        self.checked.insert(0, Checked(kind, digest.hex(), len(raw)))
        if not likenesses:
            return
        found = ContentMatches(snapshot, self.matchers)
        if isinstance(content, str):
            look_up_text(found, content)
        else:
            look_up_file(found, raw)
        self._take(found)

    def add_image(self, snapshot: Snapshot, pixels: Any) -> None:  # noqa: ANN401 - an array loads numpy
        """Look up what a picture in memory is like."""
        self.checked.insert(0, Checked.of_pixels(pixels))
        found = ContentMatches(snapshot, self.matchers)
        found.add_media(pixels, "image/x-pixels")
        self._take(found)

    def _take(self, found: ContentMatches) -> None:
        self.contents.extend(found.matches)
        for reason, cause in found.unavailable:
            self.miss(reason, cause)

    def add_fingerprints(self, snapshot: Snapshot, fingerprints: object) -> None:
        """Look up one or more fingerprints given as texts of the form `kind:value`."""
        if isinstance(fingerprints, str):
            fingerprints = [fingerprints]
        if not isinstance(fingerprints, Iterable) or isinstance(fingerprints, (bytes, Mapping)):
            self.miss(f"not fingerprints: expected texts, got {type(fingerprints).__name__}")
            return
        for fingerprint in fingerprints:
            try:
                self.contents.extend(match_fingerprint(snapshot, fingerprint))
            except InvalidScopeError as error:
                self.miss(f"not a fingerprint: {error}")

    def add_identifiers(self, snapshot: Snapshot, identifiers: object) -> None:
        """Look up identifiers given by kind."""
        if not isinstance(identifiers, Mapping):
            self.miss(f"not identifiers by kind: got {type(identifiers).__name__}")
            return
        for kind, value in identifiers.items():
            if kind not in CANONICAL_IDENTIFIER or not isinstance(value, str):
                self.miss(
                    f"not an identifier: expected text by one of {', '.join(CANONICAL_IDENTIFIER)}, got {kind!r}"
                )
                continue
            try:
                self.contents.extend(snapshot.match_identifier(kind, CANONICAL_IDENTIFIER[kind](value)))
            except InvalidScopeError as error:
                self.miss(f"not an identifier: {error}")

    def miss(self, reason: str, cause: Reason = Reason.UNCHECKED_ASSET) -> None:
        """Report that a part of the asset could not be looked up."""
        self.unavailable.append(Unavailable(Source.ASSET, reason, cause))


def as_url(value: object) -> object:
    """Return the text of a URL that is bytes, or an object of yarl, httpx or the like; else what was given."""
    if isinstance(value, (bytes, bytearray)):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value
    is_url = not isinstance(value, str) and hasattr(value, "scheme") and hasattr(value, "host")
    return str(value) if is_url else value


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, (list, tuple, Mapping)) and not value)


def _pages(found_on: object) -> list[object]:
    if found_on is None:
        return []
    if isinstance(found_on, Iterable) and not isinstance(found_on, (str, bytes, bytearray, Mapping)):
        return list(found_on)
    return [found_on]
