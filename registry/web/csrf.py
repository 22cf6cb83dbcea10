"""Refuses requests that another site made a browser send, without tokens in forms.

Every browser in use says where a request comes from: `Sec-Fetch-Site` (W3C Fetch Metadata), or, over plain HTTP
and in older ones, `Origin`. A request that changes something must carry one of the two and it must name us; one
that carries neither is refused as well, because only a browser has a session cookie to abuse.
"""

from typing import Final
from urllib.parse import urlsplit

_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN: Final = frozenset({"same-origin", "none"})


def refusal(method: str, site: str | None, origin: str | None, hosts: frozenset[str]) -> str | None:
    """Return why a request is refused, or None when it may pass.

    `site` and `origin` are the headers Sec-Fetch-Site and Origin; `hosts` are the names (with port, where there is
    one) under which this server is reached.
    """
    if method in _SAFE_METHODS:
        return None
    if site is not None:
        return None if site in _OWN else f"Sec-Fetch-Site is {site[:40]}, expected same-origin"
    if origin is None:
        return "neither Sec-Fetch-Site nor Origin was sent"
    return None if urlsplit(origin).netloc in hosts else f"Origin is {origin[:200]}, expected this site"
