"""Keep works out of a training set when their rights holders have reserved them.

    policy = Policy.opt_out(Usage.TRAIN_AI)
    optout = Filter.open("https://registry.example", trust="registry.policy", policy=policy)
    if not optout.check(url).keep: ...

Start at `Filter`; what it returns is a `Decision`; what it acts on is a `Policy`. Importing this package does
nothing else: no network, no output, no handler. A name is imported from its module when it is first asked for, so
that a program loads what it uses.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

from crawler_filter._version import __version__ as __version__

if TYPE_CHECKING:
    from crawler_filter.checks.tally import Stats
    from crawler_filter.decision import Decision, SnapshotId
    from crawler_filter.errors import (
        AgeError,
        DataError,
        FilterError,
        MissingExtraError,
        NotCheckedError,
        SnapshotMissingError,
        TransportError,
    )
    from crawler_filter.filter import Filter
    from crawler_filter.finding import Evidence, Finding, Likeness, Source, Unavailable
    from crawler_filter.formats.events import Event, EventKind
    from crawler_filter.formats.record import Assurance
    from crawler_filter.formats.terms import Route, RouteKind, Terms
    from crawler_filter.formats.webhooks import verify_webhook
    from crawler_filter.grants.operator import Operator
    from crawler_filter.grants.permits import Doubted, GrantDoubt
    from crawler_filter.net.client import Client
    from crawler_filter.net.robots_cache import RobotsCache
    from crawler_filter.policy import CharacterRule, ContentLookup, MatcherRule, Mode, Policy
    from crawler_filter.preference import Preference, Usage
    from crawler_filter.reason import Reason
    from crawler_filter.signals.agents import Agent, default_agents
    from crawler_filter.signals.robots.robots_txt import RobotsTxt
    from crawler_filter.signals.signal import Family
    from crawler_filter.sync.registry_keys import registry_keys
    from crawler_filter.sync.source import FirstUse, read_trust

__all__ = [
    "AgeError",
    "Agent",
    "Assurance",
    "CharacterRule",
    "Client",
    "ContentLookup",
    "DataError",
    "Decision",
    "Doubted",
    "Event",
    "EventKind",
    "Evidence",
    "Family",
    "Filter",
    "FilterError",
    "Finding",
    "FirstUse",
    "GrantDoubt",
    "Likeness",
    "MatcherRule",
    "MissingExtraError",
    "Mode",
    "NotCheckedError",
    "Operator",
    "Policy",
    "Preference",
    "Reason",
    "RobotsCache",
    "RobotsTxt",
    "Route",
    "RouteKind",
    "SnapshotId",
    "SnapshotMissingError",
    "Source",
    "Stats",
    "Terms",
    "TransportError",
    "Unavailable",
    "Usage",
    "default_agents",
    "read_trust",
    "registry_keys",
    "verify_webhook",
]

_HOMES: Final = {
    "checks.tally": ("Stats",),
    "decision": ("Decision", "SnapshotId"),
    "errors": (
        "AgeError",
        "DataError",
        "FilterError",
        "MissingExtraError",
        "NotCheckedError",
        "SnapshotMissingError",
        "TransportError",
    ),
    "filter": ("Filter",),
    "finding": ("Evidence", "Finding", "Likeness", "Source", "Unavailable"),
    "formats.events": ("Event", "EventKind"),
    "formats.record": ("Assurance",),
    "formats.terms": ("Route", "RouteKind", "Terms"),
    "formats.webhooks": ("verify_webhook",),
    "grants.operator": ("Operator",),
    "grants.permits": ("Doubted", "GrantDoubt"),
    "net.client": ("Client",),
    "net.robots_cache": ("RobotsCache",),
    "policy": ("CharacterRule", "ContentLookup", "MatcherRule", "Mode", "Policy"),
    "preference": ("Preference", "Usage"),
    "reason": ("Reason",),
    "signals.agents": ("Agent", "default_agents"),
    "signals.robots.robots_txt": ("RobotsTxt",),
    "signals.signal": ("Family",),
    "sync.registry_keys": ("registry_keys",),
    "sync.source": ("FirstUse", "read_trust"),
}
"""The imports above once more, for running programs: module, names."""

_HOME_OF: Final = {name: module for module, names in _HOMES.items() for name in names}


if not TYPE_CHECKING:  # else every name, misspelt ones too, would be an object to who checks types

    def __getattr__(name: str) -> object:
        """Import a public name from its module (PEP 562), once."""
        if name not in _HOME_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found: object = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
