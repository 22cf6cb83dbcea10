"""One run: parts are judged by as many processes as wanted, and each file is put together when its parts are done.

A task is a part or, once all of those are done, a whole file. Which process does which, and when, changes nothing
of what is written. A process whose parent is gone ends at once, so that a killed run leaves nobody behind.
"""

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from crawler_filter.audit.formats import FORMATS
from crawler_filter.audit.inputs import Input
from crawler_filter.audit.judging import Judged, Judging, WholeJudging, length_of
from crawler_filter.audit.parts import Part, Settings
from crawler_filter.audit.state import State, targets
from crawler_filter.audit.tally import Tally
from crawler_filter.errors import FilterError
from crawler_filter.filter import Filter

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Work:
    """Everything a process needs to do a task of a run.

    `roles` are of each of the `inputs`; `works` finds what a rights holder asks about.
    """

    state: State
    inputs: Sequence[Input]
    roles: Sequence[Mapping[str, str]]
    judging: Judging
    settings: Settings
    works: Filter | None = None


Task = tuple[int, int | None]
"""The number of a file, and of a part of it; None for the file as a whole."""

Done = Callable[[int, Tally], None]
"""Told of each part that is done: its bytes, and what was counted."""


class WorkerLostError(FilterError):
    """A process of the run was killed, most likely because memory ran out."""


def do_all(work: Work, workers: int, done: Done) -> None:
    """Do all that is not done yet. Raises what a task raises; what was done before stays done."""
    schedule = _Schedule(work, done)
    if workers == 1:
        while (task := schedule.next()) is not None:
            schedule.finish(task, _do(work, task))
        return
    context = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(work,)) as pool:
            _run_in(pool, schedule, workers)
    except BrokenProcessPool as error:
        raise WorkerLostError(
            "a process was killed, most likely because memory ran out. What was done is kept: run the same command"
            " with fewer --workers"
        ) from error


def parts_of(work: Work, file: int) -> list[Part]:
    """Return the parts of a file: as they were cut the first time, because a large file is read for that."""
    known = work.state.read(f"{file:04}/parts.json")
    if known is None:
        source = work.inputs[file]
        work.state.drafts(file)
        known = [part.to_json() for part in FORMATS[source.kind].parts(source, work.settings.limit)]
        work.state.write(f"{file:04}/parts.json", known)
    return [Part(*each) for each in known]


class _Schedule:
    """The work to do, in the order of the files. A file follows its last part."""

    def __init__(self, work: Work, done: Done) -> None:
        self._work = work
        self._done = done
        self._missing: dict[int, int] = {}
        self._ready: deque[Task] = deque()
        self._tasks = self._parts()

    def next(self) -> Task | None:
        """Return a task that can be done now, None where there is none, or none yet."""
        return self._ready.popleft() if self._ready else next(self._tasks, None)

    def finish(self, task: Task, done: tuple[int, Tally] | None) -> None:
        """Take note that a task is done."""
        file = task[0]
        if done is None:
            return
        self._done(*done)
        self._missing[file] -= 1
        if not self._missing[file]:
            del self._missing[file]
            self._ready.append((file, None))

    def _parts(self) -> Iterator[Task]:
        state = self._work.state
        for file in range(len(self._work.inputs)):
            if state.is_file_done(file):
                continue
            left = [part.number for part in parts_of(self._work, file) if state.part(file, part.number) is None]
            self._missing[file] = len(left)
            yield from ((file, number) for number in left)
            if not left:
                yield file, None


def _run_in(pool: ProcessPoolExecutor, schedule: _Schedule, workers: int) -> None:
    running: dict[Future[tuple[int, Tally] | None], Task] = {}
    try:
        while True:
            while len(running) < 2 * workers and (task := schedule.next()) is not None:
                running[pool.submit(_do_ours, task)] = task
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                schedule.finish(running.pop(future), future.result())
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise


_ours: Work


def _begin(work: Work) -> None:
    """Take the work to this process, and end it when its parent does."""
    global _ours  # noqa: PLW0603 - what a pool's initializer is for
    _ours = work
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: Any) -> None:  # noqa: ANN401 - multiprocessing's own type has no name
    parent.join()
    os._exit(1)


def _do_ours(task: Task) -> tuple[int, Tally] | None:
    return _do(_ours, task)


def _do(work: Work, task: Task) -> tuple[int, Tally] | None:
    """Do one task: return the size and the counts of a part, or nothing of a file."""
    file, number = task
    if number is None:
        _assemble(work, file)
        return None
    part = parts_of(work, file)[number]
    source, drafts = work.inputs[file], work.state.drafts(file)
    counter = _Counter(work, np.random.default_rng([file, number]))
    FORMATS[source.kind].run(source, part, work.roles[file], counter.judge, work.settings, drafts)
    work.state.note_part(file, number, {"made": drafts.made, "tally": counter.tally.to_json()})
    return part.weight, counter.tally


class _Counter:
    """Judges batches and counts what is said of them; of a sample the rows that `chance` picks."""

    def __init__(self, work: Work, chance: np.random.Generator) -> None:
        self._work = work
        self._chance = chance
        self.tally = Tally()

    def judge(self, columns: "Mapping[str, pa.Array]") -> Judged:
        """Judge a batch, as `Judge` asks for."""
        import pyarrow as pa  # noqa: PLC0415 - an optional dependency

        length, sample = length_of(columns), self._work.settings.sample
        if sample < 1:
            chosen = self._chance.random(length) < sample
            columns = {role: column.filter(pa.array(chosen)) for role, column in columns.items()}
        judged = self._work.judging.judge(columns)
        self.tally.add(judged, columns.get("url"))
        if self._work.works is not None:
            self.tally.add_works(WholeJudging(self._work.works).judge(columns), judged.keep, columns.get("url"))
        return judged if sample >= 1 else Judged(np.ones(length, dtype=np.bool_), judged.removed.slice(0, 0))


def _assemble(work: Work, file: int) -> None:
    source, drafts = work.inputs[file], work.state.drafts(file)
    notes = [work.state.part(file, part.number) or {} for part in parts_of(work, file)]
    made = [note["made"] for note in notes]
    there = targets(work.state.out, source.name, sorted(work.settings.write))
    for output, target in there.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        FORMATS[source.kind].assemble(source, made, work.settings, drafts, output, target)
    work.state.note_file(file, [output for output, target in there.items() if target.exists()])
