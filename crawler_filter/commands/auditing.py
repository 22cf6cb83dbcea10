"""`crawler-filter audit`: say of whole data sets which rows are reserved, and write what may be kept."""

import argparse
import json
import shlex
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from crawler_filter._version import __version__
from crawler_filter.audit import auditing, opening, record
from crawler_filter.audit.auditing import Opening, Order, plan, plan_of
from crawler_filter.audit.inputs import Kind, Quotes
from crawler_filter.audit.parts import Output
from crawler_filter.audit.recipes import RECIPES, ROLES, Choice
from crawler_filter.commands.exit_codes import EXCLUDED, KEPT, NOT_CHECKED
from crawler_filter.commands.options import add_filter, places_of, policy_of, trusts_of, usage_error
from crawler_filter.formats.counts import number_of
from crawler_filter.formats.record import rfc3339
from crawler_filter.log import Signer
from crawler_filter.policy import Policy

DESCRIPTION: Final = (
    "Say of a whole data set which rows are reserved, and write what may be kept: Parquet, Arrow, CSV, JSON Lines,"
    " WARC, ARC, indexes of captures (CDX, CDXJ) and WebDataset shards. Kept rows stay in their order, with their"
    " schema, row groups and metadata. You can end it at any moment: the same command goes on where it was, and"
    " gives the same bytes."
)
EPILOG: Final = (
    "exit codes: 0 nothing is removed, 1 something is reserved, 2 called wrongly, 3 something could not be"
    " checked, whatever else is removed, or the run could not go on"
)

_MEANINGS: Final[Mapping[str, str]] = {
    "url": "addresses",
    "found_on": "the pages that show them",
    "sha256": "SHA-256 digests",
    "sha1": "SHA-1 digests",
    "md5": "MD5 digests",
    "pdq": "PDQ hashes",
    "content": "what a WebDataset shard holds, by its ending such as jpg, to digest it",
}


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Give the command its arguments and its help."""
    command.description = DESCRIPTION
    add_run(command)
    command.add_argument(
        "--works", metavar="FILE", type=Path,
        help="a list as `compile` reads it: say which of it is in the data; without a snapshot that is all",
    )  # fmt: skip
    add_filter(command, found_on=False)


def add_run(command: argparse.ArgumentParser) -> None:
    """Give a command that goes through data sets what it reads and writes, and its exit codes."""
    command.epilog = EPILOG
    command.add_argument("inputs", nargs="+", metavar="INPUT", help="files, or folders with everything in them")
    command.add_argument(
        "--out", metavar="DIR", help="the folder for what is written; a new one; --dry-run needs none"
    )
    _add_reading(command)
    _add_writing(command)
    command.add_argument(
        "--workers", type=_positive, default=0, metavar="N", help="processes (default: one a core)"
    )
    command.add_argument(
        "--dry-run", action="store_true", help="show files, columns and three rows, and end; needs no snapshot"
    )
    command.add_argument("--restart", action="store_true", help="drop what a run in DIR has done, and begin anew")
    command.add_argument(
        "--sign",
        metavar="KEY",
        help="sign a record of the run and of every file it wrote, with this key file",
    )
    command.add_argument("--quiet", action="store_true", help="show no columns and no progress")


def _add_reading(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--format", choices=[kind.value for kind in Kind], help="what the files are (default: as their names say)"
    )
    command.add_argument(
        "--quotes", default="auto", choices=[each.value for each in Quotes],
        help="what quotes mean in CSV: they enclose values, or are letters, as pandas writes them with quoting=3"
        " (default: auto, which takes them to enclose values and ends where one swallows what looks like a row)",
    )  # fmt: skip
    command.add_argument(
        "--no-header", dest="header", action="store_false",
        help="the first row of CSV is a row like others: name columns by their numbers, such as --url 2",
    )  # fmt: skip
    command.add_argument(
        "--recipe", default="auto", choices=["auto", *RECIPES],
        help="whose names the columns have (default: auto, which knows usual names)",
    )  # fmt: skip
    for role in ROLES:
        command.add_argument(
            f"--{role.replace('_', '-')}", metavar="COLUMN", help=f"the column of {_MEANINGS[role]}"
        )


def _add_writing(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--write", type=_outputs, default="kept,removed", metavar="WHAT",
        help="kept, removed, mask, or several of them with commas, or none (default: kept,removed)",
    )  # fmt: skip
    command.add_argument(
        "--removed-columns", default="all", choices=["all", "keys"],
        help="the columns of removed rows of Parquet: all, or those that were judged (default: all)",
    )  # fmt: skip
    command.add_argument(
        "--sample",
        type=_share,
        default=1.0,
        metavar="SHARE",
        help="judge a share of the rows, as 1%%; writes nothing",
    )
    command.add_argument(
        "--limit", type=_positive, metavar="N", help="look at the first rows of each file; writes nothing"
    )


def run(options: argparse.Namespace) -> int:
    """Audit the data sets; a rights holder's works alone need no registry."""
    if options.dry_run:
        return show(options)
    policy = policy_of(options)
    alone = options.works and not options.snapshot and not options.lists
    snapshots, trusts = ([], []) if alone else (places_of(options), trusts_of(options))
    order = replace(order_of(options, snapshots, policy), works=options.works)
    return carry_out(options, order, opening.whole(trusts, policy))


