"""What may be declared, field by field: tables of what people type."""

from pathlib import Path

import pytest

from crawler_filter.errors import InvalidScopeError
from crawler_filter.fingerprints.background import background_of
from crawler_filter.fingerprints.digests import digests_of
from crawler_filter.fingerprints.embedding import Embedding
from crawler_filter.fingerprints.registered import Film
from crawler_filter.fingerprints.text import Excerpts
from crawler_filter.formats.record import Assurance, Record, ScopeKind
from crawler_filter.formats.terms import Terms
from crawler_filter.preference import VOCABULARY, Preference, Usage
from registry.errors import InvalidRequestError
from registry.model.declaration import DeclarationRequest, ScopeRequest
from registry.model.party import AUTHORITY_STATEMENT, Capacity, Party
from registry.rules.negative_files import SHARED_FILES
from registry.rules.validation import build_record, canonical_value
from tests.registry.bad_scopes import BAD_SCOPES

PARTY = Party("p" * 25 + "a", "Studio Aoi", True, Capacity.AUTHOR, None, "JP", AUTHORITY_STATEMENT, 0)
NUMBER = "d" * 25 + "a"
MD5 = "0123456789abcdef0123456789abcdef"
LONGEST = ".".join(["a" * 63] * 3 + ["b" * 57])
"""With .com a name of 253 bytes, the longest there is."""
HASH = "a5b1c93e70d2684f" * 4
EXCERPTS = Excerpts(24, 16, b"".join(number.to_bytes(8, "little") for number in (1, 2, 3)))
FILM = Film(((0, bytes.fromhex(HASH)), (1, bytes.fromhex(HASH)))).encode()
CODES = Embedding(bytes(32), (bytes(range(64)),)).encode()
BLANK_FILM = Film(((7, bytes(32)),)).encode()
BAD_CONTENT = [
    pytest.param("pdq", f"{HASH};q=49", "quality of 50", id="a picture with little to see"),
    pytest.param("pdq", "00" * 32, "0 of 256 bits", id="the hash of a blank page"),
    pytest.param("pdq", f"crop4:{'ff' * 32}", "called crop4: it has 256", id="a crop that cannot be"),
    pytest.param("pdq", HASH[:-1], "64 lower-case", id="a hash that is too short"),
    pytest.param("iscc", "ISCC:EEA4GQZQTY6J5DT1", "looks like ISCC", id="no ISCC"),
    pytest.param("text", EXCERPTS.encode()[:-4], "fingerprints|canonical", id="fingerprints that were cut"),
    pytest.param("text", "once upon a time", "win1-", id="the text itself"),
    pytest.param("video", FILM[:-4], "36 bytes", id="frames that were cut"),
    pytest.param("video", BLANK_FILM, "frame at 7 s: it has 0", id="a film of a blank frame"),
    pytest.param("embed", CODES[:-4], "codes of 64 bytes", id="codes that were cut"),
    pytest.param("embed", "A5" + CODES[2:], "SHA-256", id="codes of a model in capitals"),
    pytest.param("embed", Embedding(bytes(32), (bytes(64),)).encode(), "0 of 512 bits", id="a code of nothing"),
    pytest.param("embed", "A" * 5_000_000, "SHA-256", id="codes without end"),
]


def build(*scopes, most_scopes=10, **rest):
    rest = {"preferences": {"train-ai": "disallowed"}, "statement": AUTHORITY_STATEMENT, **rest}
    asked = tuple(ScopeRequest(*each) for each in scopes)
    request = DeclarationRequest(party=PARTY.id, scopes=asked, **rest)
    return build_record(request, PARTY, NUMBER, 1, most_scopes=most_scopes)


