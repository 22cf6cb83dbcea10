"""Whole columns of assets at once: exactly what a check of each row says, without a check of each row.

Most rows name hosts and digests that nobody declared anything about. Those are found in bulk, with pyarrow and
numpy; all of them get the answer of silence. The host decides: what follows it is read only where a path can
matter. Every other row, and every row whose host or digest cannot be read off, is checked by itself, so the two
ways cannot come to differ: the bulk way may only say "silent" or "look closer".

A row of which nothing but the hosts of its addresses matters, because these have no rules on paths and its digests
are nobody's, is answered as the first row of the same hosts is.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple, Self

import numpy as np

from crawler_filter.checks import columns
from crawler_filter.checks.address_columns import AddressColumns, Addresses
from crawler_filter.checks.asset import SILENT_ADDRESS, Asset
from crawler_filter.checks.digest_columns import digest_verdicts
from crawler_filter.checks.judge import Judge
from crawler_filter.checks.verdicts import BY_HOST, BY_ROW, SILENT, Bools, Rows, Verdicts
from crawler_filter.decision import Decision
from crawler_filter.fingerprints.digests import DIGEST_SIZES
from crawler_filter.snapshot.reader import Snapshot

ROWS_AT_ONCE: Final = 1 << 17
_ADDRESSES: Final = frozenset({"url", "found_on"})


class Group(NamedTuple):
    """Rows that were looked at more closely, by their numbers, and which of `decisions` each of them has."""

    rows: Rows
    decisions: Sequence[Decision]
    of_row: Rows

    @classmethod
    def of_one(cls, decision: Decision, rows: Rows) -> Self:
        """Return rows that all have one decision."""
        return cls(rows, [decision], np.zeros(len(rows), dtype=np.int64))

    def after(self, rows: int) -> Self:
        """Return the same group in columns that have so many rows before."""
        return self._replace(rows=self.rows + rows)


def keep_rows(judge: Judge, given: Mapping[str, Any], length: int) -> Bools:
    """Return for each row whether to keep it.

    `given` are columns of `length` rows by the names of `Asset`'s fields. Raises ValueError on other lengths.
    """
    keep = np.full(length, judge.silent.keep, dtype=np.bool_)
    for group in groups(judge, given, length):
        answers = np.array([decision.keep for decision in group.decisions], dtype=np.bool_)
        keep[group.rows] = answers[group.of_row]
    return keep


def groups(judge: Judge, given: Mapping[str, Any], length: int) -> Iterator[Group]:
    """Yield the decisions of all rows, and count them, but leave out those that nobody said anything about.

    Raises ValueError where a column has another length.
    """
    for name, column in given.items():
        if len(column) != length:
            raise ValueError(f"expected {length} rows in each column, got {len(column)} of {name}")
    snapshot = judge.snapshot
    if snapshot is None:
        judge.count(judge.silent, length)
        return
    addresses = AddressColumns(snapshot)
    for start in range(0, length, ROWS_AT_ONCE):
        stop = min(start + ROWS_AT_ONCE, length)
        part = {name: columns.part(given[name], start, stop) for name in given}
        for group in _groups_of_part(judge, snapshot, addresses, part, stop - start):
            yield group.after(start)


def _groups_of_part(
    judge: Judge, snapshot: Snapshot, addresses: AddressColumns, given: Mapping[str, Any], length: int
) -> Iterator[Group]:
    of_urls, of_others = np.zeros(length, dtype=np.uint8), np.zeros(length, dtype=np.uint8)
    hosts = np.zeros(length, dtype=np.int64)
    if "url" not in given:  # of what has no address, something else must be known
        of_others[np.logical_and.reduce([columns.missing(column) for column in given.values()])] = BY_ROW
    found: dict[str, Addresses] = {}
    for name, column in given.items():
        if name == "url":
            found[name] = addresses.of_urls(column)
            of_urls = found[name].verdicts
            hosts = _with_hosts(hosts, found[name])
        elif name == "found_on":
            found[name] = addresses.of_pages(column)
            hosts = _with_hosts(hosts, found[name])
            np.maximum(of_others, found[name].verdicts, out=of_others)
        else:
            np.maximum(of_others, _other_verdicts(snapshot, name, column), out=of_others)
    verdicts = np.maximum(of_urls, of_others)
    judge.count(judge.silent, int((verdicts == SILENT).sum()))
    by_host, by_row = (np.flatnonzero(verdicts == verdict) for verdict in (BY_HOST, BY_ROW))
    if len(by_host):
        _, first, of_host = np.unique(hosts[by_host], return_index=True, return_inverse=True)
        yield _counted(judge, Group(by_host, _decided(judge, given, by_host[first], of_others, found), of_host))
    if len(by_row):
        decisions = _decided(judge, given, by_row, of_others, found)
        yield _counted(judge, Group(by_row, decisions, np.arange(len(by_row))))


def _with_hosts(before: Rows, found: Addresses) -> Rows:
    """Return one number for the hosts of a row's addresses, those alone by which it is judged."""
    return (before << 32) + np.where(found.verdicts == BY_HOST, found.hosts + 1, 0)


def _counted(judge: Judge, group: Group) -> Group:
    times = np.bincount(group.of_row, minlength=len(group.decisions))
    for decision, rows in zip(group.decisions, times.tolist(), strict=True):
        judge.count(decision, rows)
    return group


def _decided(
    judge: Judge, given: Mapping[str, Any], rows: Rows, of_others: Verdicts, found: Mapping[str, Addresses]
) -> list[Decision]:
    """Return the decision of each of `rows`, by one address alone where nothing else of it was declared.

    Addresses that nobody declared anything about are not looked up again, and pages that show several assets once.
    """
    urls = columns.pick(given["url"], rows) if "url" in given else [None] * len(rows)
    silent = (of_others[rows] == SILENT).tolist()
    alone = [is_silent and url is not None for is_silent, url in zip(silent, urls, strict=True)]
    named = rows[~np.array(alone, dtype=np.bool_)]
    lists = [columns.pick(column, named) for column in given.values()]
    lists = [
        found[name].quiet(values, named) if name in found else values
        for name, values in zip(given, lists, strict=True)
    ]
    by_url = cache(judge.by_url)
    others = (_decision(judge, by_url, dict(zip(given, row, strict=True))) for row in zip(*lists, strict=True))
    return [judge.by_url(url) if by_url else next(others) for url, by_url in zip(urls, alone, strict=True)]


def _decision(judge: Judge, by_url: Callable[[str], Decision], row: Mapping[str, object]) -> Decision:
    """Return the decision of one row, the short way where its addresses alone are left to look up.

    An address about which nothing is found adds nothing to a decision, so what one alone has found is the row's.
    """
    if row.keys() <= _ADDRESSES and row.get("url", SILENT_ADDRESS) is not None:
        pages = row.get("found_on")
        every = [row.get("url", SILENT_ADDRESS), *(pages if isinstance(pages, list) else [pages])]
        left = [each for each in every if each is not SILENT_ADDRESS]
        if left and all(isinstance(each, str) for each in left):
            told = [each for each in map(by_url, left) if each is not judge.silent]
            if len(told) < 2:
                return told[0] if told else judge.silent
    return judge.by_names(Asset(**row))  # type: ignore[arg-type]  # whatever the caller had


def _other_verdicts(snapshot: Snapshot, name: str, column: Any) -> Verdicts:  # noqa: ANN401 - any library's column
    if name in DIGEST_SIZES:
        return digest_verdicts(snapshot, name, column)
    return np.where(columns.missing(column), SILENT, BY_ROW).astype(np.uint8)
