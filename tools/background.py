"""Count how common concepts of appearance are, and write the list that the filter ships.

    python -m tools.background CAPTIONS … --tags danbooru.csv --out crawler_filter/characters/background-1.txt

CAPTIONS are files of captions of photographs, one a line; `--tags` is a list of tags of drawings with their counts
(`tag,kind,count,…`). A concept is as common as in the one where it is more common: nothing counts as telling that
is ordinary in drawings, nor what is ordinary in photographs.
"""

import argparse
import csv
import math
from collections import Counter
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import Final

from crawler_filter.characters.words import terms

MOST_BITS: Final = 13
"""Most bits that the list tells; what is rarer is left out."""

_GENERAL: Final = "0"
_POSTS_A_TAG: Final = 0.7
"""The share of all pictures that have the most common tag (`1girl`)."""


def main() -> None:
    """Read the counts and write the list."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("captions", nargs="+", type=Path)
    parser.add_argument("--tags", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    captions = chain.from_iterable(path.read_text("utf-8").splitlines() for path in options.captions)
    shares = of_captions(captions)
    for concept, share in of_tags(options.tags.read_text("utf-8").splitlines()).items():
        if concept in shares or not concept.startswith("="):  # words that only tags have tell nothing of prompts
            shares[concept] = max(share, shares.get(concept, 0))
    bits = {concept: round(-math.log2(min(share, 1))) for concept, share in shares.items()}
    lines = sorted(f"{concept} {number}" for concept, number in bits.items() if number <= MOST_BITS)
    options.out.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    print(f"{len(lines)} concepts in {options.out}")


def of_captions(captions: Iterable[str]) -> dict[str, float]:
    """Return the share of captions that have each concept."""
    counts: Counter[str] = Counter()
    total = 0
    for caption in captions:
        counts.update({term.concept for term in terms(caption)})
        total += 1
    return {concept: count / total for concept, count in counts.items() if count > 1}


def of_tags(lines: Iterable[str]) -> dict[str, float]:
    """Return the share of drawings that have a tag with each concept, as if no drawing had two of those."""
    counts: Counter[str] = Counter()
    most = 0
    for tag, kind, count, *_ in csv.reader(lines):
        if kind == _GENERAL:
            most = max(most, int(count))
            for concept in {term.concept for term in terms(tag.replace("_", " "))}:
                counts[concept] += int(count)
    return {concept: min(count / (most / _POSTS_A_TAG), 0.9) for concept, count in counts.items()}


if __name__ == "__main__":
    main()
