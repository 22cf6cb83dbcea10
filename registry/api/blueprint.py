"""Serves the operations of `registry.api.table` from an application, with its metrics."""

from typing import Final

import flask

from registry.api.dispatch import make_blueprint
from registry.api.openapi import document
from registry.api.table import OPERATIONS
from registry.http import problems
from registry.http.observability import Metrics, observe

_PREFIXES: Final = ("/v1/", "/api/")
_PATHS: Final = frozenset(operation.path for operation in OPERATIONS)


def install(app: flask.Flask) -> None:
    """Serve the API from `app`, whose registry is in its extensions, and observe every request of the app."""
    app.extensions["metrics"] = Metrics()
    app.extensions["openapi"] = document(OPERATIONS)
    observe(app, app.extensions["metrics"])
    app.register_blueprint(make_blueprint(OPERATIONS))


def is_api_path(path: str) -> bool:
    """Tell whether a failure under this path is answered as a problem and not as a page."""
    return path.startswith(_PREFIXES) or path in _PATHS


__all__ = ["OPERATIONS", "document", "install", "is_api_path", "problems"]
