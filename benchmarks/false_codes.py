"""Does the model take two works of others for one another? All against all: `python -m benchmarks.false_codes`.

Works are the pictures of packages (`pictures_of_others`) that a registry would take. Each is registered by the
codes of the network that is measured (`copy_model`), and looked up. Printed is each pair within the radius at
which codes flag, with how many bits lie between. Packages hold variations of their own pictures: pairs of one
folder, and those with much of the same slopes, are counted apart. The rest is to be looked at (`--sheet`).
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, Self

import numpy as np
from tqdm import tqdm

from benchmarks import copy_model
from benchmarks.false_matches import Alike, Works, drawn
from benchmarks.pictures_of_others import everything, folder, opened, slopes, spread
from crawler_filter.fingerprints.coded_parts import codes_to_look_up, codes_to_register
from crawler_filter.fingerprints.variants import for_registration
from crawler_filter.integrations.onnx import OnnxMatcher
from crawler_filter.snapshot.model_search import near_codes

_LONGEST: Final = 512
_VARIATION: Final = 0.5
"""Correlation of slopes from which on two pictures are variations of one."""
_FOLDER, _SLOPES, _REST = "of one folder", "with much of the same slopes", "others"


@dataclass(slots=True)
class Coded:
    """Pictures, and the codes that are registered and looked up of each."""

    paths: list[Path]
    registered: list[Sequence[bytes]]
    looked_up: list[Sequence[bytes]]

    @classmethod
    def of(cls, paths: Sequence[Path], matcher: OnnxMatcher) -> Self:
        """Make the codes of the pictures that a registry would take."""
        made = cls([], [], [])
        for path in tqdm(paths, unit="picture", disable=not sys.stderr.isatty()):
            pixels = np.asarray(opened(path, _LONGEST))
            if for_registration(pixels):
                made.paths.append(path)
                made.registered.append(codes_to_register(pixels, matcher.codes))
                made.looked_up.append(codes_to_look_up(pixels, matcher.codes))
        return made

    def alike(self, matcher: OnnxMatcher) -> list[Alike]:
        """Return the two nearest codes of each pair of pictures that flag one another, the nearest pair first."""
        rows = [(owner, code) for owner, codes in enumerate(self.registered) for code in codes]
        asked = [(owner, code) for owner, codes in enumerate(self.looked_up) for code in codes]
        hashes = np.frombuffer(b"".join(code for _, code in rows), dtype=">u8").astype("<u8")
        model = bytes.fromhex(matcher.id)
        flags, best = np.full(len(rows), model[0], dtype=np.uint8), dict[frozenset[int], Alike]()
        for near in near_codes(hashes, flags, model, [code for _, code in asked], matcher.flag_radius):
            copy, work = asked[near.query][0], rows[near.row][0]
            found, pair = Alike(copy, work, near.distance, "code", "code"), frozenset((copy, work))
            if copy != work:
                best[pair] = min(best.get(pair, found), found, key=lambda each: each.distance)
        return sorted(best.values(), key=lambda each: each.distance)

    def kinds(self, pairs: Sequence[Alike]) -> Iterator[str]:
        """Yield of each pair which kind of variations it is, if any."""
        for pair in pairs:
            one, other = self.paths[pair.copy], self.paths[pair.work]
            if one.parent == other.parent:
                yield _FOLDER
            else:
                likeness = slopes(opened(one).convert("L")) @ slopes(opened(other).convert("L"))
                yield _SLOPES if likeness >= _VARIATION else _REST


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch, make codes, compare and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.false_codes", description=__doc__)
    parser.add_argument("--most", type=int, default=2_000, help="pictures at most, from all over the packages")
    parser.add_argument("--sheet", type=Path, help="draw the pairs that are no variations into this file")
    options = parser.parse_args(arguments)
    matcher = copy_model.opened()
    contents = {sha256(path.read_bytes()).digest(): path for path in everything()}
    coded = Coded.of(spread(list(contents.values()), options.most), matcher)
    pairs = coded.alike(matcher)
    kinds = list(coded.kinds(pairs))
    rest = [pair for pair, kind in zip(pairs, kinds, strict=True) if kind == _REST]
    for pair in rest:
        names = (coded.paths[one].relative_to(folder()) for one in (pair.copy, pair.work))
        print(pair.distance, *names, sep="\t")
    print(f"{len(coded.paths):,} works, pairs within {matcher.flag_radius} bits: {dict(Counter(kinds))}")
    if options.sheet and rest:
        drawn(Works(coded.paths, [], []), rest).save(options.sheet)
    return 0


if __name__ == "__main__":
    sys.exit(main())
