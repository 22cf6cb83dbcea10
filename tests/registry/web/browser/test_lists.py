"""Lists sent in a real browser: small and large ones, good and broken ones, in both languages and looks."""

import time

import pytest

from crawler_filter.formats.record import ScopeKind
from registry.background.loop import Loop
from registry.model.imports import Outcome
from tests.crawler_filter.declaring.feeds import constraint, onix, product
from tests.registry.imports.lists import urls
from tests.registry.web.browser.test_journey import add_party

pytestmark = pytest.mark.browser


@pytest.fixture
def at_work(registry):
    """The thread that reads and declares lists."""
    loop = Loop("imports", registry.import_work.work, seconds=0.05, clock=time.monotonic, first=0)
    loop.start()
    yield
    loop.close(timeout=60)
    assert loop.failed == 0


@pytest.fixture
def at_the_form(visit, sign_in, at_work):
    """Somebody who is at the form for lists."""
    page = visit()
    sign_in(page)
    add_party(page, lambda *_: None)
    page.goto("/import")
    return page


def send(page, path):
    page.get_by_label("Your list").set_input_files(path)
    page.get_by_role("button", name="Send the list and look at it").click()


def in_japanese(page, inspect, name):
    """Look at the same page in Japanese, and come back."""
    page.locator("header .languages").get_by_text("日本語").click()
    inspect(page, name)
    page.locator("header .languages").get_by_text("English").click()


def test_a_list_with_problems_is_looked_at_and_declared(at_the_form, inspect, tmp_path):
    page = at_the_form
    inspect(page, "list-form")
    (tmp_path / "books.csv").write_text(
        "isbn,title\n9784873119328,灯台\n9784873119320,Wrong check digit\n123,Too short\n9784003101018,A book\n"
    )
    send(page, tmp_path / "books.csv")
    page.get_by_role("heading", name="Before you declare").wait_for()
    page.get_by_role("row", name="3 isbn").wait_for()
    inspect(page, "list-preview")
    in_japanese(page, inspect, "list-preview-ja")
    page.get_by_role("button", name="Accept and declare 2 rows").click()
    page.get_by_role("heading", name="This list is done").wait_for()
    inspect(page, "list-done")
    with page.expect_download() as download:
        page.get_by_role("link", name="Report (CSV)").click()
    report = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(report) == 5
    page.goto("/import")
    inspect(page, "list-form-with-lists")
    in_japanese(page, inspect, "list-form-ja")


def test_a_malformed_feed_is_refused_with_its_line(at_the_form, inspect, tmp_path):
    feed = onix("".join(product(number, constraint("03")) for number in range(10_000)))
    lines = feed.split(b"\n")
    lines[12_345] = lines[12_345].replace(b"</TitleDetail>", b"")
    (tmp_path / "feed.xml").write_bytes(b"\n".join(lines))
    send(at_the_form, tmp_path / "feed.xml")
    at_the_form.get_by_text("Nothing of it was declared").wait_for()
    at_the_form.get_by_text("line 12346: not well-formed").wait_for()
    inspect(at_the_form, "list-failed")


@pytest.mark.slow
def test_an_onix_feed_of_ten_thousand_books(at_the_form, registry, tmp_path):
    (tmp_path / "feed.xml").write_bytes(
        onix("".join(product(number, constraint("03")) for number in range(10_000)))
    )
    send(at_the_form, tmp_path / "feed.xml")
    at_the_form.get_by_role("button", name="Accept and declare 10,000 rows").click()
    at_the_form.get_by_role("heading", name="This list is done").wait_for(timeout=300_000)
    assert len(held(registry)) == 10_000


@pytest.mark.slow
def test_a_table_of_a_hundred_thousand_rows_and_then_what_differs(at_the_form, registry, zone, tmp_path, sign_in):
    page, began = at_the_form, time.monotonic()
    prove(registry, zone)
    (tmp_path / "works.csv").write_bytes(urls(range(100_000)))
    send(page, tmp_path / "works.csv")
    accept = page.get_by_role("button", name="Accept and declare 100,000 rows")
    accept.wait_for(timeout=300_000)
    read = time.monotonic()
    accept.click()
    page.get_by_text("Being declared").first.wait_for()
    page.goto("/declarations")  # the work survives leaving the page
    page.goto("/import")
    page.get_by_role("link", name="works.csv").click()
    page.get_by_role("heading", name="This list is done").wait_for(timeout=600_000)
    done = time.monotonic()
    assert len(held(registry)) == 100_000
    (tmp_path / "works.csv").write_bytes(urls(range(1, 100_001)))
    page.goto("/import")
    send(page, tmp_path / "works.csv")
    page.get_by_role("button", name="Accept and declare 1 row").wait_for(timeout=300_000)
    page.get_by_text("1 row of an earlier list of this name is not in it any more").wait_for()
    print(f"100,000 rows: sent and read in {read - began:.0f} s, declared in {done - read:.0f} s")  # noqa: T201 - the figure is what it is for


def prove(registry, zone):
    """Let the one account's party have proved its website, which raises what it may declare."""
    with registry.store.read() as database:
        account, party = database.execute("SELECT account, party FROM members").fetchone()
    from registry.control.challenges import Method, instructions
    from registry.model.declaration import Actor, DeclarationRequest, ScopeRequest
    from registry.model.party import AUTHORITY_STATEMENT

    actor = Actor(account)
    request = DeclarationRequest(party, (ScopeRequest("domain", "example.com"),), {"train-ai": "disallowed"},
                                 statement=AUTHORITY_STATEMENT)  # fmt: skip
    made = registry.declarations.declare(actor, request, idempotency=None)
    challenge = registry.proofs.request_proof(actor, made.id, Method.DNS_TXT)
    zone.txt(instructions(challenge, registry.config.origin).at, f"token={challenge.token}")
    registry.proofs.check_proof(actor, made.id, challenge.id)


def held(registry):
    """The rows that are declared."""
    with registry.store.read() as database:
        rows = database.execute(
            "SELECT DISTINCT kind, value FROM import_rows WHERE outcome = ?", (Outcome.DECLARED.value,)
        ).fetchall()
        scopes = set(database.execute("SELECT kind, value FROM scopes WHERE kind <> ?", (ScopeKind.DOMAIN.value,)))
    return set(rows) & scopes


def test_works_that_are_entered_and_not_protected_yet(at_the_form, inspect, tmp_path):
    page = at_the_form
    (tmp_path / "works.csv").write_text(
        "title,kind,isbn,location,series,volume\n灯台,manga,9784873119328,https://art.example.com/1,灯台シリーズ,3\n本,book,,,,\n"
    )
    page.goto("/works/import")
    inspect(page, "works-import")
    send(page, tmp_path / "works.csv")
    page.get_by_role("button", name="Enter or change 2 works").click()
    page.get_by_role("link", name="Which works are not protected yet").click()
    page.get_by_role("heading", name="Works that are not protected yet").wait_for()
    inspect(page, "works-unprotected")
    in_japanese(page, inspect, "works-unprotected-ja")
    page.get_by_role("link", name="灯台").click()
    inspect(page, "work-not-protected")
    page.goto("/works/new")
    inspect(page, "work-form")
