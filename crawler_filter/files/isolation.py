"""Reads files with libraries that a hostile one may break or keep busy for ever: in a process of their own.

A file that takes too much memory or time, or makes its reader crash, costs its own answer and no more. The
process is kept for the next file, one for each thread that reads at a time, and ends with this one. It shares
nothing with this one but two pipes (`pipe`), so it makes no difference how this one was started or forks.
"""

import atexit
import json
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO, Final

from crawler_filter.errors import extra_of
from crawler_filter.files.budget import Budget, Member, Skipped
from crawler_filter.files.pipe import LostError, receive, send
from crawler_filter.reason import Reason

NEEDED: Final = {"pdf": ("pypdfium2", "PIL"), "archive": ("libarchive",), "clip": ("sqlite3",)}
"""What each reader is called, and the modules it cannot do without."""

_START: Final = (
    "import json, sys; "
    "sys.path[:] = json.loads(sys.stdin.buffer.read(int.from_bytes(sys.stdin.buffer.read(4), 'little'))); "
    "from crawler_filter.files.isolated import serve; serve()"
)
_ONE_THREAD: Final = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_SECONDS_TO_START: Final = 60.0
_PATIENCE: Final = 10.0
"""Seconds of waiting for one of processor time: the machine may be busy with other things."""


def parts(reader: str, content: bytes, budget: Budget) -> Iterator[Member | Skipped]:
    """Yield what a reader finds in a file; what it takes is taken from the `budget`.

    Without the reader's extra, or where it fails, that is `Skipped` as the reason for the file or its rest.
    """
    try:
        _refuse_missing(reader)
        child = _CHILDREN.take()
    except ImportError as error:
        lacking = f"it cannot be read ({error}): install {extra_of(error)}"
        yield Skipped("", lacking, Reason.UNCHECKED_EXTRA)
        return
    except (LostError, OSError) as error:
        yield Skipped("", f"no process could be started to read it: {error}", Reason.UNCHECKED_EXTRA)
        return
    done = False
    try:
        yield from child.parts(reader, content, budget)
        done = True
    except LostError as error:
        yield Skipped("", child.why_lost(error))
    finally:
        _CHILDREN.give_back(child) if done else child.end()


def _refuse_missing(reader: str) -> None:
    for module in NEEDED[reader]:
        if find_spec(module) is None:
            raise ImportError(f"No module named {module!r}", name=module)


@dataclass(slots=True)
class _Child:
    """One process that reads; `owner` is the one that started it, and alone may end it."""

    process: "subprocess.Popen[bytes]"
    owner: int

    @classmethod
    def start(cls) -> "_Child":
        if not sys.executable:
            raise LostError("this Python does not know its own program")
        process = subprocess.Popen(  # noqa: S603 - this Python itself, and a constant
            [sys.executable, "-I", "-c", _START],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env=os.environ | _ONE_THREAD,
        )
        child = cls(process, os.getpid())
        try:
            path = json.dumps([str(Path(each).resolve()) for each in sys.path]).encode()
            child.writing.write(len(path).to_bytes(4, "little") + path)
            _begun(receive(child.reading, seconds=_SECONDS_TO_START))
        except BaseException:
            child.end()
            raise
        if hasattr(select, "poll"):
            os.set_blocking(child.writing.fileno(), False)
        return child

    @property
    def writing(self) -> BinaryIO:
        return self.process.stdin  # type: ignore[return-value]  # it was asked for a pipe

    @property
    def reading(self) -> BinaryIO:
        return self.process.stdout  # type: ignore[return-value]  # as above

    def parts(self, reader: str, content: bytes, budget: Budget) -> Iterator[Member | Skipped]:
        seconds = _SECONDS_TO_START + _PATIENCE * budget.seconds
        send(self.writing, {"reader": reader, **asdict(budget)}, content, seconds=seconds)
        while True:
            answer = receive(self.reading, seconds=seconds)
            if answer is None:
                raise LostError("it ended")
            try:
                part = _part(*answer, budget)
            except (KeyError, TypeError, ValueError) as error:
                raise LostError(f"it said what it must not: {error!s:.100}") from error
            if part is None:
                return
            yield part

    def why_lost(self, error: LostError) -> str:
        """Return in words why the process that read a file ended early."""
        self.end()
        if self.process.returncode == -getattr(signal, "SIGXCPU", 0):
            return "it takes too long to read"
        return f"reading it broke its reader or took too much memory ({error})"

    def end(self) -> None:
        """End the process and wait for its end, in the process that started it; close the pipes in every one."""
        is_own = self.owner == os.getpid()
        if is_own:
            self.process.kill()
        for pipe in (self.writing, self.reading):
            with suppress(OSError):
                pipe.close()
        if is_own:
            self.process.wait()
        else:
            self.process.returncode = 0  # it is another's to wait for


def _begun(greeting: object) -> None:
    if greeting is None:
        raise LostError("it ended before it began")


def _part(header: dict[str, Any], body: bytearray, budget: Budget) -> Member | Skipped | None:
    """Return what a message holds, None for the last. Raises KeyError, TypeError, ValueError for a wrong one."""
    for name in ("parts", "unpacked", "pixels", "seconds"):
        setattr(budget, name, min(getattr(budget, name), header[name]))
    if header["is"] == "end":
        return None
    name = str(header["name"])
    if header["is"] == "skipped":
        return Skipped(name, str(header["reason"]), Reason(str(header["cause"])))
    kind = str(header["kind"])
    if "shape" not in header:
        return Member(name, kind, body.decode("utf-8", "replace") if header["is"] == "text" else bytes(body))
    import numpy as np  # noqa: PLC0415 - whoever reads no pictures does without

    height, width, channels = (int(each) for each in header["shape"])
    pixels = np.frombuffer(body, dtype=np.uint8).reshape(height, width, channels)
    return Member(name, kind, np.broadcast_to(pixels, (height, width, 3)))


@dataclass(slots=True)
class _Children:
    """The processes that wait for their next file, as many at most as there are processors."""

    idle: list[_Child] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> _Child:
        while True:
            with self.lock:
                child = self.idle.pop() if self.idle else None
            if child is None:
                return _Child.start()
            if child.process.poll() is None:
                return child
            child.end()  # the system has ended it

    def give_back(self, child: _Child) -> None:
        with self.lock:
            if child.owner == os.getpid() and len(self.idle) < (os.cpu_count() or 1):
                self.idle.append(child)
                return
        child.end()

    def end(self) -> None:
        with self.lock:
            idle, self.idle = self.idle, []
        for child in idle:
            child.end()

    def forget(self) -> None:
        """Forget the reading processes after a fork: they belong to the parent process."""
        self.lock = threading.Lock()
        self.end()


_CHILDREN: Final = _Children()


def waiting() -> list[int]:
    """Return the numbers of the processes that wait for their next file."""
    return [child.process.pid for child in _CHILDREN.idle]


atexit.register(_CHILDREN.end)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_CHILDREN.forget)
