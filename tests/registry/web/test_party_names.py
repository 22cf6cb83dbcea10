"""Names: one consent covers one person everywhere, and beside every name stands what was checked."""

import pytest

from registry.control.challenges import Method
from registry.model.declaration import DeclarationRequest, ScopeRequest
from registry.model.party import AUTHORITY_STATEMENT, Capacity, PartyRequest
from tests.registry.instance import sign_in
from tests.registry.studio import SHA, Studio
from tests.registry.web.test_certificate_pages import text_of

AGENT, PRINCIPAL = "Secretaria Agency", "Verborgen Kunstenaar"
FRAGMENTS = ("Secretaria", "Verborgen")


@pytest.fixture
def hidden(registry, letterbox, zone):
    """An agent's declaration, proved, changed and disputed, of which no person may be named."""
    studio = Studio(registry, letterbox, "agent@example.com")
    asked = PartyRequest(
        AGENT, Capacity.AGENT, public=False, statement=AUTHORITY_STATEMENT, on_behalf_of=PRINCIPAL
    )
    studio.party = registry.parties.create(studio.actor, asked)
    made = studio.declare(("sha256", SHA), ("domain", "example.com"))
    studio.prove(zone, made)
    studio.amend(made, ("sha256", SHA), ("domain", "example.com"), ("md5", "1" * 32))
    registry.moderation.dispute(made.id)
    studio.withdraw(made)
    registry.publisher.publish()
    return studio, made


def public_addresses(app, number, party):
    """Every address that answers a GET to anybody, with this declaration's number where one is asked for."""
    values = {"number": number, "id": number, "party": party, "slug": "gone", "language": "ja"}
    for rule in app.url_map.iter_rules():
        if "GET" in rule.methods and set(rule.arguments) <= set(values):
            yield rule.rule, rule.build({name: values[name] for name in rule.arguments}, append_unknown=False)[1]


def test_who_stays_private_is_named_nowhere_that_others_can_read(app, registry, hidden, letterbox, tmp_path):
    studio, made = hidden
    visitor = app.test_client()
    read = 0
    for rule, path in public_addresses(app, made.id, studio.party.id):
        for language in ("en", "ja"):
            with visitor.get(path, query_string={"lang": language}, base_url="https://registry.example") as answer:
                shown = text_of(answer.data) if answer.mimetype == "application/pdf" else answer.text
                assert not any(name in shown for name in FRAGMENTS), rule
                read += answer.status_code == 200
    assert read > 30
    for asked in (f"/check?asset={SHA}", f"/v1/lookup?fingerprint=sha256:{SHA}"):
        answer = visitor.get(asked, base_url="https://registry.example")
        assert answer.status_code == 200
        assert not any(name in answer.text for name in FRAGMENTS)
    served = [file for file in tmp_path.rglob("*") if file.is_file() and "registry.db" not in file.name]
    assert served
    assert not [file for file in served for name in FRAGMENTS if name.encode() in file.read_bytes()]
    with registry.store.read() as database:
        bodies = b"".join(body for (body,) in database.execute("SELECT body FROM leaf_bodies"))
    assert not any(name.encode() in bodies for name in FRAGMENTS)
    others = [text for to, _, text in letterbox.letters if to != "agent@example.com"]
    assert not any(name in text for text in others for name in FRAGMENTS)


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
    assert "looks like that of another party here: “Studio Aoi”" in visitor.open(f"/d/{false.id}").text
    assert "looks like" not in visitor.open(f"/d/{true.id}").text


def test_two_parties_on_one_place_are_named_apart(visitor, studio, rival, zone):
    first, second = studio.declare(("host", "art.shared.com")), rival.declare(("host", "art.shared.com"))
    studio.prove(zone, first, "art.shared.com")
    zone.txt("_optout-challenge.art.shared.com")
    rival.prove(zone, second, "art.shared.com", Method.DNS_TXT)
    assert "Other parties about the same place" in visitor.open(f"/d/{first.id}").text
    assert visitor.page.select(f'a[href="/d/{second.id}"]')
