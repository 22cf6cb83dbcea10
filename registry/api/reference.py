"""The tables of the API's manual, made from the operations and the problem types; a test compares them."""

from collections.abc import Iterator

from registry import rate_limits
from registry.api.operations import Access, Operation
from registry.api.table import OPERATIONS
from registry.errors import MethodNotAllowedError, RegistryError
from registry.http.problems import type_url
from registry.rate_limits import Rate

_WHO = {
    Access.PUBLIC: "anybody",
    Access.OPTIONAL: "anybody",
    Access.READ: "token: read",
    Access.DECLARE: "token: declare",
}


def operations_table() -> str:
    """Return one row an operation."""
    rows = [f"| `{each.method} {each.path}` | {_WHO[each.access]} | {each.summary} |" for each in OPERATIONS]
    return _table("operation|who|what", rows)


def problems_table() -> str:
    """Return one row a problem type that an operation may answer with, or the lack of one."""
    rows = [f"| {error.status} | `{type_url(error)}` | {error.title} |" for error in _problem_types()]
    return _table("status|type|title", rows)


def rates_table() -> str:
    """Return one row a rate, with what it counts."""
    rows = [f"| `{rate.name}` | {rate.quota:,} in {rate.seconds} s | {who} |" for rate, who in _rates()]
    return _table("rate|quota|counted by", rows)


def _table(head: str, rows: list[str]) -> str:
    names = head.split("|")
    return "\n".join([f"| {' | '.join(names)} |", "|---" * len(names) + "|", *rows, ""])


def _problem_types() -> list[type[RegistryError]]:
    found = {error for operation in OPERATIONS for error in operation.problems} | {MethodNotAllowedError}
    return sorted(found, key=lambda error: (error.status, error.slug))


def _rates() -> Iterator[tuple[Rate, str]]:
    for rate in dict.fromkeys(operation.rate for operation in OPERATIONS):
        yield rate, _counted_by([operation for operation in OPERATIONS if operation.rate is rate])
    yield rate_limits.SIGN_IN_BY_ADDRESS, "mail address"
    yield rate_limits.SIGN_IN_BY_CLIENT, "client"
    yield rate_limits.SIGN_IN_IN_ALL, "everybody together"


def _counted_by(operations: list[Operation]) -> str:
    public = {operation.access is Access.PUBLIC for operation in operations}
    if len(public) > 1:
        return "account, or client without a token"
    return "client" if True in public else "account"
