"""Bodies as they came: what their headers say of their coding and kind is honoured, or said to be unread."""

import gzip
import hashlib
import zlib
from collections.abc import Callable
from dataclasses import replace

import pytest

from crawler_filter import Filter, Policy, Source, Usage
from tests.crawler_filter.files.test_content_coding import CODINGS, chunked
from tests.crawler_filter.signals.embedded import sample_files
from tests.simulators.published import PublishedRegistry, scope

URL = "https://a.example/"
PAGE = '<!doctype html><html><head><meta name="robots" content="noai"></head><body>' + "<p>A paragraph." * 50
FRAGMENT = '<meta name="robots" content="noai"><title>x</title><p>x'
FILE = b"The bytes of a work. " * 100
HTML = ("Content-Type", "text/html; charset=utf-8")


@pytest.fixture(scope="module")
def optout() -> Filter:
    registry = PublishedRegistry()
    registry.declare(scope("sha256", hashlib.sha256(FILE).hexdigest()))
    registry.declare(scope("sha256", hashlib.sha256(gzip.compress(b"a tar", mtime=0)).hexdigest()))
    return registry.filter(Policy.opt_out(Usage.TRAIN_AI))


@pytest.mark.parametrize(("name", "coding"), CODINGS.items(), ids=CODINGS.keys())
@pytest.mark.parametrize("argument", ["content", "html"])
def test_a_page_that_is_still_encoded_is_read(
    optout: Filter, name: str, coding: Callable[[bytes], bytes], argument: str
) -> None:
    header = "Transfer-Encoding" if name == "chunked" else "Content-Encoding"
    for body in (coding(PAGE.encode()), PAGE.encode(), PAGE):
        decision = optout.check(URL, headers=[HTML, (header, name)], **{argument: body})
        assert [finding.family for finding in decision.findings] == ["robots-tag"]
        assert not decision.unavailable


def test_a_page_of_an_archive_is_read_as_it_was_sent(optout: Filter) -> None:
    headers = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    decision = optout.check(URL, headers=headers, content=chunked(gzip.compress(PAGE.encode())))
    assert decision.findings
    assert not decision.keep


def test_an_encoded_file_is_looked_up_as_what_it_is_and_as_it_came(optout: Filter) -> None:
    assert not optout.check(URL, headers={"Content-Encoding": "deflate"}, content=zlib.compress(FILE)).keep
    assert not optout.check(
        URL, headers={"Content-Encoding": "gzip"}, content=gzip.compress(b"a tar", mtime=0)
    ).keep
    assert optout.check(URL, headers={"Content-Encoding": "gzip"}, content=gzip.compress(b"another")).keep


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("gzip", b"\0\1\2\3"),
        ("x-own", b"\0\1\2\3"),
        ("gzip", gzip.compress(FILE)[:-9]),
        ("compress", b"\x1f\x9d\x90\0"),
    ],
    ids=["no gzip", "a coding that nobody knows", "cut short", "a coding that is not read"],
)
def test_what_cannot_be_decoded_is_not_checked(optout: Filter, name: str, body: bytes) -> None:
    decision = optout.check(URL, headers={"Content-Encoding": name}, content=body)
    assert any(name in missing.reason for missing in decision.unavailable)
    assert Source.ASSET in {missing.source for missing in decision.unavailable}
    assert not decision.keep


@pytest.mark.parametrize("kind", ["text/html", "TEXT/HTML;charset=shift_jis", "application/xhtml+xml"])
@pytest.mark.parametrize(
    "body", [FRAGMENT, FRAGMENT.encode(), f"  \n{FRAGMENT}", f"Hello {FRAGMENT}", f"\ufeff{FRAGMENT}"]
)
def test_content_is_a_page_where_its_headers_say_so(optout: Filter, kind: str, body: str | bytes) -> None:
    assert not optout.check(URL, headers={"Content-Type": kind}, content=body).keep
    assert not optout.check(URL, headers=iter([("content-type", kind)]), content=body).keep


def test_a_file_of_another_kind_is_no_page_whatever_its_headers_say(optout: Filter) -> None:
    decision = optout.check(URL, headers=dict([HTML]), content=sample_files.png())
    assert decision.keep
    assert not decision.unavailable


def test_bytes_that_are_no_text_are_not_checked_where_a_page_was_announced(optout: Filter) -> None:
    assert not optout.check(URL, headers=dict([HTML]), content=b"\0\1\2\3\4\5").keep


def test_a_text_is_a_page_where_it_begins_as_one(optout: Filter) -> None:
    assert not optout.check(URL, content=PAGE).keep
    assert optout.check(URL, content="A text about <meta name=robots content=noai>.").keep


def test_a_policy_that_reads_no_signals_still_says_what_it_could_not_decode() -> None:
    policy = replace(Policy.opt_out(Usage.TRAIN_AI), signals=frozenset())
    decision = PublishedRegistry().filter(policy).check(URL, headers={"Content-Encoding": "br"}, content=b"\0\1\2")
    assert decision.unavailable


def test_headers_that_cannot_be_read_do_not_stop_the_content_from_being_read(optout: Filter) -> None:
    decision = optout.check(URL, headers=7, content=FILE)
    assert not decision.keep
    assert decision.findings


@pytest.mark.parametrize("headers", [[HTML], [HTML, ("Content-Encoding", "gzip")]], ids=["unsaid", "said once"])
def test_a_page_in_more_gzip_than_its_headers_say_is_read(optout: Filter, headers: list[tuple[str, str]]) -> None:
    body = gzip.compress(PAGE.encode())
    body = gzip.compress(body) if len(headers) > 1 else body
    decision = optout.check(URL, headers=headers, content=body)
    assert [finding.family for finding in decision.findings] == ["robots-tag"]


@pytest.mark.parametrize("begin", [b"%PDF-1.4\n", b"GIF89a\xff", b"Rar!", b"OggS"])
def test_a_page_is_one_whatever_it_begins_with_where_the_headers_say_so(optout: Filter, begin: bytes) -> None:
    assert optout.check(URL, headers=[HTML], content=begin + FRAGMENT.encode()).findings


def test_a_page_that_is_packed_without_a_word_is_read(optout: Filter) -> None:
    for name in ("gzip", "zstd"):
        assert optout.check(URL, headers=[HTML], content=CODINGS[name](PAGE.encode())).findings
