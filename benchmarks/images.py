"""Pictures: what a PDQ hash costs, and what it costs to find its like among many, beside what is in use elsewhere.

Hashing is measured without decoding, on one picture of 512 x 512. Half of the hashes searched for were planted 0
to 31 bits away from one that is held; every method's answers are compared with those of a scan of everything.
"""

from collections.abc import Callable

import numpy as np

from benchmarks.bench import Bench
from benchmarks.edits import drawing
from benchmarks.measure import over, side_by_side
from benchmarks.peers import MissingPeerError, faiss_flat, faiss_multi_hash, pdqhash
from benchmarks.report import Report, at_most
from crawler_filter.fingerprints.pdq import pdq, pdq_and_mirrored
from crawler_filter.fingerprints.variants import for_lookup, for_registration
from crawler_filter.snapshot.arrays import Column
from crawler_filter.snapshot.multi_index import MATCH_RADIUS, SCANNED, index_columns, search

SECTION = "images"

MULTI_HASH_MOST = 1_000_000
"""Most hashes that faiss's hash index is given: it takes minutes and gigabytes for more."""

_HASHED = 30
_QUERIES = 100

Search = Callable[[bytes], list[int]]


def run(bench: Bench, report: Report) -> None:
    """Measure hashing, then searching among more and more hashes."""
    _hash(bench, report)
    for count in sizes(bench.scale.rules):
        bench.say(f"images: search among {count:,}")
        _search(bench, report, count)


def sizes(rules: int) -> list[int]:
    """Return how many hashes to search among: up to the number of rules, by powers of ten."""
    return [size for size in (100_000, 1_000_000, 10_000_000) if size <= rules] or [rules]


def _hash(bench: Bench, report: Report) -> None:
    picture = drawing(0, 512, 512)
    runs = {
        "pdq": pdq,
        "with its mirror image": pdq_and_mirrored,
        "to look up": for_lookup,
        "to register": for_registration,
    }
    try:
        upstream = pdqhash()
        report.require(SECTION, "pdq and pdqhash", sum(_differ(upstream, seed) for seed in range(_HASHED)))
        runs["pdqhash"] = upstream
    except MissingPeerError as error:
        report.missing.append(f"{SECTION}: pdqhash: {error}")
    seconds = side_by_side(
        {name: over(hashed, [picture] * _HASHED) for name, hashed in runs.items()}, passes=bench.scale.passes
    )
    cost = {name: 1e3 * taken / _HASHED for name, taken in seconds.items()}
    peer = (cost["pdqhash"] / cost["pdq"], "pdqhash") if "pdqhash" in cost else (None, "")
    report.add(SECTION, "PDQ of 512 x 512 pixels", cost["pdq"], "ms", at_most(0.8), *peer, "the same bits")
    for name in ("with its mirror image", "to look up", "to register"):
        report.add(SECTION, f"PDQ of 512 x 512 pixels, {name}", cost[name], "ms")


def _differ(upstream: Callable[[Column], bytes], seed: int) -> bool:
    picture = drawing(seed, 300, 200)
    return upstream(picture) != pdq(picture).hash


def _search(bench: Bench, report: Report, count: int) -> None:
    rng = np.random.default_rng(count)
    hashes = rng.integers(0, 2**64, (count, 4), dtype=np.uint64)
    queries = [_query(rng, hashes, planted=number % 2 == 0) for number in range(_QUERIES)]
    methods = _methods(report, hashes)
    scanned = SCANNED.columns(hashes)
    truth = [SCANNED.search(scanned, query, MATCH_RADIUS).rows.tolist() for query in queries]
    for name, method in methods.items():
        report.require(SECTION, f"{name} among {count:,}", sum(map(list.__ne__, map(method, queries), truth)))
    seconds = side_by_side(
        {name: over(method, queries) for name, method in methods.items()}, passes=bench.scale.passes
    )
    cost = {name: 1e3 * taken / _QUERIES for name, taken in seconds.items()}
    target = at_most(0.4) if count <= 1_000_000 else None
    for name in methods:
        ours = name == "multi-index"
        peer = "faiss MultiHash" if "faiss MultiHash" in cost else "faiss flat"
        against = (cost[peer] / cost[name], peer) if ours and peer in cost else (None, "")
        what = f"within {MATCH_RADIUS} bits among {count:,}: {name}"
        report.add(SECTION, what, cost[name], "ms", target if ours else None, *against, "recall 1")


def _methods(report: Report, hashes: Column) -> dict[str, Search]:
    columns = index_columns(hashes)
    methods: dict[str, Search] = {"multi-index": lambda query: search(columns, query, MATCH_RADIUS).rows.tolist()}
    packed = hashes.astype(">u8").view(np.uint8).reshape(-1, 32)
    for name, build in (("faiss flat", faiss_flat), ("faiss MultiHash", faiss_multi_hash)):
        if name == "faiss MultiHash" and len(hashes) > MULTI_HASH_MOST:
            report.missing.append(f"{SECTION}: {name} among {len(hashes):,}: given {MULTI_HASH_MOST:,} at most")
            continue
        try:
            methods[name] = build(packed, MATCH_RADIUS)
        except MissingPeerError as error:
            report.missing.append(f"{SECTION}: {name}: {error}")
    return methods


def _query(rng: np.random.Generator, hashes: Column, *, planted: bool) -> bytes:
    if not planted:
        return rng.bytes(32)
    bits = np.unpackbits(hashes[rng.integers(len(hashes))].astype(">u8").view(np.uint8))
    bits[rng.choice(256, rng.integers(MATCH_RADIUS + 1), replace=False)] ^= 1
    return np.packbits(bits).tobytes()
