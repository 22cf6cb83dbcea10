"""Real requests through the adapter: what is reserved is not asked for, on any hop."""

import copy
from collections.abc import Iterator
from io import BytesIO

import pytest
import requests
from requests.adapters import BaseAdapter, HTTPAdapter

from crawler_filter import Policy, Usage
from crawler_filter.integrations.requests import ExcludedRequestError, FilterAdapter, mount
from tests.simulators.names_on_loopback import NamesOnLoopback, hop
from tests.simulators.published import PublishedRegistry, scope


@pytest.fixture
def site() -> Iterator[NamesOnLoopback]:
    with NamesOnLoopback() as site:
        yield site


@pytest.fixture
def session(site: NamesOnLoopback) -> Iterator[requests.Session]:
    registry = PublishedRegistry()
    registry.declare(scope("domain", "reserved.example.com"))
    optout = registry.filter(Policy.opt_out(Usage.TRAIN_AI))
    with requests.Session() as session:
        session.proxies = site.proxies
        mount(session, optout)
        yield session


def test_what_nobody_reserved_is_fetched(session: requests.Session, site: NamesOnLoopback) -> None:
    assert session.get("http://free.example.com/a").status_code == 200
    assert site.asked == ["http://free.example.com/a"]


def test_what_is_reserved_is_never_asked_for(session: requests.Session, site: NamesOnLoopback) -> None:
    with pytest.raises(ExcludedRequestError) as caught:
        session.get("http://reserved.example.com/a")
    assert caught.value.decision.findings[0].rule == "domain reserved.example.com"
    assert site.asked == []


def test_a_redirect_to_what_is_reserved_stops_at_that_hop(
    session: requests.Session, site: NamesOnLoopback
) -> None:
    free = "http://free.example.com"
    with pytest.raises(ExcludedRequestError):
        session.get(hop(free, hop(free, "http://www.reserved.example.com/a")))
    assert [path.split("/")[2] for path in site.asked] == ["free.example.com", "free.example.com"]


def test_the_error_is_one_that_requests_users_catch_already(session: requests.Session) -> None:
    with pytest.raises(requests.RequestException):
        session.get("http://reserved.example.com/")


def test_an_answer_whose_headers_reserve_it_is_not_passed_on(
    session: requests.Session, site: NamesOnLoopback
) -> None:
    with pytest.raises(ExcludedRequestError) as caught:
        session.get("http://free.example.com/noai.png")
    assert caught.value.decision.findings[0].family == "robots-tag"
    assert site.asked == ["http://free.example.com/noai.png"]


def test_a_name_holds_for_its_own_header_line_and_no_other(session: requests.Session) -> None:
    with pytest.raises(ExcludedRequestError):
        session.get("http://free.example.com/two-lines-noai.png")
    assert session.get("http://free.example.com/two-lines.png").status_code == 200
    assert session.get("http://free.example.com/one-line.png").status_code == 200


def test_what_the_wrapped_adapter_knows_can_still_be_asked_for(session: requests.Session) -> None:
    adapter = session.get_adapter("http://free.example.com/")
    assert adapter.max_retries.total == 0
    assert adapter.proxy_manager is adapter._inner.proxy_manager
    with pytest.raises(AttributeError):
        adapter.nothing_of_that_name  # noqa: B018


def test_an_adapter_that_is_copied_asks_the_same(session: requests.Session) -> None:
    session.mount("http://", copy.copy(session.get_adapter("http://free.example.com/")))
    with pytest.raises(ExcludedRequestError):
        session.get("http://reserved.example.com/a")


def test_an_adapter_that_keeps_no_raw_answer_is_read_by_what_it_has() -> None:
    class Answering(BaseAdapter):
        def send(self, request: requests.PreparedRequest, *_: object, **__: object) -> requests.Response:
            response = requests.Response()
            response.status_code, response.request, response.url = 200, request, request.url
            response.raw = BytesIO()
            response.headers["X-Robots-Tag"] = "otherbot: noindex, noai"
            return response

        def close(self) -> None:
            pass

    with requests.Session() as session:
        session.mount(
            "http://", FilterAdapter(PublishedRegistry().filter(Policy.opt_out(Usage.TRAIN_AI)), Answering())
        )
        with pytest.raises(ExcludedRequestError):
            session.get("http://free.example.com/")


def test_an_answer_that_asks_for_payment_is_not_free(session: requests.Session) -> None:
    with pytest.raises(ExcludedRequestError) as caught:
        session.get("http://free.example.com/paid")
    assert caught.value.decision.unavailable


def test_the_headers_of_a_redirect_are_not_those_of_what_it_leads_to(session: requests.Session) -> None:
    assert session.get(hop("http://free.example.com/noai", "http://free.example.com/a")).status_code == 200


def test_an_adapter_that_is_mounted_later_lies_behind_the_filter_too(
    session: requests.Session, site: NamesOnLoopback
) -> None:
    session.mount("http://", HTTPAdapter(max_retries=3))
    session.mount("http://reserved.example.com/", HTTPAdapter())
    with pytest.raises(ExcludedRequestError):
        session.get("http://reserved.example.com/a")
    assert session.get("http://free.example.com/a").optout.keep
    assert site.asked == ["http://free.example.com/a"]


def test_two_filters_on_one_session_are_both_asked(session: requests.Session, site: NamesOnLoopback) -> None:
    other = PublishedRegistry()
    other.declare(scope("domain", "other.example.com"))
    summary = mount(session, other.filter(Policy.opt_out(Usage.TRAIN_AI)))
    for host in ("reserved", "other"):
        with pytest.raises(ExcludedRequestError):
            session.get(f"http://{host}.example.com/a")
    assert session.get("http://free.example.com/a").status_code == 200
    assert (summary.excluded, summary.checked) == (1, 2)
    assert site.asked == ["http://free.example.com/a"]
