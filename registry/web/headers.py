"""The headers that every page carries: what a browser may load, send and be told."""

from typing import Final

from werkzeug.wrappers import Response

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

# Not `no-referrer`: that would turn the Origin of our own forms into `null`, which csrf refuses.
PAGE_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


def protect(response: Response, *, cacheable: bool = False) -> Response:
    """Set the headers of a page. Unless `cacheable`, nothing may keep it."""
    for name, value in PAGE_HEADERS.items():
        response.headers.setdefault(name, value)
    if not cacheable:
        response.headers.setdefault("Cache-Control", "no-store")
    return response
