"""How the database of an older release becomes one of this release, step by step, in place.

A new file is made from `schema.sql`, whose version is one more than there are `STEPS`. An older file gets the
steps that it lacks, each in a transaction of its own together with its version: a process that dies leaves a file
of one version or the next. `registry.store.upgrade` makes a copy first.

To change the schema: change `schema.sql`, add a function at the end of `STEPS` that does the same to a file that
has rows, and keep the new schema as `tests/vectors/schema/<version>.sql`. A released step is never changed.
SQLite cannot alter a CHECK list or a constraint of a table: `rebuild` makes the table again.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from sqlite_utils import Database, Migrations

from registry.errors import InstanceError
from registry.model.look_alikes import skeleton


class Step(Protocol):
    """Changes the schema by `Database.execute` alone: `executescript` would end the transaction."""

    __name__: str

    def __call__(self, database: Database, /) -> None:
        """Change the schema of `database` and the rows that it concerns."""


_PARTIES_5: Final = """CREATE TABLE parties (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    public INTEGER NOT NULL CHECK (public IN (0, 1)),
    capacity TEXT NOT NULL CHECK (capacity IN ('author', 'rights-holder', 'exclusive-licensee', 'agent')),
    on_behalf_of TEXT CHECK ((on_behalf_of IS NULL) = (capacity <> 'agent')),
    territory TEXT,
    statement TEXT NOT NULL,
    created INTEGER NOT NULL,
    principal_public INTEGER NOT NULL DEFAULT 0 CHECK (principal_public IN (0, 1)),
    skeleton TEXT NOT NULL DEFAULT ''
) STRICT"""
_DECLARATIONS_5: Final = """CREATE TABLE declarations (
    id TEXT PRIMARY KEY CHECK (length(id) = 26),
    party TEXT NOT NULL REFERENCES parties (id),
    state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'lapsed', 'withdrawn', 'expired', 'erased')),
    record BLOB,
    leaf INTEGER REFERENCES leaves (position),
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    expires INTEGER,
    waiting TEXT,
    CHECK ((record IS NULL) = (leaf IS NOT NULL OR state = 'erased')),
    CHECK ((expires IS NULL) OR state = 'pending'),
    CHECK (leaf IS NOT NULL OR state NOT IN ('active', 'lapsed'))
) STRICT"""
_LETTERS_5: Final = """CREATE TABLE letters (
    position INTEGER PRIMARY KEY,
    declaration TEXT NOT NULL,
    party TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL,
    created INTEGER NOT NULL,
    address TEXT
) STRICT"""
_DISPUTES_5: Final = """CREATE TABLE disputes (
    id TEXT PRIMARY KEY CHECK (length(id) = 26),
    declaration TEXT NOT NULL REFERENCES declarations (id),
    party TEXT REFERENCES parties (id),
    email TEXT,
    language TEXT NOT NULL,
    token BLOB NOT NULL UNIQUE CHECK (length(token) = 32),
    reason TEXT NOT NULL CHECK (reason IN ('mine', 'not-authorised', 'not-a-work', 'false-name', 'other')),
    statement TEXT NOT NULL,
    answer TEXT,
    priority INTEGER NOT NULL CHECK (priority IN (0, 1)),
    state TEXT NOT NULL CHECK (state IN ('offered', 'received', 'open', 'upheld', 'dismissed', 'withdrawn')),
    opened INTEGER NOT NULL,
    due INTEGER,
    closed INTEGER
) STRICT"""
_IMPORTS_9: Final = """CREATE TABLE imports (
    id TEXT PRIMARY KEY CHECK (length(id) = 26),
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    party TEXT NOT NULL REFERENCES parties (id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('sending', 'reading', 'ready', 'declaring', 'done', 'failed')),
    content TEXT NOT NULL,
    failure TEXT,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    due INTEGER
) STRICT"""
_IMPORT_ROWS_9: Final = """CREATE TABLE import_rows (
    import TEXT NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    line INTEGER NOT NULL,
    field TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN (
        'new', 'known', 'repeated', 'unstated', 'problem', 'declared', 'waiting', 'refused'
    )),
    kind TEXT,
    value TEXT NOT NULL,
    preferences INTEGER NOT NULL,
    title TEXT NOT NULL,
    declaration TEXT,
    why TEXT,
    PRIMARY KEY (import, position)
) STRICT, WITHOUT ROWID"""

_LINKS_8: Final = """CREATE TABLE sign_in_links (
    digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
    nonce BLOB NOT NULL CHECK (length(nonce) = 32),
    email TEXT NOT NULL,
    expires INTEGER NOT NULL,
    used INTEGER,
    code BLOB NOT NULL CHECK (length(code) = 32),
    purpose TEXT NOT NULL CHECK (purpose IN ('sign-in', 'delete-account', 'add-address')),
    tries INTEGER NOT NULL DEFAULT 0
) STRICT"""


_ROLES_6: Final = """CREATE TABLE roles (
    account TEXT PRIMARY KEY REFERENCES accounts (id),
    role TEXT NOT NULL CHECK (role IN ('moderator', 'operator')),
    granted INTEGER NOT NULL
) STRICT"""
_SUSPENSIONS_6: Final = """CREATE TABLE suspensions (
    account TEXT PRIMARY KEY REFERENCES accounts (id),
    since INTEGER NOT NULL,
    reason TEXT NOT NULL
) STRICT"""
_ERASURES_6: Final = """CREATE TABLE erasures (
    declaration TEXT PRIMARY KEY REFERENCES declarations (id),
    asked_by TEXT NOT NULL REFERENCES accounts (id),
    reason TEXT NOT NULL,
    asked INTEGER NOT NULL
) STRICT"""

_GRANTS_7: Final = (
    """CREATE TABLE operators (
    id TEXT PRIMARY KEY CHECK (length(id) = 26),
    party TEXT NOT NULL REFERENCES parties (id),
    client_id TEXT NOT NULL,
    card TEXT,
    created INTEGER NOT NULL,
    read INTEGER,
    failures INTEGER NOT NULL DEFAULT 0,
    problem TEXT NOT NULL DEFAULT '',
    next_check INTEGER,
    UNIQUE (party, client_id)
) STRICT""",
    "CREATE INDEX operators_to_check ON operators (next_check) WHERE next_check IS NOT NULL",
    """CREATE TABLE operator_keys (
    operator TEXT NOT NULL REFERENCES operators (id),
    thumbprint TEXT NOT NULL CHECK (length(thumbprint) = 43),
    key BLOB NOT NULL CHECK (length(key) = 32),
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    until INTEGER,
    PRIMARY KEY (operator, thumbprint)
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX operator_keys_by_thumbprint ON operator_keys (thumbprint)",
    "CREATE INDEX operator_keys_that_end ON operator_keys (until) WHERE until IS NOT NULL",
    """CREATE TABLE grants (
    id TEXT PRIMARY KEY CHECK (length(id) = 26),
    party TEXT NOT NULL REFERENCES parties (id),
    operator TEXT NOT NULL REFERENCES operators (id),
    leaf INTEGER NOT NULL REFERENCES leaves (position),
    created INTEGER NOT NULL,
    until INTEGER,
    ended INTEGER
) STRICT""",
    "CREATE INDEX grants_of_party ON grants (party, leaf)",
    "CREATE INDEX grants_of_operator ON grants (operator, leaf)",
    "CREATE INDEX grants_that_end ON grants (until) WHERE until IS NOT NULL AND ended IS NULL",
    """CREATE TABLE granted_declarations (
    declaration TEXT NOT NULL REFERENCES declarations (id),
    permission TEXT NOT NULL REFERENCES grants (id),
    PRIMARY KEY (declaration, permission)
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX declarations_granted ON granted_declarations (permission)",
    "CREATE INDEX leaves_that_grant ON leaves (position) WHERE type = 'grant'",
)


def index_places(database: Database) -> None:
    """Find proofs by their target, and stated addresses by their site, whoever the party is."""
    database.execute("CREATE INDEX proofs_of_target ON proofs (target) WHERE evidence IS NOT NULL AND lapsed = 0")
    database.execute("CREATE INDEX urls_by_site ON scopes (site) WHERE kind = 'url'")


def carry_over_and_redate(database: Database) -> None:
    """Let a leaf carry over what a lost log stated, and let dates go back where a clock was wrong and is right."""
    database.execute("DROP TRIGGER leaves_keep_time")
    (sql,) = database.execute("SELECT sql FROM sqlite_schema WHERE name = 'leaves'").fetchone()
    rebuild(database, sql.replace("'erase', 'grant'", "'erase', 'grant', 'carry'"))
    database.execute("CREATE INDEX leaves_that_carry ON leaves (position) WHERE type = 'carry'")
    database.execute("DROP TRIGGER manifests_progress")
    database.execute(
        "CREATE TRIGGER manifests_progress BEFORE INSERT ON manifests"
        " WHEN EXISTS (SELECT 1 FROM manifests WHERE sequence >= NEW.sequence)"
        " BEGIN SELECT RAISE(ABORT, 'a manifest has a higher number than those before it'); END"
    )


def log_consents(database: Database) -> None:
    """Let the party of a work consent that another names it, by a leaf."""
    (sql,) = database.execute("SELECT sql FROM sqlite_schema WHERE name = 'leaves'").fetchone()
    rebuild(database, sql.replace("'carry'", "'carry', 'consent', 'revoke'"))
    database.execute(
        "CREATE TABLE consents ("
        " work TEXT NOT NULL REFERENCES works (id), party TEXT NOT NULL REFERENCES parties (id),"
        " leaf INTEGER NOT NULL REFERENCES leaves (position), PRIMARY KEY (work, party) ) STRICT, WITHOUT ROWID"
    )
    database.execute("CREATE INDEX consents_of_party ON consents (party, leaf)")


def hear_both_sides(database: Database) -> None:
    """Keep whose consent covers a principal, which names look alike, what waits for proof, and disputes."""
    rebuild(database, _PARTIES_5)
    for party, name in database.execute("SELECT id, name FROM parties").fetchall():
        database.execute("UPDATE parties SET skeleton = ? WHERE id = ?", (skeleton(name), party))
    database.execute("CREATE INDEX parties_that_look_alike ON parties (skeleton) WHERE public = 1")
    rebuild(database, _DECLARATIONS_5)
    rebuild(database, _LETTERS_5)
    database.execute(_DISPUTES_5)
    database.execute("CREATE INDEX places_by_site ON scopes (site) WHERE kind IN ('domain', 'host', 'prefix')")
    database.execute("CREATE INDEX disputes_of_declaration ON disputes (declaration)")
    database.execute("CREATE INDEX disputes_that_are_due ON disputes (due) WHERE due IS NOT NULL")


def staff_the_desk(database: Database) -> None:
    """Keep who works at the desk, who is suspended, what waits to be erased, and what either side shows."""
    for table in (_ROLES_6, _SUSPENSIONS_6, _ERASURES_6):
        database.execute(table)
    rebuild(
        database,
        _DISPUTES_5.replace(
            "    closed INTEGER\n",
            "    closed INTEGER,\n"
            "    evidence TEXT NOT NULL DEFAULT '',\n"
            "    answer_evidence TEXT NOT NULL DEFAULT ''\n",
        ),
    )


def grant_to_operators(database: Database) -> None:
    """Keep operators with their keys, and what parties grant them."""
    for statement in _GRANTS_7:
        database.execute(statement)


def close_accounts(database: Database) -> None:
    """Keep when an account closes, and take a code for a link. Letters that are under way are asked for again."""
    (sql,) = database.execute("SELECT sql FROM sqlite_schema WHERE name = 'accounts'").fetchone()
    rebuild(database, sql.replace("created INTEGER NOT NULL", "created INTEGER NOT NULL,\n    closes INTEGER"))
    database.execute("CREATE INDEX accounts_that_close ON accounts (closes) WHERE closes IS NOT NULL")
    database.execute("DELETE FROM sign_in_links")
    rebuild(database, _LINKS_8, {"code": "digest", "purpose": "'sign-in'"})
    database.execute("CREATE INDEX sign_in_links_of_browser ON sign_in_links (nonce, purpose)")


def keep_imports(database: Database) -> None:
    """Keep lists of works that were uploaded, and what became of each row."""
    database.execute(_IMPORTS_9)
    database.execute(_IMPORT_ROWS_9)
    database.execute("CREATE INDEX imports_of_account ON imports (account, created)")
    database.execute("CREATE INDEX imports_of_party ON imports (party)")
    database.execute("CREATE INDEX imports_by_use ON imports (updated)")
    database.execute("CREATE INDEX imports_that_are_due ON imports (due) WHERE due IS NOT NULL")
    database.execute("CREATE INDEX import_rows_by_outcome ON import_rows (import, outcome, position)")


STEPS: Final[tuple[Step, ...]] = (
    index_places,
    carry_over_and_redate,
    log_consents,
    hear_both_sides,
    staff_the_desk,
    grant_to_operators,
    close_accounts,
    keep_imports,
)
"""The first of them leads from version 1 to version 2."""

VERSION: Final = 1 + len(STEPS)
"""Version of `schema.sql`, the `user_version` of a file that has it."""

_SET: Final = "registry"


def apply_steps(database: Database, steps: Sequence[Step] = STEPS) -> None:
    """Do to the database the steps that it lacks; raise InstanceError if one leaves a reference to no row.

    The connection must not enforce foreign keys: a table that others refer to is dropped and made again.
    """
    _numbered([_completed(step, version) for version, step in enumerate(steps, start=2)], steps).apply(database)


def note_as_applied(database: Database, steps: Sequence[Step] = STEPS) -> None:
    """Note in a database that was just made from `schema.sql` that it lacks no step."""
    _numbered([_nothing] * len(steps), steps).apply(database)


def rebuild(database: Database, definition: str, values: Mapping[str, str] | None = None) -> None:
    """Replace a table that has rows by the one that `definition`, a CREATE TABLE statement, describes.

    Columns keep their values, unless `values` gives an SQL expression over the old row. Columns without either get
    their default. The table's indexes and triggers are made again as they were: drop those that change before, and
    make the new ones after.
    """
    opening = re.match(r'CREATE TABLE "?(\w+)"?', definition)
    if opening is None:
        raise ValueError("expected a CREATE TABLE statement")
    name = opening[1]
    draft = f"{name}_rebuilt"
    attached = [sql for (sql,) in database.execute(
        "SELECT sql FROM sqlite_schema WHERE tbl_name = ? AND type IN ('index', 'trigger') AND sql IS NOT NULL",
        (name,),
    )]  # fmt: skip
    database.execute(f"CREATE TABLE {draft}{definition[opening.end() :]}")
    old, new = _columns(database, name), _columns(database, draft)
    expressions = {column: f'"{column}"' for column in new if column in old} | dict(values or {})
    into, read = ", ".join(f'"{column}"' for column in expressions), ", ".join(expressions.values())
    database.execute(f"INSERT INTO {draft} ({into}) SELECT {read} FROM {name}")  # noqa: S608 - a step's own names
    database.execute(f"DROP TABLE {name}")
    # else SQLite would look for the dropped table in the triggers of others, and refuse
    database.execute("PRAGMA legacy_alter_table = ON")
    database.execute(f"ALTER TABLE {draft} RENAME TO {name}")
    database.execute("PRAGMA legacy_alter_table = OFF")
    for sql in attached:
        database.execute(sql)


def _columns(database: Database, table: str) -> list[str]:
    return [name for (name,) in database.execute("SELECT name FROM pragma_table_info(?)", (table,))]


def _numbered(functions: Sequence[Step], steps: Sequence[Step]) -> Migrations:
    migrations = Migrations(_SET)
    for version, (function, step) in enumerate(zip(functions, steps, strict=True), start=2):
        migrations(name=f"{version}: {step.__name__}")(function)
    return migrations


def _completed(step: Step, version: int) -> Step:
    """Return `step` with what else its transaction does: look for dangling references, and set the version."""

    def complete(database: Database) -> None:
        step(database)
        dangling = database.execute("PRAGMA foreign_key_check").fetchall()
        if dangling:
            tables = ", ".join(sorted({str(row[0]) for row in dangling}))
            raise InstanceError(f"the step to schema version {version} leaves {tables} without rows they refer to")
        database.execute(f"PRAGMA user_version = {version}")

    return complete


def _nothing(_: Database) -> None:
    """Stand for a step whose result is there already."""
