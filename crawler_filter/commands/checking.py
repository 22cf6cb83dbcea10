"""`crawler-filter check`: say for each URL whether to keep it."""

import argparse
import json

from crawler_filter.commands import signals
from crawler_filter.commands.exit_codes import KEPT
from crawler_filter.commands.options import add_filter, code_of, counted, filter_of, given, usage_error


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Give the command its arguments."""
    command.add_argument("urls", nargs="*", metavar="URL", help="addresses to check; '-' or none reads one a line")
    signals.add_arguments(command)
    add_filter(command)


def run(options: argparse.Namespace) -> int:
    """Check each URL, with what its site says where that is given."""
    said = signals.given(options)
    if said.keys() - {"agent", "robots_txt"} and len(options.urls) != 1:
        usage_error("--header and --html are the answer of one URL: name exactly one")
    optout = filter_of(options)
    codes = {KEPT}
    for url in counted(given(options.urls), "URL"):
        decision = optout.check(url, found_on=options.found_on, **said)
        codes.add(code_of(decision))
        if options.json:
            print(json.dumps({"url": url} | decision.to_dict()))
        else:
            done, _, why = decision.summary().partition(": ")
            print(f"{done}\t{url}\t{why}")
    return max(codes)
