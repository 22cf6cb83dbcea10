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

from crawler_filter.formats.record import LeafType, Record
from registry.background.clock import unix_time
from registry.config import Config
from registry.instance import open_registry
from registry.model.credentials import TokenScope
from registry.model.party import AUTHORITY_STATEMENT, Capacity, PartyRequest
from registry.publishing import Publisher
from registry.publishing.creation import DATABASE, create_dev_instance
from registry.store.database import Store, open_database
from registry.store.log import append_leaf
from registry.store.writer import Writer

ORIGIN: Final = "registry.example"
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

    def send(self, *letter: str) -> None:
        (self.link,) = _LINK.findall(letter[-1])[:1]


class Instance:
    """A registry in `directory` that states the first rules of the run."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._config = Config(instance=directory, origin=ORIGIN, dev=True)
        create_dev_instance(self._config, secrets.token_bytes)

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
                        now = unix_time()
                        append_leaf(database, LeafType.DECLARE, record.id, now, record, secrets.token_bytes)
        finally:
            database.close()

    @contextmanager
    def publisher(self) -> Iterator[Publisher]:
        """Open the instance for publishing; what is not published yet is published by opening it."""
        writer, store = Writer(open_database(self.directory / DATABASE)), Store(self.directory / DATABASE)
        try:
            yield Publisher(
                self.directory,
                store,
                writer,
                clock=unix_time,
                entropy=secrets.token_bytes,
                interval=0,
                lifetime=self._config.manifest_lifetime,
            )
        finally:
            store.close()
            writer.close()

    def declarants(self, count: int) -> list[Declarant]:
        """Make accounts that may declare, by the way every account is made."""
        letters = _Letters()
        made = []
        with open_registry(self._config, mailer=letters) as registry:
            for number in range(count):
                nonce = registry.accounts.request_link(f"{number}@mail.example", client=f"192.0.2.{number}")
                actor = registry.accounts.confirm_link(letters.link, nonce).actor
                asked = PartyRequest(
                    f"Party {number}", Capacity.AUTHOR, public=False, statement=AUTHORITY_STATEMENT
                )
                party = registry.parties.create(actor, asked)
                token, _ = registry.accounts.create_token(actor, label="load", scope=TokenScope.DECLARE, days=1)
                made.append(Declarant(party.id, token))
        return made


def _batched(stated: Iterable[Record]) -> Iterator[list[Record]]:
    remaining = iter(stated)
    while batch := list(itertools.islice(remaining, _BATCH)):
        yield batch
