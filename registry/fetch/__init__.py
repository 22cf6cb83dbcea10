"""The only outbound HTTP and DNS of the registry."""

from registry.fetch.failures import (
    BadAnswerError,
    FetchError,
    ForbiddenTargetError,
    NameNotFoundError,
    ResolverError,
    TooSlowError,
    UnreachableError,
)
from registry.fetch.fetcher import PAGE_LIMIT, Fetcher, Limits, Permit, Response, dial_tcp, tls_context
from registry.fetch.resolver import Endpoint, Resolver, TxtAnswer

__all__ = [
    "PAGE_LIMIT",
    "BadAnswerError",
    "Endpoint",
    "FetchError",
    "Fetcher",
    "ForbiddenTargetError",
    "Limits",
    "NameNotFoundError",
    "Permit",
    "Resolver",
    "ResolverError",
    "Response",
    "TooSlowError",
    "TxtAnswer",
    "UnreachableError",
    "dial_tcp",
    "tls_context",
]
