"""Requests that nobody would write, made from the OpenAPI document: no answer is undocumented, none a failure."""

import itertools

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.registry.api.examples import BY_NAME, EVERY

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def takes_something(name):
    operation = BY_NAME[name]
    return "{" in operation.path or operation.query or operation.body or operation.access.needs_token


KINDS = [(name, mode) for name in EVERY for mode in GenerationMode if mode.is_positive or takes_something(name)]
"""What takes nothing cannot be asked wrongly."""
A_FEW = ("lookup", "declaration", "create_work")
"""Operations of every run: one that asks, one that reads and one that writes."""


@pytest.fixture(scope="module")
def schema(shared):
    return schemathesis.openapi.from_wsgi("/v1/openapi.json", shared.client.application)


def try_operation(service, schema, name, mode, examples):
    """Send what schemathesis makes for one operation, every other time about things that exist."""
    operation = schema.find_operation_by_id(name)
    pending = service.pending()["id"]
    known = {"id": pending, "challenge": service.challenge(pending)["id"]}
    turns = itertools.count()

    def attempt(case):
        turn = next(turns)
        service.clock.pass_(10)
        if turn % 2:
            case.path_parameters |= {key: known[key] for key in case.path_parameters.keys() & known}
            if isinstance(case.body, dict) and "party" in case.body:
                case.body["party"] = service.owner.party.id
        headers = service.owner.headers() if turn % 5 else {}
        case.validate_response(case.call(headers=headers), checks=CHECKS)

    quiet = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=examples < 100,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    quiet(given(operation.as_strategy(generation_mode=mode))(attempt))()
    assert next(turns) > 0


@pytest.mark.parametrize(
    ("name", "mode"), [pytest.param(*kind, marks=() if kind[0] in A_FEW else pytest.mark.whole) for kind in KINDS]
)
def test_every_answer_to_a_generated_request_is_documented(service, schema, name, mode):
    try_operation(service, schema, name, mode, examples=12)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "mode"), KINDS)
def test_every_answer_to_thousands_of_generated_requests_is_documented(service, schema, name, mode):
    try_operation(service, schema, name, mode, examples=1000)
