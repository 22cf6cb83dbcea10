"""Lists on the pages: sent without a script, looked at, accepted, and reported on in the reader's language."""

import csv
import io

import pytest

from crawler_filter.formats.terms import Route, RouteKind, Terms
from registry.model.imports import ImportRow, Outcome
from registry.web import import_pages
from registry.web.import_words import table
from tests.crawler_filter.declaring.feeds import constraint, onix, product
from tests.registry.imports.lists import urls
from tests.registry.studio import SHA
from tests.registry.web.person import OURS, fields

LIST = b"isbn,title\n9784873119328,Lighthouse\n9784873119320,Wrong\n"


def send(person, content, name="works.csv", status=200, **answers):
    """Choose a file and press the button, as a browser without scripts does."""
    person.open("/import")
    data = {**fields(person.page.find("form", attrs={"data-upload": True})), **answers}
    data["list"] = (io.BytesIO(content), name)
    answer = person.client.post(
        "/import", data=data, base_url=person.origin, headers=OURS, content_type="multipart/form-data"
    )
    person.path = "/import"
    return person._go(answer, status)


def rows_of(person, path):
    person.response = person.client.get(path, base_url=person.origin)
    assert person.response.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(person.response.get_data(as_text=True).removeprefix("\ufeff"))))


def test_a_list_is_looked_at_before_anything_is_declared(artist, registry):
    send(artist, LIST)
    assert "Being read" in artist.text
    registry.import_work.work()
    job = artist.path
    artist.open(job)
    assert "Waits for you" in artist.text
    assert "the check digit of ISBN '9784873119320' does not match" in artist.text.replace(
        "The check", "the check"
    )
    assert "3 isbn" in artist.text
    assert artist.open("/declarations").page.select(".tasks") == []
    artist.open(job).press("Accept and declare 1 row")
    registry.import_work.work()
    artist.open(job)
    assert "This list is done" in artist.text
    report = rows_of(artist, f"{job}/report.csv")
    assert [row[5] for row in report] == ["Result", "Declared, in force", "Has a problem"]
    assert report[1][:5] == ["2", "isbn", "isbn", "9784873119328", "Lighthouse"]
    artist.open(report[1][6].removeprefix("https://registry.example"))
    assert "9784873119328" in artist.text
    assert [row[:2] for row in rows_of(artist, f"{job}/problems.csv")[1:]] == [["3", "isbn"]]


def test_the_declarations_of_one_list_are_told_apart_by_their_first_and_last_rows(artist, registry):
    lines = [f"https://art.example.com/{n},Picture {n}" for n in range(1, 151)]
    declared(artist, registry, "\n".join(["url,title", *lines]).encode())
    artist.open(artist.path)
    first, second = (
        "100 rows, from row 2 (Picture 1) to row 101 (Picture 100)",
        "50 rows, from row 102 (Picture 101) to row 151 (Picture 150)",
    )
    assert [link.get_text() for link in artist.page.select(".tasks a")] == [first, second]
    text = artist.open("/declarations").text
    assert f"From works.csv: {first}." in text
    assert f"From works.csv: {second}." in text


def test_the_report_of_a_long_list_comes_in_parts(artist, registry, monkeypatch):
    monkeypatch.setattr(import_pages, "TABLE_ROWS", 2)
    send(artist, LIST + b"9784873119321,Wrong too\n9784873119322,And this\n")
    registry.import_work.work()
    artist.open(artist.path)
    links = [link["href"] for link in artist.page.find_all("a", download=True)]
    assert [artist.page.find("a", href=link).text for link in links] == ["Rows 1 to 2", "Rows 3 to 3"]
    rows = [rows_of(artist, link)[1:] for link in links]
    assert [[row[0] for row in part] for part in rows] == [["3", "4"], ["5"]]
    assert "problems-2.csv" in artist.response.headers["Content-Disposition"]
    job = links[0].partition("/problems")[0]
    assert [len(rows_of(artist, f"{job}/report.csv?part={part}")) - 1 for part in (1, 2)] == [2, 2]
    assert artist.client.get(f"{job}/report.csv?part=3", base_url=artist.origin).status_code == 404


