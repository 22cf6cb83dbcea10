"""`crawler-filter export`: write what is reserved as a block list of another tool."""

import argparse
from functools import partial

from crawler_filter.commands.options import add_filter, filter_of
from crawler_filter.exports import cli


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Give the command its arguments."""
    cli.add_arguments(command)
    add_filter(command, found_on=False)


def run(options: argparse.Namespace) -> int:
    """Write the block list."""
    return cli.run(options, partial(filter_of, options))
