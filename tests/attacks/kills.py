"""`kill -9` while sixteen threads declare and the publisher publishes: what was acknowledged is there, once.

A child is forked for each life of the registry, so that a round takes a fraction of a second. A line `ack <key>
<declaration>` is written only after `declare` has returned. Every key is sent twice, so that a replay can meet a
kill too.
"""

import hashlib
import os
import random
import select
import signal
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from crawler_filter.formats.record import Leaf, LeafType, commit
from registry.config import Config, Limits
from registry.instance import DATABASE, open_registry
from registry.model.declaration import Actor, DeclarationRequest, Idempotency, ScopeRequest
from registry.model.party import AUTHORITY_STATEMENT, Capacity, PartyRequest
from registry.publishing.verify import verify_instance
from registry.store.accounts import insert_account
from registry.store.database import open_database
from registry.store.log import body, entries, in_force, log_size
from tests.attacks.forked import Child
from tests.attacks.rounds import main_of
from tests.registry.instance import Letterbox

THREADS = 16
MANY = 10**9
ACTOR = Actor("crashing")
PATIENCE = 120.0
"""Seconds within which a start has to acknowledge something, on a machine that others share."""


def settings(instance: Path) -> Config:
    """Limits out of the way: every declaration of every round is kept."""
    limits = Limits(unverified_declarations_per_day=MANY, unverified_declarations_per_party=MANY)
    return Config(instance=instance, origin="registry.example", limits=limits, publish_interval=0)


def prepare(instance: Path) -> None:
    """Make the instance, its account and its party."""
    with open_registry(settings(instance), create=True, mailer=Letterbox()) as registry:
        registry.writer.run(lambda database: insert_account(database, ACTOR.account, "c@example.com", 0))
        asked = PartyRequest("Crashing", Capacity.AUTHOR, public=False, statement=AUTHORITY_STATEMENT)
        registry.parties.create(ACTOR, asked)


def declare_until_killed(instance: Path, number: int, pipe: int) -> None:
    """Declare from all threads, acknowledging on the pipe."""
    registry = open_registry(settings(instance), mailer=Letterbox())
    registry.publisher.start()
    (party,) = registry.parties.that_declare(ACTOR)

    def declare(thread: int) -> None:
        for count in range(MANY):
            key = f"{number}-{thread}-{count // 2}"
            digest = hashlib.sha256(key.encode())
            request = DeclarationRequest(
                party=party.id,
                scopes=(ScopeRequest("sha256", digest.hexdigest()),),
                preferences={"train-ai": "disallowed"},
                statement=AUTHORITY_STATEMENT,
            )
            made = registry.declarations.declare(ACTOR, request, idempotency=Idempotency(key, digest.digest()))
            os.write(pipe, f"ack {key} {made.id}\n".encode())

    threads = [threading.Thread(target=declare, args=(thread,)) for thread in range(THREADS)]
    for thread in threads:
        thread.start()
    threads[0].join()


def run_and_kill(instance: Path, number: int, seconds: float) -> dict[str, set[str]]:
    """Kill one life `seconds` after its first acknowledgement; return the declarations acknowledged under each
    key."""
    with Child(lambda pipe: declare_until_killed(instance, number, pipe)) as child:
        assert select.select([child.pipe], [], [], PATIENCE)[0], "nothing was acknowledged"
        time.sleep(seconds)
        child.kill(signal.SIGKILL)
        said = child.read()
    acknowledged: dict[str, set[str]] = {}
    for line in said.splitlines(keepends=True):
        if line.endswith(b"\n"):
            _, key, declaration = line.decode().split()
            acknowledged.setdefault(key, set()).add(declaration)
    assert acknowledged, f"it ended before it acknowledged anything: {child.status}"
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


def crash(instance: Path, rounds: int, seed: int = 0) -> int:
    """Crash so often; return how many declarations were acknowledged."""
    prepare(instance)
    moments = random.Random(seed)
    acknowledged: dict[str, set[str]] = {}
    before: list[bytes] = []
    for number in range(rounds):
        acknowledged |= run_and_kill(instance, number, moments.uniform(0, 0.1))
        after = check_whole(instance, acknowledged)
        assert after[: len(before)] == before
        before = after
    open_registry(settings(instance), mailer=Letterbox()).close()
    assert verify_instance(instance).log_size == len(before)
    return len(acknowledged)


def run(block: int, rounds: int) -> Counter[str]:
    """Kill one instance so many times."""
    with tempfile.TemporaryDirectory() as folder:
        return Counter(acknowledged=crash(Path(folder), rounds, block))


if __name__ == "__main__":
    main_of(run)
