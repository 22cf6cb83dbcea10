"""Serves the operations of `registry.api.table` from an application, with its metrics."""

from functools import cache
from typing import Any

import flask

from registry.api.dispatch import make_blueprint
from registry.api.openapi import document
from registry.api.table import OPERATIONS
from registry.http.observability import observe


def install(app: flask.Flask) -> None:
    """Serve the API from `app`, whose registry and metrics are in its extensions, and observe every request."""
    app.extensions["openapi"] = _document()
    observe(app)
    app.register_blueprint(make_blueprint(OPERATIONS))


@cache
def _document() -> dict[str, Any]:
    return document(OPERATIONS)


__all__ = ["OPERATIONS", "document", "install"]
