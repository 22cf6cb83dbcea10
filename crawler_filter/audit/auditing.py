"""A run from its order to its report: inputs and columns are found, the snapshot is held, the work is done.

The snapshots are held in the run's own folder, because the one they come from moves on: a run that is taken up
again answers from what it began with. Each start judges once how old they are, so that a run never changes its
mind midway.
"""

import errno
import json
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from crawler_filter.audit import html
from crawler_filter.audit.formats import FORMATS
from crawler_filter.audit.inputs import Input, Kind, Quotes, find_inputs, passed_over
from crawler_filter.audit.judging import Judging
from crawler_filter.audit.parts import Output, Settings
from crawler_filter.audit.progress import Progress
from crawler_filter.audit.recipes import Choice, choose, told
from crawler_filter.audit.report import counted, report_of
from crawler_filter.audit.state import OtherRunError, State, pin
from crawler_filter.audit.work import Work, do_all, parts_of
from crawler_filter.errors import FilterError
from crawler_filter.filter import Filter
from crawler_filter.formats.counts import number_of
from crawler_filter.lists.compiling import Compiled, compile_list
from crawler_filter.lists.reading import read_list
from crawler_filter.policy import Policy
from crawler_filter.preference import Usage
from crawler_filter.sync import durable

Opening = Callable[[Sequence[Path], State, Callable[[], float]], Judging]
"""Opens what judges, from the folders of its snapshots and the state of the run, with a clock."""

REFUSED_LINES: Final = 20
"""Lines of a rights holder's list that are named where they cannot be looked for."""

SHOWN: Final = 3
"""Rows that are shown of each kind of file before a run begins."""


_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class NoRoomError(FilterError):
    """A disk is full, or a limit of it is reached."""


@dataclass(frozen=True, slots=True)
class Order:
    """The request for a run. `snapshots` are the folders they lie in; `workers` 0 means one process a core."""

    inputs: Sequence[str | Path]
    out: Path
    snapshots: Sequence[Path]
    policy: Policy
    kind: Kind | None = None
    quotes: Quotes = Quotes.AUTO
    header: bool = True
    choice: Choice = field(default_factory=Choice)
    write: frozenset[Output] = frozenset({Output.KEPT, Output.REMOVED})
    limit: int | None = None
    sample: float = 1.0
    keys_only: bool = False
    works: Path | None = None
    kind_of_run: str = "audit"
    workers: int = 0
    restart: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The files of a run, and of each its columns by role."""

    inputs: Sequence[Input]
    roles: Sequence[Mapping[str, str]]
    by_hand: Collection[str] = ()
    """The roles whose columns were named by hand."""
    passed_over: Sequence[Path] = ()
    """The files of folders that are of no known kind: nothing of them is judged or kept."""

    def shown(self) -> str:
        """Return what is read, for a person: each choice of columns once, with its first rows."""
        size = sum(source.size for source in self.inputs)
        lines, seen = [f"{number_of(len(self.inputs), 'file')}, {number_of(size, 'byte')}"], set()
        for source, roles in zip(self.inputs, self.roles, strict=True):
            chosen = (source.kind, *roles.items())
            if chosen in seen:
                continue
            seen.add(chosen)
            lines.append(f"{source.name} ({source.kind}): {told(roles, self.by_hand)}")
            rows = FORMATS[source.kind].head(source, roles, SHOWN)
            lines += [
                f"    {', '.join(f'{role} {str(value)[:100]}' for role, value in row.items())}" for row in rows
            ]
        if self.passed_over:
            some = ", ".join(path.name for path in self.passed_over[:SHOWN])
            lines.append(f"passed over, not judged and not kept: {len(self.passed_over)} files such as {some}")
        return "\n".join(lines)


def plan(order: Order) -> Plan:
    """Find the files and columns of a run. Raises DataError where a file or a column is not what was said."""
    return plan_of(order.inputs, order.kind, order.choice, order.out, order.quotes, header=order.header)


def plan_of(
    paths: Sequence[str | Path],
    kind: Kind | None,
    choice: Choice,
    out: Path | None,
    quotes: Quotes = Quotes.AUTO,
    *,
    header: bool = True,
) -> Plan:
    """Return the plan of a run that may write nothing yet. Raises as `plan` does."""
    inputs = find_inputs(paths, kind, besides=out, quotes=quotes, header=header)
    roles = [_roles(source, choice) for source in inputs]
    return Plan(inputs, roles, list(choice.by_hand or ()), passed_over(paths, kind, besides=out))


def _roles(source: Input, choice: Choice) -> Mapping[str, str]:
    """Return the columns of a file by role; none of an empty one, as tools write for a task without rows."""
    columns = FORMATS[source.kind].columns(source, [*(choice.by_hand or {}).values()])
    return choose(columns, choice, source.name) if columns else {}


def run(
    order: Order,
    planned: Plan,
    opening: Opening,
    *,
    clock: Callable[[], float],
    about: Callable[[], Mapping[str, Any]],
) -> dict[str, Any]:
    """Do a run, or what is left of it, and return its report; `about` tells of this start, such as its command
    line.

    Raises:
        OtherRunError: the folder holds another run, or another process is at work there.
        NoRoomError: a disk is full; what was done is kept.
        BrokenError, WorkerLostError: it cannot go on; what was done is kept.
        DataError: a file cannot be read.
    """
    order.out.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(order.out / "lock", timeout=0):
            work, job = _begun(order, planned, opening, clock())
            _work(order, work, clock)
            return _reported(work, job, about())
    except Timeout as error:
        raise OtherRunError(f"another process is at work in {order.out}") from error
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise NoRoomError(
            f"no room is left in {order.out} ({error.strerror}): make some, or mend the limit, and run the same"
            " command again. What was done is kept"
        ) from error


def _begun(order: Order, planned: Plan, opening: Opening, now: float) -> tuple[Work, dict[str, Any]]:
    state = State(order.out)
    known = None if order.restart else state.job()
    if known is None:
        state.clear()
        state.folder.mkdir()
    state.sweep()
    folders = pin(order.snapshots, state)
    works = None
    listed = known.get("works_list") if known else None
    if order.works is not None:
        folder = state.folder / "works"
        if known is None:
            entries = read_list(order.works)
            listed = _listed(compile_list(folder, entries, now=int(now), name=order.works.name, replacing=True))
        works = Filter.open(folder, policy=Policy.opt_out(Usage.TRAIN_AI))
        folders = folders or [folder]
    judging = opening(folders, state, partial(float, now))
    job = _job(order, planned, judging) | {"works_list": listed}
    if known is None:
        state.write("job.json", job)
    else:
        state.require_same(job)
    for file, source in enumerate(planned.inputs):
        state.forget_lost(file, source.name)
    snapshots = job["snapshots"]
    settings = Settings(
        order.write, order.limit, order.sample, json.dumps(snapshots),
        snapshots[0]["sequence"] if snapshots else 0, order.keys_only, order.choice,
    )  # fmt: skip
    return Work(state, planned.inputs, planned.roles, judging, settings, works), job


def _listed(compiled: Compiled) -> dict[str, Any]:
    """Return what is looked for of a rights holder's list, and which of its lines are not."""
    refused = [{"place": line.place, "why": str(line.why)} for line in compiled.named[:REFUSED_LINES]]
    return {"entries": compiled.about.entries, "refused": compiled.refused, "named": refused}


