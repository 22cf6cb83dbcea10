"""`crawler-filter`: sync a snapshot, check addresses and files against it, verify what a registry published.

Exit codes: 0 keep, or done; 1 something is excluded; 2 the command was called wrongly; 3 something could not be
checked, whatever else is excluded. Answers go to standard output, progress and errors to standard error.

A command is a module with `add_arguments` and `run`, and is loaded when it is called: `--version` and `--help`
load none of them.
"""

import argparse
import io
import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Final, NamedTuple

from crawler_filter._version import __version__
from crawler_filter.commands.exit_codes import NOT_CHECKED, STOPPED, USAGE
from crawler_filter.errors import FilterError, TransportError, extra_of


class Command(NamedTuple):
    """A command: what it is called and does, and the module of `commands` that does it."""

    name: str
    does: str
    module: str


COMMANDS: Final = (
    Command("sync", "fetch and verify a registry's newest snapshot", "syncing"),
    Command("status", "say what a snapshot folder holds, how old it is, and what this machine lacks", "status"),
    Command("trust", "fetch a registry's trust file and print the keys to compare", "trust"),
    Command("check", "say for each URL whether to keep it", "checking"),
    Command("explain", "say for one asset what was found and why it is kept or not", "explaining"),
    Command("captions", "say which names of works are in captions or prompts", "captions"),
    Command("audit", "say of whole data sets which rows are reserved", "auditing"),
    Command("diff", "say which rows became reserved between two snapshots", "diffing"),
    Command("compile", "make a snapshot from lists of your own", "compiling"),
    Command("export", "write what is reserved as a block list of another tool", "exporting"),
    Command("feed", "print what became reserved between two snapshots", "feeding"),
    Command("verify", "verify a snapshot folder, a receipt, an audit's record, or a statement", "verifying"),
    Command("evidence", "gather a court file of a declaration", "evidencing"),
    Command("summary", "print an audit's report in a form that others ask for", "summary"),
    Command("keygen", "make a key to sign records and statements with", "keygen"),
    Command("fingerprint", "print the fingerprints of files, ready to be declared", "fingerprinting"),
    Command("compare", "say whether one picture shows what another shows, and draw where", "comparing"),
    Command("declare", "declare a catalogue as reserved", "declaring"),
    Command("agents", "list the AI crawlers that sites name, or update the list", "agents"),
    Command("lint", "say how a site will be understood and what to fix", "linting"),
    Command("completion", "print what makes a shell complete these commands", "completion"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    called = next((word for word in given if not word.startswith("-")), "")
    _open_what_is_closed()
    parser = command_line(called)
    options = parser.parse_args(given)
    if options.run is None:
        parser.print_help(sys.stderr)
        return USAGE
    _take_any_text()
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        # whoever read the answers has left; Python would complain once more when it flushes at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOT_CHECKED
    except KeyboardInterrupt:
        print("crawler-filter: stopped", file=sys.stderr)
        return STOPPED
    except Exception as error:  # whatever breaks must not end with 1, which says that something is excluded
        print(f"crawler-filter: {in_words(error)}", file=sys.stderr)
        return NOT_CHECKED
    return code


def command_line(called: str | None = None) -> argparse.ArgumentParser:
    """Return the parser of every command; the manual is held to it.

    With `called`, only the command of that name is loaded and knows its arguments.
    """
    parser = argparse.ArgumentParser(
        prog="crawler-filter",
        description="Keep works out of a training set when their rights holders have reserved them.",
        epilog="exit codes: 0 keep or done, 1 something is excluded, 2 called wrongly, 3 could not be checked",
    )
    parser.add_argument("--version", action="version", version=f"crawler-filter {__version__}")
    parser.set_defaults(run=None)
    subparsers = parser.add_subparsers(metavar="COMMAND")
    for command in COMMANDS:
        described = f"{command.does[0].upper()}{command.does[1:]}."
        added = subparsers.add_parser(command.name, help=command.does, description=described)
        if called in (None, command.name):
            module = import_module(f"crawler_filter.commands.{command.module}")
            added.add_argument("--json", action="store_true", help="answer in JSON, one object a line")
            module.add_arguments(added)
            added.set_defaults(run=module.run, command_line=command_line)
    return parser


def in_words(error: Exception) -> str:
    """Return what went wrong and, where that is known, what to do: of the system's errors the file and reason."""
    if isinstance(error, ImportError):
        return f"{error}: install {extra_of(error)}"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    if isinstance(error, TransportError):
        return f"{error}; check the address, and that this machine can reach it"
    if isinstance(error, (FilterError, OSError, ValueError)):
        return str(error)
    at = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(at.filename).name} line {at.lineno}"
    return f"this is a fault of the program, please report it: {type(error).__name__}: {error} ({where})"


def _open_what_is_closed() -> None:
    """Read nothing, and write nowhere, where whoever started the program closed a stream."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), "r" if name == "stdin" else "w"))


def _take_any_text() -> None:
    """Read and write whatever comes: one line that is not UTF-8 must not end a batch."""
    for stream, errors in ((sys.stdin, "surrogateescape"), (sys.stdout, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)


if __name__ == "__main__":
    sys.exit(main())
