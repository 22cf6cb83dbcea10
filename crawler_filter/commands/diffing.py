"""`crawler-filter diff`: say which rows of data sets became reserved between two snapshots."""

import argparse

from crawler_filter.audit import cli
from crawler_filter.commands.options import add_policy, add_trust, policy_of, trust_of


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Give the command its arguments."""
    cli.add_arguments(command)
    cli.add_between(command)
    add_trust(command)
    add_policy(command)


def run(options: argparse.Namespace) -> int:
    """Compare the snapshots on the data sets."""
    return cli.diff(options, trust_of(options), policy_of(options))
