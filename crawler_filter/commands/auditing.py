"""`crawler-filter audit`: say of whole data sets which rows are reserved."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from crawler_filter.audit import cli
from crawler_filter.commands.options import add_filter, places_of, policy_of, trusts_of
from crawler_filter.filter import Filter


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Give the command its arguments."""
    cli.add_arguments(command)
    add_filter(command, found_on=False)


def run(options: argparse.Namespace) -> int:
    """Audit the data sets."""
    places, trusts, policy = places_of(options), trusts_of(options), policy_of(options)

    def opening(folders: Sequence[Path], clock: Callable[[], float]) -> Filter:
        return Filter.open(folders, trust=trusts, policy=policy, clock=clock)

    return cli.run(options, places, policy, opening)
