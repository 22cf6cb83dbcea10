"""Every refusal as one shape: RFC 9457 problem details, made from the classes of `registry.errors`."""

import json
import logging
from http import HTTPStatus
from typing import Any, Final

from flask import request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from registry.errors import (
    BadRequestError,
    GoneError,
    MethodNotAllowedError,
    NotAuthenticatedError,
    NotFoundError,
    RegistryError,
    TooLargeError,
    UnsupportedMediaTypeError,
)
from registry.http.observability import request_id

MEDIA_TYPE: Final = "application/problem+json"
PROBLEMS_PATH: Final = "/problems/"
"""Where a person reads what a problem type means; its slug follows."""

_OF_STATUS: Final[dict[int, type[RegistryError]]] = {
    each.status: each
    for each in (NotFoundError, MethodNotAllowedError, TooLargeError, UnsupportedMediaTypeError, GoneError)
}
_log = logging.getLogger(__name__)


def problem_response(error: Exception) -> Response:
    """Return the answer to a request that failed with `error`; an unknown one is logged and tells nothing."""
    refusal = as_refusal(error)
    headers = {"Cache-Control": "no-store"}
    if isinstance(error, HTTPException):
        headers |= {name: value for name, value in error.get_headers() if name == "Allow"}
    if isinstance(refusal, NotAuthenticatedError):
        headers["WWW-Authenticate"] = "Bearer"
    if refusal.retry_after is not None:
        headers["Retry-After"] = str(refusal.retry_after)
    body = json.dumps(problem(refusal), ensure_ascii=False)
    return Response(body, refusal.status, headers, content_type=MEDIA_TYPE)


def problem(error: RegistryError) -> dict[str, Any]:
    """Return the problem details of a refusal of the present request."""
    details: dict[str, Any] = {
        "type": type_url(type(error)),
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "instance": f"urn:request:{request_id.get()}",
    }
    if error.errors:
        details["errors"] = [{"pointer": f"#{each.pointer}", "detail": each.detail} for each in error.errors]
    return details


def type_url(error: type[RegistryError]) -> str:
    """Return the URL of a problem type, relative to the registry (RFC 9457 §3.1.1 allows that)."""
    return f"{PROBLEMS_PATH}{error.slug}"


def as_refusal(error: Exception) -> RegistryError:
    """Return what to tell about any error: a refusal as it is, an unknown one logged and told as internal."""
    if isinstance(error, RegistryError) and error.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return error
    if isinstance(error, HTTPException) and error.code is not None and error.code < 500:
        kind = _OF_STATUS.get(error.code, BadRequestError)
        return kind(_DETAILS.get(kind, error.description or "the request could not be read"))
    if isinstance(error, RegistryError) and type(error).status != RegistryError.status:
        _log.warning("answered %s: %s", error.slug, error.detail)
        return error
    _log.error("%s %s failed", request.method, _route(), exc_info=error)
    return RegistryError("the request failed and was not carried out; tell us its number if it fails again")


_DETAILS: Final[dict[type[RegistryError], str]] = {
    NotFoundError: "there is nothing at this address",
    MethodNotAllowedError: "the Allow header of this answer says which methods are",
    TooLargeError: "the body is larger than this operation takes",
}


def _route() -> str:
    return "none" if request.url_rule is None else request.url_rule.rule
