"""`crawler-filter declare`: a catalogue, looked at before it is sent, and sent once."""

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tqdm import tqdm

from crawler_filter.commands.coding import add_model, coder_of_options
from crawler_filter.commands.exit_codes import KEPT, NOT_CHECKED
from crawler_filter.commands.options import usage_error
from crawler_filter.declaring.catalogue import read
from crawler_filter.declaring.claims import Claim, Row
from crawler_filter.declaring.memory import Memory
from crawler_filter.declaring.plan import Catalogue, Terms, batches
from crawler_filter.declaring.sending import Account
from crawler_filter.fingerprints.frame_codes import Coder
from crawler_filter.formats.counts import number_of
from crawler_filter.lists.reading import Refused
from crawler_filter.net.transport import RequestsTransport
from crawler_filter.preference import Usage

TOKEN: Final = "OPTOUT_TOKEN"  # noqa: S105 - the name of a variable
_SHOWN: Final = 20

DESCRIPTION: Final = (
    "Declare a whole catalogue as reserved. Reads folders of works (their fingerprints are computed here; no file"
    " is sent), text with one value a line, CSV, JSON Lines, sitemaps, ONIX 3, NewsML-G2, and JSON as openBD has"
    " it. Shows first what would be declared and which rows have problems; --send sends it. A second run sends"
    " only what is new, and one that was stopped goes on."
)
EPILOG: Final = (
    f"The API token is read from {TOKEN}. In a trade feed only what its own statement reserves is declared, unless"
    " you say --all. exit codes: 0 done, 2 called wrongly, 3 rows have problems or were refused, which are named"
)


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Give the command its arguments and its help."""
    command.description, command.epilog = DESCRIPTION, EPILOG
    command.add_argument("paths", nargs="+", metavar="FILE-OR-FOLDER", help="the catalogue")
    command.add_argument("--registry", metavar="URL", required=True, help="address of the registry")
    command.add_argument("--party", metavar="ID", required=True, help="number of the party that declares")
    command.add_argument("--send", action="store_true", help="declare; without it nothing is sent")
    command.add_argument(
        "--statement", metavar="VERSION", default="", help="the statement of authority that you accept, as 2026-11"
    )
    command.add_argument(
        "--reserve", metavar="USAGE", action="append", choices=[usage.value for usage in Usage],
        help="a use to reserve where the file names none; may be given several times (default: train-ai)",
    )  # fmt: skip
    command.add_argument("--all", action="store_true", help="declare the rows of a feed that state nothing, too")
    command.add_argument("--digests-only", action="store_true", help="of files, declare SHA-256 alone")
    command.add_argument("--contact", metavar="ADDRESS", help="where people ask for permission")
    command.add_argument("--terms", metavar="URL", help="your terms for these uses")
    command.add_argument(
        "--terms-file", metavar="FILE",
        help="a JSON object as the API's terms: policy, contact, routes (who gives a licence), remuneration",
    )  # fmt: skip
    command.add_argument(
        "--memory", metavar="FILE", default="declared.jsonl",
        help="what was declared before (default: %(default)s)",
    )  # fmt: skip
    command.add_argument(
        "--scopes", metavar="N", type=int, default=100,
        help="rows of one declaration (default: %(default)s; 500 once you have proved a place)",
    )  # fmt: skip
    add_model(command)


def run(options: argparse.Namespace) -> int:
    """Look at a catalogue, and declare it with --send."""
    if problem := _wrong(options):
        usage_error(problem)
    registry = options.registry.rstrip("/")
    default = frozenset(map(Usage, options.reserve or [Usage.TRAIN_AI]))
    catalogue = Catalogue.of(
        _rows(options, coder_of_options(options)), default=default, including_unstated=options.all
    )
    memory = Memory.open(Path(options.memory), registry, options.party)
    new = [claim for key, claim in catalogue.claims.items() if key not in memory.known]
    gone = len(memory.known.keys() - catalogue.claims.keys())
    if not (catalogue.claims or catalogue.unstated or catalogue.problems or gone):
        raise ValueError(f"{', '.join(options.paths)}: nothing is listed here that can be declared")
    counts = {
        "found": len(catalogue.claims),
        "declared_before": len(catalogue.claims) - len(new),
        "new": len(new),
        "repeated": catalogue.repeated,
        "unstated": catalogue.unstated,
        "no_longer_in_it": gone,
    }
    _preview(counts, new, options)
    problems = catalogue.problems
    if options.send:
        problems = problems + _send(new, memory, registry, options)
    _print_problems(problems, options)
    return NOT_CHECKED if problems else KEPT


def _wrong(options: argparse.Namespace) -> str:
    if options.send and not os.environ.get(TOKEN):
        return f"put an API token of the registry, with the right to declare, into {TOKEN}"
    if options.send and not options.statement:
        return "say with --statement which statement of authority you accept; the registry's form shows it"
    if not options.registry.startswith(("https://", "http://127.0.0.1", "http://localhost", "http://[::1]")):
        return f"expected an https address of the registry, got {options.registry!r}: a token is a secret"
    if not isinstance(_more_terms(options), dict):
        return f"expected a JSON object in {options.terms_file}"
    return "" if options.scopes > 0 else "expected --scopes to be 1 or more"


def _more_terms(options: argparse.Namespace) -> Any:  # noqa: ANN401 - what somebody wrote
    return json.loads(Path(options.terms_file).read_bytes()) if options.terms_file else {}


def _rows(options: argparse.Namespace, coder: Coder | None) -> Iterator[Row]:
    alone = options.digests_only
    every = (row for path in options.paths for row in read(Path(path), digests_only=alone, coder=coder))
    yield from tqdm(every, unit="row", disable=not sys.stderr.isatty(), file=sys.stderr)


def _preview(counts: dict[str, int], new: list[Claim], options: argparse.Namespace) -> None:
    if options.json:
        print(json.dumps(counts))
        return
    print(f"{counts['found']:,} to reserve: {counts['new']:,} new, {counts['declared_before']:,} declared before")
    for kind, count in Counter(claim.kind.value for claim in new).most_common():
        print(f"  {count:,} {kind}")
    for claim in new[:3]:
        print(f"  for example {claim.kind} {claim.value[:80]}  {claim.title or claim.place}")
    if counts["unstated"] and not options.all:
        print(f"{counts['unstated']:,} state nothing about mining and stay unstated; --all declares them")
    if counts["no_longer_in_it"]:
        print(f"{counts['no_longer_in_it']:,} were declared and are not in it any more; they stay reserved")
    if not options.send:
        print("Nothing was sent. --send declares it.")


def _send(new: list[Claim], memory: Memory, registry: str, options: argparse.Namespace) -> list[Refused]:
    terms = Terms(options.party, options.statement, options.terms, options.contact, _more_terms(options))
    problems: list[Refused] = []
    unproved: Counter[str] = Counter()
    made = 0
    with RequestsTransport() as transport, _progress(len(new)) as bar:
        account = Account(registry, os.environ[TOKEN], transport, time.sleep, bar.write)
        for batch in batches(new, scopes=options.scopes):
            declared = account.declare(batch, terms)
            for number, claims in declared.known.items():
                memory.note(number, claims)
            if declared.declaration:
                memory.note(declared.declaration, declared.claims)
                made += 1
            problems += declared.problems
            unproved.update(claim.kind.value for claim in declared.unproved)
            bar.update(len(batch))
    _report_sent(made, unproved, registry, options)
    return problems


def _progress(total: int) -> Any:  # noqa: ANN401 - tqdm has no types
    return tqdm(total=total, unit="scope", disable=not sys.stderr.isatty(), file=sys.stderr)


def _report_sent(made: int, unproved: Counter[str], registry: str, options: argparse.Namespace) -> None:
    if options.json:
        print(json.dumps({"declarations": made, "waiting_for_a_proof": dict(unproved)}))
        return
    print(f"{number_of(made, 'declaration')} made")
    if unproved:
        waiting = ", ".join(f"{count:,} {kind}" for kind, count in unproved.items())
        print(f"Waiting for a proof, and not reserved until then: {waiting}. {registry} says how to prove them.")


def _print_problems(problems: list[Refused], options: argparse.Namespace) -> None:
    if options.json:
        for problem in problems:
            print(json.dumps({"place": problem.place, "problem": problem.why}, ensure_ascii=False))
        return
    for problem in problems[:_SHOWN]:
        print(f"crawler-filter: {problem.place}: {problem.why}", file=sys.stderr)
    if len(problems) > _SHOWN:
        print(f"crawler-filter: and {len(problems) - _SHOWN:,} more; --json names each", file=sys.stderr)
