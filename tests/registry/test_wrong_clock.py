"""A clock that was a year ahead for a moment: once it is right and said to be, nobody waits a year for anything."""

import pytest

from crawler_filter import Filter, Policy, Usage
from crawler_filter.errors import ClockError
from crawler_filter.formats import urls
from crawler_filter.log import Trust
from crawler_filter.sync.directory import SnapshotDirectory
from crawler_filter.sync.source import FolderSource
from crawler_filter.sync.update import sync
from registry.background.clock import ClockInDoubtError
from registry.errors import GoneError
from registry.model.credentials import TokenScope
from registry.model.durations import HOUR
from registry.publishing.closed_instance import confirm_clock
from registry.publishing.publisher import COLLECT_SECONDS
from registry.publishing.snapshot import KEEP_SECONDS
from registry.publishing.verify import verify_instance
from tests.registry.instance import START, session
from tests.registry.publishing.mirror import FolderTransport
from tests.registry.studio import DAY, Studio

YEAR = 365 * DAY
FIRST, LATER = "https://first.example.com/x", "https://later.example.com/x"


class Client:
    """A crawler of this registry, by a clock of its own."""

    def __init__(self, instance, folder):
        self.now = START
        self._folder, self._transport = folder, FolderTransport(instance / "public")
        self._trust = Trust.parse((instance / "registry.policy").read_bytes())
        source = FolderSource(SnapshotDirectory(folder), self._trust, clock=lambda: self.now, look_every=0.0)
        self.filter = Filter(source, Policy.opt_out(Usage.TRAIN_AI), clock=lambda: self.now)

    def sync(self):
        return sync(self._folder, FolderTransport.URL, self._trust, transport=self._transport, now=self.now)

    def reserved(self, url):
        """Whether the address is known to be reserved; None where that could not be checked."""
        decision = self.filter.check(url)
        return None if decision.unavailable else not decision.keep


@pytest.fixture
def signed_ahead(make_registry, clock, letterbox, zone):
    """A registry that began, declared, proved and signed by a clock that was a year ahead."""
    clock.pass_(YEAR)
    registry = make_registry(steady=lambda: clock.now % YEAR)
    studio = Studio(registry, letterbox)
    studio.clock = clock
    studio.made = studio.prove(zone, studio.declare(("domain", "first.example.com")))
    registry.publisher.publish()
    assert registry.publisher.current.state.manifest.issued == START + YEAR
    return studio


@pytest.fixture
def right(signed_ahead, tmp_path, tmp_path_factory):
    """A crawler whose clock is right."""
    return Client(tmp_path, tmp_path_factory.mktemp("right"))


@pytest.fixture
def misled(signed_ahead, tmp_path, tmp_path_factory):
    """A crawler that had the same wrong time, and accepted what was signed then."""
    client = Client(tmp_path, tmp_path_factory.mktemp("misled"))
    client.now += YEAR
    client.sync()
    assert client.reserved(FIRST)
    client.now -= YEAR
    return client


def settle(registry, clock, *, restart):
    """Put the clock right and say so, to the registry that runs or before its next start."""
    clock.now = START
    if not restart:
        with pytest.raises(ClockInDoubtError):
            registry.do_what_is_due()
        registry.trusted_clock.confirm()
        return registry
    registry.close()
    confirm_clock(registry.config.instance, START)
    return None


def stating(instance):
    """The published segments that have a rule for the first site."""
    hot = urls.key("first.example.com")[:8][::-1]
    return [path for path in (instance / "public" / "snapshot").glob("*.seg") if hot in path.read_bytes()]


@pytest.mark.parametrize("restart", [False, True])
def test_every_client_goes_on_at_the_next_signature(signed_ahead, right, misled, make_registry, zone, restart):
    clock = signed_ahead.clock
    with pytest.raises(ClockError):
        right.sync()
    assert misled.reserved(FIRST) is None  # what is dated ahead is not relied on, and not taken for silence
    registry = settle(signed_ahead.registry, clock, restart=restart) or make_registry()
    registry.publisher.publish()
    assert registry.publisher.current.state.manifest.issued == START
    for client in (right, misled):
        client.sync()
        assert client.reserved(FIRST)
        assert client.reserved(LATER) is False
    studio = Studio(registry, registry.mailer, "midori@example.org")
    studio.prove(zone, studio.declare(("domain", "later.example.com")))
    clock.pass_(HOUR)
    registry.publisher.publish()
    for client in (right, misled):
        client.now = clock.now
        assert client.sync().manifest.issued == START + HOUR
        assert client.reserved(LATER)
    assert verify_instance(registry.config.instance).log_size == registry.publisher.current.log.size


def test_the_past_proofs_and_erasures_go_by_the_right_clock_again(signed_ahead, clock, zone, letterbox, tmp_path):
    registry = settle(signed_ahead.registry, clock, restart=False)
    zone.txt("_optout-challenge.first.example.com")
    for _ in range(8):
        clock.pass_(DAY)
        registry.do_what_is_due()
    (proof, *_) = registry.proofs.backing(registry.declarations.get(signed_ahead.made.id))
    assert proof.state.failures > 0
    registry.publisher.publish()
    assert stating(tmp_path)
    registry.erasure.erase(signed_ahead.made.id)
    for _ in range(3):
        registry.publisher.publish()
        clock.pass_(KEEP_SECONDS + COLLECT_SECONDS + 1)
    assert not stating(tmp_path)


def test_what_signs_in_does_not_last_a_year_longer_than_it_should(signed_ahead, clock, letterbox):
    registry = signed_ahead.registry
    signed_in = session(registry, letterbox, "aoi@example.com")
    token, _ = registry.accounts.create_token(signed_ahead.actor, label="desk", scope=TokenScope.READ, days=1)
    nonce = registry.accounts.request_link("aoi@example.com", client="192.0.2.9")
    settle(registry, clock, restart=False)
    assert registry.accounts.actor_for_session(signed_in.secret) is None
    assert registry.accounts.bearer(token) is None
    with pytest.raises(GoneError):
        registry.accounts.confirm_link(letterbox.last_link(), nonce)
    again = session(registry, letterbox, "aoi@example.com")
    assert registry.accounts.actor_for_session(again.secret) == signed_ahead.actor
