"""Where a registry shows what it publishes: the pages that findings, feeds and evidence lead to."""

import re
from functools import lru_cache
from typing import Final

_ON_THIS_MACHINE: Final = re.compile(r"(?:localhost|127\.[0-9.]+)(?::[0-9]+)?")


def declaration_page(origin: str, number: str) -> str:
    """Return the address of a declaration's page."""
    return f"{_site(origin)}/d/{number}"


def grant_page(origin: str, number: str) -> str:
    """Return the address of a grant's page."""
    return f"{_site(origin)}/grants/{number}"


@lru_cache(maxsize=64)
def _site(origin: str) -> str:
    """Return the site of an origin: over TLS, but for a registry that somebody tries on their own machine."""
    return f"http://{origin}" if _ON_THIS_MACHINE.fullmatch(origin) else f"https://{origin}"
