"""Steps from version 15 of the schema on; `schema_steps.py` has those before, and their order."""

import json

from sqlite_utils import Database

from registry.store.step_tables import CO_OWNERS_16, SOUGHT_17
from registry.store.table_rebuild import rebuild
from registry.store.title_index import IndexedKind, index_texts, texts_of_work


def let_several_own(database: Database) -> None:
    """Keep who stands behind a declaration besides its own party, and the language that an account chose."""
    for statement in CO_OWNERS_16:
        database.execute(statement)
    (sql,) = database.execute("SELECT sql FROM sqlite_schema WHERE name = 'accounts'").fetchone()
    rebuild(database, sql.replace("closes INTEGER", "closes INTEGER,\n    language TEXT"))


def find_titles_and_names(database: Database) -> None:
    """Index the titles of published works and the names of public parties."""
    for statement in SOUGHT_17:
        database.execute(statement)
    works = database.execute("SELECT id, content FROM works WHERE content IS NOT NULL ORDER BY rowid")
    for number, content in works.fetchall():
        index_texts(database, IndexedKind.WORK, number, texts_of_work(json.loads(content)))
    parties = database.execute("SELECT id, name FROM parties WHERE public = 1 ORDER BY created, id")
    for party, name in parties.fetchall():
        index_texts(database, IndexedKind.PARTY, party, [name])


def find_what_accounts_did(database: Database) -> None:
    """Index who did what, and who disputes, and let lists of one party go on behind an id."""
    for statement in (
        "DROP INDEX declarations_of_party",
        "CREATE INDEX declarations_of_party ON declarations (party, state, id)",
        "DROP INDEX works_of_party",
        "CREATE INDEX works_of_party ON works (party, spellings, id)",
        "CREATE INDEX audit_of_actor ON audit (actor)",
        "CREATE INDEX disputes_of_party ON disputes (party) WHERE party IS NOT NULL",
        "CREATE INDEX disputes_of_address ON disputes (email) WHERE email IS NOT NULL",
    ):
        database.execute(statement)


def find_rows_of_declarations(database: Database) -> None:
    """Find the rows of lists by the declaration that says them."""
    database.execute(
        "CREATE INDEX import_rows_by_declaration ON import_rows (declaration) WHERE declaration IS NOT NULL"
    )


def say_why(database: Database) -> None:
    """Keep why a dispute was decided so."""
    (sql,) = database.execute("SELECT sql FROM sqlite_schema WHERE name = 'disputes'").fetchone()
    last = "answer_evidence TEXT NOT NULL DEFAULT ''"
    rebuild(database, sql.replace(last, f"{last},\n    grounds TEXT"))
