"""Whole columns of assets at once: exactly what a check of each row says, without a check of each row.

Most rows name hosts and digests that nobody declared anything about. Those are found in bulk, with pyarrow and
numpy and the same pattern that a single check reads URLs by; all of them get the answer of silence. Every other
row, and every row that is not plainly of that kind, is checked by itself, so the two ways cannot come to differ:
the bulk way may only say "silent" or "look closer".

A row whose URL is all that is known of it, on a host without rules on paths, is answered as the first row of its
host is.
"""

import binascii
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from crawler_filter.checks import columns
from crawler_filter.checks.asset import Asset
from crawler_filter.decision import Decision
from crawler_filter.fingerprints.digests import DIGEST_SIZES
from crawler_filter.formats.urls import MAX_URL, normal_form
from crawler_filter.snapshot.reader import Snapshot

ROWS_AT_ONCE: Final = 1 << 17

_ARROW_FORM: Final = rf"\A(?:{normal_form('')})\z"  # RE2 takes linear time without possessive quantifiers

_SILENT, _BY_HOST, _BY_ROW = 0, 1, 2

Bools = npt.NDArray[np.bool_]
Verdicts = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Judge:
    """How a filter decides: where nobody said anything, by a URL alone, by all of an asset; and its counts."""

    snapshot: Snapshot
    silent: Decision
    decide_url: Callable[[object], Decision]
    decide: Callable[[Asset], Decision]
    count: Callable[[Decision, int], Decision]


def keep_rows(judge: Judge, given: Mapping[str, Any], length: int) -> Bools:
    """Return for each row whether to keep it.

    `given` are columns of `length` rows by the names of `Asset`'s fields. Raises ValueError on other lengths.
    """
    for name, column in given.items():
        if len(column) != length:
            raise ValueError(f"expected {length} rows in each column, got {len(column)} of {name}")
    keep = np.full(length, judge.silent.keep, dtype=np.bool_)
    for start in range(0, length, ROWS_AT_ONCE):
        stop = min(start + ROWS_AT_ONCE, length)
        _keep_part(judge, {name: columns.part(given[name], start, stop) for name in given}, keep[start:stop])
    return keep


def _keep_part(judge: Judge, given: Mapping[str, Any], keep: Bools) -> None:
    verdicts = np.zeros(len(keep), dtype=np.uint8)
    hosts = np.zeros(0, dtype=np.int32)
    for name, column in given.items():
        if name in DIGEST_SIZES:
            of_column = _digest_verdicts(judge.snapshot, name, column)
        else:
            of_column, hosts = _url_verdicts(judge.snapshot, column, required=name == "url")
        np.maximum(verdicts, of_column, out=verdicts)
    judge.count(judge.silent, int((verdicts == _SILENT).sum()))
    by_host = np.flatnonzero(verdicts == _BY_HOST) if len(given) == 1 else np.zeros(0, dtype=np.int64)
    if len(by_host):
        _keep_by_host(judge, given["url"], by_host, hosts[by_host], keep)
        verdicts[by_host] = _SILENT
    closer = np.flatnonzero(verdicts)
    if len(closer):
        _keep_by_row(judge, given, closer, keep)


def _keep_by_row(judge: Judge, given: Mapping[str, Any], rows: npt.NDArray[np.int64], keep: Bools) -> None:
    lists = {name: columns.pick(column, rows) for name, column in given.items()}
    decisions: Iterable[Decision]
    if len(lists) == 1:
        decisions = map(judge.decide_url, lists["url"])
    else:
        assets = (dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True))
        decisions = (judge.decide(Asset(**asset)) for asset in assets)
    keep[rows] = [judge.count(decision, 1).keep for decision in decisions]


def _keep_by_host(
    judge: Judge,
    urls: Any,  # noqa: ANN401 - any library's column
    rows: npt.NDArray[np.int64],
    hosts: npt.NDArray[np.int32],
    keep: Bools,
) -> None:
    _, first, of_host, counts = np.unique(hosts, return_index=True, return_inverse=True, return_counts=True)
    answers = np.zeros(len(first), dtype=np.bool_)
    for number, url in enumerate(columns.pick(urls, rows[first])):
        answers[number] = judge.count(judge.decide_url(url), int(counts[number])).keep
    keep[rows] = answers[of_host]


