"""`crawler-filter export`: write what is reserved as a block list of another tool."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from crawler_filter.commands.exit_codes import KEPT, NOT_CHECKED
from crawler_filter.commands.options import add_filter, filter_of, usage_error
from crawler_filter.exports import formats, rules
from crawler_filter.exports.formats import Rule
from crawler_filter.exports.rules import Named
from crawler_filter.exports.shortfalls import left_out, shortfalls
from crawler_filter.formats.counts import number_of
from crawler_filter.formats.record import rfc3339
from crawler_filter.sync import durable
from crawler_filter.sync.list_folder import About

DESCRIPTION: Final = (
    "Write what is reserved as a block list of a tool that cannot run Python. A snapshot holds no clear names:"
    " they come from your own lists (--list), or from names that you have (--among), such as the hosts of your"
    " frontier. Digests, pictures, films and texts have no place in a block list."
)

_SHOWN: Final = 20
"""Lines that name no place, which are shown; the others are counted."""


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
    named = Named()
    if options.among:
        optout = filter_of(options)
        named = rules.among(optout, Path(options.among))
        found += named.rules
        about.append(f"names of {Path(options.among).name} that are reserved, policy {optout.policy.name}")
    places = rules.distinct(found)
    notes = [*shortfalls(options.format, places), *_of_names(named, places)]
    _write(options, places, [*about, *notes])
    _report(options, places, named, notes)
    return NOT_CHECKED if named.refused else KEPT


def _of_names(named: Named, places: Sequence[Rule]) -> list[str]:
    """Return what names that may be kept are to know, with counts."""
    inside = named.covered(places)
    words = "may be kept by the filter, and by this list may not: it has no exceptions"
    said = [f"{number_of(inside, 'of the names', 'of the names')} {words}"] if inside else []
    hosts = number_of(named.parted, "host that may be kept has", "hosts that may be kept have")
    parts = "reserved parts, which are not in this list: name addresses on them with --among"
    return said + ([f"{hosts} {parts}"] if named.parted else [])


def _write(options: argparse.Namespace, places: Sequence[Rule], about: Sequence[str]) -> None:
    if options.format == "parquet":
        formats.write_parquet(Path(options.out), places)
        return
    lines = (f"{line}\n" for line in formats.text(options.format, places, about))
    if options.out:
        durable.write(Path(options.out), "".join(lines).encode())
    else:
        sys.stdout.writelines(lines)


def _report(options: argparse.Namespace, places: Sequence[Rule], named: Named, notes: Sequence[str]) -> None:
    for line in named.refused[:_SHOWN]:
        print(f"crawler-filter: {line.place}: {line.why}", file=sys.stderr)
    if (more := len(named.refused) - _SHOWN) > 0:
        print(f"crawler-filter: and {number_of(more, 'more line')}", file=sys.stderr)
    skipped = left_out(options.format, places)
    written = len(places) - skipped
    if options.json and options.out:
        told = {"written": written, "left_out": skipped, "refused": len(named.refused), "notes": notes}
        print(json.dumps(told, ensure_ascii=False))
    else:
        print("; ".join([number_of(written, "place"), *notes]), file=sys.stderr)
