"""The tables of the registry: operations, problems, rates, settings, limits and metrics."""

from collections.abc import Iterator

from prometheus_client.metrics import MetricWrapperBase

from registry import rate_limits
from registry.api.operations import Access, Operation
from registry.api.table import OPERATIONS
from registry.config import Config, Limits, Variable, variables
from registry.errors import MethodNotAllowedError, RegistryError
from registry.http.observability import Metrics
from registry.http.problems import type_url
from registry.net import Endpoint
from registry.rate_limits import Rate
from tools.manual.markdown import field_docs, summary, table

_WHO = {
    Access.PUBLIC: "anybody",
    Access.OPTIONAL: "anybody",
    Access.READ: "token: read",
    Access.DECLARE: "token: declare",
}


def operations() -> str:
    """Return one row an operation."""
    return table(
        "operation|who|what",
        ((f"`{each.method} {each.path}`", _WHO[each.access], each.summary) for each in OPERATIONS),
    )


def problems() -> str:
    """Return one row a problem type that an operation may answer with."""
    found = {error for operation in OPERATIONS for error in operation.problems} | {MethodNotAllowedError}
    return table(
        "status|type|title|when",
        (
            (error.status, f"`{type_url(error)}`", error.title, _when(error))
            for error in sorted(found, key=lambda error: (error.status, error.slug))
        ),
    )


def _when(error: type[RegistryError]) -> str:
    return "The registry has a fault." if error is RegistryError else summary(error)


def rates() -> str:
    """Return one row a rate, with what it counts."""
    rows = [(f"`{rate.name}`", f"{rate.quota:,} in {rate.seconds} s", who) for rate, who in _rates()]
    return table("rate|quota|counted by", rows)


def _rates() -> Iterator[tuple[Rate, str]]:
    for rate in dict.fromkeys(operation.rate for operation in OPERATIONS):
        yield rate, _counted_by([operation for operation in OPERATIONS if operation.rate is rate])
    yield rate_limits.SIGN_IN_BY_ADDRESS, "mail address"
    networks = ("client", "/56 of an IPv6 client", "/48 of an IPv6 client")
    yield from zip(rate_limits.SIGN_IN_BY_NETWORK, networks, strict=True)
    yield rate_limits.SIGN_IN_IN_ALL, "everybody together"


def _counted_by(operations: list[Operation]) -> str:
    public = {operation.access is Access.PUBLIC for operation in operations}
    if len(public) > 1:
        return "account, or client without a token"
    return "client" if True in public else "account"


def settings() -> str:
    """Return one row a setting that is no limit."""
    return _variables(Config)


def limits() -> str:
    """Return one row a limit that an operator can set."""
    return _variables(Limits)


def _variables(owner: type) -> str:
    docs = field_docs(owner)
    rows = [(f"`{each.name}`", _shown(each), docs[each.field]) for each in variables() if each.owner is owner]
    return table("variable|default|meaning", rows)


def _shown(variable: Variable) -> str:
    default = variable.default
    if default and isinstance(default, tuple):
        default = " ".join(map(str, default)) if isinstance(default[0], Endpoint) else "{}:{}".format(*default)
    if isinstance(default, bool):
        default = int(default)
    return "none" if default in (None, "", (), frozenset()) else f"`{default}`"


def metrics() -> str:
    """Return one row a metric of a running registry."""
    rows = []
    for metric in vars(Metrics()).values():
        if isinstance(metric, MetricWrapperBase):
            (family,) = metric.describe()
            name = f"{family.name}_total" if family.type == "counter" else family.name
            labels = " ".join(f"`{label}`" for label in metric._labelnames)  # noqa: SLF001 - shown nowhere else
            rows.append((f"`{name}`", family.type, labels, family.documentation))
    return table("metric|type|labels|meaning", rows)
