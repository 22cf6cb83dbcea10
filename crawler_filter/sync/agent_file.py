"""The list of AI crawlers on this machine: `crawler-filter agents`, which brings it up to date from a file.

The list that comes with the package is as old as its release. An update adds what a file knows, and never takes a
name away. `Filter.open` uses the updated list where the policy names no agents of its own.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Final

import platformdirs

from crawler_filter.errors import DataError
from crawler_filter.signals.agents import AgentList, default_agents

MAX_BYTES: Final = 4 << 20
"""Size of a list that is read."""

DESCRIPTION: Final = (
    "Show the names of AI crawlers that sites address, with what refusing each refuses, or bring the list up to"
    " date from a file of this package's own form, or robots.json of ai-robots-txt/ai.robots.txt. Names are added"
    " and never taken away. Every filter that this user opens from then on uses them."
)


def path_of_updates() -> Path:
    """Return where the updated list of this user is."""
    return platformdirs.user_data_path("crawler-filter") / "ai_agents.json"


def current_agents(path: Path | None = None) -> AgentList:
    """Return the list that comes with the package, with the updates of this user. Raises DataError."""
    path = path or path_of_updates()
    shipped = default_agents()
    try:
        updates = read_list(path.read_bytes(), path.name)
    except FileNotFoundError:
        return shipped
    extended = shipped.extended_by(updates)
    return AgentList(max(shipped.version, updates.version), extended.agents)


def read_list(data: bytes, name: str) -> AgentList:
    """Read a list of either form. Raises DataError, which names what is wrong."""
    if len(data) > MAX_BYTES:
        raise DataError(f"{name}: more than the {MAX_BYTES} bytes of a list that are read")
    try:
        value = json.loads(data)
        if isinstance(value, dict) and "agents" in value:
            return AgentList.parse(data)
        return AgentList.parse_community(data, str(default_agents().version))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DataError(f"{name} is no list of agents: {type(error).__name__}: {error}") from error


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Give the command its arguments and its help."""
    command.description = DESCRIPTION
    command.add_argument("action", nargs="?", choices=["list", "update"], default="list", help="default: list")
    command.add_argument("file", nargs="?", metavar="FILE", help="the list to update from")


def run(options: argparse.Namespace) -> int:
    """Show the list, or update it."""
    before = current_agents()
    if options.action == "update":
        if not options.file:
            raise ValueError("name the file to update from: crawler-filter agents update FILE")
        file = Path(options.file)
        after = before.extended_by(read_list(file.read_bytes(), file.name))
        after = AgentList(max(before.version, after.version), after.agents)
        _write(path_of_updates(), after)
        _report(before, after, as_json=options.json)
    else:
        _show(before, as_json=options.json)
    return 0


def _write(path: Path, agents: AgentList) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(agents.to_json(), encoding="utf-8")
    draft.replace(path)


def _report(before: AgentList, after: AgentList, *, as_json: bool) -> None:
    known = {agent.token: agent.usages for agent in before.agents}
    added = [agent for agent in after.agents if agent.token not in known]
    widened = [agent for agent in after.agents if agent.token in known and agent.usages != known[agent.token]]
    report = {"added": [agent.token for agent in added], "widened": [agent.token for agent in widened]}
    if as_json:
        _say(json.dumps({"path": str(path_of_updates()), **report}))
        return
    for word, agents in (("added", added), ("widened", widened)):
        _say(*(f"{word}\t{agent.token}\t{', '.join(agent.usages)}" for agent in agents))
    _say(f"{len(after.agents)} names in {path_of_updates()}: {len(added)} added, {len(widened)} widened")


def _show(agents: AgentList, *, as_json: bool) -> None:
    if as_json:
        _say(agents.to_json().rstrip())
        return
    _say(*(f"{agent.token}\t{', '.join(agent.usages)}\t{agent.operator}" for agent in agents.agents))
    _say(f"{len(agents.agents)} names, version {agents.version}")


def _say(*lines: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
