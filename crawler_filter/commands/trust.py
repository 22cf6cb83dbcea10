"""`crawler-filter trust`: fetch a registry's trust file, and print the keys in it to compare.

Whoever answers decides what is in the file, so it is worth what the comparison is worth: with what the operators
publish elsewhere, or with what somebody else sees.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

from crawler_filter.commands.exit_codes import KEPT
from crawler_filter.commands.options import registry_of, usage_error
from crawler_filter.log import Trust
from crawler_filter.log.keys import Verifier
from crawler_filter.net.transport import RequestsTransport
from crawler_filter.sync import durable
from crawler_filter.sync.source import read_trust, shown_trust

_COMPARE = (
    "Compare these keys with what the registry's operators publish elsewhere, before you use the file: whoever"
    " answered may have made it."
)


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Give the command its arguments."""
    command.add_argument("action", choices=["fetch", "show"], help="fetch the file of a registry, or read one")
    command.add_argument("place", metavar="URL-OR-FILE", help="the registry's address, or the file to show")
    command.add_argument("--out", metavar="FILE", help="where to keep what was fetched, such as registry.policy")


def run(options: argparse.Namespace) -> int:
    """Print the keys, and keep the file where that is asked for."""
    if options.action == "show":
        _print(read_trust(options.place), as_json=options.json)
        return KEPT
    with RequestsTransport() as transport:
        trust, data = shown_trust(registry_of(options.place), transport)
    if options.out:
        target = Path(options.out)
        if target.exists() and target.read_bytes() != data:
            usage_error(f"{target} holds other keys: compare both, and remove the one that is wrong")
        with durable.replacing(target) as file:
            file.write(data)
    _print(trust, as_json=options.json)
    print(_COMPARE, file=sys.stderr)
    return KEPT


def key_lines(trust: Trust) -> list[str]:
    """Return one line for each key of a trust file: its part, its name and id, and the SHA-256 of all of it."""
    roots = trust.root_keys
    parts = [(f"root ({roots.threshold} of {len(roots.keys)})", key) for key in roots.keys]
    parts += [("log", log.verifier) for log in trust.policy.logs]
    parts += [(f"witness {witness.name}", witness.verifier) for witness in trust.policy.witnesses]
    return [f"{part} {key.name}+{key.key_id.hex()} sha256:{_fingerprint(key)}" for part, key in parts]


def _fingerprint(key: Verifier) -> str:
    return hashlib.sha256(key.encode().encode()).hexdigest()


def _print(trust: Trust, *, as_json: bool) -> None:
    lines = key_lines(trust)
    print(json.dumps({"keys": lines}) if as_json else "\n".join(lines))
