"""What is not in a list any more stays declared, or is withdrawn where its owner says so: announced, late, stoppable."""

import re
from dataclasses import replace
from functools import partial

import pytest

from crawler_filter.formats.record import ScopeKind
from registry.errors import InvalidRequestError
from registry.model.declaration import RouteRequest
from registry.model.imports import ImportState, Outcome
from registry.store.imports import move_import
from tests.registry.imports.lists import accept, upload, urls
from tests.registry.studio import DAY, pass_time, replay_is_the_table

DELAY = 3 * DAY


def outcomes(made):
    return {outcome.value: count for outcome, count in made.counts.items()}


def in_force(registry, studio):
    rows = registry.declarations.of_account(studio.actor).rows
    said = [scope.value.rpartition("/")[2] for row in rows if row.state.in_force for scope in row.record.scopes]
    return sorted(said, key=int)


@pytest.fixture
def first(studio):
    return accept(studio, upload(studio, urls(range(5))))


def test_what_is_missing_stays_unless_its_owner_says_otherwise(registry, studio, first, clock):
    second = accept(studio, upload(studio, urls(range(2, 5))))
    assert outcomes(second) == {"known": 3}
    pass_time(registry, clock, DELAY)
    assert in_force(registry, studio) == ["0", "1", "2", "3", "4"]


def test_what_is_missing_is_announced_waits_and_leaves_the_rest(registry, studio, first, clock, letterbox):
    made = upload(studio, urls(range(2, 6)))
    assert registry.imports.missing(made) == 2
    second = accept(studio, made, missing=True)
    assert second.state is ImportState.DONE
    assert outcomes(second) == {"known": 3, "declared": 1, "withdrawn": 2}
    assert sum("change" in subject for _, subject, _ in letterbox.letters) == 1
    left = registry.imports.rows(studio.actor, second.id, Outcome.WITHDRAWN, None, 10)
    assert [(row.value, row.title, row.line) for _, row in left] == [
        ("art.example.com/0", "T0", 0), ("art.example.com/1", "T1", 0),
    ]  # fmt: skip
    assert in_force(registry, studio) == ["0", "1", "2", "3", "4", "5"]
    pass_time(registry, clock, DELAY)
    assert in_force(registry, studio) == ["2", "3", "4", "5"]
    replay_is_the_table(registry)


def test_a_declaration_of_which_nothing_is_left_is_withdrawn(registry, studio, first, clock):
    accept(studio, upload(studio, urls(range(7, 9))), missing=True)
    pass_time(registry, clock, DELAY)
    assert in_force(registry, studio) == ["7", "8"]


def test_the_mailed_link_stops_it(registry, studio, first, clock, letterbox):
    accept(studio, upload(studio, urls(range(4))), missing=True)
    stop = next(text for _, subject, text in letterbox.letters if "announced" in subject)
    registry.changes.stop_change(re.search(r"/stop/([\w-]+)", stop)[1])
    pass_time(registry, clock, DELAY)
    assert in_force(registry, studio) == ["0", "1", "2", "3", "4"]


def test_what_was_declared_by_hand_stays(registry, studio, first, clock):
    studio.declare(
        ("url", "https://art.example.com/0"),
        ("url", "https://art.example.com/99"),
        preferences={"search": "disallowed"},
    )
    accept(studio, upload(studio, urls(range(1, 5))), missing=True)
    pass_time(registry, clock, DELAY)
    assert in_force(registry, studio) == ["0", "1", "2", "3", "4", "99"]


def test_a_change_that_waits_already_is_said_beside_the_row(registry, studio, first):
    number = registry.declarations.of_account(studio.actor).rows[0].id
    registry.changes.withdraw(studio.actor, number)
    accept(studio, upload(studio, urls(range(3))), missing=True)
    last = registry.imports.of_account(studio.actor)[0]
    assert outcomes(last) == {"known": 3, "withdrawn": 2}
    registry.changes.cancel_change(studio.actor, number)
    accept(studio, upload(studio, urls(range(1, 5))), missing=True)
    third = accept(studio, upload(studio, urls(range(2, 5))), missing=True)
    assert outcomes(third) == {"known": 3, "refused": 2}
    refused = registry.imports.rows(studio.actor, third.id, Outcome.REFUSED, None, 10)
    assert all("waits" in row.why for _, row in refused)


