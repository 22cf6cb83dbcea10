"""The only way out to other people's hosts: HTTP and DNS. Never imports a service."""

from registry.net.failures import (
    BadAnswerError,
    FetchError,
    ForbiddenTargetError,
    NameNotFoundError,
    ResolverError,
    TooSlowError,
    UnreachableError,
)
from registry.net.fetcher import PAGE_LIMIT, Fetcher, FetchLimits, Permit, Response, dial_tcp, tls_context
from registry.net.resolver import Endpoint, Resolver, TxtAnswer

__all__ = [
    "PAGE_LIMIT",
    "BadAnswerError",
    "Endpoint",
    "FetchError",
    "FetchLimits",
    "Fetcher",
    "ForbiddenTargetError",
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
