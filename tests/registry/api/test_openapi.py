"""The OpenAPI document is valid, is the committed one, and tells the truth."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from crawler_filter.formats.record import ScopeKind
from crawler_filter.preference import Preference, Usage
from registry.api.openapi import document
from registry.api.table import OPERATIONS
from registry.control.challenges import Method
from registry.http.problems import MEDIA_TYPE

GOLDEN = Path(__file__).resolve().parents[3] / "docs" / "reference" / "openapi.json"
DOCUMENT = document(OPERATIONS)


def rows():
    return [
        (path, method, operation)
        for path, methods in DOCUMENT["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_document_is_valid():
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_the_committed_document_is_that_of_the_code():
    assert json.loads(GOLDEN.read_text(encoding="utf-8")) == DOCUMENT, "run `make openapi`"


@pytest.mark.whole
def test_the_command_prints_the_committed_document():
    command = [sys.executable, "-m", "registry.cli", "openapi"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("REGISTRY_")}
    printed = subprocess.run(command, capture_output=True, check=True, text=True, env=environment)
    assert printed.stdout == GOLDEN.read_text(encoding="utf-8")


def test_the_served_document_is_the_same(service):
    assert service.call("GET", "/v1/openapi.json").json == DOCUMENT


@pytest.mark.parametrize("kind", [Usage, Preference, ScopeKind, Method])
def test_every_enum_is_in_the_document_whole(kind):
    assert DOCUMENT["components"]["schemas"][kind.__name__]["enum"] == [member.value for member in kind]


@pytest.mark.parametrize(("path", "method", "operation"), rows(), ids=lambda value: str(value)[:60])
def test_every_refusal_is_a_documented_problem(path, method, operation):
    refusals = {status: each for status, each in operation["responses"].items() if int(status) >= 400}
    assert {"400", "429", "500", "503"} <= set(refusals)
    for refusal in refusals.values():
        assert list(refusal["content"]) == [MEDIA_TYPE]
        assert "/problems/" in refusal["description"]


def test_what_needs_a_token_says_so_and_nothing_else_does():
    needing = {
        operation["operationId"] for *_, operation in rows() if operation.get("security") == [{"token": []}]
    }
    assert needing == {operation.name for operation in OPERATIONS if operation.access.needs_token}
    for _, _, operation in rows():
        assert ("401" in operation["responses"]) is ("security" in operation)


def test_the_key_of_a_declaration_is_a_documented_header():
    headers = [
        each for each in DOCUMENT["paths"]["/v1/declarations"]["post"]["parameters"] if each["in"] == "header"
    ]
    assert [(each["name"], each["required"]) for each in headers] == [("Idempotency-Key", True)]
