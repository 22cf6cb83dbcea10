"""As much of CBOR (RFC 8949) as C2PA assertions use: what a stranger wrote costs no more than its bytes.

A general decoder builds dates, fractions, shared references and regular expressions from tags; here a tag is only
passed over. The base install needs this, so that a prohibition is read wherever the filter runs.
"""

import struct
from typing import Final

MAX_DEPTH: Final = 16
"""Arrays, maps and tags inside one another; an assertion of the kind read here has three."""

Value = None | bool | int | float | str | bytes | list["Value"] | dict["Value", "Value"]

_BREAK: Final = object()
_FLOATS: Final = {25: ">e", 26: ">f", 27: ">d"}
_SIMPLE: Final[dict[int, bool | None]] = {20: False, 21: True, 22: None, 23: None}


class MalformedCborError(ValueError):
    """Bytes that are not well-formed CBOR, or go beyond what is read; the message says where."""


def decode(content: bytes) -> Value:
    """Return the one data item that `content` is. Raises MalformedCborError."""
    reader = _Reader(content)
    value = reader.item(MAX_DEPTH)
    if reader.position != len(content):
        raise MalformedCborError(f"bytes are left over at byte {reader.position}")
    return value


class _Reader:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self.position = 0

    def item(self, depth: int) -> Value:
        value = self._item_or_break(depth)
        if value is _BREAK:
            raise MalformedCborError(f"a break outside of an indefinite item at byte {self.position}")
        return value  # type: ignore[return-value]  # all but the break is a value

    def _item_or_break(self, depth: int) -> object:
        if depth == 0:
            raise MalformedCborError(f"more than {MAX_DEPTH} levels at byte {self.position}")
        initial = self._take(1)[0]
        major, info = initial >> 5, initial & 31
        if initial == 0xFF:
            return _BREAK
        if major == 7:
            return self._simple(info)
        argument = self._argument(info)
        if argument is None and major in {0, 1, 6}:
            raise MalformedCborError(f"an indefinite length where none can be at byte {self.position}")
        return self._body(major, argument, depth)

    def _body(self, major: int, argument: int | None, depth: int) -> Value:
        if major in {2, 3}:
            raw = self._joined(major) if argument is None else self._take(argument)
            return raw if major == 2 else self._text(raw)
        if major == 4:
            return self._array(argument, depth)
        if major == 5:
            return self._map(argument, depth)
        if major == 6:
            return self.item(depth - 1)
        number = argument or 0
        return number if major == 0 else -1 - number

    def _array(self, count: int | None, depth: int) -> list[Value]:
        items: list[Value] = []
        while count is None or len(items) < count:
            item = self._item_or_break(depth - 1)
            if item is _BREAK:
                if count is None:
                    break
                raise MalformedCborError(f"a break in an array of known length at byte {self.position}")
            items.append(item)  # type: ignore[arg-type]  # not the break
        return items

    def _map(self, count: int | None, depth: int) -> dict[Value, Value]:
        """Read pairs. Two with one key are invalid (RFC 8949 section 5.6), and neither may be lost: refused."""
        pairs: dict[Value, Value] = {}
        while count is None or len(pairs) < count:
            key = self._item_or_break(depth - 1)
            if key is _BREAK:
                if count is None:
                    break
                raise MalformedCborError(f"a break in a map of known length at byte {self.position}")
            if isinstance(key, (list, dict)) or key in pairs:
                raise MalformedCborError(f"a key that is compound or stands twice before byte {self.position}")
            pairs[key] = self.item(depth - 1)  # type: ignore[index]  # not the break
        return pairs

    def _joined(self, major: int) -> bytes:
        """Read the chunks of a string of indefinite length (section 3.2.3), each definite and of the same type."""
        chunks = []
        while (initial := self._take(1)[0]) != 0xFF:
            length = self._argument(initial & 31)
            if initial >> 5 != major or length is None:
                raise MalformedCborError(f"a chunk of another type at byte {self.position}")
            chunks.append(self._take(length))
        return b"".join(chunks)

    def _simple(self, info: int) -> Value:
        if info in _FLOATS:
            number: float = struct.unpack(_FLOATS[info], self._take(1 << info - 24))[0]
            return number
        if info in _SIMPLE:
            return _SIMPLE[info]
        raise MalformedCborError(f"a simple value with no meaning here at byte {self.position}")

    def _argument(self, info: int) -> int | None:
        """Return the number in a head: in the initial byte, in 1 to 8 more, or None for an indefinite length."""
        if info < 24:
            return info
        if info < 28:
            return int.from_bytes(self._take(1 << info - 24))
        if info == 31:
            return None
        raise MalformedCborError(f"a reserved head at byte {self.position}")

    def _take(self, length: int) -> bytes:
        taken = self._content[self.position : self.position + length]
        if len(taken) < length:
            raise MalformedCborError(f"{length} bytes expected at byte {self.position}, {len(taken)} are left")
        self.position += length
        return taken

    def _text(self, raw: bytes) -> str:
        try:
            return raw.decode()
        except UnicodeDecodeError as error:
            raise MalformedCborError(f"text that is not UTF-8 before byte {self.position}") from error
