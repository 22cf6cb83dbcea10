"""What one request costs this process: the memory that it adds at its peak, and its seconds of processor time.

Linux alone tells the peak of one request: writing 5 to `clear_refs` lets it begin anew.
"""

import ctypes
import gc
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MOST_BYTES: Final = 64 << 20
MOST_SECONDS: Final = 1.0
REFERENCE: Final = 0.05
"""Seconds that `reference_work` takes on the machine that the second is meant on."""

_TREE: Final = Path("/proc/self")
CAN_MEASURE: Final = (_TREE / "clear_refs").exists()


@dataclass(frozen=True)
class Sent:
    """One request. `form` is sent as a browser would from one of our pages."""

    method: str
    path: str
    body: bytes | None = None
    content_type: str | None = None
    is_page: bool = False

    @property
    def shown(self) -> str:
        return f"{self.method} {self.path[:60]} {(self.body or b'')[:60]!r}"


@dataclass
class Cost:
    """The most that any of some requests took; `dearest` is the one that took most time."""

    requests: int = 0
    memory: int = 0
    seconds: float = 0.0
    dearest: str = ""
    status: int = 0

    @property
    def is_within(self) -> bool:
        return self.memory <= MOST_BYTES and self.seconds <= MOST_SECONDS

    def add(self, sent: Sent, memory: int, seconds: float, status: int) -> None:
        self.requests += 1
        self.memory = max(self.memory, memory)
        if seconds > self.seconds:
            self.seconds, self.dearest, self.status = seconds, sent.shown, status


def reference_work() -> float:
    began = time.process_time()
    total = 0
    for number in range(1_000_000):
        total += number
    return time.process_time() - began


def slowness() -> float:
    """How many times slower this machine is now than the one that the second is meant on; never less than 1."""
    return max(1.0, reference_work() / REFERENCE)


def measure(sending: Callable[[Sent], int], requests: Iterable[Sent]) -> Cost:
    """Send each request and keep the most that any took.

    Seconds from a quarter on are those of the machine that is meant, and of two tries where the first took too
    long: a neighbour may have been busy.
    """
    cost = Cost()
    gc.collect()
    gc.freeze()  # of what is there already, nothing is looked at again before each request
    for sent in requests:
        _give_back_what_is_free()
        (_TREE / "clear_refs").write_text("5")
        before = _memory("VmRSS")
        status, seconds = _timed(sending, sent)
        memory = _memory("VmHWM") - before
        if seconds > MOST_SECONDS:
            seconds = min(seconds, _timed(sending, sent)[1])
        assert status < 500, sent.shown
        cost.add(sent, memory, seconds, status)
    return cost


def _give_back_what_is_free() -> None:
    """Give memory that nobody uses back to the system: what a request takes of it again would not be seen."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)


def _timed(sending: Callable[[Sent], int], sent: Sent) -> tuple[int, float]:
    began = time.process_time()
    status = sending(sent)
    seconds = time.process_time() - began
    return status, seconds / slowness() if seconds > MOST_SECONDS / 4 else seconds


def _memory(name: str) -> int:
    line = next(line for line in (_TREE / "status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) * 1024
