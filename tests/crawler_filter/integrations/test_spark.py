"""One Spark session and several filters: each answers for itself, and from the snapshot that is in force."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from crawler_filter import Filter, Mode
from crawler_filter.sync.update import sync
from tests.crawler_filter.integrations.tools import ENFORCING, spark_session
from tests.simulators.published import URL, PublishedRegistry, scope

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.slow]  # `.ci/run` runs it
HOSTS = ["one.example", "two.example", "three.example"]


class Registry:
    """A registry, and a folder named `snapshot` as everybody names it, that is kept in sync with it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.published = PublishedRegistry(now=int(time.time()))

    def reserve(self, host: str) -> None:
        self.published.declare(scope("domain", host))
        self.published.publish()
        sync(self.folder / "snapshot", URL, self.published.trust, transport=self.published, now=time.time())
        (self.folder / "trust").write_bytes(self.published.trust.encode())

    def filter(self, mode: Mode = Mode.ENFORCE) -> Filter:
        policy = replace(ENFORCING, mode=mode)
        return Filter.open(self.folder / "snapshot", trust=self.folder / "trust", policy=policy)


def kept(optout: Filter) -> list[str]:
    from crawler_filter.integrations.spark import filter_frame

    frame = spark_session().createDataFrame([(f"https://{host}/",) for host in HOSTS], "url string").coalesce(1)
    return [row.url.split("/")[2] for row in filter_frame(frame, optout).collect()]


def test_each_filter_of_a_session_answers_for_itself(tmp_path: Path) -> None:
    first, second = Registry(tmp_path / "a"), Registry(tmp_path / "b")
    first.reserve("one.example")
    second.reserve("two.example")
    assert kept(first.filter()) == ["two.example", "three.example"]
    assert kept(second.filter()) == ["one.example", "three.example"]
    assert kept(first.filter(Mode.AUDIT)) == HOSTS
    first.reserve("three.example")
    assert kept(first.filter()) == ["two.example"]


def test_where_nothing_is_removed_the_removed_rows_are_none(tmp_path: Path) -> None:
    from crawler_filter.integrations.spark import filter_frame

    registry = Registry(tmp_path / "a")
    registry.reserve("elsewhere.example")
    frame = spark_session().createDataFrame([(f"https://{host}/",) for host in HOSTS], "url string")
    assert filter_frame(frame, registry.filter(), removed=True).collect() == []
    assert filter_frame(frame.limit(0), registry.filter()).collect() == []
