"""Nothing typed is lost, whichever form it was typed into: each POST form of each page is found, filled in and refused.

The refusals are those that people meet: the session has ended, too much at once, too large, out of order, something
wrong in it. And whatever the page, another language loses nothing, without a script: each form has buttons for it. The old code lost what was larger than a form may be and what was refused
with 403, 404, 405 or 410, showed nothing to change after 409 and 422, and forgot the text of the answer for everybody.
"""

import re
from dataclasses import dataclass
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup

from registry import rate_limits
from registry.errors import UnavailableError
from registry.model.role import Role
from tests.registry.instance import session
from tests.registry.studio import Lab, Studio
from tests.registry.web.everything import addresses, do_everything
from tests.registry.web.person import OURS, fields
from tests.simulators.crawler import CrawlerSite, serve

pytestmark = pytest.mark.whole

TYPED = "input[type=text], input[type=email], input[type=url], textarea"
ORIGIN = "https://registry.example"
OWNER, LAB, DESK = "aoi@example.com", "lab@crawler.example", "desk@registry.example"


@dataclass(frozen=True)
class Form:
    """A form as a reader sees it: where it goes, what it sends once filled in, and where its button for Japanese goes.

    `kind` is how it is sent: "post", "get", or "upload" where a file belongs to it, which cannot be given back.
    """

    reader: str
    page: str
    action: str
    sent: tuple[tuple[str, str], ...]
    typed: tuple[str, ...]
    speaks: str | None
    kind: str

    @property
    def marks(self):
        return [value for name, value in self.sent if name in self.typed]


@pytest.fixture
def world(registry, letterbox, authority, internet, zone, app):
    """Everything there is to fill in, and a browser for each of those who fill it in."""
    lab, studio = Lab(registry, letterbox, LAB), Studio(registry, letterbox, OWNER)
    with serve(CrawlerSite(), authority, internet, zone):
        lab.prove_domain(zone)
        made = do_everything(studio, lab, lab.add(), zone)
    studio.declare(("domain", "not-proved.com"))
    Studio(registry, letterbox, DESK)
    registry.roles.grant(DESK, Role.OPERATOR)
    clients = {"nobody": app.test_client()}
    for reader in (OWNER, LAB, DESK):
        clients[reader] = app.test_client()
        secret = session(registry, letterbox, reader).secret
        clients[reader].set_cookie("__Host-session", secret, secure=True, domain="registry.example")
    return made, clients


@pytest.fixture
def forms(every_form):
    return [form for form in every_form if form.kind == "post"]


@pytest.fixture
def every_form(world, app):
    made, clients = world
    found = {}
    questions = [f"/declare/{made.numbers[-1]}/{name}" for name in ("who", "what", "where", "uses", "terms")]
    there = [*dict.fromkeys(path for rule, path in addresses(app, made) if is_page(app, rule)), *questions]
    there = [path for path in there if clients[OWNER].get(path, base_url=ORIGIN).status_code != 404]
    there.remove("/language/ja")  # it would be the start page in Japanese
    for reader, client in clients.items():
        for path in there:
            client.set_cookie("language", "en", domain="registry.example")
            answer = client.get(path, base_url=ORIGIN, follow_redirects=True)
            if answer.mimetype == "text/html" and answer.status_code == 200:
                for form in read_forms(reader, answer):
                    found.setdefault((re.sub(r"[a-z2-7]{26}", "*", form.action), form.typed, form.kind), form)
            answer.close()
    assert len(found) > 15
    return list(found.values())


def is_page(app, rule):
    """Tell whether a rule is one of people's pages."""
    return any(each.rule == rule and each.endpoint.startswith("web.") for each in app.url_map.iter_rules())


def read_forms(reader, answer):
    page = html(answer)
    for form in page.select("form"):
        names = tuple(dict.fromkeys(field["name"] for field in form.select(TYPED) if field.get("name")))
        if not names or form.has_attr("hidden"):  # a script shows it, and keeps what is typed
            continue
        sent = fields(form) | {name: f"Tippwerk am {name}" for name in names}
        button = next((each for each in form.select("button[name]") if each["value"] not in ("en", "ja")), None)
        sent |= {button["name"]: button["value"]} if button else {}
        where = answer.request.path
        action = urljoin(where, form.get("action") or where)
        kind = "upload" if form.get("enctype") == "multipart/form-data" else form.get("method", "get")
        yield Form(reader, where, action, tuple(sent.items()), names, speaks(page, form, action), kind)


