"""A real registry on disk that holds the made-up rules: keys, log, records, and accounts that may declare.

The rules are put where publishing and lookups read them, the log and its index of scopes, in the forms that the
registry itself writes; they belong to no account, so the tables of accounts start empty.
"""

import itertools
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.bench import Bench
from benchmarks.rules import SCOPES_PER_DECLARATION, records
from crawler_filter.log import KeySet, Signer
from crawler_filter.record import LeafType, Record
from registry.app import DATABASE, open_registry, unix_time
from registry.config import Config
from registry.keys import Keyring, add_signature
from registry.parties import AUTHORITY_STATEMENT, Capacity, PartyRequest
from registry.publish import Publisher
from registry.store.database import Store, open_database
from registry.store.in_force import index_scopes
from registry.store.log import append_leaf
from registry.tokens import TokenScope
from registry.writer import Writer

ORIGIN: Final = "registry.example"
_LIFETIME: Final = 86_400
_BATCH: Final = 2_000
_LINK: Final = re.compile(r"/sign-in/([\w-]+)")


@dataclass(frozen=True, slots=True)
class Declarant:
    """An account of its own: the party it acts for, and its API token."""

    party: str
    token: str


class _Letters:
    """Stands where mail goes out and keeps the last letter's link."""

    def __init__(self) -> None:
        self.link = ""

    def send(self, to: str, subject: str, text: str) -> None:
        (self.link,) = _LINK.findall(text)[:1]


class Instance:
    """A registry in `directory` that states the first rules of the run."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir()
        open_database(directory / DATABASE, create=True).close()
        keyring = Keyring(directory)
        signer = Signer.generate(f"{ORIGIN}/root-benchmark", secrets.token_bytes)
        root = keyring.first(ORIGIN, f"https://{ORIGIN}", KeySet(1, (signer.verifier,)), secrets.token_bytes)
        keyring.install(add_signature(root.encode().encode(), signer))

    @property
    def public(self) -> Path:
        """The folder of published files."""
        return self.directory / "public"

    def state(self, stated: Iterable[Record]) -> None:
        """Log one declaration for each record."""
        database = open_database(self.directory / DATABASE)
        try:
            for batch in _batched(stated):
                with database.atomic():
                    for record in batch:
                        body, now = record.encode(), unix_time()
                        leaf = append_leaf(database, LeafType.DECLARE, record.id, now, body, secrets.token_bytes)
                        index_scopes(database, leaf, record)
        finally:
            database.close()

    @contextmanager
    def publisher(self) -> Iterator[Publisher]:
        """Open the instance for publishing; what is not published yet is published by opening it."""
        writer, store = Writer(open_database(self.directory / DATABASE)), Store(self.directory / DATABASE)
        try:
            yield Publisher(self.directory, store, writer, clock=unix_time, interval=0, lifetime=_LIFETIME)
        finally:
            store.close()
            writer.close()

    def declarants(self, count: int) -> list[Declarant]:
        """Make accounts that may declare, by the way every account is made."""
        letters = _Letters()
        config = Config(instance=self.directory, origin=ORIGIN, dev=True)
        made = []
        with open_registry(config, mailer=letters) as registry:
            for number in range(count):
                nonce = registry.accounts.request_link(f"{number}@mail.example", client=f"192.0.2.{number}")
                actor = registry.accounts.confirm_link(letters.link, nonce).actor
                asked = PartyRequest(f"Party {number}", Capacity.AUTHOR, public=False, statement=AUTHORITY_STATEMENT)
                party = registry.accounts.create_party(actor, asked)
                token, _ = registry.accounts.create_token(actor, label="load", scope=TokenScope.DECLARE, days=1)
                made.append(Declarant(party.id, token))
        return made


def stated_instance(bench: Bench, name: str) -> Instance:
    """Make an instance that states the run's rules, as many as a served registry is given."""
    instance = Instance(bench.folder / name)
    count = bench.scale.server_rules
    stated = (record for _, record in records(0, count))
    instance.state(bench.progress(stated, "logging declarations", -(-count // SCOPES_PER_DECLARATION)))
    return instance


def _batched(stated: Iterable[Record]) -> Iterator[list[Record]]:
    remaining = iter(stated)
    while batch := list(itertools.islice(remaining, _BATCH)):
        yield batch
