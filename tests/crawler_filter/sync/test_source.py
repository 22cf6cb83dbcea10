"""An open filter follows its folder without a restart, and a refresh that fails never reaches a check."""

import logging
import multiprocessing
import os
import pickle
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from crawler_filter import Filter, Policy, Reason, SnapshotMissingError, Usage
from crawler_filter.errors import DataError, FilterError, MalformedTrustError, TransportError
from crawler_filter.fingerprints.embedding import Embedding
from crawler_filter.formats.models import ModelEntry, Preparation
from crawler_filter.formats.names import Name, NameKind, encode_names
from crawler_filter.formats.record import Assurance
from crawler_filter.log import Signer
from crawler_filter.snapshot.pages import table_of
from crawler_filter.sync.directory import SnapshotDirectory
from crawler_filter.sync.source import LOOK_SECONDS, FirstUse, FolderSource, _cache, open_source
from crawler_filter.sync.update import sync
from tests.simulators.published import NOW, ORIGIN, URL, PublishedRegistry, scope

POLICY = Policy.opt_out(Usage.TRAIN_AI)
EARLY, LATE = "http://early.example.com/x", "http://late.example.com/x"


class Clock:
    def __init__(self) -> None:
        self.now = float(NOW)

    def __call__(self) -> float:
        return self.now


def at_now() -> float:
    return float(NOW)


@pytest.fixture
def published() -> PublishedRegistry:
    registry = PublishedRegistry()
    registry.declare(scope("domain", "early.example.com"))
    registry.publish()
    return registry


def opened(
    published: PublishedRegistry, folder: Path, clock: Callable[[], float], refresh: timedelta | None = None
) -> Filter:
    source = open_source(
        URL, published.trust, refresh=refresh, directory=folder, transport=lambda: published, clock=clock
    )
    return Filter(source, POLICY, clock=clock)


def publish_late(published: PublishedRegistry, clock: Clock) -> None:
    published.declare(scope("domain", "late.example.com"))
    clock.now += 10
    published.now = int(clock.now)
    published.publish()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline, "it did not happen within two minutes"
        time.sleep(0.01)


def test_opening_a_registry_syncs_it_once(published: PublishedRegistry, tmp_path: Path) -> None:
    optout = opened(published, tmp_path, Clock())
    assert not optout.check(EARLY).keep
    assert optout.check(LATE).keep


def test_another_process_finds_the_folder_synced_and_asks_nobody(
    published: PublishedRegistry, tmp_path: Path
) -> None:
    opened(published, tmp_path, Clock())
    published.requested.clear()
    assert not opened(published, tmp_path, Clock()).check(EARLY).keep
    assert published.requested == []


def test_a_new_snapshot_in_the_folder_is_seen_within_a_minute(
    published: PublishedRegistry, tmp_path: Path
) -> None:
    clock = Clock()
    optout = opened(published, tmp_path, clock)
    optout.check(LATE)
    publish_late(published, clock)
    sync(tmp_path, URL, published.trust, transport=published, now=clock.now)
    assert optout.check(LATE).keep
    clock.now += LOOK_SECONDS
    assert not optout.check(LATE).keep


WEEK = 7 * 86_400


def test_a_snapshot_that_is_too_old_is_looked_for_anew_at_every_check(
    published: PublishedRegistry, tmp_path: Path
) -> None:
    clock = Clock()
    optout = opened(published, tmp_path, clock)
    clock.now += WEEK
    assert optout.check(LATE).reason is Reason.UNCHECKED_SNAPSHOT
    publish_late(published, clock)
    sync(tmp_path, URL, published.trust, transport=published, now=clock.now)
    assert optout.check(LATE).reason is Reason.REGISTRY_DOMAIN


def test_a_sync_of_a_folder_that_somebody_else_keeps_looks_at_it_and_says_who_has_to(
    published: PublishedRegistry, tmp_path: Path
) -> None:
    clock = Clock()
    opened(published, tmp_path / "optout", clock)
    optout = Filter.open(tmp_path / "optout", trust=published.trust, policy=POLICY, clock=clock)
    publish_late(published, clock)
    sync(tmp_path / "optout", URL, published.trust, transport=published, now=clock.now)
    with pytest.raises(TransportError, match="run `crawler-filter sync` for it"):
        optout.sync()
    assert not optout.check(LATE).keep


