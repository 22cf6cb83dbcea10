"""From a request to an operation and back: reading, who calls, how often, the answer and its headers.

Tokens are the only way to be somebody here. A browser's session is not accepted, so no page of another site can
make a browser act, and no cross-site check is needed.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, cast

from flask import Blueprint, current_app, g, request
from pydantic import ValidationError
from werkzeug.wrappers import Response

from registry.accounts.accounts import Bearer
from registry.api import strict_json
from registry.api.operations import JSON, Access, Call, Operation, Result
from registry.api.request_models import Request
from registry.config import Limits
from registry.errors import (
    BadRequestError,
    FieldError,
    InvalidRequestError,
    NotAuthenticatedError,
    NotAuthorisedError,
    RateLimitedError,
    UnsupportedMediaTypeError,
)
from registry.http.charges import charge
from registry.http.weight import refuse_heavy
from registry.model.declaration import Idempotency
from registry.permissions.signed_requests import SignedRequest
from registry.rate_limits import RateLimitStatus, client_key

if TYPE_CHECKING:
    from registry.instance import Registry

EXPOSED: Final = "ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"
_IDEMPOTENCY_KEY: Final = re.compile(r"[!-~]{1,255}", re.ASCII)
_MAX_ERRORS: Final = 100
_PART: Final = 1 << 16
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def make_blueprint(operations: Sequence[Operation]) -> Blueprint:
    """Return the blueprint that serves `operations`."""
    blueprint = Blueprint("api", __name__)
    for operation in operations:
        rule = operation.path.replace("{", "<").replace("}", ">")
        view = _view(operation)
        blueprint.add_url_rule(
            rule, operation.name, view, methods=[operation.method], provide_automatic_options=False
        )
    for path in dict.fromkeys(operation.path for operation in operations):
        rows = [operation for operation in operations if operation.path == path]
        rule = path.replace("{", "<").replace("}", ">")
        blueprint.add_url_rule(rule, f"options_{rows[0].name}", _options(rows), methods=["OPTIONS"])
    blueprint.after_request(_add_headers)
    return blueprint


def _view(operation: Operation) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        g.operation = operation
        return _render(operation, _perform(operation, path))

    return view


def _perform(operation: Operation, path: dict[str, str]) -> Result:
    registry = cast("Registry", current_app.extensions["registry"])
    bearer = None if operation.access is Access.PUBLIC else _bearer(registry)
    callers = _callers(bearer)
    count = partial(_take, operation, callers[-1])
    count(operation.units)
    _authorise(operation, bearer)
    query = _query(operation)
    raw = _read(operation, registry.config.limits)
    call = Call(
        registry=registry,
        path=path,
        actor=None if bearer is None else bearer.actor,
        query=query,
        body=_body(registry, operation, raw, count),
        idempotency=_idempotency(raw) if operation.has_idempotency_key else None,
        callers=callers,
        count=count,
        received=_signed(registry, raw) if operation.is_lookup else None,
    )
    return operation.view(call)


def _callers(bearer: Bearer | None) -> tuple[str, ...]:
    """Return the client, and the account where one is known, whose bucket is the one that counts then."""
    client = client_key(request.remote_addr or "")
    return (client,) if bearer is None else (client, bearer.actor.account)


def _take(operation: Operation, who: str, units: int) -> None:
    """Count `units` of an operation against a caller; the answer's headers tell how much is left."""
    try:
        g.standing = charge().take(operation.rate, who, units)
    except RateLimitedError as error:
        g.standing = RateLimitStatus(operation.rate, 0, error.retry_after or 0)
        raise


def _bearer(registry: "Registry") -> Bearer | None:
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    return registry.accounts.bearer(text.strip()) if kind.lower() == "bearer" else None


def _authorise(operation: Operation, bearer: Bearer | None) -> None:
    if operation.access is Access.PUBLIC or (operation.access is Access.OPTIONAL and _is_anonymous()):
        return
    if bearer is None:
        raise NotAuthenticatedError("expected a valid API token: Authorization: Bearer orp_…")
    needed = operation.access.value
    if operation.access.needs_token and not bearer.scope.covers(needed):
        raise NotAuthorisedError(
            "this token may %(scope)s, this operation needs one that may %(needed)s",
            scope=bearer.scope,
            needed=needed,
        )


def _is_anonymous() -> bool:
    return "Authorization" not in request.headers


def _query(operation: Operation) -> Request | None:
    if operation.query is None:
        return None
    twice = sorted(name for name, values in request.args.lists() if len(values) > 1)
    if twice:
        errors = tuple(FieldError(f"/{name}", "expected once") for name in twice)
        raise InvalidRequestError("a parameter stands twice", errors=errors)
    return _validated(operation.query, request.args.to_dict())


