"""Accounts: signing in by a letter, sessions, API tokens.

There are no passwords. A letter has a link of 256 random bits and a code of eight digits. Either works once, for
ten minutes, and only together with the nonce that the asking browser got, so a letter that is read by somebody
else signs nobody in. Asking for one does and answers the same whether or not an account exists; the account is
made when the first letter is used. Everything secret is stored as a digest, and a session that is ended is gone on
the server.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Final

from sqlite_utils import Database

from crawler_filter.formats.record import ID_BYTES, encode_id
from registry.accounts.arrival import Arrival, SignedIn, end_session_of
from registry.accounts.codes import LINK_SECONDS, code_digest, is_usable, new_code, try_code
from registry.accounts.email_address import normalised
from registry.accounts.export import WHOLE, Place, write_export
from registry.accounts.sign_in_queue import LinkRequest, SignInQueue
from registry.config import Config
from registry.errors import (
    ConflictError,
    FieldError,
    GoneError,
    InvalidRequestError,
    NotFoundError,
    OtherBrowserError,
    WrongCodeError,
)
from registry.mail.sender import Mailer
from registry.mail.sign_in import code_letter, sign_in_letter
from registry.model.credentials import Purpose, TokenScope, digest, is_secret, is_token, new_secret, new_token
from registry.model.declaration import Actor
from registry.model.durations import DAY, HOUR, is_ahead
from registry.rate_limits import ADDRESSES_BY_ACCOUNT, CODES_BY_ADDRESS, RateLimiter, networks
from registry.store import accounts as store
from registry.store.accounts import ApiToken, Session, SignInLink
from registry.store.audit import record_action
from registry.store.database import Store
from registry.store.writer import Writer

NONCE_SECONDS: Final = 3600 + LINK_SECONDS
"""How long a browser keeps what its link is bound to: a letter may have to wait for its turn."""
SESSION_IDLE: Final = 12 * HOUR
SESSION_ABSOLUTE: Final = 30 * DAY
SESSION_TOUCH: Final = 300
SESSION_RECENT: Final = 900
MAX_TOKEN_DAYS: Final = 365
MAX_LABEL: Final = 100


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
        self._host = config.public_url.partition("://")[2]
        self._operator = config.operator
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
        token, code = self._keep_letter(request.address, request.nonce, Purpose.SIGN_IN)
        url = f"{self._public_url}/sign-in/{token}"
        words = sign_in_letter(request.language, self._host, url, code, self._operator)
        self._mailer.send(request.address, *words)

    def _keep_letter(self, address: str, nonce: str, purpose: Purpose) -> tuple[str, str]:
        """Remember what a letter is about to hold, and return it: the secret of its link, and its code."""
        token, code = new_secret(self._entropy), new_code(self._entropy)
        expires = self._clock() + LINK_SECONDS
        link = SignInLink(digest(token), address, digest(nonce), expires, None, code_digest(nonce, code), purpose)
        self._writer.run(lambda db: store.insert_link(db, link))
        return token, code

    def request_code(
        self, address: str, purpose: Purpose, *, language: str = "en", by: Actor | None = None
    ) -> str:
        """Mail a code that confirms what somebody who is signed in is about to do; return the browser's nonce.

        `by` is whose letters are counted, where the address is not known to be the account's.
        Raises InvalidRequestError, RateLimitedError, or UnavailableError when the letter was not taken.
        """
        address, nonce = normalised(address), new_secret(self._entropy)
        if by is not None:
            self._queue.limiter.take(ADDRESSES_BY_ACCOUNT, by.account)
        self._queue.limiter.take(CODES_BY_ADDRESS, address)
        _, code = self._keep_letter(address, nonce, purpose)
        self._mailer.send(address, *code_letter(language, purpose, self._host, code))
        return nonce

    def use_code(self, nonce: str | None, code: str, purpose: Purpose) -> str:
        """Use a code that `request_code` mailed; return the address that got it, whoever's that is.

        Raises WrongCodeError, or GoneError where there is none that can be used.
        """
        link = self._writer.run(lambda db: try_code(db, nonce, code, purpose, self._clock()))
        if link is None:
            raise WrongCodeError("this is not the code in the letter")
        return link.email

    def use_own_code(self, actor: Actor, nonce: str | None, code: str, purpose: Purpose) -> None:
        """Use a code that was mailed to an address of this account: only that shows that its owner reads along.

        Raises as `use_code` does. A letter to another account opens nothing here, in whatever browser it is typed.
        """
        address = self.use_code(nonce, code, purpose)
        with self._reader.read() as database:
            if address not in store.addresses_of_account(database, actor.account):
                raise GoneError("this code was mailed to another account; ask for a new one")

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
        arrival = self._arrival(label, previous)

        def transaction(database: Database) -> SignedIn:
            now = self._clock()
            link = self._usable(store.find_link(database, digest(token)), nonce)
            store.mark_link_used(database, link.digest, now)
            return arrival.sign_in(database, link.email, now)

        return self._writer.run(transaction)

    def confirm_code(
        self, code: str, nonce: str | None, *, label: str = "", previous: str | None = None
    ) -> SignedIn:
        """Sign a browser in by the code of a letter, as `confirm_link` does by its link.

        Raises WrongCodeError, or GoneError where the browser has no letter that can be used.
        """
        arrival = self._arrival(label, previous)

        def transaction(database: Database) -> SignedIn | None:
            now = self._clock()
            link = try_code(database, nonce, code, Purpose.SIGN_IN, now)
            return None if link is None else arrival.sign_in(database, link.email, now)

        signed_in = self._writer.run(transaction)
        if signed_in is None:
            raise WrongCodeError("this is not the code in the letter")
        return signed_in

    def _arrival(self, label: str, previous: str | None) -> Arrival:
        session, account = (encode_id(self._entropy(ID_BYTES)) for _ in range(2))
        return Arrival(new_secret(self._entropy), session, account, label[:MAX_LABEL], previous)

    def _usable(self, link: SignInLink | None, nonce: str | None) -> SignInLink:
        if link is None or not is_usable(link, self._clock()):
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

    def language(self, actor: Actor) -> str | None:
        """Return the language that an account chose, None where it chose none."""
        with self._reader.read() as database:
            return store.language_of(database, actor.account)

    def choose_language(self, actor: Actor, language: str) -> None:
        """Keep the language that an account chose, for its letters and for browsers it signs in with later."""
        if self.language(actor) != language:
            self._writer.run(lambda database: store.set_language(database, actor.account, language))

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

    def is_recent(self, secret: str) -> bool:
        """Tell whether a session began so lately that it may change how its account is entered."""
        with self._reader.read() as database:
            session = store.find_session(database, digest(secret))
        return session is not None and self._clock() - session.created < SESSION_RECENT

    def end_session(self, actor: Actor, session: str) -> None:
        """End one of the account's sessions, wherever it is. Raises NotFoundError if it has no such session."""

        def transaction(database: Database) -> None:
            if not store.delete_session(database, actor.account, session):
                raise NotFoundError("there is no such session of yours")
            record_action(database, self._clock(), actor.account, "session-ended", session)

        self._writer.run(transaction)

    def sign_out(self, secret: str) -> None:
        """End the session of a browser; one that has ended already is left alone."""
        self._writer.run(lambda database: end_session_of(database, secret, self._clock()))

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

    def email(self, actor: Actor) -> str | None:
        """Return the account's mail address."""
        with self._reader.read() as database:
            return store.email_of(database, actor.account)

    def export(self, actor: Actor, file: IO[bytes], start: Place = WHOLE) -> Place | None:
        """Write all that is kept about the account into a ZIP file, or very much of it in parts.

        Return where the next part begins, None after the last.
        """
        self._writer.run(lambda db: record_action(db, self._clock(), actor.account, "exported", actor.account))
        with self._reader.read() as database:
            return write_export(database, actor.account, self._host, file, start)

    def forget_expired(self, now: int) -> None:
        """Remove links, tokens and sessions that can no longer be used at `now`; the scheduler calls it."""
        self._writer.run(
            lambda database: store.delete_expired(database, now, now - SESSION_IDLE, now - SESSION_ABSOLUTE)
        )


def _is_live(session: Session, now: int) -> bool:
    """Tell whether a session may still be used; one that was begun by a clock far ahead would last for ever."""
    is_recent = now < session.seen + SESSION_IDLE and now < session.created + SESSION_ABSOLUTE
    return is_recent and not is_ahead(max(session.seen, session.created), now)


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
