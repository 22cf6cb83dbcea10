"""The process that reads hostile files for another one (`isolation`): it takes files, one after another.

Of each it tells what is in it and what is left of its budget. The system ends it where a file takes more processor
time or memory than it may; a watch of its own ends it where it does nothing for long.
"""

import faulthandler
import math
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Final

from crawler_filter.files.budget import Budget, Member, Skipped
from crawler_filter.files.pipe import LostError, receive, send
from crawler_filter.files.pixels import distinct_channels

MAX_MEMORY: Final = 640 << 20
"""Bytes that reading one file may take, beside what the process has taken when it starts, and its file."""

_COPIES: Final = 4
"""How often a file may be held: as it came, as its reader keeps it, and what it is turned into."""

_MOST_NAME: Final = 4_096
_SECONDS_TO_SPARE: Final = 2
_WATCHED: Final = 60.0
_PATIENCE: Final = 10.0


def serve() -> None:
    """Read files until the other process closes its pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for whoever asks
    taking = sys.stdin.buffer
    with open(os.dup(sys.stdout.fileno()), "wb", buffering=0) as telling:  # noqa: PTH123 - a number, not a path
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what libraries print is no message
        send(telling, {"is": "ready"})
        while (request := receive(taking)) is not None:
            header, content = request
            try:
                _read(telling, header, bytes(content))
            except LostError:
                return


def _read(telling: BinaryIO, header: dict[str, Any], content: bytes) -> None:
    reader = header.pop("reader")
    del header["size"]
    budget = Budget(**header)
    read = _READERS[reader]()
    limit_process(len(content), budget)
    watched = _PATIENCE * budget.seconds + _WATCHED
    for part in _watched(read(content, budget), watched):
        told, body = _told(part)
        if isinstance(part, Member) and isinstance(part.content, str):
            budget.characters -= len(part.content)
        send(telling, told | _left(budget), body)
    send(telling, {"is": "end"} | _left(budget))


def limit_process(size: int, budget: Budget) -> None:
    """Set limits by which the system ends this process if a file of `size` bytes takes too much memory or time."""
    try:
        import resource  # noqa: PLC0415 - Windows has no limits of this kind
    except ImportError:
        return
    _limit(resource.RLIMIT_CPU, math.ceil(time.process_time() + budget.seconds + _SECONDS_TO_SPARE))
    if (taken := _memory()) and not budget.is_own:
        _limit(resource.RLIMIT_AS, taken + MAX_MEMORY + _COPIES * size)


def _limit(kind: int, most: int) -> None:
    import resource  # noqa: PLC0415 - as above

    _, hard = resource.getrlimit(kind)
    within = most if hard == resource.RLIM_INFINITY or 0 <= most <= hard else hard
    resource.setrlimit(kind, (within, hard))


def _memory() -> int:
    """Return the bytes of addresses that this process has taken, zero where the system does not say."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - no path of a file
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 0


def _watched(found: Iterator[Member | Skipped], seconds: float) -> Iterator[Member | Skipped]:
    """Yield what is found, and end the process when that takes this long: also in a library that never returns."""
    while True:
        faulthandler.dump_traceback_later(seconds, exit=True, file=sys.stderr)
        part = next(found, None)
        faulthandler.cancel_dump_traceback_later()
        if part is None:
            return
        yield part


def _told(part: Member | Skipped) -> tuple[dict[str, object], Any]:
    name = part.name[:_MOST_NAME]
    if isinstance(part, Skipped):
        return {"is": "skipped", "name": name, "reason": part.reason, "cause": part.cause}, b""
    about: dict[str, object] = {"is": "file", "name": name, "kind": part.kind}
    if isinstance(part.content, str):
        return about | {"is": "text"}, part.content.encode("utf-8", "replace")
    if isinstance(part.content, bytes):
        return about, part.content
    import numpy as np  # noqa: PLC0415 - the reader that gives arrays has loaded it

    pixels = np.ascontiguousarray(distinct_channels(part.content))
    return about | {"shape": pixels.shape}, pixels.data.cast("B")


def _left(budget: Budget) -> dict[str, object]:
    return {"parts": budget.parts, "unpacked": budget.unpacked, "pixels": budget.pixels, "seconds": budget.seconds}


def _pdf() -> Callable[[bytes, Budget], Iterator[Member | Skipped]]:
    from crawler_filter.files.pdf import parts  # noqa: PLC0415 - an optional dependency

    return parts


def _archive() -> Callable[[bytes, Budget], Iterator[Member | Skipped]]:
    from crawler_filter.files.other_archives import parts  # noqa: PLC0415 - an optional dependency

    return parts


def _clip() -> Callable[[bytes, Budget], Iterator[Member | Skipped]]:
    from crawler_filter.files.clip_studio import parts  # noqa: PLC0415 - few files need it

    return parts


_READERS: Final = {"pdf": _pdf, "archive": _archive, "clip": _clip}
