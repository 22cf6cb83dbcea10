"""A real Scrapy crawl, in a process of its own, of a real site on loopback, through the add-on."""

import json
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from crawler_filter.fingerprints.of_file import likenesses_of
from crawler_filter.sync.update import sync
from demo.sites import FANS, GALLERY, KEY_VISUAL, Sites
from tests.simulators.published import URL, PublishedRegistry, scope

scrapy = pytest.importorskip("scrapy", reason="the scrapy extra is not installed")
pytest.importorskip("PIL", reason="the media extra is not installed")


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, dict], list[str]]]:
    import time

    folder = tmp_path_factory.mktemp("crawl")
    published = PublishedRegistry(now=int(time.time()))
    published.declare(scope("host", GALLERY))
    published.declare(scope("sha256", sha256(KEY_VISUAL).hexdigest()))
    (likeness,) = likenesses_of(written(folder / "key-visual.png", KEY_VISUAL))
    published.declare(scope("pdq", likeness.value))
    published.publish()
    sync(folder / "snapshot", URL, published.trust, transport=published, now=time.time())
    (folder / "trust").write_bytes(published.trust.encode())
    with Sites() as sites:
        arguments = [str(sites.port), str(folder / "snapshot"), str(folder / "trust")]
        crawl = subprocess.run(
            [sys.executable, "-m", "demo.crawl", *arguments],
            check=True, capture_output=True, text=True, timeout=300,
            cwd=Path(__file__).resolve().parents[3],
        )  # fmt: skip
        lines = [json.loads(line) for line in crawl.stdout.splitlines()]
        yield {line["url"].replace(f":{sites.port}", ""): line for line in lines}, list(sites.requested)


def test_a_reserved_host_is_never_asked_for_anything(crawled: tuple[dict[str, dict], list[str]]) -> None:
    seen, requested = crawled
    assert not seen[f"http://{GALLERY}/"]["keep"]
    assert not [path for path in requested if path.startswith(GALLERY)]


def test_a_redirect_to_a_reserved_page_is_stopped(crawled: tuple[dict[str, dict], list[str]]) -> None:
    assert not crawled[0][f"http://{GALLERY}/works/episode-1.html"]["keep"]


def test_a_reserved_file_on_another_host_is_known_by_its_bytes(crawled: tuple[dict[str, dict], list[str]]) -> None:
    assert crawled[0][f"http://{FANS}/copied-key-visual.png"]["why"].startswith("sha256 ")
    assert crawled[0][f"http://{FANS}/my-own-drawing.png"]["keep"]


def test_a_smaller_copy_of_a_reserved_picture_is_known_by_its_likeness(
    crawled: tuple[dict[str, dict], list[str]],
) -> None:
    assert crawled[0][f"http://{FANS}/smaller-key-visual.png"]["why"].startswith("pdq ")


def test_a_page_of_a_comic_archive_is_known_and_named(crawled: tuple[dict[str, dict], list[str]]) -> None:
    assert crawled[0][f"http://{FANS}/scans.cbz"]["why"].endswith(" in page2.png")


def test_what_a_page_reserves_by_its_own_header_is_stopped(crawled: tuple[dict[str, dict], list[str]]) -> None:
    assert crawled[0][f"http://{FANS}/not-for-ai.html"] | {"url": ""} == {"url": "", "keep": False, "why": "noai"}


def test_what_nobody_reserved_is_kept(crawled: tuple[dict[str, dict], list[str]]) -> None:
    assert crawled[0][f"http://{FANS}/"]["keep"]
    assert crawled[0][f"http://{FANS}/about.html"]["keep"]


@pytest.mark.parametrize("missing", ["OPTOUT_SNAPSHOT", "OPTOUT_TRUST"])
def test_a_crawl_without_snapshot_or_trust_file_does_not_start(missing: str) -> None:
    from scrapy.utils.test import get_crawler

    from crawler_filter.integrations.scrapy import OptOutMiddleware

    settings = {"OPTOUT_SNAPSHOT": "folder", "OPTOUT_TRUST": "file"} | {missing: None}
    with pytest.raises(ValueError, match=missing):
        OptOutMiddleware.from_crawler(get_crawler(settings_dict=settings))


def test_words_that_mean_nothing_are_refused() -> None:
    from scrapy.settings import Settings

    from crawler_filter.integrations.scrapy import policy_from

    assert policy_from(Settings({"OPTOUT_PERMISSION_FIRST": True})).keep_unknown is False
    with pytest.raises(ValueError, match=r"OPTOUT_USAGE: expected one of .*train-ai.*, got trian-ai"):
        policy_from(Settings({"OPTOUT_USAGE": "trian-ai"}))
    with pytest.raises(ValueError, match=r"OPTOUT_MODE: expected one of enforce, audit, off, got adit"):
        policy_from(Settings({"OPTOUT_MODE": "adit"}))
