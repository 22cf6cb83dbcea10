"""Who may do what: every route of the application, for everybody there can be, as one table.

`authorisation.txt` beside this file is that table. A route that is new fails until it is put in; write the file anew
with OPTOUT_WRITE_MATRIX=1, and read what changed as carefully as the code. Each cell is one request that nothing is
kept of: `+` it is allowed (what was sent may still be wrong), `-` refused or hidden, `?` sent to sign in.
"""

import os
import re
from pathlib import Path

import pytest

from registry.api.table import OPERATIONS
from registry.control.challenges import Method
from registry.model.credentials import TokenScope
from registry.model.declaration import WorkKind, WorkRequest
from registry.model.dispute import DisputeRequest
from registry.model.enquiry import Question, Subject
from registry.model.imports import ImportRequest
from registry.model.membership import Invited, MemberRole
from registry.model.role import Role
from registry.server.app import create_app
from tests.registry.api.conftest import LIMITS, Caller, Service, make_caller
from tests.registry.api.examples import EXAMPLES
from tests.registry.instance import session
from tests.registry.studio import SHA, Studio
from tests.registry.web.person import OURS
from tests.simulators.authenticator import Authenticator

KINDS = {"web.start_import": "multipart/form-data; boundary=x", "web.receive_import": "application/octet-stream"}
"""Pages that take something else than a form of fields."""
MATRIX = Path(__file__).with_name("authorisation.txt")
PEOPLE = ("other", "owner", "editor", "agent", "reader", "moderator", "operator", "suspended")
TOKENS = tuple(f"{who}/{scope}" for who in PEOPLE for scope in ("read", "declare"))
EVERYBODY = ("nobody", *PEOPLE, *TOKENS)
OF_WORK = ("change_work", "consent", "amend_work", "work", "protect_work", "merge_work", "delete_work")
FORMS = {
    "POST /desk/d/<number>": {"do": "hold"},
    "POST /desk/disputes/<dispute>": {"do": "open"},
    "POST /parties/<party>/rename": {"name": "Another"},
    "POST /parties/<party>/invitations": {"email": "x@example.com", "role": "reader"},
    "POST /account/passkeys/<passkey>/rename": {"label": "another"},
    "POST /invitation/<secret>": {"do": "accept"},
}
"""Forms that say nothing of whoever sends them before they hold something."""


@pytest.fixture
def settings():
    return {"limits": LIMITS}


@pytest.fixture
def world(registry, letterbox, zone, clock):
    """One party with a member in every role, and one thing of each kind that it can have."""
    owner = Studio(registry, letterbox, "owner@example.com")
    secrets = {"owner": session(registry, letterbox, "owner@example.com")}
    for who in PEOPLE:
        if who != "owner":
            secrets[who] = session(registry, letterbox, f"{who}@example.com")
    for who, role in (
        ("editor", MemberRole.EDITOR), ("agent", MemberRole.AGENT), ("reader", MemberRole.READER),
        ("suspended", MemberRole.OWNER),
    ):  # fmt: skip
        registry.members.invite(owner.actor, owner.party.id, f"{who}@example.com", Invited(role.value))
        link = re.search(r"/invitation/([\w-]+)", letterbox.letters[-1][2])[1]
        registry.members.accept(secrets[who].actor, link)
    registry.roles.grant("moderator@example.com", Role.MODERATOR)
    registry.roles.grant("operator@example.com", Role.OPERATOR)
    tokens = {
        f"{who}/{scope}": registry.accounts.create_token(
            secrets[who].actor, label="x", scope=TokenScope(scope), days=3
        )[0]
        for who in PEOPLE
        for scope in ("read", "declare")
    }
    registry.moderation.suspend("suspended@example.com", "a reason")
    return owner, secrets, tokens


