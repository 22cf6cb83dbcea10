"""The Host of a request: what cannot be one is refused before anything is made of the request.

Flask reads it before its error handlers are in force, so that a name which no decoder takes would end as an
exception in the server's log, uncounted.
"""

import re
from collections.abc import Iterable
from ipaddress import IPv6Address
from typing import TYPE_CHECKING, Final

from werkzeug.wrappers import Response

from registry.http.headers import DEFAULTS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_HOST: Final = re.compile(
    r"(?:[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?|\[(?P<address>[0-9A-Fa-f:.]{2,45})\])(?::[0-9]{1,5})?"
)
_MOST: Final = 260


def is_host(text: str) -> bool:
    """Tell whether this can be the Host of a request: a name or an address, with or without a port."""
    found = _HOST.fullmatch(text) if len(text) <= _MOST else None
    try:
        if found is not None and found["address"]:
            IPv6Address(found["address"])
        text.encode("ascii").decode("idna")
    except ValueError:
        return False
    return found is not None


def refuse_other_hosts(app: "WSGIApplication") -> "WSGIApplication":
    """Return `app` with what has no possible Host refused before it; a request without any is served."""

    def serve(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        if is_host(environ.get("HTTP_HOST") or "localhost"):
            return app(environ, start)
        refusal = Response("The Host of this request is no name and no address.\n", 400, content_type="text/plain")
        refusal.headers.update(DEFAULTS | {"Cache-Control": "no-store"})
        return refusal(environ, start)

    return serve
