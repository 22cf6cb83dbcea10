"""The application: the API, the pages and the published files of one registry, and how failures are answered."""

from typing import cast

import flask
from werkzeug.wrappers import Response

from registry.api.blueprint import install as install_api
from registry.http import problems
from registry.http.charges import install as install_charges
from registry.http.headers import install as install_headers
from registry.http.hosts import refuse_other_hosts
from registry.http.observability import Metrics
from registry.http.public_files import public_files
from registry.instance import Registry
from registry.web.errors import error_page
from registry.web.i18n import install as install_languages
from registry.web.pages import blueprint as pages

_PROGRAM_PATHS = ("/v1/", "/api/", "/log/", "/snapshot/", "/livez", "/readyz", "/metrics")


def create_app(registry: Registry) -> flask.Flask:
    """Return the application that serves `registry`."""
    app = make_app(https=not registry.config.dev)
    serve_from(app, registry)
    return app


def serve_from(app: flask.Flask, registry: Registry) -> None:
    """Let an application of `make_app` serve `registry`, and count its requests from nothing on."""
    app.config["MAX_CONTENT_LENGTH"] = registry.config.limits.body_bytes
    app.extensions["registry"] = registry
    app.extensions["metrics"] = Metrics()


def make_app(*, https: bool) -> flask.Flask:
    """Return the application without a registry; `https` says how it is reached."""
    app = flask.Flask("registry", static_folder=None)
    install_headers(app, https=https)
    install_charges(app, lambda: (_registry().limiter, _registry().cpu))
    install_api(app)
    install_languages(app)
    app.register_blueprint(pages)
    app.register_blueprint(public_files(lambda: _registry().config.instance))
    app.register_error_handler(Exception, _refuse)
    app.wsgi_app = refuse_other_hosts(app.wsgi_app)  # type: ignore[assignment,method-assign]  # as Flask has it
    return app


def _registry() -> Registry:
    return cast("Registry", flask.current_app.extensions["registry"])


def _refuse(error: Exception) -> Response:
    """Answer people with a page and programs with a problem document."""
    is_page = not flask.request.path.startswith(_PROGRAM_PATHS)
    return error_page(error) if is_page else problems.problem_response(error)
