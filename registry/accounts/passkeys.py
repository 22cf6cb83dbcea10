"""Passkeys (W3C Web Authentication): a device signs its owner in, by a key that works at our address alone.

A passkey names its account itself, so the page to sign in asks for no address and tells nothing about any. What a
browser sends is verified in `registry.accounts.ceremonies`; here are the challenges it answers, each used once,
and what is kept. A counter that does not go up means that a passkey was copied, and it is refused.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from sqlite_utils import Database

from crawler_filter.formats.record import ID_BYTES, encode_id
from crawler_filter.formats.visible_text import invisible
from registry.accounts.arrival import Arrival, SignedIn
from registry.accounts.ceremonies import Place, refused
from registry.accounts.challenges import CHALLENGE_SECONDS, Challenges
from registry.config import Config
from registry.errors import ConflictError, FieldError, InvalidRequestError, NotFoundError
from registry.mail import address_letters as letters
from registry.mail.outbox import Outbox
from registry.model.credentials import new_secret
from registry.model.declaration import Actor
from registry.store import accounts as store
from registry.store import passkeys as rows
from registry.store.audit import record_action
from registry.store.database import Store
from registry.store.passkeys import Passkey
from registry.store.queued_mail import insert_letter
from registry.store.writer import Writer

MOST_PASSKEYS: Final = 20
"""Passkeys of one account."""

MAX_LABEL: Final = 100
_CHALLENGE_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Ceremony:
    """One use of a passkey as a browser gets it: `options` as JSON for its script, and a nonce for its cookie."""

    nonce: str
    options: str


class Passkeys:
    """Adds passkeys, and signs their owners in. `clock` gives unix seconds, `elapsed` counts seconds."""

    def __init__(
        self,
        config: Config,
        writer: Writer,
        reader: Store,
        outbox: Outbox,
        *,
        clock: Callable[[], int],
        elapsed: Callable[[], float],
        entropy: Callable[[int], bytes],
    ) -> None:
        self._public_url = config.public_url
        self._place = Place(config.origin.partition(":")[0], config.public_url)
        self._writer = writer
        self._reader = reader
        self._outbox = outbox
        self._clock = clock
        self._entropy = entropy
        self._challenges = Challenges(elapsed)

    @property
    def offered(self) -> bool:
        """Tell whether browsers make passkeys for the registry's address: not for a bare IP address."""
        return not _is_ip(self._place.host)

    def begin_adding(self, actor: Actor, *, network: str) -> Ceremony:
        """Return what a browser needs to make a passkey for an account."""
        nonce, challenge = new_secret(self._entropy), self._entropy(_CHALLENGE_BYTES)
        with self._reader.read() as database:
            email = store.email_of(database, actor.account) or actor.account
            known = rows.passkeys_of(database, actor.account)
        options = self._place.ask_for_new(challenge, actor.account, email, known, CHALLENGE_SECONDS)
        self._challenges.issue(nonce, challenge, network=network, account=actor.account)
        return Ceremony(nonce, options)

    def add(self, actor: Actor, nonce: str | None, answer: str, label: str) -> Passkey:
        """Keep the passkey that a browser made, and tell every address.

        Raises WrongPasskeyError, InvalidRequestError for its name, or ConflictError where there are too many.
        """
        _check_label(label)
        made = self._place.made(self._challenges.take(nonce, actor.account), answer)
        passkey = Passkey(
            encode_id(self._entropy(ID_BYTES)),
            made.credential,
            actor.account,
            made.key,
            made.counter,
            label.strip(),
            self._clock(),
        )

        def adding(database: Database) -> None:
            if len(rows.passkeys_of(database, actor.account)) >= MOST_PASSKEYS:
                raise ConflictError("an account has at most %(most)s passkeys; remove one", most=MOST_PASSKEYS)
            if rows.find_passkey(database, passkey.credential) is not None:
                raise ConflictError("this passkey is in use already")
            rows.insert_passkey(database, passkey)
            record_action(database, self._clock(), actor.account, "passkey-added", passkey.id)
            self._tell(database, actor, letters.PASSKEY_ADDED, passkey.label)

        self._write(adding)
        return passkey

    def begin_sign_in(self, *, network: str) -> Ceremony:
        """Return what a browser needs to sign somebody in; nobody has to say who that is."""
        nonce, challenge = new_secret(self._entropy), self._entropy(_CHALLENGE_BYTES)
        options = self._place.ask_for_known(challenge, CHALLENGE_SECONDS)
        self._challenges.issue(nonce, challenge, network=network)
        return Ceremony(nonce, options)

    def sign_in(self, nonce: str | None, answer: str, *, label: str = "", previous: str | None = None) -> SignedIn:
        """Sign a browser in by its passkey, in a new session that replaces the `previous` one.

        Raises WrongPasskeyError, whatever is wrong with it.
        """
        used = self._place.used(self._challenges.take(nonce), answer, self._find)
        session, account = (encode_id(self._entropy(ID_BYTES)) for _ in range(2))
        arrival = Arrival(new_secret(self._entropy), session, account, label[:MAX_LABEL], previous)

        def arriving(database: Database) -> SignedIn:
            now, kept = self._clock(), rows.find_passkey(database, used.credential)
            if kept is None or (used.counter <= kept.counter and (used.counter or kept.counter)):
                raise refused()  # it was removed, or used by somebody else, while this was verified
            rows.note_use(database, kept.id, used.counter, now)
            return arrival.begin(database, kept.account, now)

        return self._writer.run(arriving)

    def of(self, actor: Actor) -> Sequence[Passkey]:
        """Return the passkeys of an account, the oldest first."""
        with self._reader.read() as database:
            return rows.passkeys_of(database, actor.account)

    def rename(self, actor: Actor, passkey: str, label: str) -> None:
        """Call a passkey otherwise. Raises InvalidRequestError, or NotFoundError where it is not the account's."""
        _check_label(label)

        def renaming(database: Database) -> None:
            if not rows.rename_passkey(database, actor.account, passkey, label.strip()):
                raise _unknown()

        self._writer.run(renaming)

    def remove(self, actor: Actor, passkey: str) -> None:
        """Remove a passkey, and tell every address. Raises NotFoundError where it is not the account's."""

        def removing(database: Database) -> None:
            label = {each.id: each.label for each in rows.passkeys_of(database, actor.account)}.get(passkey)
            if label is None or not rows.delete_passkey(database, actor.account, passkey):
                raise _unknown()
            record_action(database, self._clock(), actor.account, "passkey-removed", passkey)
            self._tell(database, actor, letters.PASSKEY_REMOVED, label)

        self._write(removing)

    def _find(self, credential: bytes) -> Passkey | None:
        with self._reader.read() as database:
            return rows.find_passkey(database, credential)

    def _tell(self, database: Database, actor: Actor, words: tuple[str, str], label: str) -> None:
        letter = letters.filled(words, self._public_url, label=label)
        for address in store.addresses_of_account(database, actor.account):
            insert_letter(database, actor.account, "", *letter, self._clock(), address)

    def _write(self, transaction: Callable[[Database], None]) -> None:
        self._writer.run(transaction)
        self._outbox.send()


def _check_label(label: str) -> None:
    if not 1 <= len(label.strip()) <= MAX_LABEL or invisible(label):
        error = FieldError("/label", "expected a name of 1 to %(most)s characters, to know it by", most=MAX_LABEL)
        raise InvalidRequestError("the passkey cannot be called that", errors=(error,))


def _unknown() -> NotFoundError:
    return NotFoundError("there is no such passkey of yours")


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
