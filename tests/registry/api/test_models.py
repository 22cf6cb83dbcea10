"""Codes of models over HTTP: who may declare them, what a look-up answers, and what the manifest says."""

import pytest

from crawler_filter.decision import Decision
from crawler_filter.fingerprints.embedding import Embedding
from crawler_filter.log import Note
from crawler_filter.snapshot import Manifest
from tests.registry.api.conftest import open_service
from tests.registry.api.test_api import assert_problem
from tests.registry.publishing.test_models import FILE, MODEL, SHA

CODE = bytes([0x55, 0xF0, 0x3C, 0x96]) * 16
VALUE = Embedding(MODEL, (CODE,)).encode()


@pytest.fixture
def service(tmp_path):
    (tmp_path / "models.toml").write_text(FILE)
    with open_service(tmp_path / "instance", models_file=tmp_path / "models.toml") as service:
        yield service


def declare(service, value: str = VALUE):
    body = service.declaration(scopes=[{"kind": "embed", "value": value}])
    return service.call("POST", "/v1/declarations", body, by=service.owner)


def prove(service) -> None:
    asked = {"method": "dns-txt", "target": "studio-aoi.com"}
    party = f"/v1/parties/{service.owner.party.id}/proofs"
    challenge = service.call("POST", party, asked, by=service.owner).json
    service.zone.txt(challenge["at"], challenge["value"])
    service.call("POST", f"{party}/{challenge['id']}/check", by=service.owner)


def test_codes_are_taken_once_a_place_is_proved_and_are_found_by_the_codes_of_a_copy(service):
    refused = declare(service)
    assert_problem(refused, 422, "invalid-request")
    assert refused.json["errors"][0]["pointer"] == "#/scopes/0"
    prove(service)
    made = declare(service)
    assert (made.status_code, made.json["state"]) == (201, "active"), made.text
    service.registry.publisher.publish()
    copy = Embedding(MODEL, ((int.from_bytes(CODE) ^ 0xFFFF).to_bytes(64),)).encode()
    answer = service.client.get("/v1/lookup", query_string={"fingerprint": f"embed:{copy}"})
    decision = Decision.from_dict(answer.json)
    (finding,) = decision.findings
    assert (decision.keep, finding.decides, finding.rule) == (True, False, f"embed {SHA}")
    assert (finding.evidence.distance, finding.evidence.likeness.value) == (16, "match")


def test_a_model_that_is_not_listed_is_refused_by_name(service):
    prove(service)
    refused = declare(service, Embedding(bytes(32), (CODE,)).encode())
    assert_problem(refused, 422, "invalid-request")
    assert "no codes of the model" in refused.json["errors"][0]["detail"]


@pytest.mark.parametrize(
    "value", ["", "embed", f"{SHA}:", f"{SHA}:{'A' * 200_000}", f"{'ff' * 32}:AAAA", "\0" * 99]
)
def test_hostile_codes_are_refused_in_words(service, value):
    prove(service)
    assert_problem(declare(service, value), 422, "invalid-request")
    answer = service.client.get("/v1/lookup", query_string={"fingerprint": f"embed:{value[:4000]}"})
    assert answer.status_code in (200, 400, 422)
    assert answer.status_code != 200 or (answer.json["keep"], answer.json["findings"]) == (False, [])


def test_the_manifest_that_anybody_fetches_lists_the_model(service):
    with service.client.get("/snapshot/manifest") as response:
        (model,) = Manifest.decode(Note.parse(response.data).text).models
    assert (model.id, model.sha256) == ("copies-1", SHA)
