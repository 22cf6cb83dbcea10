"""`crawler-filter agents`: show the list of AI crawlers, or bring it up to date from a file."""

import argparse
import json
import sys
from pathlib import Path
from typing import Final

from crawler_filter.commands.exit_codes import KEPT
from crawler_filter.commands.options import usage_error
from crawler_filter.formats.counts import number_of
from crawler_filter.signals.agents import AgentList
from crawler_filter.sync.agent_file import current_agents, path_of_updates, read_list, write_list

DESCRIPTION: Final = (
    "Show the names of AI crawlers that sites address, with what refusing each refuses, or bring the list up to"
    " date from a file of this package's own form, or robots.json of ai-robots-txt/ai.robots.txt. Names are added"
    " and never taken away. Every filter that this user opens from then on uses them."
)


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
            usage_error("name the file to update from: crawler-filter agents update FILE")
        file = Path(options.file)
        after = before.extended_by(read_list(file.read_bytes(), file.name))
        after = AgentList(max(before.version, after.version), after.agents)
        write_list(after)
        _report(before, after, as_json=options.json)
    else:
        _show(before, as_json=options.json)
    return KEPT


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
    names = number_of(len(after.agents), "name")
    _say(f"{names} in {path_of_updates()}: {len(added)} added, {len(widened)} widened")


def _show(agents: AgentList, *, as_json: bool) -> None:
    if as_json:
        _say(agents.to_json().rstrip())
        return
    _say(*(f"{agent.token}\t{', '.join(agent.usages)}\t{agent.operator}" for agent in agents.agents))
    _say(f"{number_of(len(agents.agents), 'name')}, version {agents.version}")


def _say(*lines: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
