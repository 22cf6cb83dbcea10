"""The lines of robots.txt that this package reads, as values."""

from enum import StrEnum
from typing import NamedTuple


class Key(StrEnum):
    """A key of a line that this package reads, in the spelling of the standard."""

    AGENT = "User-agent"
    ALLOW = "Allow"
    DISALLOW = "Disallow"
    USAGE = "Content-Usage"
    SIGNAL = "Content-Signal"
    LICENSE = "License"
    NO_TRAINING = "DisallowAITraining"
    """Of the expired draft-canel-robots-ai-control, as the next one; only the second reading knows them."""
    TRAINING = "AllowAITraining"


class Line(NamedTuple):
    """One line that says something. `written` is its key as it was spelled."""

    number: int
    key: Key
    value: str
    written: str

    @property
    def text(self) -> str:
        """The line without its comment."""
        return f"{self.written}: {self.value}"
