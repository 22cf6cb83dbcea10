"""`crawler-filter captions`: say which names of works are in captions or prompts. Nothing is excluded."""

import argparse
import json
import sys
from collections.abc import Sequence

from crawler_filter.commands.exit_codes import KEPT, NOT_CHECKED
from crawler_filter.commands.options import add_snapshot, add_trust, counted, given, snapshot_of, trust_of
from crawler_filter.filter import Filter
from crawler_filter.finding import Finding
from crawler_filter.policy import Policy
from crawler_filter.preference import Usage


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Give the command its arguments."""
    command.add_argument(
        "captions", nargs="*", metavar="CAPTION", help="texts to search; '-' or none reads one a line"
    )
    command.add_argument(
        "--field", metavar="NAME", help="read each line as a JSON object, and take this field of it as the caption"
    )
    add_snapshot(command)
    add_trust(command)


def run(options: argparse.Namespace) -> int:
    """Name what is in each caption."""
    folder, trust = snapshot_of(options), trust_of(options)
    optout = Filter.open(folder, trust=trust, policy=Policy.opt_out(Usage.TRAIN_AI), names=True)
    codes = {KEPT}
    for number, line in enumerate(counted(given(options.captions), "caption"), start=1):
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
