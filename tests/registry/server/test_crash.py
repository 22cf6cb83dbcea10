"""`kill -9` while sixteen threads declare: what was acknowledged is there, once, and the log is whole."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from crawler_filter.formats.record import Leaf, LeafType, commit
from registry.instance import DATABASE
from registry.store.database import open_database
from registry.store.log import body, entries, in_force, log_size
from tests.registry.server import crashing

ROOT = Path(__file__).resolve().parents[3]


def run_and_kill(instance: Path, number: int, seconds: float) -> dict[str, set[str]]:
    """Kill one run `seconds` after its first acknowledgement; return the declarations acknowledged under each key."""
    command = [sys.executable, "-m", "tests.registry.server.crashing", str(instance), str(number)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        lines = [process.stdout.readline()]
        assert lines[0].startswith(b"ack "), "it ended before it acknowledged anything"
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.read().splitlines(keepends=True)
    acknowledged: dict[str, set[str]] = {}
    for line in lines:
        if line.endswith(b"\n"):
            _, key, declaration = line.decode().split()
            acknowledged.setdefault(key, set()).add(declaration)
    return acknowledged


def check_whole(instance: Path, acknowledged: dict[str, set[str]]) -> list[bytes]:
    """Hold the database to everything it promised; return the log."""
    database = open_database(instance / DATABASE)
    try:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        size = log_size(database)
        log = entries(database, 0, size)
        leaves = [Leaf.decode(entry) for entry in log]
        assert len(leaves) == size
        for index, leaf in enumerate(leaves):
            assert commit(*body(database, index)) == leaf.commitment
        declared = Counter(leaf.id for leaf in leaves if leaf.type is LeafType.DECLARE)
        assert set(declared.values()) == {1}
        keys = dict(database.execute("SELECT key, declaration FROM idempotency").fetchall())
        stated = Counter(record.scopes[0].value for _, record in in_force(database, size))
    finally:
        database.close()
    assert set(stated.values()) == {1}
    assert Counter(keys.values()).keys() == declared.keys()
    assert {key: {keys.get(key)} for key in acknowledged} == acknowledged
    return log


def crash(instance: Path, rounds: int) -> int:
    """Crash so often; return how many declarations were acknowledged."""
    crashing.prepare(instance)
    moments = random.Random(rounds)
    acknowledged: dict[str, set[str]] = {}
    before: list[bytes] = []
    for number in range(rounds):
        acknowledged |= run_and_kill(instance, number, moments.uniform(0, 0.3))
        after = check_whole(instance, acknowledged)
        assert after[: len(before)] == before
        before = after
    return len(acknowledged)


def test_three_kills_lose_nothing(tmp_path):
    assert crash(tmp_path, 3) >= 3


@pytest.mark.slow
def test_a_thousand_kills_lose_nothing(tmp_path):
    """`OPTOUT_KILLS` is how many: a thousand take hours on two cores."""
    rounds = int(os.environ.get("OPTOUT_KILLS", "200"))
    assert crash(tmp_path, rounds) >= rounds
