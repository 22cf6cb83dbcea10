"""The filter as SQL functions of a DuckDB connection.

    register(connection, optout)
    connection.sql("SELECT * FROM 'index/*.parquet' WHERE optout_keep(url)")

`optout_keep(url)` and `optout_reason(url)` know the address alone; `optout_keep_sha256(url, digest)` and the like
for `sha1` and `md5` know a digest too, as hex or base32.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from crawler_filter.errors import FilterError
from crawler_filter.filter import Filter
from crawler_filter.integrations.installed import installed
from crawler_filter.integrations.summary import Summary

with installed("duckdb"):
    import duckdb

    from crawler_filter.integrations.rows import judge, reasons

__all__ = ["register"]

_DIGESTS: Final = ("sha256", "sha1", "md5")


def register(connection: duckdb.DuckDBPyConnection, optout: Filter, *, prefix: str = "optout") -> Summary:
    """Make the functions known to a connection; return the summary that `…_keep` counts in.

    A query that cannot be checked fails with NotCheckedError's message. What was registered on the connection
    under these names before gives way. Raises FilterError where another connection of the database has them.
    """
    summary = Summary.of(optout.policy)

    def keep(given: dict[str, Any]) -> Any:
        return judge(optout, given, summary).keep

    def reason(given: dict[str, Any]) -> Any:
        return reasons(optout, given)

    for name, answer, kind in (("keep", keep, "BOOLEAN"), ("reason", reason, "VARCHAR")):
        _create(connection, f"{prefix}_{name}", _of_url(answer), ["VARCHAR"], kind)
        for digest in _DIGESTS:
            both = _of_url_and(digest, answer)
            _create(connection, f"{prefix}_{name}_{digest}", both, ["VARCHAR", "VARCHAR"], kind)
    return summary


def _create(connection: Any, name: str, function: Callable[..., Any], takes: list[str], gives: str) -> None:
    with suppress(duckdb.InvalidInputException):  # there is none yet
        connection.remove_function(name)
    # a missing address is an answer of its own, and the same row may be judged by another snapshot tomorrow
    try:
        connection.create_function(name, function, takes, gives, type="arrow", null_handling="special")
    except duckdb.CatalogException as error:
        raise FilterError(
            f"another connection of this database has {name} already: use it, or register with another prefix="
        ) from error


def _of_url(answer: Callable[[dict[str, Any]], Any]) -> Callable[[Any], Any]:
    return lambda urls: answer({"urls": urls})


def _of_url_and(digest: str, answer: Callable[[dict[str, Any]], Any]) -> Callable[[Any, Any], Any]:
    return lambda urls, digests: answer({"urls": urls, digest: digests})
