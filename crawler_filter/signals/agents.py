"""Who a crawler is to a site: product tokens, and the tokens of those who crawl for AI.

The list is data of its own (`ai_agents.json`, with a version), so that it can be replaced without a release:
`AgentList.parse` reads another one, and `Policy.robots_agents` takes any agents at all.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Self

from crawler_filter.preference import Usage
from crawler_filter.signals import safe_json

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


_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_ANSWERING = re.compile(r"search|assistant|agent|coding|answer|prompt", re.IGNORECASE)
_COLLECTING = re.compile(r"train|scrap|collect|provider|data|undocumented|unclear", re.IGNORECASE)


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

    @classmethod
    def parse_community(cls, text: str | bytes, version: str) -> Self:
        """Read `robots.json` of ai-robots-txt/ai.robots.txt, which says in words what each crawler is for.

        Raises AttributeError, TypeError or ValueError on anything else.
        """
        agents = tuple(
            Agent(
                str(token),
                _usages_of(f"{row.get('function', '')}"),
                _LINK.sub(r"\1", str(row.get("operator", ""))),
            )
            for token, rows in _rows(text)
            for row in rows
        )
        return cls(version, agents)

    def extended_by(self, other: "AgentList") -> "AgentList":
        """Return this list with the agents of another, and of those that both have, what either says they are for.

        So a list that is extended never refuses less.
        """
        agents = {product_token(agent.token): agent for agent in self.agents}
        for agent in other.agents:
            token = product_token(agent.token)
            known = agents.get(token, agent)
            usages = tuple(usage for usage in Usage if usage in {*known.usages, *agent.usages})
            agents[token] = Agent(known.token, usages, known.operator or agent.operator)
        ordered = sorted(
            (agent for token, agent in agents.items() if token), key=lambda agent: agent.token.lower()
        )
        return AgentList(other.version, tuple(ordered))

    def to_json(self) -> str:
        """Return the JSON form that `parse` reads."""
        rows = [
            {"token": agent.token, "operator": agent.operator, "usages": [usage.value for usage in agent.usages]}
            for agent in self.agents
        ]
        return json.dumps({"version": self.version, "agents": rows}, ensure_ascii=False, indent=1) + "\n"


def _rows(text: str | bytes) -> Iterator[tuple[str, Sequence[Any]]]:
    """Yield each name with what is said of it, twice where it occurs twice."""
    value: Any = safe_json.parse(text, keeps_several=True)
    return ((token, safe_json.stated(value, token)) for token in value.keys())  # noqa: SIM118 - others raise


def _usages_of(function: str) -> tuple[Usage, ...]:
    """Return what a crawler is for, by the community's words; where they leave it open, everything by AI."""
    only_asked = _ANSWERING.search(function) and not _COLLECTING.search(function)
    return (Usage.AI_USE,) if only_asked else (Usage.TRAIN_AI, Usage.AI_USE)


@cache
def default_agents() -> AgentList:
    """Return the list that comes with this package."""
    from importlib import resources  # noqa: PLC0415 - slow to load, and most filters check by URL alone

    return AgentList.parse(resources.files(__package__).joinpath("ai_agents.json").read_text("utf-8"))


UsagesByToken = Mapping[str, tuple[Usage, ...]]
"""Product tokens, other than a crawler's own, whose refusals count, with what each stands for."""

NO_AGENTS: Final[UsagesByToken] = {}


def usages_by_token(agents: Iterable[Agent]) -> UsagesByToken:
    """Return what each product token stands for, of one that is listed twice all of it."""
    found: dict[str, tuple[Usage, ...]] = {}
    for agent in agents:
        token = product_token(agent.token)
        found[token] = tuple(dict.fromkeys((*found.get(token, ()), *agent.usages)))
    return found


WILDCARD: Final = "*"
"""The token of the group for every agent without one of its own."""
