"""What else could answer "is this reserved?", each given the same rules or hashes in its own words.

A peer that is not installed raises `MissingPeerError`, which is reported in its place. One cannot say everything:
datatrove's filter has no prefixes, and of sub-domains it knows only the registrable domain and the full host.
"""

import sqlite3
from collections.abc import Callable, Collection, Sequence, Set
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.rules import rule
from crawler_filter.formats.record import ScopeKind
from crawler_filter.formats.urls import canonical

Check = Callable[[str], bool]
"""Tells of a URL as it was found whether it is reserved."""

ADBLOCK_RULES = 2_000_000
"""Most rules adblock is given: it takes 2 kB of memory a rule while it builds."""


class MissingPeerError(Exception):
    """This peer is not here; the message says why."""


def python_set(names: Set[str]) -> Check:
    """One set of strings behind our canonical form: nothing in pure Python is faster."""

    def check(url: str) -> bool:
        identity = canonical(url)
        slash = identity.index("/")
        name = host = identity[:slash]
        while True:
            if name in names:
                return True
            dot = name.find(".")
            if dot < 0:
                break
            name = name[dot + 1 :]
        path = identity.partition("?")[0]
        slash = path.find("/", len(host) + 1)
        while slash >= 0:
            if path[: slash + 1] in names:
                return True
            slash = path.find("/", slash + 1)
        return identity in names

    return check


def sqlite(names: Set[str], folder: Path, resources: ExitStack) -> Check:
    """One indexed table behind our canonical form, one query a URL."""
    path = folder / "peer.sqlite"
    path.unlink(missing_ok=True)
    connection = resources.enter_context(closing(sqlite3.connect(path)))
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA mmap_size = 2147483648")
    connection.execute("CREATE TABLE rules (name TEXT PRIMARY KEY) WITHOUT ROWID")
    connection.executemany("INSERT INTO rules VALUES (?)", ((name,) for name in sorted(names)))
    connection.commit()
    queries = [f"SELECT 1 FROM rules WHERE name IN ({','.join('?' * count)}) LIMIT 1" for count in range(80)]
    cursor = connection.cursor()

    def check(url: str) -> bool:
        identity = canonical(url)
        candidates = _candidates(identity)
        return cursor.execute(queries[len(candidates)], candidates).fetchone() is not None

    return check


def adblock(count: int) -> Check:
    """The engine of the Brave browser. Exact and prefix rules are given for both schemes."""
    if count > ADBLOCK_RULES:
        raise MissingPeerError(f"given {ADBLOCK_RULES:,} rules at most")
    try:
        import adblock as engine_of_brave
    except ImportError as error:
        raise MissingPeerError(str(error)) from error
    filters = engine_of_brave.FilterSet()
    for start in range(0, count, 100_000):
        batch = [line for number in range(start, min(start + 100_000, count)) for line in _as_filters(number)]
        filters.add_filters(batch)
    engine = engine_of_brave.Engine(filters)
    # `image`: of type `document` only bare ||host^ rules would be applied
    return lambda url: bool(engine.check_network_urls(url, "https://crawler.example/", "image").matched)


def datatrove(count: int) -> Check:
    """The URL filter of the FineWeb pipeline. Exact URLs are given for both schemes, prefixes cannot be."""
    try:
        from datatrove.data import Document
        from datatrove.pipeline.filters import URLFilter
        from tldextract import TLDExtract

        domains, exact = [], []
        for kind, value in map(rule, range(count)):
            if kind is ScopeKind.DOMAIN:
                domains.append(value)
            elif kind is ScopeKind.URL:
                exact += [f"http://{value}", f"https://{value}"]
        url_filter = URLFilter(extra_domains=domains, extra_urls=exact, use_integrated_lists=False)
    except ImportError as error:
        raise MissingPeerError(str(error)) from error
    url_filter.tldextractor = TLDExtract(suffix_list_urls=())  # its bundled suffix list; nothing is fetched
    document = Document(text="", id="")

    def check(url: str) -> bool:
        document.metadata["url"] = url
        return url_filter.filter(document) is not True

    return check


