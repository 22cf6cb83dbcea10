"""URL profile 1, for snapshots that were made under it; `crawler_filter.formats.urls` is the profile in use.

It differs in four rules: what RFC 3986 does not allow raw stays as the URL standard leaves it, escapes of other
than unreserved characters stay, text stays as it is composed, and a prefix does not cover its own page.
`tests/vectors/urls.json` is its vector file. It goes when no registry publishes it any more.
"""

import re
from collections.abc import Iterator

from crawler_filter.formats.urls import MAX_PREFIXES, MAX_URL, host_and_rest, href, require_at_most

_MOST_SHRINKING = 3  # an escape becomes a character
_ANY_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
# `%2E` stays. An escape right after a stray percent sign stays too: in `%%34%31` a decoded `4` would start an
# escape that was not there.
_UNRESERVED_ESCAPE = re.compile(r"(?<!%)(?<!%[0-9A-Fa-f])%(?:2D|3[0-9]|[46][1-9A-F]|[57][0-9A]|5F|7E)")


def canonical(url: str | bytes) -> str:
    """Return `host/path?query` under profile 1. Raises InvalidUrlError as the profile in use does."""
    host, rest = host_and_rest(href(url))
    require_at_most(_MOST_SHRINKING * MAX_URL, len(rest))
    identity = host + _normal_escapes(rest)
    require_at_most(MAX_URL, len(identity))
    return identity


def prefixes(identity: str) -> Iterator[str]:
    """Yield the prefix scopes that could cover a canonical URL, shallow to deep: the folders it lies in."""
    path = identity.partition("?")[0]
    slash = path.index("/")
    for _ in range(MAX_PREFIXES):
        slash = path.find("/", slash + 1)
        if slash < 0:
            return
        yield path[: slash + 1]


def _normal_escapes(text: str) -> str:
    upper = _ANY_ESCAPE.sub(lambda escape: escape[0].upper(), text)
    return _UNRESERVED_ESCAPE.sub(lambda escape: chr(int(escape[0][1:], 16)), upper)
