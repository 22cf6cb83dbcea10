"""`crawler-filter`: sync a snapshot, check addresses and files against it, verify what a registry published.

Exit codes: 0 keep, or done; 1 something is excluded; 2 the command was called wrongly; 3 something could not be
checked, whatever else is excluded. Answers go to standard output, progress and errors to standard error.
"""

import argparse
import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from tqdm import tqdm

from crawler_filter._version import __version__
from crawler_filter.audit import cli as audit_cli
from crawler_filter.audit import record, record_cli
from crawler_filter.decision import Decision
from crawler_filter.declaring import cli as declaring_cli
from crawler_filter.errors import DataError, FilterError, extra_of
from crawler_filter.exports import cli as exports_cli
from crawler_filter.exports import feed
from crawler_filter.filter import Filter
from crawler_filter.finding import Finding
from crawler_filter.fingerprints.of_file import Declarable, digest_of, likenesses_of
from crawler_filter.formats import receipt
from crawler_filter.lint import cli as lint_cli
from crawler_filter.lists import cli as lists_cli
from crawler_filter.net.transport import Progress, RequestsTransport
from crawler_filter.policy import Policy
from crawler_filter.preference import Usage
from crawler_filter.reason import UNCHECKED
from crawler_filter.snapshot.acceptance import Accepted
from crawler_filter.sync import agent_file
from crawler_filter.sync.directory import SnapshotDirectory
from crawler_filter.sync.options import (
    USAGE,
    add_filter,
    add_snapshot,
    add_trust,
    filter_of,
    places_of,
    policy_of,
    snapshot_of,
    trust_of,
    trusts_of,
    usage_error,
)
from crawler_filter.sync.update import sync, verify

KEPT: Final = 0
EXCLUDED: Final = 1
NOT_CHECKED: Final = 3

T = TypeVar("T")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = command_line()
    options = parser.parse_args(arguments)
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
    except (FilterError, ImportError, OSError, ValueError) as error:
        print(f"crawler-filter: {_in_words(error)}", file=sys.stderr)
        return NOT_CHECKED
    return code


def _sync(options: argparse.Namespace) -> int:
    if urlsplit(options.registry).scheme not in ("http", "https"):
        usage_error(f"expected an address such as https://registry.example, got {options.registry!r}")
    trust = trust_of(options)
    with RequestsTransport() as transport:
        meter = _bar if sys.stderr.isatty() and not options.json else None
        accepted = sync(
            snapshot_of(options),
            options.registry,
            trust,
            transport=transport,
            now=time.time(),
            names=options.names,
            meter=meter,
        )
    _report_state(accepted, options, f"{snapshot_of(options)} is at")
    return KEPT


def _verify(options: argparse.Namespace) -> int:
    path = Path(options.path)
    if path.is_file() and record.is_record(path.read_bytes()):
        if not options.key:
            usage_error("name the public key of who signed the record with --key")
        return record_cli.verify(path, options.key, as_json=options.json)
    trust = trust_of(options)
    if path.is_dir():
        accepted = verify(SnapshotDirectory(path), trust, now=time.time())
        _report_state(accepted, options, f"{path} is intact:")
        return KEPT
    verified = receipt.verify(path.read_bytes(), trust)
    if options.json:
        print(json.dumps(verified.to_json()))
    else:
        print(verified.explain())
    return KEPT


def _check(options: argparse.Namespace) -> int:
    optout = filter_of(options)
    codes = {KEPT}
    for url in _counted(_given(options.urls), "URL"):
        decision = optout.check(url, found_on=options.found_on)
        codes.add(_code(decision))
        if options.json:
            print(json.dumps({"url": url} | decision.to_dict()))
        else:
            done, _, why = decision.summary().partition(": ")
            print(f"{done}\t{url}\t{why}")
    return max(codes)


def _explain(options: argparse.Namespace) -> int:
    if not (options.url or options.file or options.sha256 or options.found_on):
        usage_error("name the asset: a URL, --file PATH, --sha256 HEX or --found-on URL")
    content = Path(options.file).read_bytes() if options.file else None
    decision = filter_of(options).check(
        options.url, found_on=options.found_on, content=content, sha256=options.sha256
    )
    print(json.dumps(decision.to_dict(), indent=2) if options.json else decision.explain())
    return _code(decision)


def _audit(options: argparse.Namespace) -> int:
    places, trusts, policy = places_of(options), trusts_of(options), policy_of(options)

    def opening(folders: Sequence[Path], clock: Callable[[], float]) -> Filter:
        return Filter.open(folders, trust=trusts, policy=policy, clock=clock)

    return audit_cli.run(options, places, policy, opening)


