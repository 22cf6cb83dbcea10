"""The messages between a process and one that reads hostile files for it: headers in JSON, bytes behind them.

Nothing is unpickled: whoever has taken over the reader can lie about what is in its file, and no more.
"""

import json
import select
from collections.abc import Mapping
from typing import Any, BinaryIO, Final

from crawler_filter.errors import DataError

MAX_HEADER: Final = 1 << 20
"""Bytes of a header. Names in archives are the only long thing in one, and are cut before."""

MAX_BODY: Final = 1 << 30
"""Bytes behind a header: a file, or the pixels of a picture."""


class LostError(DataError):
    """The other process has ended, does not answer in time, or says what it must not."""


def send(pipe: BinaryIO, header: Mapping[str, object], body: Any = b"", *, seconds: float | None = None) -> None:  # noqa: ANN401 - bytes, or an array's memory
    """Write one message, waiting `seconds` for each part of it. Raises LostError."""
    raw = json.dumps({**header, "size": len(body)}).encode()
    _write(pipe, len(raw).to_bytes(4, "little") + raw, seconds)
    _write(pipe, body, seconds)


def receive(pipe: BinaryIO, *, seconds: float | None = None) -> tuple[dict[str, Any], bytearray] | None:
    """Read one message, waiting `seconds` for each part of it; None where the other end was closed before it.

    Raises LostError.
    """
    start = _read(pipe, 4, seconds, or_none=True)
    if start is None:
        return None
    size = int.from_bytes(start, "little")
    if size > MAX_HEADER:
        raise LostError("a header is too long")
    try:
        header = json.loads(_read(pipe, size, seconds) or b"")
        length = header["size"]
    except (ValueError, KeyError, TypeError) as error:
        raise LostError(f"a header is none: {error}") from error
    if not isinstance(length, int) or not 0 <= length <= MAX_BODY:
        raise LostError(f"a body of {length} bytes")
    return header, _read(pipe, length, seconds) or bytearray()


def _write(pipe: BinaryIO, body: Any, seconds: float | None) -> None:  # noqa: ANN401 - as for `send`
    view = memoryview(body).cast("B") if len(body) else memoryview(b"")
    while view:
        _wait(pipe, "POLLOUT", seconds)
        try:
            written = pipe.write(view)
        except OSError as error:
            raise LostError(str(error)) from error
        view = view[written or 0 :]


def _read(pipe: BinaryIO, size: int, seconds: float | None, *, or_none: bool = False) -> bytearray | None:
    read = bytearray(size)
    view, place = memoryview(read), 0
    while place < size:
        _wait(pipe, "POLLIN", seconds)
        try:
            more = pipe.readinto(view[place:])  # type: ignore[attr-defined]  # raw and buffered files have it
        except OSError as error:
            raise LostError(str(error)) from error
        if more == 0:
            if or_none and not place:
                return None
            raise LostError("it ended")
        place += more or 0
    return read


def _wait(pipe: BinaryIO, event: str, seconds: float | None) -> None:
    """Wait until a pipe is ready, where the system can; raises LostError after `seconds`."""
    if seconds is None or not hasattr(select, "poll"):
        return
    poll = select.poll()
    poll.register(pipe.fileno(), getattr(select, event))
    if not poll.poll(1000 * seconds):
        raise LostError("it does not answer")
