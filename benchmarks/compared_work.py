"""The work that `benchmarks.compare` measures: run as a file, by the code that `PYTHONPATH` names.

`build SEGMENT RULES` builds a snapshot; `measure SEGMENT RULES ROBOTS` prints the processor time of each work, the
least of a few passes, as JSON. What is measured is asked of the benchmarks of that code, for they know where it
is.
"""

import gc
import json
import random
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

_PASSES: Final = 3
_URLS: Final = 20_000
_ROWS: Final = 100_000
_ROBOTS: Final = 400
_PICTURES: Final = 20
_OPENED: Final = 200
_ASKED: Final = ("https://site.example/", "https://site.example/art/page.html?tag=1", "https://site.example/feed")

Work = Callable[[], Any]


def of(module: str, name: str) -> Any:
    """Return what a module of the measured code calls so."""
    return vars(import_module(module))[name]


def build(segment: Path, rules: int) -> None:
    """Write a snapshot of so many rules."""
    with of("benchmarks.bench", "Bench")(of("benchmarks.bench", "Scale").of(rules)) as bench:
        segment.write_bytes(bench.segment.read_bytes())


def works(segment: Path, rules: int, robots: Path) -> dict[str, Work]:
    """Return each work by its name."""
    opened = _opened(segment)
    return {
        "opening a snapshot": lambda: [_opened(segment) for _ in range(_OPENED)],
        **_checks(opened, rules),
        **_signals(robots),
        **_pictures(),
    }


def _opened(segment: Path) -> Any:
    names = vars(import_module("benchmarks.bench"))
    snapshot = names["Snapshot"].open(segment, names["snapshot_id"]())
    return names["Filter"](names["FixedSource"](snapshot), names["Policy"].opt_out(names["Usage"].TRAIN_AI))


def _checks(opened: Any, rules: int) -> dict[str, Work]:
    urls = of("benchmarks.rules", "urls")
    wide = urls(rules, _URLS, per_site=1.15, seed=0)
    crawl = urls(rules, _URLS, per_site=8.9, seed=1)
    rows = urls(rules, _ROWS, per_site=20.0, seed=7)
    by_host, shuffled = pa.array(sorted(rows, key=_host)), pa.array(rows)
    return {
        "`Filter.check`, wide": lambda: [opened.check(url) for url in wide],
        "`Filter.check`, crawl": lambda: [opened.check(url) for url in crawl],
        "`mask`, host-sorted": lambda: opened.mask(by_host),
        "`mask`, shuffled": lambda: opened.mask(shuffled),
    }


def _host(url: str) -> str:
    return url.replace("\\", "/").partition("://")[2].partition("/")[0].rpartition("@")[2].lower()


def _signals(folder: Path) -> dict[str, Work]:
    names = vars(import_module("benchmarks.signals"))
    read, silent, robots_txt = names["headers"].read, names["SILENT"], names["RobotsTxt"]
    said = silent | {"X-Robots-Tag": "noai"}
    files = sorted(path for path in folder.glob("*/*/tests/test_data/*") if path.is_file())
    texts = [path.read_bytes() for path in random.Random(5).sample(files, min(_ROBOTS, len(files)))]
    parsed = [robots_txt.parse(text) for text in texts]

    def match() -> None:
        for robots in parsed:
            for url in _ASKED:
                for agent in names["AGENTS"]:
                    robots.may_crawl(agent, url)

    return {
        "headers, nothing said": lambda: [read(silent) for _ in range(_URLS)],
        "headers, `X-Robots-Tag`": lambda: [read(said) for _ in range(_URLS)],
        "robots.txt, parse": lambda: [robots_txt.parse(text) for text in texts],
        "robots.txt, `may_crawl`": match,
    }


def _pictures() -> dict[str, Work]:
    names = vars(import_module("benchmarks.images"))
    picture = of("benchmarks.copies", "drawing")(0, 512, 512)
    hashed = {
        "PDQ": names["pdq"],
        "PDQ and its mirror image": names["pdq_and_mirrored"],
        "PDQ, to look up": names["for_lookup"],
        "PDQ, to register": names["for_registration"],
    }
    return {
        name: lambda hash_of=hash_of: [hash_of(picture) for _ in range(_PICTURES)]
        for name, hash_of in hashed.items()
    }


def measured(work: Work) -> float:
    """Return the least processor time of a few passes."""
    taken = []
    for _ in range(_PASSES):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def main(what: str, segment: str, rules: str, robots: str = "") -> None:
    """Build or measure."""
    if what == "build":
        build(Path(segment), int(rules))
        return
    every = works(Path(segment), int(rules), Path(robots))
    gc.collect()
    gc.freeze()
    print(json.dumps({name: measured(work) for name, work in every.items()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
