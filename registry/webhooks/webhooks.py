"""Webhooks as a service: added, proved by their answer, looked at, sent again, and removed, for a party.

An address has to answer with a challenge, and with nothing else, before anything is sent to it: nobody else's
server, and none that repeats whatever it is sent, is ever told of a party's affairs.
"""

import hmac
from collections.abc import Sequence
from dataclasses import replace

import ada_url
from sqlite_utils import Database

from crawler_filter.errors import Sentence
from crawler_filter.formats.events import EventKind
from crawler_filter.formats.record import encode_id
from crawler_filter.formats.webhooks import CHALLENGE_PREFIX
from registry.declarations.context import Context, require_party
from registry.errors import ConflictError, FieldError, GoneError, InvalidRequestError, NotFoundError
from registry.mail.webhook_letters import queue_webhook_notice
from registry.model.declaration import Actor
from registry.model.membership import Right
from registry.model.webhook import MAX_URL, MOST_WEBHOOKS, Delivery, Webhook, WebhookState
from registry.net import FetchError
from registry.store import webhooks as rows
from registry.store.events import StoredEvent, events_after, record_event, stream_of
from registry.store.rights import has_right, require_right
from registry.webhooks.signing import EventSigner

EVENTS_AT_ONCE = 100
"""Events of one answer."""
_CHALLENGE_BYTES = 32
_ANSWER_LIMIT = 200


