"""Opens what a run judges by: the registries and lists of now, or what changed between two snapshots."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from crawler_filter.audit.auditing import Opening
from crawler_filter.audit.judging import ChangeJudging, Judging, WholeJudging
from crawler_filter.audit.state import State
from crawler_filter.checks.sources import FixedSource
from crawler_filter.filter import Filter
from crawler_filter.log import Trust
from crawler_filter.policy import Policy
from crawler_filter.snapshot import Snapshot
from crawler_filter.snapshot.changes import changes
from crawler_filter.sync import durable
from crawler_filter.sync.granted import parties_that_differ, rows_in
from crawler_filter.sync.source import FirstUse
from crawler_filter.sync.update import open_change

CHANGED = "changed.seg"
"""The file of the state that holds what differs between two snapshots."""


def whole(trusts: Sequence[Trust | FirstUse], policy: Policy) -> Opening:
    """Return what opens registries and lists; `trusts` are of the registries, in their order."""
    return partial(_open_whole, trusts, policy)


def change(trust: Trust, policy: Policy) -> Opening:
    """Return what opens two snapshots of one registry, the older one first."""
    return partial(_open_change, trust, policy)


def _open_whole(
    trusts: Sequence[Trust | FirstUse],
    policy: Policy,
    folders: Sequence[Path],
    state: State,  # noqa: ARG001 - as `Opening` asks
    clock: Callable[[], float],
) -> Judging:
    return WholeJudging(Filter.open(folders, trust=trusts, policy=policy, clock=clock))


def _open_change(
    trust: Trust, policy: Policy, folders: Sequence[Path], state: State, clock: Callable[[], float]
) -> Judging:
    old, new = folders
    (before, of_before), (after, _) = open_change(old, new, trust)
    path = state.folder / CHANGED
    if not path.exists():
        rows = [rows_in(folder, trust, policy) for folder in folders]
        durable.write(path, changes(before, after, parties_that_differ(*rows)))
    changed = Snapshot.open(path, of_before.snapshot_id(first_use=False), ages=False)
    then = partial(float, of_before.issued)  # what was said then is not too old to be compared with
    return ChangeJudging(
        Filter(FixedSource(changed), Policy.opt_out(policy.usage)),
        Filter.open(old, trust=trust, policy=policy, clock=then),
        Filter.open(new, trust=trust, policy=policy, clock=clock),
    )
