"""A restriction acts in whatever form it is handed over; a form that cannot be read is never silence."""

import gzip
import io
import zlib
from http import HTTPStatus

import pytest
import requests

from crawler_filter import Decision, Filter, Policy, SnapshotId, Usage
from crawler_filter.checks.sources import FixedSource
from crawler_filter.snapshot import Snapshot
from tests.simulators.published import NOW

EMPTY = Snapshot.from_records([], SnapshotId("registry.example", 1, 0, "", NOW))
FILTER = Filter(FixedSource(EMPTY), Policy.opt_out(Usage.TRAIN_AI), clock=lambda: NOW)
ROBOTS = "User-agent: *\nDisallow: /art/"
NOAI = '<meta name="robots" content="noai">'
TEXTS = {
    "robots.txt": (ROBOTS, lambda text: {"robots_txt": text}),
    "ai.txt": (ROBOTS, lambda text: {"well_known": {"/ai.txt": text}}),
    "trust.txt": ("# a\ndatatrainingallowed=no", lambda text: {"well_known": {"/trust.txt": text}}),
    "tdmrep.json": (
        '[{"location": "/", "tdm-reservation": 1}]',
        lambda text: {"well_known": {"/.well-known/tdmrep.json": text}},
    ),
    "a page": (f"<html><head>\n{NOAI}", lambda text: {"html": text}),
}
FORMS = {
    "text": lambda text: text,
    "UTF-8": str.encode,
    "UTF-8 with a mark": lambda text: text.encode("utf-8-sig"),
    "UTF-8 with a mark, taken for Latin-1": lambda text: text.encode("utf-8-sig").decode("latin-1"),
    "two marks": lambda text: "\ufeff\ufeff" + text,
    "a zero-width space": lambda text: "\u200b" + text,
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16 without a mark": lambda text: text.encode("utf-16-le"),
    "big-endian UTF-16 without a mark": lambda text: text.encode("utf-16-be"),
    "UTF-16, taken for Latin-1": lambda text: text.encode("utf-16").decode("latin-1"),
    "UTF-32": lambda text: text.encode("utf-32"),
    "CR line ends": lambda text: text.replace("\n", "\r"),
    "NUL at its end": lambda text: text + "\0",
    "NUL before it": lambda text: "\0" + text,
    "a bytearray": lambda text: bytearray(text.encode()),
    "gzip": lambda text: gzip.compress(text.encode()),
    "zlib": lambda text: zlib.compress(text.encode()),
    "gzip, taken for Latin-1": lambda text: gzip.compress(text.encode()).decode("latin-1"),
}


def check(**evidence: object) -> Decision:
    return FILTER.check("https://a.example/art/1", **evidence)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
@pytest.mark.parametrize(("text", "evidence"), TEXTS.values(), ids=TEXTS.keys())
def test_a_text_restricts_in_every_form(text: str, evidence, form) -> None:
    assert not check(**evidence(form(text))).keep


@pytest.mark.parametrize("evidence", [evidence for _, evidence in TEXTS.values()], ids=TEXTS.keys())
@pytest.mark.parametrize(
    "page",
    [
        "<!DOCTYPE html><title>404 Not Found</title>",
        b"\xef\xbb\xbf\n <html><p>\xe6\xbc\xab",
        "<p>".encode("utf-16"),
    ],
    ids=["text", "bytes", "UTF-16"],
)
def test_a_page_that_says_nothing_is_silence_wherever_it_is_answered(evidence, page: str | bytes) -> None:
    assert check(**evidence(page)).keep


SILENT = [("Server", "nginx"), ("Content-Type", "text/html")]
LINES = [("Server", "nginx"), ("X-Robots-Tag", "noai")]
HEADERS = {
    "an iterator": lambda: iter(LINES),
    "a generator": lambda: (line for line in LINES),
    "the items of a dict": lambda: dict(LINES).items(),
    "an iterator over them": lambda: iter(dict(LINES).items()),
    "a set of values": lambda: {"X-Robots-Tag": {"noai"}},
    "a generator of values": lambda: {"X-Robots-Tag": (value for value in ["noai"])},
    "a view of values": lambda: {"X-Robots-Tag": {"a": "noai"}.values()},
    "a bytearray": lambda: {"X-Robots-Tag": bytearray(b"noai")},
    "a memoryview": lambda: {"X-Robots-Tag": memoryview(b"noai")},
    "raw lines": lambda: ["Server: nginx", "X-Robots-Tag: noai"],
    "a raw block": lambda: "Server: nginx\r\nX-Robots-Tag: noai",
    "an empty text": lambda: "",
    "empty bytes": lambda: b"",
    "a response in place of its headers": requests.Response,
    "a stream": lambda: io.BytesIO(b"X-Robots-Tag: noai"),
}


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS.keys())
def test_headers_restrict_in_every_form(headers) -> None:
    assert not check(headers=headers()).keep


@pytest.mark.parametrize(
    "headers",
    [iter(SILENT), dict(SILENT).items(), SILENT, tuple(SILENT), dict(SILENT), {b"Server": [b"nginx"]}, [], {}],
    ids=["an iterator", "items", "pairs", "a tuple", "a dict", "bytes", "no pairs", "no headers"],
)
def test_headers_that_say_nothing_are_silence_in_every_form(headers: object) -> None:
    assert check(headers=headers).keep


@pytest.mark.parametrize(
    ("status", "keep"),
    [(402, False), ("402", False), (b"402 Payment Required", False), (HTTPStatus.PAYMENT_REQUIRED, False),
     ("HTTP/1.1", False), ([200], False), (200, True), ("200", True), ("200 OK", True), (HTTPStatus.OK, True)],
)  # fmt: skip
def test_a_status_is_read_in_every_form(status: object, keep: bool) -> None:
    assert check(status=status).keep is keep
