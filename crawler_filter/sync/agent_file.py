"""The list of AI crawlers on this machine, with what `crawler-filter agents update` added to it.

The list that comes with the package is as old as its release. An update adds what a file knows, and never takes a
name away. `Filter.open` uses the updated list where the policy names no agents of its own.
"""

import json
from pathlib import Path
from typing import Final

import platformdirs

from crawler_filter.errors import DataError
from crawler_filter.signals.agents import AgentList, default_agents

MAX_BYTES: Final = 4 << 20
"""Size of a list that is read."""


def path_of_updates() -> Path:
    """Return where the updated list of this user is."""
    return platformdirs.user_data_path("crawler-filter") / "ai_agents.json"


def current_agents() -> AgentList:
    """Return the list that comes with the package, with the updates of this user. Raises DataError."""
    path, shipped = path_of_updates(), default_agents()
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


def write_list(agents: AgentList) -> None:
    """Keep a list as the updates of this user; a reader finds the old one or the new one, whole."""
    path = path_of_updates()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(agents.to_json(), encoding="utf-8")
    draft.replace(path)
