"""A page that was saved says what it said where it came from: in its tags, and in the headers beside it."""

import base64
import gzip
import plistlib
import quopri

import pytest

from crawler_filter import Filter, Policy, SnapshotId, Usage
from crawler_filter.checks.sources import FixedSource
from crawler_filter.signals import saved_pages
from crawler_filter.snapshot import Snapshot
from tests.simulators.published import NOW

EMPTY = Snapshot.from_records([], SnapshotId("registry.example", 1, 0, "", NOW))
FILTER = Filter(FixedSource(EMPTY), Policy.opt_out(Usage.TRAIN_AI), clock=lambda: NOW)

NOAI = '<meta name="robots" content="noai, noimageai">'


def page(head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><meta charset=utf-8>{head}<title>A</title></head><body><p>A</body></html>"


def quoted(text: str) -> str:
    return quopri.encodestring(text.encode()).decode()


def in_base64(text: str) -> str:
    return base64.encodebytes(text.encode()).decode()


def mhtml(body: str, coding: str = "quoted-printable", of_page: str = "", of_all: str = "") -> bytes:
    """Return a page as Chromium saves it."""
    return (
        "From: <Saved by Blink>\nSnapshot-Content-Location: https://a.example/art/1\nSubject: =?utf-8?Q?A?=\n"
        f"MIME-Version: 1.0\n{of_all}"
        'Content-Type: multipart/related;\n\ttype="text/html";\n\tboundary="----MultipartBoundary--abc----"\n\n\n'
        f"------MultipartBoundary--abc----\nContent-Type: text/html\n{of_page}"
        f"Content-Transfer-Encoding: {coding}\nContent-Location: https://a.example/art/1\n\n{body}\n"
        "------MultipartBoundary--abc----\nContent-Type: text/css\nContent-Location: cid:css-1@mhtml.blink\n\n"
        "body { color: red; }\n\n------MultipartBoundary--abc------\n"
    ).encode()


def webarchive(head: str, form: plistlib.PlistFormat) -> bytes:
    main = {"WebResourceData": page(head).encode(), "WebResourceMIMEType": "text/html"}
    empty = {"WebResourceData": page().encode(), "WebResourceMIMEType": "text/html"}
    frames = [{"WebMainResource": main}]
    return plistlib.dumps({"WebMainResource": empty, "WebSubframeArchives": frames}, fmt=form)


EXPLORER = 'From: "Saved by Windows Internet Explorer 8"\nMIME-Version: 1.0\nContent-Type: text/html;\n\tcharset="utf-8"\n'
OPERA = "Content-Type: multipart/related; boundary=----x\nMIME-Version: 1.0\n\n------x\nContent-Type: text/html; charset=utf-8\n\n"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
REFUSING = {
    "quoted-printable": mhtml(quoted(page(NOAI))),
    "CRLF": mhtml(quoted(page(NOAI))).replace(b"\n", b"\r\n"),
    "base64": mhtml(in_base64(page(NOAI)), "base64"),
    "base64 that is cut off": mhtml(in_base64(page(NOAI))[:-30], "base64"),
    "as it is": mhtml(page(NOAI), "8bit"),
    "TDMRep": mhtml(quoted(page('<meta name="tdm-reservation" content="1">'))),
    "a crawler's tag": mhtml(quoted(page('<meta name="GPTBot" content="noindex">'))),
    "a licence that was not given": mhtml(
        quoted(page('<link rel=license type="application/rsl+xml" href="/l.xml">'))
    ),
    "a header of the part": mhtml(quoted(page()), of_page="X-Robots-Tag: noai\n"),
    "a header of the whole": mhtml(quoted(page()), of_all="tdm-reservation: 1\n"),
    "one part": (f"{EXPLORER}Content-Transfer-Encoding: quoted-printable\n\n" + quoted(page(NOAI))).encode(),
    "without From": f"{OPERA}{page(NOAI)}\n------x--\n".encode(),
    "a mail": f"From: a@a.example\nSubject: A\nContent-Type: text/html\n\n{page(NOAI)}".encode(),
    "an answer's header": ANSWER + b"X-Robots-Tag: noai\r\n\r\n" + page().encode(),
    "an answer's page": ANSWER + b"\r\n" + page(NOAI).encode(),
    "an answer's packed page": ANSWER + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(page(NOAI).encode()),
    "a webarchive": webarchive(NOAI, plistlib.FMT_BINARY),
    "a webarchive in XML": webarchive(NOAI, plistlib.FMT_XML),
    "a broken webarchive": webarchive(NOAI, plistlib.FMT_BINARY)[:-20],
}
KEPT = {
    "a page that says nothing": mhtml(quoted(page())),
    "a page for search engines": mhtml(in_base64(page('<meta name="robots" content="index, follow">')), "base64"),
    "a page about noai": mhtml(quoted(page('<meta name="description" content="noai">'))),
    "a letter about noai": f"From: a@a.example\nMIME-Version: 1.0\n\nI wrote {NOAI}.".encode(),
    "a letter's own headers": b"From: a@a.example\nMIME-Version: 1.0\nX-AI-Scan: no\nX-Spam: no training\n\nHello",
    "an answer that says nothing": ANSWER + b"\r\n" + page().encode(),
    "a free webarchive": webarchive("", plistlib.FMT_BINARY),
    "other property lists": plistlib.dumps({"noai": True}, fmt=plistlib.FMT_BINARY),
}


@pytest.mark.parametrize("content", REFUSING.values(), ids=REFUSING.keys())
def test_what_a_saved_page_refuses_is_refused(content: bytes) -> None:
    assert not FILTER.check("https://b.example/saved", content=content).keep


@pytest.mark.parametrize("content", KEPT.values(), ids=KEPT.keys())
def test_a_saved_page_that_refuses_nothing_is_kept(content: bytes) -> None:
    assert FILTER.check("https://b.example/saved", content=content).keep


def test_a_saved_page_permits_nothing_where_it_lies_now() -> None:
    saved = mhtml(quoted(page('<meta name="tdm-reservation" content="0">')))
    site = [{"location": "/", "tdm-reservation": 1}]
    files = {"/.well-known/tdmrep.json": str(site).replace("'", '"')}
    assert not FILTER.check("https://b.example/saved", content=saved, well_known=files).keep


@pytest.mark.parametrize(
    "hostile",
    [
        b"MIME-Version: 1.0\n\n" + b"\n--b\nContent-Type: text/html\n\n" * 10_000,
        b"MIME-Version: 1.0\n\n" + b"".join(b"\n--%d\nContent-Type: text/html\n\n" % n for n in range(10_000)),
        b"MIME-Version: 1.0\n" + b" a\n" * 100_000,
        b"A: b\n" * 100_000,
    ],
)
def test_a_file_of_many_parts_is_read_once_and_so_far(hostile: bytes) -> None:
    found = list(saved_pages.parts(hostile))
    assert len(found) <= saved_pages.MAX_PARTS + 2
    assert sum(len(part.page) for part in found) <= len(hostile)
    assert len(found) < saved_pages.MAX_PARTS or found[-1].fault
