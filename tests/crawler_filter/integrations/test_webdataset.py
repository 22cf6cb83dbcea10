"""Shards whose fields were named by mistake stop the pipeline, in place of losing every sample."""

from pathlib import Path
from typing import Any

import pytest

from crawler_filter.errors import DataError
from crawler_filter.integrations.webdataset import select
from tests.crawler_filter.integrations.tools import opened

FREE = b'{"url": "https://free.example/a.png"}'


def kept(optout: Any, samples: list[dict[str, bytes]], **options: Any) -> int:
    return sum(map(select(optout, **options), samples))


@pytest.mark.parametrize("options", [{"url": "source", "sha256": "hash"}, {"json_key": "meta"}])
def test_samples_without_the_fields_stop_the_pipeline(synced: Path, options: dict[str, str]) -> None:
    with pytest.raises(
        DataError, match=r"none of the first 10 samples has (source or hash|url or sha256) in its \."
    ):
        kept(opened(synced), [{"json": FREE}] * 20, **options)


def test_some_samples_without_them_are_not_checked(synced: Path) -> None:
    samples = [{"json": b"{}"}] * 9 + [{"json": FREE}] + [{"json": b"{}"}] * 20
    assert kept(opened(synced), samples) == 1


def test_what_is_judged_by_its_content_needs_no_fields(synced: Path) -> None:
    assert kept(opened(synced), [{"txt": b"a caption"}] * 20, content="txt") == 20
