"""The law of one answer, grants included: whatever is declared, granted, ended and let pass, a live lookup, an offline
filter of the same operator and a lookup of that time made later give one answer; and a wrong clock lifts nothing more.
"""

import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, multiple, rule

from crawler_filter.checks.asset import Asset
from crawler_filter.filter import Filter
from crawler_filter.formats.grant import Grant, GrantedScope, GrantEnd, in_order
from crawler_filter.formats.record import ScopeKind
from crawler_filter.grants.operator import Identity, Operator
from crawler_filter.grants.permits import CLOCK_DOUBT
from crawler_filter.log import Trust
from crawler_filter.policy import Policy
from crawler_filter.preference import Usage
from crawler_filter.sync.directory import SnapshotDirectory
from crawler_filter.sync.source import FolderSource
from registry.errors import RegistryError
from registry.model.grant import StoredGrant
from registry.permissions.grants import drop_key, end_grant
from registry.store.grants import find_grant, insert_grant, log_grant
from tests.profiles import PLAIN, is_long
from tests.registry.instance import Clock, Letterbox, open_instance
from tests.registry.publishing.mirror import FolderTransport
from tests.registry.studio import Studio
from tests.simulators.crawler import CLIENT_ID, make_key, print_of

PLACES = [("url", f"https://studio-aoi.com/{number}.png") for number in range(3)]
DIGESTS = [("sha256", f"{number:064x}") for number in range(1, 3)]
ASSETS = [Asset(url) for _, url in PLACES] + [Asset(PLACES[0][1], sha256=digest) for _, digest in DIGESTS]
USAGES = (Usage.TRAIN_AI, Usage.SEARCH)
KEYS = (make_key(1), make_key(2))
ASKING = [(key, territory) for key in KEYS for territory in (None, "JP")]

scopes = st.lists(st.sampled_from(PLACES + DIGESTS), min_size=1, max_size=3, unique=True)
preferences = st.sampled_from([{"train-ai": "disallowed"}, {"train-ai": "disallowed", "search": "disallowed"}])
who = st.integers(0, 1)


def outcome(decision):
    """What one answer has in common with that of another snapshot that says the same."""
    return (decision.keep, decision.preference, decision.reason, decision.grants, decision.doubts)


