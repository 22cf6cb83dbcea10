"""The tables that are taken away: the log of a party for its two sides, and the sheet of an operator for everybody."""

import csv
import io

import pytest

from registry.model.credentials import TokenScope
from registry.model.enquiry import Question, Subject
from tests.registry.web.person import Person
from tests.simulators.crawler import HOST


@pytest.fixture
def question(studio, zone, operator, registry):
    made = studio.declare(("domain", "studio-aoi.com"))
    studio.prove(zone, made)
    subject = Subject(declaration=made.id, question=Question.IN_TRAINING, purpose="=HYPERLINK(1)")
    return registry.enquiries.ask_operator(studio.actor, studio.party.id, operator.id, subject)


@pytest.fixture
def artist(sign_in):
    return sign_in("aoi@example.com")


def table_of(person: Person, path: str, status: int = 200) -> list[list[str]]:
    """The rows of a table as a table program reads it."""
    answer = person.client.get(path, base_url=person.origin)
    assert answer.status_code == status
    assert answer.mimetype == "text/csv"
    assert answer.data.startswith(b"\xef\xbb\xbf"), "without it, a table program takes Japanese for something else"
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def test_a_party_takes_its_log_away_and_no_cell_is_a_formula(artist, studio, question):
    path = f"/parties/{studio.party.id}/enquiries.csv"
    links = artist.open("/enquiries").page.select(f"a[href='{path}']")
    assert len(links) == 1
    head, row = table_of(artist, path)
    told = dict(zip(head, row, strict=True))
    assert told["Number"] == question.id
    assert told["Asked by"] == f"Rights holder {studio.party.id}"
    assert told["Asked of"] == HOST
    assert told["In their own words"] == "'=HYPERLINK(1)"
    assert (told["Answered on"], told["Days late"]) == ("", "0")
    assert told["How it stands"] == "Waits for an answer"


def test_the_operator_takes_the_same_log_away(sign_in, studio, lab, question):
    engineer = sign_in("lab@crawler.example")
    rows = table_of(engineer, f"/parties/{lab.party.id}/enquiries.csv")
    assert [row[0] for row in rows] == ["Number", question.id]
    engineer.open(f"/parties/{studio.party.id}/enquiries.csv", status=404)


def test_a_log_of_many_comes_in_parts_and_is_whole(artist, studio, question, registry, monkeypatch):
    for module in (
        "registry.web.enquiry_log_pages",
        "registry.web.enquiry_pages",
        "registry.permissions.enquiry_log",
    ):
        monkeypatch.setattr(f"{module}.LOG_ROWS", 2)
    made = [
        registry.enquiries.ask_operator(studio.actor, studio.party.id, question.operator, question.subject).id
        for _ in range(2)
    ]
    artist.open("/enquiries")
    links = [link["href"] for link in artist.page.find_all("a", download=True)]
    assert [artist.page.find("a", href=link).text for link in links] == ["Rows 1 to 2", "Rows 3 to 3"]
    parts = [[row[0] for row in table_of(artist, link)[1:]] for link in links]
    assert [len(part) for part in parts] == [2, 1]
    assert sorted(parts[0] + parts[1]) == sorted([question.id, *made])
    for wrong in ("3", "0"):
        path = f"/parties/{studio.party.id}/enquiries.csv?part={wrong}"
        assert artist.client.get(path, base_url=artist.origin).status_code == 404


def test_everybody_reads_the_sheet_and_nobody_reads_words_there(
    visitor, operator, question, registry, lab, studio
):
    registry.enquiries.answer(lab.actor, question.id, "None of them.")
    visitor.open(f"/operators/{operator.id}").follow("Disclosure sheet")
    cells = [cell.get_text() for cell in visitor.page.select("section:last-of-type dd")]
    assert cells == ["1", "1", "0", "0", "0", "0", "0", "0"]
    assert not [word for word in ("HYPERLINK", "None of them", studio.party.id) if word in visitor.text]
    rows = table_of(visitor, f"/operators/{operator.id}/disclosure.csv")
    assert rows[-1] == ["All questions", "1", "1", "0", "0", "0", "0", "0", "0"]
    assert ["Permissions it holds", "0"] in rows


def test_the_tables_are_in_the_language_of_the_page(visitor, operator):
    visitor.open(f"/operators/{operator.id}/disclosure?lang=ja")
    assert "開示シート" in visitor.text
    rows = table_of(visitor, f"/operators/{operator.id}/disclosure.csv?lang=ja")
    assert rows[-1][0] == "すべての質問"


def test_there_is_no_sheet_of_nobody(visitor):
    visitor.open(f"/operators/{'a' * 26}/disclosure", status=404)
    visitor.open(f"/operators/{'a' * 26}/disclosure.csv", status=404)


def test_programs_read_log_and_sheet_in_names_that_stay(app, studio, question, operator, registry):
    client = app.test_client()
    path = f"/v1/parties/{studio.party.id}/enquiries.csv"
    assert client.get(path).status_code == 401
    token, _ = registry.accounts.create_token(studio.actor, label="x", scope=TokenScope.READ, days=3)
    answer = client.get(path, headers={"Authorization": f"Bearer {token}"})
    (row,) = csv.DictReader(io.StringIO(answer.text, newline=""))
    assert (row["enquiry"], row["state"], row["question"]) == (question.id, "open", "in-training")
    assert row["purpose"] == "'=HYPERLINK(1)"
    sheet = client.get(f"/v1/operators/{operator.id}/disclosure").json
    rows = list(csv.DictReader(io.StringIO(client.get(f"/v1/operators/{operator.id}/disclosure.csv").text)))
    assert [row["question"] for row in rows] == [*sheet["questions"], "all"]
    assert int(rows[-1]["asked"]) == sheet["total"]["asked"] == 1
