"""`crawler-filter compile`: an operator's own lists as a snapshot that filters read beside those of registries."""

import argparse
import json
import sys
import time
from itertools import chain
from pathlib import Path
from typing import Final

from crawler_filter.commands.exit_codes import KEPT, NOT_CHECKED
from crawler_filter.formats.counts import ENTRY, number_of
from crawler_filter.lists.compiling import Compiled, compile_list
from crawler_filter.lists.reading import read_list

_SHOWN: Final = 100

DESCRIPTION: Final = (
    "Make an unsigned local snapshot from lists of your own: letters that ask you to leave works out, community"
    " lists, a partner's exclusions. Reads text with one value a line (hosts files and block lists of other tools"
    " too), CSV and JSON. A value is a domain, a host, an address, a folder (ending in /*), a digest or an ISBN,"
    " DOI or EIDR, known by its form. A list that is compiled again gets what is new."
)


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Give the command its arguments and its help."""
    command.description = DESCRIPTION
    command.epilog = (
        "exit codes: 0 done, 2 called wrongly, 3 lines were refused, which are named; the rest is compiled"
    )
    command.add_argument("files", nargs="+", metavar="FILE", help="the lists")
    command.add_argument(
        "--into", "--list", required=True, metavar="DIR",
        help="the compiled list, such as own-list.snapshot; other commands read it by --list",
    )  # fmt: skip
    command.add_argument("--reason", default="", metavar="TEXT", help="why, for entries that do not say")
    command.add_argument(
        "--replace", action="store_true", help="make the list exactly these files: what they do not have goes"
    )


def run(options: argparse.Namespace) -> int:
    """Compile the lists that the options name."""
    paths = [Path(name) for name in options.files]
    for path in paths:
        path.stat()  # before anything is written
    found = (each for path in paths for each in read_list(path, reason=options.reason))
    if (first := next(found, None)) is None:
        raise ValueError(f"{', '.join(options.files)}: nothing is listed here, so {options.into} is as it was")
    compiled = compile_list(
        Path(options.into), chain([first], found), now=int(time.time()), replacing=options.replace
    )
    _report(compiled, options)
    return NOT_CHECKED if compiled.refused else KEPT


def _report(compiled: Compiled, options: argparse.Namespace) -> None:
    about = compiled.about
    for line in compiled.named[:_SHOWN]:
        print(f"crawler-filter: {line.place}: {line.why}", file=sys.stderr)
    if (more := compiled.refused - _SHOWN) > 0:
        print(f"crawler-filter: and {number_of(more, 'more line')}", file=sys.stderr)
    counts = {"added": compiled.added, "known": compiled.known, "removed": compiled.removed}
    if options.json:
        refused = [{"place": line.place, "why": line.why} for line in compiled.named]
        told = {"refused": refused, "refused_count": compiled.refused}
        print(json.dumps(about.to_json() | counts | told, ensure_ascii=False))
    else:
        counts["refused"] = compiled.refused
        words = ", ".join(f"{count} {name}" for name, count in counts.items())
        print(f"{options.into} has {number_of(about.entries, *ENTRY)} (number {about.number}): {words}")
