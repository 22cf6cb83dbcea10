"""What a disk forgets fails closed: a damaged block is never read as an answer, and the next sync mends it.

Thousands of damaged folders are tried by `tests.attacks.damage`.
"""

import contextlib
import os
from pathlib import Path

import pytest

from crawler_filter import Filter, Policy, Usage
from crawler_filter.errors import DamagedFileError, DataError, FilterError
from crawler_filter.snapshot import Segment, Snapshot
from crawler_filter.snapshot.pages import BLOCK, SUFFIX, Pages, encode_pages, mapped, table_of
from crawler_filter.sync.directory import SnapshotDirectory
from crawler_filter.sync.source import open_source
from crawler_filter.sync.update import CHECK_SECONDS, load, sync
from tests.simulators.published import NOW, URL, PublishedRegistry, scope

POLICY = Policy.opt_out(Usage.TRAIN_AI)
RESERVED = [f"https://site{number}.example.com/x" for number in range(200)]
FREE = "https://free.example.org/x"


@pytest.fixture(scope="module")
def published() -> PublishedRegistry:
    registry = PublishedRegistry()
    for number in range(200):
        registry.declare(scope("domain", f"site{number}.example.com"))
    registry.publish()
    return registry


@pytest.fixture
def folder(published: PublishedRegistry, tmp_path: Path) -> Path:
    sync(tmp_path / "folder", URL, published.trust, transport=published, now=NOW)
    return tmp_path / "folder"


def opened(folder: Path, published: PublishedRegistry) -> Filter:
    source = open_source(folder, published.trust, refresh=None, directory=None, clock=lambda: float(NOW))
    return Filter(source, POLICY, clock=lambda: float(NOW))


def merged(folder: Path, published: PublishedRegistry) -> Path:
    kept = SnapshotDirectory(folder)
    return kept.segment(load(kept, published.trust).manifest.merged.name)


def flip(path: Path, place: int, bit: int = 0) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1 << bit
    path.write_bytes(content)


def answers(folder: Path, published: PublishedRegistry) -> tuple[int, int]:
    """How many of the reserved addresses were wrongly kept, and how many answers were given as usual."""
    try:
        optout = opened(folder, published)
    except FilterError:
        return 0, 0
    decisions = [optout.check(url) for url in RESERVED]
    return sum(each.keep for each in decisions), sum(not each.unavailable for each in decisions)


def test_a_whole_folder_answers_as_usual(folder, published):
    assert answers(folder, published) == (0, 200)
    assert opened(folder, published).check(FREE).keep


def test_every_block_of_the_merged_segment_is_guarded(folder, published):
    path = merged(folder, published)
    length = path.stat().st_size
    whole = path.read_bytes()
    for place in range(0, length, BLOCK // 8):
        flip(path, place, bit=place % 8)
        with pytest.raises(DataError):
            Segment.open(path).require_all()
        path.write_bytes(whole)
        table_of(path).write_bytes(encode_pages(whole))
    Segment.open(path).require_all()


def test_a_damaged_block_is_noticed_where_it_is_first_read_and_no_sooner(folder, published):
    path = merged(folder, published)
    snapshot_id = load(SnapshotDirectory(folder), published.trust).manifest.snapshot_id(first_use=False)
    flip(path, path.stat().st_size - 1)  # in a column that only merging reads, or beside the last rows
    snapshot = Snapshot.open(path, snapshot_id)
    with pytest.raises(DamagedFileError):
        Segment.open(path).require_all()
    assert not snapshot.match_url("free.example.org/x")


def test_a_damaged_fan_out_is_noticed_with_its_block_and_by_every_opening_without_a_table(folder, published):
    path = merged(folder, published)
    segment = Segment.open(path)
    fan = segment.columns["host.fan"]
    place = path.read_bytes().index(fan.tobytes())
    del fan, segment
    flip(path, place + 5)  # the end of the first bucket
    wrongly_kept, as_usual = answers(folder, published)
    assert (wrongly_kept, as_usual < 200) == (0, True)
    assert not table_of(path).exists()
    with pytest.raises(DataError):
        Segment.open(path)


def test_a_check_never_raises_whatever_was_written_over_blocks_that_were_read_before(folder, published):
    path = merged(folder, published)
    optout = opened(folder, published)
    assert not any(optout.check(url).keep for url in RESERVED)
    length = path.stat().st_size
    for byte in (0xFF, 0x00, 0x7F):
        with path.open("r+b") as file:
            file.write(bytes([byte]) * length)
        for url in (*RESERVED, FREE):
            optout.check(url)


def test_a_segment_that_is_cut_off_while_it_is_mapped_is_an_error_of_its_own(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(os.urandom(3 * BLOCK))
    table_of(path).write_bytes(encode_pages(path.read_bytes()))
    with mapped(path) as data:
        pages = Pages.open(data, path)
        pages.require(0, 10)
        os.truncate(path, BLOCK)
        with pytest.raises(DamagedFileError, match="cut off while it was in use"):
            pages.require(2 * BLOCK, 2 * BLOCK + 1)
        del pages
    assert not table_of(path).exists()


def test_a_sync_mends_what_a_reader_met(folder, published):
    path = merged(folder, published)
    whole = path.read_bytes()
    for place in range(0, len(whole), 997):
        flip(path, place)
        if table_of(path).exists():
            with contextlib.suppress(DataError):
                Segment.open(path).require_all()
        sync(folder, URL, published.trust, transport=published, now=NOW + CHECK_SECONDS + 1)
        assert path.read_bytes() == whole
        Segment.open(path).require_all()
        if place > 40 * 997:
            break
    assert answers(folder, published) == (0, 200)


def test_a_sync_mends_a_damaged_file_that_it_merges_from(published, tmp_path):
    folder = tmp_path / "folder"
    sync(folder, URL, published.trust, transport=published, now=NOW)
    whole = {path: path.read_bytes() for path in (folder / "segments").iterdir() if SUFFIX not in path.name}
    for path in whole:
        flip(path, path.stat().st_size // 2)
    for table in (folder / "segments").glob(f"*{SUFFIX}"):
        table.unlink()
    sync(folder, URL, published.trust, transport=published, now=NOW)
    assert merged(folder, published).read_bytes() in whole.values()
    assert answers(folder, published) == (0, 200)


def test_opening_mends_what_is_damaged_where_there_is_a_registry(folder, published):
    path = merged(folder, published)
    path.write_bytes(path.read_bytes()[:100])
    source = open_source(
        URL, published.trust, refresh=None, directory=folder, transport=lambda: published, clock=lambda: float(NOW)
    )
    assert not Filter(source, POLICY, clock=lambda: float(NOW)).check(RESERVED[0]).keep


def test_a_folder_of_an_older_release_is_checked_once_and_guarded_from_then_on(folder, published):
    path = merged(folder, published)
    for table in (folder / "segments").glob(f"*{SUFFIX}"):
        table.unlink()
    assert answers(folder, published) == (0, 200)
    assert table_of(path).exists()
    table_of(path).unlink()
    flip(path, path.stat().st_size // 2)
    with pytest.raises(DataError):
        opened(folder, published)
