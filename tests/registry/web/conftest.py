import pytest
from flask import Flask

from registry.model.party import AUTHORITY_STATEMENT, Capacity, PartyRequest
from registry.net import Permit
from registry.web import i18n
from tests.registry.applications import serving
from tests.registry.instance import session
from tests.registry.web.person import Person
from tests.simulators.site import Site, page


@pytest.fixture
def files():
    """What the site art.example.com serves, by path."""
    return {}


@pytest.fixture
def art_site(files):
    def script(path):
        return [page(files[path])] if path in files else [page("nothing here", status=404)]

    with Site(script) as site:
        yield site


@pytest.fixture
def fetcher(art_site, make_fetcher, internet):
    internet.place("127.0.0.1", art_site)
    return make_fetcher(permit_loopback=frozenset({Permit("art.example.com", "127.0.0.1", art_site.port)}))


@pytest.fixture
def settings():
    return {"contact": "desk@registry.example"}


@pytest.fixture
def app(registry):
    with serving(registry) as app:
        yield app


@pytest.fixture
def visitor(app):
    """Somebody who is not signed in."""
    return Person(app)


@pytest.fixture
def sign_in(app, registry, letterbox):
    """Gives a new browser the session of whoever has confirmed a letter; the pages of that have tests of their own."""

    def sign_in(email: str) -> Person:
        person = Person(app)
        secret = session(registry, letterbox, email).secret
        person.client.set_cookie("__Host-session", secret, domain="registry.example", secure=True)
        return person

    return sign_in


@pytest.fixture
def artist(sign_in, registry, letterbox):
    """Somebody who is signed in and has said who declares."""
    actor = session(registry, letterbox, "artist@example.com").actor
    registry.parties.create(
        actor, PartyRequest("Aoi", Capacity.AUTHOR, public=True, statement=AUTHORITY_STATEMENT)
    )
    return sign_in("artist@example.com")


@pytest.fixture(scope="module")
def in_a_request():
    """Let sentences be said without a registry."""
    app = Flask("sentences")
    i18n.install(app)
    with app.test_request_context():
        yield
