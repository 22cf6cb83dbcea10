"""`crawler-filter diff`: say which rows of data sets became reserved between two snapshots."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Final

from crawler_filter.audit import opening
from crawler_filter.commands.auditing import add_run, carry_out, order_of, show
from crawler_filter.commands.options import add_policy, add_trust, policy_of, trust_of

DESCRIPTION: Final = (
    "Say which rows of data that was filtered by an older snapshot became reserved since, and write it without"
    " them. Only rows that the changes cover are checked; of Parquet, only row groups that lose rows are read"
    " whole. A mask has rows that are no longer reserved as `released`."
)


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Give the command its arguments and its help."""
    command.description = DESCRIPTION
    add_run(command)
    command.add_argument(
        "--from", required=True, type=Path, metavar="DIR", dest="old", help="the snapshot the data was filtered by"
    )
    command.add_argument("--to", required=True, type=Path, metavar="DIR", dest="new", help="the snapshot of now")
    add_trust(command)
    add_policy(command)


def run(options: argparse.Namespace) -> int:
    """Compare the snapshots on the data sets."""
    if options.dry_run:
        return show(options)
    policy = policy_of(options)
    order = replace(order_of(options, [options.old, options.new], policy), kind_of_run="diff")
    return carry_out(options, order, opening.change(trust_of(options), policy))
