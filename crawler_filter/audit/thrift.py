"""Thrift's compact protocol, as far as Parquet's footers use it: bytes to a tree of fields, and back.

A struct is a dictionary of fields by number, each with its type; a list is its items' type and the items. What a
field means is no business here, so fields of newer writers come through unchanged.

https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
"""

import struct
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from crawler_filter.errors import DataError

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12

MAX_DEPTH: Final = 32
"""Structs within structs that are read; Parquet has nine."""

Struct = dict[int, tuple[int, Any]]
"""The fields of a struct by their number: type and value."""


@dataclass(slots=True)
class List:
    """A list or set: the type of its items, and the items."""

    of: int
    items: list[Any]


def decode(data: bytes) -> Struct:
    """Read one struct. Raises DataError for anything else."""
    try:
        return _Reader(data).struct(0)
    except (IndexError, struct.error) as error:
        raise DataError("a footer of the Parquet file is cut off or damaged") from error


def encode(value: Struct) -> bytes:
    """Return the bytes of a struct."""
    out = bytearray()
    _write_struct(out, value)
    return bytes(out)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def struct(self, depth: int) -> Struct:
        if depth > MAX_DEPTH:
            raise DataError(f"a footer of the Parquet file nests deeper than {MAX_DEPTH}")
        fields: Struct = {}
        last = 0
        while (head := self._byte()) != 0:
            step, kind = head >> 4, head & 15
            last = last + step if step else _signed(self._varint())
            fields[last] = kind, self._value(kind, depth, in_list=False)
        return fields

    def _value(self, kind: int, depth: int, *, in_list: bool) -> Any:  # noqa: ANN401 - the tree's values
        match kind:
            case 1 | 2:
                value: Any = self._byte() == TRUE if in_list else kind == TRUE
            case 3:
                value = self._byte()
            case 4 | 5 | 6:
                value = _signed(self._varint())
            case 7:
                value = self._take(8)
            case 8:
                value = self._take(self._varint())
            case 9 | 10:
                value = self._list(depth)
            case 12:
                value = self.struct(depth + 1)
            case _:
                self._refuse(kind)
        return value

    def _refuse(self, kind: int) -> NoReturn:
        raise DataError(f"a footer of the Parquet file has a field of the unknown type {kind}")

    def _list(self, depth: int) -> List:
        head = self._byte()
        count, of = head >> 4, head & 15
        if count == 15:
            count = self._varint()
        if count > len(self.data):
            raise DataError("a footer of the Parquet file declares more items than it has bytes")
        return List(of, [self._value(of, depth, in_list=True) for _ in range(count)])

    def _byte(self) -> int:
        byte = self.data[self.at]
        self.at += 1
        return byte

    def _take(self, length: int) -> bytes:
        if length > len(self.data) - self.at:
            raise IndexError
        self.at += length
        return self.data[self.at - length : self.at]

    def _varint(self) -> int:
        number = shift = 0
        while True:
            byte = self._byte()
            number |= (byte & 127) << shift
            if byte < 128:
                return number
            shift += 7
            if shift > 63:
                raise DataError("a number in a footer of the Parquet file has more than 64 bits")


def _signed(number: int) -> int:
    return (number >> 1) ^ -(number & 1)


def _write_struct(out: bytearray, fields: Struct) -> None:
    last = 0
    for number, (kind, value) in fields.items():
        told = (TRUE if value else FALSE) if kind in (TRUE, FALSE) else kind
        if 0 < number - last < 16:
            out.append((number - last) << 4 | told)
        else:
            out.append(told)
            _write_varint(out, _unsigned(number))
        last = number
        if kind not in (TRUE, FALSE):
            _write_value(out, kind, value)
    out.append(0)


def _write_value(out: bytearray, kind: int, value: Any) -> None:  # noqa: ANN401
    if kind in (TRUE, FALSE):
        out.append(TRUE if value else FALSE)
    elif kind == BYTE:
        out.append(value)
    elif kind in (I16, I32, I64):
        _write_varint(out, _unsigned(value))
    elif kind == DOUBLE:
        out += value
    elif kind == BINARY:
        _write_varint(out, len(value))
        out += value
    elif kind == STRUCT:
        _write_struct(out, value)
    else:
        _write_list(out, value)


def _write_list(out: bytearray, value: List) -> None:
    count = len(value.items)
    out.append(min(count, 15) << 4 | value.of)
    if count >= 15:
        _write_varint(out, count)
    for item in value.items:
        _write_value(out, value.of, item)


def _write_varint(out: bytearray, number: int) -> None:
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)


def _unsigned(number: int) -> int:
    return (number << 1) ^ (number >> 63) if number < 0 else number << 1
