"""`crawler-filter summary` and `keygen`: a run in forms that others ask for, and a key to sign it with."""

import argparse
import json
import os
import secrets
import sys
from pathlib import Path
from typing import Final

from crawler_filter.audit import record
from crawler_filter.audit.summaries import SUMMARIES
from crawler_filter.log import Signer, Verifier
from crawler_filter.sync import durable

DONE: Final = 0

SUMMARY: Final = (
    "Print what an audit found in a form that others ask for: a draft of the EU's public summary of training"
    " content, the part of a Croissant 1.1 description that says how reservations were respected, or all counts"
    " as CSV."
)
KEYGEN: Final = (
    "Make a key that signs the records of your audits, or statements of what you screened, in FILE, and print its"
    " public half, for those who verify. NAME is such as example.com/audits."
)


def add_summary(command: argparse.ArgumentParser) -> None:
    """Give `summary` its arguments and its help."""
    command.description = SUMMARY
    command.add_argument("folder", metavar="DIR", help="the folder of an audit that has ended")
    command.add_argument("--as", required=True, choices=SUMMARIES, dest="form", help="the form")


def summary(options: argparse.Namespace) -> int:
    """Print a report in another form."""
    report = json.loads((Path(options.folder) / record.REPORT).read_bytes())
    made = SUMMARIES[options.form](report)
    sys.stdout.write(made if isinstance(made, str) else f"{json.dumps(made, indent=2, ensure_ascii=False)}\n")
    return DONE


def add_keygen(command: argparse.ArgumentParser) -> None:
    """Give `keygen` its arguments and its help."""
    command.description = KEYGEN
    command.add_argument("name", metavar="NAME", help="the key's name, without spaces")
    command.add_argument("file", metavar="FILE", help="where the key is written; never over another file")


def keygen(options: argparse.Namespace) -> int:
    """Make a key, and print its public half."""
    signer = Signer.generate(options.name, secrets.token_bytes)
    durable.create(Path(options.file), f"{signer.encode()}\n".encode(), 0o600)
    sys.stdout.write(f"{signer.verifier.encode()}\n")
    return DONE


def read_signer(path: str) -> Signer:
    """Return the key in a file. Raises MalformedNoteError, OSError."""
    return Signer.parse(Path(path).read_text(encoding="ascii", errors="replace").strip())


def read_verifiers(given: str) -> list[Verifier]:
    """Return public keys: one as it is printed, or a file of them, one a line. Raises MalformedNoteError."""
    lines = Path(given).read_text(encoding="utf-8").splitlines() if os.path.exists(given) else [given]  # noqa: PTH110
    return [Verifier.parse(line.strip()) for line in lines if line.strip()]


def verify(path: Path, key: str, *, as_json: bool) -> int:
    """Verify the record of a run with every file that it names, and print what it says."""
    found = record.verify(path, read_verifiers(key))
    sys.stdout.write(f"{json.dumps(found.to_json())}\n" if as_json else f"{found.said.explain()}\n")
    return DONE
