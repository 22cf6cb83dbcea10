"""Sending the letters that transactions promised: after the commit, and again until the mail server takes them."""

import logging
import threading
from collections.abc import Callable
from itertools import takewhile
from typing import Final

from sqlite_utils import Database

from registry.background.rounds import Rounds
from registry.errors import UnavailableError
from registry.mail.language import in_language
from registry.mail.sender import Mailer
from registry.store.accounts import email_of
from registry.store.database import Store
from registry.store.queued_mail import QueuedMail, delete_letter, waiting_letters
from registry.store.writer import Writer

_log = logging.getLogger(__name__)

MOST_AT_ONCE: Final = 50
RETRY_SECONDS: Final = 300.0
"""How long a letter waits that was not taken."""
SENDING_SECONDS: Final = 20.0
"""How long letters are tried in one round; a mail server that is down takes its time for each."""


class Outbox:
    """The letters that wait. One thread sends at a time; a letter is forgotten once it was taken.

    A letter that the mail server does not take waits and lets the others go first. `elapsed` counts seconds.
    """

    def __init__(self, writer: Writer, store: Store, mailer: Mailer, elapsed: Callable[[], float]) -> None:
        self.rounds = Rounds("letters", elapsed, pause=RETRY_SECONDS)
        self._elapsed = elapsed
        self._writer = writer
        self._store = store
        self.mailer = mailer
        self._sending = threading.Lock()

    def send(self) -> None:
        """Send what waits, as far as the mail server takes it; what it does not take waits for the next time."""
        if not self._sending.acquire(blocking=False):
            return
        try:
            with self._store.read() as reading:
                waiting = waiting_letters(reading, MOST_AT_ONCE + self.rounds.waiting)
                letters = [(letter, _address(reading, letter)) for letter in waiting]
            until = self._elapsed() + SENDING_SECONDS
            in_time = takewhile(lambda _: self._elapsed() < until, letters)
            self.rounds.take(in_time, lambda each: each[0].position, lambda each: self._send(*each))
        finally:
            self._sending.release()

    def tell(self, address: str, subject: str, text: str, language: str | None) -> None:
        """Try once to send a letter of which nothing may be kept, because its reader is about to be erased."""
        try:
            self.mailer.send(address, *in_language(subject, text, language))
        except UnavailableError:
            _log.warning("a letter was not taken by the mail server, and is not kept")

    def _send(self, letter: QueuedMail, address: str | None) -> None:
        if address is not None:
            self.mailer.send(address, *in_language(letter.subject, letter.text, letter.language))

        def transaction(database: Database) -> None:
            delete_letter(database, letter.position)

        self._writer.run(transaction)


def _address(database: Database, letter: QueuedMail) -> str | None:
    if letter.account is None:
        return letter.address
    return email_of(database, letter.account)
