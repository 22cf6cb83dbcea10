"""Serves the operations of `registry.api.table` from an application, with its metrics."""

import flask

from registry.api.dispatch import make_blueprint
from registry.api.openapi import document
from registry.api.table import OPERATIONS
from registry.http.observability import Metrics, observe


def install(app: flask.Flask) -> None:
    """Serve the API from `app`, whose registry is in its extensions, and observe every request of the app."""
    app.extensions["metrics"] = Metrics()
    app.extensions["openapi"] = document(OPERATIONS)
    observe(app, app.extensions["metrics"])
    app.register_blueprint(make_blueprint(OPERATIONS))


__all__ = ["OPERATIONS", "document", "install"]