def test_problems_are_told_in_the_readers_language(artist, registry):
    send(artist, LIST)
    registry.import_work.work()
    artist.open(f"{artist.path}?lang=ja")
    assert "確認をお待ちしています" in artist.text
    assert "チェック" in artist.text
    assert "the check digit" not in artist.text
    assert rows_of(artist, f"{artist.path.partition('?')[0]}/problems.csv?lang=ja")[0][0] == "行"


def test_a_feed_that_is_broken_is_refused_with_its_line(artist, registry):
    send(artist, onix(product(1, constraint("03"))).replace(b"</DescriptiveDetail>", b""), "feed.xml")
    registry.import_work.work()
    artist.open(artist.path)
    assert "feed.xml line 4: not well-formed" in artist.text.replace("Feed", "feed")
    assert "Nothing of it was declared" in artist.text


def test_rows_that_state_nothing_are_declared_only_when_that_is_ticked(artist, registry):
    send(artist, onix(product(1)), "feed.xml")
    registry.import_work.work()
    artist.open(artist.path)
    artist.fill(unstated="on").press("Accept and declare")
    registry.import_work.work()
    assert "Declared, in force 1" in artist.open(artist.path).text


def declared(person, registry, content):
    send(person, content)
    registry.import_work.work()
    person.open(person.path).press("Accept and declare")
    registry.import_work.work()


FIRST = b"url,title\nhttps://art.example.com/1,A\nhttps://art.example.com/2,B\n"
SHORTER = b"url,title\nhttps://art.example.com/1,A\n"


def test_what_a_later_list_has_not_is_withdrawn_only_when_that_is_ticked(artist, registry):
    declared(artist, registry, FIRST)
    declared(artist, registry, SHORTER)
    assert "withdrawn, or announced" not in artist.open(artist.path).text
    send(artist, SHORTER)
    registry.import_work.work()
    assert "1 row of an earlier list of this name is not in it any more" in artist.open(artist.path).text
    artist.fill(missing="on").press("Accept and declare")
    registry.import_work.work()
    assert "It takes effect after 3 days and can be stopped until then." in artist.open(artist.path).text


def test_a_list_with_rows_that_cannot_be_read_offers_to_withdraw_nothing(artist, registry):
    declared(artist, registry, FIRST)
    send(artist, SHORTER + b"https:// art.example.com/2,B\nhttps://art.example.com/3,C\n")
    registry.import_work.work()
    said = artist.open(artist.path).text
    assert "Nothing can be withdrawn while rows cannot be read" in said
    assert "Withdraw what is not in the list any more" not in said


@pytest.mark.parametrize(
    ("answers", "field"), [({"usages": []}, "usages"), ({"party": ""}, "party")], ids=["no use", "nobody"]
)
def test_what_is_missing_is_asked_for(artist, answers, field):
    send(artist, LIST, status=422, **answers)
    assert field in artist.problems


def test_a_form_without_a_file_is_sent_back(artist):
    artist.open("/import").press("Send the list", 415)  # a browser without scripts sends it as a form with parts


def test_bytes_come_in_parts_in_order(artist, registry):
    content = urls(range(50))
    artist.open("/import")
    asked = {**fields(artist.page.find("form", attrs={"data-upload": True})), "upload_name": "a.csv"}
    del asked["list"]
    answer = artist.client.post(
        "/import", data=asked | {"upload_size": str(len(content))}, base_url=artist.origin, headers=OURS,
        content_type="multipart/form-data",
    )  # fmt: skip
    job = answer.headers["Location"]

    def part(at, piece, kind="application/octet-stream"):
        return artist.client.post(
            f"{job}/part?at={at}", data=piece, base_url=artist.origin, headers=OURS, content_type=kind
        )

    assert part(0, content[:100]).get_json() == {"received": 100}
    assert part(0, content[:100]).status_code == 409
    assert part(100, content[100:], "text/plain").status_code == 415
    assert "goes on where it stopped" in artist.open(job).text
    assert part(100, content[100:]).get_json() == {"received": len(content)}
    registry.import_work.work()
    assert "New: to be declared 50" in artist.open(job).text


