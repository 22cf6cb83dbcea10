"""A domain that changed hands: its former holder's permissions end within a week, and the new one need not wait."""

from crawler_filter.preference import Preference, Usage
from registry.control.recheck import PERMISSION_SECONDS
from tests.registry.studio import DAY

ALLOWED = {"train-ai": "allowed", "search": "disallowed"}


def days_pass(registry, clock, days):
    for _ in range(days):
        clock.pass_(DAY)
        registry.do_what_is_due()


def said(studio, made):
    return [dict(scope.preferences) for scope in studio.declarations.get(made.id).record.scopes]


def test_what_a_former_holder_allowed_ends_a_week_after_the_record_was_last_seen(studio, registry, clock, zone):
    made = studio.prove(zone, studio.declare(("domain", "example.com"), preferences=ALLOWED))
    zone.txt("_optout-challenge.example.com")
    days_pass(registry, clock, PERMISSION_SECONDS // DAY - 1)
    assert said(studio, made)[0][Usage.TRAIN_AI] is Preference.ALLOWED
    days_pass(registry, clock, 2)
    assert said(studio, made) == [{Usage.SEARCH: Preference.DISALLOWED}]
    assert studio.types(made)[-1] == "lapse"
    assert not studio.declarations.get(made.id).record.scopes[0].lapsed


def test_what_only_allowed_ends_whole(studio, registry, clock, zone):
    made = studio.prove(zone, studio.declare(("domain", "example.com"), preferences={"train-ai": "allowed"}))
    zone.txt("_optout-challenge.example.com")
    days_pass(registry, clock, PERMISSION_SECONDS // DAY + 1)
    assert studio.declarations.get(made.id).state == "expired"


def test_a_record_that_stays_is_seen_again_and_what_it_allows_stands(studio, registry, clock, zone):
    made = studio.prove(zone, studio.declare(("domain", "example.com"), preferences=ALLOWED))
    days_pass(registry, clock, 30)
    assert said(studio, made)[0][Usage.TRAIN_AI] is Preference.ALLOWED


def test_another_partys_proof_of_the_place_or_one_below_asks_the_older_proof_at_once(
    studio, rival, registry, clock, zone
):
    made = studio.prove(zone, studio.declare(("domain", "example.com")))
    zone.txt("_optout-challenge.example.com")
    rival.prove(zone, rival.declare(("host", "www.example.com")), "www.example.com")
    clock.pass_(1)
    registry.do_what_is_due()
    failures = registry.proofs.backing(studio.declarations.get(made.id))[0].state.failures
    assert failures == 1
