"""Data tools that see files and answers: what is registered is known by its bytes, and a missing extra is one error."""

import gzip
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler_filter import Filter
from crawler_filter.errors import NotCheckedError
from tests.crawler_filter.checks.test_content import OTHER, PIXELS, encoded, opened, pictured
from tests.simulators.published import PublishedRegistry, scope

pytestmark = pytest.mark.filterwarnings("ignore")  # of what other tools leave open
Bodies = Callable[[Filter, list[bytes], Path], list[int]]
"""Gives files to a tool, each on a free host; returns the numbers of those that are kept."""


def webdataset_shards(optout: Filter, bodies: list[bytes], work: Path) -> list[int]:
    wds = pytest.importorskip("webdataset", reason="the webdataset extra is not installed")
    from crawler_filter.integrations.webdataset import rewrite_shards

    (work / "kept").mkdir()
    with wds.TarWriter(str(work / "0.tar")) as writer:
        for number, body in enumerate(bodies):
            writer.write({"__key__": str(number), "json": {"url": f"https://free.example/{number}"}, "png": body})
    rewrite_shards([work / "0.tar"], work / "kept", optout, content="png")
    return [int(each["__key__"]) for each in wds.WebDataset(str(work / "kept" / "0.tar"), shardshuffle=False)]


def warc_of_answers(bodies: list[bytes], path: Path, head: bytes = b"Content-Type: image/png\r\n") -> Path:
    with path.open("wb") as stream:
        for number, body in enumerate(bodies):
            block = b"HTTP/1.1 200 OK\r\n" + head + b"\r\n" + body
            stream.write(warc_record(f"https://free.example/{number}", block))
    return path


def warc_record(url: str, block: bytes) -> bytes:
    fields = {"WARC-Type": "response", "WARC-Target-URI": url, "WARC-Date": "2026-11-29T00:00:00Z",
              "WARC-Record-ID": "<urn:uuid:00000000-0000-0000-0000-000000000001>",
              "Content-Type": "application/http; msgtype=response", "Content-Length": len(block)}  # fmt: skip
    head = "WARC/1.0\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return gzip.compress(head.encode() + b"\r\n" + block + b"\r\n\r\n", 1)


def warcio_file(optout: Filter, bodies: list[bytes], work: Path) -> list[int]:
    return warcio_kept(optout, warc_of_answers(bodies, work / "in.warc.gz"))


def warcio_kept(optout: Filter, path: Path) -> list[int]:
    pytest.importorskip("warcio", reason="the warc extra is not installed")
    from warcio.archiveiterator import ArchiveIterator

    from crawler_filter.integrations.warc import rewrite

    rewrite(path, path.with_name("out.warc.gz"), optout, content=True)
    with path.with_name("out.warc.gz").open("rb") as stream:
        return [number_of(record.rec_headers.get_header("WARC-Target-URI")) for record in ArchiveIterator(stream)]


def fastwarc_file(optout: Filter, bodies: list[bytes], work: Path) -> list[int]:
    return fastwarc_kept(optout, warc_of_answers(bodies, work / "in.warc.gz"))


def fastwarc_kept(optout: Filter, path: Path) -> list[int]:
    fastwarc = pytest.importorskip("fastwarc.warc", reason="the warc extra is not installed")
    from crawler_filter.integrations.warc import predicate

    with path.open("rb") as stream:
        records = fastwarc.ArchiveIterator(stream, func_filter=predicate(optout, content=True))
        return [number_of(record.headers["WARC-Target-URI"]) for record in records]


def number_of(url: str) -> int:
    return int(url.rpartition("/")[2])


def datatrove_media(optout: Filter, bodies: list[bytes], work: Path) -> list[int]:
    pytest.importorskip("datatrove", reason="the datatrove extra is not installed")
    from datatrove.data import Document, Media

    from crawler_filter.integrations.datatrove import OptOutMediaFilter

    step = OptOutMediaFilter(optout)
    media = [
        Media(id=str(number), type=0, url=f"https://free.example/{number}", media_bytes=body)
        for number, body in enumerate(bodies)
    ]
    (document,) = step.run(iter([Document(text="", id="0", media=media)]))
    kept = [int(each.id) for each in document.media if each.media_bytes is not None]
    dropped = {str(name): stat.total for name, stat in step.stats.stats.items()}
    assert dropped.get("dropped", 0) == len(bodies) - len(kept)
    assert step.summary.checked == len(bodies)
    return kept


TOOLS: dict[str, Bodies] = {
    "webdataset": webdataset_shards, "warcio": warcio_file, "fastwarc": fastwarc_file, "datatrove": datatrove_media,
}  # fmt: skip


@pytest.mark.parametrize("tool", TOOLS)
def test_a_copy_of_a_registered_picture_is_removed_wherever_it_lies(tool: str, tmp_path: Path) -> None:
    bodies = [encoded(OTHER), encoded(PIXELS, "JPEG", quality=60), encoded(OTHER, "JPEG")]
    assert TOOLS[tool](opened(pictured()), bodies, tmp_path) == [0, 2]


