"""What an operation is. The table of all of them is `registry.api.table`.

One row gives the route, the validation of the request, who may call it, how often, and its part of the OpenAPI
document, whose error answers come from the same exception classes that are raised.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from registry.api.request_models import Request
from registry.errors import (
    BadRequestError,
    IdempotencyMismatchError,
    InvalidRequestError,
    NotAuthenticatedError,
    NotAuthorisedError,
    NotFoundError,
    RateLimitedError,
    RegistryError,
    TooLargeError,
    UnavailableError,
    UnsupportedMediaTypeError,
)
from registry.http.weight import weigh_json
from registry.model.credentials import TokenScope
from registry.model.declaration import Actor, Idempotency
from registry.permissions.signed_requests import SignedRequest
from registry.rate_limits import ANSWER, READS, Rate

if TYPE_CHECKING:
    from registry.instance import Registry

JSON: Final = "application/json"
TEXT: Final = "text/plain"


class Access(Enum):
    """The callers of an operation. `OPTIONAL` lets anybody call, and gives a party's own token more fields."""

    PUBLIC = None
    OPTIONAL = "optional"
    READ = TokenScope.READ
    DECLARE = TokenScope.DECLARE

    @property
    def needs_token(self) -> bool:
        """Tell whether there is no answer without a token."""
        return isinstance(self.value, TokenScope)


@dataclass(frozen=True, slots=True)
class Call:
    """One request that was read, allowed and found to have the right shape.

    `actor` is None where nobody had to be known. `query` and `body` are of the operation's classes; a body that is
    not JSON is bytes.
    """

    registry: "Registry"
    path: Mapping[str, str]
    actor: Actor | None
    query: Any
    body: Any
    idempotency: Idempotency | None
    callers: tuple[str, ...]
    """Whose call it is, for what has turns: the client, and the account where one is known."""
    count: Callable[[int], None]
    """Counts that many further units of work against the caller's rate."""
    received: SignedRequest | None = None
    """The request as it was received, where it claims to be signed."""

    @property
    def by(self) -> Actor:
        """The account that calls, for operations that need one."""
        if self.actor is None:
            raise NotAuthenticatedError("this operation needs an API token: Authorization: Bearer orp_…")
        return self.actor


@dataclass(frozen=True, slots=True)
class Result:
    """The answer of a view: something for JSON, or bytes of the operation's own media type.

    Where `headers` have an ETag, the bytes are sent in parts, and never copied as a whole.
    """

    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)


def next_link(parameter: str, value: object | None) -> dict[str, str]:
    """Return the header that leads to the next page of a list, empty on the last."""
    return {} if value is None else {"Link": f'<?{parameter}={value}>; rel="next"'}


@dataclass(frozen=True, slots=True)
class Operation:
    """One row of the table. `path` has parameters in braces; `body` is a media type where it is not JSON."""

    name: str
    method: str
    path: str
    summary: str
    view: Callable[[Call], Result]
    answer: type[BaseModel] | str
    status: int = 200
    query: type[Request] | None = None
    body: type[Request] | str | None = None
    access: Access = Access.PUBLIC
    rate: Rate = READS
    units: int = ANSWER
    weigh: Callable[[bytes], int] = weigh_json
    admit: "Callable[[Registry, Any], int] | None" = None
    """Looks at a body that was decoded and not validated: refuses what is too much, returns further units."""
    refusals: tuple[type[RegistryError], ...] = ()
    has_idempotency_key: bool = False
    is_lookup: bool = False
    max_age: int | None = None

    @property
    def is_shared(self) -> bool:
        """Tell whether pages of any site may call it and read the answer (CORS)."""
        return self.method == "GET" or self.is_lookup

    @property
    def problems(self) -> tuple[type[RegistryError], ...]:
        """Every refusal this operation may answer with, by status."""
        found: set[type[RegistryError]] = {BadRequestError, RateLimitedError, UnavailableError, RegistryError}
        found |= set(self.refusals)
        if self.access.needs_token or self.access is Access.OPTIONAL:
            found.add(NotAuthenticatedError)
        if self.access is Access.DECLARE:
            found.add(NotAuthorisedError)
        if "{" in self.path:
            found.add(NotFoundError)
        if self.query or isinstance(self.body, type):
            found.add(InvalidRequestError)
        if self.body:
            found |= {TooLargeError, UnsupportedMediaTypeError}
        if self.has_idempotency_key:
            found.add(IdempotencyMismatchError)
        return tuple(sorted(found, key=lambda error: (error.status, error.slug)))
