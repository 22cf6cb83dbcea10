"""Whole columns of assets at once: exactly what a check of each row says, without a check of each row.

Most rows name hosts and digests that nobody declared anything about. Those are found in bulk, with pyarrow and
numpy; all of them get the answer of silence. The host decides: what follows it is read only where a path can
matter. Every other row, and every row whose host or digest cannot be read off, is checked by itself, so the two
ways cannot come to differ: the bulk way may only say "silent" or "look closer".

A row whose URL is all that is known of it, on a host without rules on paths, is answered as the first row of its
host is.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from crawler_filter.checks import columns
from crawler_filter.checks.asset import Asset
from crawler_filter.checks.digest_columns import first_halves
from crawler_filter.checks.judge import Judge
from crawler_filter.decision import Decision
from crawler_filter.fingerprints.digests import DIGEST_SIZES
from crawler_filter.formats.mirrors import MAY_SHOW_AS_WRITTEN
from crawler_filter.formats.other_addresses import TOPS, has_other_addresses
from crawler_filter.formats.urls import MAX_URL
from crawler_filter.snapshot.reader import Snapshot

ROWS_AT_ONCE: Final = 1 << 17

_SCHEMES: Final = ("https://", "http://")
_ANY_SCHEME: Final = r"\A(?i:https?)://"
_MAY_SHOW: Final = MAY_SHOW_AS_WRITTEN
# A host that can be read off what stands before the first slash: a name that cannot be IPv4, a port that is one,
# and an end of the authority. What follows never keeps the parser from reading it.
_HOST: Final = re.compile(
    rb"((?>(?:[A-Za-z0-9_-]++\.)*)[A-Za-z][A-Za-z0-9_-]*+)(?>(?::[0-9]{0,4}+)?)(?>(?:[?#\\].*+)?)", re.DOTALL
)
_MOST_BYTES: Final = MAX_URL // 9
"""Bytes of which escaping and composing cannot make more than a URL may have: three for each, thrice composed."""

_SILENT, _BY_HOST, _BY_ROW = 0, 1, 2

Bools = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]
Verdicts = npt.NDArray[np.uint8]


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
    for start in range(0, length, ROWS_AT_ONCE):
        stop = min(start + ROWS_AT_ONCE, length)
        part = {name: columns.part(given[name], start, stop) for name in given}
        for group in _groups_of_part(judge, snapshot, part, stop - start):
            yield group.after(start)


def _groups_of_part(judge: Judge, snapshot: Snapshot, given: Mapping[str, Any], length: int) -> Iterator[Group]:
    verdicts = np.zeros(length, dtype=np.uint8)
    hosts = np.zeros(0, dtype=np.int32)
    if "url" not in given:  # of what has no address, something else must be known
        verdicts[np.logical_and.reduce([columns.missing(column) for column in given.values()])] = _BY_ROW
    for name, column in given.items():
        if name in DIGEST_SIZES:
            of_column = _digest_verdicts(snapshot, name, column)
        elif name == "fingerprints":
            of_column = np.where(columns.missing(column), _SILENT, _BY_ROW).astype(np.uint8)
        elif name == "url":
            of_column, hosts = _url_verdicts(snapshot, column, required=True)
        else:
            of_column = _page_verdicts(snapshot, column)
        np.maximum(verdicts, of_column, out=verdicts)
    judge.count(judge.silent, int((verdicts == _SILENT).sum()))
    by_host = np.flatnonzero(verdicts == _BY_HOST) if given.keys() == {"url"} else np.zeros(0, dtype=np.int64)
    if len(by_host):
        yield _by_host(judge, given["url"], by_host, hosts[by_host])
        verdicts[by_host] = _SILENT
    closer = np.flatnonzero(verdicts)
    if len(closer):
        yield _by_row(judge, given, closer)


def _by_row(judge: Judge, given: Mapping[str, Any], rows: Rows) -> Group:
    lists = {name: columns.pick(column, rows) for name, column in given.items()}
    if lists.keys() == {"url"}:
        decisions = [judge.by_url(url) for url in lists["url"]]
    else:
        assets = (dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True))
        decisions = [judge.by_names(Asset(**asset)) for asset in assets]
    for decision in decisions:
        judge.count(decision, 1)
    return Group(rows, decisions, np.arange(len(rows)))


def _by_host(
    judge: Judge,
    urls: Any,  # noqa: ANN401 - any library's column
    rows: Rows,
    hosts: npt.NDArray[np.int32],
) -> Group:
    _, first, of_host, counts = np.unique(hosts, return_index=True, return_inverse=True, return_counts=True)
    decisions = [judge.by_url(url) for url in columns.pick(urls, rows[first])]
    for decision, times in zip(decisions, counts.tolist(), strict=True):
        judge.count(decision, times)
    return Group(rows, decisions, of_host)


def _url_verdicts(
    snapshot: Snapshot,
    column: Any,  # noqa: ANN401 - any library's column
    *,
    required: bool,
) -> tuple[Verdicts, npt.NDArray[np.int32]]:
    """Return for each row a verdict and the number of its host.

    `required` says that a row without a URL could not be checked; otherwise such a row matches nothing.
    """
    text = columns.as_arrow_text(column)
    hosts = np.zeros(len(column), dtype=np.int32)
    if text is None:
        return _unreadable(column, required=required), hosts
    verdicts, hosts = _text_verdicts(snapshot, text)
    if not required:
        verdicts[text.is_null().to_numpy(zero_copy_only=False)] = _SILENT
    return verdicts, hosts


def _page_verdicts(snapshot: Snapshot, column: Any) -> Verdicts:  # noqa: ANN401
    """Return a verdict for each row of URLs or lists of them; of a list the one that wants the closest look."""
    lists = columns.as_arrow_lists(column)
    if lists is None:
        return _url_verdicts(snapshot, column, required=False)[0]
    import pyarrow.compute as pc  # noqa: PLC0415 - an optional dependency

    of_urls, _ = _text_verdicts(snapshot, pc.list_flatten(lists))
    verdicts = np.zeros(len(column), dtype=np.uint8)
    np.maximum.at(verdicts, pc.list_parent_indices(lists).to_numpy(), of_urls)
    return verdicts


def _text_verdicts(snapshot: Snapshot, text: Any) -> tuple[Verdicts, npt.NDArray[np.int32]]:  # noqa: ANN401
    """Return a verdict and the number of a host for each URL of an Arrow array; a missing one wants a look."""
    import pyarrow.compute as pc  # noqa: PLC0415 - an optional dependency

    known = pc.and_(_has_scheme(text), pc.less_equal(pc.binary_length(text), _MOST_BYTES))
    plain = pc.fill_null(known, False).to_numpy(zero_copy_only=False)
    # scheme, nothing, host and what follows it but for a slash
    parts = pc.list_element(pc.split_pattern(text.filter(known), "/", max_splits=3), 2).dictionary_encode()
    names = [_host(part) for part in parts.dictionary.cast("binary").to_pylist()]
    verdicts, hosts = np.full(len(text), _BY_ROW, dtype=np.uint8), np.zeros(len(text), dtype=np.int32)
    hosts[plain] = parts.indices.to_numpy()
    verdicts[plain] = _host_verdicts(snapshot, names)[hosts[plain]]
    may_show = pc.fill_null(pc.match_substring_regex(text, _MAY_SHOW), False)
    verdicts[may_show.to_numpy(zero_copy_only=False)] = _BY_ROW
    return verdicts, hosts


def _host(authority: bytes) -> str:
    """Return the host in what stands before the first slash, in lower case; empty if it cannot be read off."""
    found = _HOST.fullmatch(authority)
    return found[1].lower().decode() if found else ""


def _has_scheme(text: Any) -> Any:  # noqa: ANN401 - Arrow arrays
    """Tell which URLs begin with their scheme; the spelling of nearly all of them is looked for first."""
    import pyarrow.compute as pc  # noqa: PLC0415 - an optional dependency

    usual = pc.or_(*(pc.starts_with(text, scheme) for scheme in _SCHEMES))
    all_usual = pc.all(usual).as_py() in (True, None)
    return usual if all_usual else pc.match_substring_regex(text, _ANY_SCHEME)


def _host_verdicts(snapshot: Snapshot, hosts: list[str]) -> Verdicts:
    """Judge hosts in normal form, none of which is an address: their walks begin at the last two labels.

    One that could not be read off is empty.
    """
    tops = [host[host.rfind(".", 0, host.rfind(".")) + 1 :] for host in hosts]
    names = list(dict.fromkeys(tops))
    keys = b"".join([sha256(name.encode()).digest()[:8] for name in names])
    declared = _declared(snapshot, "host", np.frombuffer(keys, dtype=">u8"))
    known = {names[place] for place in np.flatnonzero(declared).tolist()}
    verdicts = np.zeros(len(hosts), dtype=np.uint8)
    for place, top in enumerate(tops):
        if top in known:
            found, has_paths = snapshot.walk(hosts[place])
            verdicts[place] = _BY_ROW if has_paths else _BY_HOST if found else _SILENT
        if top in TOPS and has_other_addresses(hosts[place]):
            verdicts[place] = _BY_ROW
    return verdicts


def _digest_verdicts(snapshot: Snapshot, kind: str, column: Any) -> Verdicts:  # noqa: ANN401
    array = columns.as_arrow(column)
    if array is None:
        return _unreadable(column, required=False)
    chosen, halves = first_halves(kind, array)
    verdicts = np.full(len(column), _BY_ROW, dtype=np.uint8)
    verdicts[array.is_null().to_numpy(zero_copy_only=False)] = _SILENT
    verdicts[chosen] = np.where(_declared(snapshot, kind, halves), _BY_ROW, _SILENT)
    return verdicts


def _declared(snapshot: Snapshot, table: str, halves: npt.NDArray[Any]) -> Bools:
    """Return which keys a table may hold, by their first halves. Sorting lets neighbours read the same pages."""
    result = np.zeros(len(halves), dtype=np.bool_)
    order = np.argsort(halves)
    sought = halves[order].astype(np.uint64)
    for column in snapshot.all_first_halves(table):
        known = np.frombuffer(column, dtype=np.uint64)
        if len(known):
            at = np.minimum(np.searchsorted(known, sought), len(known) - 1)
            result[order] |= known[at] == sought
    return result


def _unreadable(column: Any, *, required: bool) -> Verdicts:  # noqa: ANN401
    """Mark every value to be checked by itself. A missing value needs no check unless it is `required`."""
    given = [required or value is not None for value in columns.values(column)]
    return np.where(np.array(given, dtype=np.bool_), _BY_ROW, _SILENT).astype(np.uint8)
