"""Who a crawler is to a site: product tokens, and the tokens of those who crawl for AI.

The list is data of its own (`ai_agents.json`, with a version), so that it can be replaced without a release:
`AgentList.parse` reads another one, and `Policy.robots_agents` takes any agents at all.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Self

from crawler_filter.preference import Usage

# Wider than RFC 9309 section 2.2.1, which knows no digits and dots: AI2Bot and archive.org_bot have them.
_TOKEN = re.compile(r"[A-Za-z0-9._!-]+")
_COMPATIBLE = re.compile(r"[(;] ?compatible; ?([A-Za-z0-9._!-]+)")
# in the header of a crawler that begins as a browser's does, the name before the address of its page
_WITH_ADDRESS = re.compile(r"[(; ]([A-Za-z0-9._!-]+)(?:/[\w.]+)?[;,]? ?\(?\+https?:")


def product_token(agent: str) -> str:
    """Return the lower-case product token of a token, a `User-agent` value or a whole User-Agent header, or ``."""
    token = _COMPATIBLE.search(agent) or _TOKEN.match(agent.lstrip(" \t\r\n*"))
    name = token[token.lastindex or 0].lower() if token else ""
    if name == "mozilla" and (token := _WITH_ADDRESS.search(agent)):
        return token[1].lower()
    return name


@dataclass(frozen=True, slots=True)
class Agent:
    """A name that sites address: a crawler, or a word that only stands for a purpose (`Google-Extended`).

    `usages` are what is refused when a site refuses this name. `operator` is empty where it is not known.
    """

    token: str
    usages: tuple[Usage, ...] = (Usage.TRAIN_AI,)
    operator: str = ""


@dataclass(frozen=True, slots=True)
class AgentList:
    """A dated list of agents."""

    version: str
    agents: tuple[Agent, ...]

    @classmethod
    def parse(cls, text: str | bytes) -> Self:
        """Read the JSON form: `{"version": …, "agents": [{"token", "operator", "usages"}]}`.

        Raises KeyError, TypeError or ValueError on anything else.
        """
        value = json.loads(text)
        agents = (
            Agent(str(row["token"]), tuple(Usage(usage) for usage in row["usages"]), str(row.get("operator", "")))
            for row in value["agents"]
        )
        return cls(str(value["version"]), tuple(agents))


@cache
def default_agents() -> AgentList:
    """Return the list that comes with this package."""
    from importlib import resources  # noqa: PLC0415 - slow to load, and most filters check by URL alone

    return AgentList.parse(resources.files(__package__).joinpath("ai_agents.json").read_text("utf-8"))


UsagesByToken = Mapping[str, tuple[Usage, ...]]
"""Product tokens, other than a crawler's own, whose refusals count, with what each stands for."""

NO_AGENTS: Final[UsagesByToken] = {}


def usages_by_token(agents: Iterable[Agent]) -> UsagesByToken:
    """Return what each product token stands for."""
    return {product_token(agent.token): agent.usages for agent in agents}


WILDCARD: Final = "*"
"""The token of the group for every agent without one of its own."""