def _url_verdicts(
    snapshot: Snapshot,
    column: Any,  # noqa: ANN401 - any library's column
    *,
    required: bool,
) -> tuple[Verdicts, npt.NDArray[np.int32]]:
    """Return for each row a verdict and the number of its host.

    `required` says that a row without a URL could not be checked; otherwise such a row matches nothing.
    """
    text = columns.as_arrow(column)
    hosts = np.zeros(len(column), dtype=np.int32)
    if text is None or str(text.type) != "string":
        return _unreadable(column, required=required), hosts
    import pyarrow.compute as pc  # noqa: PLC0415 - an optional dependency

    normal = pc.and_(pc.match_substring_regex(text, _ARROW_FORM), pc.less_equal(pc.binary_length(text), MAX_URL))
    plain = pc.fill_null(normal, False).to_numpy(zero_copy_only=False)
    verdicts = np.full(len(column), _BY_ROW, dtype=np.uint8)
    if not required:
        verdicts[text.is_null().to_numpy(zero_copy_only=False)] = _SILENT
    # scheme, nothing, host, rest
    encoded = pc.list_element(pc.split_pattern(text.filter(normal), "/", max_splits=3), 2).dictionary_encode()
    hosts[plain] = encoded.indices.to_numpy()
    verdicts[plain] = _host_verdicts(snapshot, encoded.dictionary.to_pylist())[hosts[plain]]
    return verdicts, hosts


def _host_verdicts(snapshot: Snapshot, hosts: list[str]) -> Verdicts:
    """Judge hosts in normal form, none of which is an address: their walks begin at the last two labels."""
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
    return verdicts


def _digest_verdicts(snapshot: Snapshot, kind: str, column: Any) -> Verdicts:  # noqa: ANN401
    array = columns.as_arrow(column)
    if array is None:
        return _unreadable(column, required=False)
    import pyarrow.compute as pc  # noqa: PLC0415 - an optional dependency

    size = DIGEST_SIZES[kind]
    is_text = str(array.type) == "string"
    plain = pc.equal(pc.binary_length(array), 2 * size if is_text else size)
    if is_text:
        plain = pc.and_(plain, pc.match_substring_regex(array, r"\A[0-9A-Fa-f]*\z"))
    chosen = pc.fill_null(plain, False).to_numpy(zero_copy_only=False)
    verdicts = np.full(len(column), _BY_ROW, dtype=np.uint8)
    verdicts[array.is_null().to_numpy(zero_copy_only=False)] = _SILENT
    halves = _first_halves(array.filter(plain), 2 * size if is_text else size, is_text=is_text)
    verdicts[chosen] = np.where(_declared(snapshot, kind, halves), _BY_ROW, _SILENT)
    return verdicts


def _first_halves(digests: Any, width: int, *, is_text: bool) -> npt.NDArray[np.uint64]:  # noqa: ANN401
    if not len(digests):
        return np.zeros(0, dtype=np.uint64)
    start = digests.offset * width
    items = np.frombuffer(digests.buffers()[2], dtype=np.uint8)[start : start + len(digests) * width]
    front = np.ascontiguousarray(items.reshape(-1, width)[:, : 16 if is_text else 8]).tobytes()
    return np.frombuffer(binascii.unhexlify(front) if is_text else front, dtype=">u8").astype(np.uint64)


def _declared(snapshot: Snapshot, table: str, halves: npt.NDArray[Any]) -> Bools:
    """Tell which keys a table may hold, by their first halves; sorted, so that neighbours read the same pages."""
    known = np.frombuffer(snapshot.first_halves(table), dtype=np.uint64)
    result = np.zeros(len(halves), dtype=np.bool_)
    if not len(known):
        return result
    order = np.argsort(halves)
    sought = halves[order].astype(np.uint64)
    at = np.minimum(np.searchsorted(known, sought), len(known) - 1)
    result[order] = known[at] == sought
    return result


def _unreadable(column: Any, *, required: bool) -> Verdicts:  # noqa: ANN401
    """Leave every value to a check of its own; a missing one is silent unless it is `required`."""
    given = [required or value is not None for value in columns.values(column)]
    return np.where(np.array(given, dtype=np.bool_), _BY_ROW, _SILENT).astype(np.uint8)