def _read(operation: Operation, limits: Limits) -> bytes:
    """Read the body within its limit; an operation that takes none does not look at it."""
    if operation.body is None:
        return b""
    expected = JSON if isinstance(operation.body, type) else operation.body
    if request.mimetype != expected and not (isinstance(operation.body, str) and not request.mimetype):
        raise UnsupportedMediaTypeError(
            "expected Content-Type: %(expected)s, got %(none)s", expected=expected, none=request.mimetype or "none"
        )
    request.max_content_length = limits.lookup_body_bytes if operation.is_lookup else limits.body_bytes
    return request.get_data(cache=False)


def _body(
    registry: "Registry", operation: Operation, raw: bytes, count: Callable[[int], None]
) -> Request | bytes | None:
    """Return the body in its shape. What it costs is counted first, so that much is refused for little."""
    if operation.body is None:
        return None
    units = operation.weigh(raw)
    refuse_heavy(units)
    count(units)
    value = strict_json.decode(raw) if isinstance(operation.body, type) else raw
    if operation.admit is not None:
        more = operation.admit(registry, value)
        refuse_heavy(units + more)
        count(more)
    return _validated(operation.body, value) if isinstance(operation.body, type) else raw


def _validated(shape: type[Request], value: object) -> Request:
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)[:_MAX_ERRORS]
        errors = tuple(FieldError(_pointer(each["loc"]), each["msg"]) for each in found)
        raise InvalidRequestError("the request has fields that cannot be taken", errors=errors) from error


def _pointer(location: tuple[int | str, ...]) -> str:
    """Return the JSON Pointer (RFC 6901); pydantic marks the key of an object by a last part `[key]`."""
    parts = [str(part).replace("~", "~0").replace("/", "~1") for part in location if part != "[key]"]
    return "".join(f"/{part}" for part in parts)


def _signed(registry: "Registry", raw: bytes) -> SignedRequest | None:
    """Return the request as it was received, at this registry's own address, if it claims to be signed."""
    target = request.full_path if request.query_string else request.path
    received = SignedRequest(request.method, f"{registry.config.public_url}{target}", dict(request.headers), raw)
    return received if received.is_signed else None


def _idempotency(raw: bytes) -> Idempotency:
    """Read the key of draft-ietf-httpapi-idempotency-key-header-07, with or without its quotes."""
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > 2 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not _IDEMPOTENCY_KEY.fullmatch(key):
        raise BadRequestError(
            "expected an Idempotency-Key header of 1 to 255 printable characters, such as a UUID"
        )
    return Idempotency(key, hashlib.sha256(raw).digest())


def _render(operation: Operation, answer: Result) -> Response:
    if isinstance(operation.answer, str):
        body = _in_parts(answer.body) if "ETag" in answer.headers else answer.body
        response = Response(body, operation.status, content_type=f"{operation.answer}; charset=utf-8")
        response.content_length = len(answer.body)
    else:
        response = Response(_ENCODER.encode(answer.body), operation.status, content_type=JSON)
    response.headers.update(answer.headers)
    response.headers.setdefault("Cache-Control", _cache_control(operation))
    if operation.access is Access.OPTIONAL:
        response.vary.add("Authorization")
    if operation.method == "GET":
        response.add_etag()
        if request.if_none_match or request.if_match:
            response.make_conditional(request)
    return response


def _in_parts(body: bytes) -> Iterator[bytes]:
    view = memoryview(body)
    return (bytes(view[start : start + _PART]) for start in range(0, len(body), _PART))


def _cache_control(operation: Operation) -> str:
    known = operation.access is Access.OPTIONAL and not _is_anonymous()
    return "no-store" if operation.max_age is None or known else f"public, max-age={operation.max_age}"


def _options(rows: Sequence[Operation]) -> Callable[..., Response]:
    methods = ", ".join(["OPTIONS", *(["HEAD"] if any(row.method == "GET" for row in rows) else [])])
    allowed = ", ".join([*(row.method for row in rows), methods])
    shared = ", ".join(row.method for row in rows if row.is_shared)

    def options(**_path: str) -> Response:
        headers = {"Allow": allowed}
        if shared:
            headers |= {
                "Access-Control-Allow-Origin": "*",
                "Access-Control-Allow-Methods": shared,
                "Access-Control-Allow-Headers": "Content-Type",
                "Access-Control-Max-Age": "86400",
            }
        return Response(status=204, headers=headers)

    return options


def _add_headers(response: Response) -> Response:
    operation: Operation | None = g.get("operation")
    if operation is not None and operation.is_shared:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = EXPOSED
    standing: RateLimitStatus | None = g.get("standing")
    if standing is not None:
        response.headers.update(standing.headers())
    return response
