"""`crawler-filter verify`: verify a synced snapshot folder, a receipt, or the record of an audit."""

import argparse
import json
import time
from pathlib import Path

from crawler_filter.audit import record, record_cli
from crawler_filter.commands.exit_codes import KEPT
from crawler_filter.commands.options import add_trust, trust_of, usage_error
from crawler_filter.commands.syncing import report
from crawler_filter.formats import receipt
from crawler_filter.sync.directory import SnapshotDirectory
from crawler_filter.sync.update import verify


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Give the command its arguments."""
    command.add_argument("path", metavar="PATH", help="a snapshot folder, a receipt file, or a record.note")
    command.add_argument(
        "--key", metavar="KEY", help="of a record: the public key of who signed it, or a file of keys"
    )
    add_trust(command)


def run(options: argparse.Namespace) -> int:
    """Verify what the path names."""
    path = Path(options.path)
    if path.is_file() and record.is_record(path.read_bytes()):
        if not options.key:
            usage_error("name the public key of who signed the record with --key")
        return record_cli.verify(path, options.key, as_json=options.json)
    trust = trust_of(options)
    if path.is_dir():
        accepted = verify(SnapshotDirectory(path), trust, now=time.time())
        report(accepted, f"{path} is intact:", as_json=options.json)
        return KEPT
    verified = receipt.verify(path.read_bytes(), trust)
    print(json.dumps(verified.to_json()) if options.json else verified.explain())
    return KEPT
