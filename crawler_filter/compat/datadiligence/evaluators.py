"""The evaluators of datadiligence: rules asked one after the other. What no rule clears is not allowed."""

import logging
from collections.abc import Sequence
from typing import Any, ClassVar

from crawler_filter.compat.datadiligence.rules import (
    BulkRule,
    C2PAMetadataRule,
    Rule,
    SpawningAPI,
    TDMRepHeader,
    XRobotsTagHeader,
)

_log = logging.getLogger(__name__)


class Evaluator:
    """Asks every rule, also those that say they are not ready: none is passed over in silence."""

    name: ClassVar[str] = "base_evaluator"

    def __init__(self) -> None:
        self.rules: list[Any] = []

    def add_rule(self, rule: object) -> None:
        """Add a rule; what is none is passed over."""
        if isinstance(rule, Rule):
            self.rules.append(rule)

    def is_allowed(self, **kwargs: Any) -> Any:
        """Tell whether no rule refuses."""
        return all(rule.is_allowed(**kwargs) for rule in self.rules)

    def filter_allowed(self, **kwargs: Any) -> list[str]:
        """Return what is allowed of a list, where an evaluator can judge lists."""
        raise NotImplementedError


class HttpEvaluator(Evaluator):
    """Judges a response by its headers."""

    name = "http"

    def __init__(
        self,
        user_agent: str | None = None,
        respect_robots: bool = True,
        respect_tdmrep: bool = True,
    ) -> None:
        super().__init__()
        if respect_robots:
            self.add_rule(XRobotsTagHeader(user_agent))
        if respect_tdmrep:
            self.add_rule(TDMRepHeader())


class PostprocessEvaluator(Evaluator):
    """Judges what was fetched, by its headers and by what it says inside itself."""

    name = "postprocess"

    def __init__(self, user_agent: str | None = None) -> None:
        super().__init__()
        self.add_rule(XRobotsTagHeader(user_agent))
        self.add_rule(TDMRepHeader())
        self.add_rule(C2PAMetadataRule(user_agent))


class FileEvaluator(Evaluator):
    """Judges a file by what it says inside itself."""

    name = "file"

    def __init__(self) -> None:
        super().__init__()
        self.add_rule(C2PAMetadataRule())


class PreprocessEvaluator(Evaluator):
    """Judges addresses before they are fetched, by asking a registry."""

    name = "preprocess"

    def __init__(self, user_agent: str | None = None) -> None:
        super().__init__()
        self.add_rule(SpawningAPI(user_agent))

    def add_rule(self, rule: object) -> None:
        """Add a rule that judges lists; what is none is passed over."""
        if isinstance(rule, BulkRule):
            self.rules.append(rule)

    def filter_allowed(self, urls: Sequence[str] | None = None, **kwargs: Any) -> list[str]:
        """Return the addresses that every rule clears."""
        allowed = list(urls or ())
        for rule in self.rules if allowed else ():
            if not _is_ready(rule):
                return []
            allowed = rule.filter_allowed(urls=allowed, **kwargs)
            if not allowed:
                break
        return allowed

    def is_allowed(self, urls: Sequence[str] | None = None, **kwargs: Any) -> list[bool]:
        """Return for each address whether every rule clears it."""
        allowed = [True] * len(urls or ())
        for rule in self.rules if urls else ():
            if not _is_ready(rule):
                return [False] * len(allowed)
            answers = rule.is_allowed(urls=urls, **kwargs)
            allowed = [before and now for before, now in zip(allowed, answers, strict=True)]
        return allowed


def _is_ready(rule: Rule) -> bool:
    ready = rule.is_ready()
    if not ready:
        _log.warning("%s is not ready, so nothing is allowed", type(rule).__name__)
    return ready
