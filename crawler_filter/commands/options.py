"""Options that several commands share, and what they stand for."""

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

from crawler_filter.commands.exit_codes import EXCLUDED, KEPT, NOT_CHECKED, USAGE
from crawler_filter.preference import Usage
from crawler_filter.reason import UNCHECKED

if TYPE_CHECKING:
    from crawler_filter.decision import Decision
    from crawler_filter.filter import Filter
    from crawler_filter.log import Trust
    from crawler_filter.policy import Policy
    from crawler_filter.sync.source import FirstUse

T = TypeVar("T")


def add_snapshot(command: argparse.ArgumentParser) -> None:
    """Take the folder of a snapshot."""
    command.add_argument(
        "--snapshot", metavar="DIR", default=os.environ.get("CRAWLER_FILTER_SNAPSHOT"),
        help="the folder that holds the snapshot (default: $CRAWLER_FILTER_SNAPSHOT)",
    )  # fmt: skip


def add_trust(command: argparse.ArgumentParser) -> None:
    """Take a trust file."""
    command.add_argument(
        "--trust", metavar="FILE", default=os.environ.get("CRAWLER_FILTER_TRUST"),
        help="the registry's trust file, got from somewhere you trust (default: $CRAWLER_FILTER_TRUST)",
    )  # fmt: skip


def add_first_use(command: argparse.ArgumentParser) -> None:
    """Take the word of whoever answers first, in place of a trust file."""
    command.add_argument(
        "--first-use", action="store_true",
        help="without a trust file: accept the keys that were shown first, which every answer then says",
    )  # fmt: skip


def add_policy(command: argparse.ArgumentParser) -> None:
    """Take a policy: a file, or a usage and one word."""
    command.add_argument(
        "--policy", metavar="FILE", default=os.environ.get("CRAWLER_FILTER_POLICY"),
        help="a policy file such as optout.toml (default: $CRAWLER_FILTER_POLICY)",
    )  # fmt: skip
    command.add_argument(
        "--usage", choices=[usage.value for usage in Usage],
        help="without a policy file: what the asset is wanted for (default: train-ai)",
    )  # fmt: skip
    command.add_argument(
        "--permission-first", action="store_true",
        help="without a policy file: keep only what was expressly allowed",
    )  # fmt: skip
    command.add_argument(
        "--operator", metavar="FILE", default=os.environ.get("CRAWLER_FILTER_OPERATOR"),
        help="who you are, for what rights holders granted you: a TOML file with client_id, key (a PEM file) and"
        " territory (default: $CRAWLER_FILTER_OPERATOR)",
    )  # fmt: skip


def add_filter(command: argparse.ArgumentParser, *, found_on: bool = True) -> None:
    """Take all that a filter is opened with."""
    add_snapshot(command)
    add_trust(command)
    add_first_use(command)
    command.add_argument(
        "--list", metavar="DIR", action="append", default=[], dest="lists", type=Path,
        help="a list of your own that `crawler-filter compile` made, read beside the registry; may be repeated",
    )  # fmt: skip
    add_policy(command)
    if found_on:
        command.add_argument(
            "--found-on", metavar="URL", action="append", default=[],
            help="a page it was found on; may be given several times",
        )  # fmt: skip


def filter_of(options: argparse.Namespace) -> "Filter":
    """Open the filter that the options name. Raises FilterError."""
    from crawler_filter.filter import Filter  # noqa: PLC0415 - only where something is checked

    places, trusts = places_of(options), trusts_of(options)
    if options.lists:
        return Filter.open(places, trust=trusts, policy=policy_of(options))
    return Filter.open(places[0], trust=trusts[0], policy=policy_of(options))


def places_of(options: argparse.Namespace) -> list[Path]:
    """Return the folders of the registry's snapshot and of own lists; without a list there must be a registry."""
    registry = [] if options.lists and not options.snapshot else [snapshot_of(options)]
    return [*registry, *options.lists]