@pytest.fixture
def values(world, registry, letterbox):
    """What stands in the addresses of pages, by page where it matters."""
    owner, secrets, _ = world
    number = owner.declare(("sha256", SHA), ("url", "https://example.com/a")).id
    pending = owner.declare(("domain", "example.org")).id
    challenge = registry.proofs.request_proof(owner.actor, pending, Method.DNS_TXT).id
    work = _work(registry, owner)
    rival = make_caller(registry, letterbox, "rival@example.net")
    registry.consents.consent(owner.actor, work, rival.party.id)
    registry.co_owners.ask(owner.actor, number, rival.party.id)
    dispute, _secret = registry.disputes.make(number, DisputeRequest("other", "x", "v@example.net"))
    draft = registry.drafts.save_draft(owner.actor, None, {"party": owner.party.id})
    token = registry.accounts.tokens(owner.actor)[0].id
    waiting = owner.declare(("sha1", "a" * 40)).id
    registry.changes.withdraw(owner.actor, waiting)
    job = registry.imports.start(owner.actor, ImportRequest(owner.party.id, "a.csv", 9, ("train-ai",))).id
    operator = registry.operators.add(owner.actor, owner.party.id, "https://bots.example.com/card").id
    asked = Subject(declaration=number, question=Question.IN_TRAINING)
    enquiry = registry.enquiries.ask_operator(owner.actor, owner.party.id, operator, asked).id
    invitation = registry.members.invite(owner.actor, owner.party.id, "other@example.com", Invited.READER).id
    link = re.search(r"/invitation/([\w-]+)", letterbox.letters[-1][2])[1]
    passkey, keep = _ways_in(registry, letterbox, owner.actor)
    fixed = {
        "passkey": passkey, "number": number, "draft": draft, "token": token, "dispute": dispute.id, "challenge": challenge, "name": "who",
        "session": registry.accounts.session_id(secrets["owner"].secret), "party": owner.party.id, "slug": "gone",
        "account": secrets["reader"].actor.account, "invitation": invitation, "language": "en", "filename": "site.css", "path": "manifest",
        "secret": "a" * 43, "log": "x", "id": number, "host": "example.com", "job": job, "title": "x",
    }  # fmt: skip
    of_work = {name: {"number": work} for name in OF_WORK}
    of_pending = {name: {"number": pending} for name in ("prove", "choose_proof", "check_proof")}
    special = {"revoke_consent": {"number": work, "party": rival.party.id}, "stop_own": {"number": waiting},
               "leave_co_owners": {"number": number, "party": rival.party.id},
               "invitation": {"secret": link}, "answer_invitation": {"secret": link},
               "keep_address": {"secret": keep}, "stop_change": {"secret": keep}}  # fmt: skip
    pages = (
        "operator",
        "prove_operator",
        "check_operator",
        "ask_operator",
        "send_question",
        "disclosure",
        "disclosure_csv",
    )
    of_operator = {name: {"number": operator} for name in pages}
    hook = registry.webhooks.add(owner.actor, owner.party.id, "https://hooks.example.com/").id
    of_webhook = {name: {"number": hook} for name in ("webhook", "act_on_webhook")}
    of_enquiry = {name: {"number": enquiry} for name in ("enquiry", "act_on_enquiry")}
    return fixed, {**of_work, **of_pending, **special, **of_operator, **of_enquiry, **of_webhook}, rival


def _ways_in(registry, letterbox, actor):
    """A passkey of an account, and the link that stops the change of its address."""
    begun = registry.passkeys.begin_adding(actor, network="192.0.2.1")
    passkey = registry.passkeys.add(actor, begun.nonce, Authenticator().make(begun.options), "phone").id
    nonce = registry.addresses.request_code(actor, "owner@second.example")
    code = re.search(r"\d{4} \d{4}", letterbox.letters[-1][2])[0]
    registry.addresses.change_by_code(actor, nonce, code)
    return passkey, re.search(r"/keep-address/([\w-]+)", letterbox.letters[-1][2])[1]


def _work(registry, owner):
    return registry.works.create_work(
        owner.actor, WorkRequest(owner.party.id, WorkKind.MANGA, {"en": "A work"})
    ).id


def pages(app):
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("api."):
            for method in sorted(rule.methods & {"GET", "POST"}):
                yield f"{method} {rule.rule}", method, rule


