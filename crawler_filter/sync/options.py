"""The options by which commands name a snapshot, its trust file and a policy, and what they stand for."""

import argparse
import os
import sys
from pathlib import Path
from typing import Final, NoReturn

from crawler_filter.filter import Filter
from crawler_filter.log import Trust
from crawler_filter.policy import Policy
from crawler_filter.preference import Usage
from crawler_filter.sync.source import read_trust

USAGE: Final = 2
"""The exit code of a command that was called wrongly."""


def add_snapshot(command: argparse.ArgumentParser) -> None:
    """Give a command the option that names the snapshot folder."""
    command.add_argument(
        "--snapshot", metavar="DIR", default=os.environ.get("CRAWLER_FILTER_SNAPSHOT"),
        help="the folder that holds the snapshot (default: $CRAWLER_FILTER_SNAPSHOT)",
    )  # fmt: skip


def add_trust(command: argparse.ArgumentParser) -> None:
    """Give a command the option that names the trust file."""
    command.add_argument(
        "--trust", metavar="FILE", default=os.environ.get("CRAWLER_FILTER_TRUST"),
        help="the registry's trust file, got from somewhere you trust (default: $CRAWLER_FILTER_TRUST)",
    )  # fmt: skip


def add_filter(command: argparse.ArgumentParser, *, found_on: bool = True) -> None:
    """Give a command the options that a filter is opened by; `found_on` tells whether one asset is asked about."""
    add_snapshot(command)
    add_trust(command)
    command.add_argument(
        "--list", metavar="DIR", action="append", default=[], dest="lists", type=Path,
        help="a list of your own that `crawler-filter compile` made, read beside the registry; may be repeated",
    )  # fmt: skip
    command.add_argument(
        "--usage", default=Usage.TRAIN_AI.value, choices=[usage.value for usage in Usage],
        help="what the asset is wanted for (default: train-ai)",
    )  # fmt: skip
    command.add_argument("--permission-first", action="store_true", help="keep only what was expressly allowed")
    if found_on:
        command.add_argument(
            "--found-on", metavar="URL", action="append", default=[],
            help="a page it was found on; may be given several times",
        )  # fmt: skip


def filter_of(options: argparse.Namespace) -> Filter:
    """Open the filter that the options name. Raises FilterError."""
    return Filter.open(places_of(options), trust=trusts_of(options), policy=policy_of(options))


def places_of(options: argparse.Namespace) -> list[Path]:
    """Return the folders of the registry's snapshot and of own lists; without a list there must be a registry."""
    registry = [] if options.lists and not options.snapshot else [snapshot_of(options)]
    return [*registry, *options.lists]


def trusts_of(options: argparse.Namespace) -> list[Trust]:
    """Return the trust of the registry that the options name; lists have none."""
    return [] if options.lists and not options.snapshot else [trust_of(options)]


def policy_of(options: argparse.Namespace) -> Policy:
    """Return the policy that the options name."""
    usage = Usage(options.usage)
    return Policy.permission_first(usage) if options.permission_first else Policy.opt_out(usage)


def snapshot_of(options: argparse.Namespace) -> Path:
    """Return the snapshot folder that the options name; without one the command was called wrongly."""
    if not options.snapshot:
        usage_error("name the snapshot folder with --snapshot DIR or CRAWLER_FILTER_SNAPSHOT")
    return Path(options.snapshot)


def trust_of(options: argparse.Namespace) -> Trust:
    """Return the trust that the options name; without one the command was called wrongly."""
    if not options.trust:
        usage_error("name the registry's trust file with --trust FILE or CRAWLER_FILTER_TRUST")
    return read_trust(options.trust)


def usage_error(message: str) -> NoReturn:
    """Say that the command was called wrongly, and end."""
    sys.stderr.write(f"crawler-filter: {message}\n")
    raise SystemExit(USAGE)
