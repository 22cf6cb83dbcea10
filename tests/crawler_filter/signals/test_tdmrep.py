"""TDMRep's links, which the report does not have, and policies without a reservation."""

import pytest

from crawler_filter.preference import Preference
from crawler_filter.signals import html, tdmrep
from crawler_filter.signals.agents import default_agents, usages_by_token
from crawler_filter.signals.evaluation import Reader
from crawler_filter.signals.received import Received
from crawler_filter.signals.signal import Family

READER = Reader(frozenset(Family), {})
NAMED = '<{}>; rel="tdm-reservation"'


@pytest.mark.parametrize(
    "page", ['<link rel="tdm-reservation" content="1">', '<link rel="tdm-reservation" href="/terms">']
)
def test_a_link_that_reserves_is_a_reservation_though_the_report_has_none(page: str) -> None:
    (signal,) = html.read(page, "https://a.example/")
    assert Preference.DISALLOWED in signal.preferences.values()
    assert html.read('<link rel="tdm-reservation" content="0">', "https://a.example/") == ()


def test_a_file_that_a_link_names_and_nobody_gave_was_not_checked() -> None:
    received = Received(headers=[("Link", NAMED.format("/.well-known/tdmrep.json"))])
    said = [signal for _, signal in READER.read(received, "https://a.example/", "")]
    assert any(signal.unchecked for signal in said)


@pytest.mark.parametrize(("reservation", "reserves"), [(1, True), (0, False)])
def test_a_file_that_a_link_names_speaks_where_it_was_given(reservation: int, *, reserves: bool) -> None:
    file = f'[{{"location": "/", "tdm-reservation": {reservation}}}]'
    received = Received(
        headers=[("Link", NAMED.format("/.well-known/tdmrep.json"))],
        well_known={"/.well-known/tdmrep.json": file},
    )
    said = [signal for _, signal in READER.read(received, "https://a.example/", "")]
    assert not any(signal.unchecked for signal in said)
    assert any(Preference.DISALLOWED in signal.preferences.values() for signal in said) is reserves


@pytest.mark.parametrize(
    "said",
    [
        {"headers": [("tdm-policy", "https://a.example/p")]},
        {"headers": [("Link", '<https://a.example/p>; rel="tdm-policy"')]},
        {"html": '<meta name="tdm-policy" content="https://a.example/p">'},
        {"html": '<link rel="tdm-policy" href="https://a.example/p">'},
    ],
)
def test_a_policy_alone_is_a_finding_with_its_address_and_reserves_nothing(said: dict[str, object]) -> None:
    ((_, signal),) = READER.read(Received(**said), "https://a.example/", "")
    assert (signal.terms.policy, dict(signal.preferences)) == ("https://a.example/p", {})


@pytest.mark.parametrize(
    "tag", ['<meta name="GPTBot" content="disallow">', '<meta name="ClaudeBot" content="blocked">']
)
def test_a_crawler_that_a_tag_names_is_refused_in_any_word(tag: str) -> None:
    (signal,) = html.read(tag, "https://a.example/", other_agents=usages_by_token(default_agents().agents))
    assert Preference.DISALLOWED in signal.preferences.values()


@pytest.mark.parametrize(
    ("location", "says"),
    [
        ("https://a.example/", Preference.ALLOWED),
        ("https://www.a.example/", Preference.ALLOWED),
        ("https://b.example/", None),
    ],
)
def test_a_location_at_another_host_permits_nothing(location: str, says: Preference | None) -> None:
    said = list(tdmrep.read_file(f'[{{"location": "{location}", "tdm-reservation": 0}}]', "https://a.example/p"))
    assert {preference for signal in said for preference in signal.preferences.values()} == (
        {says} if says else set()
    )


def test_a_location_at_another_host_reserves_with_a_warning() -> None:
    (said,) = tdmrep.read_file('[{"location": "https://b.example/", "tdm-reservation": 1}]', "https://a.example/p")
    assert Preference.DISALLOWED in said.preferences.values()
    assert "the location is not written as the report asks" in said.warning
