"""Columns of digests at once: which of them may be declared, by the first half of each.

Read here are hex and RFC 4648 base32, marked with their kind or not, and raw bytes. Whatever is spelled otherwise
is left to `parse_digest`, one at a time.
"""

import binascii
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from crawler_filter.checks.columns import as_arrow, as_arrow_text
from crawler_filter.checks.verdicts import BY_ROW, SILENT, Verdicts, declared, unreadable
from crawler_filter.fingerprints.digests import DIGEST_SIZES
from crawler_filter.snapshot.reader import Snapshot

Halves = npt.NDArray[np.uint64]

_NO_DIGIT: Final = 0xFF
_HALF: Final = 8
_HALF_IN_BASE32: Final = 13
"""Digits of base32 that hold eight bytes and one bit more."""


def _base32_digits() -> npt.NDArray[np.uint8]:
    table = np.full(256, _NO_DIGIT, dtype=np.uint8)
    for alphabet in (b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"abcdefghijklmnopqrstuvwxyz234567"):
        table[np.frombuffer(alphabet, dtype=np.uint8)] = np.arange(32, dtype=np.uint8)
    return table


_BASE32: Final = _base32_digits()


def digest_verdicts(snapshot: Snapshot, kind: str, column: Any) -> Verdicts:  # noqa: ANN401 - any library's column
    """Return for each row of digests a verdict; a missing one is silent."""
    array = as_arrow(column)
    if array is None:
        return unreadable(column, required=False)
    chosen, halves = first_halves(kind, array)
    verdicts = np.full(len(column), BY_ROW, dtype=np.uint8)
    verdicts[array.is_null().to_numpy(zero_copy_only=False)] = SILENT
    verdicts[chosen] = np.where(declared(snapshot, kind, halves), BY_ROW, SILENT)
    return verdicts


def first_halves(kind: str, array: Any) -> tuple[npt.NDArray[np.bool_], Halves]:  # noqa: ANN401 - an Arrow array
    """Return which rows of an Arrow array of text or bytes are read here, and the first 8 bytes of those."""
    size = DIGEST_SIZES[kind]
    import pyarrow.compute as pc  # noqa: PLC0415 - an optional dependency

    if str(array.type) != "string":
        if pc.any(pc.equal(pc.binary_length(array), size)).as_py() or (text := as_arrow_text(array)) is None:
            return _read(array, size, "", _of_bytes)
        array = text
    if pc.any(pc.match_substring(array, ":")).as_py():
        array = pc.replace_substring_regex(array, rf"\A(?i:{_mark(kind)}):", "")
    in_hex, halves = _read(array, 2 * size, r"\A[0-9A-Fa-f]*\z", _of_hex)
    digits, padded = -(-8 * size // 5), -(-size // 5) * 8
    in_base32, others = _read(array, digits, r"\A[A-Za-z2-7]*\z", _of_base32)
    both = np.zeros(len(array), dtype=np.uint64)
    both[in_base32], both[in_hex] = others, halves
    chosen = in_hex | in_base32
    if padded != digits:
        in_padded, others = _read(array, padded, rf"\A[A-Za-z2-7]{{{digits}}}=*\z", _of_base32)
        both[in_padded] = others
        chosen |= in_padded
    return chosen, both[chosen]


def _mark(kind: str) -> str:
    """Return the pattern of what may stand before a digest: `sha256`, `SHA-256`."""
    return "".join(f"{letter}-?" if letter == "a" else letter for letter in kind)


def _read(
    array: Any,  # noqa: ANN401 - an Arrow array
    width: int,
    form: str,
    decode: Callable[[npt.NDArray[np.uint8]], Halves],
) -> tuple[npt.NDArray[np.bool_], Halves]:
    """Return which rows have `width` bytes of the form, and what `decode` makes of them, a row of bytes each."""
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency
    import pyarrow.compute as pc  # noqa: PLC0415

    fits = pc.equal(pc.binary_length(array), width)
    if form:
        fits = pc.and_(fits, pc.match_substring_regex(array, form))
    chosen = pc.fill_null(fits, False).to_numpy(zero_copy_only=False)
    rows = array.filter(pa.array(chosen))
    if not len(rows):
        return chosen, np.zeros(0, dtype=np.uint64)
    start = rows.offset * width
    items = np.frombuffer(rows.buffers()[2], dtype=np.uint8)[start : start + len(rows) * width]
    return chosen, decode(items.reshape(-1, width))


def _of_bytes(rows: npt.NDArray[np.uint8]) -> Halves:
    return np.ascontiguousarray(rows[:, :_HALF]).view(">u8").reshape(-1).astype(np.uint64)


def _of_hex(rows: npt.NDArray[np.uint8]) -> Halves:
    digits = np.ascontiguousarray(rows[:, : 2 * _HALF]).tobytes()
    return np.frombuffer(binascii.unhexlify(digits), dtype=">u8").astype(np.uint64)


def _of_base32(rows: npt.NDArray[np.uint8]) -> Halves:
    digits = _BASE32[rows[:, :_HALF_IN_BASE32]].astype(np.uint64)
    halves = digits[:, -1] >> np.uint64(1)
    for place in range(_HALF_IN_BASE32 - 1):
        halves |= digits[:, place] << np.uint64(59 - 5 * place)
    return halves
