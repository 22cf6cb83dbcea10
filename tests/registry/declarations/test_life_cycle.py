"""A machine that does anything to declarations in any order, beside a simple model of what must be true then.

The model knows only what parties asked for, which proofs stand, and the clock. After every step the log, replayed, is
the table of declarations in force, and every declaration is in the state the model expects.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from crawler_filter.fingerprints.registered import Film
from crawler_filter.fingerprints.text import Excerpts
from registry.config import Limits
from registry.control.challenges import Method, instructions
from registry.errors import ConflictError, GoneError, NotFoundError, ProofMissingError, TransitionError
from registry.model.declaration import DeclarationRequest, ScopeRequest, State
from registry.model.party import AUTHORITY_STATEMENT
from registry.net import Fetcher
from registry.store.log import in_force, log_size
from tests.profiles import examples
from tests.registry.instance import Clock, Letterbox, make_party, open_instance, sign_in
from tests.simulators.zone import Zone

DAY = 86_400
WEEK = 7 * DAY
DOMAINS = ("example.com", "example.org")
FILES = tuple(("md5", f"{number:032x}") for number in (1, 2, 3))
BOOK = Excerpts(24, 16, b"".join(number.to_bytes(8, "little") for number in range(300))).encode()
CONTENT = (
    ("pdq", "a5b1c93e70d2684f" * 4),
    ("text", BOOK),
    ("video", Film(((0, bytes.fromhex("5a4e36c18f2d97b0" * 4)),)).encode()),
)
SCOPES = (*(("domain", name) for name in DOMAINS), ("url", "www.example.com/a.png"), *FILES, *CONTENT)
MANY = 10**6


@dataclass
class Modelled:
    """What the model knows of one declaration: all its scopes, those that are stated, when it was announced to end."""

    scopes: frozenset
    stated: frozenset
    party: int
    state: State
    created: int
    ends: int | None = None


class LifeCycle(RuleBasedStateMachine):
    """Two parties, three days at a time."""

    declarations = Bundle("declarations")

    def __init__(self) -> None:
        super().__init__()
        self.directory = tempfile.TemporaryDirectory()
        self.zone = Zone().__enter__()
        self.clock, letterbox = Clock(), Letterbox()
        limits = Limits(
            changes_per_day=MANY, unverified_declarations_per_day=MANY, unverified_declarations_per_party=MANY
        )
        fetcher = Fetcher(self.zone.resolver(), agent="test")
        self.registry = open_instance(
            Path(self.directory.name),
            self.clock,
            letterbox,
            limits=limits,
            fetcher=fetcher,
            recheck_interval=10**9,
        )
        self.actors = [sign_in(self.registry, letterbox, f"{name}@example.com") for name in ("aoi", "midori")]
        self.parties = [make_party(self.registry, actor) for actor in self.actors]
        self.model: dict[str, Modelled] = {}
        self.proved: set[tuple[int, str]] = set()
        self.published: dict[str, set[str]] = {}

    def teardown(self) -> None:
        self.registry.close()
        self.zone.__exit__(None, None, None)
        self.directory.cleanup()

    @rule(target=declarations, party=st.integers(0, 1), scopes=st.sets(st.sampled_from(SCOPES), min_size=1))
    def declare(self, party, scopes):
        standing = [
            each
            for each in self.model.values()
            if each.party == party and each.state in (State.PENDING, State.ACTIVE)
        ]
        repeats = any(scopes & each.scopes for each in standing)
        try:
            made = self.registry.declarations.declare(
                self.actors[party], self.request(party, scopes), idempotency=None
            )
        except ConflictError:
            assert repeats
            return "none"
        assert not repeats
        stated = self.backed(party, scopes)
        state = State.ACTIVE if stated else State.PENDING
        self.model[made.id] = Modelled(frozenset(scopes), stated, party, state, self.clock.now)
        return made.id

    @rule(declaration=declarations, domain=st.sampled_from(DOMAINS))
    def prove(self, declaration, domain):
        known = self.model.get(declaration)
        if known is None:
            return
        proofs, actor = self.registry.proofs, self.actors[known.party]
        try:
            challenge = proofs.request_proof(actor, declaration, Method.DNS_TXT, domain)
        except (NotFoundError, GoneError):
            assert known.state is State.ERASED
            return
        what = instructions(challenge, "registry.example")
        # The records of all parties stand side by side: a proof by one has the others' looked at again.
        records = self.published.setdefault(what.at, set())
        records.add(f"token={challenge.token}")
        self.zone.txt(what.at, *sorted(records))
        proofs.check_proof(actor, declaration, challenge.id)
        self.proved.add((known.party, domain))
        for each in self.model.values():
            if each.party == known.party and each.ends is None and ("domain", domain) in each.scopes:
                self.take_in(each)

    @rule(declaration=declarations, scopes=st.sets(st.sampled_from(SCOPES), min_size=1))
    def widen(self, declaration, scopes):
        """Amend so that nothing is let go."""
        known = self.model.get(declaration)
        if known is None:
            return
        after = known.scopes | scopes
        taken = any(
            (after & each.scopes)
            for number, each in self.model.items()
            if number != declaration and each.party == known.party and each.state in (State.PENDING, State.ACTIVE)
        )
        try:
            self.registry.changes.amend(self.actors[known.party], declaration, self.request(known.party, after))
        except GoneError:
            assert known.state is State.ERASED
        except TransitionError:
            assert known.state is State.WITHDRAWN
        except ProofMissingError:
            gone = known.stated - self.backed(known.party, known.stated)
            assert gone or not self.backed(known.party, after)
        except ConflictError:
            assert known.ends is not None or taken or after == known.scopes
        else:
            assert known.state in (State.PENDING, State.ACTIVE)
            known.scopes = after
            self.take_in(known)

    @rule(declaration=declarations)
    def withdraw(self, declaration):
        known = self.model.get(declaration)
        if known is None:
            return
        try:
            self.registry.changes.withdraw(self.actors[known.party], declaration)
        except GoneError:
            assert known.state is State.ERASED
        except TransitionError:
            assert known.state is State.WITHDRAWN
        except ConflictError:
            assert known.ends is not None
        else:
            if known.state is State.PENDING:
                del self.model[declaration]
            else:
                assert known.state is State.ACTIVE
                known.ends = self.clock.now + 3 * DAY

    @rule(declaration=declarations)
    def stop(self, declaration):
        known = self.model.get(declaration)
        if known is None or known.state is State.ERASED:
            return
        try:
            self.registry.changes.cancel_change(self.actors[known.party], declaration)
        except ConflictError:
            assert known.ends is None
        else:
            known.ends = None
            self.take_in(known)

    @rule(declaration=declarations)
    def erase(self, declaration):
        known = self.model.get(declaration)
        if known is None or known.state is State.ERASED:
            return
        self.registry.erasure.erase(declaration)
        kept = [each for number, each in self.model.items() if number != declaration]
        if known.state is State.PENDING:
            del self.model[declaration]
        else:
            known.state, known.ends = State.ERASED, None
        self.forget_unused_proofs(known.party, kept)

    @rule(days=st.integers(1, 4))
    def wait(self, days):
        self.clock.pass_(days * DAY)
        self.registry.schedule.due(self.clock.now)
        for number, known in list(self.model.items()):
            if known.ends is not None and known.ends <= self.clock.now:
                known.state, known.ends = State.WITHDRAWN, None
            if known.state is State.PENDING and known.created + WEEK <= self.clock.now:
                del self.model[number]

    @invariant()
    def states_are_the_models(self):
        for number, known in self.model.items():
            try:
                found = self.registry.declarations.get(number)
            except GoneError:
                assert known.state is State.ERASED
                continue
            assert found.state is known.state
            expected = known.scopes if known.state is State.PENDING else known.stated
            assert {(scope.kind.value, scope.value) for scope in found.record.scopes} == expected
            if known.state in (State.PENDING, State.ACTIVE):
                assert {(scope.kind.value, scope.value) for scope in found.asked} == known.scopes
            assert (found.change is None) == (known.ends is None)

    @invariant()
    def the_log_replayed_is_the_table(self):
        with self.registry.store.read() as database:
            replayed = {record.id: record for _, record in in_force(database, log_size(database))}
        active = {number for number, known in self.model.items() if known.state is State.ACTIVE}
        assert replayed == {number: self.registry.declarations.get(number).record for number in active}

    @invariant()
    def declarations_are_counted(self):
        with self.registry.store.read() as database:
            counted = database.execute("SELECT * FROM state_counts WHERE declarations <> 0").fetchall()
            rows = database.execute("SELECT party, state, count(*) FROM declarations GROUP BY 1, 2 ORDER BY 1, 2")
            assert counted == rows.fetchall()

    def request(self, party, scopes):
        asked = tuple(ScopeRequest(kind, value) for kind, value in sorted(scopes))
        said = {"train-ai": "disallowed"}
        return DeclarationRequest(self.parties[party].id, asked, said, statement=AUTHORITY_STATEMENT)

    def backed(self, party, scopes):
        """The scopes that may be in force, by the proofs that stand."""
        return frozenset(
            (kind, value) for kind, value in scopes if kind != "domain" or (party, value) in self.proved
        )

    def take_in(self, known):
        if known.state in (State.PENDING, State.ACTIVE):
            known.stated |= self.backed(known.party, known.scopes)
            known.state = State.ACTIVE if known.stated else State.PENDING

    def forget_unused_proofs(self, party, kept):
        """A proof goes with the last declaration that rests on it."""
        live = [each for each in kept if each.party == party and each.state in (State.PENDING, State.ACTIVE)]
        for domain in DOMAINS:
            if not any(value.partition("/")[0].endswith(domain) for each in live for _, value in each.scopes):
                self.proved.discard((party, domain))


TestLifeCycle = LifeCycle.TestCase
TestLifeCycle.settings = examples(5, stateful_step_count=25)
