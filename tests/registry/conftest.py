"""The world outside, on loopback, and one registry in it: a clock to move, letters to read, people who declare.

A folder whose registry differs overrides `settings`, `fetcher` or `letterbox`, never `registry` itself.
"""

import pytest

from registry.net import Fetcher, FetchLimits, tls_context
from tests.registry.instance import Clock, Letterbox, open_instance
from tests.registry.studio import Studio
from tests.simulators.authority import Authority
from tests.simulators.site import Internet, Site
from tests.simulators.zone import Zone

SYSTEM_TRUST = tls_context()  # once: reading the system's roots takes longer than a whole test
PATIENT = FetchLimits(seconds=60, dial_seconds=60)
"""For sites on loopback that answer: on a busy machine an answer may take long, and that is no defect."""


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
        settings = {"limits": PATIENT, "tls": SYSTEM_TRUST, **settings}
        return Fetcher(zone.resolver(), agent="test (+https://registry.example/)", dial=internet.dial, **settings)

    return make


@pytest.fixture
def fetcher(make_fetcher):
    return make_fetcher()


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    return Authority.create(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def letterbox():
    return Letterbox()


@pytest.fixture
def settings():
    """What the registry's configuration says beside its defaults."""
    return {}


@pytest.fixture
def make_registry(tmp_path, clock, letterbox, fetcher, settings):
    """Opens the registry of this test, again after it was closed if need be, with more settings."""
    opened = []

    def make(**more):
        registry = open_instance(
            tmp_path, clock, letterbox, fetcher=fetcher, seed=1 + len(opened), **{**settings, **more}
        )
        opened.append(registry)
        return registry

    yield make
    for registry in opened:
        registry.close()


@pytest.fixture
def registry(make_registry):
    return make_registry()


@pytest.fixture
def studio(registry, letterbox):
    return Studio(registry, letterbox)


@pytest.fixture
def rival(registry, letterbox):
    return Studio(registry, letterbox, "midori@example.org")