def faults(*scopes, **rest):
    """Pointers of everything that is refused."""
    with pytest.raises(InvalidRequestError) as refused:
        build(*scopes, **rest)
    return [error.pointer for error in refused.value.errors]


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("domain", "Example.COM", "example.com"),
        ("domain", " https://example.com/ ", "example.com"),
        ("domain", "ｅｘａｍｐｌｅ.com", "example.com"),  # noqa: RUF001
        ("domain", "日本語.jp", "xn--wgv71a119e.jp"),
        ("domain", "日本語。ｊｐ", "xn--wgv71a119e.jp"),  # noqa: RUF001
        ("domain", "p\u0430ypal.com", "xn--pypal-4ve.com"),
        ("host", f"{LONGEST}.com", f"{LONGEST}.com"),
        ("host", "img.example.com.", "img.example.com"),
        ("prefix", "http://example.com/art/", "example.com/art/"),
        ("prefix", "alice.github.io/art/", "alice.github.io/art/"),
        ("prefix", "alice.tumblr.com/art/", "www.tumblr.com/alice/art/"),
        ("url", "https://example.com/a%7eb?x=1", "example.com/a~b?x=1"),
        ("sha256", "AB" * 32, "ab" * 32),
        ("md5", f"md5:{MD5}", MD5),
        ("isbn", "ISBN 4-00-310101-4", "9784003101018"),
        ("doi", "https://doi.org/10.1000/ABC", "10.1000/abc"),
        ("pdq", HASH, HASH),
        ("pdq", f" {HASH.upper()};q=87", HASH),
        ("pdq", f"{HASH},crop4:{HASH};q=50", f"{HASH},crop4:{HASH}"),
        ("iscc", "eea4gqzqty6j5dth", "ISCC:EEA4GQZQTY6J5DTH"),
        ("text", f"sha256-norm1:{HASH}", f"sha256-norm1:{HASH}"),
        ("text", EXCERPTS.encode(), EXCERPTS.encode()),
        ("video", FILM, FILM),
    ],
)
def test_two_spellings_of_one_thing_are_stored_alike(kind, typed, stored):
    assert canonical_value(ScopeKind(kind), typed) == stored


@pytest.mark.parametrize(("kind", "typed", "message"), [*BAD_SCOPES, *BAD_CONTENT])
def test_what_cannot_be_a_scope_is_refused_with_what_would_be_right(kind, typed, message):
    with pytest.raises(InvalidScopeError, match=message):
        canonical_value(ScopeKind(kind), typed)


@pytest.mark.parametrize("name", SHARED_FILES)
@pytest.mark.parametrize("kind", ["sha256", "sha1", "md5"])
def test_files_that_belong_to_nobody_are_refused(kind, name):
    digest = digests_of(SHARED_FILES[name])[kind].hex()
    with pytest.raises(InvalidScopeError, match="belongs to nobody"):
        canonical_value(ScopeKind(kind), digest)


def test_a_record_holds_what_was_asked_for():
    made = build(
        ("domain", "example.com"), ("md5", MD5, {"tdm": "disallowed"}), policy="https://example.com/terms"
    )
    assert made == Record(
        id=NUMBER,
        revision=1,
        party=PARTY.id,
        party_name="Studio Aoi",
        capacity="author",
        territory="JP",
        vocabulary=VOCABULARY,
        statement=AUTHORITY_STATEMENT,
        scopes=made.scopes,
        terms=Terms("https://example.com/terms"),
    )
    assert [scope.preferences for scope in made.scopes] == [
        {Usage.TRAIN_AI: Preference.DISALLOWED},
        {Usage.TDM: Preference.DISALLOWED},
    ]
    assert {scope.assurance for scope in made.scopes} == {Assurance.ATTESTED}
    assert Record.decode(made.encode()) == made


def test_private_suffixes_below_a_domain_are_its_exceptions():
    assert "sites.example" not in build(("domain", "example.com")).scopes[0].exceptions
    assert "s3.amazonaws.com" in build(("domain", "amazonaws.com")).scopes[0].exceptions


