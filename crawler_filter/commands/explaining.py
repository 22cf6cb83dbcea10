"""`crawler-filter explain`: say for one asset what was found and why it is kept or not."""

import argparse
import json
from pathlib import Path
from typing import Any

from crawler_filter.commands import signals
from crawler_filter.commands.options import add_filter, code_of, filter_of, usage_error
from crawler_filter.formats.territories import territory_of


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Give the command its arguments."""
    command.add_argument("url", nargs="?", metavar="URL", help="address of the asset")
    command.add_argument("--file", metavar="PATH", help="the asset's bytes, looked up by their content too")
    command.add_argument("--sha256", metavar="HEX", help="the asset's SHA-256")
    command.add_argument(
        "--fetch", action="store_true", help="fetch the URL and its site's robots.txt now, and read what they say"
    )
    command.add_argument(
        "--language", choices=["en", "ja"], default="en", help="the language of the answer (default: en)"
    )
    command.add_argument(
        "--territory", metavar="CODE", type=str.upper,
        help="say also what a reservation means there: a code such as JP, or EU",
    )  # fmt: skip
    signals.add_arguments(command)
    add_filter(command)


def run(options: argparse.Namespace) -> int:
    """Explain one asset."""
    known = _known(options)
    if not (options.url or known.keys() - {"agent", "robots_txt"}):
        usage_error("name the asset: a URL, --file PATH, --sha256 HEX or --found-on URL")
    decision = filter_of(options).check(options.url, **known)
    if options.json:
        line = territory_of(options.territory) if options.territory else None
        law = {"territory": line and line.to_json()} if options.territory else {}
        print(json.dumps(decision.to_dict() | law))
    else:
        print(decision.explain(options.language, options.territory))
    return code_of(decision)


def _known(options: argparse.Namespace) -> dict[str, Any]:
    known = signals.given(options)
    if options.fetch:
        if not options.url:
            usage_error("name the URL to fetch")
        known = signals.fetched(options.url) | known
    if pages := [*options.found_on, *known.get("found_on", ())]:
        known["found_on"] = pages
    if options.file:
        known["content"] = Path(options.file).read_bytes()
    return known | ({"sha256": options.sha256} if options.sha256 else {})
