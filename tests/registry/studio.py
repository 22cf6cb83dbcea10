"""A signed-in rights holder in front of a registry, and what tests do with both."""

import hashlib

from registry.control.challenges import Method, instructions
from registry.model.declaration import DeclarationRequest, ScopeRequest
from registry.model.operator import Operator
from registry.model.party import AUTHORITY_STATEMENT
from registry.store.log import in_force, log_size
from tests.registry.instance import make_party, sign_in
from tests.simulators.crawler import CLIENT_ID, HOST

DAY = 86_400
NO_TRAINING = {"train-ai": "disallowed"}
SHA = hashlib.sha256(b"a drawing").hexdigest()


class Studio:
    """One signed-in account with one party, and short ways to say what it does."""

    def __init__(self, registry, letterbox, email="aoi@example.com"):
        self.registry = registry
        self.declarations = registry.declarations
        self.actor = sign_in(registry, letterbox, email)
        self.party = make_party(registry, self.actor)

    def request(self, *scopes, preferences=None, **rest):
        return DeclarationRequest(
            party=self.party.id,
            scopes=tuple(scope if isinstance(scope, ScopeRequest) else ScopeRequest(*scope) for scope in scopes),
            preferences=NO_TRAINING if preferences is None else preferences,
            statement=AUTHORITY_STATEMENT,
            **rest,
        )

    def declare(self, *scopes, idempotency=None, **rest):
        return self.declarations.declare(self.actor, self.request(*scopes, **rest), idempotency=idempotency)

    def amend(self, declaration, *scopes, **rest):
        return self.registry.changes.amend(self.actor, declaration.id, self.request(*scopes, **rest))

    def withdraw(self, declaration):
        return self.registry.changes.withdraw(self.actor, declaration.id)

    def prove(self, zone, declaration, target=None, method=Method.DNS_TXT):
        """Publish what is asked for in the zone, for good, and have it looked for."""
        challenge = self.registry.proofs.request_proof(self.actor, declaration.id, method, target)
        zone.txt(instructions(challenge, "registry.example").at, f"token={challenge.token}")
        return self.registry.proofs.check_proof(self.actor, declaration.id, challenge.id)

    def types(self, declaration):
        return [entry.type.value for entry in self.declarations.history(declaration.id)]


def pass_time(registry, clock, seconds):
    clock.pass_(seconds)
    registry.schedule.due(clock.now)


def replay_is_the_table(registry):
    """The log, replayed, gives exactly the rows of the declarations in force."""
    with registry.store.read() as database:
        replayed = {record.id: record for _, record in in_force(database, log_size(database))}
        rows = database.execute("SELECT id FROM declarations WHERE state IN ('active', 'lapsed')").fetchall()
    assert replayed == {number: registry.declarations.get(number).record for (number,) in rows}


class Lab(Studio):
    """An account that trains, and short ways to say what it does."""

    def prove_domain(self, zone, target: str = HOST) -> None:
        proofs = self.registry.proofs
        challenge = proofs.request_party_proof(self.actor, self.party.id, Method.DNS_TXT, target)
        zone.txt(instructions(challenge, "registry.example").at, f"token={challenge.token}")
        proofs.check_party_proof(self.actor, self.party.id, challenge.id)

    def add(self, client_id: str = CLIENT_ID) -> Operator:
        return self.registry.operators.add(self.actor, self.party.id, client_id)
