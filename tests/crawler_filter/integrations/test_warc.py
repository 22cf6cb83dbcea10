"""Which records of a WARC file are judged: all but those that say how it was made, however their kind is spelled."""

import gzip
from io import BytesIO
from pathlib import Path

import pytest

from tests.crawler_filter.checks.test_content import OTHER, PIXELS, encoded, pictured
from tests.crawler_filter.integrations.test_http_clients import ENFORCING, Clock, filter_of

fastwarc = pytest.importorskip("fastwarc.warc", reason="the warc extra is not installed")
archives = pytest.importorskip("warcio.archiveiterator", reason="the warc extra is not installed")
from crawler_filter.integrations.warc import Judge, predicate, rewrite  # noqa: E402

FREE, RESERVED = "http://free.example.com/a", "http://reserved.example.com/a"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\na page"


def arc(*urls: str) -> bytes:
    head = b"1 0 Test\nURL IP-address Archive-date Content-type Archive-length\n\n"
    lines = [f"filedesc://old.arc 0.0.0.0 20080101000000 text/plain {len(head)}\n".encode() + head]
    lines += [f"{url} 192.0.2.1 20080101000000 text/plain {len(ANSWER)}\n".encode() + ANSWER for url in urls]
    return b"\n".join(lines) + b"\n"


ARC = arc(FREE, RESERVED)


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


@pytest.mark.parametrize("content", [False, True])
def test_a_body_that_was_looked_at_is_still_there_for_whoever_filters(content: bool) -> None:
    keep = predicate(filter_of(Clock(), ENFORCING), content=content)
    file = BytesIO(record("resource", FREE, b"a body") + record("response", FREE, b"a page"))
    bodies = [each.reader.read() for each in fastwarc.ArchiveIterator(file, func_filter=keep)]
    assert bodies == [b"a body", b"a page"]


@pytest.mark.parametrize("arc2warc", [False, True])
def test_records_of_the_older_arc_format_are_judged(arc2warc: bool, tmp_path: Path) -> None:
    (tmp_path / "old.arc").write_bytes(ARC)
    judge = Judge(filter_of(Clock(), ENFORCING))
    with (tmp_path / "old.arc").open("rb") as stream:
        decisions = [judge.of_warcio(each) for each in archives.ArchiveIterator(stream, arc2warc=arc2warc)]
    assert [None if decision is None else decision.keep for decision in decisions] == [None, True, False]


def test_an_arc_file_is_written_anew_as_warc(tmp_path: Path) -> None:
    (tmp_path / "old.arc").write_bytes(ARC)
    summary = rewrite(tmp_path / "old.arc", tmp_path / "new.warc", filter_of(Clock(), ENFORCING))
    assert (summary.checked, summary.excluded) == (2, 1)
    with (tmp_path / "new.warc").open("rb") as stream:
        kept = [each.rec_headers.get_header("WARC-Target-URI") for each in archives.ArchiveIterator(stream)]
    assert kept[-1] == FREE
    assert len(kept) == 2


class _Older:
    """A record as fastwarc 0.15 gives it: its kind is a number."""

    def __init__(self, url: str) -> None:
        self.record_type, self.http_headers = 4, None
        self.headers = {"WARC-Type": "response", "WARC-Target-URI": url}


def test_the_kinds_of_older_versions_are_numbers() -> None:
    judge = Judge(filter_of(Clock(), ENFORCING))
    assert [judge.of_fastwarc(_Older(url)).keep for url in (FREE, RESERVED)] == [True, False]  # type: ignore[union-attr]