def test_everything_that_is_wrong_is_said_at_once():
    pointers = faults(
        ("domain", "co.jp"),
        ("planet", "mars"),
        ("url", "https://a@example.com/", {"train-ai": "perhaps", "cook": "disallowed"}),
        ("md5", MD5),
        ("md5", MD5.upper()),
        policy="gopher://example.com",
        contact="somewhere",
        territory="Japan",
        statement="2020-01",
        works=("w", "w"),
    )
    assert pointers == [
        "/scopes/0/value",
        "/scopes/1/kind",
        "/scopes/2/preferences/train-ai",
        "/scopes/2/preferences/cook",
        "/scopes/2/value",
        "/scopes/4",
        "/terms/policy",
        "/terms/contact",
        "/territory",
        "/statement",
        "/works",
    ]


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        pytest.param({}, "/preferences", id="nothing is said"),
        pytest.param({"train-ai": "unknown"}, "/preferences/train-ai", id="unknown is not a statement"),
        pytest.param({"train_ai": "disallowed"}, "/preferences/train_ai", id="no such usage"),
        pytest.param({"a/b~c": "disallowed"}, "/preferences/a~1b~0c", id="pointers are escaped"),
        pytest.param({"tdm": "disallowed", "train-ai": "allowed"}, "/preferences", id="tdm includes train-ai"),
    ],
)
def test_preferences_that_cannot_be_meant_are_refused(said, pointer):
    assert faults(("url", "example.com/a"), preferences=said) == [pointer]


def test_what_stands_on_the_background_list_is_nobodys_to_register():
    licence = (Path(__file__).parents[3] / "LICENSE").read_text(encoding="utf-8")
    listed = Excerpts(24, 16, background_of([licence])[: 8 * 100])
    with pytest.raises(InvalidScopeError, match="background list"):
        canonical_value(ScopeKind.TEXT, listed.encode())


@pytest.mark.parametrize("kind_and_value", [("md5", MD5), ("isbn", "9784003101018"), ("pdq", HASH)])
def test_what_is_not_a_location_can_only_restrict(kind_and_value):
    assert faults((*kind_and_value, {"train-ai": "allowed"})) == ["/scopes/0/preferences"]


@pytest.mark.parametrize("second", [{"train-ai": "allowed"}, {"search": "disallowed"}, None])
def test_one_scope_named_twice_is_refused_whatever_it_says(second):
    assert faults(("url", "example.com/a"), ("url", "EXAMPLE.com/a", second)) == ["/scopes/1"]


@pytest.mark.parametrize("count", [0, 4])
def test_the_number_of_scopes_has_bounds(count):
    scopes = (("md5", f"{number + 1:032x}") for number in range(count))
    assert faults(*scopes, most_scopes=3) == ["/scopes"]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("licence@example.com", "licence@example.com"),
        ("mailto:licence@example.com", "licence@example.com"),
        ("First.Last+tag@Example.COM", "First.Last+tag@example.com"),
        ("https://example.com/licence", "https://example.com/licence"),
        ("   ", None),
    ],
)
def test_a_contact_is_a_mail_address_or_a_page(typed, stored):
    assert build(("md5", MD5), contact=typed).terms.contact == stored


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)",
        "https://user@example.com/",
        "a b@example.com",
        "<a@example.com>",
        "a@b@c",
        "\u202ea@b.c",
        "a?bcc=all@example.com",
        "a%0d%0abcc:x@example.com",
        "a&subject=x@example.com",
        "a@example.com?subject=x",
        "a..b@example.com",
        ".a@example.com",
        "=?utf-8?q?a?=@example.com",
        "mailto:mailto:a@example.com",
        "a@example",
    ],
)
def test_a_contact_that_could_mislead_is_refused(typed):
    assert faults(("md5", MD5), contact=typed) == ["/terms/contact"]


def test_a_party_that_is_not_public_is_not_named():
    hidden = Party("p" * 25 + "a", "Aoi", False, Capacity.AUTHOR, None, None, AUTHORITY_STATEMENT, 0)
    request = DeclarationRequest(
        PARTY.id, (ScopeRequest("md5", MD5),), {"train-ai": "disallowed"}, statement=AUTHORITY_STATEMENT
    )
    assert build_record(request, hidden, NUMBER, 1, most_scopes=1).party_name is None
