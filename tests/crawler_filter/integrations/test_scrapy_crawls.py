"""What a Scrapy crawl does with the add-on: stages, stats, logs, media, and a snapshot that is too old."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from crawler_filter.formats.record import Assurance
from crawler_filter.sync.update import sync
from tests.crawler_filter.checks.test_content import OTHER, PIXELS, encoded, pictured
from tests.simulators.published import URL, PublishedRegistry, scope

pytestmark = pytest.mark.whole
scrapy = pytest.importorskip("scrapy", reason="the scrapy extra is not installed")

A, RESERVED, CDN = "https://a.example/one", "https://reserved.example/", "https://cdn.example/x.jpg"
GALLERY = "https://gallery.example/1"
PAGE = {"type": "text/html", "body": "<p>one"}
WORK = {"type": "text/plain", "body": "every word of a registered work"}
NOAI = {**PAGE, "headers": [["X-Robots-Tag", "noai"]]}
BY_TAG = {"type": "text/html", "body": '<meta name="robots" content="noai">'}
MOVED = {"status": 302, "headers": [["Location", RESERVED]]}
PAGES = {A: PAGE, RESERVED: PAGE, CDN: PAGE, GALLERY: PAGE, "https://b.example/work": WORK, "https://b.example/noai": NOAI,
         "https://b.example/tag": BY_TAG, "https://b.example/moved": MOVED}  # fmt: skip
ALL = [
    A,
    RESERVED,
    "https://b.example/work",
    "https://b.example/noai",
    "https://b.example/tag",
    "https://b.example/moved",
]
PIPELINES = {
    "crawler_filter.integrations.scrapy.OptOutItemPipeline": 0,
    "scrapy.pipelines.files.FilesPipeline": 100,
}
QUIET = {"OPTOUT_FETCH_ROBOTS": False}


def case(*start: str, settings: dict[str, Any] | None = None, **rest: Any) -> dict[str, Any]:
    return {"start": list(start), "web": PAGES, "settings": QUIET | (settings or {}), **rest}


CASES = {
    "all": case(*ALL),
    "audit": case(*ALL, settings={"OPTOUT_MODE": "audit"}),
    "no content": case(*ALL, settings={"OPTOUT_CHECK_CONTENT": False}),
    "digests": case(*ALL, settings={"OPTOUT_CHECK_CONTENT": "digests"}),
    "pictures only": case(*ALL, settings={"OPTOUT_CONTENT_TYPES": ["image/*"]}),
    "headers only": case(*ALL, settings={"OPTOUT_CHECK_CONTENT": False, "OPTOUT_READ_SIGNALS": ["headers"]}),
    "waived": case(RESERVED, meta={"optout": False}),
    "audited request": case(RESERVED, meta={"optout": "audit"}),
    "found on": case(CDN, meta={"optout_found_on": [A, RESERVED]}),
    "once a domain": case(RESERVED, RESERVED + "2", settings={"OPTOUT_LOG_ONCE_PER": "domain"}),
    "permission first": case(A, settings={"OPTOUT_PERMISSION_FIRST": True}),
    "too old, dropped": case(A, GALLERY, CDN, ages_after=1, settings={"OPTOUT_ON_UNAVAILABLE": "drop"}),
}


def run(folder: Path, cases: dict[str, Any], lacks: str = "") -> dict[str, dict[str, Any]]:
    crawl = subprocess.run(
        [sys.executable, "-m", "tests.crawler_filter.integrations.offline_crawl", str(folder / "snapshot"), str(folder / "trust")],
        input=json.dumps(cases), capture_output=True, text=True, timeout=300, check=False,
        cwd=Path(__file__).resolve().parents[3], env=os.environ | {"OPTOUT_TEST_LACKS": lacks},
    )  # fmt: skip
    assert crawl.returncode == 0, crawl.stderr[-3000:]
    return {line["case"]: line for line in map(json.loads, crawl.stdout.splitlines())}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crawl")
    published = PublishedRegistry(now=int(time.time()))
    published.declare(scope("host", "reserved.example"))
    published.declare(scope("sha256", sha256(WORK["body"].encode()).hexdigest()))
    published.declare(scope(*pictured(), Assurance.ATTESTED))
    published.publish()
    sync(folder / "snapshot", URL, published.trust, transport=published, now=time.time())
    (folder / "trust").write_bytes(published.trust.encode())
    return folder


@pytest.fixture(scope="module")
def crawled(folder: Path) -> dict[str, dict[str, Any]]:
    reporting = case(*ALL, settings={"OPTOUT_REPORT": str(folder / "%(name)s.jsonl")})
    media = case(
        GALLERY, files=[CDN, RESERVED + "x.jpg", "https://b.example/work"], settings={"ITEM_PIPELINES": PIPELINES, "FILES_STORE": str(folder / "files")}
    )  # fmt: skip
    return run(folder, CASES | {"report": reporting, "media": media})


def test_what_is_reserved_by_address_hop_header_page_or_bytes_is_not_passed_on(crawled) -> None:
    crawl = crawled["all"]
    assert crawl["kept"] == [A]
    assert RESERVED not in crawl["asked"]
    stats = crawl["stats"]
    reasons = {name.removeprefix("optout/excluded/"): stats[name] for name in stats if "/excluded/" in name}
    assert reasons == {"registry.host": 2, "registry.digest": 1, "signal.headers": 1, "signal.html": 1}
    assert (stats["optout/request/excluded"], stats["optout/response/excluded"]) == (2, 3)
    assert (stats["optout/request/kept"], stats["optout/response/kept"]) == (5, 1)
    assert stats["optout/domains_excluded"] == 2
    assert stats["optout/snapshot/sequence"] == 1


def test_what_is_reserved_for_sure_never_enters_the_queue(crawled) -> None:
    assert crawled["all"]["stats"]["scheduler/enqueued"] == len(ALL) - 1


def test_audit_mode_passes_everything_on_and_counts_what_it_would_exclude(crawled) -> None:
    crawl = crawled["audit"]
    assert sorted(set(crawl["kept"])) == sorted({*ALL, RESERVED} - {"https://b.example/moved"})
    would = {name: value for name, value in crawl["stats"].items() if "/would_exclude/" in name}
    assert would["optout/would_exclude/registry.digest"] == 1
    assert would["optout/would_exclude/registry.host"] >= 2
    assert not [name for name in crawl["stats"] if "/excluded" in name]
    assert any(
        line.startswith("Would exclude (registry.host) <GET https://reserved.example/>")
        for line in crawl["logged"]
    )


def test_content_checks_can_be_switched_off_and_limited(crawled) -> None:
    work, tag = "https://b.example/work", "https://b.example/tag"
    assert crawled["no content"]["kept"] == [A, work]
    assert "optout/bytes" not in crawled["no content"]["stats"]
    assert crawled["digests"]["kept"] == [A]
    assert crawled["pictures only"]["kept"] == [A, work]
    assert crawled["headers only"]["kept"] == [A, work, tag]


def test_a_request_can_be_waived_or_only_audited(crawled) -> None:
    assert crawled["waived"]["kept"] == crawled["audited request"]["kept"] == [RESERVED]
    assert crawled["waived"]["stats"]["optout/request/waived"] == 1


def test_a_file_belongs_to_the_pages_it_was_found_on(crawled) -> None:
    assert crawled["found on"]["excluded"] == [CDN]


def test_each_exclusion_is_one_line_and_start_and_end_say_what_was_done(crawled) -> None:
    # each crawl's list has what all crawls of the process had logged when it ended
    logged = max((crawl["logged"] for crawl in crawled.values()), key=len)
    (line,) = [each for each in logged if "(registry.host) <GET https://cdn.example/x.jpg>" in each]
    assert line.startswith("Excluded (registry.host) <GET https://cdn.example/x.jpg>: exclude: ")
    assert any(each.startswith("opt-out snapshot: <Filter registry.example 1, ") for each in logged)
    assert any(each.startswith("excluded 4 of 11 (opt-out train-ai); top: registry.host 2, ") for each in logged)
    assert not [each for each in logged if "<GET https://reserved.example/2>" in each]


def test_the_report_has_a_line_for_each_exclusion(crawled, folder: Path) -> None:
    lines = [json.loads(line) for line in (folder / "visitor.jsonl").read_text().splitlines()]
    assert Counter(line["optout_reason"] for line in lines) == {
        "registry.host": 2, "registry.digest": 1, "signal.headers": 1, "signal.html": 1,
    }  # fmt: skip
    assert {line["optout_sequence"] for line in lines} == {1}


def test_items_lose_what_is_reserved_and_their_files_are_judged_by_bytes(crawled) -> None:
    (item,) = crawled["media"]["items"]
    assert item == {"file_urls": [CDN, "https://b.example/work"], "files": [CDN]}
    stats = crawled["media"]["stats"]
    assert (stats["optout/item/checked"], stats["optout/item/excluded"]) == (4, 1)
    assert RESERVED + "x.jpg" not in crawled["media"]["asked"]


def test_silence_is_no_permission(crawled) -> None:
    assert crawled["permission first"]["stats"]["optout/excluded/no-permission"] == 1


def test_a_crawl_whose_snapshot_grows_too_old_stops_with_its_queue_whole_and_goes_on(
    folder: Path, tmp_path: Path
) -> None:
    pages = {f"https://a.example/{number}": PAGE for number in range(8)}
    job = {"start": list(pages), "web": pages, "settings": QUIET | {"JOBDIR": str(tmp_path / "job")}}
    first = run(folder, {"first": job | {"ages_after": 3}})["first"]
    assert first["reason"] == "optout_unavailable"
    assert first["excluded"] == []
    assert 0 < len(first["asked"]) < len(pages)
    then = run(folder, {"then": job})["then"]
    assert then["reason"] == "finished"
    assert sorted(first["kept"] + then["kept"]) == sorted(pages)


def test_where_it_is_asked_for_what_cannot_be_checked_is_dropped(crawled) -> None:
    assert crawled["too old, dropped"]["stats"]["optout/excluded/unchecked.snapshot"] == 3
    assert crawled["too old, dropped"]["reason"] == "finished"


def test_a_crawl_waits_for_a_sync_where_it_is_asked_to(folder: Path) -> None:
    pages = {f"https://a.example/{number}": PAGE for number in range(5)}
    waiting = QUIET | {"OPTOUT_ON_UNAVAILABLE": "pause", "OPTOUT_RETRY_SECONDS": 0.2}
    crawl = run(
        folder,
        {"waits": {"start": list(pages), "web": pages, "ages_after": 2, "recovers": 1.0, "settings": waiting}},
    )
    assert crawl["waits"]["reason"] == "finished"
    assert sorted(crawl["waits"]["kept"]) == sorted(pages)
    assert crawl["waits"]["stats"]["optout/postponed"] >= 1


def test_a_registry_that_is_down_at_the_start_lets_no_crawl_start(folder: Path) -> None:
    from scrapy.utils.test import get_crawler

    from crawler_filter.errors import FilterError
    from crawler_filter.integrations.scrapy import OptOutMiddleware

    settings = {
        "OPTOUT_SNAPSHOT": "http://127.0.0.1:9",
        "OPTOUT_TRUST": str(folder / "trust"),
        "OPTOUT_DIRECTORY": str(folder / "none"),
    }
    with pytest.raises(FilterError):
        OptOutMiddleware.from_crawler(get_crawler(settings_dict=settings))


def test_the_add_on_can_be_switched_off() -> None:
    from scrapy.exceptions import NotConfigured
    from scrapy.settings import Settings

    from crawler_filter.integrations.scrapy import OptOutAddon

    with pytest.raises(NotConfigured):
        OptOutAddon().update_settings(Settings({"OPTOUT_ENABLED": False}))


@pytest.mark.parametrize(
    ("name", "value"),
    [("OPTOUT_CHECK_CONTENT", "perhaps"), ("OPTOUT_READ_SIGNALS", "smoke"), ("OPTOUT_ON_UNAVAILABLE", "allow"), ("OPTOUT_LOG_ONCE_PER", "week")],
)  # fmt: skip
def test_a_word_that_means_nothing_keeps_a_crawl_from_starting(name: str, value: str) -> None:
    from scrapy.settings import Settings

    from crawler_filter.integrations.scrapy import Options

    with pytest.raises(ValueError, match=name):
        Options.of(Settings({name: value}))


def test_a_policy_of_your_own_may_be_named() -> None:
    from scrapy.settings import Settings

    from crawler_filter.integrations.scrapy import policy_from

    named = "tests.crawler_filter.integrations.test_http_clients.AUDITING"
    policy = policy_from(Settings({"OPTOUT_POLICY": named, "OPTOUT_AGENT": "ExampleBot", "OPTOUT_MAX_AGE": 60}))
    assert (policy.mode, policy.agent, policy.max_age.total_seconds()) == ("audit", "ExampleBot", 60)


def test_a_policy_file_may_be_named(tmp_path: Path) -> None:
    from scrapy.settings import Settings

    from crawler_filter.integrations.scrapy import policy_from

    file = tmp_path / "optout.toml"
    file.write_text('usage = "train-ai"\nmax_age = "1d"\nmode = "audit"\n', encoding="utf-8")
    policy = policy_from(Settings({"OPTOUT_POLICY": str(file)}))
    assert (policy.mode, policy.max_age.days) == ("audit", 1)


@pytest.mark.parametrize(
    ("value", "lookup"), [("digests", "digests"), (False, "off"), (True, "likeness"), (None, "likeness")]
)
def test_pages_that_are_read_for_their_tags_are_compared_only_as_far_as_bodies_are(
    value: object, lookup: str
) -> None:
    from scrapy.settings import Settings

    from crawler_filter.integrations.scrapy import policy_from

    given = {} if value is None else {"OPTOUT_CHECK_CONTENT": value}
    assert policy_from(Settings(given)).content == lookup


def pictures() -> dict[str, Any]:
    """A registered picture in another encoding, and one that nobody registered."""
    shown = {"copy": encoded(PIXELS, "JPEG"), "other": encoded(OTHER)}
    return {f"https://b.example/{name}": {"type": "image/png", "hex": body.hex()} for name, body in shown.items()}


def test_a_copy_of_a_registered_picture_is_not_passed_on(folder: Path) -> None:
    web = pictures()
    crawl = run(folder, {"pictures": {"start": list(web), "web": web, "settings": QUIET}})["pictures"]
    assert (crawl["kept"], crawl["excluded"]) == (["https://b.example/other"], ["https://b.example/copy"])


def test_a_missing_extra_closes_the_crawl_with_its_queue_whole(folder: Path, tmp_path: Path) -> None:
    web = pictures()
    job = {"start": list(web), "web": web, "settings": QUIET | {"JOBDIR": str(tmp_path / "job")}}
    first = run(folder, {"first": job}, lacks="PIL")["first"]
    assert (first["reason"], first["kept"], first["excluded"]) == ("optout_unavailable", [], [])
    assert any("training-optout[media]" in line for line in first["logged"])
    then = run(folder, {"then": job})["then"]
    assert (then["kept"], then["excluded"]) == (["https://b.example/other"], ["https://b.example/copy"])


@pytest.mark.parametrize("no_url", [True, False])
def test_items_lose_nothing_while_nothing_can_be_checked(folder: Path, tmp_path: Path, no_url: bool) -> None:
    item = case(GALLERY, files=[CDN], no_url=no_url, ages_after=0, recovers=1.0)
    item["settings"] |= {"OPTOUT_ON_UNAVAILABLE": "pause", "OPTOUT_RETRY_SECONDS": 0.2}
    item["settings"] |= {"ITEM_PIPELINES": PIPELINES, "FILES_STORE": str(tmp_path / "files")}
    crawl = run(folder, {"item": item})["item"]
    assert crawl["items"] == [{"file_urls": [CDN], "files": [CDN]}]
    assert crawl["excluded"] == []
