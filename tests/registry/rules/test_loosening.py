"""When a change loosens: every row is a place or file that was reserved and is not, or why there is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.checks.combining import decide
from crawler_filter.finding import Match, Statement
from crawler_filter.formats.record import Assurance, Scope, ScopeKind
from crawler_filter.policy import Policy
from crawler_filter.preference import Preference, Usage, encode_preferences
from registry.rules.loosening import ancestors, is_loosening

NO, YES = Preference.DISALLOWED, Preference.ALLOWED
TRAIN, SEARCH, TDM = Usage.TRAIN_AI, Usage.SEARCH, Usage.TDM


def scope(kind, value, preferences, *, verified=True, exceptions=()):
    assurance = Assurance.VERIFIED if verified else Assurance.ATTESTED
    return Scope(ScopeKind(kind), value, preferences, assurance, exceptions=exceptions)


DOMAIN = scope("domain", "example.com", {TRAIN: NO})
HOST = scope("host", "www.example.com", {TRAIN: NO})
FOLDER = scope("prefix", "www.example.com/art/", {TRAIN: NO})
FILE = scope("sha256", "ab" * 32, {TRAIN: NO})


@pytest.mark.parametrize(
    ("old", "new", "loosens"),
    [
        pytest.param([DOMAIN], [], True, id="a reservation is withdrawn"),
        pytest.param([FILE], [], True, id="a file's reservation is withdrawn"),
        pytest.param([], [DOMAIN], False, id="a reservation is added"),
        pytest.param([DOMAIN], [DOMAIN], False, id="nothing changes"),
        pytest.param([DOMAIN, HOST], [DOMAIN], False, id="a reservation goes that a wider one repeats"),
        pytest.param([DOMAIN], [HOST], True, id="a scope is narrowed"),
        pytest.param([HOST], [DOMAIN], False, id="a scope is widened"),
        pytest.param(
            [FOLDER], [scope("url", "www.example.com/art/1", {TRAIN: NO})], True, id="a folder becomes a page"
        ),
        pytest.param(
            [DOMAIN], [scope("domain", "example.com", {TRAIN: YES})], True, id="a refusal becomes permission"
        ),
        pytest.param([DOMAIN], [scope("domain", "example.com", {SEARCH: NO})], True, id="a usage is left out"),
        pytest.param(
            [DOMAIN], [scope("domain", "example.com", {TRAIN: NO, SEARCH: NO})], False, id="a usage is added"
        ),
        pytest.param([DOMAIN], [scope("domain", "example.com", {TDM: NO})], False, id="tdm includes train-ai"),
        pytest.param([scope("domain", "example.com", {TDM: NO})], [DOMAIN], True, id="train-ai is less than tdm"),
        pytest.param(
            [DOMAIN],
            [DOMAIN, scope("prefix", "www.example.com/press/", {TRAIN: YES})],
            True,
            id="permission below",
        ),
        pytest.param(
            [DOMAIN],
            [DOMAIN, scope("prefix", "www.example.com/press/", {SEARCH: YES})],
            False,
            id="permission below for a usage that nothing reserves",
        ),
        pytest.param(
            [DOMAIN],
            [DOMAIN, scope("url", "www.example.com/a", {TRAIN: YES}, verified=False)],
            False,
            id="what is only stated cannot allow",
        ),
        pytest.param(
            [HOST],
            [HOST, scope("domain", "example.com", {TRAIN: YES})],
            False,
            id="permission above a reservation",
        ),
        pytest.param(
            [DOMAIN], [DOMAIN, scope("domain", "example.org", {TRAIN: YES})], False, id="permission elsewhere"
        ),
        pytest.param([scope("domain", "example.com", {TRAIN: YES})], [], False, id="a permission is withdrawn"),
        pytest.param(
            [DOMAIN, scope("host", "www.example.com", {TRAIN: YES})],
            [DOMAIN],
            False,
            id="an exception to a reservation is withdrawn",
        ),
        pytest.param(
            [DOMAIN],
            [scope("domain", "example.com", {TRAIN: NO}, exceptions=("shops.example.com",))],
            True,
            id="a private suffix is left out",
        ),
        pytest.param(
            [scope("domain", "example.com", {TRAIN: NO}, exceptions=("shops.example.com",))],
            [DOMAIN],
            False,
            id="a private suffix is taken in",
        ),
        pytest.param(
            [scope("prefix", "example.com/bob/", {TRAIN: NO})],
            [scope("prefix", "example.com/bobby/", {TRAIN: NO})],
            True,
            id="bob is not bobby",
        ),
        pytest.param(
            [DOMAIN], [DOMAIN, scope("domain", "example.com", {TRAIN: YES})], False, id="equals combine by refusal"
        ),
    ],
)
def test_a_change_loosens_when_a_place_loses_its_reservation(old, new, loosens):
    assert is_loosening(old, new) is loosens


hosts = st.sampled_from(["example.com", "www.example.com", "a.www.example.com", "example.org"])
folders = st.sampled_from(["", "art/", "art/new/"])
locations = st.one_of(
    st.tuples(st.just("domain"), hosts),
    st.tuples(st.just("host"), hosts),
    st.builds(lambda host, folder: ("prefix", f"{host}/{folder or 'art/'}"), hosts, folders),
    st.builds(lambda host, folder: ("url", f"{host}/{folder}1.png"), hosts, folders),
)
preferences = st.dictionaries(st.sampled_from([TRAIN, SEARCH, TDM]), st.sampled_from([NO, YES]), min_size=1)
scopes = st.builds(
    lambda where, said, verified: scope(*where, said, verified=verified), locations, preferences, st.booleans()
)
URLS = [
    f"{host}/{folder}{page}"
    for host in (
        "example.com",
        "www.example.com",
        "a.www.example.com",
        "x.a.www.example.com",
        "b.www.example.com",
        "b.example.com",
        "example.org",
        "x.example.org",
    )
    for folder in ("", "art/", "art/new/", "art/old/")
    for page in ("1.png", "2.png")
]


def decided(statements, url, usage):
    """What the filter answers for one party's statements, by its own rule of combination."""
    matches = [
        Match(
            each.kind,
            each.value,
            Statement(0, "a" * 26, 1, encode_preferences(each.preferences), each.assurance, False, False, True),
        )
        for each in statements
        if (each.kind, each.value) in set(ancestors((ScopeKind.URL, url)))
    ]
    return decide([matches], [], [], Policy.opt_out(usage), snapshot=None).preference


@given(st.lists(scopes, max_size=4), st.lists(scopes, max_size=4))
def test_a_change_that_loosens_is_one_after_which_the_filter_lets_something_pass(old, new):
    """Over a set of URLs with one in every region that the scopes can cut, the two say the same."""
    passes = any(
        decided(old, url, usage) is NO and decided(new, url, usage) is not NO for url in URLS for usage in Usage
    )
    assert is_loosening(old, new) is passes


@given(st.lists(scopes, max_size=4), st.lists(scopes, max_size=4))
def test_adding_reservations_alone_never_loosens(old, new):
    refusals = [each for each in new if YES not in each.preferences.values()]
    assert not is_loosening(old, [*old, *refusals])
