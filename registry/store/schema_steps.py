"""The steps from each version of the schema to the next. `registry.store.migrations` carries them out.

Newer ones are in `newer_steps.py`.

To change the schema: change `schema.sql`, add a function at the end of `STEPS` that does the same to a file that
has rows, and keep the new schema as `tests/vectors/schema/<version>.sql`. A released step is never changed.
SQLite cannot alter a CHECK list or a constraint of a table: `rebuild` makes the table again.
"""

from typing import Final, Protocol

from sqlite_utils import Database

from registry.model.look_alikes import skeleton
from registry.store.newer_steps import (
    find_rows_of_declarations,
    find_titles_and_names,
    find_what_accounts_did,
    let_several_own,
    say_why,
)
from registry.store.step_tables import (
    ACCESS_14,
    EVENTS_13,
    FORMER_NAMES_11,
    INVITATIONS_11,
    LETTERS_11,
    MEMBERS_11,
    PARTIES_11,
)
from registry.store.table_rebuild import rebuild


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
_ENQUIRIES_10: Final = (
    """CREATE TABLE enquiries (
    id TEXT PRIMARY KEY CHECK (length(id) = 26),
    kind TEXT NOT NULL CHECK (kind IN ('permission', 'disclosure')),
    operator TEXT NOT NULL REFERENCES operators (id),
    party TEXT NOT NULL REFERENCES parties (id),
    subject TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'talking', 'granted', 'refused', 'answered', 'withdrawn')),
    opened INTEGER NOT NULL,
    due INTEGER NOT NULL,
    closed INTEGER,
    permission TEXT
) STRICT""",
    "CREATE INDEX enquiries_of_party ON enquiries (party, opened)",
    "CREATE INDEX enquiries_of_operator ON enquiries (operator, opened)",
    """CREATE TABLE enquiry_messages (
    enquiry TEXT NOT NULL REFERENCES enquiries (id),
    number INTEGER NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('operator', 'party')),
    standing INTEGER NOT NULL CHECK (standing IN (0, 1)),
    time INTEGER NOT NULL,
    text TEXT NOT NULL,
    attachments TEXT NOT NULL,
    PRIMARY KEY (enquiry, number)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE standing_answers (
    party TEXT PRIMARY KEY REFERENCES parties (id),
    answer TEXT NOT NULL CHECK (answer IN ('never', 'ask-agent', 'terms')),
    text TEXT NOT NULL,
    since INTEGER NOT NULL
) STRICT""",
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


def let_both_sides_ask(database: Database) -> None:
    """Keep enquiries between operators and parties, and the standing answers of parties."""
    for statement in _ENQUIRIES_10:
        database.execute(statement)


def let_parties_have_members(database: Database) -> None:
    """Let several accounts act for a party, each in a role; who entered it owns it. Letters have accounts."""
    database.execute(MEMBERS_11)
    database.execute(
        "INSERT INTO members (party, account, role, since) SELECT id, account, 'owner', created FROM parties"
    )
    rebuild(
        database,
        LETTERS_11,
        {"account": "iif(address IS NULL, (SELECT account FROM parties WHERE parties.id = party), NULL)"},
    )
    database.execute("DROP INDEX parties_of_account")
    rebuild(database, PARTIES_11)
    database.execute("CREATE INDEX members_of_account ON members (account)")
    for statement in (INVITATIONS_11, FORMER_NAMES_11):
        database.execute(statement)
    database.execute("CREATE INDEX invitations_of_party ON invitations (party)")
    database.execute("CREATE INDEX invitations_that_expire ON invitations (expires)")


def take_codes_of_models(database: Database) -> None:
    """Let scopes be codes that a model made of a picture, and find which models there are."""
    (sql,) = database.execute("SELECT sql FROM sqlite_schema WHERE name = 'scopes'").fetchone()
    rebuild(database, sql.replace("'text', 'video'", "'text', 'video', 'embed'"))
    database.execute("CREATE INDEX codes_of_models ON scopes (value) WHERE kind = 'embed'")


def tell_events(database: Database) -> None:
    """Keep the streams of events of parties, and where they are sent."""
    for statement in EVENTS_13:
        database.execute(statement)


def let_accounts_have_more_keys(database: Database) -> None:
    """Keep second addresses, changes of first ones that were announced, and passkeys."""
    for statement in ACCESS_14:
        database.execute(statement)


def let_lists_withdraw(database: Database) -> None:
    """Let rows of a list be what an earlier list had and this one has not, to be withdrawn."""
    (sql,) = database.execute("SELECT sql FROM sqlite_schema WHERE name = 'import_rows'").fetchone()
    rebuild(database, sql.replace("'waiting', 'refused'", "'waiting', 'refused', 'leaving', 'withdrawn'"))


STEPS: Final[tuple[Step, ...]] = (
    index_places,
    carry_over_and_redate,
    log_consents,
    hear_both_sides,
    staff_the_desk,
    grant_to_operators,
    close_accounts,
    keep_imports,
    let_both_sides_ask,
    let_parties_have_members,
    take_codes_of_models,
    tell_events,
    let_accounts_have_more_keys,
    let_lists_withdraw,
    let_several_own,
    find_titles_and_names,
    find_what_accounts_did,
    find_rows_of_declarations,
    say_why,
)
"""The first of them leads from version 1 to version 2."""

VERSION: Final = 1 + len(STEPS)
"""Version of `schema.sql`, the `user_version` of a file that has it."""
