"""What was gathered of a site, before anybody reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crawler_filter.signals.response import Response


@dataclass(frozen=True, slots=True)
class Missed:
    """Something that was looked for and could not be read, so that nobody takes it for absent."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Site:
    """The parts of one site that can speak about AI.

    `url` is the page that was asked about. `robots_txt` is None where it could not be fetched; an answer of 404
    means that there is none. `pages` are HTML; `files` are samples of what the site shows; `well_known` are by
    path, `licenses` by address, and both hold only what was there. `policies` are the answers for the addresses in
    `tdm-policy`, whatever they are. `misplaced` are paths that no crawler asks for, with the place that each was
    meant for, empty for one that has none.
    """

    url: str
    robots_txt: Response | None = None
    pages: tuple[Response, ...] = ()
    files: tuple[Response, ...] = ()
    well_known: Mapping[str, Response] = field(default_factory=dict)
    licenses: Mapping[str, Response] = field(default_factory=dict)
    missed: tuple[Missed, ...] = ()
    policies: Mapping[str, Response] = field(default_factory=dict)
    misplaced: Mapping[str, str] = field(default_factory=dict)


def looks_like_html(body: bytes) -> bool:
    """Tell whether a file is a web page, whatever its name promises."""
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    return start.startswith((b"<!doctype html", b"<html", b"<head", b"<!--", b"<body", b"<script", b"<meta"))
