"""Practise what can go wrong, on an instance of its own that is thrown away: `python drill.py`.

Each step breaks something, shows that the registry refuses to go on from it, and does what the manual says.
"""

# ruff: noqa: T201, S101 - it prints what it does, and asserts that it came out
import secrets
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from crawler_filter.checks.asset import Asset
from crawler_filter.finding import Finding
from crawler_filter.preference import Usage
from registry.background.clock import ClockInDoubtError
from registry.config import Config
from registry.errors import GoneError, LogForkError, UnavailableError
from registry.instance import Registry, open_registry
from registry.model.declaration import Actor, DeclarationRequest, ScopeRequest
from registry.model.party import AUTHORITY_STATEMENT, Capacity, PartyRequest
from registry.publishing.closed_instance import confirm_newest
from registry.publishing.high_water import RestoredInstanceError
from registry.publishing.keys import Keyring, add_signature, read_key
from registry.publishing.log import check_not_ahead
from registry.publishing.public_log import check_number, read_checkpoint
from registry.publishing.verify import verify_instance
from registry.store.accounts import insert_account
from registry.store.database import APPLICATION_ID

FIRST_SCHEMA = Path(__file__).resolve().parents[3] / "tests" / "vectors" / "schema" / "1.sql"
"""The schema that the first release made its database from."""

YEAR = 365 * 86_400
PERSON = Actor("drill")
EMAIL = "drill@example.com"


def opened(folder: Path, *, create: bool = False, ahead: Callable[[], int] = lambda: 0) -> Registry:
    """Open the drill's instance by a clock that may be wrong."""
    config = Config(instance=folder, origin="registry.example")
    return open_registry(
        config, create=create, clock=lambda: time.time() + ahead(), steady=time.monotonic, mailer=Silent()
    )


class Silent:
    """Sends no letters."""

    def send(self, to: str, subject: str, text: str) -> None:
        """Keep a letter to oneself."""


def refused(kind: type[Exception], act: Callable[[], object]) -> Exception:
    """Return the refusal of what has to be refused."""
    try:
        act()
    except kind as error:
        return error
    raise AssertionError(f"expected {kind.__name__}")


def declare(registry: Registry, number: int) -> str:
    """Declare something; return its number."""
    (party,) = registry.parties.that_declare(PERSON)
    scope = ScopeRequest("md5", f"{number:032x}")
    request = DeclarationRequest(party.id, (scope,), {"train-ai": "disallowed"}, statement=AUTHORITY_STATEMENT)
    return registry.declarations.declare(PERSON, request, idempotency=None).id


def findings(registry: Registry, number: int) -> tuple[Finding, ...]:
    """Return what reserves the file with this digest."""
    decision = registry.lookup.lookup(Asset(md5=f"{number:032x}"), Usage.TRAIN_AI)
    assert not decision.keep
    return decision.findings


def clock_jump(folder: Path) -> None:
    """A clock that is a year ahead for a while signs nothing and ends nothing."""
    ahead = [0]
    with opened(folder, ahead=lambda: ahead[0]) as registry:
        ahead[0] = YEAR
        refused(ClockInDoubtError, registry.do_what_is_due)
        refused(ClockInDoubtError, lambda: declare(registry, 10))
        print("  not ready:", registry.not_ready())
        ahead[0] = 0
        declare(registry, 10)


def full_disk(folder: Path) -> None:
    """A full disk takes nothing, says so, and goes on when there is room."""
    with opened(folder) as registry:
        (pages,) = registry.writer.run(lambda db: db.execute("PRAGMA page_count").fetchone())
        registry.writer.run(lambda db: db.execute(f"PRAGMA max_page_count = {pages}").fetchall())
        refused(UnavailableError, lambda: [declare(registry, 1000 + number) for number in range(1000)])
        print("  not ready:", registry.not_ready())
        registry.writer.run(lambda db: db.execute("PRAGMA max_page_count = 1000000").fetchall())
        declare(registry, 20)
        assert registry.not_ready() is None


def restore(folder: Path) -> None:
    """A whole older instance signs nothing; the newest, elsewhere, does once somebody outside has been asked."""
    backup = folder.with_name("backup")
    shutil.copytree(folder, backup)
    with opened(folder) as registry:
        declare(registry, 30)
        size = registry.publisher.publish().log.size
    newest = (folder / "public" / "log" / "checkpoint").read_bytes()
    print("  an older copy:", refused(RestoredInstanceError, lambda: opened(backup)))
    root = Keyring(backup).root()
    refused(Exception, lambda: check_number(backup, read_checkpoint(newest, root).checkpoint.size))
    shutil.rmtree(backup)
    moved = folder.with_name("moved")
    folder.rename(moved)
    shutil.copytree(moved, folder)
    refused(RestoredInstanceError, lambda: opened(folder))
    check_number(folder, size)
    confirm_newest(Config(instance=folder, origin="registry.example"), secrets.token_bytes)
    opened(folder).close()
    check_not_ahead(read_checkpoint(newest, root), read_checkpoint(newest, root))


