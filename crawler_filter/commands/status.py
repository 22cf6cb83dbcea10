"""`crawler-filter status`: what a snapshot folder holds, how old it is, and what this machine lacks."""

import argparse
import json
from typing import Any

from crawler_filter.commands.exit_codes import KEPT, NOT_CHECKED
from crawler_filter.commands.options import add_filter, filter_of, trusts_of
from crawler_filter.commands.trust import key_lines
from crawler_filter.filter import Filter
from crawler_filter.formats.record import rfc3339
from crawler_filter.log import Trust


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Give the command its arguments."""
    add_filter(command, found_on=False)


def run(options: argparse.Namespace) -> int:
    """Print the state. It is an error when the snapshot may not be used any more."""
    optout = filter_of(options)
    state = _state(optout)
    keys = [line for trust in trusts_of(options) if isinstance(trust, Trust) for line in key_lines(trust)]
    if options.json:
        print(json.dumps(state | {"keys": keys}))
        return KEPT if state["usable"] else NOT_CHECKED
    for name, value in state.items():
        shown = value if isinstance(value, list) else [value]
        for each in shown or ["none"]:
            print(f"{name.replace('_', ' ')}: {each}")
    for line in keys or ["none given"]:
        print(f"key: {line}")
    return KEPT if state["usable"] else NOT_CHECKED


def _state(optout: Filter) -> dict[str, Any]:
    snapshot, age = optout.snapshot, optout.age
    if snapshot is None or age is None:
        return {"usable": False}
    silent = optout.check("https://status.invalid/")
    return {
        "usable": not silent.unavailable,
        "registry": snapshot.origin,
        "first_use": snapshot.first_use,
        "snapshot": snapshot.sequence,
        "log_size": snapshot.log_size,
        "root": snapshot.root,
        "issued": rfc3339(snapshot.issued),
        "age": str(age).partition(".")[0],
        "stale": silent.stale,
        "policy": optout.policy.name,
        "mode": optout.policy.mode.value,
        "rules": [f"{kind} {rows}" for kind, rows in optout.rules.items()],
        "not_checked": [missing.reason for missing in silent.unavailable],
        "missing_extras": list(optout.missing_extras),
        "models": [model.describe() for model in optout.models],
    }
