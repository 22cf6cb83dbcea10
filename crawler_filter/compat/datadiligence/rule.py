"""What every rule has."""

from typing import Any


class Rule:
    """One source of opt-outs."""

    def is_allowed(self, **kwargs: Any) -> Any:
        """Tell whether what the arguments name may be used; a bulk rule answers with a list."""
        raise NotImplementedError

    def is_ready(self) -> bool:
        """Tell whether the rule has what it needs."""
        raise NotImplementedError


class BulkRule(Rule):
    """A rule that judges many addresses in one call."""

    def filter_allowed(self, **kwargs: Any) -> list[str]:
        """Return the addresses that may be used."""
        raise NotImplementedError
