"""`crawler-filter summary`: print an audit's report in a form that others ask for."""

import argparse
import json
import sys
from pathlib import Path
from typing import Final

from crawler_filter.audit import record
from crawler_filter.audit.summaries import SUMMARIES
from crawler_filter.commands.exit_codes import KEPT

DESCRIPTION: Final = (
    "Print what an audit found in a form that others ask for: a draft of the EU's public summary of training"
    " content, the part of a Croissant 1.1 description that says how reservations were respected, or all counts"
    " as CSV."
)


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Give the command its arguments and its help."""
    command.description = DESCRIPTION
    command.add_argument("folder", metavar="DIR", help="the folder of an audit that has ended")
    command.add_argument("--as", required=True, choices=SUMMARIES, dest="form", help="the form")


def run(options: argparse.Namespace) -> int:
    """Print a report in another form."""
    path = Path(options.folder) / record.REPORTS[0]
    if not path.is_file():
        raise ValueError(
            f"expected the folder that an audit wrote and ended in, got {options.folder}: no {path.name}"
        )
    made = SUMMARIES[options.form](json.loads(path.read_bytes()))
    sys.stdout.write(made if isinstance(made, str) else f"{json.dumps(made, indent=2, ensure_ascii=False)}\n")
    return KEPT
