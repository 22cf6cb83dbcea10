"""What the log's tables promise, whoever writes to them."""

import sqlite3
from pathlib import Path

import pytest

from crawler_filter.formats.record import LeafType, Record, commit
from registry.store.database import open_database
from registry.store.log import (
    append_leaf,
    body,
    entries,
    erase_bodies,
    history,
    in_force,
    leaves,
    log_size,
    size_at,
)
from tests.simulators.published import record_of

ALICE, BOB, PARTY = "a" * 26, "b" * 24 + "aa", "c" * 24 + "aa"


def entropy(size: int) -> bytes:
    return b"\x07" * size


def record(declaration: str, revision: int = 1) -> Record:
    return record_of(declaration, PARTY, revision=revision)


@pytest.fixture
def database(tmp_path: Path):
    opened = open_database(tmp_path / "registry.db", create=True)
    yield opened
    opened.close()


@pytest.fixture
def filled(database):
    """Alice declares, Bob declares, Alice announces a change, Bob withdraws."""
    append_leaf(database, LeafType.DECLARE, ALICE, 100, record(ALICE), entropy)
    append_leaf(database, LeafType.DECLARE, BOB, 110, record(BOB), entropy)
    append_leaf(database, LeafType.NOTICE, ALICE, 120, record(ALICE, 2), entropy)
    append_leaf(database, LeafType.WITHDRAW, BOB, 130, None, entropy)
    return database


def test_leaves_are_dense_and_commit_to_their_salted_bodies(filled):
    assert log_size(filled) == 4
    found = leaves(filled, 0, 4)
    assert [(index, leaf.type, leaf.id) for index, leaf in found] == [
        (0, LeafType.DECLARE, ALICE),
        (1, LeafType.DECLARE, BOB),
        (2, LeafType.NOTICE, ALICE),
        (3, LeafType.WITHDRAW, BOB),
    ]
    salt, stated = body(filled, 0)
    assert found[0][1].commitment == commit(salt, stated)
    assert found[3][1].commitment is None
    assert body(filled, 3) is None
    assert entries(filled, 1, 3) == [leaf.encode() for _, leaf in found[1:3]]


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        pytest.param(0, [], id="nothing is in force before the first leaf"),
        pytest.param(2, [(0, ALICE), (1, BOB)], id="declarations are in force from their leaf"),
        pytest.param(3, [(0, ALICE), (1, BOB)], id="a notice changes nothing yet"),
        pytest.param(4, [(0, ALICE)], id="a withdrawal ends it"),
    ],
)
def test_in_force_is_the_replay_of_the_first_leaves(filled, size, expected):
    assert [(index, found.id) for index, found in in_force(filled, size)] == expected
    assert all(found.revision == 1 for _, found in in_force(filled, size))


def test_an_erased_declaration_is_not_in_force_at_any_size(filled):
    erase_bodies(filled, ALICE)
    append_leaf(filled, LeafType.ERASE, ALICE, 140, None, entropy)
    assert [found.id for _, found in in_force(filled, 2)] == [BOB]
    assert body(filled, 0) is None
    assert [entry.type for entry in history(filled, ALICE)] == [LeafType.DECLARE, LeafType.NOTICE, LeafType.ERASE]


def test_a_clock_that_went_back_a_little_dates_a_leaf_like_the_one_before(database):
    append_leaf(database, LeafType.DECLARE, ALICE, 100, record(ALICE), entropy)
    append_leaf(database, LeafType.WITHDRAW, ALICE, 50, None, entropy)
    assert [entry.time for entry in history(database, ALICE)] == [100, 100]
    assert (size_at(database, 99), size_at(database, 100)) == (0, 2)


def test_a_leaf_dated_far_ahead_does_not_bind_those_after_it_and_they_count_for_their_own_time(database):
    append_leaf(database, LeafType.DECLARE, ALICE, 100, record(ALICE), entropy)
    append_leaf(database, LeafType.DECLARE, BOB, 100 + 365 * 86_400, record(BOB), entropy)
    append_leaf(database, LeafType.WITHDRAW, ALICE, 200, None, entropy)
    assert [entry.time for entry in history(database, ALICE)] == [100, 200]
    assert [size_at(database, time) for time in (99, 100, 199, 200, 10**9)] == [0, 1, 1, 3, 3]


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE leaves SET type = 'amend'", "append-only"),
        ("DELETE FROM leaves", "append-only"),
        ("INSERT OR REPLACE INTO leaves SELECT * FROM leaves WHERE position = 3", "next position"),
        ("INSERT INTO leaves VALUES (9, 'x', 'declare', 200, x'00')", "next position"),
        ("INSERT INTO leaves VALUES (4, 'x', 'boast', 200, x'00')", "CHECK constraint"),
        ("UPDATE leaf_bodies SET body = x'00'", "never changed"),
        ("UPDATE audit SET actor = 'x'", "append-only"),
        ("DELETE FROM audit", "append-only"),
    ],
)
def test_the_tables_refuse_to_rewrite_history(filled, statement, refusal):
    filled.execute("INSERT INTO audit (time, actor, action, target) VALUES (1, 'a', 'b', 'c')")
    with pytest.raises(sqlite3.IntegrityError, match=refusal):
        filled.execute(statement)
