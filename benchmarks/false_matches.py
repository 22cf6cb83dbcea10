"""Are any two works of others taken for one another? All against all: `python -m benchmarks.false_matches`.

Each picture of the packages is registered, and looked up as a copy would be: with its parts, turned, mirrored, as
a negative. Printed is each pair that is found to be alike, with what was compared and how many bits lie between.
Packages hold variations of their own pictures: pairs that are alike as wholes come first and are counted apart.
The rest is to be looked at (`--sheet` draws it): each is a false match, or one picture that is used in another.
`pairs_that_share.tsv` names those that were looked at and are none, with what the two share.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from PIL import Image
from tqdm import tqdm

from benchmarks.pictures_of_others import everything, folder, opened
from crawler_filter.fingerprints.registered import OF_THE_WHOLE, WIDELY_COMPARED
from crawler_filter.fingerprints.variants import Fingerprint, for_lookup, for_registration
from crawler_filter.snapshot.arrays import Column
from crawler_filter.snapshot.multi_index import CLOSE_RADIUS, MATCH_RADIUS, NARROW, hash_words

_LONGEST: Final = 512
_LOOKED_AT: Final = Path(__file__).with_name("pairs_that_share.tsv")

Pair = frozenset[str]
"""Where two pictures are in their packages, whatever the versions of these."""


class Alike(NamedTuple):
    """A picture that was looked up, the one it was taken for, and by what."""

    copy: int
    work: int
    distance: int
    looked_up: str
    registered: str

    @property
    def is_of_the_whole(self) -> bool:
        """Whether the two are alike as wholes, as they were before parts were compared."""
        return self.looked_up in WIDELY_COMPARED and self.registered in OF_THE_WHOLE


@dataclass(slots=True)
class Hashes:
    """Hashes of many pictures, whose each is, and what of the picture."""

    values: list[bytes]
    owner: Column
    names: list[str]

    @property
    def words(self) -> Column:
        """Return the hashes as four numbers each."""
        return hash_words(b"".join(self.values))

    @classmethod
    def of(cls, pictures: Sequence[list[Fingerprint]]) -> "Hashes":
        """Gather the fingerprints of pictures."""
        every = [(number, each) for number, keys in enumerate(pictures) for each in keys]
        owner = np.array([number for number, _ in every])
        return cls([each.hash for _, each in every], owner, [each.variant for _, each in every])


@dataclass(slots=True)
class Works:
    """Pictures, and what is registered and looked up of each."""

    paths: list[Path]
    registered: list[list[Fingerprint]]
    looked_up: list[list[Fingerprint]]

    def alike(self) -> Iterator[Alike]:
        """Yield what is found among all of them that is another picture's."""
        works, copies = Hashes.of(self.registered), Hashes.of(self.looked_up)
        columns = NARROW.columns(works.words)
        widely = np.array([name in WIDELY_COMPARED for name in copies.names])
        for places, radius in ((np.flatnonzero(widely), MATCH_RADIUS), (np.flatnonzero(~widely), CLOSE_RADIUS)):
            near = NARROW.search_each(columns, [copies.values[place] for place in places], radius)
            for query, row, bits in zip(places[near.query], near.row, near.distance, strict=True):
                copy, work = int(copies.owner[query]), int(works.owner[row])
                if copy != work:
                    yield Alike(copy, work, int(bits), copies.names[query], works.names[row])


def gathered(most: int) -> Works:
    """Return the pictures of the packages, each content once."""
    paths = list({sha256(path.read_bytes()).digest(): path for path in everything()}.values())[:most]
    with ProcessPoolExecutor() as pool:
        hashing = pool.map(_hashed, paths, chunksize=8)
        hashed = list(tqdm(hashing, total=len(paths), unit="picture", disable=not sys.stderr.isatty()))
    return Works(paths, [registered for registered, _ in hashed], [looked_up for _, looked_up in hashed])


def _hashed(path: Path) -> tuple[list[Fingerprint], list[Fingerprint]]:
    pixels = np.asarray(opened(path, _LONGEST))
    return for_registration(pixels), for_lookup(pixels)


def nearest_of_each_pair(found: Iterator[Alike]) -> list[Alike]:
    """Return for each two pictures what they are most alike by, those that are alike as wholes first."""
    best: dict[frozenset[int], Alike] = {}
    for each in found:
        pair = frozenset((each.copy, each.work))
        best[pair] = min(best.get(pair, each), each, key=lambda one: (not one.is_of_the_whole, one.distance))
    return sorted(best.values(), key=lambda each: (not each.is_of_the_whole, each.distance))


def looked_at() -> dict[Pair, str]:
    """Return what two pictures share, of pairs that somebody looked at and found to be no false match."""
    rows = (line.split("\t") for line in _LOOKED_AT.read_text().splitlines())
    return {frozenset(pair): shared for shared, *pair in rows}


def pair_of(one: Path, other: Path) -> Pair:
    """Return the pair of two pictures, whose paths begin with the folders of their packages."""
    return frozenset("/".join(path.parts[1:]) for path in (one, other))


def drawn(works: Works, pairs: Sequence[Alike], side: int = 160, across: int = 6) -> Image.Image:
    """Return a sheet on which each pair stands side by side."""
    rows = -(-len(pairs) // across)
    sheet = Image.new("RGB", (across * (2 * side + 20), rows * (side + 10)), "grey")
    for number, pair in enumerate(pairs):
        for beside, one in enumerate((pair.copy, pair.work)):
            left = number % across * (2 * side + 20) + beside * side
            sheet.paste(opened(works.paths[one], side), (left, number // across * (side + 10)))
    return sheet


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch, hash, compare and print; 1 where a pair alike by its parts or turned was not looked at yet."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.false_matches", description=__doc__)
    parser.add_argument("--most", type=int, default=10_000, help="pictures at most")
    parser.add_argument("--sheet", type=Path, help="draw the pairs into this file")
    options = parser.parse_args(arguments)
    works = gathered(options.most)
    pairs = nearest_of_each_pair(works.alike())
    by_parts = [pair for pair in pairs if not pair.is_of_the_whole]
    known, new = looked_at(), []
    for pair in pairs:
        names = [works.paths[one].relative_to(folder()) for one in (pair.copy, pair.work)]
        shared = "" if pair.is_of_the_whole else known.get(pair_of(*names), "not looked at yet")
        new += [pair] if shared and pair_of(*names) not in known else []
        print(pair.distance, pair.looked_up, pair.registered, *names, shared, sep="\t")
    print(f"{len(works.paths):,} pictures, {sum(map(len, works.registered)):,} hashes registered")
    print(f"{sum(map(len, works.looked_up)):,} looked up")
    print(f"{len(pairs) - len(by_parts)} pairs alike as wholes, {len(by_parts)} by parts or turned")
    print(f"{len(new)} of the latter were not looked at yet")
    if options.sheet:
        drawn(works, by_parts).save(options.sheet)
    return 1 if new else 0


if __name__ == "__main__":
    sys.exit(main())
