"""The world outside, on loopback, and one registry in it: a clock to move, letters to read, people who declare.

A folder whose registry differs overrides `settings`, `fetcher` or `letterbox`, never `registry` itself.
"""

import pytest

from registry.net import Fetcher, FetchLimits, tls_context
from tests.registry.instance import Clock, Letterbox, open_instance
from tests.registry.studio import Lab, Studio
from tests.simulators import receiver as receiving
from tests.simulators.authority import Authority
from tests.simulators.crawler import CrawlerSite, serve
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
def make_fetcher(zone, internet, authority):
    """Makes a fetcher that asks the zone and dials the internet of this test, and trusts its authority."""

    def make(**settings) -> Fetcher:
        settings = {"limits": PATIENT, "tls": authority.trust, **settings}
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


@pytest.fixture
def lab(registry, letterbox):
    return Lab(registry, letterbox, "lab@crawler.example")


@pytest.fixture
def crawler(authority, internet, zone):
    """The site of an operator, which can be reached."""
    site = CrawlerSite()
    with serve(site, authority, internet, zone):
        yield site


@pytest.fixture
def operator(lab, crawler, zone):
    """An operator that is known: its domain is proved, its card was read."""
    lab.prove_domain(zone)
    return lab.add()


@pytest.fixture
def receiver(registry, authority, internet, zone, clock):
    """A party's own server, to which events are sent."""
    made = receiving.Receiver(clock)
    made.keys = (registry.publisher.keys.snapshot.verifier,)
    with receiving.serve(made, authority, internet, zone):
        yield made


@pytest.fixture
def declared(studio, zone):
    """A declaration of a whole site, proved."""
    made = studio.declare(("domain", "studio-aoi.com"))
    studio.prove(zone, made)
    return made
