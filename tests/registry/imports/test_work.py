"""What becomes of each row: nothing twice, nothing without its owner's word, nothing lost when it stops."""

import pytest

from crawler_filter.formats.record import ScopeKind
from registry.config import Limits
from registry.model.imports import ImportState, Outcome
from tests.crawler_filter.declaring.feeds import constraint, isbn13, onix, product
from tests.registry.imports.lists import accept, upload, urls
from tests.registry.studio import DAY, SHA, replay_is_the_table


def outcomes(made):
    return {outcome.value: count for outcome, count in made.counts.items()}


def test_every_row_is_judged_before_anything_is_declared(studio, registry):
    studio.declare(("sha256", SHA))
    text = f"kind,value\nsha256,{SHA}\nisbn,9784873119328\nisbn,9784873119320\nurl,https://co.uk/\nisbn,978-4-87311-932-8\n"
    made = upload(studio, text.encode())
    assert made.state is ImportState.READY
    assert outcomes(made) == {"known": 1, "new": 1, "problem": 2, "repeated": 1}
    digit, suffix = registry.imports.problems(studio.actor, made.id, 9)
    assert (digit.line, digit.field, digit.why.template) == (
        4, "value", "the check digit of ISBN %(text)s does not match; compare it with the book",
    )  # fmt: skip
    assert (suffix.line, suffix.field) == (5, "value")
    assert "public suffix" in suffix.why
    assert not registry.imports.path(made.id).exists()


def test_a_second_upload_declares_only_what_differs(studio, registry):
    first = accept(studio, upload(studio, urls(range(5))))
    assert outcomes(first) == {"declared": 5}
    same = upload(studio, urls(range(5)))
    assert outcomes(same) == {"known": 5}
    more = upload(studio, urls(range(1, 7)))
    assert outcomes(more) == {"known": 4, "new": 2}
    assert registry.imports.missing(more) == 1
    wider = upload(studio, urls(range(5)), usages=("train-ai", "search"))
    assert outcomes(wider) == {"new": 5}
    assert outcomes(accept(studio, more)) == {"known": 4, "declared": 2}
    replay_is_the_table(registry)


def test_a_feed_reserves_what_it_states_and_the_rest_only_when_its_owner_says_so(studio, registry):
    feed = onix(product(1, constraint("03")) + product(2) + product(3, constraint("01")))
    made = upload(studio, feed, "feed.xml")
    assert outcomes(made) == {"new": 1, "unstated": 1, "problem": 1}
    assert outcomes(accept(studio, made)) == {"declared": 1, "unstated": 1, "problem": 1}
    again = accept(studio, upload(studio, feed, "feed.xml"), unstated=True)
    assert outcomes(again) == {"known": 1, "declared": 1, "problem": 1}
    said = {
        scope.value: [usage.value for usage in scope.preferences]
        for row in registry.declarations.of_account(studio.actor).rows
        for scope in row.record.scopes
    }
    assert said == {isbn13(1): ["tdm"], isbn13(2): ["train-ai"]}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (onix(product(1)).replace(b"</DescriptiveDetail>", b""), "feed.xml line 4: not well-formed"),
        (b"<html></html>", "expected ONIX, NewsML-G2 or a sitemap"),
        (b"[1, 2", "not JSON"),
        (urls(range(8)), "more than 7 rows"),
    ],
)
def test_a_list_that_cannot_be_read_to_its_end_declares_nothing(make_registry, letterbox, content, why):
    from tests.registry.studio import Studio

    registry = make_registry(limits=Limits(import_rows=7))
    studio = Studio(registry, letterbox)
    made = upload(studio, content, "feed.xml")
    assert made.state is ImportState.FAILED
    assert why in made.failure


def test_what_needs_a_proof_waits_for_it_and_holds_nothing_else_back(studio, registry):
    made = accept(
        studio, upload(studio, b"art.example.com\nhttps://art.example.com/1.png\nbig.example.org\n", "a.txt")
    )
    assert outcomes(made) == {"waiting": 2, "declared": 1}
    waiting, stated = registry.imports.parts(studio.actor, made.id, 10)
    assert [(part.rows, part.waiting, part.first.line, part.last.line) for part in (waiting, stated)] == [
        (2, 2, 1, 3),
        (1, 0, 2, 2),
    ]
    assert registry.imports.parts_declared(studio.actor, [stated.declaration, "x"]) == {stated.declaration: stated}


def test_places_that_are_proved_are_in_force_at_once(studio, registry, zone):
    studio.prove(zone, studio.declare(("domain", "example.com")))
    made = accept(studio, upload(studio, b"art.example.com\nwww.example.com\n", "a.txt"))
    assert outcomes(made) == {"declared": 2}