class Webhooks:
    """The acts of those who act for a party. Readers see its events, and neither addresses nor deliveries."""

    def __init__(self, context: Context, signer: EventSigner) -> None:
        self._context = context
        self._signer = signer

    def add(self, actor: Actor, party: str, url: str, kinds: Sequence[EventKind] = ()) -> Webhook:
        """Add an address and have it prove itself at once; what is wrong with it is said in what is returned.

        No `kinds` means every kind. Raises InvalidRequestError for what is no https address, NotFoundError for
        another's party, ConflictError where it has the address, or as many as it may have.
        """
        with self._context.store.read() as reading:
            require_party(reading, actor, party)
        address = _address(url)

        def adding(database: Database) -> Webhook:
            ledger = self._context.ledger(database, actor)
            require_party(database, actor, party)
            own = rows.webhooks_of(database, party)
            if len(own) >= MOST_WEBHOOKS:
                raise ConflictError("a party has at most %(most)s webhooks", most=MOST_WEBHOOKS)
            if any(each.url == address for each in own):
                raise ConflictError("this address is a webhook of the party already")
            last = stream_of(database, party).last
            wanted = tuple(dict.fromkeys(kinds))
            number = self._context.new_id()
            made = Webhook(number, party, address, wanted, WebhookState.UNPROVED, ledger.now, last)
            rows.insert_webhook(database, made, encode_id(self._context.entropy(_CHALLENGE_BYTES)))
            ledger.audit("add-webhook", made.id)
            queue_webhook_notice(database, made, ledger.now, self._context.config.public_url)
            return made

        added = self._context.writer.run(adding)
        self._context.outbox.send()
        return self.check(actor, added.id)

    def check(self, actor: Actor, webhook: str) -> Webhook:
        """Have an address prove itself now. One that does is active again; sending goes on where it stopped."""
        found = self._own(actor, webhook)
        problem = self._asked(found)

        def checking(database: Database) -> Webhook:
            here = rows.find_webhook(database, webhook)
            if problem:
                after = replace(here, problem=problem)
            else:
                after = replace(
                    here, state=WebhookState.ACTIVE, failures=0, failing_since=None, next_try=None, problem=""
                )
            rows.update_webhook(database, after)
            self._context.ledger(database, actor).audit("check-webhook", webhook)
            return after

        return self._context.writer.run(checking)

    def test(self, actor: Actor, webhook: str) -> Webhook:
        """Add an event that says nothing, to see it arrive. Raises ConflictError for one that is not active."""

        def testing(database: Database) -> Webhook:
            ledger = self._context.ledger(database, actor)
            found = self._of(database, actor, webhook)
            if found.state is not WebhookState.ACTIVE:
                raise ConflictError("nothing is sent to this webhook; have it checked first")
            path = f"/v1/webhooks/{found.id}"
            record_event(database, found.party, EventKind.TEST, found.id, ledger.now, path=path)
            return found

        return self._context.writer.run(testing)

    def send_again(self, actor: Actor, webhook: str, after: int) -> Webhook:
        """Send every event after a number again, in their order. Raises InvalidRequestError or GoneError."""

        def rewinding(database: Database) -> Webhook:
            ledger = self._context.ledger(database, actor)
            found = self._of(database, actor, webhook)
            _require_kept(database, found.party, after)
            moved = replace(found, position=after, next_try=None)
            rows.update_webhook(database, moved)
            ledger.audit("send-again", webhook)
            return moved

        return self._context.writer.run(rewinding)

    def remove(self, actor: Actor, webhook: str) -> Webhook:
        """Remove an address for good; the events stay."""

        def removing(database: Database) -> Webhook:
            ledger = self._context.ledger(database, actor, suspended=True)
            found = self._of(database, actor, webhook)
            rows.delete_webhook(database, webhook)
            ledger.audit("remove-webhook", webhook)
            return found

        return self._context.writer.run(removing)

    def get(self, actor: Actor, webhook: str) -> tuple[Webhook, Sequence[Delivery]]:
        """Return a webhook and the last tries to send to it. Raises NotFoundError for another's."""
        with self._context.store.read() as database:
            return self._of(database, actor, webhook), rows.deliveries_of(database, webhook)

    def of_party(self, actor: Actor, party: str) -> Sequence[Webhook]:
        """Return the webhooks of a party. Raises NotFoundError, or NotAuthorisedError for a reader."""
        with self._context.store.read() as database:
            require_right(database, actor.account, party, Right.DECLARE)
            return rows.webhooks_of(database, party)

    def events(self, actor: Actor, party: str, after: int) -> tuple[Sequence[StoredEvent], int | None]:
        """Return events of a party after a number, as they were sent, and where to go on if there are more.

        Raises NotFoundError for another's party, GoneError where some of them were forgotten.
        """
        with self._context.store.read() as database:
            require_right(database, actor.account, party, Right.SEE)
            _require_kept(database, party, after)
            found = events_after(database, party, after, EVENTS_AT_ONCE + 1)
        page = found[:EVENTS_AT_ONCE]
        return page, page[-1].sequence if len(found) > EVENTS_AT_ONCE else None

    def _own(self, actor: Actor, webhook: str) -> Webhook:
        with self._context.store.read() as database:
            return self._of(database, actor, webhook)

    def _of(self, database: Database, actor: Actor, webhook: str) -> Webhook:
        found = rows.find_webhook(database, webhook)
        if not has_right(database, actor.account, found.party, Right.DECLARE):
            raise NotFoundError("there is no webhook %(webhook)s", webhook=repr(webhook[:40]))
        return found

    def _asked(self, found: Webhook) -> str:
        """Send the challenge; return what is wrong with the answer, nothing where it is right."""
        with self._context.store.read() as database:
            challenge = rows.challenge_of(database, found.id).encode()
        body = CHALLENGE_PREFIX + challenge
        try:
            fields = self._signer.challenge(found.url, body)
            answer = self._context.fetcher.post(found.url, body, fields, limit=_ANSWER_LIMIT)
        except FetchError as error:
            return str(error.detail)
        if answer.status == 200 and hmac.compare_digest(answer.body.strip(), challenge):
            return ""
        return f"Expected 200 with the challenge and nothing else as its body, got {answer.status}."


def _address(url: str) -> str:
    """Return an address in the spelling that is sent to and signed. Raises InvalidRequestError."""
    try:
        parsed = ada_url.URL(url.strip())
    except ValueError:
        parsed = None
    if parsed is None or parsed.protocol != "https:" or parsed.username or parsed.password or parsed.port:
        detail = Sentence("expected an https address without a port, a name or a password")
        raise InvalidRequestError(detail, errors=(FieldError("/url", detail),))
    parsed.hash = ""
    if len(parsed.href) > MAX_URL:
        detail = Sentence("expected an address of at most %(most)s characters", most=MAX_URL)
        raise InvalidRequestError(detail, errors=(FieldError("/url", detail),))
    return str(parsed.href)


def _require_kept(database: Database, party: str, after: int) -> None:
    """Raise GoneError where events after a number were forgotten, InvalidRequestError for a number to come."""
    stream = stream_of(database, party)
    if not 0 <= after <= stream.last:
        detail = Sentence("expected a number from 0 to %(last)s", last=stream.last)
        raise InvalidRequestError(detail, errors=(FieldError("/after", detail),))
    if after < stream.first - 1:
        raise GoneError(
            "the events up to %(last)s are no longer kept: read what stands now", last=stream.first - 1
        )
