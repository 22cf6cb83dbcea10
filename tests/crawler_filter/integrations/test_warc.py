"""Which records of a WARC file are judged: all but those that say how it was made, however their kind is spelled."""

import gzip
from io import BytesIO

import pytest

from tests.crawler_filter.checks.test_content import OTHER, PIXELS, encoded, pictured
from tests.crawler_filter.integrations.test_http_clients import ENFORCING, Clock, filter_of

fastwarc = pytest.importorskip("fastwarc.warc", reason="the warc extra is not installed")
archives = pytest.importorskip("warcio.archiveiterator", reason="the warc extra is not installed")
from crawler_filter.integrations.warc import Judge  # noqa: E402

FREE, RESERVED = "http://free.example.com/a", "http://reserved.example.com/a"


def record(kind: str, url: str | None, body: bytes = b"x") -> bytes:
    lines = ["WARC/1.0", f"WARC-Type: {kind}", "WARC-Record-ID: <urn:uuid:1>", "WARC-Date: 2026-11-29T00:00:00Z"]
    lines += [f"WARC-Target-URI: {url}"] if url else []
    lines += ["Content-Type: application/octet-stream", f"Content-Length: {len(body)}"]
    return gzip.compress("\r\n".join(lines).encode() + b"\r\n\r\n" + body + b"\r\n\r\n", 1)


def answers(content: bytes, judge: Judge) -> dict[str, list[bool | None]]:
    """Whether each record is kept, by both readers; None where it is about no address."""
    readers = {
        "fastwarc": (fastwarc.ArchiveIterator(BytesIO(content)), judge.of_fastwarc),
        "warcio": (archives.ArchiveIterator(BytesIO(content)), judge.of_warcio),
    }
    found: dict[str, list[bool | None]] = {}
    for name, (records, answer) in readers.items():
        decisions = (answer(each) for each in records)
        found[name] = [None if decision is None else decision.keep for decision in decisions]
    return found


@pytest.mark.parametrize(
    "kind", ["response", "Resource", "conversion", "revisit", "request", "metadata", "screenshot"]
)
def test_a_record_of_any_kind_is_judged_by_its_address(kind: str) -> None:
    content = record("warcinfo", None) + record(kind, FREE) + record(kind, RESERVED)
    expected = [None, True, False]
    assert answers(content, Judge(filter_of(Clock(), ENFORCING))) == {"fastwarc": expected, "warcio": expected}


def test_the_body_of_a_resource_is_looked_at() -> None:
    pytest.importorskip("PIL.Image", reason="the media extra is not installed")
    content = b"".join(record("resource", FREE, encoded(shown)) for shown in (PIXELS, OTHER))
    judge = Judge(filter_of(Clock(), ENFORCING, pictured()), content=True)
    assert answers(content, judge) == {"fastwarc": [False, True], "warcio": [False, True]}


class _Older:
    """A record as fastwarc 0.15 gives it: its kind is a number."""

    def __init__(self, url: str) -> None:
        self.record_type, self.http_headers = 4, None
        self.headers = {"WARC-Type": "response", "WARC-Target-URI": url}


def test_the_kinds_of_older_versions_are_numbers() -> None:
    judge = Judge(filter_of(Clock(), ENFORCING))
    assert [judge.of_fastwarc(_Older(url)).keep for url in (FREE, RESERVED)] == [True, False]  # type: ignore[union-attr]
