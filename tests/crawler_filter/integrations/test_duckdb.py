"""The functions of a DuckDB connection, when they are registered more than once."""

from collections.abc import Iterator
from typing import Any

import pytest

from crawler_filter import Filter, FilterError
from crawler_filter.checks.sources import FixedSource
from tests.crawler_filter.integrations.tools import ENFORCING
from tests.simulators.published import NOW, PublishedRegistry, scope

duckdb: Any = pytest.importorskip("duckdb", reason="the duckdb extra is not installed")
KEPT = "SELECT optout_keep(url) FROM (VALUES ('https://one.example/'), ('https://two.example/')) given(url)"


def reserving(domain: str) -> Filter:
    registry = PublishedRegistry()
    registry.declare(scope("domain", domain))
    return Filter(FixedSource(registry.snapshot()), ENFORCING, clock=lambda: NOW)


@pytest.fixture
def connection() -> Iterator[Any]:
    with duckdb.connect() as made:
        yield made


def test_registering_again_puts_the_newer_filter_in_force(connection: Any) -> None:
    from crawler_filter.integrations.duckdb import register

    first = register(connection, reserving("one.example"))
    assert connection.sql(KEPT).fetchall() == [(False,), (True,)]
    second = register(connection, reserving("two.example"))
    assert connection.sql(KEPT).fetchall() == [(True,), (False,)]
    assert (first.excluded, second.excluded) == (1, 1)


def test_the_functions_of_another_connection_stay_and_the_error_says_what_to_do(connection: Any) -> None:
    from crawler_filter.integrations.duckdb import register

    register(connection, reserving("one.example"))
    with connection.cursor() as other:
        with pytest.raises(FilterError, match="another prefix="):
            register(other, reserving("two.example"))
        assert other.sql(KEPT).fetchall() == [(False,), (True,)]
        register(other, reserving("two.example"), prefix="mine")
        assert other.sql(KEPT.replace("optout", "mine")).fetchall() == [(True,), (False,)]