def pdqhash() -> Callable[[npt.NDArray[Any]], bytes]:
    """Meta's own C++ code."""
    try:
        import pdqhash as upstream
    except ImportError as error:
        raise MissingPeerError(str(error)) from error
    return lambda pixels: np.packbits(upstream.compute(pixels)[0]).tobytes()


def faiss_flat(hashes: npt.NDArray[Any], radius: int) -> Callable[[bytes], list[int]]:
    """Every hash compared, in compiled code."""
    faiss = _faiss()
    return _within(faiss.IndexBinaryFlat(256), hashes, radius)


def faiss_multi_hash(hashes: npt.NDArray[Any], radius: int) -> Callable[[bytes], list[int]]:
    """The index of Meta's Hasher-Matcher-Actioner: 16 hash tables of 16 bits, one bit flipped in each."""
    faiss = _faiss()
    index = faiss.IndexBinaryMultiHash(256, 16, 16)
    index.nflip = 1
    return _within(index, hashes, radius)


def _faiss() -> Any:
    try:
        import faiss
    except ImportError as error:
        raise MissingPeerError(str(error)) from error
    faiss.omp_set_num_threads(1)
    return faiss


def _within(index: Any, hashes: npt.NDArray[Any], radius: int) -> Callable[[bytes], list[int]]:
    index.add(hashes)

    def find(query: bytes) -> list[int]:
        _, _, rows = index.range_search(np.frombuffer(query, dtype=np.uint8).reshape(1, 32), radius + 1)
        return sorted(set(rows.tolist()))

    return find


def minhash() -> Callable[[str], Any]:
    """The signature of 128 permutations over the 5-grams of a page."""
    try:
        from datasketch import MinHash
    except ImportError as error:
        raise MissingPeerError(str(error)) from error

    def sign(page: str) -> Any:
        signature = MinHash(num_perm=128)
        signature.update_batch([page[start : start + 5].encode() for start in range(len(page) - 4)])
        return signature

    return sign


def minhash_lsh(works: Sequence[str]) -> Callable[[str], Collection[int]]:
    """The usual index over such signatures, at the least similarity it is used with: a tenth of both texts."""
    sign = minhash()
    from datasketch import MinHashLSH

    index = MinHashLSH(threshold=0.1, num_perm=128)
    for number, work in enumerate(works):
        index.insert(number, sign(work))
    return lambda page: index.query(sign(page))


def pyahocorasick(spellings: Collection[str], fold: Callable[[str], str]) -> Callable[[str], object]:
    """The usual automaton, over the same spellings and the same folded captions. It has no boundaries."""
    try:
        import ahocorasick
    except ImportError as error:
        raise MissingPeerError(str(error)) from error
    automaton = ahocorasick.Automaton()
    for spelling in spellings:
        automaton.add_word(spelling, spelling)
    automaton.make_automaton()
    return lambda caption: list(automaton.iter(fold(caption)))


def _candidates(identity: str) -> list[str]:
    host = identity[: identity.index("/")]
    candidates = [identity, host]
    dot = host.find(".")
    while dot >= 0:
        candidates.append(host[dot + 1 :])
        dot = host.find(".", dot + 1)
    path = identity.partition("?")[0]
    slash = path.find("/", len(host) + 1)
    while slash >= 0:
        candidates.append(path[: slash + 1])
        slash = path.find("/", slash + 1)
    return candidates


def _as_filters(number: int) -> tuple[str, ...]:
    kind, value = rule(number)
    if kind is ScopeKind.DOMAIN:
        return (f"||{value}^",)
    end = "" if kind is ScopeKind.PREFIX else "|"
    return (f"|http://{value}{end}", f"|https://{value}{end}")
