"""What is told of removed things: each run in a file of its own, none of it lost or told twice."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from crawler_filter.integrations.removed import removed_of_run
from tests.crawler_filter.integrations.test_http_clients import ENFORCING, Clock, filter_of

pytestmark = pytest.mark.filterwarnings("ignore")  # of what other tools leave open

RESERVED = "http://reserved.example.com/a"


def urls_in(path: Path) -> list[str]:
    return [json.loads(line)["url"] for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_file_of_a_run_is_whole_or_absent(tmp_path: Path) -> None:
    decision = filter_of(Clock(), ENFORCING).check(RESERVED)
    path = tmp_path / "removed.jsonl"
    with pytest.raises(OSError, match="gone"), removed_of_run(path) as removed:
        removed.write(decision, url=RESERVED)
        raise OSError("the disk is gone")
    assert list(tmp_path.iterdir()) == []
    with removed_of_run(path) as removed:
        removed.write(decision, url="http://reserved.example.com/\u6f2b\u753b\ud83d")
        assert not path.exists()
    assert urls_in(path) == ["http://reserved.example.com/漫画\ud83d"]


def test_a_second_run_neither_doubles_nor_loses_what_the_first_has_told(tmp_path: Path) -> None:
    decision = filter_of(Clock(), ENFORCING).check(RESERVED)
    path = tmp_path / "removed.jsonl"
    for again in (False, True):
        if again:
            with pytest.raises(FileExistsError, match="remove it, or name another file"), removed_of_run(path):
                raise AssertionError
        else:
            with removed_of_run(path) as removed:
                removed.write(decision, url=RESERVED)
        assert urls_in(path) == [RESERVED]


def test_a_warc_file_is_not_written_anew_where_the_run_before_has_told_of_it(tmp_path: Path) -> None:
    pytest.importorskip("fastwarc", reason="the warc extra is not installed")
    pytest.importorskip("warcio", reason="the warc extra is not installed")
    from crawler_filter.integrations.warc import rewrite
    from tests.crawler_filter.integrations.test_warc import FREE, record

    (tmp_path / "in.warc.gz").write_bytes(record("resource", FREE) + record("resource", RESERVED))
    out, removed, optout = tmp_path / "out.warc.gz", tmp_path / "removed.jsonl", filter_of(Clock(), ENFORCING)
    rewrite(tmp_path / "in.warc.gz", out, optout, removed_to=removed)
    assert urls_in(removed) == [RESERVED]
    out.unlink()
    with pytest.raises(FileExistsError):
        rewrite(tmp_path / "in.warc.gz", out, optout, removed_to=removed)
    assert not out.exists()
    removed.unlink()
    rewrite(tmp_path / "in.warc.gz", out, optout, removed_to=removed)
    assert urls_in(removed) == [RESERVED]


def test_shards_are_not_written_anew_where_the_run_before_has_told_of_them(tmp_path: Path) -> None:
    wds: Any = pytest.importorskip("webdataset", reason="the webdataset extra is not installed")
    from crawler_filter.integrations.webdataset import rewrite_shards

    with wds.TarWriter(str(tmp_path / "0.tar")) as writer:
        writer.write({"__key__": "0", "json": {"url": RESERVED}})
    (tmp_path / "kept").mkdir()
    optout, removed = filter_of(Clock(), ENFORCING), tmp_path / "removed.jsonl"
    rewrite_shards([tmp_path / "0.tar"], tmp_path / "kept", optout, removed_to=removed)
    told = removed.read_bytes()
    assert json.loads(told)["key"] == "0"
    with pytest.raises(FileExistsError):
        rewrite_shards([tmp_path / "0.tar"], tmp_path / "kept", optout, removed_to=removed)
    assert removed.read_bytes() == told


def test_a_crawl_adds_to_the_report_of_another_and_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    scrapy: Any = pytest.importorskip("scrapy", reason="the scrapy extra is not installed")
    from scrapy.utils.test import get_crawler

    from crawler_filter.integrations.scrapy.journal import Journal
    from crawler_filter.integrations.scrapy.options import Options

    path, optout = tmp_path / "removed.jsonl", filter_of(Clock(), ENFORCING)
    crawler = get_crawler(settings_dict={"OPTOUT_REPORT": str(path)})
    for crawl in (1, 2):
        caplog.clear()
        journal = Journal(crawler, optout, Options.of(crawler.settings))
        with caplog.at_level(logging.WARNING):
            journal.open()
        journal.tell(optout.check(RESERVED), scrapy.Request(RESERVED))
        assert urls_in(path) == [RESERVED] * crawl
        journal.close()
        assert ("exclusions of an earlier crawl" in caplog.text) is (crawl == 2)


def test_the_line_at_the_end_of_a_crawl_says_what_items_lost_too(caplog: pytest.LogCaptureFixture) -> None:
    pytest.importorskip("scrapy", reason="the scrapy extra is not installed")
    from scrapy.utils.test import get_crawler

    from crawler_filter.integrations.scrapy.journal import Journal
    from crawler_filter.integrations.scrapy.options import Options

    optout, crawler = filter_of(Clock(), ENFORCING), get_crawler()
    journal = Journal(crawler, optout, Options.of(crawler.settings))
    for url in (RESERVED, "https://free.example/", None):
        journal.note_item(optout.check(url), url)
    with caplog.at_level(logging.INFO):
        journal.close()
    (said,) = caplog.messages
    assert said.startswith(
        "excluded 0 of 0 (opt-out train-ai); in items excluded 2 of 3 (opt-out train-ai); top: "
    )
