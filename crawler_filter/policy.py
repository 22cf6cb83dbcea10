"""What an operator wants: for which usage, whose statements count, and what becomes of each outcome."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from enum import StrEnum
from os import PathLike
from pathlib import Path
from typing import Any, Final, Self

from crawler_filter.finding import Likeness, Source
from crawler_filter.formats.record import Assurance
from crawler_filter.grants.operator import Operator
from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.agents import Agent
from crawler_filter.signals.signal import Family

MAX_CLOCK_SKEW: Final = 300
"""Seconds by which a manifest or a snapshot may be dated ahead of this machine's clock."""


class ContentLookup(StrEnum):
    """The depth at which files and pages are looked up by their content."""

    LIKENESS = "likeness"
    """By their digests, and by what they show and say."""
    DIGESTS = "digests"
    """By their digests alone."""
    OFF = "off"
    """Not at all. What they say for themselves, in headers, tags and metadata, is read all the same."""


class CharacterRule(StrEnum):
    """The weight that signs of a registered character have in prompts and outputs."""

    FLAG = "flag"
    """They are told, and decide nothing."""
    TWO_AGREE = "two-agree"
    """Two signals of different kinds that point to one character exclude."""


class MatcherRule(StrEnum):
    """The weight that matchers which the operator brings have."""

    FLAG = "flag"
    """What they recognise is told, and decides nothing."""
    DECIDE = "decide"
    """A match excludes. Where none of your matchers could look at a picture, or one failed, it was not checked."""
    REQUIRE = "require"
    """As `decide`; and without a matcher for each model that works are registered with, nothing was checked."""


class Mode(StrEnum):
    """The force of a policy: `audit` decides and reports but keeps everything, `off` does not look."""

    ENFORCE = "enforce"
    AUDIT = "audit"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of an operator for each outcome, for one usage.

    Make one with `Policy.opt_out` or `Policy.permission_first`, and change it with `dataclasses.replace`.
    """

    usage: Usage
    """What the assets are wanted for."""
    keep_unknown: bool
    """Whether to keep what nobody said anything about."""
    keep_unavailable: bool = False
    """Whether to keep what could not be checked."""
    fresh_for: timedelta = timedelta(hours=24)
    """A snapshot older than this makes decisions `stale`."""
    max_age: timedelta = timedelta(days=7)
    """A snapshot older than this counts as "could not be checked"."""
    assurance: frozenset[Assurance] = frozenset(Assurance)
    """Whose statements count: those of verified scopes, of attested ones, or both."""
    likeness: Likeness = Likeness.MATCH
    """The least likeness that decides, where a work is recognised by its content."""
    content: ContentLookup = ContentLookup.LIKENESS
    """How far files and pages are looked up by their content. Digests that you give are always looked up."""
    characters: CharacterRule = CharacterRule.FLAG
    """Whether two signals that agree on a registered character decide: a name, a description, a drawing."""
    matchers: MatcherRule = MatcherRule.FLAG
    """Whether what your own matchers recognise decides."""
    operator: Operator | str = ""
    """You, as rights holders grant you something: an `Operator` with its key. Your own domain alone is enough for
    owners who say that you are licensed to make pictures of a character; for grants it is not."""
    mode: Mode = Mode.ENFORCE
    """`Mode.AUDIT` keeps everything and reports what it found; `Mode.OFF` keeps everything without looking."""
    signals: frozenset[Family] = frozenset(Family)
    """The standards that are read of what sites and files say about themselves."""
    required: frozenset[Source] = frozenset()
    """Sources that count as "could not be checked" if a check is not given them."""
    agent: str = ""
    """The crawler's own product token, such as `ExampleBot`."""
    user_type: str | None = None
    """The crawler's kind of user in RSL, such as `commercial` or `education`."""
    robots_agents: tuple[Agent, ...] | None = None
    """Other crawlers whose refusal by name in robots.txt counts. None stands for the list in this package."""
    trust_anchors: bytes | None = None
    """Certificates (PEM) that may sign a permission inside a file."""

    @classmethod
    def opt_out(cls, usage: Usage) -> Self:
        """Keep what nobody has reserved. What could not be checked is not kept."""
        return cls(usage=Usage(usage), keep_unknown=True)

    @classmethod
    def permission_first(cls, usage: Usage) -> Self:
        """Keep only what was allowed by somebody who could. Silence and failure are not kept."""
        return cls(usage=Usage(usage), keep_unknown=False)

    @classmethod
    def from_file(cls, path: str | PathLike[str]) -> Self:
        """Read a policy file, in TOML: what `to_dict` returns, of which only `usage` must be there.

        `trust_anchors`, and `key` in the table `operator`, are paths of PEM files, seen from the policy file.
        Raises ValueError, which names the file and what is wrong in it; OSError where it cannot be read.
        """
        import tomllib  # noqa: PLC0415 - most policies come from no file

        file = Path(path)
        try:
            words = tomllib.loads(file.read_text(encoding="utf-8"))
            if "trust_anchors" in words:
                words["trust_anchors"] = (file.parent / words["trust_anchors"]).read_text(encoding="ascii")
            if isinstance(operator := words.get("operator"), dict) and "key" in operator:
                operator["key"] = (file.parent / operator["key"]).read_text(encoding="ascii")
            return cls.from_dict(words)
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"{file} is not a policy file: {error}") from error

    @classmethod
    def from_dict(cls, words: Mapping[str, Any]) -> Self:
        """Read what `to_dict` returns; what is not there has its default. Raises TypeError or ValueError."""
        known = {"permission_first", *(field.name for field in fields(cls))} - {"keep_unknown"}
        if unknown := words.keys() - known:
            raise ValueError(f"expected words among {', '.join(sorted(known))}, got {', '.join(sorted(unknown))}")
        if "usage" not in words:
            raise ValueError("expected usage, such as usage = 'train-ai'")
        read = {name: _READ[name](words[name]) for name in words.keys() & _READ.keys()}
        return cls(keep_unknown=not read.pop("permission_first", False), **read)

    def to_dict(self) -> dict[str, Any]:
        """Return the policy in words, as a policy file and a record hold them; what is not set is left out."""
        agents = self.robots_agents
        words = {
            "usage": self.usage.value,
            "permission_first": not self.keep_unknown,
            "keep_unavailable": self.keep_unavailable,
            "fresh_for": _duration_in_words(self.fresh_for),
            "max_age": _duration_in_words(self.max_age),
            "assurance": sorted(self.assurance),
            "likeness": self.likeness.value,
            "content": self.content.value,
            "characters": self.characters.value,
            "matchers": self.matchers.value,
            "mode": self.mode.value,
            "signals": sorted(self.signals),
            "required": sorted(self.required),
            "agent": self.agent,
            "user_type": self.user_type,
            "robots_agents": None if agents is None else [_agent_in_words(agent) for agent in agents],
            "trust_anchors": self.trust_anchors and self.trust_anchors.decode("ascii", "replace"),
            "operator": self.operator.to_dict() if isinstance(self.operator, Operator) else self.operator,
        }
        return {name: value for name, value in words.items() if value is not None}

    def __reduce__(self) -> tuple[object, tuple[str, Operator | str]]:
        words = json.dumps(self.to_dict(), sort_keys=True)  # sets have an order of their own each run
        return _from_json, (words, self.operator)

    @property
    def domain(self) -> str:
        """The host of your card, or your domain; empty where you have named neither."""
        return self.operator.host if isinstance(self.operator, Operator) else self.operator

    @property
    def name(self) -> str:
        """The name by which reports call this policy."""
        return f"{'opt-out' if self.keep_unknown else 'permission-first'} {self.usage}"


