"""A column of URLs at once, as in a data set that already exists. Every row is compared with `check`."""

import base64
import hashlib

import pyarrow as pa

from benchmarks.bench import Bench
from benchmarks.measure import over, side_by_side
from benchmarks.report import Report, at_least, at_most
from benchmarks.rules import urls

SECTION = "mask"
_PER_SITE = 20.0


def run(bench: Bench, report: Report) -> None:
    """Measure an Arrow column, its hosts together and shuffled, beside a loop of checks."""
    rows = urls(bench.scale.rules, bench.scale.rows, per_site=_PER_SITE, seed=7)
    for order, target in (("host-sorted", at_least(1.5)), ("shuffled", at_least(0.8))):
        bench.say(f"mask: {order}")
        column = pa.array(sorted(rows, key=host) if order == "host-sorted" else rows)
        seconds = side_by_side({"mask": lambda column=column: bench.mask(urls=column)}, passes=bench.scale.passes)
        listed = column.to_pylist()
        loop = side_by_side({"loop": over(bench.filter.check, listed)}, passes=1)["loop"]
        kept = bench.filter.mask(column).to_pylist()
        wrong = sum(bench.filter.check(url).keep is not keep for url, keep in zip(listed, kept, strict=True))
        report.require(SECTION, f"{order}: mask and check differ", wrong)
        speed = len(listed) / seconds["mask"] / 1e6
        note = f"{wrong} of {len(listed):,} rows differ from check"
        report.add(
            SECTION, f"Arrow column, {order}", speed, "M URLs/s", target, loop / seconds["mask"], "loop", note
        )
    _measure_spellings(bench, report)


def _measure_spellings(bench: Bench, report: Report) -> None:
    """Measure other spellings of the same rows, each beside the plain one in the same passes."""
    plain = sorted(urls(bench.scale.rules, bench.scale.rows, per_site=_PER_SITE, seed=7), key=host)
    plain = [f"https://{host(url)}/art/{number}.jpg?size=large" for number, url in enumerate(plain)]
    digests = [hashlib.sha1(url.encode(), usedforsecurity=False).digest() for url in plain]
    bare = {"urls": pa.array(plain)}
    spelled: dict[str, dict[str, pa.Array]] = {
        "lower-case escapes": {"urls": pa.array([url.replace("/art/", "/art/%e3%81%82") for url in plain])},
        "raw Japanese": {"urls": pa.array([url.replace("/art/", "/\u6f2b\u753b/") for url in plain])},
        "no slash": {"urls": pa.array([url.partition("/art")[0] for url in plain])},
        "port 443": {"urls": pa.array([url.replace("/art/", ":443/art/") for url in plain])},
        "bytes": {"urls": pa.array([url.encode() for url in plain])},
        "base32 digests alone": {"sha1": pa.array([base64.b32encode(digest).decode() for digest in digests])},
    }
    beside = {name: (bare, columns) for name, columns in spelled.items()}
    hexed = bare | {"sha1": pa.array([digest.hex() for digest in digests])}
    beside["base32 digests"] = (hexed, bare | spelled["base32 digests alone"])
    beside["lists of pages"] = (
        bare | {"found_on": bare["urls"]},
        bare | {"found_on": pa.array([[url] for url in plain])},
    )
    pages = {url: [f"https://{host(url)}/page/{place // 20}", plain[-place]] for place, url in enumerate(plain)}
    listed = bare | {"found_on": pa.array(pages.values())}
    every = pa.array([address for url, both in pages.items() for address in (url, *both)])
    beside["a row with a list of two pages, beside one address"] = (bare, listed)
    beside["rows with lists of two pages, beside three rows of an address"] = ({"urls": every}, listed)
    for name, (first, second) in beside.items():
        bench.say(f"mask: {name}")
        seconds = side_by_side(
            {
                "plain": lambda first=first: bench.mask(**first),
                "spelled": lambda second=second: bench.mask(**second),
            },
            passes=bench.scale.passes,
        )
        ratio = seconds["spelled"] / seconds["plain"]
        target = None if name.startswith("a row") else at_most(1.1 if name.startswith("rows") else 2.0)
        report.add(SECTION, f"Arrow column, {name}", ratio, "x plain", target)


def host(url: str) -> str:
    return url.replace("\\", "/").partition("://")[2].partition("/")[0].rpartition("@")[2].lower()
