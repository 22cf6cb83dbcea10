"""Applications for tests: one that no test uses any more serves the next registry.

Making one compiles the addresses of three hundred pages and operations, which takes longer than most tests.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import flask

from registry.instance import Registry
from registry.server.app import make_app, serve_from

_IDLE: defaultdict[bool, list[flask.Flask]] = defaultdict(list)


@contextmanager
def serving(registry: Registry) -> Iterator[flask.Flask]:
    """An application that serves `registry` and, until the end, nothing else."""
    https = not registry.config.dev
    app = _IDLE[https].pop() if _IDLE[https] else make_app(https=https)
    serve_from(app, registry)
    try:
        yield app
    finally:
        _IDLE[https].append(app)
