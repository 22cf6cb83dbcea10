"""Lists of works. Each view hands over to the domain and shapes what comes back."""

from typing import Any, Final

from crawler_filter.formats.record import rfc3339
from registry.api.import_models import AcceptBody, ImportBody, PartQuery, RowsQuery
from registry.api.operations import Call, Result
from registry.api.views import id_in_path
from registry.model.imports import Import, ImportRow, ImportState

ROWS: Final = 500
"""Rows of a page."""


def start_import(call: Call) -> Result:
    """Begin a list."""
    body: ImportBody = call.body
    made = call.registry.imports.start(call.by, body.request())
    return Result(_shown(call, made), {"Location": f"/v1/imports/{made.id}"})


def receive_part(call: Call) -> Result:
    """Take the bytes that come next."""
    query: PartQuery = call.query
    return Result({"received": call.registry.imports.receive(call.by, id_in_path(call), query.at, call.body)})


def imports(call: Call) -> Result:
    """Answer with the lists of the account."""
    return Result({"imports": [_shown(call, each) for each in call.registry.imports.of_account(call.by)]})


def read_import(call: Call) -> Result:
    """Answer with a list."""
    return _found(call)


def import_rows(call: Call) -> Result:
    """Answer with a page of rows."""
    query: RowsQuery = call.query
    found = call.registry.imports.rows(call.by, id_in_path(call), query.outcome, query.after, ROWS)
    asked = f"&outcome={query.outcome}" if query.outcome else ""
    following = {"Link": f'<?after={found[-1][0]}{asked}>; rel="next"'} if len(found) == ROWS else {}
    return Result({"rows": [_row(*each) for each in found]}, following)


def accept_import(call: Call) -> Result:
    """Let a list be declared."""
    body: AcceptBody = call.body
    call.registry.imports.confirm(
        call.by, id_in_path(call), statement=body.statement, unstated=body.unstated, missing=body.missing
    )
    return _found(call)


def discard_import(call: Call) -> Result:
    """Forget a list."""
    found = call.registry.imports.get(call.by, id_in_path(call))
    call.registry.imports.discard(call.by, found.id)
    return Result({"deleted": found.id})


def _found(call: Call) -> Result:
    return Result(_shown(call, call.registry.imports.get(call.by, id_in_path(call))))


def _shown(call: Call, found: Import) -> dict[str, Any]:
    service = call.registry.imports
    is_sending, is_ready = found.state is ImportState.SENDING, found.state is ImportState.READY
    return {
        "id": found.id,
        "party": found.party,
        "name": found.request.name,
        "size": found.request.size,
        "works": found.request.works,
        "usages": list(found.request.usages),
        "state": found.state.value,
        "received": service.received(found) if is_sending else found.request.size,
        "rows": found.rows,
        "outcomes": {outcome.value: count for outcome, count in found.counts.items()},
        "missing": service.missing(found) if is_ready else 0,
        "failure": None if found.failure is None else str(found.failure),
        "due": None if found.due is None else rfc3339(found.due),
        "created": rfc3339(found.created),
        "updated": rfc3339(found.updated),
    }


def _row(position: int, row: ImportRow) -> dict[str, Any]:
    return {
        "position": position,
        "line": row.line,
        "column": row.field,
        "outcome": row.outcome.value,
        "kind": None if row.kind is None else row.kind.value,
        "value": row.value,
        "title": row.title,
        "declaration": row.declaration,
        "detail": None if row.why is None else str(row.why),
    }
