"""Can what a formula draws be registered, and can works? `python -m benchmarks.everybodys_pictures`.

The family is that of `tests/crawler_filter/fingerprints/plain_pictures.py`, drawn from kinds and seeds; the works
are those of `pictures_of_others`. A picture can be registered where it has a hash that the registry takes.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence

import numpy as np
from PIL import Image

from crawler_filter.errors import InvalidScopeError
from crawler_filter.fingerprints.registered import Picture, Variant
from crawler_filter.fingerprints.variants import for_registration
from crawler_filter.formats.record import ScopeKind
from crawler_filter.snapshot.arrays import Column
from registry.rules.content_values import CONTENT
from tests.crawler_filter.fingerprints.plain_pictures import KINDS, drawn

FAMILY = 10_000
"""Pictures of all kinds together."""


def can_be_registered(pixels: Column) -> bool:
    """Tell whether there is anything of a picture that the registry takes."""
    keys = for_registration(pixels)
    if not keys:
        return False
    try:
        CONTENT[ScopeKind.PDQ](Picture(tuple((Variant(key.variant), key.hash) for key in keys)).encode())
    except InvalidScopeError:
        return False
    return True


def family(count: int, first: int) -> int:
    """Print of each kind how many of so many pictures can be registered, and return how many of all."""
    total = 0
    for kind in KINDS:
        taken = [seed for seed in range(first, first + count) if can_be_registered(drawn(kind, seed))]
        total += len(taken)
        print(
            f"{kind}: {len(taken)} of {count} can be registered{f', as {taken[:5]}' if taken else ''}", flush=True
        )
    print(f"{100 - 100 * total / (count * len(KINDS)):.2f} % of {count * len(KINDS):,} pictures are refused")
    return total


def works(pictures: Iterable[Image.Image]) -> None:
    """Print how many works can be registered."""
    seen = [can_be_registered(np.asarray(picture.convert("RGB"))) for picture in pictures]
    refused = [number for number, taken in enumerate(seen) if not taken]
    print(f"{sum(seen)} of {len(seen)} works can be registered, not those numbered {refused}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw, hash and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.everybodys_pictures", description=__doc__)
    parser.add_argument("--count", type=int, default=FAMILY, help="pictures of the family")
    parser.add_argument("--first", type=int, default=1_000, help="the first seed")
    parser.add_argument("--works", action="store_true", help="fetch works of others and try them too")
    options = parser.parse_args(arguments)
    family(max(options.count // len(KINDS), 1), options.first)
    if options.works:
        from benchmarks.pictures_of_others import drawings, pages, photographs

        works([*drawings(180), *photographs(80), *pages(40)])
    return 0


if __name__ == "__main__":
    sys.exit(main())