def _job(order: Order, planned: Plan, judging: Judging) -> dict[str, Any]:
    """Return what a run is: with the same, its outputs have the same bytes."""
    policy = order.policy
    return {
        "format": 1,
        "policy": {
            "name": policy.name,
            "usage": policy.usage.value,
            "keep_unknown": policy.keep_unknown,
            "keep_unavailable": policy.keep_unavailable,
            "assurance": sorted(policy.assurance),
            "max_age_seconds": int(policy.max_age.total_seconds()),
        },
        "sources": [str(path) for path in order.snapshots],
        "kind": order.kind_of_run,
        "works": None if order.works is None else sha256(order.works.read_bytes()).hexdigest(),
        "snapshots": [each.to_dict() for each in judging.snapshots()],
        "inputs": [source.identity() for source in planned.inputs],
        "columns": [dict(roles) for roles in planned.roles],
        "columns_by_hand": sorted(planned.by_hand),
        "write": sorted(order.write),
        "limit": order.limit,
        "sample": order.sample,
        "keys_only": order.keys_only,
    }


def _work(order: Order, work: Work, clock: Callable[[], float]) -> None:
    total = sum(source.size for source in work.inputs)
    progress = Progress(total, _done_before(work), clock, quiet=order.quiet)
    try:
        do_all(work, order.workers or os.cpu_count() or 1, progress.done)
    finally:
        progress.close()


def _done_before(work: Work) -> int:
    """Return how many bytes were judged by earlier starts of this run."""
    return sum(
        part.weight
        for file in range(len(work.inputs))
        if work.state.has_parts(file)
        for part in parts_of(work, file)
        if work.state.part(file, part.number) is not None
    )


def _reported(work: Work, job: Mapping[str, Any], about: Mapping[str, Any]) -> dict[str, Any]:
    tally, files = counted(work)
    report = report_of(job, tally, files, about)
    durable.write(
        work.state.out / "report.json", json.dumps(report, indent=1, ensure_ascii=False).encode() + b"\n"
    )
    durable.write(work.state.out / "report.html", html.page(report).encode())
    return report
