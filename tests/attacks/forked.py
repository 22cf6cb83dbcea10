"""A child of this process that does one thing and may be killed at any moment of it.

Forked, so that nothing is imported again; the process that forks must have no other threads.
"""

import os
import threading
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Self


class Child:
    """Runs `act` in a forked process, with the writing end of a pipe; ends with 0, or 1 where it raised."""

    def __init__(self, act: Callable[[int], object]) -> None:
        assert threading.active_count() == 1, f"fork with threads: {threading.enumerate()}"
        self.pipe, writing = os.pipe()
        self.status: int | None = None
        self._id = os.fork()
        if self._id == 0:
            os.close(self.pipe)
            os._exit(_acted(act, writing))
        os.close(writing)

    def kill(self, signal: int) -> None:
        """Send a signal."""
        os.kill(self._id, signal)

    def read(self) -> bytes:
        """Return all that it wrote until its end."""
        said = b""
        while chunk := os.read(self.pipe, 1 << 16):
            said += chunk
        return said

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            os.kill(self._id, 9)
        os.close(self.pipe)
        self.status = os.waitstatus_to_exitcode(os.waitpid(self._id, 0)[1])


def _acted(act: Callable[[int], object], pipe: int) -> int:
    try:
        act(pipe)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0
