"""`crawler-filter export`: write what is reserved as a block list of another tool."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from crawler_filter.commands.exit_codes import KEPT
from crawler_filter.commands.options import add_filter, filter_of, usage_error
from crawler_filter.exports import formats, rules
from crawler_filter.exports.formats import Rule
from crawler_filter.formats.counts import number_of
from crawler_filter.formats.record import rfc3339
from crawler_filter.sync import durable
from crawler_filter.sync.list_folder import About

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
    add_filter(command, found_on=False)


def run(options: argparse.Namespace) -> int:
    """Write the block list that the options ask for."""
    if not options.lists and not options.among:
        usage_error("say where the names are: --list DIR, or --among FILE")
    if options.format == "parquet" and not options.out:
        usage_error("name the file to write with --out")
    about = [f"made by crawler-filter export --format {options.format}"]
    found: list[Rule] = []
    for folder in map(Path, options.lists):
        found += rules.of_list(folder)
        state = About.read(folder)
        about.append(f"{state.name}, number {state.number}, compiled {rfc3339(state.issued)}")
    if options.among:
        optout = filter_of(options)
        found += rules.among(optout, Path(options.among))
        about.append(f"names of {Path(options.among).name} that are reserved, policy {optout.policy.name}")
    places = rules.distinct(found)
    _write(options, places, about)
    _report(options, places)
    return KEPT


def _write(options: argparse.Namespace, places: Sequence[Rule], about: Sequence[str]) -> None:
    if options.format == "parquet":
        formats.write_parquet(Path(options.out), places)
        return
    lines = (f"{line}\n" for line in formats.text(options.format, places, about))
    if options.out:
        durable.write(Path(options.out), "".join(lines).encode())
    else:
        sys.stdout.writelines(lines)


def _report(options: argparse.Namespace, places: Sequence[Rule]) -> None:
    left_out = [rule for rule in places if options.format in formats.WITHOUT_PATHS and not rule.is_whole]
    written = len(places) - len(left_out)
    said = {"written": written, "left_out": len(left_out)}
    if options.json and options.out:
        print(json.dumps(said))
    else:
        parts = number_of(len(left_out), "part of a site", "parts of sites")
        words = f"; {parts} left out, for which the format has no words" if left_out else ""
        print(f"{number_of(written, 'place')}{words}", file=sys.stderr)