def speaks(page, form, action):
    """Return where the button for Japanese sends a form as a POST of ordinary fields; None where there is none."""
    speaking = 'button[name=_language][value="ja"]'
    button = form.select_one(speaking) or page.select_one(f'{speaking}[form="{form.get("id")}"]')
    if button is None:
        return None
    method, encoding = button.get("formmethod", form.get("method")), button.get("formenctype", form.get("enctype"))
    return button.get("formaction", action) if method == "post" and encoding != "multipart/form-data" else None


def send(client, form, **more):
    return client.post(
        form.action, data=dict(form.sent) | more, base_url=ORIGIN, headers=OURS | {"Referer": ORIGIN + form.page}
    )


def html(answer):
    return BeautifulSoup(answer.data, "lxml")


def shown(answer):
    """What a page says, but for what somebody types."""
    page = html(answer)
    for each in page.select("textarea, noscript, time, header"):
        each.decompose()
    return page.get_text(" ", strip=True)


def kept(answer):
    """What the fields of a page hold."""
    return [field.get("value") or field.get_text() for field in html(answer).select("main input, main textarea")]


def lost(answer, form):
    held = [each.strip() for each in kept(answer)]
    return [mark for mark in form.marks if not any(mark.casefold() in each.casefold() for each in held)]


def test_a_refusal_of_whatever_kind_loses_nothing(forms, world, registry, app, monkeypatch):
    """The session has ended, something of ours fails, too much comes at once."""
    ended = [form for form in forms if form.reader != "nobody"]
    refused = [(form, answer) for form in ended if (answer := send(app.test_client(), form)).status_code == 401]
    assert len(refused) > 12
    with monkeypatch.context() as patch:
        patch.setattr(type(registry.writer), "run", fail)
        answers = [(form, send(world[1][form.reader], form)) for form in forms]
    assert sum(answer.status_code == 503 for _, answer in answers) > 5
    refused += [(form, answer) for form, answer in answers if answer.status_code != 303]
    registry.limiter.owe(rate_limits.WRITES, "127.0.0.1", 10 * rate_limits.WRITES.quota)
    answers = [(form, send(world[1][form.reader], form)) for form in forms]
    assert {answer.status_code for _, answer in answers} == {429}
    lacking = [(form.action, answer.status_code, lost(answer, form)) for form, answer in refused + answers]
    assert [each for each in lacking if each[2]] == []


def test_each_form_of_each_page_has_a_change_of_language_that_loses_nothing_and_does_nothing(every_form, world):
    assert {form.kind for form in every_form} == {"post", "get", "upload"}
    assert [(form.page, form.typed) for form in every_form if form.speaks is None] == []
    for form in every_form:
        client = world[1][form.reader]
        before = shown(client.get(form.page, base_url=ORIGIN, query_string={"lang": "ja"}))
        data = dict(form.sent) | {"_language": "ja"}
        answer = client.post(
            form.speaks, data=data, base_url=ORIGIN, headers=OURS | {"Referer": ORIGIN + form.page}
        )
        assert (answer.status_code, html(answer).html["lang"]) == (200, "ja"), form.speaks
        assert lost(answer, form) == [], form.speaks
        assert shown(answer) == before, form.speaks
        assert all(each.get("action") for each in html(answer).select("form")) or form.speaks == form.action
        client.delete_cookie("language", domain="registry.example")


def test_what_is_wrong_or_too_large_is_given_back_to_be_changed(forms, world, registry):
    refused = 0
    for number, form in enumerate(forms):
        client = world[1][form.reader]
        client.set_cookie("language", ("en", "ja")[number % 2], domain="registry.example")
        registry.limiter.owe(rate_limits.WRITES, "127.0.0.1", -10 * rate_limits.WRITES.quota)
        text = f"Tippwerk {'lang ' * 110_000} Ende"
        answer = send(client, form, **{form.typed[0]: text})
        assert answer.status_code == 413, form.action
        assert text in answer.text, form.action
        for wrong in ("\N{BELL}", " " + "zu lang " * 4_000):
            registry.limiter.owe(rate_limits.WRITES, "127.0.0.1", -10 * rate_limits.WRITES.quota)
            answer = send(client, form, **{name: f"Tippwerk am {name}{wrong}" for name in form.typed})
            if answer.status_code == 303:
                continue  # it was taken
            refused += 1
            assert answer.status_code < 500, form.action
            assert lost(answer, form) == [], (form.action, answer.status_code)
    assert refused > 20


def fail(*_, **__):
    raise UnavailableError("not now", retry_after=60)
