"""`crawler-filter sync`: fetch and verify a registry's newest snapshot."""

import argparse
import json
import sys
import time

from tqdm import tqdm

from crawler_filter.commands.exit_codes import KEPT
from crawler_filter.commands.options import (
    add_first_use,
    add_snapshot,
    add_trust,
    registry_of,
    snapshot_of,
    trust_or_first_use,
)
from crawler_filter.formats.counts import LOG_ENTRY, number_of
from crawler_filter.net.transport import Progress, RequestsTransport
from crawler_filter.snapshot.acceptance import Accepted
from crawler_filter.sync.directory import SnapshotDirectory
from crawler_filter.sync.source import believed
from crawler_filter.sync.update import sync


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Give the command its arguments."""
    command.add_argument("registry", help="https address of the registry, or of any mirror of it")
    command.add_argument("--names", action="store_true", help="fetch the names of works too, for captions")
    add_snapshot(command)
    add_trust(command)
    add_first_use(command)


def run(options: argparse.Namespace) -> int:
    """Sync the folder."""
    registry, folder = registry_of(options.registry), snapshot_of(options)
    given = trust_or_first_use(options)
    with RequestsTransport() as transport:
        trust = believed(given, SnapshotDirectory(folder), registry, lambda: transport)
        accepted = sync(
            folder,
            registry,
            trust,
            transport=transport,
            now=time.time(),
            names=options.names,
            meter=_bar if sys.stderr.isatty() and not options.json else None,
        )
    report(accepted, f"{folder} is at", as_json=options.json)
    return KEPT


def report(accepted: Accepted, words: str, *, as_json: bool) -> None:
    """Say which snapshot was accepted."""
    manifest = accepted.manifest
    if as_json:
        print(json.dumps({"origin": manifest.origin, "sequence": manifest.sequence, "log_size": manifest.log_size,
                          "issued": manifest.issued, "expires": manifest.expires}))  # fmt: skip
    else:
        entries = number_of(manifest.log_size, *LOG_ENTRY)
        print(f"{words} snapshot {manifest.sequence} of {manifest.origin}, {entries}")


def _bar(name: str, length: int) -> Progress:
    return tqdm(total=length, unit="B", unit_scale=True, desc=name[:12], file=sys.stderr).update
