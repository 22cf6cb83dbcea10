import email
import io
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from registry.config import Config
from registry.errors import UnavailableError
from registry.mail.sender import PrintingMailer, SmtpMailer, open_mailer

SENDER = "registry@registry.example"


class MailServer(Controller):
    """Listens on a port that was free."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class Inbox:
    """Keeps every message; refuses recipients at refused.example."""

    def __init__(self):
        self.messages = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.endswith("@refused.example"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.messages.append((envelope.mail_from, envelope.rcpt_tos, envelope.content, session.ssl is not None))
        return "250 OK"


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def serve(inbox):
    """Starts a mail server on loopback; gives its port."""
    running = []

    def start(**settings):
        server = MailServer(inbox, hostname="127.0.0.1", port=0, **settings)
        server.start()
        running.append(server)
        return server.port

    yield start
    for server in running:
        server.stop()


def mailer(port, **settings):
    settings = {"host": "127.0.0.1", "timeout": 2, "starttls": False, **settings}
    return SmtpMailer(port=port, sender=SENDER, **settings)


def test_a_letter_arrives_as_it_was_written(serve, inbox):
    mailer(serve()).send("aoi@studio.example", "サインイン", "一行目\n\nhttps://registry.example/sign-in/x\n")
    ((sender, recipients, content, _),) = inbox.messages
    message = email.message_from_bytes(content, policy=default)
    assert (sender, recipients) == (SENDER, ["aoi@studio.example"])
    assert message["Subject"] == "サインイン"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@registry.example>")
    assert message.get_content().replace("\r\n", "\n") == "一行目\n\nhttps://registry.example/sign-in/x\n"


def test_a_link_survives_the_journey_in_one_line(serve, inbox):
    link = "https://registry.example/sign-in/" + "x" * 43
    mailer(serve()).send("aoi@studio.example", "Sign in", f"Open:\n\n{link}\n")
    assert link.encode() in inbox.messages[0][2].splitlines()


def test_submission_is_encrypted_and_the_certificate_is_checked(serve, inbox, authority):
    port = serve(tls_context=authority.server("localhost"), require_starttls=True)
    with pytest.raises(UnavailableError):
        mailer(port, starttls=True).send("aoi@studio.example", "Sign in", "text")
    assert inbox.messages == []
    mailer(port, host="localhost", starttls=True, tls=authority.trust).send(
        "aoi@studio.example", "Sign in", "text"
    )
    assert [encrypted for *_, encrypted in inbox.messages] == [True]


def test_a_server_that_does_not_offer_encryption_gets_no_letter(serve, inbox):
    with pytest.raises(UnavailableError):
        mailer(serve(), starttls=True).send("aoi@studio.example", "Sign in", "text")
    assert inbox.messages == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_server_that_wants_a_password_gets_it(serve, inbox, tmp_path):
    def authenticate(server, session, envelope, mechanism, credentials):
        return AuthResult(success=(credentials.login, credentials.password) == (b"registry", b"secret"))

    port = serve(authenticator=authenticate, auth_required=True, auth_require_tls=False)
    with pytest.raises(UnavailableError):
        mailer(port).send("aoi@studio.example", "Sign in", "text")
    password = tmp_path / "password"
    password.write_text("secret\n")
    config = Config(
        smtp_host="127.0.0.1", smtp_port=port, smtp_starttls=False, smtp_user="registry",
        smtp_password_file=password, mail_from=SENDER, smtp_timeout=2,
    )  # fmt: skip
    open_mailer(config).send("aoi@studio.example", "Sign in", "text")
    assert len(inbox.messages) == 1


def test_a_refused_letter_is_unavailable_and_says_when_to_come_back(serve):
    with pytest.raises(UnavailableError) as caught:
        mailer(serve()).send("a@refused.example", "Sign in", "text")
    assert caught.value.retry_after == 60
    assert "a@refused.example" not in str(caught.value)


def test_no_server_is_unavailable(serve):
    with pytest.raises(UnavailableError):
        mailer(1).send("aoi@studio.example", "Sign in", "text")


def test_without_a_server_letters_are_printed():
    assert isinstance(open_mailer(Config(dev=True)), PrintingMailer)
    stream = io.StringIO()
    PrintingMailer(stream).send("aoi@studio.example", "Sign in", "https://registry.example/sign-in/x")
    assert "https://registry.example/sign-in/x" in stream.getvalue()
