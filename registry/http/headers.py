"""What every answer tells a browser, whatever it is: to guess nothing, to load nothing, to come by TLS.

Pages set a policy of their own, which lets them load our scripts and styles (`registry.web.headers`).
"""

from http import HTTPStatus
from typing import Final

import flask
from werkzeug.wrappers import Response

TRANSPORT_SECURITY: Final = "max-age=31536000; includeSubDomains"
DEFAULTS: Final = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def install(app: flask.Flask, *, https: bool) -> None:
    """Set these headers on every answer of `app` that does not set its own; `https` adds HSTS."""

    def protect(response: Response) -> Response:
        if response.status_code == HTTPStatus.PERMANENT_REDIRECT:
            _lead_on(response)
        for name, value in DEFAULTS.items():
            response.headers.setdefault(name, value)
        if https:
            response.headers.setdefault("Strict-Transport-Security", TRANSPORT_SECURITY)
        return response

    app.after_request(protect)


def _lead_on(response: Response) -> None:
    """Lead to another spelling of the path, and nowhere else: Flask names the Host that somebody sent."""
    _scheme, _mark, place = response.headers.get("Location", "").partition("://")
    response.headers["Location"] = "/" + place.partition("/")[2].lstrip("/")
    response.headers["Cache-Control"] = "no-store"
    response.set_data(b"")
