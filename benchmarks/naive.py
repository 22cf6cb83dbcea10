"""The reference that answers are compared with: written to be obviously right, sharing nothing with the filter.

One set of strings, every suffix of the host, every folder of the path, by the words of `docs/formats/urls.md`.
"""

import re
import string
from collections.abc import Container

import ada_url

_UNRESERVED = set(string.ascii_letters + string.digits + "-_~")
_ESCAPE = re.compile("%([0-9A-Fa-f]{2})")


def is_reserved(url: str, names: Container[str]) -> bool:
    """Tell whether a domain, prefix or exact URL among `names` covers `url`."""
    parsed = ada_url.URL(url)
    host = parsed.hostname.removesuffix(".")
    labels = host.split(".")
    if any(".".join(labels[start:]) in names for start in range(len(labels))):
        return True
    path, query = _ESCAPE.sub(_unescaped, parsed.pathname), _ESCAPE.sub(_unescaped, parsed.search)
    folders = path.split("/")
    if any(host + "/".join(folders[:end]) + "/" in names for end in range(2, len(folders) + 1)):
        return True
    return host + path + query in names


def _unescaped(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if character in _UNRESERVED else escape[0].upper()
