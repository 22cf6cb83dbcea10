"""Every answer says that nothing is to be guessed, loaded or framed: pages, JSON, files, refusals, what is not there."""

import pytest

from registry.server.app import create_app
from tests.registry.web.person import OURS

ORIGIN = "https://registry.example"
ANSWERS = ("/", "/livez", "/v1/platforms", "/v1/names", "/v1/declarations/x", "/no-such-page", "/v1/nothing", "/metrics",
           "/registry.policy", "/snapshot/manifest", "/snapshot/nothing", "/log/checkpoint", "/static/site.css", "/d/x")  # fmt: skip


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_is_protected(service, path):
    with service.client.get(path, base_url=ORIGIN) as answer:  # a file is open until then
        headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] in ("no-referrer", "same-origin")
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert headers.getlist("Content-Security-Policy") == [policy]


@pytest.mark.parametrize("path", ["/", "/v1/platforms", "/snapshot/manifest"])
def test_nobody_traces(service, path):
    assert service.client.open(path, method="TRACE", base_url=ORIGIN).status_code == 405


def test_a_folder_has_no_listing(service):
    for path in ("/snapshot/", "/log/tile/", "/static/", "/log/", "/.git/config"):
        assert service.client.get(path, base_url=ORIGIN).status_code == 404


def test_signing_out_clears_what_the_browser_kept(service):
    response = service.client.post("/sign-out", headers=OURS, base_url=ORIGIN)
    assert '"cache"' in response.headers["Clear-Site-Data"]
    assert "Max-Age=0" in response.headers["Set-Cookie"]


def test_a_parameter_that_stands_twice_is_refused(service):
    response = service.client.get("/v1/lookup?url=https://a.example/&url=https://b.example/", base_url=ORIGIN)
    assert response.status_code == 422


def test_a_machine_of_ones_own_is_not_told_to_use_tls(service):
    from dataclasses import replace

    dev = replace(service.registry, config=replace(service.registry.config, dev=True))
    answer = create_app(dev).test_client().get("/livez")
    assert "Strict-Transport-Security" not in answer.headers