def _export(options: argparse.Namespace) -> int:
    return exports_cli.run(options, partial(filter_of, options))


def _feed(options: argparse.Namespace) -> int:
    return feed.run(options, trust_of(options))


def _captions(options: argparse.Namespace) -> int:
    optout = Filter.open(
        snapshot_of(options), trust=trust_of(options), policy=Policy.opt_out(Usage.TRAIN_AI), names=True
    )
    codes = {KEPT}
    for number, line in enumerate(_counted(_given(options.captions), "caption"), start=1):
        try:
            caption = _caption(line, options.field)
        except (RecursionError, ValueError) as error:
            print(f"crawler-filter: caption {number}: {error}", file=sys.stderr)
            codes.add(NOT_CHECKED)
        else:
            _print_names(caption, optout.check_caption(caption), options)
    return max(codes)


def _caption(line: str, field: str | None) -> str:
    """Return the caption in a line: all of it, or one field of a JSON object."""
    if field is None:
        return line
    record = json.loads(line)
    if isinstance(record, dict) and isinstance(caption := record.get(field), str):
        return caption
    raise ValueError(f"expected a JSON object with a text {field!r}, got {line:.80}")


def _print_names(caption: str, found: Sequence[Finding], options: argparse.Namespace) -> None:
    if options.json:
        print(json.dumps({"caption": caption, "findings": [finding.to_dict() for finding in found]}))
    else:
        reasons = "; ".join(f"{finding.rule} — {finding.locator}" for finding in found)
        print(f"{'named' if found else 'nothing'}\t{' '.join(caption.split())}\t{reasons}")


def _fingerprint(options: argparse.Namespace) -> int:
    files = sorted(_files(options.paths))
    codes = {KEPT}
    for path in _counted(files, "file"):
        try:
            _print_declarable(path, digest_of(path), options)
            for found in () if options.digests_only else likenesses_of(path):
                _print_declarable(path, found, options)
        except BrokenPipeError:
            raise
        except OSError as error:
            print(f"crawler-filter: {_in_words(error)}", file=sys.stderr)
            codes.add(NOT_CHECKED)
        except (DataError, ImportError) as error:
            install = f": install {extra_of(error)}" if isinstance(error, ImportError) else ""
            print(f"crawler-filter: {path}: no further fingerprint: {error}{install}", file=sys.stderr)
            codes.add(NOT_CHECKED)
    return max(codes)


def _print_declarable(path: Path, found: Declarable, options: argparse.Namespace) -> None:
    if options.json:
        print(json.dumps({"path": str(path), "kind": found.kind, "value": found.value, **found.known}))
    else:
        print(f"{'' if found.kind == 'sha256' else f'{found.kind}:'}{found.value}  {path}")


def command_line() -> argparse.ArgumentParser:
    """Return the parser of every command; the manual is held to it."""
    parser = argparse.ArgumentParser(
        prog="crawler-filter",
        description="Keep works out of a training set when their rights holders have reserved them.",
        epilog="exit codes: 0 keep or done, 1 something is excluded, 2 called wrongly, 3 could not be checked",
    )
    parser.add_argument("--version", action="version", version=f"crawler-filter {__version__}")
    parser.set_defaults(run=None)
    commands = parser.add_subparsers(metavar="COMMAND")
    _add_crawlers_commands(commands)
    _add_data_commands(commands)
    _add_publishers_commands(commands)
    return parser


def _add_crawlers_commands(commands: Any) -> None:  # noqa: ANN401 - argparse keeps this type private
    command = _command(commands, "sync", _sync, "fetch and verify a registry's newest snapshot")
    command.add_argument("registry", help="https address of the registry, or of any mirror of it")
    command.add_argument("--names", action="store_true", help="fetch the names of works too, for captions")
    add_snapshot(command)
    add_trust(command)

    command = _command(commands, "check", _check, "say for each URL whether to keep it")
    command.add_argument("urls", nargs="*", metavar="URL", help="addresses to check; '-' or none reads one a line")
    add_filter(command)

    command = _command(commands, "explain", _explain, "say for one asset what was found and why it is kept or not")
    command.add_argument("url", nargs="?", metavar="URL", help="address of the asset")
    command.add_argument("--file", metavar="PATH", help="the asset's bytes, to check their digests too")
    command.add_argument("--sha256", metavar="HEX", help="the asset's SHA-256")
    add_filter(command)

    command = _command(commands, "captions", _captions, "say which names of works are in captions or prompts")
    command.add_argument(
        "captions", nargs="*", metavar="CAPTION", help="texts to search; '-' or none reads one a line"
    )
    command.add_argument("--field", metavar="NAME", help="each is a JSON object, and the caption this field of it")
    add_snapshot(command)
    add_trust(command)

    command = _command(commands, "verify", _verify, "verify a snapshot folder, a receipt, or an audit's record")
    command.add_argument("path", metavar="PATH", help="a snapshot folder, a receipt file, or a record.note")
    command.add_argument(
        "--key", metavar="KEY", help="of a record: the public key of who signed it, or a file of keys"
    )
    add_trust(command)


