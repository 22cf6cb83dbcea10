"""The command `python -m tests.attacks.costs`: measure what the dearest requests cost, and write the table.

With texts, only what has one of them in its name is measured; `--missing` measures what the table has no row of. The
rows of what was measured are written, and those of what is no longer there are dropped. `full` measures what is read
of a registry that one account has filled. Exit code 1 when anything took more than it may.
"""

import argparse
import logging
import re
import sys
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.attacks.full_registry import everything_that_is_read
from tests.attacks.hostile_requests import everything, open_scene
from tests.attacks.meter import Cost, measure

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "cost-of-requests.md"
FULL = ", the account full"
_BLOCK = re.compile(r"(<!-- make costs -->\n).*?(<!-- end -->)", re.DOTALL)
_ROW = re.compile(r"^\| `(.*)` \|.*$", re.MULTILINE)
_HEAD = "| what | requests | MB at most | seconds at most | answered |\n|---|---|---|---|---|"


def main(arguments: Sequence[str]) -> int:
    """Measure what is wanted, print each row as it is known, and write the page."""
    options = _parser().parse_args(arguments)
    logging.disable(logging.CRITICAL)
    everywhere, there, within = names(), rows_of(PAGE.read_text("utf-8")), True
    wanted = [name for name in everywhere if name not in there] if options.missing else everywhere
    wanted = [name for name in wanted if _is_asked_for(name, options.texts)]
    is_full = not (options.missing or options.texts) or "full" in options.texts
    for name, cost in _costs(wanted, is_full=is_full):
        within = within and cost.is_within
        sys.stdout.write(f"{_row(name, cost)}\n")
        sys.stdout.flush()
        write({name: _row(name, cost)}, everywhere)
    return 0 if within else 1


def names() -> list[str]:
    """Return the names of all that is measured by itself: operations, pages and forms."""
    with TemporaryDirectory() as folder, open_scene(Path(folder)) as scene:
        return [*everything(scene)]


def rows_of(page: str) -> dict[str, str]:
    """Return the rows of the table on the page, by what they are about."""
    return {found[1]: found[0] for found in _ROW.finditer(page)}


def write(rows: dict[str, str], there: Collection[str]) -> None:
    """Write rows into the table of the page, and leave out what is no longer there."""
    page = PAGE.read_text("utf-8")
    kept = [row for name, row in (rows_of(page) | rows).items() if name in there or name.endswith(FULL)]
    table = "\n".join([_HEAD, *kept])
    PAGE.write_text(_BLOCK.sub(lambda found: f"{found[1]}\n{table}\n\n{found[2]}", page), "utf-8")


def _is_asked_for(name: str, texts: Sequence[str]) -> bool:
    return not texts or any(text in name for text in texts)


def _costs(wanted: Sequence[str], *, is_full: bool) -> Iterator[tuple[str, Cost]]:
    for name in wanted:
        with TemporaryDirectory() as folder, open_scene(Path(folder)) as scene:
            yield name, measure(scene.send, everything(scene)[name](scene))
    if is_full:
        with TemporaryDirectory() as folder, open_scene(Path(folder)) as scene:
            for sent in everything_that_is_read(scene):
                shown = re.sub(r"[a-z2-7]{26,}", "…", sent.path)
                yield f"{sent.method} {shown}{FULL}", measure(scene.send, [sent])


def _row(name: str, cost: Cost) -> str:
    return f"| `{name}` | {cost.requests} | {cost.memory / 2**20:.0f} | {cost.seconds:.2f} | {cost.status} |"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.attacks.costs", description=__doc__)
    parser.add_argument("texts", nargs="*", metavar="TEXT", help="measure what has one of these in its name")
    parser.add_argument("--missing", action="store_true", help="measure what has no row yet")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
