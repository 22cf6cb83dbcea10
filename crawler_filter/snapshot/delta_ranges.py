"""Where one snapshot's base ends and each of its deltas begins, from the size of the log alone.

Truncating the size at its first hexadecimal digit, then at the next, and so on, makes boundaries that stay put
while the log grows: the base changes when the first digit does, the last delta with every publication. A client
any distance behind needs at most one base and five deltas.
"""

from typing import Final

MAX_DELTAS: Final = 5


def boundaries(size: int) -> tuple[tuple[int, int], ...]:
    """Return the ranges (first, last) of log sizes that the base and each delta of a log of `size` leaves span.

    The first is the base and starts at 0; each following one starts where the one before it ends; the last ends
    at `size`. No range but the base's is empty.
    """
    digits = (max(size.bit_length(), 1) + 3) // 4
    kept = [size >> shift << shift for shift in range(4 * (digits - 1), -1, -4)][:MAX_DELTAS]
    ends = list(dict.fromkeys([*kept, size]))
    return tuple(zip([0, *ends], ends, strict=False))