def test_a_list_that_reaches_a_limit_waits_or_is_handed_back_and_goes_on(make_registry, letterbox, clock):
    from tests.registry.studio import Studio

    limits = Limits(
        unverified_scopes_per_declaration=2, unverified_declarations_per_day=2, unverified_declarations_per_party=3
    )
    registry = make_registry(limits=limits)
    studio = Studio(registry, letterbox)
    made = accept(studio, upload(studio, urls(range(8))))
    assert outcomes(made) == {"declared": 4, "new": 4}
    assert (made.state, made.failure.template) == (
        ImportState.DECLARING, "a party may make %(most_new)s declarations a day",
    )  # fmt: skip
    clock.pass_(DAY)
    registry.import_work.work()
    made = registry.imports.get(studio.actor, made.id)
    assert (made.state, outcomes(made)) == (ImportState.READY, {"declared": 6, "new": 2})
    assert "in force" in made.failure


def test_work_that_was_killed_goes_on_and_makes_nothing_twice(make_registry, letterbox):
    from tests.registry.studio import Studio

    limits = Limits(unverified_scopes_per_declaration=3)
    registry = make_registry(limits=limits)
    studio = Studio(registry, letterbox)
    made = upload(studio, urls(range(10)))
    registry.imports.confirm(studio.actor, made.id, statement="2026-11", unstated=False)
    assert registry.import_work.step()
    registry.close()
    again = make_registry(limits=limits)
    again.import_work.work()
    made = again.imports.get(studio.actor, made.id)
    assert (made.state, outcomes(made)) == (ImportState.DONE, {"declared": 10})
    held = [scope.value for row in again.declarations.of_account(studio.actor).rows for scope in row.record.scopes]
    assert len(held) == len(set(held)) == 10
    replay_is_the_table(again)


def test_a_list_that_was_half_read_is_read_again(studio, registry):
    made = upload(studio, urls(range(4)))
    registry.imports.path(made.id).write_bytes(urls(range(4)))
    registry.writer.run(
        lambda database: database.execute("UPDATE imports SET state = 'reading', due = 0 WHERE id = ?", (made.id,))
    )
    registry.import_work.work()
    assert outcomes(registry.imports.get(studio.actor, made.id)) == {"new": 4}


HALVES = {
    "a.jsonl": b'{"url": "https://art.example.com/1", "title": "\\ud800"}\n',
    "a.json": b'[{"isbn": "9784061234567", "title": "\\udc00"}, {"\\ud800": 1}]',
}


@pytest.mark.parametrize("name", HALVES)
def test_half_a_character_in_a_list_is_read_as_one_that_cannot_be_read(studio, name):
    made = upload(studio, HALVES[name], name)
    assert made.state is ImportState.READY
    rows = studio.registry.imports.rows(studio.actor, made.id, None, None, 9)
    assert [row.title for _, row in rows if row.kind] == ["\ufffd"]


@pytest.mark.parametrize("content", [b"7", b"null", b'"x"', b"{}", b"[7]"])
def test_json_that_is_no_list_of_books_declares_nothing(studio, content):
    made = upload(studio, content, "a.json")
    assert made.state in (ImportState.READY, ImportState.FAILED)
    assert not made.count(Outcome.NEW, Outcome.UNSTATED)


def test_a_list_that_breaks_the_work_fails_alone_and_is_charged(studio, rival, registry, monkeypatch):
    def broken(*_given, **_more):
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr("registry.imports.work.Reader", broken)
        made = upload(studio, urls(range(4)))
    assert made.state is ImportState.FAILED
    assert "cannot be worked on" in made.failure
    assert not registry.imports.path(made.id).exists()
    assert outcomes(upload(rival, urls(range(4)))) == {"new": 4}


def test_lists_take_turns(studio, rival, registry):
    lists = [upload(each, urls(range(300))) for each in (studio, rival)]
    for each, made in zip((studio, rival), lists, strict=True):
        registry.imports.confirm(each.actor, made.id, statement="2026-11", unstated=False)
    for _ in range(2):
        registry.import_work.step()
    shares = [
        registry.imports.get(each.actor, made.id).count(Outcome.DECLARED)
        for each, made in zip((studio, rival), lists, strict=True)
    ]
    assert shares == [100, 100]


def test_a_list_that_is_discarded_at_work_declares_no_more(studio, registry):
    made = upload(studio, urls(range(250)))
    registry.imports.confirm(studio.actor, made.id, statement="2026-11", unstated=False)
    registry.import_work.step()
    registry.imports.discard(studio.actor, made.id)
    registry.import_work.work()
    rows = registry.declarations.of_account(studio.actor).rows
    assert [scope.kind for row in rows for scope in row.record.scopes] == [ScopeKind.URL] * 100
