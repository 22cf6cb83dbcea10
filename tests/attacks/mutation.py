"""The ways in which disks, copies, people and attackers damage a file."""

import random

WAYS = ("flip", "zero", "cut", "swap", "grow", "repeat", "front")


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Return the file's bytes with one thing wrong; they are never the same ones."""
    changed = bytearray(content)
    while bytes(changed) == content:
        changed = bytearray(content)
        _change(changed, chance.choice(WAYS), chance)
    return bytes(changed)


def _change(content: bytearray, way: str, chance: random.Random) -> None:
    place, other = chance.randrange(len(content)), chance.randrange(len(content))
    length = min(chance.choice((1, 32, 512)), len(content) - max(place, other))
    if way == "flip":
        content[place] ^= 1 << chance.randrange(8)
    elif way == "zero":
        content[place : place + 512] = bytes(len(content[place : place + 512]))
    elif way == "cut":
        del content[place:]
    elif way == "swap":
        content[place : place + length], content[other : other + length] = (
            content[other : other + length],
            content[place : place + length],
        )
    elif way == "grow":
        content += chance.randbytes(chance.randrange(1, 100))
    elif way == "repeat":
        content[place:place] = content[other : other + length]
    else:
        del content[: 1 + place % 64]