def replace_keys(folder: Path) -> None:
    """New log and snapshot keys come into force by the next root note, and the log goes on."""
    keyring = Keyring(folder)
    proposed = keyring.propose(secrets.token_bytes, roles=("log", "snapshot"))
    signer = read_key(keyring.folder / "root-1.key")
    keyring.install(add_signature(proposed.encode().encode(), signer))
    with opened(folder) as registry:
        declare(registry, 40)
        registry.publisher.publish()
    print(" ", verify_instance(folder).explain())


def replace_log(folder: Path) -> None:
    """A log that is ahead of the newest backup is closed; what it reserved since stays reserved, flagged."""
    database, copy = folder / "registry.db", folder.with_name("backup.db")
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    with opened(folder) as registry:
        declare(registry, 60)
        registry.publisher.publish()
    copy.rename(database)
    print("  the backup:", refused(LogForkError, lambda: opened(folder)))
    keyring = Keyring(folder)
    newest = (folder / "public" / "log" / "checkpoint").read_bytes()
    closed = read_checkpoint(newest, keyring.root()).checkpoint
    proposed = keyring.propose_new_log(closed, secrets.token_bytes)
    keyring.install(add_signature(proposed.encode().encode(), read_key(keyring.folder / "root-1.key")))
    with opened(folder) as registry:
        assert "carried" in findings(registry, 60)[0].flags
        assert "carried" not in findings(registry, 40)[0].flags
        declare(registry, 60)
        registry.publisher.publish()
    print(" ", verify_instance(folder).explain())


_OWNER = "(SELECT account FROM new.members WHERE party = parties.id)"
"""What the first release kept with a party itself."""


def upgrade(folder: Path) -> None:
    """A database of the first release's schema becomes one of this release; a copy of what it was stays."""
    old, database = folder.with_name("old.db"), folder / "registry.db"
    with closing(sqlite3.connect(old)) as first:
        first.executescript(FIRST_SCHEMA.read_text(encoding="utf-8"))
        triggers = first.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        tables = [name for (name,) in first.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        first.execute("ATTACH ? AS new", (str(database),))
        for name, _ in triggers:  # what they count and forbid has been counted and allowed
            first.execute(f"DROP TRIGGER {name}")
        for table in tables:
            names = [row[1] for row in first.execute(f"PRAGMA main.table_info({table})")]
            columns = ", ".join(_OWNER if (table, name) == ("parties", "account") else name for name in names)
            first.execute(f"INSERT INTO main.{table} SELECT {columns} FROM new.{table}")  # noqa: S608 - its own names
        for _, sql in triggers:
            first.execute(sql)
        first.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        first.execute("PRAGMA user_version = 1")
        first.commit()
    old.rename(database)
    with opened(folder) as registry:
        declare(registry, 70)
        registry.publisher.publish()
        assert [findings(registry, number) for number in (1, 10, 20, 70)]
    (copy,) = folder.glob("registry.db.schema-*")
    print(f"  {copy.name} is what it was;", verify_instance(folder).explain())


def erase_a_person(folder: Path) -> None:
    """An account and all it declared are gone, and the log still verifies."""
    with opened(folder) as registry:
        number = declare(registry, 50)
        registry.publisher.publish()
        registry.erasure.erase_account(EMAIL)
        refused(GoneError, lambda: registry.declarations.get(number))
        registry.publisher.publish()
    assert EMAIL.encode() not in b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    print(" ", verify_instance(folder).explain())


def begin(folder: Path) -> None:
    """Make an instance with one account and one party."""
    with opened(folder, create=True) as registry:
        registry.writer.run(lambda db: insert_account(db, PERSON.account, EMAIL, 0))
        request = PartyRequest("Drill", Capacity.AUTHOR, public=False, statement=AUTHORITY_STATEMENT)
        registry.parties.create(PERSON, request)
        declare(registry, 1)


STEPS = (begin, clock_jump, full_disk, restore, upgrade, replace_keys, replace_log, erase_a_person)


def main() -> None:
    """Go through every step, in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory() as place:
        for step in STEPS:
            print(f"{step.__name__}: {step.__doc__}")
            step(Path(place) / "instance")


if __name__ == "__main__":
    main()
