"""The host of an address as it is written, to count by: of addresses that may be broken, and at no cost."""

import re
from typing import Final

_AUTHORITY: Final = re.compile(r"[^/?#]*")


def written_host(url: object) -> str:
    """Return the host of a URL in lower case, as it is written; nothing where there is none, or no text."""
    if not isinstance(url, str):
        return ""
    authority = _AUTHORITY.match(url.replace("\\", "/").partition("://")[2])
    host = authority[0].rpartition("@")[2].lower() if authority else ""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]