class OneAnswer(RuleBasedStateMachine):
    declared, granted = Bundle("declared"), Bundle("granted")

    @initialize()
    def begin(self):
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name)
        self.clock, letterbox = Clock(), Letterbox()
        self.registry = open_instance(path, self.clock, letterbox)
        self.studios = [Studio(self.registry, letterbox, f"{name}@example.com") for name in ("aoi", "midori")]
        self.operator = self.registry.operators.add(self.studios[1].actor, self.studios[1].party.id, CLIENT_ID)
        self.source = FolderSource(
            SnapshotDirectory(path / "filter"), Trust.parse((path / "registry.policy").read_bytes()),
            url=FolderTransport.URL, transport=lambda: FolderTransport(path / "public"), clock=self.clock,
            look_every=0,
        )  # fmt: skip
        self.answers = []

    def teardown(self):
        if hasattr(self, "registry"):
            self.registry.close()
            self.folder.cleanup()

    @rule(target=declared, party=who, scopes=scopes, preferences=preferences)
    def declare(self, party, scopes, preferences):
        try:
            return party, self.studios[party].declare(*scopes, preferences=preferences)
        except RegistryError:  # it repeats what is declared already
            return multiple()

    @rule(made=declared, scopes=scopes)
    def amend(self, made, scopes):
        self._try(lambda: self.studios[made[0]].amend(made[1], *scopes))

    @rule(made=declared)
    def withdraw(self, made):
        self._try(lambda: self.studios[made[0]].withdraw(made[1]))

    @rule(made=declared)
    def dispute(self, made):
        self._try(lambda: self.registry.moderation.dispute(made[1].id))

    @rule(
        target=granted,
        made=declared,
        more=scopes,
        keys=st.lists(st.sampled_from(KEYS), min_size=1, max_size=2, unique=True),
        usages=st.lists(st.sampled_from(USAGES), min_size=1, unique=True),
        start=st.sampled_from([0, 0, 0, 900]),
        until=st.sampled_from([None, None, 1_200, 100_000]),
        territory=st.sampled_from([None, None, ("JP",), ("DE",)]),
    )
    def grant(self, made, more, keys, usages, start, until, territory):
        """Any grant that a log may hold: it overlaps others, contradicts them, and names what it likes."""
        party, declaration = made
        own = {GrantedScope.of(scope.kind, scope.value) for scope in declaration.record.scopes}
        others = {GrantedScope.of(ScopeKind(kind), value.removeprefix("https://")) for kind, value in more}
        now = self.clock.now

        def granting(database):
            ledger = self.registry.declarations._context.registry_ledger(database, now)
            grant = Grant(
                id=self.registry.declarations._context.new_id(), revision=1, party=self.studios[party].party.id,
                client_id=CLIENT_ID, keys=in_order(map(print_of, keys)), scopes=in_order(own | others),
                declarations=(declaration.id,), works=(), usages=in_order(usages), start=now + start,
                until=None if until is None else now + start + until, territory=territory, policy=None,
                terms_digest=None,
            )  # fmt: skip
            leaf = log_grant(database, grant, now, ledger.entropy)
            insert_grant(database, StoredGrant(grant, self.operator.id, leaf, now))
            return grant.id

        return self.registry.writer.run(granting)

    @rule(number=consumes(granted))
    def end(self, number):
        self._change(number, lambda ledger, found: end_grant(ledger, found, GrantEnd.REVOKED, "https://r.example"))

    @rule(number=granted, key=st.sampled_from(KEYS))
    def lose_key(self, number, key):
        self._change(number, lambda ledger, found: drop_key(ledger, found, print_of(key), "https://r.example"))

    @rule(seconds=st.sampled_from([1, 300, 1_300, 30_000, 90_000]))
    def let_time_pass(self, seconds):
        self.clock.pass_(seconds)
        self.registry.do_what_is_due()

    @rule()
    def ask(self):
        """Publish, sync, and ask in every way there is."""
        self.registry.publisher.publish()
        self.source.sync()
        for key, territory in ASKING:
            shown = Identity(CLIENT_ID, print_of(key), territory)
            for usage in USAGES:
                policy = replace(Policy.opt_out(usage), operator=Operator(CLIENT_ID, key, territory))
                for asset in ASSETS:
                    self._ask(asset, usage, policy, shown)
        self.clock.pass_(1)

    @rule(data=st.data())
    def ask_of_then(self, data):
        """What was answered then is answered of then."""
        if not self.answers:
            return
        self.registry.publisher.publish()
        at, asset, usage, shown, told = data.draw(st.sampled_from(self.answers))
        assert outcome(self.registry.lookup.lookup(asset, usage, at=at, shown=shown)) == told

    def _ask(self, asset, usage, policy, shown):
        live = self.registry.lookup.lookup(asset, usage, shown=shown)
        now = self.clock.now
        offline = Filter(self.source, policy, clock=lambda: now).check(asset.url, sha256=asset.sha256)
        assert offline == live
        if live.snapshot.issued == now:  # a lookup of then takes the snapshot as issued then
            self.answers.append((now, asset, usage, shown, outcome(live)))
        nobody = self.registry.lookup.lookup(asset, usage)
        assert live.keep or not nobody.keep, "to be an operator takes nothing away"
        for wrong in (-CLOCK_DOUBT, CLOCK_DOUBT):
            optout = Filter(self.source, policy, clock=lambda wrong=wrong: now + wrong)
            for number in optout.check(asset.url, sha256=asset.sha256).grants:
                self._assert_stands(number, now)

    def _assert_stands(self, number, now):
        grant = self.registry.grants.get(number).grant
        assert grant.ended is None
        assert grant.start <= now
        assert grant.until is None or grant.until > now

    def _change(self, number, change):
        now = self.clock.now

        def changing(database):
            found = find_grant(database, number)
            if found.grant.ended is None:
                change(self.registry.declarations._context.registry_ledger(database, now), found)

        self.registry.writer.run(changing)

    def _try(self, act):
        with suppress(RegistryError):  # it is not in force, or repeats what is declared
            act()


OneAnswer.TestCase.settings = settings(
    max_examples=200 if is_long() else PLAIN // 7,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestOneAnswer = OneAnswer.TestCase
