"""A declaration that is like far too much is named to the operator, once a window, and nothing else is."""

import logging

from crawler_filter.decision import Decision
from crawler_filter.finding import Evidence, Finding, Likeness, Source
from crawler_filter.preference import Preference, Usage
from registry.errors import TransitionError
from registry.lookups.overmatching import WINDOW, OvermatchMonitor

LIKE = Evidence("pdq", Likeness.MATCH)


def decision(*declarations: str, evidence: Evidence | None = LIKE) -> Decision:
    findings = tuple(
        Finding(Source.REGISTRY, Preference.DISALLOWED, "pdq a5", "", declaration=each, evidence=evidence)
        for each in declarations
    )
    return Decision(False, False, Usage.TRAIN_AI, Preference.DISALLOWED, findings, (), "", None)


def named(caplog, looked_up) -> list[str]:
    floods = OvermatchMonitor()
    with caplog.at_level(logging.WARNING, "registry.lookups.overmatching"):
        for each in looked_up:
            floods.count(each)
    return [record.args[0] for record in caplog.records]


def test_what_is_like_one_of_twenty_is_named_once_a_window(caplog):
    window = [decision("logo", "work") if number % 20 == 0 else decision() for number in range(WINDOW)]
    window[1] = decision("work")
    assert named(caplog, [*window, *window[:-1]]) == ["work", "logo"]


def test_what_floods_is_held_where_the_operator_wants_it_and_what_cannot_be_is_passed_over():
    held = []

    def hold(declaration: str) -> None:
        if declaration == "held already":
            raise TransitionError("it has no content that is not held already")
        held.append(declaration)

    floods = OvermatchMonitor(hold)
    for _ in range(WINDOW):
        floods.count(decision("held already", "logo"))
    assert held == ["logo"]


def test_what_is_like_less_or_matched_exactly_is_not_named(caplog):
    often = [decision("page", evidence=None) for _ in range(WINDOW - 49)]
    assert named(caplog, [*often, *(decision("work") for _ in range(49))]) == []
