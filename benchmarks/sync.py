"""A crawler that follows the registry: everything the first time, then what 100 more declarations change."""

import time
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.measure import wall_seconds
from benchmarks.publish import MORE_LEAVES, more_records
from benchmarks.report import Report
from benchmarks.rules import rule
from benchmarks.servers import static_files
from crawler_filter import Filter, Policy, Usage
from crawler_filter.log import Trust
from crawler_filter.net.transport import Progress, RequestsTransport
from crawler_filter.sync.directory import SnapshotDirectory
from crawler_filter.sync.update import sync, verify

SECTION = "sync"
_LATER_ROUND = 1


def run(bench: Bench, report: Report) -> None:
    """Measure both over loopback, from a server of static files, and verify what is put in force."""
    instance, folder, rules = bench.instance, bench.folder / "synced", bench.scale.server_rules
    trust = Trust.parse((instance.directory / "registry.policy").read_bytes())
    with instance.publisher() as publisher, static_files(instance.public) as url:
        _follow(report, "everything", folder, url, trust)
        more = more_records(rules, _LATER_ROUND)
        instance.state(record for _, record in more)
        publisher.publish()
        _follow(report, f"{MORE_LEAVES} more leaves", folder, url, trust)
    verify(SnapshotDirectory(folder), trust, now=time.time())
    optout = Filter.open(folder, trust=trust, policy=Policy.opt_out(Usage.TRAIN_AI))
    stated = [rule(number)[1] for number in range(min(rules, 2_000))]
    stated += [scope.value for _, record in more for scope in record.scopes]
    silent = sum(optout.check(f"https://{value}").keep for value in stated)
    report.require(SECTION, "reserved addresses that the synced filter does not know", silent)


class _Meter:
    """Counts the bytes of segments that arrive."""

    def __init__(self) -> None:
        self.received = 0

    def __call__(self, *_file: object) -> Progress:
        return self._count

    def _count(self, arrived: int) -> None:
        self.received += arrived


def _follow(report: Report, what: str, folder: Path, url: str, trust: Trust) -> None:
    meter = _Meter()
    with RequestsTransport() as transport:
        seconds = wall_seconds(lambda: sync(folder, url, trust, transport=transport, now=time.time(), meter=meter))
    note = f"wall; {meter.received / 1e6:.3g} MB fetched, verified, merged"
    report.add(SECTION, what, seconds, "s", note=note)
