"""Codes of models: how many bytes a work is, how long a look-up takes, and whether chance ever matches.

    python -m benchmarks.models [--works 1000000] [--frames 450]

Codes are random bits, as those of unrelated pictures nearly are. Some are held against all others at the widest
radius that a registry may have, and planted copies are looked for at three distances.
"""

import argparse
import time

import numpy as np

from crawler_filter.fingerprints.embedding import CODE_BYTES, FLAG_RADIUS, MATCH_RADIUS
from crawler_filter.formats.models import WIDEST_RADIUS
from crawler_filter.snapshot.model_search import near_codes

MODEL = bytes([7]) * 32
_TRIED = 200


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--works", type=int, default=1_000_000)
    parser.add_argument("--frames", type=int, default=450)
    options = parser.parse_args()
    source = np.random.default_rng(1)
    codes = source.integers(0, 256, size=(options.works, CODE_BYTES), dtype=np.uint8)
    hashes = codes.view(">u8").astype("<u8").reshape(-1)
    flags = np.full(options.works, MODEL[0], dtype=np.uint8)
    print(f"{options.works:,} codes, {(hashes.nbytes + flags.nbytes) / options.works + 4:.0f} bytes each")
    for what, count in (("a picture", 1), ("a long picture", 3), ("a film", options.frames)):
        asked = [source.bytes(CODE_BYTES) for _ in range(count)]
        began = time.process_time()
        near_codes(hashes, flags, MODEL, asked, FLAG_RADIUS)
        print(f"  {what} of {count} codes: {1e3 * (time.process_time() - began):.0f} ms of processor time")
    tried = [code.tobytes() for code in codes[:: max(1, options.works // _TRIED)][:_TRIED]]
    others = len(near_codes(hashes, flags, MODEL, tried, WIDEST_RADIUS)) - len(tried)
    print(f"  {len(tried)} codes against all others at {WIDEST_RADIUS} bits: {others} found by chance")
    found = {radius: _planted(source, codes, hashes, flags, radius) for radius in (0, MATCH_RADIUS, FLAG_RADIUS)}
    print(f"  planted copies found at their distance and not one bit nearer: {found}")


def _planted(
    source: np.random.Generator, codes: np.ndarray, hashes: np.ndarray, flags: np.ndarray, distance: int
) -> str:
    """Return how many of ten copies, so many bits away, are found at that radius and not at one less."""
    right = 0
    for row in source.choice(len(codes), 10, replace=False):
        bits = np.unpackbits(codes[row])
        bits[source.choice(len(bits), distance, replace=False)] ^= 1
        copy = [np.packbits(bits).tobytes()]
        there = [near.row for near in near_codes(hashes, flags, MODEL, copy, distance)]
        gone = distance == 0 or not near_codes(hashes, flags, MODEL, copy, distance - 1)
        right += there == [row] and gone
    return f"{right} of 10"


if __name__ == "__main__":
    main()
