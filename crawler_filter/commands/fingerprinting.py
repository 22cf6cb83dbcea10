"""`crawler-filter fingerprint`: print the fingerprints of files, ready to be declared."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from crawler_filter.commands.coding import add_model, coder_of_options
from crawler_filter.commands.exit_codes import KEPT, NOT_CHECKED
from crawler_filter.commands.options import counted
from crawler_filter.errors import DataError, extra_of
from crawler_filter.fingerprints.of_file import Declarable, digest_of, likenesses_of


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Give the command its arguments."""
    command.add_argument("paths", nargs="+", metavar="PATH", help="files, or folders with everything in them")
    command.add_argument(
        "--digests-only", action="store_true",
        help="print SHA-256 alone, which shows nothing of what is not published yet",
    )  # fmt: skip
    add_model(command)
    command.add_argument(
        "--registry", metavar="URL",
        help="with --model: prepare pictures as this registry's list of models says",
    )  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Print what each file is recognised by."""
    codes, coder = {KEPT}, coder_of_options(options)
    for path in counted(sorted(_files(options.paths)), "file"):
        try:
            _print_declarable(path, digest_of(path), options)
            for found in () if options.digests_only else likenesses_of(path, coder):
                _print_declarable(path, found, options)
        except BrokenPipeError:
            raise
        except OSError as error:
            print(f"crawler-filter: {error.filename or path}: {error.strerror or error}", file=sys.stderr)
            codes.add(NOT_CHECKED)
        except (DataError, ImportError) as error:
            install = f": install {extra_of(error)}" if isinstance(error, ImportError) else ""
            print(f"crawler-filter: {path}: only its digest: {error}{install}", file=sys.stderr)
            codes.add(NOT_CHECKED)
    return max(codes)


def _print_declarable(path: Path, found: Declarable, options: argparse.Namespace) -> None:
    if options.json:
        print(json.dumps({"path": str(path), "kind": found.kind, "value": found.value, **found.known}))
    else:
        print(f"{'' if found.kind == 'sha256' else f'{found.kind}:'}{found.value}  {path}")
    if left_out := found.known.get("left_out"):
        letters = f"{left_out:,} of {found.known['letters'] + left_out:,} letters"
        around = "menus, contents, indexes, or the frame of a library"
        print(
            f"crawler-filter: {path}: {letters} are left out, because others have them too: {around}",
            file=sys.stderr,
        )


def _files(paths: Iterable[str]) -> Iterator[Path]:
    for name in paths:
        path = Path(name)
        if path.is_dir():
            yield from (file for file in path.rglob("*") if file.is_file())
        else:
            yield path
