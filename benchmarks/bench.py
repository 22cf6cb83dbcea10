"""What the sections share: how much is measured, where files go, and the rules, built once and used by all."""

import shutil
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from tqdm import tqdm

from benchmarks.rules import SCOPES_PER_DECLARATION, names, records
from crawler_filter import Policy, Usage
from crawler_filter.checks.sources import FixedSource
from crawler_filter.decision import SnapshotId
from crawler_filter.filter import Filter
from crawler_filter.snapshot import Snapshot, build

if TYPE_CHECKING:
    import pyarrow as pa

    from benchmarks.instance import Instance

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Scale:
    """How much of everything. `server_rules` are the rules of a registry that is really served."""

    rules: int
    urls: int
    rows: int
    crowd: int
    passes: int
    server_rules: int
    declarations: int
    lookups: int
    slow_connections: int
    seconds: float

    @classmethod
    def of(cls, rules: int) -> "Scale":
        """Return the full measure, and below 10,000 rules one that only shows that everything runs."""
        if rules < 10_000:
            return cls(rules, 1_000, 2_000, 500, 1, rules, 32, 200, 5, 0.3)
        return cls(rules, 100_000, 1_000_000, 100_000, 3, min(rules, 1_000_000), 8_000, 20_000, 300, 8.0)


class Bench(AbstractContextManager["Bench"]):
    """One run. When it ends, `resources` are closed and `folder` is emptied."""

    def __init__(self, scale: Scale) -> None:
        self.scale = scale
        self.folder = Path(tempfile.mkdtemp(prefix="benchmarks-"))
        self.resources = ExitStack()
        self.build_seconds = 0.0

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.resources.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    @cached_property
    def names(self) -> frozenset[str]:
        """Every rule's canonical text: what the naive reference and the Python set look in."""
        return frozenset(self.progress(names(self.scale.rules), "rules as strings", self.scale.rules))

    @cached_property
    def segment(self) -> Path:
        """The snapshot of all rules, as the filter reads it."""
        declarations = -(-self.scale.rules // SCOPES_PER_DECLARATION)
        made = self.progress(records(0, self.scale.rules), "building the snapshot", declarations)
        start = time.process_time()
        content = build(made)
        self.build_seconds = time.process_time() - start
        path = self.folder / "rules.seg"
        path.write_bytes(content)
        return path

    @cached_property
    def snapshot(self) -> Snapshot:
        """The snapshot, opened."""
        return Snapshot.open(self.segment, snapshot_id())

    @cached_property
    def filter(self) -> Filter:
        """What a crawler would use."""
        return Filter(FixedSource(self.snapshot), Policy.opt_out(Usage.TRAIN_AI))

    def mask(self, **columns: "pa.Array") -> "pa.Array":
        """Return `Filter.mask` of columns whose hosts were never met, as those of a data set that is new."""
        self.forget()
        return self.filter.mask(**columns)

    def forget(self) -> None:
        """Forget the hosts that were judged: what ran before makes nothing faster."""
        self.snapshot.host_verdicts.clear()

    @cached_property
    def instance(self) -> "Instance":
        """A registry on disk that states the rules, as many as a served one is given."""
        from benchmarks.instance import Instance

        count = self.scale.server_rules
        instance = Instance(self.folder / "instance")
        stated = (record for _, record in records(0, count))
        instance.state(self.progress(stated, "logging declarations", -(-count // SCOPES_PER_DECLARATION)))
        return instance

    def progress(self, items: Iterable[T], what: str, total: int | None = None) -> Iterable[T]:
        """Pass `items` on, with a bar on a terminal."""
        return tqdm(items, what, total=total, leave=False, disable=None, file=sys.stderr)

    def say(self, text: str) -> None:
        """Tell a person at a terminal what is going on."""
        if sys.stderr.isatty():
            tqdm.write(text, file=sys.stderr)


def snapshot_id() -> SnapshotId:
    """Return the identity of a snapshot that nobody signed, dated now."""
    return SnapshotId("registry.example", 1, 0, "", int(time.time()))
