"""The OpenAPI 3.1 document, made from the table of operations."""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

import crawler_filter
from registry.api import response_models
from registry.api.operations import JSON, Access, Operation
from registry.errors import RegistryError
from registry.http.problems import MEDIA_TYPE, type_url

_ID: Final = {"type": "string", "pattern": "^[a-z2-7]{26}$", "description": "26 lower-case base32 characters"}
_PARAMETERS: Final[dict[str, dict[str, Any]]] = {
    "id": _ID,
    "challenge": _ID,
    "party": _ID,
    "scheme": {"type": "string", "description": "A kind of scope", "examples": ["sha256"]},
    "prefix": {"type": "string", "pattern": "^[0-9a-f]+$", "description": "The first hex digits of the key"},
}
_REF: Final = "#/components/schemas/{model}"
_DESCRIPTION: Final = (
    "Reservations of works from AI training, and answers to crawlers. Lookups need no key and no account. "
    "Unknown request fields are refused; unknown answer fields must be passed over. A problem's `pointer` leads "
    "into the body, or to a query parameter by its name."
)


def document(operations: Sequence[Operation]) -> dict[str, Any]:
    """Return the document."""
    paths: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for operation in operations:
        paths[operation.path][operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Training opt-out registry",
            "version": crawler_filter.__version__,
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": dict(paths),
        "components": {
            "schemas": _schemas(operations),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "An API token, `orp_…`"}
            },
        },
    }


def _schemas(operations: Sequence[Operation]) -> dict[str, Any]:
    models: dict[type[BaseModel], Literal["validation"]] = {response_models.Problem: "validation"}
    for each in operations:
        for model in (each.query, each.body, each.answer):
            if isinstance(model, type):
                models[model] = "validation"
    _, schema = models_json_schema(list(models.items()), ref_template=_REF)
    schemas: dict[str, Any] = schema["$defs"]
    return schemas


def _operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": [*_path_parameters(operation), *_query_parameters(operation), *_headers(operation)],
        "responses": {str(operation.status): _success(operation), **_problems(operation)},
    }
    if operation.body:
        described["requestBody"] = {"required": True, "content": _content(operation.body)}
    if operation.access.needs_token:
        described["security"] = [{"token": []}]
    elif operation.access is Access.OPTIONAL:
        described["security"] = [{}, {"token": []}]
    return described


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    names = re.findall(r"{(\w+)}", operation.path)
    return [{"name": name, "in": "path", "required": True, "schema": _PARAMETERS[name]} for name in names]


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    schema = operation.query.model_json_schema(ref_template=_REF)
    required = set(schema.get("required", ()))
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _without_null(field)}
        for name, field in schema["properties"].items()
    ]


def _without_null(field: dict[str, Any]) -> dict[str, Any]:
    """Drop the null of an optional parameter: in a query, absence is the only way to leave it out."""
    kinds = [kind for kind in field.get("anyOf", ()) if kind != {"type": "null"}]
    return kinds[0] if kinds else field


def _headers(operation: Operation) -> list[dict[str, Any]]:
    if not operation.has_idempotency_key:
        return []
    description = "The same key and body again get the same answer; the same key and another body are refused."
    schema = {"type": "string", "pattern": "^[!-~]{1,255}$"}
    return [
        {"name": "Idempotency-Key", "in": "header", "required": True, "description": description, "schema": schema}
    ]


def _success(operation: Operation) -> dict[str, Any]:
    headers = {name: {"schema": {"type": "string"}} for name in ("RateLimit", "RateLimit-Policy", "X-Request-Id")}
    if operation.status == 201 and operation.path in {"/v1/declarations", "/v1/works"}:
        headers["Location"] = {"schema": {"type": "string"}}
    return {"description": operation.summary, "headers": headers, "content": _content(operation.answer)}


def _content(shape: type[BaseModel] | str) -> dict[str, Any]:
    if isinstance(shape, str):
        return {shape: {"schema": {"type": "string"}}}
    return {JSON: {"schema": {"$ref": _REF.format(model=shape.__name__)}}}


def _problems(operation: Operation) -> dict[str, Any]:
    by_status: defaultdict[int, list[type[RegistryError]]] = defaultdict(list)
    for error in operation.problems:
        by_status[error.status].append(error)
    return {
        str(status): {
            "description": "; ".join(f"{error.title} (`{type_url(error)}`)" for error in errors),
            "content": {MEDIA_TYPE: {"schema": {"$ref": _REF.format(model="Problem")}}},
        }
        for status, errors in by_status.items()
    }