def sign(status, location):
    if status == 401 or location.startswith("/sign-in"):
        return "?"
    assert status < 500 or status == 503, status
    return "-" if status in (403, 404, 410) else "+"


def keep_nothing(registry, monkeypatch):
    """Undo in the database whatever a request does, and count nothing against anybody."""
    run = type(registry.writer).run

    def trying(writer, work):
        def undone(database):
            database.execute("SAVEPOINT trying")
            try:
                return work(database)
            finally:
                database.execute("ROLLBACK TO trying")
                database.execute("RELEASE trying")

        return run(writer, undone)

    monkeypatch.setattr(type(registry.writer), "run", trying)
    monkeypatch.setattr(registry.limiter, "take", lambda *_, **__: None)


def test_every_route_has_its_row(registry):
    rows = {row.rpartition("  ")[2] for row in MATRIX.read_text().splitlines() if not row.startswith("#")}
    routes = {name for name, _, _ in pages(create_app(registry))}
    assert rows == routes | {f"{operation.method} {operation.path}" for operation in OPERATIONS}


@pytest.mark.whole
def test_everybody_gets_what_the_table_says_and_every_route_is_in_it(
    registry, letterbox, world, values, zone, clock, monkeypatch
):
    app = create_app(registry)
    owner, secrets, tokens = world
    fixed, special, rival = values
    caller = Caller(owner.actor, owner.party, {TokenScope(s): tokens[f"owner/{s}"] for s in ("read", "declare")})
    service = Service(registry, app.test_client(), clock, letterbox, caller, rival, zone)
    examples = {name: example(service) for name, example in EXAMPLES.items()}
    keep_nothing(registry, monkeypatch)

    def client_of(who):
        client = app.test_client()
        if who in secrets:
            client.set_cookie("__Host-session", secrets[who].secret, domain="registry.example", secure=True)
        return client

    def ask(who, method, path, **sent):
        headers = {**OURS, **({"Authorization": f"Bearer {tokens[who]}"} if who in tokens else {})}
        headers |= sent.pop("headers", {})
        with client_of(who).open(
            path, method=method, base_url="https://registry.example", headers=headers, **sent
        ) as answer:
            return sign(answer.status_code, answer.headers.get("Location", ""))

    lines = []
    for name, method, rule in pages(app):
        given = fixed | special.get(rule.endpoint.removeprefix("web."), {})
        path = rule.build({key: given[key] for key in rule.arguments}, append_unknown=False)[1]
        form = {"data": FORMS[name]} if name in FORMS else {"content_type": KINDS.get(rule.endpoint)}
        cells = [ask(who, method, path, **form) for who in EVERYBODY]
        lines.append(line(name, cells))
    for operation in OPERATIONS:
        example = examples[operation.name]
        sent = (
            {}
            if example.body is None
            else (
                {"data": example.body, "content_type": "text/plain"}
                if isinstance(example.body, str)
                else {"json": example.body}
            )
        )
        sent["headers"] = {"Idempotency-Key": "matrix"} if operation.has_idempotency_key else {}
        cells = [ask(who, operation.method, example.path, **dict(sent)) for who in EVERYBODY]
        lines.append(line(f"{operation.method} {operation.path}", cells))
    found = "\n".join([HEAD, *sorted(lines)]) + "\n"
    if os.environ.get("OPTOUT_WRITE_MATRIX"):
        MATRIX.write_text(found)
    assert found == MATRIX.read_text(), "the table of who may do what has changed: see the top of this test"


def line(name, cells):
    sessions, by_token = cells[: 1 + len(PEOPLE)], cells[1 + len(PEOPLE) :]
    shown = "  ".join(sessions) + "  " + " ".join("".join(by_token[i : i + 2]) for i in range(0, len(by_token), 2))
    return f"{shown}  {name}"


HEAD = """# columns: sessions of nobody, other, owner, editor, agent, reader, moderator, operator, suspended owner;
# then API tokens, a pair (read, declare) for each of these people but nobody, in the same order.
# + allowed   - refused or hidden   ? sent to sign in"""
