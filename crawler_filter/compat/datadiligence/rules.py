"""The rules of datadiligence: one header, one file or one registry each, read by this package's parsers."""

from pathlib import Path
from typing import Any, ClassVar, Final

from crawler_filter.compat.datadiligence.exceptions import (
    HttpUnknownHeaderObject,
    HttpUnknownResponseObject,
    TDMRepNoParam,
    XRobotsTagNoParam,
)
from crawler_filter.compat.datadiligence.rule import BulkRule, Rule
from crawler_filter.compat.datadiligence.spawning import SpawningAPI
from crawler_filter.net.transport import RequestsTransport
from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.embedded import media
from crawler_filter.signals.header_lines import HeaderLine, lines
from crawler_filter.signals.response import Response
from crawler_filter.signals.robots_tag import read_header
from crawler_filter.signals.signal import Signal
from crawler_filter.signals.tdmrep import read_values

__all__ = ["BulkRule", "C2PAMetadataRule", "HttpRule", "Rule", "SpawningAPI", "TDMRepHeader", "XRobotsTagHeader"]

MAX_FILE: Final = 64 << 20
"""Bytes of a file that a rule fetches itself; a longer one could not be checked."""


class HttpRule(Rule):
    """A rule about a response. Headers may be any mapping or list of pairs, whatever the case of their names."""

    HEADER_NAME: ClassVar[str] = ""

    def __init__(self, user_agent: str | None = None) -> None:
        self.user_agent = user_agent

    def is_ready(self) -> bool:
        """Return True: the rule needs nothing."""
        return True

    def get_header_value(self, headers: Any, header_name: str) -> str:
        """Return the lines of a header as one value. Raises HttpUnknownHeaderObject."""
        return ", ".join(line.value for line in header_lines(headers, header_name))

    def get_header_value_from_response(self, response: Any, header_name: str) -> str:
        """Return the same of a response of any HTTP library. Raises HttpUnknownResponseObject."""
        return self.get_header_value(_headers_of(response), header_name)

    def _lines(self, url: str | None, response: Any, headers: Any) -> list[HeaderLine] | None:
        """Return the lines of this rule's header, or None where a response cannot be what its URL stands for."""
        if headers is not None:
            return header_lines(headers, self.HEADER_NAME)
        if response is not None:
            return header_lines(_headers_of(response), self.HEADER_NAME)
        if url is None:
            raise self._no_param()
        answer = self._handle_url(url)
        return header_lines(answer.headers, self.HEADER_NAME) if answer.status == 200 else None

    def _no_param(self) -> XRobotsTagNoParam:
        return XRobotsTagNoParam()

    def _handle_url(self, url: str, *, max_bytes: int = 0) -> Response:
        """Fetch a URL. Raises TransportError: what cannot be fetched is not allowed."""
        with (
            RequestsTransport(user_agent=self.user_agent) if self.user_agent else RequestsTransport() as transport
        ):
            return transport.look(url, max_bytes=max_bytes)


class XRobotsTagHeader(HttpRule):
    """`X-Robots-Tag`, by this package's table of meanings: noai and noimageai, noml, and what vendors define."""

    HEADER_NAME = "X-Robots-Tag"

    def __init__(self, user_agent: str | None = None, respect_noindex: bool = False) -> None:
        super().__init__(user_agent)
        self.respect_noindex = respect_noindex

    def is_allowed(
        self,
        url: str | None = None,
        response: Any = None,
        headers: Any = None,
        **kwargs: Any,
    ) -> bool:
        """Tell whether nothing refuses. Raises XRobotsTagNoParam, and TransportError where `url` cannot be had."""
        found = self._lines(url, response, headers)
        agent = kwargs.get("user_agent")
        return found is not None and all(self._is_open(line, agent) for line in found)

    def _eval_header_value(self, header_value: str | None, user_agent: str | None = None, **_: object) -> bool:
        return self._is_open(HeaderLine(self.HEADER_NAME, header_value or ""), user_agent)

    def _is_open(self, line: HeaderLine, user_agent: str | None) -> bool:
        agent = user_agent or self.user_agent or ""
        signal = read_header(line, agent, {}, self.HEADER_NAME)
        refused = signal.preferences if signal else {}
        return Usage.TRAIN_AI not in refused and not (self.respect_noindex and Usage.SEARCH in refused)


class TDMRepHeader(HttpRule):
    """`tdm-reservation` of the TDM Reservation Protocol."""

    HEADER_NAME = "tdm-reservation"

    def __init__(self) -> None:
        super().__init__()

    def is_allowed(
        self,
        url: str | None = None,
        response: Any = None,
        headers: Any = None,
        **_: Any,
    ) -> bool:
        """Tell whether nothing is reserved. Raises TDMRepNoParam, and TransportError where `url` cannot be had."""
        found = self._lines(url, response, headers)
        return found is not None and all(self._eval_header_value(line.value) for line in found)

    def _eval_header_value(self, header_value: str | None, **_: object) -> bool:
        values = (header_value or "").split(",")
        return not any(_refuses(signal) for signal in read_values(values, (), self.HEADER_NAME))

    def _no_param(self) -> XRobotsTagNoParam:
        return TDMRepNoParam()


class C2PAMetadataRule(HttpRule):
    """Reads signals inside a file: training assertions of both labels, XMP, and TDMRep in EPUB and PDF."""

    def is_allowed(
        self,
        path: str | None = None,
        url: str | None = None,
        body: bytes | None = None,
        **_: Any,
    ) -> bool:
        """Tell whether the file refuses nothing and could be read; without a file there is nothing to refuse.

        Raises OSError for a `path`, and TransportError where `url` cannot be had.
        """
        if body is not None:
            return _is_open(bytes(body))
        if path is not None:
            return _is_open(Path(path).read_bytes())
        if url is None:
            return True
        answer = self._handle_url(url, max_bytes=MAX_FILE)
        return answer.status == 200 and not answer.truncated and _is_open(answer.body)


def header_lines(headers: Any, name: str) -> list[HeaderLine]:
    """Return the lines of one header. Raises HttpUnknownHeaderObject."""
    if isinstance(headers, (str, bytes)):
        raise HttpUnknownHeaderObject
    try:
        return [line for line in lines(headers) if line.name.lower() == name.lower()]
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        raise HttpUnknownHeaderObject from error


def _headers_of(response: Any) -> Any:
    headers = getattr(response, "headers", None)
    if headers is None:
        raise HttpUnknownResponseObject
    return headers


def _refuses(signal: Signal) -> bool:
    return signal.says(Usage.TRAIN_AI) is Preference.DISALLOWED


def _is_open(content: bytes) -> bool:
    return not any(signal.unchecked or _refuses(signal) for signal in media.read(content))
