"""Counts over the whole registry. Each reads tables from end to end: for a loop, never for a request."""

from collections.abc import Mapping

from sqlite_utils import Database

_IN_FORCE = "state IN ('active', 'lapsed')"


def declarations_by_state(database: Database) -> Mapping[str, int]:
    """Return how many declarations are in each state."""
    return _pairs(database, "SELECT state, sum(declarations) FROM state_counts GROUP BY state")


def scopes_by_kind(database: Database) -> Mapping[str, int]:
    """Return how many scopes of each kind declarations in force have."""
    return _pairs(
        database,
        f"SELECT kind, count(*) FROM scopes JOIN declarations ON id = declaration WHERE {_IN_FORCE} GROUP BY kind",  # noqa: S608
    )


def scopes_by_assurance(database: Database) -> Mapping[str, int]:
    """Return how many scopes in force are proved (`verified`) and how many only stated (`attested`)."""
    return _pairs(
        database,
        "SELECT json_extract(scope.value, '$.assurance'), count(*) FROM declarations JOIN leaf_bodies"  # noqa: S608
        f" ON leaf_bodies.leaf = declarations.leaf, json_each(CAST(body AS TEXT), '$.scopes') AS scope"
        f" WHERE {_IN_FORCE} GROUP BY 1",
    )


def declared_by_month(database: Database) -> Mapping[str, int]:
    """Return how many declarations came into force in each month (UTC, `2027-01`), oldest first."""
    return _pairs(
        database,
        "SELECT strftime('%Y-%m', time, 'unixepoch'), count(*) FROM leaves WHERE type = 'declare'"
        " GROUP BY 1 ORDER BY 1",
    )


def disputes_by_state(database: Database) -> Mapping[str, int]:
    """Return how many disputes that somebody made are in each state."""
    return _pairs(database, "SELECT state, count(*) FROM disputes WHERE state <> 'offered' GROUP BY state")


def count_parties(database: Database) -> tuple[int, int]:
    """Return how many parties have something in force, and how many of them have proved control of a place."""
    declaring = f"SELECT DISTINCT party FROM state_counts WHERE {_IN_FORCE} AND declarations > 0"  # noqa: S608
    proved = "SELECT party FROM proofs WHERE evidence IS NOT NULL AND lapsed = 0"
    both = f"SELECT count(*) FROM ({declaring}) WHERE party IN ({proved})"  # noqa: S608
    (all_of_them,) = database.execute(f"SELECT count(*) FROM ({declaring})").fetchone()  # noqa: S608
    (with_proof,) = database.execute(both).fetchone()
    return int(all_of_them), int(with_proof)


def count_works(database: Database) -> int:
    """Return how many works there are that were not erased."""
    (count,) = database.execute("SELECT count(*) FROM works WHERE content IS NOT NULL").fetchone()
    return int(count)


def _pairs(database: Database, query: str) -> Mapping[str, int]:
    return {str(name): int(count) for name, count in database.execute(query)}
