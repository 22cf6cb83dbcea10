"""`crawler-filter evidence`: a court file of one declaration, in one folder, verified as it is gathered."""

import argparse
import json
import sys
from pathlib import Path
from typing import Final

from crawler_filter.commands.options import add_trust, trust_of
from crawler_filter.errors import MissingExtraError
from crawler_filter.evidence import sheet
from crawler_filter.evidence.gathering import gather
from crawler_filter.formats.counts import ENTRY, number_of
from crawler_filter.net.transport import RequestsTransport
from crawler_filter.sync import durable

DESCRIPTION: Final = (
    "Gather what a registry's log proves of a declaration: record, history, grants, receipts, a sheet in English"
    " and Japanese, and a script that verifies all of it with Python alone. Nothing is written unless it verifies."
)


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Give the command its arguments and its help."""
    command.description = DESCRIPTION
    command.add_argument("declaration", metavar="DECLARATION", help="the number of the declaration")
    command.add_argument("--registry", required=True, metavar="URL", help="the registry's address")
    command.add_argument("--out", required=True, metavar="DIR", help="the folder to write, new or empty")
    add_trust(command)


def run(options: argparse.Namespace) -> int:
    """Gather, verify and write."""
    out = Path(options.out)
    if out.exists() and any(out.iterdir()):
        raise ValueError(f"expected a new or empty folder, got {out}")
    gathered = gather(RequestsTransport(), options.registry, options.declaration, trust_of(options))
    found, text = dict(gathered.files), list(sheet.lines(gathered))
    found["sheet.txt"] = ("\n".join(text) + "\n").encode()
    try:
        found["sheet.pdf"] = sheet.pdf(text)
    except MissingExtraError as error:
        print(f"crawler-filter: no sheet.pdf: {error}", file=sys.stderr)
    for name, content in found.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        durable.write(path, content)
    said = {"files": len(found), "history": gathered.leaves, "grants": len(gathered.grants), "out": str(out)}
    words = f"{number_of(len(found), 'file')} in {out}, {number_of(gathered.leaves, *ENTRY)} proved"
    print(json.dumps(said) if options.json else words)
    return 0