def test_nobody_sends_bytes_without_an_account(visitor, registry):
    answer = visitor.client.post(
        "/import", data={"list": (io.BytesIO(LIST), "a.csv")}, base_url=visitor.origin, headers=OURS
    )
    assert answer.status_code == 401
    headers = OURS | {"Content-Length": str(1 << 30)}
    assert visitor.client.post("/import", base_url=visitor.origin, headers=headers).status_code in (401, 415)


def test_too_much_at_once_is_refused_unread(artist, registry):
    answer = artist.client.post(
        "/import/x/part?at=0", data=b"0" * 4_194_305, base_url=artist.origin, headers=OURS,
        content_type="application/octet-stream",
    )  # fmt: skip
    assert answer.status_code == 413


def test_a_list_that_was_declared_before_has_nothing_new(artist, registry):
    for _ in range(2):
        send(artist, f"sha256\n{SHA}\n".encode())
        registry.import_work.work()
        artist.open(artist.path)
        if "Accept and declare" in str(artist.page):
            artist.press("Accept and declare")
            registry.import_work.work()
    assert "There is nothing new in this list to declare" in artist.open(artist.path).text
    artist.press("Remove this list")
    assert "Declared" not in artist.text


def test_no_cell_of_a_report_begins_as_a_formula_would(in_a_request):
    row = ImportRow(1, "title", Outcome.PROBLEM, title="=HYPERLINK(1)", value="-1")
    cells = next(csv.reader(io.StringIO(list(table([row], ""))[-1])))
    assert [cell[:1] for cell in cells if cell] == ["1", "t", "'", "'", "H"]


def test_the_metrics_count_lists(artist, registry, app):
    send(artist, LIST)
    registry.import_work.work()
    text = app.test_client().get("/metrics").get_data(as_text=True)
    assert 'registry_imports{state="ready"} 1.0' in text
    assert "registry_import_rows 2.0" in text


def test_a_list_of_works_is_entered_and_leads_to_what_is_not_protected(artist, registry):
    artist.open("/works").follow("Enter a list of works")
    data = fields(artist.page.find("form", attrs={"data-upload": True}))
    data["list"] = (io.BytesIO("title,isbn\n灯台,9784873119328\n壊れた,1\n".encode()), "works.csv")
    answer = artist.client.post(
        "/import", data=data, base_url=artist.origin, headers=OURS, content_type="multipart/form-data"
    )
    job = answer.headers["Location"]
    registry.import_work.work()
    artist.open(job)
    assert "New or changed: to be entered 1" in artist.text
    assert "3 isbn" in artist.text
    artist.press("Enter or change 1 work")
    registry.import_work.work()
    artist.open(job).follow("Which works are not protected yet")
    assert "灯台" in artist.text
    assert "ISBN 9784873119328: no declaration in force reserves it." in artist.text


def test_a_list_says_who_gives_a_licence_for_all_of_it(artist, registry):
    society = {"licensor": "society", "licensor_name": "JASRAC", "licensor_address": "jasrac.example"}
    assert send(artist, LIST, status=422, **society | {"licensor_name": ""}).page.select_one("#licensor_name")
    send(artist, LIST, **society, policy="example.com/terms", remuneration="IN")
    registry.import_work.work()
    artist.open(artist.path).press("Accept and declare 1 row")
    registry.import_work.work()
    number = rows_of(artist, f"{artist.path}/report.csv")[1][6].rpartition("/")[2]
    assert registry.declarations.get(number).record.terms == Terms(
        "https://example.com/terms", routes=(Route(RouteKind.SOCIETY, "JASRAC", "https://jasrac.example/"),),
        remuneration=("IN",),
    )  # fmt: skip


def test_terms_that_no_declaration_could_have_are_refused_before_the_list_is_read(artist):
    send(artist, LIST, status=422, contact="nobody")
    assert artist.page.select_one('.problems a[href="#contact"]')
