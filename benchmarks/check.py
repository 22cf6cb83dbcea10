"""One URL at a time: the filter beside what else a crawler could use, wrong answers of each counted.

`wide` has hardly two URLs of one host, the worst case; `crawl` has nine of each, in random order.
"""

from collections.abc import Callable

from benchmarks import peers
from benchmarks.bench import Bench
from benchmarks.measure import over, side_by_side
from benchmarks.naive import is_reserved
from benchmarks.report import Report, Target, at_least_times, at_most_times
from benchmarks.rules import urls
from crawler_filter.formats.urls import canonical

SECTION = "check"
_SET, _MATCH, _CHECK = "Python set", "Snapshot.match_url", "Filter.check"
_OURS = (_SET, _MATCH, _CHECK)
_PER_SITE = {"wide": 1.15, "crawl": 8.9}


def run(bench: Bench, report: Report) -> None:
    """Measure both workloads with every peer there is."""
    checks = _checks(bench, report)
    for number, (workload, per_site) in enumerate(_PER_SITE.items()):
        bench.say(f"check: {workload}")
        found = urls(bench.scale.rules, bench.scale.urls, per_site=per_site, seed=number)
        seconds = side_by_side(
            {name: over(check, found) for name, check in checks.items()}, passes=bench.scale.passes
        )
        reserved = [is_reserved(url, bench.names) for url in found]
        for name, check in checks.items():
            note = _wrong(report, f"{name}, {workload}", check, found, reserved)
            per_url = seconds[name] / len(found) * 1e6
            report.add(SECTION, f"{name}, {workload}", per_url, "µs", **_compared(name, seconds), note=note)


def _checks(bench: Bench, report: Report) -> dict[str, Callable[[str], bool]]:
    match, check = bench.snapshot.match_url, bench.filter.check
    count = bench.scale.rules
    checks = {
        _SET: peers.python_set(bench.names),
        _MATCH: lambda url: bool(match(canonical(url))),
        _CHECK: lambda url: not check(url).keep,
    }
    others: dict[str, Callable[[], peers.Check]] = {
        "SQLite": lambda: peers.sqlite(bench.names, bench.folder, bench.resources),
        "adblock": lambda: peers.adblock(count),
        "datatrove": lambda: peers.datatrove(count),
    }
    for name, make in others.items():
        bench.say(f"check: giving {count:,} rules to {name}")
        try:
            checks[name] = make()
        except peers.MissingPeerError as error:
            report.missing.append(f"{SECTION}: {name}: {error}")
    return checks


def _compared(name: str, seconds: dict[str, float]) -> dict[str, float | str | Target]:
    """Return what of a figure is a comparison: ours with the set, other peers with the filter's whole check."""
    if name in _OURS:
        targets = {_MATCH: at_most_times(1.6), _CHECK: at_most_times(2.5)}
        compared: dict[str, float | str | Target] = {"ratio": seconds[name] / seconds[_SET], "against": "set"}
        return compared | ({"target": targets[name]} if name in targets else {})
    targets = {"adblock": at_least_times(2), "datatrove": at_least_times(3)}
    compared = {"ratio": seconds[name] / seconds[_CHECK], "against": "ours"}
    return compared | ({"target": targets[name]} if name in targets else {})


def _wrong(report: Report, what: str, check: Callable[[str], bool], found: list[str], reserved: list[bool]) -> str:
    answers = [check(url) for url in found]
    false = sum(answer and not truth for answer, truth in zip(answers, reserved, strict=True))
    missed = sum(truth and not answer for answer, truth in zip(answers, reserved, strict=True))
    if what.startswith(_OURS):
        report.require(SECTION, what, false + missed)
    return f"{false} false, {missed} of {sum(reserved)} missed"
