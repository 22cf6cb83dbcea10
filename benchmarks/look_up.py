"""What it costs to look a picture up among many: `python -m benchmarks.look_up [--rows 6000000]`.

Looked up are the drawings and comic pages of the copies table, as a check does: with parts, turns and negatives.
The rows are the registered hashes of other pictures of packages, and of crops of them. What is missing to the
number you say are these again with one bit in eight flipped: so values of bands are as common as in real ones, and
no two rows are of one picture. Six million rows are a million works with their parts. What is found is compared
with a scan of all rows, for some of the pictures.
"""

import argparse
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from benchmarks.pictures_of_others import drawings, everything, opened, pages, spread
from crawler_filter.fingerprints.pdq import pdq
from crawler_filter.fingerprints.registered import WIDELY_COMPARED
from crawler_filter.fingerprints.variants import MIN_QUALITY, for_lookup, for_registration
from crawler_filter.snapshot.arrays import Column
from crawler_filter.snapshot.multi_index import (
    CLOSE_RADIUS,
    MATCH_RADIUS,
    SCANNED,
    Near,
    hash_words,
    index_columns,
    layout_for,
)

_CROPS: Final = 60
"""Crops of each picture, of a quarter to four fifths of each side."""
_LONGEST: Final = 512
_ROUNDS: Final = 5

LookedUp = Sequence[tuple[int, list[bytes]]]
"""The hashes to look up of one picture by the radius within which they are compared."""


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=6_000_000)
    parser.add_argument("--pictures", type=int, default=400, help="pictures that rows are made of")
    parser.add_argument(
        "--scanned", type=int, default=3, help="look-ups of each kind that are held against a scan"
    )
    options = parser.parse_args()
    rows = filled(_hashed(spread(list(everything()), options.pictures)), options.rows)
    columns, layout, plain = index_columns(rows), layout_for(options.rows), SCANNED.columns(rows)
    size = sum(columns[name].nbytes for name in ("slot", "rest")) / options.rows
    print(f"{options.rows:,} rows, an index of {size:.0f} bytes each")

    def search(of: LookedUp) -> list[Near]:
        return [layout.search_each(columns, hashes, radius) for radius, hashes in of]

    for kind, works in (("drawings", drawings(54)), ("comic pages", pages(50))):
        asked = [looked_up(np.asarray(work)) for work in works]
        hashes = np.mean([sum(len(each) for _, each in of) for of in asked])
        cost = _cost(lambda asked=asked: [search(of) for of in asked]) / len(asked)
        print(f"{kind}: {hashes:.0f} hashes, {1e3 * cost:.2f} ms of processor time to search for them")
        for of in asked[: options.scanned]:
            scan = [SCANNED.search_each(plain, each, radius) for radius, each in of]
            alike = all(map(_same, search(of), scan))
            print(f"  found as by a scan: {alike}, {sum(len(near.row) for near in scan)} rows")


def looked_up(pixels: Column) -> LookedUp:
    """Return what is looked up of a picture."""
    keys = for_lookup(pixels)
    widely = [key.hash for key in keys if key.variant in WIDELY_COMPARED]
    closely = [key.hash for key in keys if key.variant not in WIDELY_COMPARED]
    return ((MATCH_RADIUS, widely), (CLOSE_RADIUS, closely))


def filled(real: Column, count: int) -> Column:
    """Return so many hashes: real ones, and these again with one bit in eight flipped."""
    rng = np.random.default_rng(count)
    rows = np.resize(real, (count, 4))
    for start in range(len(real), count, len(real)):
        part = rows[start : start + len(real)]
        flipped = rng.integers(0, 2**64, (3, *part.shape), dtype=np.uint64)
        part ^= flipped[0] & flipped[1] & flipped[2]
    return rng.permutation(rows)


def _hashed(paths: Iterable[Path]) -> Column:
    with ProcessPoolExecutor() as pool:
        return hash_words(b"".join(each for hashes in pool.map(_of_one, paths) for each in hashes))


def _of_one(path: Path) -> list[bytes]:
    picture = opened(path, _LONGEST)
    registered = [key.hash for key in for_registration(np.asarray(picture))]
    return [*registered, *(_crops(picture) if registered else ())]


def _crops(picture: Image.Image) -> Iterator[bytes]:
    rng = np.random.default_rng(picture.width * picture.height)
    for share in rng.uniform(0.25, 0.8, _CROPS):
        width, height = int(picture.width * share), int(picture.height * share)
        left, top = rng.integers(picture.width - width), rng.integers(picture.height - height)
        found = pdq(np.asarray(picture.crop((left, top, left + width, top + height))))
        if found.quality >= MIN_QUALITY:
            yield found.hash


def _cost(work: Callable[[], object]) -> float:
    """Return the processor time of the cheapest of some rounds."""
    taken = []
    for _ in range(_ROUNDS):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return min(taken)


def _same(one: Near, other: Near) -> bool:
    return all(map(np.array_equal, one, other))


if __name__ == "__main__":
    main()
