"""What the API says about itself: its document, its health, its metrics."""

import sqlite3

from flask import current_app

from registry.api.operations import Call, Result
from registry.errors import RegistryError, UnavailableError
from registry.http.observability import Metrics
from registry.model.imports import ImportState
from registry.store.log import log_size

RETRY_AFTER = 10


def openapi(_call: Call) -> Result:
    """Answer with the OpenAPI document."""
    return Result(current_app.extensions["openapi"])


def livez(_call: Call) -> Result:
    """Answer at all."""
    return Result({"live": True})


def readyz(call: Call) -> Result:
    """Answer whether declarations can be taken and lookups answered; UnavailableError says what is wrong."""
    registry = call.registry
    if (reason := registry.not_ready()) is not None:
        raise UnavailableError(reason, retry_after=RETRY_AFTER)
    return Result({"ready": True, "log_size": _log_size(call), "snapshot_age": max(0, registry.publisher.age)})


def metrics(call: Call) -> Result:
    """Answer with the metrics."""
    numbers: Metrics = current_app.extensions["metrics"]
    numbers.log_size.set(_log_size(call))
    numbers.snapshot_age.set(call.registry.publisher.age)
    counts = call.registry.imports.counts()
    for state in ImportState:
        numbers.imports.labels(state.value).set(counts.get(state.value, 0))
    numbers.import_steps.set(call.registry.import_work.steps)
    numbers.import_rows.set(call.registry.import_work.rows)
    numbers.events.labels("arrived").set(call.registry.deliveries.arrived)
    numbers.events.labels("failed").set(call.registry.deliveries.failed)
    for loop in call.registry.loops:
        numbers.rounds.labels(loop.name).set(loop.rounds)
        numbers.failed_rounds.labels(loop.name).set(loop.failed)
    return Result(numbers.exposition())


def _log_size(call: Call) -> int:
    try:
        with call.registry.store.read() as database:
            return log_size(database)
    except (sqlite3.Error, RegistryError) as error:
        raise UnavailableError("the database cannot be read", retry_after=RETRY_AFTER) from error
