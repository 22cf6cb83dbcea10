"""A registry that declares from many threads and says so, line by line, until it is killed.

Run as `python -m tests.registry.server.crashing <instance> <round>`. A line `ack <key> <declaration>` is written only after
`declare` has returned. Every key is sent twice, so that a replay can meet a kill too.
"""

import hashlib
import os
import sys
import threading
from pathlib import Path

from registry.config import Config, Limits
from registry.instance import open_registry
from registry.model.declaration import Actor, DeclarationRequest, Idempotency, ScopeRequest
from registry.model.party import AUTHORITY_STATEMENT, Capacity, PartyRequest
from registry.store.accounts import insert_account
from tests.registry.instance import Letterbox

THREADS = 16
MANY = 10**9
ACTOR = Actor("crashing")


def settings(instance: Path) -> Config:
    """Limits out of the way: every declaration of every round is kept."""
    limits = Limits(unverified_declarations_per_day=MANY, unverified_declarations_per_party=MANY)
    return Config(instance=instance, origin="registry.example", limits=limits)


def prepare(instance: Path) -> str:
    """Make the instance, its account and its party; return the party's id."""
    with open_registry(settings(instance), create=True, mailer=Letterbox()) as registry:
        registry.writer.run(lambda database: insert_account(database, ACTOR.account, "c@example.com", 0))
        asked = PartyRequest("Crashing", Capacity.AUTHOR, public=False, statement=AUTHORITY_STATEMENT)
        return registry.accounts.create_party(ACTOR, asked).id


def declare_until_killed(instance: Path, number: str) -> None:
    """Declare from all threads, acknowledging on the pipe that is standard output."""
    registry = open_registry(settings(instance), mailer=Letterbox())
    (party,) = registry.accounts.parties(ACTOR)

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
            os.write(1, f"ack {key} {made.id}\n".encode())

    for thread in range(THREADS):
        threading.Thread(target=declare, args=(thread,)).start()


if __name__ == "__main__":
    declare_until_killed(Path(sys.argv[1]), sys.argv[2])
