"""The linter looks at the policies that a site names, says whether they are there, and what they say."""

import json

import pytest

from crawler_filter.lint.gathering import MAX_POLICIES, gather
from crawler_filter.lint.issues import Issue
from crawler_filter.lint.linting import lint
from crawler_filter.signals.response import Response
from crawler_filter.signals.tdm_policy import CONTEXT, PROFILE

PAGE = "https://example.com/"
POLICY = "https://example.com/policy.json"
OFFER = {
    "@context": list(CONTEXT),
    "@type": "Offer",
    "profile": PROFILE,
    "uid": POLICY,
    "assigner": {"uid": PAGE, "vcard:fn": "Studio Aoi", "vcard:hasEmail": "mailto:rights@example.com"},
    "permission": [{"target": PAGE, "action": "tdm:mine", "duty": [{"action": "obtainConsent"}]}],
}
HEADERS = (("Content-Type", "text/html"), ("tdm-reservation", "1"), ("tdm-policy", POLICY))
META = f'<meta name="tdm-reservation" content="1"><meta name="tdm-policy" content="{POLICY}">'
FILE = json.dumps([{"location": "/", "tdm-reservation": 1, "tdm-policy": "/policy.json"}]).encode()
NAMING = {
    "a header": {PAGE: Response(PAGE, 200, HEADERS, b"<html>")},
    "a meta tag": {PAGE: Response(PAGE, 200, HEADERS[:1], f"<html>{META}".encode())},
    "tdmrep.json": {
        PAGE: Response(PAGE, 200, HEADERS[:1], b"<html>"),
        f"{PAGE}.well-known/tdmrep.json": Response(f"{PAGE}.well-known/tdmrep.json", 200, body=FILE),
    },
}


def advice(answers: dict[str, Response]) -> dict[Issue, list[str]]:
    site = gather(PAGE, lambda url, _: answers.get(url, Response(url, 404)), clock=lambda: 0.0, seconds=1.0)
    said: dict[Issue, list[str]] = {}
    for each in lint(site).advice:
        said.setdefault(each.fault, []).append(each.quote or each.detail)
    return said


@pytest.mark.parametrize("answers", NAMING.values(), ids=NAMING)
def test_a_policy_is_fetched_wherever_it_is_named_and_its_words_are_shown(answers: dict[str, Response]) -> None:
    said = advice({**answers, POLICY: Response(POLICY, 200, body=json.dumps(OFFER).encode())})
    (shown,) = said[Issue.TDM_POLICY_READ]
    assert "Studio Aoi" in shown
    assert "rights@example.com" in shown
    assert "consent" in shown
    assert Issue.TDM_POLICY_BROKEN not in said


def test_a_policy_that_is_not_there_is_said() -> None:
    assert "404" in advice(NAMING["a header"])[Issue.TDM_POLICY_ABSENT][0]


def test_every_flaw_of_a_policy_is_said() -> None:
    said = advice({**NAMING["a header"], POLICY: Response(POLICY, 200, body=b'{"permission": []}')})
    assert len(said[Issue.TDM_POLICY_BROKEN]) == 5


@pytest.mark.parametrize("body", [b"<!doctype html><p>Ask us.", b"Ask us.", b""])
def test_a_policy_for_people_is_no_mistake(body: bytes) -> None:
    said = advice({**NAMING["a header"], POLICY: Response(POLICY, 200, body=body)})
    assert Issue.TDM_POLICY_FOR_PEOPLE in said
    assert Issue.TDM_POLICY_BROKEN not in said


def test_a_policy_without_a_reservation_is_a_mistake() -> None:
    answer = Response(PAGE, 200, (("Content-Type", "text/html"), ("tdm-policy", POLICY)), b"<html>")
    assert Issue.TDM_POLICY_ALONE in advice({PAGE: answer})


def test_of_many_policies_only_a_few_are_fetched() -> None:
    rules = [{"location": f"/{n}", "tdm-reservation": 1, "tdm-policy": f"/{n}.json"} for n in range(100)]
    file = Response(f"{PAGE}.well-known/tdmrep.json", 200, body=json.dumps(rules).encode())
    assert len(advice({file.url: file})[Issue.TDM_POLICY_ABSENT]) <= MAX_POLICIES


def test_a_name_of_no_standard_is_said_wherever_it_stands() -> None:
    answer = Response(PAGE, 200, (("Content-Type", "text/html"), ("X-AI-Training", "no")), b"<html>")
    file = Response(f"{PAGE}ai.txt", 200, body=b"Training: deny\n")
    said = advice({PAGE: answer, file.url: file})
    assert set(said[Issue.INVENTED_NAME]) == {"X-AI-Training: no", "Training: deny"}
    assert Issue.AI_TXT_SILENT not in said
