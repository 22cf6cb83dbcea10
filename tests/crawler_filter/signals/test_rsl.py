"""RSL 1.0 documents: the specification's rules with their sections, and three publishers' files as they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.preference import Preference, Usage, combine
from crawler_filter.signals.rsl import MAX_CONTENTS, read_document
from crawler_filter.signals.signal import Signal

ALLOWED, DISALLOWED, UNKNOWN = Preference.ALLOWED, Preference.DISALLOWED, Preference.UNKNOWN
TRAIN, USE, SEARCH, TDM = Usage.TRAIN_AI, Usage.AI_USE, Usage.SEARCH, Usage.TDM
ALL_ALLOWED = dict.fromkeys(Usage, ALLOWED)
ALL_DISALLOWED = dict.fromkeys(Usage, DISALLOWED)


def document(*contents: str) -> str:
    return f'<?xml version="1.0"?><rsl xmlns="https://rslstandard.org/rsl">{"".join(contents)}</rsl>'


def content(*licenses: str, url: str = "/", more: str = "", attributes: str = "") -> str:
    inner = "".join(f"<license>{license_}</license>" for license_ in licenses)
    return f'<content url="{url}" {attributes}>{inner}{more}</content>'


def permits(tokens: str, kind: str = "usage") -> str:
    return f'<permits type="{kind}">{tokens}</permits>'


def prohibits(tokens: str, kind: str = "usage") -> str:
    return f'<prohibits type="{kind}">{tokens}</prohibits>'


def paid(kind: str, inner: str = "") -> str:
    return f'<payment type="{kind}">{inner}</payment>'


def read(data: str | bytes, url: str = "https://a.example/articles/1", user: str | None = None) -> list[Signal]:
    return list(read_document(data, url, user=user, locator="license.xml"))


def said(
    data: str | bytes, url: str = "https://a.example/articles/1", user: str | None = None
) -> dict[Usage, Preference]:
    merged: dict[Usage, Preference] = {}
    for signal in read(data, url, user):
        merged |= signal.preferences
    return merged


CASES = {
    "3.4.1.1: all is any automated processing": (content(permits("all")), ALL_ALLOWED),
    "3.4.1.1: ai-all covers training and input": (
        content(permits("ai-all")),
        {TRAIN: ALLOWED, USE: ALLOWED, SEARCH: DISALLOWED, TDM: DISALLOWED},
    ),
    "3.5: only what is listed is permitted": (
        content(permits("search")),
        {TRAIN: DISALLOWED, USE: DISALLOWED, SEARCH: ALLOWED, TDM: DISALLOWED},
    ),
    "3.5: a prohibition alone lists nothing": (content(prohibits("ai-train ai-input")), {TRAIN: DISALLOWED, USE: DISALLOWED}),
    "3.6: permitted and prohibited is not licensed": (content(permits("all") + prohibits("ai-train")),
                                                     {**ALL_ALLOWED, TRAIN: DISALLOWED}),
    "3.6: in two licences of one scope too": (content(permits("all"), prohibits("all")), ALL_DISALLOWED),
    "3.7: a licence without payment is free": (content(permits("all") + paid("free")), ALL_ALLOWED),
    "3.7: a licence that costs something is an offer": (content(permits("all") + paid("training")), ALL_DISALLOWED),
    "3.7: attribution is a condition": (content(permits("all") + paid("attribution")), ALL_DISALLOWED),
    "3.7: a licence without a list that has to be paid for is an offer of everything": (content(paid("crawl")), ALL_DISALLOWED),
    "3.7: a free licence without a list says nothing": (content(paid("free")), {}),
    "3.7: a payment of no type is not free": (content(permits("all") + "<payment><amount>1</amount></payment>"), ALL_DISALLOWED),
    "3.7: nor is one of two": (content(permits("all") + paid("free") + paid("crawl")), ALL_DISALLOWED),
    "3.5: a licence for other users is none": (content(permits("all") + permits("education", "user")), ALL_DISALLOWED),
    "3.5: a licence for some countries is not for everywhere": (content(permits("all") + permits("EU", "geo")), ALL_DISALLOWED),
    "3.3: what needs a licence server is not free": (
        content(permits("all"), attributes='server="https://license.example"'), ALL_DISALLOWED),
    "0.9: commas and former tokens still prohibit": (content(prohibits("train-ai, ai-input")), {TRAIN: DISALLOWED, USE: DISALLOWED}),
    "0.9: and do not permit": (content(permits("train-ai")), ALL_DISALLOWED),
    "3.1.1: a scope of a site below or above is not ours": (
        content(prohibits("all"), url="https://x.a.example/") + content(prohibits("all"), url="https://example/"), {},
    ),
    "3.1.1: another site's scope is not ours": (content(prohibits("all"), url="https://other.example/"), {}),
    "3.1.1: a scope by its full address": (content(prohibits("ai-train"), url="https://A.example/articles/*"), {TRAIN: DISALLOWED}),
    "3.1.1: a scope that does not match": (content(prohibits("all"), url="/images/"), {}),
    "4.6: an empty scope is where the document stands": (content(prohibits("ai-train"), url=""), {TRAIN: DISALLOWED}),
}  # fmt: skip


@pytest.mark.parametrize(("contents", "expected"), CASES.values(), ids=CASES.keys())
def test_a_document_says(contents: str, expected: dict) -> None:
    assert said(document(contents)) == expected


def test_rsl_3_1_2_the_example_of_a_narrower_scope() -> None:
    contents = [content(permits("all")), content(prohibits("ai-train"), url="/articles/")]
    for order in (contents, contents[::-1]):
        assert said(document(*order)) == {**ALL_ALLOWED, TRAIN: DISALLOWED}
        assert said(document(*order), "https://a.example/other") == ALL_ALLOWED


@pytest.mark.parametrize(
    ("user", "expected"), [("education", ALLOWED), ("commercial", DISALLOWED), (None, DISALLOWED)]
)
def test_rsl_3_5_a_licence_for_one_type_of_user(user: str | None, expected: Preference) -> None:
    data = document(content(permits("all") + permits("education personal", "user")))
    assert said(data, user=user)[TRAIN] is expected
    prohibited = document(content(permits("all") + prohibits("commercial", "user")))
    assert said(prohibited, user=user)[TRAIN] is expected


def test_rsl_3_7_an_offered_licence_says_where_to_ask() -> None:
    offer = paid(
        "training", "<standard>https://rslcollective.org/license</standard><amount currency='USD'>1</amount>"
    )
    owner = '<copyright type="organization" contactEmail="rights@a.example">A</copyright>'
    (signal,) = read(document(content(permits("ai-train") + offer, more=owner)))
    assert signal.preferences[TRAIN] is DISALLOWED
    assert (signal.terms.policy, signal.terms.contact) == ("https://rslcollective.org/license", "rights@a.example")


def test_rsl_3_6_the_guardian_permits_and_prohibits_the_same() -> None:
    (signal,) = read(document(content(permits("ai-train ai-input") + prohibits("all"))))
    assert signal.preferences == ALL_DISALLOWED
    assert "not licensed: ai-use, train-ai" in signal.warning


def test_rsl_3_3_stack_overflow_has_a_scope_without_a_licence() -> None:
    (signal,) = read(document(content(more="<terms>https://a.example/terms</terms>")))
    assert signal.unchecked
    assert "no license" in signal.warning


def test_rsl_3_3_medium_has_two_licences_for_one_scope() -> None:
    free = permits("search")
    training = permits("ai-train") + paid("training", "<custom>https://a.example/licensing</custom>")
    (signal,) = read(document(content(free, training)))
    assert signal.preferences == {SEARCH: ALLOWED, TRAIN: DISALLOWED, USE: DISALLOWED, TDM: DISALLOWED}
    assert signal.terms.policy == "https://a.example/licensing"


@pytest.mark.parametrize(
    "data",
    [
        "",
        "no xml",
        "<html/>",
        '<rsl xmlns="https://other.example/"/>',
        document(),
        document(content(permits("all") + "<unknown/>")),
        document(content(permits("all")) * (MAX_CONTENTS + 1)),
        document(content(prohibits("ai-training"))),
        '<!DOCTYPE rsl [<!ENTITY a "b">]>' + document(content(permits("all"))),
        '<!DOCTYPE rsl SYSTEM "file:///etc/passwd">' + document(content(permits("all"))),
        b"\xff\xfe" + ("<!DOCTYPE a><a/>").encode("utf-16-le"),
        document(content(permits("&undefined;"))),
    ],
    ids=["2.2: empty", "2.2: not XML", "2.2: a page", "2.2: another namespace", "3.2: no scope", "appendix A: an unknown element",
         "more scopes than are read", "3.4.1.1: an unknown usage", "XML 1.0 4.2: an entity", "XML 1.0 4.2.2: an external entity",
         "XML 1.0 2.8: a DOCTYPE in UTF-16", "XML 1.0 4.1: an entity without a DOCTYPE"],
)  # fmt: skip
def test_a_document_that_is_not_conformant_permits_nothing(data: str | bytes) -> None:
    signals = read(data)
    assert any(signal.unchecked for signal in signals)


@pytest.mark.parametrize("url", ["", "https://other.example/", "https://[/", "\ud800"])
def test_a_licence_of_a_site_permits_nothing_elsewhere(url: str) -> None:
    assert said(document(content(permits("all"), url="https://a.example/")), url).get(TRAIN) is not ALLOWED
    assert said(document(content(permits("all"), url="https://[/")), url).get(TRAIN) is not ALLOWED


TAGS = st.sampled_from(["<rsl xmlns='https://rslstandard.org/rsl'>", "<content url='/'>", "<license>", permits("ai-train"),
                        prohibits("all"), paid("free"), "</license>", "</content>", "</rsl>", "<", "&", "\x00", "\ud800", "é"])  # fmt: skip


@given(st.lists(TAGS, max_size=15).map("".join))
def test_no_document_raises(data: str) -> None:
    read(data)


@given(
    st.lists(
        st.sampled_from(
            [permits("all"), permits("ai-train"), permits("search"), prohibits("search"), paid("use")]
        ),
        max_size=4,
    ),
    st.sampled_from([prohibits("all"), prohibits("ai-train")]),
)
def test_a_prohibition_more_never_permits_more(licenses: list[str], more: str) -> None:
    assert said(document(content(*licenses, more)))[TRAIN] is DISALLOWED


PERMITTING = {
    "training alone": (content(permits("ai-train")), ALLOWED),
    "training and input": (content(permits("ai-all")), ALLOWED),
    "training, and search is prohibited": (content(permits("ai-train") + prohibits("search")), ALLOWED),
    "training, beside a paid licence for the rest": (content(permits("ai-train"), permits("search") + paid("crawl")), ALLOWED),
    "input alone": (content(permits("ai-input")), DISALLOWED),
    "search alone": (content(permits("search")), DISALLOWED),
    "training, and everything is prohibited": (content(permits("ai-train") + prohibits("all")), DISALLOWED),
    "training, and all of AI is prohibited": (content(permits("ai-train") + prohibits("ai-all")), DISALLOWED),
    "training for a price": (content(permits("ai-train") + paid("training")), DISALLOWED),
    "training with attribution": (content(permits("ai-train") + paid("attribution")), DISALLOWED),
    "training by a licence server": (content(permits("ai-train"), attributes='server="https://l.example"'), DISALLOWED),
    "training for education": (content(permits("ai-train") + permits("education", "user")), DISALLOWED),
    "training for everybody but shops": (content(permits("ai-train") + prohibits("commercial", "user")), DISALLOWED),
    "training in one country": (content(permits("ai-train") + permits("JP", "geo")), DISALLOWED),
    "training outside of one country": (content(permits("ai-train") + prohibits("DE", "geo")), DISALLOWED),
    "training, and a narrower scope for search": (
        content(permits("ai-train")) + content(permits("search"), url="/articles/"), DISALLOWED),
    "training, and a narrower scope that prohibits it": (
        content(permits("ai-train")) + content(prohibits("ai-train"), url="/articles/"), DISALLOWED),
    "search, and a narrower scope for training": (
        content(permits("search")) + content(permits("ai-train"), url="/articles/"), ALLOWED),
}  # fmt: skip


@pytest.mark.parametrize(("contents", "expected"), PERMITTING.values(), ids=PERMITTING)
def test_what_is_permitted_by_name_is_permitted_beside_all_that_is_not(
    contents: str, expected: Preference
) -> None:
    signals = read(document(contents))
    assert combine(signal.says(TRAIN) for signal in signals) is expected
    assert combine(signal.says(TDM) for signal in signals) is DISALLOWED


DOUBTFUL = {
    "free": (permits("all"), "", UNKNOWN),
    "for a price": (permits("all") + paid("training"), "", DISALLOWED),
    "with attribution": (permits("all") + paid("attribution"), "", DISALLOWED),
    "for education": (permits("all") + permits("education", "user"), "", DISALLOWED),
    "by a licence server": (permits("all"), 'server="https://l.example"', DISALLOWED),
}


@pytest.mark.parametrize(("license_", "attributes", "expected"), DOUBTFUL.values(), ids=DOUBTFUL)
def test_a_condition_refuses_though_its_place_is_in_doubt(
    license_: str, attributes: str, expected: Preference
) -> None:
    scope = content(license_, url="https://www.a.example/", attributes=attributes)
    assert combine(signal.says(TRAIN) for signal in read(document(scope))) is expected
