"""Terms in words, in both languages, and as findings carry them."""

from dataclasses import replace

from crawler_filter.explanation import terms_in_words
from crawler_filter.finding import Finding, Source
from crawler_filter.formats.terms import Route, RouteKind, Terms
from crawler_filter.preference import Preference

TERMS = Terms(
    "https://a.example/terms",
    routes=(
        Route(RouteKind.SOCIETY, "JASRAC", None, "isni:000000012281955X"),
        Route(RouteKind.RSL_SERVER, None, "https://licences.example/"),
    ),
    remuneration=("IN", "EU"),
)
FINDING = Finding(Source.LICENSE, Preference.DISALLOWED, "prohibits ai-train", "license.xml", terms=TERMS)


def test_whom_to_ask_is_said_in_both_languages() -> None:
    assert terms_in_words(TERMS, "en") == (
        "; permission: https://a.example/terms; licence: collective society JASRAC isni:000000012281955X"
        "; licence: RSL licence server https://licences.example/"
        "; payment claimed where the law lets nobody refuse: IN, EU"
    )
    assert "集中管理団体 JASRAC" in terms_in_words(TERMS, "ja")
    assert not terms_in_words(Terms(), "en")


def test_a_finding_round_trips_with_its_routes() -> None:
    assert Finding.from_dict(FINDING.to_dict()) == FINDING
    old = FINDING.to_dict() | {"terms": {"policy": "https://a.example/terms", "contact": None}}
    assert Finding.from_dict(old) == replace(FINDING, terms=Terms("https://a.example/terms"))
