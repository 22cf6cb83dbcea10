"""Accounts: signing in by a mailed link, sessions, API tokens, and the parties an account acts for.

There are no passwords. A link holds 256 random bits, works once, for ten minutes, and only together with the nonce
that the asking browser got, so a letter that is read by somebody else signs nobody in. Asking for a link does and
answers the same whether or not an account exists; the account is made when the first link is followed. Everything
secret is stored as a digest, and a session that is ended is gone on the server.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlite_utils import Database

from crawler_filter.formats.record import ID_BYTES, encode_id
from registry.accounts.email_address import normalised
from registry.accounts.sign_in_queue import LinkRequest, SignInQueue
from registry.config import Config
from registry.errors import (
    ConflictError,
    FieldError,
    GoneError,
    InvalidRequestError,
    NotFoundError,
    OtherBrowserError,
)
from registry.mail.sender import Mailer
from registry.mail.sign_in import sign_in_letter
from registry.model.credentials import TokenScope, digest, is_secret, is_token, new_secret, new_token
from registry.model.declaration import Actor
from registry.model.durations import DAY, HOUR, is_ahead
from registry.model.party import Party, PartyRequest
from registry.rate_limits import RateLimiter, networks
from registry.store import accounts as store
from registry.store.accounts import ApiToken, Session, SignInLink
from registry.store.audit import record_action
from registry.store.database import Store
from registry.store.writer import Writer

LINK_SECONDS: Final = 600
NONCE_SECONDS: Final = 3600 + LINK_SECONDS
"""How long a browser keeps what its link is bound to: a letter may have to wait for its turn."""
SESSION_IDLE: Final = 12 * HOUR
SESSION_ABSOLUTE: Final = 30 * DAY
SESSION_TOUCH: Final = 300
MAX_TOKEN_DAYS: Final = 365
MAX_LABEL: Final = 100


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh session: whose it is, and the secret for its cookie."""

    actor: Actor
    secret: str


@dataclass(frozen=True, slots=True)
class Bearer:
    """The sender of a valid API token, and the uses of that token."""

    actor: Actor
    scope: TokenScope