def test_the_rest_keeps_all_that_it_said_but_the_scopes_that_leave(registry, studio, clock):
    route = RouteRequest("agent", "An agent", "agent@example.net", "isni:0000 0001 2281 955X")
    terms = {"policy": "https://art.example.com/ai", "routes": (route,), "remuneration": ("JP",)}
    accept(studio, upload(studio, urls(range(3)), **terms))
    (before,) = registry.declarations.of_account(studio.actor).rows
    accept(studio, upload(studio, urls(range(2)), **terms), missing=True)
    pass_time(registry, clock, DELAY)
    after = registry.declarations.get(before.id).record
    assert len(after.scopes) == 2
    assert replace(after, scopes=before.record.scopes, revision=before.record.revision) == before.record


def test_a_list_that_cannot_be_read_whole_withdraws_nothing(registry, studio, first):
    made = upload(studio, urls(range(2)) + b"https:// art.example.com/3,T\n")
    with pytest.raises(InvalidRequestError) as refused:
        accept(studio, made, missing=True)
    assert [error.pointer for error in refused.value.errors] == ["/missing"]
    assert outcomes(accept(studio, made)) == {"known": 2, "problem": 1}


def test_an_older_list_that_is_accepted_late_takes_nothing_from_a_newer_one(registry, studio, clock):
    older = upload(studio, urls(range(2)))
    clock.now += 60
    accept(studio, upload(studio, urls(range(5))))
    assert registry.imports.missing(older) == 0
    assert "withdrawn" not in outcomes(accept(studio, older, missing=True))


def test_who_decides_again_decides_about_what_is_missing_again(registry, studio, first):
    made = upload(studio, urls(range(2, 6)))
    confirm = partial(registry.imports.confirm, studio.actor, made.id, statement="2026-11")
    confirm(missing=True)
    registry.writer.run(lambda database: move_import(database, made.id, ImportState.READY, 1))
    confirm()
    registry.import_work.work()
    assert outcomes(registry.imports.get(studio.actor, made.id)) == {"known": 3, "declared": 1}


def test_a_list_of_works_withdraws_no_reservation(registry, studio, first):
    made = upload(studio, "title,isbn\n青い本,9784873119328\n".encode(), usages=(), works=True)
    assert registry.imports.missing(made) == 0
    assert outcomes(accept(studio, made, missing=True)) == {"declared": 1}


@pytest.mark.parametrize("crash_at", [1, 2, 3, 4, 6])  # the fifth sends the letter, which is tried again by itself
def test_a_step_that_was_done_before_a_crash_is_not_done_again(registry, studio, first, letterbox, crash_at):
    made = upload(studio, urls(range(3)))
    registry.imports.confirm(studio.actor, made.id, statement="2026-11", missing=True)
    run, calls = registry.writer.run, []

    def crashing(transaction):
        calls.append(transaction)
        if len(calls) == crash_at:
            raise OSError("the machine stops here")
        return run(transaction)

    registry.writer.run = crashing
    with pytest.raises(OSError, match="stops here"):
        registry.import_work.work()
    registry.writer.run = run
    registry.import_work.work()
    done = registry.imports.get(studio.actor, made.id)
    assert outcomes(done) == {"known": 3, "withdrawn": 2}
    assert sum("announced" in subject for _, subject, _ in letterbox.letters) == 1


def test_a_list_of_another_name_or_party_withdraws_nothing(registry, studio, rival, first):
    assert registry.imports.missing(upload(studio, urls(range(2)), name="other.csv")) == 0
    assert registry.imports.missing(upload(rival, urls(range(2)))) == 0


def test_what_waits_for_a_proof_is_forgotten_at_once(registry, studio):
    accept(studio, upload(studio, b"domain\nexample.org\nexample.com\n"))
    accept(studio, upload(studio, b"domain\nexample.com\n"), missing=True)
    asked = [scope for row in registry.declarations.of_account(studio.actor).rows for scope in row.asked]
    assert [(scope.kind, scope.value) for scope in asked] == [(ScopeKind.DOMAIN, "example.com")]
