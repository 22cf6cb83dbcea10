"""The negative bank: hashes of pictures that belong to nobody, near which no hash is registered.

Squared paper, screentones, test patterns: whoever registered one would hold back countless pictures of others. The
list is `negative_bank.txt`, a hash and a name a line; `tests/registry/rules/shared_pictures.py` draws the
pictures. Pictures with nothing to see in them need no list: their hashes have too few bits set.
"""

from functools import cache
from importlib.resources import files

from crawler_filter.fingerprints.bits import bit_counts
from crawler_filter.snapshot.arrays import Column
from crawler_filter.snapshot.multi_index import MATCH_RADIUS, hash_words


def nearest(value: bytes) -> str | None:
    """Return the name of a picture of the bank whose hash is near the 32 bytes of `value`, if there is any."""
    hashes, names = _bank()
    distances = bit_counts(hashes ^ hash_words(value)).sum(axis=1)
    nearest = int(distances.argmin())
    return names[nearest] if distances[nearest] <= MATCH_RADIUS else None


@cache
def _bank() -> tuple[Column, list[str]]:
    text = (files("registry.rules") / "negative_bank.txt").read_text(encoding="utf-8")
    lines = [line.partition(" ") for line in text.splitlines()]
    return hash_words(bytes.fromhex("".join(digits for digits, _, _ in lines))), [name for _, _, name in lines]
