"""Names: one consent covers one person everywhere, and beside every name stands what was checked."""

import io
import zipfile
from functools import reduce
from urllib.parse import unquote

import pytest

from crawler_filter.evidence.gathering import gather
from crawler_filter.evidence.sheet import lines
from crawler_filter.log import Trust
from registry.control.challenges import Method
from registry.model.declaration import DeclarationRequest, ScopeRequest
from registry.model.party import AUTHORITY_STATEMENT, Capacity, PartyRequest
from tests.registry.instance import session, sign_in
from tests.registry.permissions.test_evidence import ClientTransport
from tests.registry.studio import SHA, Studio
from tests.registry.web.everything import BETWEEN, PRIVATE, SITE, TITLE, answers, do_everything
from tests.simulators.crawler import CrawlerSite, serve

AGENT, PRINCIPAL = "Secretaria Agency", "Verborgen Kunstenaar"
PUBLIC = (SITE, TITLE)
"""What a search finds the party's declaration by."""
PERSONS = ("Secretaria", "Verborgen")
"""Marks in the names and the mail address of the persons."""


@pytest.fixture
def hidden(registry, letterbox, zone, lab, authority, internet):
    """An agent's party that did everything, and of which no person may be named."""
    studio = Studio(registry, letterbox, "verborgen@secretaria.example")
    asked = PartyRequest(
        AGENT, Capacity.AGENT, public=False, statement=AUTHORITY_STATEMENT, on_behalf_of=PRINCIPAL
    )
    studio.party = registry.parties.create(studio.actor, asked)
    with serve(CrawlerSite(), authority, internet, zone):
        lab.prove_domain(zone)
        made = do_everything(studio, lab, lab.add(), zone)
        registry.parties.rename(studio.actor, studio.party.id, f"{AGENT} anew")
        registry.publisher.publish()
        yield made


def marked(text, marks):
    return [mark for mark in marks if mark.casefold() in text.casefold()]


@pytest.mark.whole
@pytest.mark.parametrize(
    ("reader", "marks"),
    [
        (None, (*PERSONS, PRIVATE, BETWEEN)),
        ("midori@example.org", (*PERSONS, PRIVATE, BETWEEN)),
        ("lab@crawler.example", (*PERSONS, PRIVATE)),
    ],
    ids=["nobody", "another account", "the other side"],
)
def test_what_stays_private_is_on_no_page_that_others_can_read(reader, marks, app, registry, hidden, letterbox):
    """Ask every address there is, in both languages: pages, API, feeds, certificate, grants, enquiries, operators."""
    client = app.test_client()
    if reader:
        secret = session(registry, letterbox, reader).secret
        client.set_cookie("__Host-session", secret, secure=True, domain="registry.example")
    read = set()
    for shown in answers(client, app, hidden):
        rule, text = shown.rule, shown.text
        allowed = (PRIVATE,) if rule == "/dispute/<secret>" else ()  # whoever holds the link is the other side
        if typed := unquote(rule.partition("search?q=")[2]):
            assert hidden.studio.party.id not in text or typed in PUBLIC, typed
            text = reduce(lambda rest, word: rest.replace(word, ""), typed.split(), text)
        assert marked(text, set(marks) - set(allowed)) == [], rule
        read |= {rule} if shown.is_there else set()
    assert len(read) > 50
    assert {"/d/<number>", "/@<party>", "/w/<number>", "/feed", "/stats", "/v1/grants/<id>", "/operators/<number>",
            "/feed/site/<host>", "/feed/work/<number>", "/feed/party/<party>", "/feed/operator/<number>",
            "/d/<number>/certificate.pdf", "/d/<number>/badge.svg", "/v1/names"} - read == set()  # fmt: skip
    assert ("/enquiries/<number>" in read) == (reader == "lab@crawler.example")