def carry_out(options: argparse.Namespace, order: Order, opened: Opening) -> int:
    """Do what the order says, print what came of it, and return the exit code."""
    signer = _read_signer(options.sign) if options.sign else None  # before hours of work
    planned = plan(order)
    if not options.quiet:
        print(planned.shown(), file=sys.stderr)
    began = time.time()
    report = auditing.run(order, planned, opened, clock=time.time, about=lambda: _about(began))
    _tell_unread(report["works_list"])
    if signer is not None:
        record.sign(order.out, report, signer)
    print(json.dumps(report) if options.json else _summary(report, order.out))
    if report["unchecked"] or (report["works_list"] or {}).get("refused"):
        return NOT_CHECKED
    return EXCLUDED if report["removed"] else KEPT


def _tell_unread(listed: Mapping[str, Any] | None) -> None:
    """Print which lines of a rights holder's list were not looked for."""
    if listed is None or not listed["refused"]:
        return
    for each in listed["named"]:
        print(f"crawler-filter: {each['place']}: {each['why']}", file=sys.stderr)
    print(f"crawler-filter: lines of the list that were not looked for: {listed['refused']}", file=sys.stderr)


def show(options: argparse.Namespace) -> int:
    """Print which files and columns a run would read, with some rows; it needs no snapshot and no folder."""
    out = Path(options.out) if options.out else None
    kind, choice, quotes = _kind(options), _choice(options), Quotes(options.quotes)
    print(plan_of(options.inputs, kind, choice, out, quotes, header=options.header).shown())
    return KEPT


def _read_signer(path: str) -> Signer:
    return Signer.parse(Path(path).read_text(encoding="ascii", errors="replace").strip())


def order_of(options: argparse.Namespace, snapshots: Sequence[Path], policy: Policy) -> Order:
    """Return what the options ask for."""
    if not options.out:
        usage_error("name a new folder for what is written: --out DIR, or look first with --dry-run")
    looks = options.limit is not None or options.sample < 1
    return Order(
        inputs=options.inputs,
        out=Path(options.out),
        snapshots=snapshots,
        policy=policy,
        kind=_kind(options),
        quotes=Quotes(options.quotes),
        header=options.header,
        choice=_choice(options),
        write=frozenset() if looks else options.write,
        limit=options.limit,
        sample=options.sample,
        keys_only=options.removed_columns == "keys",
        workers=options.workers,
        restart=options.restart,
        quiet=options.quiet,
    )


def _kind(options: argparse.Namespace) -> Kind | None:
    return Kind(options.format) if options.format else None


def _choice(options: argparse.Namespace) -> Choice:
    return Choice(options.recipe, {role: name for role in ROLES if (name := getattr(options, role)) is not None})


def _about(began: float) -> dict[str, Any]:
    return {
        "software": f"training-optout {__version__}",
        "started": rfc3339(int(began)),
        "finished": rfc3339(int(time.time())),
        "command": shlex.join(["crawler-filter", *sys.argv[1:]]),
    }


def _summary(report: Mapping[str, Any], out: Path) -> str:
    reserved = report["removed"] - report["unchecked"]
    counts = f"{report['kept']:,} kept, {reserved:,} reserved, {report['unchecked']:,} not checked"
    if report["released"]:
        counts += f", {report['released']:,} no longer reserved"
    if found := report["works"]:
        rows = number_of(sum(each["rows"] for each in found), "row")
        counts += f"; {len(found):,} of your works in {rows}"
    return f"{number_of(report['rows'], 'row')}: {counts}. See {out / 'report.html'}"


def _outputs(text: str) -> frozenset[Output]:
    known = {output.value: output for output in (Output.KEPT, Output.REMOVED, Output.MASK)}
    if text == "none":
        return frozenset()
    if unknown := set(text.split(",")) - known.keys():
        raise argparse.ArgumentTypeError(f"expected some of {', '.join(known)}, or none; got {', '.join(unknown)}")
    wanted = frozenset(known[name] for name in text.split(","))
    return wanted | {Output.REASONS} if Output.REMOVED in wanted else wanted


def _share(text: str) -> float:
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = 0.0
    if not 0 < share <= 1:
        raise argparse.ArgumentTypeError(f"expected a share such as 1% or 0.01, got {text}")
    return share


def _positive(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"expected a number above 0, got {text}")
    return int(text)
