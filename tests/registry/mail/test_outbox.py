"""Letters are promised with what they tell about, and sent until they are taken."""

import hashlib

import pytest

from registry.config import Config
from registry.errors import UnavailableError
from registry.instance import open_registry
from registry.mail.outbox import RETRY_SECONDS
from registry.model.declaration import DeclarationRequest, ScopeRequest
from registry.model.party import AUTHORITY_STATEMENT
from tests.registry.instance import Clock, Letterbox, make_party, sign_in


class UnsteadyLetterbox(Letterbox):
    """A mail server that can be away, and takes nothing for some addresses."""

    away = False
    refused = ""

    def send(self, to: str, subject: str, text: str) -> None:
        if self.away:
            raise UnavailableError("the mail server is away", retry_after=60)
        if to == self.refused:
            raise UnicodeEncodeError("ascii", to, 0, 1, "no mail server would say this, but one did")
        super().send(to, subject, text)


@pytest.fixture
def letterbox():
    return UnsteadyLetterbox()


def queue_a_withdrawal_notice(registry, letterbox, email="aoi@example.com"):
    letterbox.away = False
    actor = sign_in(registry, letterbox, email)
    party = make_party(registry, actor)
    scope = ScopeRequest("sha256", hashlib.sha256(b"a drawing").hexdigest())
    request = DeclarationRequest(party.id, (scope,), {"train-ai": "disallowed"}, statement=AUTHORITY_STATEMENT)
    made = registry.declarations.declare(actor, request, idempotency=None)
    letterbox.away = True
    return registry.changes.withdraw(actor, made.id)


def test_a_letter_waits_for_a_mail_server_that_is_away(registry, letterbox, clock):
    announced = queue_a_withdrawal_notice(registry, letterbox)
    assert announced.change is not None
    registry.schedule.due(registry.clock())
    assert len(letterbox.letters) == 1
    letterbox.away = False
    registry.schedule.due(registry.clock())
    assert len(letterbox.letters) == 1
    clock.pass_(int(RETRY_SECONDS))
    registry.schedule.due(registry.clock())
    registry.schedule.due(registry.clock())
    assert [announced.id in subject for _, subject, _ in letterbox.letters[1:]] == [True]


def test_a_letter_that_is_never_taken_holds_up_no_other(registry, letterbox, clock):
    queue_a_withdrawal_notice(registry, letterbox)
    second = queue_a_withdrawal_notice(registry, letterbox, "midori@example.org")
    letterbox.refused, letterbox.away = "aoi@example.com", False
    letterbox.letters.clear()
    clock.pass_(int(RETRY_SECONDS))
    assert registry.schedule.due(registry.clock()) == 1
    assert [(to, second.id in subject) for to, subject, _ in letterbox.letters] == [("midori@example.org", True)]


def test_letters_survive_a_restart(registry, letterbox, tmp_path):
    announced = queue_a_withdrawal_notice(registry, letterbox)
    registry.close()
    letterbox.away = False
    config = Config(instance=tmp_path, origin="registry.example")
    with open_registry(config, clock=Clock(), mailer=letterbox) as again:
        again.schedule.due(again.clock())
    assert announced.id in letterbox.letters[-1][1]


def test_an_erasure_takes_the_letters_about_it_along(registry, letterbox):
    announced = queue_a_withdrawal_notice(registry, letterbox)
    registry.erasure.erase(announced.id)
    letterbox.away = False
    registry.schedule.due(registry.clock())
    assert len(letterbox.letters) == 1
