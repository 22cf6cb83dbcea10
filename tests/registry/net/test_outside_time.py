"""The time of a server outside, as far as it gives one."""

import pytest

from registry.net import FetchError, FetchLimits
from registry.net.outside_time import outside_time
from tests.simulators.site import Site, page

HOST, ADDRESS = "time.example.com", "93.184.215.14"


@pytest.fixture
def fetcher(make_fetcher):
    return make_fetcher(limits=FetchLimits(seconds=30))


def ask(fetcher, zone, internet, **headers):
    zone.addresses(HOST, ADDRESS)
    with Site(lambda path: [page("", headers=headers)]) as site:
        internet.place(ADDRESS, site)
        return outside_time(fetcher, f"http://{HOST}/")


def test_it_is_the_date_of_the_answer(fetcher, zone, internet):
    assert ask(fetcher, zone, internet, Date="Fri, 15 Jan 2027 08:00:00 GMT") == 1_800_000_000


@pytest.mark.parametrize("date", ["", "yesterday", "Fri, 99 Jan 2027 08:00:00 GMT", "\xff", "0"])
def test_a_date_that_is_none_is_said(fetcher, zone, internet, date):
    with pytest.raises(FetchError):
        ask(fetcher, zone, internet, Date=date)
