"""`crawler-filter feed`: print what became reserved between two snapshots."""

import argparse

from crawler_filter.commands.options import add_trust, trust_of
from crawler_filter.exports import feed


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Give the command its arguments."""
    feed.add_arguments(command)
    add_trust(command)


def run(options: argparse.Namespace) -> int:
    """Print the feed."""
    return feed.run(options, trust_of(options))
