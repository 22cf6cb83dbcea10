"""`crawler-filter verify`: verify a synced snapshot folder, a receipt, the record of an audit, or a statement."""

import argparse
import json
import os
import time
from pathlib import Path

from crawler_filter.audit import record
from crawler_filter.commands.exit_codes import KEPT
from crawler_filter.commands.options import add_trust, trust_of, usage_error
from crawler_filter.commands.syncing import report
from crawler_filter.formats import receipt, screening, signed_facts
from crawler_filter.log import Verifier
from crawler_filter.sync.directory import SnapshotDirectory
from crawler_filter.sync.update import verify


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Give the command its arguments."""
    command.add_argument(
        "path", metavar="PATH", help="a snapshot folder, a receipt file, a record.note, or a signed statement"
    )
    command.add_argument(
        "--key",
        metavar="KEY",
        help="of a record or a statement: the public key of who signed it, or a file of keys",
    )
    command.add_argument(
        "--file", metavar="FILE", help="of a statement: the file that it should be about, as it was checked"
    )
    add_trust(command)


def run(options: argparse.Namespace) -> int:
    """Verify what the path names."""
    path = Path(options.path)
    data = b"" if path.is_dir() else path.read_bytes()
    if record.is_record(data):
        found = record.verify(path, _keys(options))
        print(json.dumps(found.to_json()) if options.json else found.said.explain())
        return KEPT
    if screening.is_statement(data):
        return _verify_statement(data, options)
    trust = trust_of(options)
    if path.is_dir():
        accepted = verify(SnapshotDirectory(path), trust, now=time.time())
        report(accepted, f"{path} is intact:", as_json=options.json)
        return KEPT
    verified = receipt.verify(data, trust)
    print(json.dumps(verified.to_json()) if options.json else verified.explain())
    return KEPT


def _verify_statement(data: bytes, options: argparse.Namespace) -> int:
    signer, stated = screening.read(data, _keys(options))
    if options.file:
        screening.check_file(stated, Path(options.file).read_bytes())
    said = signed_facts.Facts(signer, tuple(stated.facts()))
    print(json.dumps(stated.to_json(signer)) if options.json else said.explain())
    return KEPT


def _keys(options: argparse.Namespace) -> list[Verifier]:
    """Return the public keys that are given: one as it is printed, or a file of them, one a line."""
    if not options.key:
        usage_error("name the public key of who signed it with --key")
    given = options.key
    lines = Path(given).read_text(encoding="utf-8").splitlines() if os.path.exists(given) else [given]  # noqa: PTH110
    return [Verifier.parse(line.strip()) for line in lines if line.strip()]
