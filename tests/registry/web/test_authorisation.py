"""Who may do what: every page and every form, for nobody, for somebody else, and for whoever it belongs to.

What the API allows to a token of each scope stands in `tests/registry/api/test_api.py`.
"""

import re
from enum import Enum

import pytest

from registry.model.dispute import DisputeRequest
from registry.model.enquiry import Question, Subject
from registry.model.imports import ImportRequest
from tests.registry.studio import SHA
from tests.registry.web.person import OURS
from tests.registry.web.test_journey import answer_up_to_review, declare_files


class For(Enum):
    """Whose a page is."""

    ANYBODY = "anybody"
    ACCOUNT = "anybody who is signed in"
    OWNER = "its owner"
    LINK = "whoever holds its link"
    DESK = "whoever has a role"


TABLE = {
    For.ANYBODY: {
        "GET home", "GET check", "GET check_site", "POST report_on_site", "GET verify", "GET privacy",
        "GET accessibility", "GET authority", "GET speak", "GET problem", "GET sign_in", "POST request_link", "POST use_code", "GET account_deleted",
        "GET open_link", "POST confirm_link", "POST sign_out", "GET record", "GET party_page", "GET work",
        "GET stats", "GET status", "GET about", "GET governance", "GET terms", "GET developers", "GET ai_companies",
        "GET robots", "GET security", "GET sitemap", "GET favicon", "GET badge", "GET certificate",
        "GET dispute_form", "POST make_dispute", "GET site", "GET static", "GET operators", "GET operator",
        "GET search", "GET feed", "GET site_feed", "GET title_feed",
    },
    For.ACCOUNT: {
        "GET account", "POST export_account", "GET delete_account", "POST request_deletion",
        "POST confirm_deletion", "POST keep_account", "POST create_token", "GET new_party", "POST create_party", "GET declare", "POST start",
        "GET declarations", "GET works", "GET new_work", "POST create_work",
        "GET imports", "POST start_import", "POST discard_import", "GET new_operator", "POST add_operator",
        "GET enquiries", "GET ask", "POST send_request", "GET ask_operator", "POST send_question",
        "GET unprotected_works", "GET files", "GET import_works",
    },
    For.OWNER: {
        "POST revoke_token", "POST end_session", "POST discard", "GET question", "POST answer", "GET review",
        "POST publish", "POST change", "GET withdraw", "POST confirm_withdraw", "POST stop_own", "GET prove",
        "POST choose_proof", "POST check_proof", "GET change_work", "POST amend_work", "POST answer_dispute", "POST mail_receipt",
        "POST consent", "POST revoke_consent", "POST receive_import", "GET import_job", "POST confirm_import",
        "GET import_problems", "GET import_report", "POST prove_operator", "POST check_operator", "GET enquiry",
        "POST act_on_enquiry", "POST set_standing_answer", "POST revoke_grant",
        "POST protect_work", "POST merge_work", "POST delete_work",
    },
    For.DESK: {
        "GET desk", "GET desk_find", "GET desk_dispute", "POST act_on_desk_dispute", "GET desk_declaration",
        "POST act_on_declaration", "POST reinstate",
    },
    For.LINK: {"GET stop", "POST confirm_stop", "GET dispute", "POST act_on_dispute"},
}  # fmt: skip
WHOSE = {route: whose for whose, routes in TABLE.items() for route in routes}
HARMLESS = {"POST discard"}
"""What somebody else may ask for, and nothing happens: a draft that is not theirs is not there for them."""


