"""RSL documents and policies of TDMRep, made from terms: read back without loss, and never a permission."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.formats.terms import EXTENSION, MAX_ROUTES, Route, RouteKind, Terms
from crawler_filter.formats.visible_text import invisible
from crawler_filter.preference import Preference, Usage
from crawler_filter.signals.rsl import read_document
from crawler_filter.signals.tdm_policy import CONTEXT, read_policy
from registry.model.declaration import DeclarationRequest, RouteRequest
from registry.rules.licence_documents import TOKENS, Licensor, rsl_document, tdm_policy
from registry.rules.terms_validation import canonical_terms

NAMES = st.text(min_size=1, max_size=30).map(str.strip).filter(lambda text: text and not invisible(text))
PAGES = st.builds(
    "https://{}.example/{}".format,
    st.sampled_from(["a", "rights", "jasrac", "xn--wgv71a119e"]),
    st.text("abc/&<>'\"?=#% é日", max_size=20),
)
MAILS = st.sampled_from(["rights@example.com", "a.b+c@xn--wgv71a119e.jp"])
IDENTIFIERS = st.sampled_from(["isni:0000 0001 2281 955X", "ror:05gq02987", "ipi:00123456789", "x-y:a&b<c"])
ROUTES = st.one_of(
    st.builds(
        RouteRequest, st.just("party"), st.none() | NAMES, st.none() | PAGES | MAILS, st.none() | IDENTIFIERS
    ),
    st.builds(RouteRequest, st.sampled_from(["agent", "society"]), NAMES, PAGES | MAILS, st.none() | IDENTIFIERS),
    st.builds(RouteRequest, st.just("price-list"), address=PAGES),
    st.builds(
        RouteRequest,
        st.just("rsl-server"),
        address=st.sampled_from(["https://a.example/", "https://b.example/olp"]),
    ),
)
SAID = st.dictionaries(st.sampled_from(list(TOKENS)), st.sampled_from([Preference.ALLOWED, Preference.DISALLOWED]))


@st.composite
def licensors(draw):
    """Terms as a registry stores them, whatever was typed."""
    request = DeclarationRequest(
        "", (), policy=draw(st.none() | PAGES), contact=draw(st.none() | PAGES | MAILS),
        routes=tuple(draw(st.lists(ROUTES, max_size=4, unique=True))),
        remuneration=tuple(draw(st.lists(st.sampled_from(["IN", "EU", "JP"]), max_size=3, unique=True))),
    )  # fmt: skip
    terms, errors = canonical_terms(request)
    if errors:
        return Licensor(Terms())
    return Licensor(terms, draw(st.none() | NAMES), draw(st.none() | PAGES))


def read(document, url="https://example.com/a", user=None):
    return list(read_document(document, url, user=user, locator="license.xml"))


@given(licensors(), SAID)
def test_an_rsl_document_is_read_back_without_loss_and_allows_nothing_else(licensor, said):
    signals = read(rsl_document([("/", said)], licensor))
    assert not [each.warning for each in signals if each.warning and said]
    heard = {}
    for usage in Usage:
        stated = {each.preferences[usage] for each in signals if usage in each.preferences}
        heard[usage] = Preference.DISALLOWED if Preference.DISALLOWED in stated else max(stated, default=None)
    assert all(heard[usage] is preference for usage, preference in said.items())
    assert all(said.get(usage) is Preference.ALLOWED for usage in heard if heard[usage] is Preference.ALLOWED)
    for each in signals:
        if (
            any(said.get(usage) is Preference.DISALLOWED for usage in each.preferences)
            and "prohibits" in each.rule
        ):
            assert each.terms == licensor.terms


@given(licensors())
def test_a_policy_is_read_back_without_loss_and_permits_nothing_without_consent(licensor):
    made = json.dumps(tdm_policy("https://r.example/d/1/tdm-policy.json", "https://r.example/@p", licensor))
    policy = read_policy(made)
    assert (policy.terms, policy.name, policy.flaws) == (licensor.terms, licensor.name, ())
    assert "obtainConsent" in policy.duties
    assert json.loads(made)["@context"] == list(CONTEXT)


def test_what_a_standard_has_a_word_for_stands_in_its_words():
    terms = Terms(
        "https://example.com/terms", "rights@example.com",
        (
            Route(RouteKind.SOCIETY, "JASRAC", "https://jasrac.example/", "isni:000000012281955X"),
            Route(RouteKind.RSL_SERVER, None, "https://licences.example/"),
            Route(RouteKind.PRICE_LIST, None, "https://example.com/prices"),
        ),
        ("IN",),
    )  # fmt: skip
    said = {Usage.TRAIN_AI: Preference.DISALLOWED, Usage.SEARCH: Preference.ALLOWED}
    text = rsl_document([("/", said)], Licensor(terms, "Studio Aoi", "https://r.example/receipt"))
    for part in (
        '<content url="/" server="https://licences.example/">',
        '<prohibits type="usage">ai-train</prohibits>',
        "<standard>https://jasrac.example/</standard>",
        "<custom>https://example.com/prices</custom>",
        '<legal type="contact">https://jasrac.example/</legal>',
        '<legal type="proof">https://r.example/receipt</legal>',
        '<copyright contactEmail="rights@example.com">Studio Aoi</copyright>',
        "<terms>https://example.com/terms</terms>",
        '<permits type="usage">search</permits>',
    ):
        assert part in text
    policy = tdm_policy("u", "a", Licensor(terms, "Studio Aoi"))
    assert policy["permission"] == [
        {"action": "tdm:mine", "duty": [{"action": "obtainConsent"}, {"action": "compensate"}]}
    ]
    assert policy["assigner"] == {
        "uid": "a", "vcard:fn": "Studio Aoi", "vcard:hasEmail": "mailto:rights@example.com",
        "vcard:hasURL": "https://example.com/terms",
    }  # fmt: skip


def test_a_claim_of_remuneration_stands_in_the_extension_alone():
    claims = Licensor(Terms(remuneration=("IN",)))
    plain = rsl_document([("/", {Usage.TRAIN_AI: Preference.DISALLOWED})], Licensor())
    claimed = rsl_document([("/", {Usage.TRAIN_AI: Preference.DISALLOWED})], claims)
    assert claimed.replace('    <optout:terms remuneration="IN"/>\n', "") == plain
    assert tdm_policy("u", "a", claims)["permission"] == tdm_policy("u", "a", Licensor())["permission"]


@pytest.mark.parametrize(
    "hostile",
    [
        b"", b"[]", b"null", b"{", b"[" * 100_000, b"\xff\xfe", b"1" * 5_000, b"{}" + b" " * (1 << 20),
        b'{"permission": {"action": "tdm:mine"}}', b'{"permission": [1, {"duty": 5}, {"duty": [5, {"action": []}]}]}',
        b'{"assigner": [1], "urn:optout-registry:terms:1": [1]}',
        b'{"assigner": {"vcard:hasEmail": 5, "vcard:hasURL": "javascript:alert(1)"}}',
    ],
    ids=range(12),
)  # fmt: skip
def test_a_policy_that_is_none_says_what_is_wrong_and_nothing_else(hostile):
    policy = read_policy(hostile)
    assert policy.flaws
    assert policy.terms == Terms()


def test_a_hostile_extension_is_read_as_far_as_it_has_the_form_of_terms():
    routes = [{"kind": "oracle"}, {"kind": "agent", "name": "A" * 201}, {"kind": ["agent"]}, 5] + [
        {"kind": "agent", "name": f"A{number}"} for number in range(50)
    ]
    more = {
        "routes": routes,
        "remuneration": ["in", "IND", 5, "IN"],
        "contact": "c" * 5_000,
        "policy": "https://x/",
    }
    terms = read_policy(json.dumps({EXTENSION: more})).terms
    assert terms == Terms(
        routes=tuple(Route(RouteKind.AGENT, f"A{number}") for number in range(MAX_ROUTES - 4)),
        remuneration=("IN",),
    )


def test_a_licence_server_and_contacts_of_other_sites_are_ways_to_a_licence():
    text = (
        '<rsl xmlns="https://rslstandard.org/rsl"><content url="/" server="https://api.example/"><license>'
        '<prohibits type="usage">ai-train</prohibits></license><copyright contactUrl="https://a.example/'
        + "c" * 500
        + '">A</copyright></content></rsl>'
    )
    (signal,) = read(text)
    assert signal.terms.routes == (Route(RouteKind.RSL_SERVER, None, "https://api.example/"),)
    assert len(signal.terms.contact) > 500