@pytest.mark.parametrize("tool", TOOLS)
def test_a_missing_extra_is_one_error_and_not_one_drop_a_file(
    tool: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    optout, bodies = opened(pictured()), [encoded(OTHER)] * 3
    monkeypatch.setitem(sys.modules, "PIL", None)
    for name in ("PIL.Image", "crawler_filter.files.image"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    with pytest.raises(NotCheckedError, match=r"install training-optout\[media\]"):
        TOOLS[tool](optout, bodies, tmp_path)
    assert optout.stats.checked == 1
    assert not (tmp_path / "kept" / "0.tar").exists()
    assert not (tmp_path / "out.warc.gz").exists()


def reserving() -> Filter:
    registry = PublishedRegistry()
    registry.declare(scope("domain", "reserved.example"))
    from tests.crawler_filter.integrations.test_http_clients import ENFORCING

    return registry.filter(ENFORCING)


@pytest.mark.parametrize("kept", [warcio_kept, fastwarc_kept])
def test_an_archive_loses_the_hop_to_an_excluded_host_and_what_headers_reserve(
    kept: Callable[[Filter, Path], list[int]], tmp_path: Path
) -> None:
    path = tmp_path / "in.warc.gz"
    hop = b"HTTP/1.1 302 Found\r\nLocation: https://reserved.example/2\r\n\r\n"
    page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>page"
    noai = b"HTTP/1.1 200 OK\r\nX-Robots-Tag: noai\r\nContent-Type: text/html\r\n\r\n<p>page"
    records = [
        ("https://free.example/1", hop),
        ("https://reserved.example/2", page),
        ("https://free.example/3", noai),
        ("https://free.example/4", page),
    ]
    path.write_bytes(b"".join(warc_record(*each) for each in records))
    assert kept(reserving(), path) == [1, 4]  # what a redirect says itself is kept: it holds no work


def test_media_belong_to_the_page_that_shows_them() -> None:
    pytest.importorskip("datatrove", reason="the datatrove extra is not installed")
    from datatrove.data import Document, Media

    from crawler_filter.integrations.datatrove import OptOutMediaFilter

    step = OptOutMediaFilter(reserving(), content=False)
    media = [
        Media("0", 0, "https://cdn.example/0.png", media_bytes=b"x", metadata={"page_url": "https://reserved.example/p"}),
        Media("1", 0, "https://cdn.example/1.png", media_bytes=b"x", metadata={"page_url": "https://free.example/p"}),
    ]  # fmt: skip
    (document,) = step.run(iter([Document(text="", id="0", media=media)]))
    assert [each.media_bytes for each in document.media] == [None, b"x"]
    assert document.media[0].metadata["filter_reason"] == "registry.domain"


@pytest.mark.parametrize("about", [b"{", b"[1]", b"null", b"\xff", ["a"], None], ids=repr)
def test_a_sample_whose_json_is_broken_is_removed_and_stops_no_pipeline(about: object) -> None:
    from crawler_filter.integrations.webdataset import select

    judge = select(reserving())
    assert not judge({"__key__": "0", "json": about})
    assert judge.summary.reasons == {"unchecked.asset": 1}


@pytest.mark.parametrize(
    ("about", "why"),
    [
        (b'{"url": ', "not JSON from line 1, column 9 on"),
        (b"\xff", "not JSON"),
        ("[1]", "no object"),
        (b'{"url": "https://a.example/", "url": "https://b.example/"}', "two values"),
    ],
)
def test_a_sample_whose_json_is_broken_is_said_to_be_unreadable_whatever_its_picture_is(
    about: object, why: str
) -> None:
    from crawler_filter.integrations.webdataset import select

    decision = select(reserving(), content="txt").decide({"__key__": "0", "json": about, "txt": b"a caption"})
    assert not decision.keep
    assert decision.reason == "unchecked.asset"
    assert "unreadable: the sample's JSON" in decision.explain()
    assert why in decision.explain()


def test_the_files_of_a_sample_are_written_as_they_were(tmp_path: Path) -> None:
    wds: Any = pytest.importorskip("webdataset", reason="the webdataset extra is not installed")
    from crawler_filter.integrations.webdataset import rewrite_shards

    sample = {"__key__": "0", "json": {"url": "https://free.example/", "n": [1]}, "jpg": b"\xff\xd8 not decoded"}
    with wds.TarWriter(str(tmp_path / "0.tar")) as writer:
        writer.write(sample)
    (tmp_path / "kept").mkdir()
    summary = rewrite_shards([tmp_path / "0.tar"], tmp_path / "kept", reserving())
    assert (summary.checked, summary.excluded) == (1, 0)
    (kept,) = wds.WebDataset(str(tmp_path / "kept" / "0.tar"), shardshuffle=False)
    assert (json.loads(kept["json"]), kept["jpg"]) == (sample["json"], sample["jpg"])
