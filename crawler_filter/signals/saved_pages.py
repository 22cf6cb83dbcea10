"""Pages that were saved with what was said of them: MHTML (RFC 2557), mails, whole answers (`curl -i`).

What was sent with a page stands in headers of its part, and the page in a coding of mails. Parts are told by their
headers alone, wherever they are nested, so time is linear in the size of the file. A webarchive of Safari has
pages without headers.
"""

import binascii
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, Literal, NamedTuple
from xml.parsers.expat import ExpatError

from crawler_filter.errors import Sentence
from crawler_filter.files.content_coding import decode
from crawler_filter.files.media_type import media_type
from crawler_filter.signals.header_lines import codings, lines, says_page
from crawler_filter.signals.signal import MAX_RULE

MAX_PARTS: Final = 2_000
"""Parts of one file that are read. A page is saved with some hundred pictures."""

_LINE: Final = rb"[!#-'*+.0-9A-Z^-z|~-]{1,80}[ \t]*+:[^\r\n]*+(?:\r?\n|\r)(?>(?:[ \t]++[^\r\n]*+(?:\r?\n|\r))*)"
_HEADERS: Final = rb"(?>(?:" + _LINE + rb"){1,200})(?=\r?\n|\r|\Z)"
_HEAD: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?\s{0,99}(?P<first>HTTP/\d[^\r\n]*\r?\n|From [^\r\n]*\r?\n)?(?P<headers>" + _HEADERS + rb")"
)
_PART: Final = re.compile(
    rb"[\r\n]--(?P<boundary>[^\s-][^\r\n]{0,200}|-[^\r\n]{1,200})\r?\n(?P<headers>" + _HEADERS + rb")"
)
_OF_MAIL: Final = re.compile(
    rb"^(?:mime-version|content-type|snapshot-content-location)[ \t]*:", re.IGNORECASE | re.MULTILINE
)
_PROPERTIES: Final = re.compile(rb"\s*<\?xml[^>]{0,200}>\s*<!DOCTYPE plist\b")
SAVED: Final = Sentence("said of a page that was saved with it: only refusals count")
_SPEAKS: Final = re.compile(r"(?:x[-_])?(?:robots|tdm|content[-_](?:usage|signal))", re.IGNORECASE)
"""Names of headers that are about this; a mail has others that are about the mail."""


class Part(NamedTuple):
    """A page, empty for what is none, and what was said of it. `fault` tells what could not be read."""

    headers: tuple[tuple[str, str], ...]
    page: bytes = b""
    fault: Sentence | Literal[""] = ""


def is_saved(content: bytes) -> bool:
    """Tell whether a file begins as a mail, a page in MHTML or an answer with its headers does."""
    head = _HEAD.match(content)
    return head is not None and (
        (head["first"] or b"").startswith(b"HTTP/") or _OF_MAIL.search(head["headers"]) is not None
    )


def parts(content: bytes) -> Iterator[Part]:
    """Yield the parts of a saved page, an answer or a mail with its headers; nothing of any other file."""
    if content.startswith(b"bplist0") or _PROPERTIES.match(content):
        yield from _of_webarchive(content)
        return
    head = _HEAD.match(content)
    is_answer = head is not None and (head["first"] or b"").startswith(b"HTTP/")
    if head is None or not (is_answer or _OF_MAIL.search(head["headers"])):
        return
    places = list(islice(_PART.finditer(content, head.end()), MAX_PARTS))
    ends = [*(place.start() for place in places), len(content)]
    yield _part(head["headers"], content[head.end() : ends[0]], is_answer=is_answer)
    for place, end in zip(places, ends[1:], strict=True):
        body = content[place.end() : end]
        closing = body.rfind(b"\n--" + place["boundary"])
        yield _part(place["headers"], body if closing < 0 else body[:closing], is_answer=False)
    if len(places) == MAX_PARTS:
        yield Part((), fault=Sentence("more than %(most)s parts", most=MAX_PARTS))


def _of_webarchive(content: bytes) -> Iterator[Part]:
    """Yield the page of a webarchive of Safari, and the pages in its frames."""
    if b"WebMainResource" not in content:
        return
    import plistlib  # noqa: PLC0415 - few files are property lists

    try:
        archives: list[Any] = [plistlib.loads(content)]
    except (ValueError, RecursionError, ExpatError, OverflowError) as error:
        yield Part((), fault=Sentence("could not be read: %(reason)s", reason=str(error)[:MAX_RULE]))
        return
    frames = _with_frames(archives)
    for archive in islice(frames, MAX_PARTS):
        main = archive.get("WebMainResource")
        data = main.get("WebResourceData") if isinstance(main, dict) else None
        if isinstance(data, bytes):
            yield Part((), data)
    if next(frames, None) is not None:
        yield Part((), fault=Sentence("more than %(most)s parts", most=MAX_PARTS))


def _with_frames(archives: list[Any]) -> Iterator[dict[str, Any]]:
    seen: set[int] = set()  # a list may hold one frame many times
    while archives:
        archive = archives.pop()
        if isinstance(archive, dict) and id(archive) not in seen:
            seen.add(id(archive))
            yield archive
            frames = archive.get("WebSubframeArchives")
            archives += frames if isinstance(frames, list) else ()


def _part(headers: bytes, body: bytes, *, is_answer: bool) -> Part:
    named = _named(headers)
    said = tuple(each for each in named if is_answer or _SPEAKS.match(each[0]))
    body = body.lstrip(b"\r\n")
    coding = " ".join(value for name, value in named if name.lower() == "content-transfer-encoding").lower()
    kinds = [value for name, value in named if name.lower() == "content-type"]
    if not (says_page(named) or (not kinds and media_type(body) == "text/html")):
        return Part(said)
    if is_answer:
        decoded = decode(body, codings(named))
        return Part(
            said, decoded.octets, decoded.fault and Sentence("could not be read: %(reason)s", reason=decoded.fault)
        )
    return Part(said, _decoded(body, coding))


def _decoded(body: bytes, coding: str) -> bytes:
    """Take off a coding of mails, as far as it goes: what is broken at its end has a page before it."""
    if "quoted" in coding:
        return binascii.a2b_qp(body)
    if "base64" not in coding:
        return body
    alphabet = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
    return binascii.a2b_base64(alphabet[: len(alphabet) // 4 * 4] + _rest(alphabet))


def _rest(alphabet: bytes) -> bytes:
    left = alphabet[len(alphabet) // 4 * 4 :]
    return left + b"=" * (4 - len(left)) if len(left) > 1 else b""


def _named(headers: bytes) -> list[tuple[str, str]]:
    return [(line.name, line.value) for line in lines(headers)]
