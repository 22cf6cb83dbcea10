"""`crawler-filter export`: what is reserved, as a block list of another tool, and the feed of what changed."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from crawler_filter.exports import formats, rules
from crawler_filter.exports.formats import Rule
from crawler_filter.filter import Filter
from crawler_filter.formats.record import rfc3339
from crawler_filter.sync import durable
from crawler_filter.sync.list_folder import About

DONE: Final = 0

DESCRIPTION: Final = (
    "Write what is reserved as a block list of a tool that cannot run Python. A snapshot holds no clear names:"
    " they come from your own lists (--list), or from names that you have (--among), such as the hosts of your"
    " frontier. Digests, pictures, films and texts have no place in a block list."
)


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Give the command its arguments and its help."""
    command.description = DESCRIPTION
    command.add_argument(
        "--format", required=True, choices=[*formats.TEXTS, "parquet"], help="the tool that is to read it"
    )
    command.add_argument(
        "--among", metavar="FILE", help="names or addresses, one a line, to be looked up in the snapshot"
    )
    command.add_argument("--out", metavar="FILE", help="the file to write (default: standard output)")


def run(options: argparse.Namespace, open_filter: Callable[[], Filter]) -> int:
    """Write the block list that the options ask for."""
    if not options.lists and not options.among:
        raise ValueError("say where the names are: --list DIR, or --among FILE")
    if options.format == "parquet" and not options.out:
        raise ValueError("name the file to write with --out")
    about = [f"made by crawler-filter export --format {options.format}"]
    found: list[Rule] = []
    for folder in map(Path, options.lists):
        found += rules.of_list(folder)
        state = About.read(folder)
        about.append(f"{state.name}, number {state.number}, compiled {rfc3339(state.issued)}")
    if options.among:
        optout = open_filter()
        found += rules.among(optout, Path(options.among))
        about.append(f"names of {Path(options.among).name} that are reserved, policy {optout.policy.name}")
    places = rules.distinct(found)
    _write(options, places, about)
    _report(options, places)
    return DONE


def _write(options: argparse.Namespace, places: Sequence[Rule], about: Sequence[str]) -> None:
    if options.format == "parquet":
        write_parquet(Path(options.out), places)
        return
    lines = (f"{line}\n" for line in formats.text(options.format, places, about))
    if options.out:
        durable.write(Path(options.out), "".join(lines).encode())
    else:
        sys.stdout.writelines(lines)


def write_parquet(path: Path, places: Sequence[Rule]) -> None:
    """Write places as rows of a Parquet file; it is there whole or not at all."""
    import pyarrow as pa  # noqa: PLC0415 - an optional dependency
    import pyarrow.parquet as pq  # noqa: PLC0415

    schema = pa.schema(dict.fromkeys(("kind", "value", "source", "page"), pa.string()))
    with durable.replacing(path) as file:
        pq.write_table(pa.Table.from_pylist([formats.row(rule) for rule in places], schema=schema), file)


def _report(options: argparse.Namespace, places: Sequence[Rule]) -> None:
    left_out = [rule for rule in places if options.format in formats.WITHOUT_PATHS and not rule.is_whole]
    written = len(places) - len(left_out)
    said = {"written": written, "left_out": len(left_out)}
    if options.json and options.out:
        print(json.dumps(said))
    else:
        words = f"; {len(left_out)} parts of sites left out, for which the format has no words" if left_out else ""
        print(f"{written} places{words}", file=sys.stderr)