def trusts_of(options: argparse.Namespace) -> "list[Trust | FirstUse]":
    """Return the trust of the registry that the options name; lists have none."""
    return [] if options.lists and not options.snapshot else [trust_or_first_use(options)]


def policy_of(options: argparse.Namespace) -> "Policy":
    """Return the policy that the options name, with the operator that they name."""
    policy = _policy_of(options)
    if not getattr(options, "operator", None):
        return policy
    from crawler_filter.grants.operator import Operator  # noqa: PLC0415 - as above

    return replace(policy, operator=Operator.from_file(options.operator))


def _policy_of(options: argparse.Namespace) -> "Policy":
    from crawler_filter.policy import Policy  # noqa: PLC0415 - as above

    usage, permission_first = getattr(options, "usage", None), getattr(options, "permission_first", False)
    if getattr(options, "policy", None):
        if usage or permission_first:
            usage_error("the policy file says the usage: give either --policy, or --usage and --permission-first")
        return Policy.from_file(options.policy)
    wanted = Usage(usage or Usage.TRAIN_AI)
    return Policy.permission_first(wanted) if permission_first else Policy.opt_out(wanted)


def registry_of(address: str) -> str:
    """Return the address of a registry as it was given, which must be one of the web."""
    if not address.startswith(("https://", "http://")):
        usage_error(f"expected an address such as https://registry.example, got {address!r}")
    return address


def snapshot_of(options: argparse.Namespace) -> Path:
    """Return the folder that the options name."""
    if not options.snapshot:
        usage_error("name the snapshot folder with --snapshot DIR or CRAWLER_FILTER_SNAPSHOT")
    if options.snapshot.startswith(("https://", "http://")):
        usage_error(
            f"expected the folder of a snapshot, got the address {options.snapshot}; fetch the snapshot first: "
            f"`crawler-filter sync {options.snapshot} --snapshot optout --trust registry.policy`"
        )
    folder = Path(options.snapshot)
    if folder.is_file():
        usage_error(f"expected the folder of a snapshot, got the file {folder}")
    return folder


def trust_of(options: argparse.Namespace) -> "Trust":
    """Return what is in the trust file that the options name."""
    from crawler_filter.sync.source import read_trust  # noqa: PLC0415 - loads the network

    if not options.trust:
        usage_error(
            "name the registry's trust file with --trust FILE or CRAWLER_FILTER_TRUST; a list of your own,"
            " which needs none, with --list in place of --snapshot"
        )
    return read_trust(options.trust)


def trust_or_first_use(options: argparse.Namespace) -> "Trust | FirstUse":
    """Return what is believed: a trust file, or where that was asked for whoever answered first."""
    from crawler_filter.sync.source import FirstUse  # noqa: PLC0415 - loads the network

    if not getattr(options, "first_use", False):
        return trust_of(options)
    if options.trust:
        usage_error("give either --trust or --first-use")
    return FirstUse()


def usage_error(message: str) -> NoReturn:
    """End the program, because it was called wrongly."""
    print(f"crawler-filter: {message}", file=sys.stderr)
    raise SystemExit(USAGE)


def code_of(decision: "Decision") -> int:
    """Return the exit code of a decision."""
    if decision.keep:
        return KEPT
    return NOT_CHECKED if decision.reason in UNCHECKED else EXCLUDED


def counted(items: Iterable[T], unit: str) -> Iterable[T]:
    """Show on standard error how many were done, unless the answers appear on the same terminal."""
    from tqdm import tqdm  # noqa: PLC0415 - a tenth of a second

    shown = sys.stderr.isatty() and not sys.stdout.isatty()
    bar: Iterable[T] = tqdm(items, unit=unit, disable=not shown, file=sys.stderr)
    return bar


def given(arguments: Sequence[str]) -> Iterator[str]:
    """Yield what stands on the command line, or else one item a line of standard input."""
    if arguments and list(arguments) != ["-"]:
        yield from arguments
        return
    for line in sys.stdin:
        if line.strip():
            yield line.rstrip("\r\n")