class Accounts:
    """Everything an account can do with itself.

    `origin` and `public_url` name the registry in letters; `clock` gives unix seconds.
    """

    def __init__(
        self,
        config: Config,
        writer: Writer,
        reader: Store,
        mailer: Mailer,
        limiter: RateLimiter,
        *,
        clock: Callable[[], int],
        entropy: Callable[[int], bytes],
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._mailer = mailer
        self._queue = SignInQueue(limiter)
        self._clock = clock
        self._entropy = entropy
        self._public_url = config.public_url
        self._limits = config.limits

    def request_link(self, email: str, *, client: str, language: str = "en", nonce: str | None = None) -> str:
        """Mail a sign-in link, now or when its turn comes, and return the nonce for the asking browser's cookie.

        `client` is the caller's IP address. A browser that asked before gives its `nonce` again, so that whichever
        letter arrives first works. Raises InvalidRequestError, or UnavailableError when the letter was not taken;
        neither depends on whether there is such an account.
        """
        address = normalised(email)
        if nonce is None or not is_secret(nonce):
            nonce = new_secret(self._entropy)
        answered, at_once = self._queue.ask(LinkRequest(address, networks(client), language, nonce))
        if at_once:
            self._mail_link(answered)
        return answered.nonce

    def send_waiting(self) -> None:
        """Mail the links whose turn has come; the scheduler calls it. Raises UnavailableError."""
        for request in self._queue.admitted():
            self._mail_link(request)

    def _mail_link(self, request: LinkRequest) -> None:
        token, bound_to = new_secret(self._entropy), digest(request.nonce)
        expires = self._clock() + LINK_SECONDS
        self._writer.run(lambda db: store.insert_link(db, digest(token), bound_to, request.address, expires))
        url = f"{self._public_url}/sign-in/{token}"
        host = self._public_url.partition("://")[2]
        self._mailer.send(request.address, *sign_in_letter(request.language, host, url))

    def check_link(self, token: str, nonce: str | None) -> None:
        """Look at a link without using it, for the page that asks to confirm.

        Raises GoneError when it was used, has expired or never was, and OtherBrowserError when it is another
        browser's.
        """
        with self._reader.read() as database:
            self._usable(store.find_link(database, digest(token)), nonce)

    def confirm_link(
        self, token: str, nonce: str | None, *, label: str = "", previous: str | None = None
    ) -> SignedIn:
        """Use a link: sign its browser in, in a new session that replaces the `previous` one.

        `label` is how the owner will recognise the browser in the list. Raises as `check_link` does.
        """
        secret = new_secret(self._entropy)
        session_id, fresh_account = encode_id(self._entropy(ID_BYTES)), encode_id(self._entropy(ID_BYTES))

        def transaction(database: Database) -> str:
            now = self._clock()
            link = self._usable(store.find_link(database, digest(token)), nonce)
            store.mark_link_used(database, digest(token), now)
            account = store.account_of(database, link.email)
            if account is None:
                account = fresh_account
                store.insert_account(database, account, link.email, now)
                record_action(database, now, account, "account-created", account)
            _end_session(database, previous, now)
            session = Session(session_id, account, label[:MAX_LABEL], now, now)
            store.insert_session(database, digest(secret), session)
            record_action(database, now, account, "signed-in", session_id)
            return account

        return SignedIn(Actor(self._writer.run(transaction)), secret)

    def _usable(self, link: SignInLink | None, nonce: str | None) -> SignInLink:
        now = self._clock()
        is_dead = link is None or link.expires <= now or is_ahead(link.expires - LINK_SECONDS, now)
        if link is None or is_dead or link.used is not None:
            raise GoneError("this link was used already or is older than ten minutes; ask for a new one")
        if nonce is None or not hmac.compare_digest(digest(nonce), link.nonce):
            raise OtherBrowserError(
                "this is not the browser that asked for the link; copy the address and open it there"
            )
        return link

    def actor_for_session(self, secret: str) -> Actor | None:
        """Return whose session this is, or None if it has ended, been idle for 12 h or is 30 days old."""
        if not is_secret(secret):
            return None
        with self._reader.read() as database:
            session = store.find_session(database, digest(secret))
        now = self._clock()
        if session is None or not _is_live(session, now):
            return None
        if now - session.seen >= SESSION_TOUCH:
            self._writer.run(lambda db: store.touch_session(db, session.id, now))
        return Actor(session.account)

    def sessions(self, actor: Actor) -> list[Session]:
        """Return the account's live sessions, the one used last first."""
        with self._reader.read() as database:
            sessions = store.sessions_of(database, actor.account)
        return [session for session in sessions if _is_live(session, self._clock())]

    def session_id(self, secret: str) -> str | None:
        """Return which of `sessions` this one is."""
        with self._reader.read() as database:
            session = store.find_session(database, digest(secret))
        return None if session is None else session.id

    def end_session(self, actor: Actor, session: str) -> None:
        """End one of the account's sessions, wherever it is. Raises NotFoundError if it has no such session."""

        def transaction(database: Database) -> None:
            if not store.delete_session(database, actor.account, session):
                raise NotFoundError("there is no such session of yours")
            record_action(database, self._clock(), actor.account, "session-ended", session)

        self._writer.run(transaction)

    def sign_out(self, secret: str) -> None:
        """End the session of a browser; one that has ended already is left alone."""
        self._writer.run(lambda database: _end_session(database, secret, self._clock()))

    def create_token(
        self, actor: Actor, *, label: str, scope: TokenScope, days: int, by: str | None = None
    ) -> tuple[str, ApiToken]:
        """Make an API token and return its text, which is shown this once, and its description.

        `by` is who makes it, where that is not the account.
        """
        _check_token_request(label, days)
        text, token_id = new_token(self._entropy), encode_id(self._entropy(ID_BYTES))

        def transaction(database: Database) -> ApiToken:
            now = self._clock()
            if len(store.tokens_of(database, actor.account, now)) >= self._limits.tokens_per_account:
                raise ConflictError(
                    "an account has at most %(most)s tokens; revoke one",
                    most=self._limits.tokens_per_account,
                )
            token = ApiToken(token_id, actor.account, label, scope, now, now + days * DAY)
            store.insert_token(database, digest(text), token)
            record_action(database, now, by or actor.account, f"token-created-{scope}", token_id)
            return token

        return text, self._writer.run(transaction)

    def tokens(self, actor: Actor) -> list[ApiToken]:
        """Return the account's valid tokens, the newest first."""
        with self._reader.read() as database:
            return store.tokens_of(database, actor.account, self._clock())

    def revoke_token(self, actor: Actor, token: str) -> None:
        """End one of the account's tokens at once. Raises NotFoundError if it has no such token."""

        def transaction(database: Database) -> None:
            if not store.delete_token(database, actor.account, token):
                raise NotFoundError("there is no such token of yours")
            record_action(database, self._clock(), actor.account, "token-revoked", token)

        self._writer.run(transaction)

    def bearer(self, text: str) -> Bearer | None:
        """Return who sent this API token, or None. Text whose checksum is wrong never reaches the database."""
        if not is_token(text):
            return None
        with self._reader.read() as database:
            now = self._clock()
            token = store.find_token(database, digest(text), now)
        is_usable = token is not None and not is_ahead(token.created, now)
        return Bearer(Actor(token.account), token.scope) if token is not None and is_usable else None

    def create_party(self, actor: Actor, request: PartyRequest) -> Party:
        """Add a party that the account acts for."""
        request.check()
        party = Party(
            id=encode_id(self._entropy(ID_BYTES)),
            account=actor.account,
            name=request.name,
            public=request.public,
            capacity=request.capacity,
            on_behalf_of=request.on_behalf_of,
            territory=request.territory,
            statement=request.statement,
            created=self._clock(),
            principal_public=request.principal_public,
        )

        def transaction(database: Database) -> Party:
            if len(store.parties_of(database, actor.account)) >= self._limits.parties_per_account:
                raise ConflictError(
                    "an account acts for at most %(most)s parties",
                    most=self._limits.parties_per_account,
                )
            store.insert_party(database, party)
            record_action(database, party.created, actor.account, "party-created", party.id)
            return party

        return self._writer.run(transaction)

    def party(self, actor: Actor, party: str) -> Party:
        """Return a party; NotFoundError unless the account acts for it."""
        with self._reader.read() as database:
            found = store.find_party(database, party)
        if found is None or found.account != actor.account:
            raise NotFoundError("there is no such party of yours")
        return found

    def parties(self, actor: Actor) -> list[Party]:
        """Return the parties the account acts for, oldest first."""
        with self._reader.read() as database:
            return store.parties_of(database, actor.account)

    def addresses(self, party: str) -> list[str]:
        """Return the mail addresses of the accounts that act for a party."""
        with self._reader.read() as database:
            return store.addresses_of_party(database, party)

    def email(self, actor: Actor) -> str | None:
        """Return the account's mail address."""
        with self._reader.read() as database:
            return store.email_of(database, actor.account)

    def forget_expired(self, now: int) -> None:
        """Remove links, tokens and sessions that can no longer be used at `now`; the scheduler calls it."""
        self._writer.run(
            lambda database: store.delete_expired(database, now, now - SESSION_IDLE, now - SESSION_ABSOLUTE)
        )


def _is_live(session: Session, now: int) -> bool:
    """Tell whether a session may still be used; one that was begun by a clock far ahead would last for ever."""
    is_recent = now < session.seen + SESSION_IDLE and now < session.created + SESSION_ABSOLUTE
    return is_recent and not is_ahead(max(session.seen, session.created), now)


def _end_session(database: Database, secret: str | None, now: int) -> None:
    session = None if secret is None else store.find_session(database, digest(secret))
    if session is not None:
        store.delete_session(database, session.account, session.id)
        record_action(database, now, session.account, "signed-out", session.id)


def _check_token_request(label: str, days: int) -> None:
    errors = []
    if not 1 <= len(label.strip()) <= MAX_LABEL:
        errors.append(
            FieldError("/label", "expected a name of 1 to %(most)s characters, to know it by", most=MAX_LABEL)
        )
    if not 1 <= days <= MAX_TOKEN_DAYS:
        errors.append(
            FieldError(
                "/days",
                "expected 1 to %(most)s days, got %(days)s",
                most=MAX_TOKEN_DAYS,
                days=days,
            )
        )
    if errors:
        raise InvalidRequestError("the token cannot be made as asked", errors=tuple(errors))