def keeps(preference: Preference, policy: Policy, *, unchecked: bool, crawl: bool = True) -> bool:
    """Tell whether `policy` keeps an asset of this preference.

    It is `unchecked` when any source was not available; without `crawl` it may not even be fetched.
    """
    return policy.mode is not Mode.ENFORCE or would_keep(preference, policy, unchecked=unchecked, crawl=crawl)


def would_keep(preference: Preference, policy: Policy, *, unchecked: bool, crawl: bool = True) -> bool:
    """Tell what `keeps` says where the policy is enforced; a policy that is off would keep everything."""
    if policy.mode is Mode.OFF:
        return True
    if preference is Preference.DISALLOWED or not crawl:
        return False
    if unchecked and not policy.keep_unavailable:
        return False
    return preference is Preference.ALLOWED or policy.keep_unknown


_UNITS: Final = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_DURATION: Final = re.compile(r"([0-9]+) ?([dhms])")


def _duration(words: object) -> timedelta:
    found = _DURATION.fullmatch(words) if isinstance(words, str) else None
    if found is None:
        raise ValueError(f"expected a duration such as 24h, 7d or 30m, got {words!r}")
    return timedelta(seconds=int(found[1]) * _UNITS[found[2]])


def _duration_in_words(duration: timedelta) -> str:
    seconds = int(duration.total_seconds())
    unit = next(unit for unit, length in _UNITS.items() if seconds % length == 0)
    return f"{seconds // _UNITS[unit]}{unit}"


def _agent(words: object) -> Agent:
    if isinstance(words, str):
        return Agent(words)
    if not isinstance(words, Mapping):
        raise TypeError(f"expected the name of a crawler, or a table of token and usages, got {words!r}")
    usages = tuple(Usage(usage) for usage in words.get("usages", (Usage.TRAIN_AI,)))
    return Agent(str(words["token"]), usages, str(words.get("operator", "")))


def _agent_in_words(agent: Agent) -> dict[str, Any]:
    usages = [usage.value for usage in agent.usages]
    return {"token": agent.token, "usages": usages, "operator": agent.operator}


def _operator(words: Any) -> Operator | str:  # noqa: ANN401 - it refuses other types itself
    return words if isinstance(words, str) else Operator.from_dict(words)


def _flag(words: object) -> bool:
    if not isinstance(words, bool):
        raise TypeError(f"expected true or false, got {words!r}")
    return words


def _text(words: object) -> str:
    if not isinstance(words, str):
        raise TypeError(f"expected a text, got {words!r}")
    return words


def _several(kind: Callable[[Any], Any]) -> Callable[[object], list[Any]]:
    def read(words: object) -> list[Any]:
        if not isinstance(words, list):
            raise TypeError(f"expected a list, got {words!r}")
        return [kind(each) for each in words]

    return read


_READ: Final[Mapping[str, Callable[[Any], Any]]] = {
    "usage": Usage,
    "permission_first": _flag,
    "keep_unavailable": _flag,
    "fresh_for": _duration,
    "max_age": _duration,
    "assurance": lambda words: frozenset(_several(Assurance)(words)),
    "likeness": Likeness,
    "content": ContentLookup,
    "characters": CharacterRule,
    "matchers": MatcherRule,
    "mode": Mode,
    "signals": lambda words: frozenset(_several(Family)(words)),
    "required": lambda words: frozenset(_several(Source)(words)),
    "agent": _text,
    "user_type": _text,
    "robots_agents": lambda words: tuple(_several(_agent)(words)),
    "trust_anchors": lambda words: _text(words).encode(),
    "operator": _operator,
}


def _from_json(words: str, operator: Operator | str) -> Policy:
    return replace(Policy.from_dict(json.loads(words)), operator=operator)
