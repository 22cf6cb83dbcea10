"""The grants of a policy's operator in a folder, for whoever compares two states of a registry."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from crawler_filter.grants.operator import Operator
from crawler_filter.grants.rows import GrantRow, rows_of_client
from crawler_filter.log import Trust
from crawler_filter.policy import Policy
from crawler_filter.sync.directory import SnapshotDirectory
from crawler_filter.sync.grants import read_grants
from crawler_filter.sync.update import load


def rows_in(path: Path, trust: Trust, policy: Policy) -> Sequence[GrantRow]:
    """Return the grants to the policy's operator in a folder: none without an operator, or where they are absent.

    Raises DataError for rows that cannot be read.
    """
    if not isinstance(policy.operator, Operator):
        return ()
    folder = SnapshotDirectory(path)
    rows = read_grants(folder, load(folder, trust))
    return () if rows is None else list(rows_of_client(rows, policy.operator.client_id))


def parties_that_differ(old: Sequence[GrantRow], new: Sequence[GrantRow]) -> set[int]:
    """Return the parties whose grants are not the same, or begin or end with time."""
    differ = set(old) ^ set(new)
    timed = (row for row in (*old, *new) if row.until is not None or row.start)
    return {row.party for row in (*differ, *timed)}


def ended(old: Sequence[GrantRow], new: Sequence[GrantRow], *, then: int, now: int) -> Iterator[GrantRow]:
    """Yield the grants that counted at `then` and have ended by `now` (unix seconds)."""
    standing = {row.id for row in new if row.until is None or row.until > now}
    for row in old:
        if row.start <= then and (row.until is None or row.until > then) and row.id not in standing:
            yield row
