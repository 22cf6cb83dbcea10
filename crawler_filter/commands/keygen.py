"""`crawler-filter keygen`: make a key to sign records of audits, and statements, with."""

import argparse
import secrets
import sys
from pathlib import Path
from typing import Final

from crawler_filter.commands.exit_codes import KEPT
from crawler_filter.log import Signer
from crawler_filter.sync import durable

DESCRIPTION: Final = (
    "Make a key that signs the records of your audits, or statements of what you screened, in FILE, and print its"
    " public half, for those who verify. NAME is such as example.com/audits."
)


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Give the command its arguments and its help."""
    command.description = DESCRIPTION
    command.add_argument("name", metavar="NAME", help="the key's name, without spaces")
    command.add_argument("file", metavar="FILE", help="where the key is written; never over another file")


def run(options: argparse.Namespace) -> int:
    """Make a key, and print its public half."""
    signer = Signer.generate(options.name, secrets.token_bytes)
    durable.create(Path(options.file), f"{signer.encode()}\n".encode(), 0o600)
    sys.stdout.write(f"{signer.verifier.encode()}\n")
    return KEPT
