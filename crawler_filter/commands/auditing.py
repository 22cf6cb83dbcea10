"""`crawler-filter audit`: say of whole data sets which rows are reserved."""

import argparse

from crawler_filter.audit import cli
from crawler_filter.commands.options import add_filter, places_of, policy_of, trusts_of


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Give the command its arguments."""
    cli.add_arguments(command)
    cli.add_works(command)
    add_filter(command, found_on=False)


def run(options: argparse.Namespace) -> int:
    """Audit the data sets; a rights holder's works alone need no registry."""
    policy = policy_of(options)
    if options.works and not options.snapshot and not options.lists:
        return cli.audit(options, [], [], policy)
    return cli.audit(options, places_of(options), trusts_of(options), policy)
