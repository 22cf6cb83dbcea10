"""The certificate: what it says, read back from the PDF, in both languages; and the receipt that is mailed."""

import re
from datetime import UTC, datetime

import pypdfium2
import pytest

from crawler_filter.formats.receipt import Receipt
from registry.model.declaration import ScopeRequest
from registry.web.certificate import Certificate, Row, draw
from tests.registry.studio import SHA, Studio
from tests.registry.web.test_journey import declare_files


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(document[number].get_textpage().get_text_bounded() for number in range(len(document)))
    finally:
        document.close()


def get(person, path):
    return person.client.get(path, base_url=person.origin)


@pytest.fixture
def settings():
    return {"operator": "権利者財団 Rights Foundation", "contact": "desk@registry.example"}


def test_a_certificate_says_what_when_who_and_where_in_the_log_in_both_languages(
    visitor, studio, zone, registry, clock
):
    made = studio.prove(zone, studio.declare(("domain", "example.com"), ("sha256", SHA)))
    registry.publisher.publish()
    answer = get(visitor, f"/d/{made.id}/certificate.pdf")
    assert answer.mimetype == "application/pdf"
    text = text_of(answer.data)
    checkpoint = registry.publisher.current.log.signed.checkpoint
    for said in (
        made.id,
        "権利者財団 Rights Foundation",
        "Studio Aoi",
        "controls example.com",
        "domain: example.com",
        SHA,
        f"{datetime.fromtimestamp(clock.now, UTC):%Y-%m-%d %H:%M:%S} UTC",
        "JST",
        "In force / 有効",
        "AI training: reserved (ask first) / AI学習",
        checkpoint.root.hex(),
        f"registry.example/log #{registry.declarations.get(made.id).leaf}",
        "It does not show that it is right",
    ):
        assert re.sub(r"\s", "", said) in re.sub(r"\s", "", text), said
    assert get(visitor, f"/d/{made.id}/certificate.pdf").data == answer.data


def test_a_name_that_stays_private_is_in_no_certificate(visitor, sign_in, registry):
    person = sign_in("private@example.com")
    person.open("/account/parties/new").fill(name="Canary Person", shown="no", capacity="author")
    person.press("Save and continue")
    number = declare_files(person, SHA)
    registry.publisher.publish()
    text = text_of(get(visitor, f"/d/{number}/certificate.pdf").data)
    assert "Canary" not in text
    assert "not named in public" in text
    assert "private@example.com" not in text


def test_co_owners_who_have_confirmed_are_named_with_what_was_checked_of_each(
    visitor, studio, registry, letterbox, zone
):
    """Who was only asked stands in no certificate."""
    kita, mori, aki = (Studio(registry, letterbox, f"{name}@example.com") for name in ("kita", "mori", "aki"))
    for other, name in ((kita, "Kita Books"), (mori, "Mori Shobo"), (aki, "Aki Press")):
        registry.parties.rename(other.actor, other.party.id, name)
    kita.prove(zone, kita.declare(("domain", "kita.example.com")))
    made = studio.declare(("sha256", SHA))
    for other in (kita, mori, aki):
        registry.co_owners.ask(studio.actor, made.id, other.party.id)
    for other in (kita, mori):
        registry.co_owners.confirm(other.actor, made.id, other.party.id, licensing=False)
    registry.publisher.publish()
    text = re.sub(r"\s", "", text_of(get(visitor, f"/d/{made.id}/certificate.pdf").data))
    between = text.partition("Togetherwith")[2].partition("registry.example")[0]
    assert "KitaBookscontrolskita.example.com/" in between
    assert "kita.example.comの管理者" in between
    assert "MoriShobonamenotchecked/" in between
    assert "Aki" not in text


def test_a_certificate_says_of_which_part_each_use_is_reserved_or_allowed(visitor, studio, registry, zone):
    """A site is reserved and its press pages are allowed: a list of both uses alone would say neither."""
    press = ScopeRequest("prefix", "example.com/press/", {"train-ai": "allowed"})
    made = studio.prove(zone, studio.declare(("domain", "example.com"), press), target="example.com")
    registry.publisher.publish()
    text = re.sub(r"\s+", " ", text_of(get(visitor, f"/d/{made.id}/certificate.pdf").data))
    assert "domain: example.com | AI training: reserved (ask first)" in text
    assert "prefix: example.com/press/ | AI training: allowed" in text


def test_what_is_not_public_or_erased_has_no_certificate(visitor, studio, registry):
    assert (
        get(visitor, f"/d/{studio.declare(('domain', 'canary-domain.com')).id}/certificate.pdf").status_code == 404
    )
    made = studio.declare(("sha256", SHA))
    registry.erasure.erase(made.id)
    assert get(visitor, f"/d/{made.id}/certificate.pdf").status_code == 410


def test_hundreds_of_long_lines_make_several_pages_and_markup_is_text():
    rows = [Row("What", [f"<b>{number}</b> & " + "長" * 90 for number in range(70)])]
    pdf = draw(Certificate("T", "S", "O", "https://registry.example/d/" + "a" * 26, rows, ["note"]))
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) > 3
    document.close()
    assert "<b>69</b> &" in text_of(pdf)


def test_the_receipt_is_mailed_to_its_owner_and_verifies(artist, visitor, registry, letterbox):
    number = declare_files(artist, SHA)
    registry.publisher.publish()
    artist.open(f"/d/{number}").press("Mail me the receipt")
    assert "on its way" in artist.text
    to, subject, letter = letterbox.letters[-1]
    assert (to, subject.startswith("1 file: ")) == ("artist@example.com", True)
    line = "-" * 80
    receipt = letter.split(line)[1].strip("\n") + "\n"
    assert Receipt.decode(receipt.encode()).encode() == registry.receipts.of_declaration(number).encode()
    assert "Mail me the receipt" not in visitor.open(f"/d/{number}").page.get_text()


def test_nobody_else_has_a_receipt_mailed(artist, sign_in, registry, letterbox):
    number = declare_files(artist, SHA)
    registry.publisher.publish()
    other = sign_in("other@example.com")
    sent = len(letterbox.letters)
    answer = other.client.post(
        f"/d/{number}/receipt", base_url=other.origin, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert answer.status_code == 403
    assert len(letterbox.letters) == sent