def test_what_stays_private_is_in_no_file_leaf_letter_or_export_of_others(
    registry, hidden, letterbox, lab, tmp_path
):
    marks = (*PERSONS, PRIVATE, BETWEEN)
    served = [file for file in tmp_path.rglob("*") if file.is_file() and "registry.db" not in file.name]
    assert len(served) > 10
    assert not [file for file in served if marked(file.read_bytes().decode("latin-1"), marks)]
    with registry.store.read() as database:
        bodies = b"".join(body for (body,) in database.execute("SELECT body FROM leaf_bodies"))
    assert len(bodies) > 1000
    assert not marked(bodies.decode("latin-1"), marks)
    own = ("verborgen@secretaria.example", f"invited@{PRIVATE.lower()}.example")
    others = [f"{subject} {text}" for to, subject, text in letterbox.letters if to not in own]
    assert len(others) > 5
    assert not [text for text in others if marked(text, marks)]
    taken = io.BytesIO()
    registry.accounts.export(lab.actor, taken)
    with zipfile.ZipFile(taken) as archive:
        text = "".join(archive.read(name).decode() for name in archive.namelist())
    assert marked(text, (*PERSONS, PRIVATE)) == []
    assert hidden.declaration in text


def test_what_stays_private_is_in_no_court_file(registry, hidden, app):
    trust = Trust.parse((registry.config.instance / "registry.policy").read_bytes())
    transport = ClientTransport(app.test_client())
    gathered = gather(transport, "https://registry.example", hidden.declaration, trust)
    sheet = "\n".join(lines(gathered))
    assert hidden.declaration in sheet
    for text in (sheet, str(gathered.shown), *(str(file) for file in gathered.files.items())):
        assert marked(text, (*PERSONS, PRIVATE, BETWEEN)) == []


@pytest.mark.parametrize("shown", [(True, False), (False, True)])
def test_a_consent_covers_one_person_and_not_the_other(registry, letterbox, shown):
    actor = sign_in(registry, letterbox, "agent@example.com")
    agent, principal = shown
    asked = PartyRequest(
        AGENT, Capacity.AGENT, agent, AUTHORITY_STATEMENT, on_behalf_of=PRINCIPAL, principal_public=principal
    )
    party = registry.parties.create(actor, asked)
    made = registry.declarations.declare(
        actor,
        DeclarationRequest(
            party.id, (ScopeRequest("sha256", SHA),), {"train-ai": "disallowed"}, statement=AUTHORITY_STATEMENT
        ),
        idempotency=None,
    )
    assert made.record.party_name == (AGENT if agent else None)
    assert made.record.on_behalf_of == (PRINCIPAL if principal else None)


def test_beside_a_name_stands_that_it_was_not_checked_or_what_its_party_controls(visitor, studio, zone):
    made = studio.declare(("sha256", SHA))
    for path in (f"/d/{made.id}", f"/@{studio.party.id}"):
        assert "name not checked" in visitor.open(path).text
    studio.prove(zone, studio.declare(("domain", "studio.com")))
    for path in (f"/d/{made.id}", f"/@{studio.party.id}"):
        assert "controls studio.com" in visitor.open(path).text
        assert "name not checked" not in visitor.text


def test_a_name_that_looks_like_an_earlier_or_a_proved_one_is_flagged(visitor, studio, registry, letterbox, clock):
    clock.pass_(60)
    imitator = Studio(registry, letterbox, "other@example.com")
    asked = PartyRequest("Studiо Аoi", Capacity.AUTHOR, public=True, statement=AUTHORITY_STATEMENT)  # noqa: RUF001
    imitator.party = registry.parties.create(imitator.actor, asked)
    false, true = imitator.declare(("md5", "1" * 32)), studio.declare(("sha256", SHA))
    assert "looks like that of somebody else here: “Studio Aoi”" in visitor.open(f"/d/{false.id}").text
    assert "looks like" not in visitor.open(f"/d/{true.id}").text


def test_two_parties_on_one_place_are_named_apart(visitor, studio, rival, zone):
    first, second = studio.declare(("host", "art.shared.com")), rival.declare(("host", "art.shared.com"))
    studio.prove(zone, first, "art.shared.com")
    zone.txt("_optout-challenge.art.shared.com")
    rival.prove(zone, second, "art.shared.com", Method.DNS_TXT)
    assert "Others about the same place" in visitor.open(f"/d/{first.id}").text
    assert visitor.page.select(f'a[href="/d/{second.id}"]')
