"""An operator whose site can be reached, in front of the registry."""

import pytest

from registry.control.challenges import Method, instructions
from registry.model.operator import Operator
from tests.registry.studio import Studio
from tests.simulators.crawler import CLIENT_ID, HOST, CrawlerSite, serve


@pytest.fixture
def fetcher(make_fetcher, authority):
    return make_fetcher(tls=authority.trust)


@pytest.fixture
def crawler(authority, internet, zone):
    site = CrawlerSite()
    with serve(site, authority, internet, zone):
        yield site


class Lab(Studio):
    """An account that trains, and short ways to say what it does."""

    def prove_domain(self, zone, target: str = HOST) -> None:
        proofs = self.registry.proofs
        challenge = proofs.request_party_proof(self.actor, self.party.id, Method.DNS_TXT, target)
        zone.txt(instructions(challenge, "registry.example").at, f"token={challenge.token}")
        proofs.check_party_proof(self.actor, self.party.id, challenge.id)

    def add(self, client_id: str = CLIENT_ID) -> Operator:
        return self.registry.operators.add(self.actor, self.party.id, client_id)


@pytest.fixture
def lab(registry, letterbox):
    return Lab(registry, letterbox, "lab@crawler.example")


@pytest.fixture
def operator(lab, crawler, zone):
    """An operator that is known: its domain is proved, its card was read."""
    lab.prove_domain(zone)
    return lab.add()
