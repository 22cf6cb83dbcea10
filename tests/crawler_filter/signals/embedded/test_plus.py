import io

import pytest

from crawler_filter.formats.terms import Terms
from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.embedded import media
from crawler_filter.signals.embedded.plus import VOCABULARY, data_mining
from crawler_filter.signals.meanings import MEANINGS
from crawler_filter.signals.signal import MAX_RULE, Family

Image = pytest.importorskip("PIL.Image", reason="the media extra is not installed")
PngImagePlugin = pytest.importorskip("PIL.PngImagePlugin", reason="the media extra is not installed")

ALL = frozenset(Usage)
TRAINING = frozenset({Usage.TRAIN_AI})

# The vocabulary as ExifTool 13.58 lists it (lib/Image/ExifTool/PLUS.pm).
FORBIDS = {
    "DMI-UNSPECIFIED": frozenset(),
    "DMI-ALLOWED": frozenset(),
    "DMI-PROHIBITED-AIMLTRAINING": TRAINING,
    "DMI-PROHIBITED-GENAIMLTRAINING": TRAINING,
    "DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING": ALL - {Usage.SEARCH},
    "DMI-PROHIBITED": ALL,
    "DMI-PROHIBITED-SEECONSTRAINT": ALL,
    "DMI-PROHIBITED-SEEEMBEDDEDRIGHTSEXPR": ALL,
    "DMI-PROHIBITED-SEELINKEDRIGHTSEXPR": ALL,
}
# Spellings met in the wild, none of which is the URI of a value.
WRONG = {
    "PLUS vocabulary, departure: a value that does not exist": (VOCABULARY + "DMI-PROHIBITED-AITRAINING", ALL),
    "PLUS vocabulary, departure: a bare term": ("DMI-PROHIBITED", ALL),
    "PLUS vocabulary, departure: the wrong folder": (
        "http://ns.useplus.org/ldf/value/DMI-PROHIBITED-AIMLTRAINING",
        TRAINING,
    ),
    "PLUS vocabulary, departure: https": (
        "https://ns.useplus.org/ldf/vocab/DMI-PROHIBITED-GENAIMLTRAINING",
        TRAINING,
    ),
    "PLUS vocabulary, departure: lower case": (VOCABULARY + "dmi-prohibited", ALL),
    "PLUS vocabulary, departure: the label for people": ("Prohibited for Generative AI/ML training", TRAINING),
    "PLUS vocabulary, departure: the label for all training": ("Prohibited for AI/ML training", TRAINING),
    "PLUS vocabulary, departure: the label that excepts search": (
        "Prohibited except for search engine indexing",
        ALL - {Usage.SEARCH},
    ),
    "PLUS vocabulary, departure: the label with a condition": ("Prohibited, see plus:OtherConstraints", ALL),
    "PLUS vocabulary, departure: a label of its own": ("Prohibited for everybody", ALL),
    "PLUS vocabulary: the label that prohibits nothing": ("Unspecified - no prohibition defined", frozenset()),
    "PLUS vocabulary: the label of a permission": ("Allowed", frozenset()),
    "PLUS vocabulary: a permission in the wrong case": (VOCABULARY + "DMI-Allowed", frozenset()),
    "PLUS vocabulary: a bare permission": ("DMI-ALLOWED", frozenset()),
    "PLUS vocabulary: a permission in the wrong folder": (
        "http://ns.useplus.org/ldf/value/DMI-ALLOWED",
        frozenset(),
    ),
    "PLUS vocabulary: nothing": ("", frozenset()),
    "PLUS vocabulary: something else": ("yes", frozenset()),
    **{
        f"PLUS vocabulary, departure: refused in other words: {value}": (value, ALL)
        for value in (
            "not allowed",
            "No",
            "forbidden",
            "Verboten",
            "禁止",
            "disallowed",
            "notAllowed",
            "opt-out",
            "reserved",
            "Do not train",
            "DMI-PROHIBTED",
            "DMI-PROHIBITD-AIMLTRAINING",
            "Not prohibited for search; prohibited for AI training",
            "not prohibited, except for AI training",
        )
    },
    **{
        f"PLUS vocabulary: nothing is prohibited: {value}": (value, frozenset())
        for value in (
            "Not prohibited",
            "no prohibition",
            "Non-prohibited",
            "none",
            "No restrictions",
            "DMI-UNSPECIFID",
        )
    },
}


def read(value, *, may_allow=True, constraint=""):
    return data_mining(value, Terms(), "here", may_allow=may_allow, constraint=constraint)


def forbidden(signal):
    return {usage for usage, preference in signal.preferences.items() if preference is Preference.DISALLOWED}


def test_every_value_of_the_vocabulary_has_a_meaning():
    assert {row.statement for row in MEANINGS if row.family is Family.PLUS} == FORBIDS.keys()


@pytest.mark.parametrize(("term", "usages"), FORBIDS.items(), ids=[f"PLUS vocabulary: {term}" for term in FORBIDS])
def test_a_value_forbids(term, usages):
    signal = read(VOCABULARY + term)
    assert (forbidden(signal), signal.warning) == (usages, "")


def test_the_permission_allows_data_mining_and_training_which_is_a_kind_of_it_here():
    assert read(VOCABULARY + "DMI-ALLOWED").preferences == dict.fromkeys(
        (Usage.TDM, Usage.TRAIN_AI), Preference.ALLOWED
    )


@pytest.mark.parametrize(("value", "usages"), WRONG.values(), ids=WRONG)
def test_an_invalid_value_is_told_and_only_ever_restricts(value, usages):
    signal = read(value)
    assert forbidden(signal) == usages
    assert Preference.ALLOWED not in signal.preferences.values()
    assert signal.warning.startswith("invalid value")


def test_a_permission_that_may_be_about_something_else_is_not_believed():
    signal = read(VOCABULARY + "DMI-ALLOWED", may_allow=False)
    assert not signal.preferences
    assert "not believed" in signal.warning


def test_evidence_is_kept_short_and_holds_the_constraint():
    signal = read(VOCABULARY + "DMI-PROHIBITED-SEECONSTRAINT", constraint="no model training " * 100)
    assert "no model training" in signal.rule
    assert len(signal.rule) == MAX_RULE


def picture(form, **more):
    content = io.BytesIO()
    Image.new("RGB", (8, 8)).save(content, form, **more)
    return content.getvalue()


def named(keyword):
    texts = PngImagePlugin.PngInfo()
    texts.add_text(keyword, "true")
    return picture("PNG", pnginfo=texts)


@pytest.mark.parametrize(
    "content",
    [
        named("DMI-PROHIBITED"),
        picture("JPEG", comment=b"DMI-PROHIBITED-AIMLTRAINING"),
        picture("JPEG", comment=b"Prohibited for AI/ML training"),
    ],
    ids=["PNG", "JPEG", "label"],
)
def test_a_term_in_a_comment_of_a_picture_forbids(content):
    (signal,) = media.read(content)
    assert signal.preferences[Usage.TRAIN_AI] is Preference.DISALLOWED
    assert "invalid value" in signal.warning


def test_a_text_about_the_vocabulary_forbids_nothing():
    assert media.read(b"# PLUS\n\nWrite DMI-PROHIBITED to forbid it.\n") == ()
    assert media.read(named("DMI-ALLOWED")) == ()
