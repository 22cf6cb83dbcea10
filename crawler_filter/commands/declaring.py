"""`crawler-filter declare`, with the codes of a model that the registry lists."""

import argparse

from crawler_filter.commands.coding import add_model, coder_of_options
from crawler_filter.declaring import cli


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Give the command its arguments and its help."""
    cli.add_arguments(command)
    add_model(command)


def run(options: argparse.Namespace) -> int:
    """Look at a catalogue, and declare it with --send."""
    return cli.run(options, lambda: coder_of_options(options))
