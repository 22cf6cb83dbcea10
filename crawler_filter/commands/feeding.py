"""`crawler-filter feed`: print what became reserved between two snapshots, as objects or as an Atom document."""

import argparse
import json
import sys
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Final

from crawler_filter.commands.exit_codes import KEPT
from crawler_filter.commands.options import add_trust, trust_of
from crawler_filter.exports.atom import atom
from crawler_filter.exports.feed import ended_grants, feed
from crawler_filter.formats.record import rfc3339
from crawler_filter.formats.urls import key
from crawler_filter.grants.operator import Operator
from crawler_filter.lists.entries import Entry
from crawler_filter.lists.reading import read_list
from crawler_filter.policy import Policy
from crawler_filter.preference import Usage
from crawler_filter.sync.granted import ended, rows_in
from crawler_filter.sync.update import open_change

DESCRIPTION: Final = (
    "Print what became reserved between two snapshot folders, and what no longer is, one JSON object a line. It is"
    " for whoever holds data that was filtered by the older one. Names come from a list of yours (--names)."
)


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Give the command its arguments and its help."""
    command.description = DESCRIPTION
    command.add_argument("--from", required=True, metavar="DIR", dest="old", help="the older snapshot's folder")
    command.add_argument("--to", required=True, metavar="DIR", dest="new", help="the newer snapshot's folder")
    command.add_argument(
        "--names", metavar="FILE", help="places, one a line: those that the feed has are named in it"
    )
    command.add_argument(
        "--format",
        default="json",
        choices=["json", "atom"],
        help="an object a line, or a document (default: json)",
    )
    command.add_argument(
        "--operator", metavar="FILE",
        help="who you are, as for other commands: what grants to you had lifted, and no longer do, is printed too",
    )  # fmt: skip
    command.add_argument(
        "--usage", default=Usage.TRAIN_AI.value, choices=[usage.value for usage in Usage],
        help="what the data is wanted for (default: train-ai)",
    )  # fmt: skip
    add_trust(command)


def run(options: argparse.Namespace) -> int:
    """Print the feed between the snapshots that the options name."""
    trust = trust_of(options)
    folders = Path(options.old), Path(options.new)
    (old, before), (new, after) = open_change(*folders, trust)
    entries = read_list(Path(options.names)) if options.names else ()
    known = {key(entry.value).hex(): entry.value for entry in entries if isinstance(entry, Entry)}
    usage = Usage(options.usage)
    items = feed(old, new, after.origin, usage, known)
    if options.operator:
        policy = replace(Policy.opt_out(usage), operator=Operator.from_file(options.operator))
        rows = [rows_in(folder, trust, policy) for folder in folders]
        over = [row for row in ended(*rows, then=before.issued, now=after.issued) if usage in row.usages]
        items = chain(items, ended_grants(over, new, after.origin, known, after.issued))
    if options.format == "atom":
        sys.stdout.write(atom(items, after.origin, after.issued).decode() + "\n")
        return KEPT
    between = [rfc3339(before.issued), rfc3339(after.issued)]
    for item in items:
        sys.stdout.write(f"{json.dumps(item | {'between': between}, ensure_ascii=False)}\n")
    return KEPT
