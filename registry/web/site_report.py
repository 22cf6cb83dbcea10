"""A linter's report in words: how a site will be understood, and what to fix."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _

from crawler_filter.lint.issues import Level
from crawler_filter.lint.report import Advice, Outcome, Reading, Report, Understanding
from crawler_filter.preference import Usage
from crawler_filter.signals.signal import Family
from registry.web import i18n, labels
from registry.web.labels import Badge

_NAMES_SHOWN: Final = 12
_NUMBERED: Final = re.compile(r"(\S+) (line|rule) ([0-9]+)")


@dataclass(frozen=True, slots=True)
class SaidWords:
    """The words of one standard, and where they stand."""

    family: str
    said: str
    place: str
    statement: str


@dataclass(frozen=True, slots=True)
class ReadingWords:
    """One usage: how it will be understood, by which standard, and which crawlers are treated otherwise."""

    usage: str
    badge: Badge
    said: tuple[SaidWords, ...]
    crawlers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class UnderstandingWords:
    """Addresses that will be understood alike."""

    assets: tuple[str, ...]
    readings: tuple[ReadingWords, ...]


@dataclass(frozen=True, slots=True)
class AdviceWords:
    """One thing to fix."""

    fault: str
    badge: Badge
    place: str
    quote: str
    wrong: str
    detail: str
    fix: str


@dataclass(frozen=True, slots=True)
class SiteReport:
    """A report as its page shows it."""

    url: str
    summary: str
    understandings: tuple[UnderstandingWords, ...]
    advice: tuple[AdviceWords, ...]
    cut: bool


def in_words(report: Report) -> SiteReport:
    """Return a report in words."""
    return SiteReport(
        url=report.url,
        summary=_summary(report),
        understandings=tuple(_understanding(each) for each in report.understandings),
        advice=tuple(_advice(each) for each in report.advice),
        cut=report.cut,
    )


def _summary(report: Report) -> str:
    if not report.understandings:
        return str(_("The page could not be read, so this is about robots.txt alone."))
    training = next(each for each in report.understandings[0].readings if each.usage is Usage.TRAIN_AI)
    sentences = {
        Outcome.NOT_FETCHED: _("Crawlers that follow robots.txt will not fetch this page at all."),
        Outcome.RESERVED: _(
            "AI training is reserved. Crawlers that read every standard will leave this page out."
        ),
        Outcome.ALLOWED: _("AI training is allowed. Crawlers will take this page."),
        Outcome.NOTHING_SAID: _("Nothing is said about AI training. Many crawlers will take this page."),
        Outcome.NOT_READABLE: _("Something could not be read. Careful crawlers will leave this page out."),
    }
    return str(sentences[training.outcome])


def _understanding(understanding: Understanding) -> UnderstandingWords:
    return UnderstandingWords(understanding.assets, tuple(_reading(each) for each in understanding.readings))


def _reading(reading: Reading) -> ReadingWords:
    said = tuple(
        SaidWords(
            family_words(each.family), labels.preference_words(each.preference), _place(each.place), each.statement
        )
        for each in reading.said
    )
    return ReadingWords(
        labels.usage_words(reading.usage).title, _outcome(reading.outcome), said, tuple(_crawlers(reading))
    )


def _crawlers(reading: Reading) -> Iterator[tuple[str, str]]:
    if not (reading.shut_out or reading.told_no):
        return
    for label, names in (
        (_("robots.txt shuts out:"), reading.shut_out),
        (_("robots.txt lets these in, and tells them not to:"), reading.told_no),
        (_("robots.txt lets these in, and tells them nothing:"), reading.admitted),
    ):
        if names:
            yield str(label), _some(names)


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMES_SHOWN])
    more = len(names) - _NAMES_SHOWN
    return str(_("%(names)s and %(count)s more", names=shown, count=more)) if more > 0 else shown


def _outcome(outcome: Outcome) -> Badge:
    return {
        Outcome.NOT_FETCHED: Badge(_("May not be fetched"), "kept"),
        Outcome.RESERVED: Badge(_("Reserved (ask first)"), "kept"),
        Outcome.ALLOWED: Badge(_("Allowed"), "good"),
        Outcome.NOTHING_SAID: Badge(_("Nothing said"), "quiet"),
        Outcome.NOT_READABLE: Badge(_("Could not be read"), "warn"),
    }[outcome]


def _advice(advice: Advice) -> AdviceWords:
    explanation = advice.explanation
    return AdviceWords(
        fault=advice.fault.value,
        badge=_level(explanation.level),
        place=_place(advice.place),
        quote=advice.quote,
        # the sentences are extracted from crawler_filter/lint/explanations.py
        wrong=str(_(explanation.wrong)),
        detail=i18n.said(advice.detail),
        fix=str(_(explanation.fix)),
    )


def _place(place: str) -> str:
    """Return where something stands; of lines and rules, in words."""
    match = _NUMBERED.fullmatch(place)
    if match is None:
        return place
    file, unit, number = match.groups()
    if unit == "line":
        return str(_("%(file)s line %(number)s", file=file, number=number))
    return str(_("%(file)s rule %(number)s", file=file, number=number))


def _level(level: Level) -> Badge:
    return {
        Level.ERROR: Badge(_("Error"), "bad"),
        Level.WARNING: Badge(_("Warning"), "warn"),
        Level.NOTE: Badge(_("Note"), "quiet"),
    }[level]


def family_words(family: Family) -> str:
    """Return what a standard is called."""
    names = {
        Family.ROBOTS: _("robots.txt, crawlers by name"),
        Family.AIPREF: "AIPREF (Content-Usage)",
        Family.CONTENT_SIGNAL: "Content Signals",
        Family.ROBOTS_TAG: _("robots directives (noai)"),
        Family.TDMREP: "TDMRep",
        Family.RSL: "RSL",
        Family.AI_TXT: "ai.txt",
        Family.TRUST_TXT: "trust.txt",
        Family.PLUS: "IPTC/PLUS Data Mining",
        Family.CAWG: "C2PA/CAWG",
        Family.ONIX: "ONIX",
        Family.PAYMENT: _("payment required"),
        Family.TERMS: _("terms for people"),
    }
    return str(names[family])