@pytest.fixture
def world(artist, registry, sign_in, app, visitor):
    """Something of every kind that belongs to the artist, and somebody else who is signed in."""
    number = declare_files(artist, SHA)
    answer_up_to_review(artist, "site", "art.example.com").press("Accept and go on to the proof")
    pending = re.search(r"/d/(\w+)/prove", artist.path)[1]
    artist.fill(method="http-file").press("Show me what to do")
    challenge = re.search(r"challenge-(\w+)", str(artist.page))[1]
    artist.open("/works/new").fill(titles="A work", kind="manga").press("Save the work")
    work = artist.path.removeprefix("/w/")
    artist.open("/declare").press("Start")
    draft = artist.path.split("/")[2]
    artist.open("/account").fill(label="script", scope="declare").press("Make a token")
    token = re.search(r"/account/tokens/(\w+)/", str(artist.page))[1]
    session = re.search(r"/account/sessions/(\w+)/", str(artist.page))[1]

    dispute, _ = registry.disputes.make(number, DisputeRequest("other", "x", "v@example.net"))
    cookie = artist.client.get_cookie("__Host-session", domain="registry.example")
    party = registry.declarations.get(number).party
    sent = ImportRequest(party, "a.csv", 9, ("train-ai",))
    owner = registry.accounts.actor_for_session(cookie.value)
    job = registry.imports.start(owner, sent).id
    operator = registry.operators.add(owner, party, "https://bots.example.com/card").id
    asked = Subject(declaration=number, question=Question.IN_TRAINING)
    enquiry = registry.enquiries.ask_operator(owner, party, operator, asked).id
    values = {"job": job, "number": number, "draft": draft, "token": token, "session": session, "dispute": dispute.id,
              "challenge": challenge, "name": "who", "party": registry.declarations.get(number).party,
              "slug": "gone", "account": "a" * 26, "host": "example.com", "title": "x", "language": "en", "filename": "site.css", "secret": "a" * 52}  # fmt: skip
    of_work, of_operator, of_enquiry = {"number": work}, {"number": operator}, {"number": enquiry}
    of_pending = {"number": pending}
    of_operators = ("operator", "prove_operator", "check_operator", "ask_operator", "send_question")
    return values, dict.fromkeys(of_operators, of_operator) | {"enquiry": of_enquiry, "act_on_enquiry": of_enquiry, "change_work": of_work, "consent": of_work, "revoke_consent": of_work, "protect_work": of_work, "merge_work": of_work, "delete_work": of_work, "amend_work": of_work, "work": of_work, "prove": of_pending,
                    "choose_proof": of_pending, "check_proof": of_pending}  # fmt: skip


def routes(app):
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("web."):
            for method in sorted(rule.methods & {"GET", "POST"}):
                yield f"{method} {rule.endpoint.removeprefix('web.')}", rule


KINDS = {"web.start_import": "multipart/form-data; boundary=x", "web.receive_import": "application/octet-stream"}


def ask(person, method, rule, values):
    path = rule.build({name: values[name] for name in rule.arguments}, append_unknown=False)[1]
    kind = {"content_type": KINDS[rule.endpoint]} if method == "POST" and rule.endpoint in KINDS else {}
    with person.client.open(path, method=method, base_url=person.origin, headers=OURS, **kind) as answer:
        return answer.status_code, answer.headers.get("Location", "")


def test_every_page_and_form_is_in_the_table(app):
    assert {name for name, _ in routes(app)} == set(WHOSE)


def test_nobody_and_somebody_else_get_only_what_is_theirs(app, world, visitor, sign_in, registry, monkeypatch):
    values, special = world
    other = sign_in("other@example.com")
    monkeypatch.setattr(registry.limiter, "take", lambda *_, **__: None)
    wrong = []
    for name, rule in routes(app):
        method, endpoint = name.split()
        whose, here = WHOSE[name], values | special.get(endpoint, {})
        for who, person in (("nobody", visitor), ("somebody else", other)):
            if endpoint == "sign_out":
                continue
            status, location = ask(person, method, rule, here)
            to_sign_in = location.startswith("/sign-in")
            refused = status in (401, 403, 404) or to_sign_in
            if whose in (For.OWNER, For.ACCOUNT, For.DESK) and who == "nobody":
                right = to_sign_in if method == "GET" else status == 401
            elif whose in (For.OWNER, For.DESK):
                right = status in (403, 404) or name in HARMLESS
            elif whose is For.ANYBODY and endpoint not in ("open_link", "confirm_link", "site"):
                right = status not in (401, 403, 404)
            elif whose is For.LINK:
                right = status in (404, 410) or endpoint == "stop"
            else:
                right = who == "somebody else" or refused or status in (410, 422)
            if not right or status >= 500:
                wrong.append((name, who, status, location))
    assert not wrong, wrong


def test_whoever_it_belongs_to_is_not_refused(app, world, artist, registry, monkeypatch):
    values, special = world
    monkeypatch.setattr(registry.limiter, "take", lambda *_, **__: None)
    wrong = []
    last = {
        "POST delete_work",
        "POST discard_import",
        "POST end_session",
        "POST sign_out",
        "POST discard",
        "POST revoke_token",
        "POST confirm_withdraw",
    }
    for name, rule in sorted(routes(app), key=lambda each: each[0] in last):
        method, endpoint = name.split()
        if WHOSE[name] in (For.OWNER, For.ACCOUNT) and name != "POST end_session":
            status, location = ask(artist, method, rule, values | special.get(endpoint, {}))
            if name in ("POST revoke_consent", "POST revoke_grant") and status == 404:
                continue  # there is none to end
            if status in (401, 403, 404) or status >= 500 or location.startswith("/sign-in"):
                wrong.append((name, status, location))
    assert not wrong, wrong