def _add_data_commands(commands: Any) -> None:  # noqa: ANN401 - argparse keeps this type private
    command = _command(commands, "audit", _audit, "say of whole data sets which rows are reserved")
    audit_cli.add_arguments(command)
    add_filter(command, found_on=False)

    lists_cli.add_arguments(_command(commands, "compile", lists_cli.run, "make a snapshot from lists of your own"))

    command = _command(commands, "export", _export, "write what is reserved as a block list of another tool")
    exports_cli.add_arguments(command)
    add_filter(command, found_on=False)

    command = _command(commands, "feed", _feed, "print what became reserved between two snapshots")
    feed.add_arguments(command)
    add_trust(command)

    record_cli.add_summary(
        _command(commands, "summary", record_cli.summary, "print an audit's report in a form that others ask for")
    )
    record_cli.add_keygen(
        _command(commands, "keygen", record_cli.keygen, "make a key to sign records of audits with")
    )


def _add_publishers_commands(commands: Any) -> None:  # noqa: ANN401 - argparse keeps this type private
    command = _command(
        commands, "fingerprint", _fingerprint, "print the fingerprints of files, ready to be declared"
    )
    command.add_argument("paths", nargs="+", metavar="PATH", help="files, or folders with everything in them")
    command.add_argument(
        "--digests-only", action="store_true",
        help="print SHA-256 alone, which shows nothing of what is not published yet",
    )  # fmt: skip

    declaring_cli.add_arguments(
        _command(commands, "declare", declaring_cli.run, "declare a catalogue as reserved")
    )

    agent_file.add_arguments(
        _command(commands, "agents", agent_file.run, "list the AI crawlers that sites name, or update the list")
    )

    lint_cli.add_arguments(
        _command(commands, "lint", lint_cli.run, "say how a site will be understood and what to fix")
    )


def _command(
    commands: Any,  # noqa: ANN401 - argparse keeps this type private
    name: str,
    run: Callable[[argparse.Namespace], int],
    text: str,
) -> argparse.ArgumentParser:
    described = f"{text[0].upper()}{text[1:]}."
    command: argparse.ArgumentParser = commands.add_parser(name, help=text, description=described)
    command.add_argument("--json", action="store_true", help="answer in JSON, one object a line")
    command.set_defaults(run=run)
    return command


def _in_words(error: Exception) -> str:
    """Return what went wrong; an error of the system by its file and reason, without its number."""
    if isinstance(error, ImportError):
        return f"{error}: install {extra_of(error)}"
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def _take_any_text() -> None:
    """Read and write whatever comes: one line that is not UTF-8 must not end a batch."""
    for stream, errors in ((sys.stdin, "surrogateescape"), (sys.stdout, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)


def _counted(items: Iterable[T], unit: str) -> Iterable[T]:
    """Show on standard error how many were done, unless the answers appear on the same terminal."""
    shown = sys.stderr.isatty() and not sys.stdout.isatty()
    bar: Iterable[T] = tqdm(items, unit=unit, disable=not shown, file=sys.stderr)
    return bar


def _given(arguments: Sequence[str]) -> Iterator[str]:
    """Yield what stands on the command line, or else one item a line of standard input."""
    if arguments and arguments != ["-"]:
        yield from arguments
        return
    for line in sys.stdin:
        if line.strip():
            yield line.rstrip("\r\n")


def _files(paths: Iterable[str]) -> Iterator[Path]:
    for name in paths:
        path = Path(name)
        yield from (file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]


def _code(decision: Decision) -> int:
    excluded = NOT_CHECKED if decision.reason in UNCHECKED else EXCLUDED
    return KEPT if decision.keep else excluded


def _report_state(accepted: Accepted, options: argparse.Namespace, words: str) -> None:
    manifest = accepted.manifest
    if options.json:
        print(json.dumps({"origin": manifest.origin, "sequence": manifest.sequence, "log_size": manifest.log_size,
                          "issued": manifest.issued, "expires": manifest.expires}))  # fmt: skip
    else:
        print(f"{words} snapshot {manifest.sequence} of {manifest.origin}, {manifest.log_size} log entries")


def _bar(name: str, length: int) -> Progress:
    return tqdm(total=length, unit="B", unit_scale=True, desc=name[:12], file=sys.stderr).update
