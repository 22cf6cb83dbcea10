"""The world outside, on loopback: name servers, sites, and a fetcher that sees nothing else."""

import pytest

from registry.net import Fetcher, FetchLimits, Resolver, tls_context
from tests.simulators.authority import Authority
from tests.simulators.site import Internet, Site
from tests.simulators.zone import Zone

SYSTEM_TRUST = tls_context()  # once: reading the system's roots takes longer than a whole test


@pytest.fixture
def zone():
    with Zone() as zone:
        yield zone


@pytest.fixture
def canary():
    """Everything that may not be connected to."""
    with Site(lambda path: []) as canary:
        yield canary


@pytest.fixture
def internet(canary):
    return Internet(canary)


@pytest.fixture
def make_fetcher(zone, internet):
    """Makes a fetcher that asks the zone and dials the internet of this test."""

    def make(**settings) -> Fetcher:
        settings = {"limits": FetchLimits(seconds=0.6, dial_seconds=0.3), "tls": SYSTEM_TRUST, **settings}
        resolver = Resolver([zone.endpoint], timeout=0.1, lifetime=0.4)
        return Fetcher(resolver, agent="test (+https://registry.example/)", dial=internet.dial, **settings)

    return make


@pytest.fixture
def fetcher(make_fetcher):
    return make_fetcher()


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    return Authority.create(tmp_path_factory.mktemp("tls"))
