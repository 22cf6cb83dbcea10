"""What the operator sees of a running registry: one JSON object a line, and Prometheus metrics.

Neither carries a URL that was looked up, an id, an address or a secret: metric labels are route templates and
members of enums, the access log has the route and no more. What people look up stays between them and the answer.
"""

import json
import logging
import re
import secrets
import time
from collections import Counter as Tally
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import partial
from typing import Final, TextIO

import flask
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from werkzeug.wrappers import Response

from crawler_filter.decision import Decision

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id of the request being answered; it is in its log lines, its answer's header and its problem."""

REQUEST_ID_HEADER: Final = "X-Request-Id"
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
_LINK: Final = re.compile(r"(/(?:sign-in|stop|dispute|invitation|keep-address)/+)[A-Za-z0-9_%~.-]+")
"""A mailed link: whoever writes a line, the server's own library too, its secret is not in it."""

_access = logging.getLogger("registry.access")


class JsonFormatter(logging.Formatter):
    """Writes a record as one JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if request_id.get():
            line["request_id"] = request_id.get()
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return _LINK.sub(r"\1…", json.dumps(line, ensure_ascii=False))


def configure_logging(stream: TextIO, level: int = logging.INFO) -> None:
    """Send everything from `level` on to `stream` as JSON lines, and nothing anywhere else."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it warns of every request that waits


class Metrics:
    """The numbers of one application."""

    def __init__(self) -> None:
        self.collected = CollectorRegistry()
        counter, gauge = partial(Counter, registry=self.collected), partial(Gauge, registry=self.collected)
        self.requests = counter("registry_http_requests", "Requests answered.", ["route", "method", "status"])
        self.seconds = Histogram(
            "registry_http_request_seconds", "Time to answer.", ["route"], registry=self.collected
        )
        self.decisions = counter("registry_decisions", "Decisions given by lookups.", ["usage", "preference"])
        self.snapshot_age = gauge("registry_snapshot_age_seconds", "Age of the published manifest.")
        self.log_size = gauge("registry_log_size", "Leaves in the log.")
        self.imports = gauge("registry_imports", "Lists of works that were sent.", ["state"])
        self.import_steps = gauge("registry_import_steps", "Steps of work on lists since the start.")
        self.import_rows = gauge("registry_import_rows", "Rows of lists read or declared since the start.")
        self.events = gauge(
            "registry_events_sent",
            "Tries to send an event to a webhook since the start, by what became of them.",
            ["outcome"],
        )
        self.rounds = gauge("registry_loop_rounds", "Rounds of a thread that succeeded.", ["loop"])
        self.failed_rounds = gauge("registry_loop_failed_rounds", "Rounds of a thread that failed.", ["loop"])

    def count_decisions(self, decisions: Iterable[Decision]) -> None:
        """Note decisions."""
        for (usage, preference), count in Tally((each.usage, each.preference) for each in decisions).items():
            self.decisions.labels(usage.value, preference.value).inc(count)

    def exposition(self) -> bytes:
        """Return everything in the Prometheus text format."""
        return generate_latest(self.collected)


def observe(app: flask.Flask) -> None:
    """Give every request of `app` an id, and count its answer in the metrics of its extensions, and log it."""

    def begin() -> None:
        request_id.set(secrets.token_hex(16))
        flask.g.began = time.perf_counter()

    def end(response: Response) -> Response:
        rule = flask.request.url_rule
        route = "none" if rule is None else rule.rule
        method = flask.request.method if flask.request.method in _METHODS else "other"
        seconds = time.perf_counter() - flask.g.began
        metrics: Metrics = flask.current_app.extensions["metrics"]
        metrics.requests.labels(route, method, f"{response.status_code // 100}xx").inc()
        metrics.seconds.labels(route).observe(seconds)
        fields = {"route": route, "method": method, "status": response.status_code, "ms": round(seconds * 1e3, 1)}
        _access.info("answered", extra={"fields": fields})
        response.headers[REQUEST_ID_HEADER] = request_id.get()
        return response

    def forget(_: BaseException | None) -> None:
        request_id.set("")  # the server's threads live on: what they log next is not of this request

    app.before_request(begin)
    app.after_request(end)
    app.teardown_request(forget)