def test_a_due_refresh_happens_beside_the_checks(published: PublishedRegistry, tmp_path: Path) -> None:
    clock = Clock()
    optout = opened(published, tmp_path, clock, refresh=timedelta(hours=1))
    publish_late(published, clock)
    assert optout.check(LATE).keep
    clock.now += 3600
    optout.check(LATE)
    wait_for(lambda: not optout.check(LATE).keep)


def test_a_file_that_the_disk_has_damaged_is_mended_a_look_after_a_check_met_it(
    published: PublishedRegistry, tmp_path: Path
) -> None:
    clock = Clock()
    optout = opened(published, tmp_path, clock, refresh=timedelta(hours=1))
    (segment,) = (path for path in (tmp_path / "segments").iterdir() if "." not in path.name)
    whole = segment.read_bytes()
    with segment.open("r+b") as file:
        file.seek(len(whole) // 8)
        file.write(bytes(byte ^ 0xFF for byte in whole[len(whole) // 8 :]))
    met = optout.check(EARLY)
    assert not met.keep
    assert met.unavailable
    published.requested.clear()
    clock.now += LOOK_SECONDS + 1
    optout.check(EARLY)  # the look that begins the sync
    wait_for(lambda: segment.exists() and segment.read_bytes() == whole and optout_is_sound(optout, clock))
    assert any(path.endswith(".seg") for path in published.requested)


def test_a_damaged_file_is_fetched_once_a_look_however_often_what_is_refused_is_looked_at(
    published: PublishedRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, tried = Clock(), []
    opened(published, tmp_path, clock, refresh=timedelta(hours=1))

    def failing(source: FolderSource) -> None:
        tried.append(clock.now)
        source.folder.note_attempt(clock.now)
        raise TransportError("there is no way to the registry")

    monkeypatch.setattr(FolderSource, "sync", failing)
    source = open_source(
        URL,
        published.trust,
        refresh=timedelta(hours=1),
        directory=tmp_path,
        transport=lambda: published,
        clock=clock,
    )
    table_of(source.current().path).unlink()
    for looks in (1, 2):
        clock.now += LOOK_SECONDS + 1
        for _ in range(20):
            source.look_again()
            source.current()
            if source._refreshing is not None:
                source._refreshing[1].join()
        assert len(tried) == looks


def optout_is_sound(optout: Filter, clock: Clock) -> bool:
    """Whether a filter, at its next look, says what is reserved without saying that it could not be checked."""
    clock.now += LOOK_SECONDS + 1
    found = optout.check(EARLY)
    return not found.keep and not found.unavailable


def test_a_refresh_is_tried_once_an_hour_by_all_processes_together(
    published: PublishedRegistry, tmp_path: Path
) -> None:
    clock = Clock()
    filters = [opened(published, tmp_path, clock, refresh=timedelta(hours=1)) for _ in range(5)]
    published.requested.clear()
    clock.now += 3600
    for optout in filters:
        optout.check(LATE)
        wait_for(lambda: SnapshotDirectory(tmp_path).last_attempt() == clock.now)
    wait_for(lambda: "snapshot/manifest" in published.requested)
    assert published.requested.count("snapshot/manifest") == 1


def test_a_refresh_that_fails_is_logged_and_the_old_answer_stays(
    published: PublishedRegistry, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    optout = opened(published, tmp_path, clock, refresh=timedelta(hours=1))
    published.fails = TransportError("the cable is out")
    clock.now += 3600
    with caplog.at_level(logging.WARNING, "crawler_filter"):
        assert not optout.check(EARLY).keep
        wait_for(lambda: "the cable is out" in caplog.text)
    assert not optout.check(EARLY).keep


def test_a_registry_that_cannot_be_reached_the_first_time_is_an_error(
    published: PublishedRegistry, tmp_path: Path
) -> None:
    published.fails = TransportError("the cable is out")
    with pytest.raises(TransportError, match="cable"):
        opened(published, tmp_path, Clock())


def test_a_folder_without_snapshot_is_an_error(published: PublishedRegistry, tmp_path: Path) -> None:
    with pytest.raises(SnapshotMissingError):
        Filter.open(tmp_path, trust=published.trust, policy=POLICY)


@pytest.mark.parametrize("name", ["registry.example", "127.0.0.1:8080", "optout"])
def test_a_place_that_is_no_folder_is_said_to_lack_a_scheme_or_a_sync(
    published: PublishedRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    says = rf"no snapshot in {name}; run `crawler-filter sync` first; the address of a registry begins with https"
    with pytest.raises(SnapshotMissingError, match=says):
        Filter.open(name, trust=published.trust, policy=POLICY)


def test_a_folder_is_opened_off_line_with_a_trust_file(published: PublishedRegistry, tmp_path: Path) -> None:
    sync(tmp_path / "snapshot", URL, published.trust, transport=published, now=NOW)
    (tmp_path / "registry.policy").write_bytes(published.trust.encode())
    optout = Filter.open(tmp_path / "snapshot", trust=tmp_path / "registry.policy", policy=POLICY, clock=at_now)
    assert not optout.check(EARLY).keep
    with pytest.raises(TransportError, match="without a registry"):
        optout.sync()


def test_the_models_of_a_registry_come_with_its_snapshot_and_travel(tmp_path: Path) -> None:
    entry = ModelEntry("copies", "5e" * 32, "CC0-1.0", "models.example", Preparation(), 118, 141)
    published = PublishedRegistry(models=(entry,))
    published.declare(scope("embed", Embedding(entry.model, (b"\x55" * 64,)).encode(), Assurance.ATTESTED))
    published.publish()
    sync(tmp_path / "snapshot", URL, published.trust, transport=published, now=NOW)
    (tmp_path / "registry.policy").write_bytes(published.trust.encode())
    optout = Filter.open(tmp_path / "snapshot", trust=tmp_path / "registry.policy", policy=POLICY, clock=at_now)
    for each in (optout, pickle.loads(pickle.dumps(optout))):
        (model,) = each.models
        assert (model.id, model.known, model.loaded) == ("copies", True, False)
        assert optout.check(content=b"a text").keep


def test_names_are_synced_with_the_snapshot_and_used(published: PublishedRegistry, tmp_path: Path) -> None:
    pytest.importorskip("ahocorasick_rs", reason="the names extra is not installed")
    published.files["v1/names"] = encode_names([Name(0, NameKind.TITLE, ("Lighthouse Keeper",))])
    (tmp_path / "registry.policy").write_bytes(published.trust.encode())
    trust = tmp_path / "registry.policy"
    opened(published, tmp_path / "here", Clock())
    with pytest.raises(SnapshotMissingError, match="sync --names"):
        Filter.open(tmp_path / "here", trust=trust, policy=POLICY, names=True, clock=at_now)
    options = {"refresh": None, "directory": tmp_path / "here", "transport": lambda: published, "clock": at_now}
    open_source(URL, published.trust, names=True, **options)
    optout = Filter.open(tmp_path / "here", trust=trust, policy=POLICY, names=True, clock=at_now)
    for each in (optout, pickle.loads(pickle.dumps(optout))):
        assert [finding.rule for finding in each.check_caption("lighthouse_keeper")] == ["title Lighthouse Keeper"]


def test_a_trust_file_that_does_not_parse_is_named(published: PublishedRegistry, tmp_path: Path) -> None:
    (tmp_path / "registry.policy").write_text("trust me\n")
    with pytest.raises(MalformedTrustError):
        Filter.open(tmp_path, trust=tmp_path / "registry.policy", policy=POLICY)


def test_a_manifest_broken_on_disk_leaves_the_open_snapshot_and_stops_a_new_one(
    published: PublishedRegistry, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    optout = opened(published, tmp_path, clock)
    (tmp_path / "manifest").write_bytes(b"broken")
    clock.now += LOOK_SECONDS
    with caplog.at_level(logging.WARNING, "crawler_filter"):
        assert not optout.check(EARLY).keep
    assert "could not be opened" in caplog.text
    with pytest.raises(DataError):
        opened(published, tmp_path, clock)


def test_first_use_trusts_what_is_shown_once_and_says_so(published: PublishedRegistry, tmp_path: Path) -> None:
    published.files["registry.policy"] = published.trust.encode()
    options = {"refresh": None, "directory": tmp_path, "transport": lambda: published, "clock": Clock()}
    decision = Filter(open_source(URL, FirstUse(), **options), POLICY, clock=Clock()).check(EARLY)
    assert decision.snapshot.first_use
    assert "trusted on first use" in decision.explain()
    published.files["registry.policy"] = b"somebody else"
    assert open_source(URL, FirstUse(), **options).trust == published.trust


def test_an_open_filter_survives_a_replaced_key_and_a_restarted_log(
    published: PublishedRegistry, tmp_path: Path
) -> None:
    clock = Clock()
    optout = opened(published, tmp_path, clock)
    published.snapshot_signer = Signer.generate(f"{ORIGIN}/snapshot", published.entropy)
    published.rotate(snapshot=published.snapshot_signer.verifier)
    publish_late(published, clock)
    optout.sync()
    assert not optout.check(LATE).keep

    published.restart_log()
    published.declare(scope("domain", "early.example.com"))
    publish_late(published, clock)
    optout.sync()
    assert not optout.check(EARLY).keep
    assert not optout.check(LATE).keep


def test_the_old_snapshot_answers_until_one_under_the_new_root_arrives(
    published: PublishedRegistry, tmp_path: Path
) -> None:
    clock = Clock()
    optout = opened(published, tmp_path, clock)
    published.rotate(snapshot=Signer.generate(f"{ORIGIN}/snapshot", published.entropy).verifier)
    with pytest.raises(DataError):
        optout.sync()
    clock.now += LOOK_SECONDS
    assert not optout.check(EARLY).keep


def test_a_pickled_filter_opens_the_same_folder(published: PublishedRegistry, tmp_path: Path) -> None:
    sync(tmp_path, URL, published.trust, transport=published, now=NOW)
    optout = Filter.open(tmp_path, trust=published.trust, policy=POLICY, clock=at_now)
    copy = pickle.loads(pickle.dumps(optout))
    assert not copy.check(EARLY).keep
    assert copy.check(EARLY) == optout.check(EARLY)


def _check_in_child(optout: Filter, answers: "multiprocessing.Queue[bool]") -> None:
    answers.put(optout.check(EARLY).keep)


def test_a_forked_child_answers_too(published: PublishedRegistry, tmp_path: Path) -> None:
    optout = opened(published, tmp_path, Clock(), refresh=timedelta(hours=1))
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    child = context.Process(target=_check_in_child, args=(optout, answers))
    child.start()
    assert answers.get(timeout=120) is False
    child.join()


def test_a_source_looks_at_the_folder_only_once_a_minute(published: PublishedRegistry, tmp_path: Path) -> None:
    clock = Clock()
    source = open_source(
        URL, published.trust, refresh=None, directory=tmp_path, transport=lambda: published, clock=clock
    )
    first = source.current()
    (tmp_path / "manifest").unlink()
    assert isinstance(source, FolderSource)
    assert source.current() is first


YEAR = 365 * 86_400


def test_a_clock_that_was_a_year_ahead_for_a_while_keeps_nothing_from_being_seen(
    published: PublishedRegistry, tmp_path: Path
) -> None:
    clock = Clock()
    optout = opened(published, tmp_path, clock)
    clock.now += YEAR
    optout.check(EARLY)
    clock.now -= YEAR
    publish_late(published, clock)
    sync(tmp_path, URL, published.trust, transport=published, now=clock.now)
    assert not optout.check(LATE).keep


def test_an_attempt_dated_ahead_counts_as_never(published: PublishedRegistry, tmp_path: Path) -> None:
    clock = Clock()
    optout = opened(published, tmp_path, clock, refresh=timedelta(hours=1))
    SnapshotDirectory(tmp_path).note_attempt(clock.now + YEAR)
    publish_late(published, clock)
    clock.now += LOOK_SECONDS
    optout.check(EARLY)
    wait_for(lambda: SnapshotDirectory(tmp_path).last_attempt() < clock.now + 1)
    clock.now += LOOK_SECONDS
    wait_for(lambda: not optout.check(LATE).keep)


def test_a_refresh_survives_whatever_a_transport_raises(
    published: PublishedRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    optout = opened(published, tmp_path, clock, refresh=timedelta(hours=1))

    def broken(*_: object, **__: object) -> bytes:
        raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "a Location that is no UTF-8")

    monkeypatch.setattr(published, "get", broken)
    clock.now += 3601
    with caplog.at_level(logging.WARNING):
        assert not optout.check(EARLY).keep
        wait_for(lambda: "a Location that is no UTF-8" in caplog.text)
    monkeypatch.undo()
    publish_late(published, clock)
    clock.now += 3601
    wait_for(lambda: not optout.check(LATE).keep or bool(setattr(clock, "now", clock.now + LOOK_SECONDS)))


PICKLED = """
import hashlib, pickle, sys, time
from crawler_filter import Filter, Policy, Usage
optout = Filter.open(sys.argv[1], trust=sys.argv[2], policy=Policy.opt_out(Usage.TRAIN_AI))
again = pickle.loads(pickle.dumps(optout))
print(hashlib.sha256(pickle.dumps(optout)).hexdigest(), hashlib.sha256(pickle.dumps(again)).hexdigest())
"""


def pickled(folder: Path, trust: Path, seed: int) -> set[str]:
    command = [sys.executable, "-c", PICKLED, str(folder), str(trust)]
    environment = os.environ | {"PYTHONHASHSEED": str(seed)}
    run = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return set(run.stdout.split())


def test_a_filter_is_the_same_bytes_in_every_process_until_there_is_a_newer_snapshot(
    published: PublishedRegistry, tmp_path: Path
) -> None:
    folder, trust = tmp_path / "snapshot", tmp_path / "registry.policy"
    trust.write_bytes(published.trust.encode())
    sync(folder, URL, published.trust, transport=published, now=NOW)
    before = pickled(folder, trust, 1) | pickled(folder, trust, 2)
    assert len(before) == 1
    clock = Clock()
    publish_late(published, clock)
    sync(folder, URL, published.trust, transport=published, now=clock.now)
    after = pickled(folder, trust, 3)
    assert len(after) == 1
    assert after != before


def test_a_machine_with_an_older_snapshot_than_the_sender_says_so(
    published: PublishedRegistry, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    here, there = tmp_path / "snapshot", tmp_path / "other"
    sync(here, URL, published.trust, transport=published, now=NOW)
    shutil.copytree(here, there)
    clock = Clock()
    publish_late(published, clock)
    sync(here, URL, published.trust, transport=published, now=clock.now)
    sent = pickle.dumps(Filter.open(here, trust=published.trust, policy=POLICY, clock=at_now))
    shutil.rmtree(here)
    there.rename(here)
    copy = pickle.loads(sent)
    assert [copy.check(LATE).keep, copy.check(LATE).keep] == [True, True]
    assert [record.getMessage() for record in caplog.records] == [
        f"{here} holds snapshot 1 of {ORIGIN}, older than 2 of {ORIGIN} that this filter was pickled with"
    ]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"where": None}, "URL or the path of a folder, got NoneType"),
        ({"where": b"https://registry.example"}, "got bytes"),
        ({"trust": None}, r"FirstUse\(\), got NoneType"),
        ({"trust": b"key"}, "got bytes"),
        ({"policy": "opt-out"}, r"Policy\.opt_out\(Usage\.TRAIN_AI\), got str"),
        ({"refresh": 3600}, "timedelta, got int"),
    ],
    ids=repr,
)
def test_opening_with_the_wrong_thing_says_what_was_expected(tmp_path: Path, arguments: dict, says: str) -> None:
    given = {"where": tmp_path, "trust": FirstUse(), "policy": POLICY} | arguments
    with pytest.raises(TypeError, match=says):
        Filter.open(given.pop("where"), **given)


def test_a_segment_that_was_taken_away_is_an_error_of_ours(published: PublishedRegistry, tmp_path: Path) -> None:
    folder = tmp_path / "snapshot"
    sync(folder, URL, published.trust, transport=published, now=NOW)
    shutil.rmtree(folder / "segments")
    with pytest.raises(FilterError):
        Filter.open(folder, trust=published.trust, policy=POLICY)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SnapshotMissingError, match="file"):
        Filter.open(tmp_path / "file", trust=published.trust, policy=POLICY)


def test_every_registry_has_a_cache_of_its_own() -> None:
    same = ["https://r.example", "https://r.example/", "https://R.EXAMPLE:443"]
    others = ["https://r.example/a", "https://r.example/b", "https://r.example:8443", "https://r.example/a/b"]
    assert len({_cache(url) for url in same}) == 1
    assert len({_cache(url) for url in (same[0], *others)}) == 1 + len(others)
