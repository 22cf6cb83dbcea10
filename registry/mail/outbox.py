"""Sending the letters that transactions promised: after the commit, and again until the mail server takes them."""

import logging
import threading

from sqlite_utils import Database

from registry.errors import UnavailableError
from registry.mail.sender import Mailer
from registry.store.accounts import email_of, find_party
from registry.store.database import Store
from registry.store.queued_mail import QueuedMail, delete_letter, waiting_letters
from registry.store.writer import Writer

MOST_AT_ONCE = 50

_log = logging.getLogger(__name__)


class Outbox:
    """The letters that wait. One thread sends at a time; a letter is forgotten once it was taken."""

    def __init__(self, writer: Writer, store: Store, mailer: Mailer) -> None:
        self._writer = writer
        self._store = store
        self._mailer = mailer
        self._sending = threading.Lock()

    def send(self) -> None:
        """Send what waits, as far as the mail server takes it; what it does not take waits for the next time."""
        if not self._sending.acquire(blocking=False):
            return
        try:
            with self._store.read() as reading:
                letters = [
                    (letter, _address(reading, letter)) for letter in waiting_letters(reading, MOST_AT_ONCE)
                ]
            for letter, address in letters:
                self._send(letter, address)
        except UnavailableError as error:
            _log.warning("letters wait: %s", error)
        finally:
            self._sending.release()

    def _send(self, letter: QueuedMail, address: str | None) -> None:
        if address is not None:
            self._mailer.send(address, letter.subject, letter.text)

        def transaction(database: Database) -> None:
            delete_letter(database, letter.position)

        self._writer.run(transaction)


def _address(database: Database, letter: QueuedMail) -> str | None:
    party = find_party(database, letter.party)
    return None if party is None else email_of(database, party.account)
