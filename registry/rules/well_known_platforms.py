"""Hosts where many people publish, so that an address there says nothing of whose it is.

The list is `well_known_platforms.txt`, a domain a line; what is below one belongs to it. Suffixes of the public
suffix list under which anybody may have a name count as well.
"""

from functools import cache
from importlib.resources import files
from typing import Final

from crawler_filter.formats.urls import host_suffixes
from registry.net.suffixes import is_below_private_suffix

_OWN_NAMES: Final = frozenset({"www", "m", "mobile"})


def is_platform(host: str) -> bool:
    """Tell whether a canonical host is a platform's, or a member's on a platform."""
    return not _listed().isdisjoint(host_suffixes(host)) or is_below_private_suffix(host)


def is_of_platform(host: str) -> bool:
    """Tell whether a canonical host is the platform's own, where all of its members are, and not one member's."""
    return host in _listed() or (host.partition(".")[0] in _OWN_NAMES and host.partition(".")[2] in _listed())


@cache
def _listed() -> frozenset[str]:
    text = (files("registry.rules") / "well_known_platforms.txt").read_text(encoding="ascii")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))
