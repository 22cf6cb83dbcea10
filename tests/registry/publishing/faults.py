"""Faults at a chosen step: every call that changes the disk, and each commit, before and after."""

import os
from collections.abc import Callable

from crawler_filter.sync import durable

STEPS = frozenset({"open", "fsync", "replace"})


class Killed(BaseException):
    """What a test sees instead of the process dying."""


class Steps:
    """Counts steps and calls `die` at the step numbered `last`, the first one being 1."""

    def __init__(self, last: int, die: Callable[[], None]) -> None:
        self.count = 0
        self._last = last
        self._die = die

    def take(self) -> None:
        self.count += 1
        if self.count == self._last:
            self._die()


class FaultyFile:
    """A file whose writes are steps. A write that dies has written half."""

    def __init__(self, file, steps: Steps) -> None:
        self._file = file
        self._steps = steps

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        self._file.close()

    def __getattr__(self, name: str):
        return getattr(self._file, name)

    def write(self, content: bytes) -> None:
        half = len(content) // 2
        self._file.write(content[:half])
        self._file.flush()
        self._steps.take()
        self._file.write(content[half:])


class FaultyOs:
    """The `os` module, dying at a step."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    def __getattr__(self, name: str):
        value = getattr(os, name)
        return self._counted(name, value) if name in STEPS else value

    def _counted(self, name: str, call: Callable):
        def counted(*arguments):
            self._steps.take()
            return call(*arguments)

        return counted


class FaultyWriter:
    """A writer that dies before or after a commit."""

    def __init__(self, writer, steps: Steps) -> None:
        self._writer = writer
        self._steps = steps

    def on_commit(self, callback) -> None:
        self._writer.on_commit(callback)

    def run(self, work):
        self._steps.take()
        result = self._writer.run(work)
        self._steps.take()
        return result


def inject(monkeypatch, steps: Steps) -> None:
    """Make the files that are published die at a step."""
    monkeypatch.setattr(durable, "os", FaultyOs(steps))
    new = durable._new
    monkeypatch.setattr(durable, "_new", lambda *arguments: FaultyFile(new(*arguments), steps))
