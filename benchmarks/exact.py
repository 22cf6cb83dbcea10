"""As many URLs as rules, a third of them reserved, each answer compared with the naive reference's."""

from benchmarks.bench import Bench
from benchmarks.naive import is_reserved
from benchmarks.report import Report, at_most
from benchmarks.rules import urls
from crawler_filter.formats.urls import canonical

SECTION = "exact"
MOST_URLS = 1_000_000


def run(bench: Bench, report: Report) -> None:
    """Count false and missed matches. There may be none."""
    count = min(bench.scale.rules, MOST_URLS)
    found = urls(bench.scale.rules, count, per_site=1.15, seed=11, hits=0.3, near_misses=0.3)
    match = bench.snapshot.match_url
    false = missed = reserved = 0
    for url in bench.progress(found, "exact", count):
        truth, answer = is_reserved(url, bench.names), bool(match(canonical(url)))
        reserved += truth
        false += answer and not truth
        missed += truth and not answer
    report.require(SECTION, "Snapshot.match_url", false + missed)
    note = f"{count:,} URLs against {bench.scale.rules:,} rules, {reserved:,} reserved"
    report.add(SECTION, "false matches", false, "", at_most(0), note=note)
    report.add(SECTION, "missed matches", missed, "", at_most(0), note=note)
