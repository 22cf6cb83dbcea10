"""Letters the registry sends, and the two ways they leave: a mail server, or the terminal of a developer.

A letter is plain text and carries no more than its reader needs to act on. No address and no text is ever logged.
"""

import smtplib
import ssl
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from typing import Protocol, TextIO

from registry.config import Config
from registry.errors import UnavailableError

RETRY_AFTER = 60
"""Seconds after which a letter that could not be sent may be asked for again."""


class Mailer(Protocol):
    """Something that sends letters."""

    def send(self, to: str, subject: str, text: str) -> None:
        """Hand one letter over. Raises UnavailableError when it was not taken."""


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Hands letters to a mail server, one connection each. `timeout` is in seconds and holds for every step."""

    host: str
    port: int
    sender: str
    timeout: float
    starttls: bool
    user: str = ""
    password: str = ""
    tls: ssl.SSLContext | None = None

    def send(self, to: str, subject: str, text: str) -> None:
        """Hand one letter over. Raises UnavailableError when the server does not take it."""
        try:
            with smtplib.SMTP(self.host, self.port, timeout=self.timeout) as server:
                if self.starttls:
                    server.starttls(context=self.tls or ssl.create_default_context())
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(letter(self.sender, to, subject, text), to_addrs=[to])
        except (
            Exception
        ) as error:  # a server's answer may be anything; what it says may hold an address, so no log
            raise UnavailableError(
                "the mail could not be sent; nothing is wrong with the address you gave", retry_after=RETRY_AFTER
            ) from error


@dataclass(frozen=True, slots=True)
class PrintingMailer:
    """Prints letters instead of sending them, for a machine of one's own."""

    stream: TextIO

    def send(self, to: str, subject: str, text: str) -> None:
        """Print one letter."""
        self.stream.write(f"--- mail to {to}: {subject}\n{text}\n---\n")
        self.stream.flush()


def open_mailer(config: Config) -> Mailer:
    """Return the mailer that `config` describes; without a mail server, letters are printed."""
    if not config.smtp_host:
        return PrintingMailer(sys.stderr)
    password = config.smtp_password_file.read_text().strip() if config.smtp_password_file else ""
    return SmtpMailer(
        host=config.smtp_host,
        port=config.smtp_port,
        sender=config.mail_from,
        timeout=config.smtp_timeout,
        starttls=config.smtp_starttls,
        user=config.smtp_user,
        password=password,
    )


def letter(sender: str, to: str, subject: str, text: str) -> EmailMessage:
    """Return one plain-text message. Marked as automatic (RFC 3834), so that no holiday notice answers it."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    local, _, domain = to.rpartition("@")
    message["To"] = Address(username=local, domain=domain)
    message["Subject"] = subject
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].rstrip(">") or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message
