import contextlib
import hashlib
import json
import re
import time
import tracemalloc
import unicodedata
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from crawler_filter.errors import InvalidScopeError, InvalidUrlError
from crawler_filter.formats import urls, urls_profile_1
from crawler_filter.formats.urls import (
    MAX_PREFIXES,
    MAX_URL,
    PROFILE,
    canonical,
    canonical_domain,
    canonical_host,
    canonical_prefix,
    canonical_url_scope,
    host_suffixes,
    href,
    key,
    prefixes,
    split,
)

REPOSITORY = Path(__file__).parents[3]
PROFILE_VECTORS = json.loads((REPOSITORY / "tests" / "vectors" / "urls-2.json").read_text("utf-8"))
PROFILE_1_VECTORS = json.loads((REPOSITORY / "tests" / "vectors" / "urls.json").read_text("utf-8"))
SCOPE_FORMS = {
    "domain": canonical_domain,
    "host": canonical_host,
    "prefix": canonical_prefix,
    "url": canonical_url_scope,
}

# Pieces chosen to meet in every place where two spellings of one URL, or two parsers, have been known to part.
# fmt: off
SCHEMES = st.sampled_from(["http://", "https://", "https://", "HTTPS://", "http:", "https:\\\\", "ftp://", ""])
HOST_PIECES = st.sampled_from([
    "a", "example", "com", "jp", "1", "08", "0x7f", "0x", "255", "xn--", "xn--a", "xn--r8jz45g", "x", "n", "--", "-", "_",
    ".", ".", ".", "..", "。", "%2e", "%61", "%00", "A", "例え", "é", "ß", "\u00ad", "\u200d", "[::1]", "!", "*", "^",
    "@", ":", ":443", ":80", ":99999", "user:pw@", "\t", "\n", " ", "\u3000", "\ud800", "\uff11", "\uff41", "\x7f", "|", "~",
])
REST_PIECES = st.sampled_from([
    "/", "/", "//", "\\", "?", "#", ".", "..", "/./", "/../", "/.a", "%2e", "%2E", "%2e%2E", "/%2e/", "a", "B", "7", "_", "~",
    "%", "%%", "%4", "%41", "%61", "%3", "%31", "%7e", "%7E", "%2f", "%2F", "%e3%81%82", "%E3%81%82", "%25", "%00", "%zz",
    "!$&'()*+,;=:@", "'", '"', "<", ">", "`", "{", "}", "|", "^", "[", "]", " ", "\t", "\n", "\r", "\x00", "\x1f", "\x7f",
    "é", "日本", "\u00a0", "\u2028", "\ud800", "\udfff", "🎨", "\ufeff",
])
TYPED_LABELS = st.sampled_from([
    "a", "B", "xn--r8jz45g", "例え", "\uff41", "1", "-", "0x7f", "ß", "münchen", ".", "。", "\uff0e", "%61", "\u00ad", "_", "xn--a", "!",
])
# fmt: on


def joined(pieces: st.SearchStrategy[str], max_size: int) -> st.SearchStrategy[str]:
    return st.lists(pieces, max_size=max_size).map("".join)


NASTY_URLS = st.one_of(
    st.builds("{}{}{}".format, SCHEMES, joined(HOST_PIECES, 6), joined(REST_PIECES, 9)),
    st.builds("https://example.com/{}".format, joined(REST_PIECES, 12)),
    st.builds("https://{}/a".format, joined(HOST_PIECES, 8)),
    st.builds("http://h/{}".format, st.text(max_size=12)),
    st.text(max_size=20),
)
CLEAN_REST = joined(st.sampled_from(["/", "a", "B.c", "%2F", "~", "%E3", "-"]), 8).map("/{}".format)


def identity_or_none(url: str | bytes) -> str | None:
    try:
        return canonical(url)
    except InvalidUrlError:
        return None


def through_the_parser(url: str) -> str | None:
    try:
        return urls._apply_profile(href(url))
    except InvalidUrlError:
        return None


def wpt_href_or_none(url: str) -> str | None:
    try:
        return href(url)
    except InvalidUrlError:
        return None


def what_it_says(rest: str) -> tuple[str, str]:
    """Return path and query without escapes, as a server reads them."""
    path, _, query = rest.partition("?")
    texts = (
        unquote_to_bytes(part).decode("utf-8", "surrogateescape") for part in (path, query.replace("+", "%20"))
    )
    path, query = (unicodedata.normalize("NFC", text) for text in texts)
    return path, query


class TestTheStandard:
    """What the profile starts from is the WHATWG href, by the standard's own cases."""

    def test_every_absolute_case_of_the_standards_suite_gives_its_href_or_is_refused(self, vectors):
        suite = json.loads((vectors / "url" / "urltestdata.json").read_text("utf-8"))
        cases = {
            case["input"]: case.get("href", "")
            for case in suite
            if isinstance(case, dict)
            and (case["base"] is None or case["input"].startswith(("http://", "https://")))
        }
        expected = {url: out if out.startswith(("http://", "https://")) else None for url, out in cases.items()}
        assert len(expected) > 600
        assert sum(out is not None for out in expected.values()) > 150
        assert {url: wpt_href_or_none(url) for url in expected} == expected

    def test_every_case_of_the_standards_suite_takes_the_same_way_with_and_without_the_parser(self, vectors):
        suite = json.loads((vectors / "url" / "urltestdata.json").read_text("utf-8"))
        inputs = [case["input"] for case in suite if isinstance(case, dict)]
        assert [identity_or_none(url) for url in inputs] == [through_the_parser(url) for url in inputs]

    def test_host_names_become_ascii_as_the_standards_suite_says(self, vectors):
        cases = [
            case
            for case in json.loads((vectors / "url" / "toascii.json").read_text("utf-8"))
            if isinstance(case, dict)
        ]
        expected = {case["input"]: case["output"] and f"https://{case['output']}/x" for case in cases}
        assert len(expected) > 50
        assert {name: wpt_href_or_none(f"https://{name}/x") for name in expected} == expected


class TestTheProfile:
    def test_the_vector_file_is_of_this_profile(self):
        assert PROFILE_VECTORS["profile"] == PROFILE
        assert len(PROFILE_VECTORS["urls"]) >= 200

    @pytest.mark.parametrize(
        "case", PROFILE_VECTORS["urls"], ids=lambda case: f"{case['about']}: {ascii(case['input'])[:60]}"
    )
    def test_a_vector_holds(self, case):
        identity = identity_or_none(case["input"])
        assert identity == case["canonical"]
        if identity is not None:
            assert through_the_parser(case["input"]) == identity
            assert list(host_suffixes(split(identity)[0])) == case["host_suffixes"]
            assert list(prefixes(identity)) == case["prefixes"]
            assert key(identity).hex() == case["key"]

    def test_the_examples_of_the_specification_hold(self):
        text = (REPOSITORY / "docs" / "formats" / "urls.md").read_text("utf-8")
        rows = re.findall(r"^\| `(\w+://[^`]*)` \| (?:`([^`]+)`|refused) \|$", text, re.MULTILINE)
        assert len(rows) >= 5
        assert [identity_or_none(url) for url, _ in rows] == [identity or None for _, identity in rows]

    @given(NASTY_URLS)
    @example("https://xn--a/")
    @example("https://example.com/.")
    @example("https://a.0/")
    def test_urls_in_normal_form_are_answered_as_the_parser_would(self, url):
        assert identity_or_none(url) == through_the_parser(url)

    @given(st.from_regex(r"\Ahttps?://[a-z0-9_.-]{1,12}/[!-~]{0,12}\Z"))
    def test_urls_close_to_normal_form_are_answered_as_the_parser_would(self, url):
        assert identity_or_none(url) == through_the_parser(url)

    @given(NASTY_URLS)
    @example("http://h/%%34%31")
    @example("http://h/%4%31")
    @example("http://h../")
    def test_the_canonical_form_of_a_canonical_form_is_itself(self, url):
        identity = identity_or_none(url)
        assume(identity is not None)
        assert canonical(f"http://{identity}") == identity

    @given(NASTY_URLS)
    def test_only_the_spelling_of_escapes_changes_never_the_text_they_stand_for(self, url):
        identity = identity_or_none(url)
        assume(identity is not None)
        before = href(url).partition("#")[0].partition("://")[2]
        assume("%5c" not in before.lower())
        assert what_it_says(split(identity)[1]) == what_it_says(split(before)[1])

    @given(NASTY_URLS)
    def test_a_canonical_form_is_printable_ascii_without_fragment_or_dot_segments(self, url):
        identity = identity_or_none(url)
        assume(identity is not None)
        assert identity.isascii()
        assert identity.isprintable()
        host, rest = split(identity)
        assert not set(' #"<>[]{}|^`\\') & set(rest)
        # The WHATWG lets quotes and braces stand in a host, and an IPv6 address stands in brackets.
        assert not set(" #<>|^\\") & set(host)
        assert not set("[]") & set(host) or (host[0], host[-1], host.count("[")) == ("[", "]", 1)
        assert not {".", "..", "%2E", "%2E%2E"} & set(identity.partition("?")[0].split("/")[1:])

    @given(
        st.sampled_from(["http", "https", "HTTP"]),
        st.sampled_from(["", "user@", "user:pw@", ":@"]),
        st.sampled_from(["", ".", ":", ":443", ".:8080"]),
        CLEAN_REST,
        st.sampled_from(["", "#", "#top", "#/?@:"]),
    )
    def test_scheme_credentials_port_trailing_dot_and_fragment_do_not_matter(
        self, scheme, credentials, port, rest, fragment
    ):
        assert canonical(f"{scheme}://{credentials}example.com{port}{rest}{fragment}") == canonical(
            f"http://example.com{rest}"
        )

    @given(NASTY_URLS)
    def test_bytes_are_read_as_utf8(self, url):
        assume(not any("\ud800" <= char <= "\udfff" for char in url))
        assert identity_or_none(url.encode()) == identity_or_none(url)

    @pytest.mark.parametrize(
        "junk",
        [
            None,
            7,
            1.5,
            ["https://example.com/"],
            Path("/"),
            b"https://example.com/\xff",
            b"\xff\xfe",
            bytearray(b"https://example.com/"),
        ],
    )
    def test_what_is_no_text_is_refused_as_no_url(self, junk):
        with pytest.raises(InvalidUrlError):
            canonical(junk)
        with pytest.raises(InvalidUrlError):
            href(junk)

    def test_a_message_shows_what_was_got_but_not_all_of_a_huge_one(self):
        with pytest.raises(InvalidUrlError, match=r"ftp://example\.com") as refused:
            canonical("ftp://example.com/" + "a" * 10_000)
        assert len(str(refused.value)) < 300

    @pytest.mark.parametrize("form", ["https://h/{}", "https://H/{}", "https://user@h/{}#fragment"])
    def test_the_limit_is_on_the_canonical_form_however_it_is_spelled(self, form):
        assert len(canonical(form.format("a" * (MAX_URL - 2)))) == MAX_URL
        with pytest.raises(InvalidUrlError, match="at most 65536 bytes"):
            canonical(form.format("a" * (MAX_URL - 1)))

    def test_text_that_only_grows_when_escaped_meets_the_same_limit(self):
        with pytest.raises(InvalidUrlError, match="at most 65536 bytes"):
            canonical("https://h/" + "日" * (MAX_URL // 9 + 1))


class TestComposing:
    """Two ways of composing one text are one key, whichever Unicode the reader knows."""

    @given(st.text(st.sampled_from("aがガｶﾞé가각神Åά\u3099\u309a\u0301\u0327\u1161\u11a8/._-🎨漢"), max_size=12))
    def test_text_has_one_key_however_it_is_composed(self, text):
        composed, apart = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
        for place in ("https://example.com/x/{}", "https://example.com/?q={}"):
            forms = {canonical(place.format(form)) for form in (composed, apart, quote(composed), quote(apart))}
            assert len({canonical(place.format(form)) for form in (composed, apart, text)}) == 1 == len(forms)

    def test_what_is_taken_as_it_is_cannot_be_composed(self):
        codes = (code for code in range(0x80, 0x30000) if not 0xD800 <= code < 0xE000)
        later = {
            unicodedata.normalize("NFD", chr(code))[1:2]
            for code in range(0xC0, 0x11900)
            if not 0xD800 <= code < 0xE000
        }
        for character in map(chr, codes):
            if urls._NORMAL_FORM(f"https://h/{quote(character)}") is None:
                continue
            assert unicodedata.normalize("NFC", character) == character
            assert unicodedata.combining(character) == 0
            assert character not in later

    def test_endless_marks_are_left_alone(self):
        few, many = ("https://h/a" + "%CC%81%CC%A7" * count for count in (15, 2_000))
        assert canonical(few) != few.removeprefix("https://")
        assert canonical(many) == many.removeprefix("https://")


class TestProfile1:
    """The profile of older snapshots is still read, by its own vector file."""

    @pytest.mark.parametrize("case", PROFILE_1_VECTORS["urls"], ids=lambda case: ascii(case["input"])[:60])
    def test_a_vector_holds(self, case):
        try:
            identity = urls_profile_1.canonical(case["input"])
        except InvalidUrlError:
            identity = None
        assert identity == case["canonical"]
        if identity is not None:
            assert list(urls_profile_1.prefixes(identity)) == case["prefixes"]

    @given(NASTY_URLS)
    def test_what_was_declared_under_it_has_the_key_of_the_profile_in_use(self, url):
        identity = identity_or_none(url)
        assume(identity is not None)
        assert canonical(f"https://{urls_profile_1.canonical(url)}") == identity


HOSTILE = {
    "one endless label": ("http://", "a", "!"),
    "endless labels": ("http://", "a.", "!"),
    "endless dots": ("http://", ".", "/"),
    "a host that is nearly Punycode": ("http://", "xn-.", "xn--"),
    "endless hyphens": ("http://", "-", "-"),
    "endless folders": ("http://h", "/a", " "),
    "endless slashes": ("http://h", "/", "<"),
    "endless escapes": ("http://h/", "%E3", "%e3"),
    "endless dots in a path": ("http://h/a", ".", "\n"),
    "an endless query": ("http://h/?", "a/", "'"),
    "endless question marks": ("http://h/", "?", '"'),
    "an endless fragment": ("http://h/#", "#", "é"),
    "a URL that is accepted": ("http://h/", "a/", ""),
    "stray percent signs": ("http://h/", "%", "%41"),
    "endless marks": ("http://h/a", "%CC%81%CC%A7", ""),
    "endless raw marks": ("http://h/a", "\u0301\u0327", ""),
    "escaped backslashes": ("http://h/", "%5C..", ""),
    "text that could be composed": ("http://h/", "%E3%82%AB%E3%82%99", ""),
}


def best_cpu_time(url: str) -> float:
    def once() -> float:
        start = time.process_time_ns()
        urls._NORMAL_FORM(url)
        identity_or_none(url)
        return time.process_time_ns() - start

    return min(once() for _ in range(9))


@pytest.mark.parametrize(("start", "body", "end"), HOSTILE.values(), ids=HOSTILE)
def test_time_grows_with_the_length_of_a_hostile_url_and_no_faster(start, body, end):
    short, long = (start + body * (size // len(body)) + end for size in (8_000, 64_000))
    # Eight times the length: linear work takes 8 times as long, quadratic 64 times. The constant keeps the
    # clock's grain and the cost of an exception from deciding.
    assert best_cpu_time(long) < 24 * best_cpu_time(short) + 200_000


@pytest.mark.parametrize("of_profile", [canonical, urls_profile_1.canonical])
@pytest.mark.parametrize(
    "piece", ["a/", "あ", "%61", "%e2%84%aa", "e%CC%81", "a%5C..%5C", "[", "?a&", "%E1%84%80%E1%85%A1", "a."]
)
def test_a_url_far_over_the_limit_costs_the_memory_of_a_few_copies(piece, of_profile):
    url = "https://example.com/" + piece * (1_000_000 // len(piece))
    serialised = len(href(url))
    tracemalloc.start()
    with contextlib.suppress(InvalidUrlError):
        of_profile(url)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 * serialised + 4 * len(url.encode())


def test_no_text_becomes_shorter_by_the_profile_than_the_limit_on_its_length_assumes():
    changed = (chr(code) for code in range(0xC0, 0x110000) if not unicodedata.is_normalized("NFC", chr(code)))
    escapes = [quote(character) for character in changed]
    shortest = min(len(canonical(f"http://h/{escape}")[2:]) / len(escape) for escape in escapes)
    assert shortest == 1 / urls.MOST_SHRINKING
    assert canonical("https://h/" + quote("\u212a") * (MAX_URL - 2)) == "h/" + "K" * (MAX_URL - 2)


class TestWalks:
    @given(joined(st.sampled_from(["a", "bc", ".", "1", "com"]), 12).map("{}.com".format))
    def test_host_suffixes_grow_label_by_label_to_the_whole_host(self, host):
        suffixes = list(host_suffixes(host))
        assert suffixes[-1] == host
        assert len(set(suffixes)) == len(suffixes)
        for shorter, longer in pairwise(suffixes):
            assert longer.endswith(f".{shorter}")
            assert "." not in longer.removesuffix(f".{shorter}") or longer == host

    @pytest.mark.parametrize("host", ["192.0.2.1", "[2001:db8::1]", "localhost"])
    def test_an_address_or_a_single_label_has_no_names_above_it(self, host):
        assert list(host_suffixes(host)) == [host]

    def test_walking_a_hostile_host_costs_only_the_steps_taken(self):
        walk = host_suffixes("a." * 30_000 + "com")
        assert [next(walk), next(walk)] == ["a.com", "a.a.com"]

    @given(CLEAN_REST, st.sampled_from(["", "?", "?a/b/", "?/"]))
    def test_prefixes_are_the_folders_that_hold_the_page_and_the_one_whose_page_it_is(self, rest, query):
        identity = canonical(f"https://example.com{rest}{query}")
        path = identity.partition("?")[0]
        folders = list(prefixes(identity))
        assert folders == sorted(folders, key=len)
        assert all(f"{path}/".startswith(folder) and folder.endswith("/") for folder in folders)
        assert len(folders) == path.count("/") - path.endswith("/")
        assert "example.com/" not in folders

    @given(st.integers(1, 2 * MAX_PREFIXES), st.sampled_from(["", "b", "b?c/d"]))
    def test_no_more_prefixes_are_probed_than_a_prefix_scope_may_have_segments(self, depth, page):
        expected = min(depth + bool(page), MAX_PREFIXES)
        assert len(list(prefixes("example.com/" + "a/" * depth + page))) == expected

    def test_a_folder_is_not_a_prefix_of_a_longer_name(self):
        assert "example.com/bob/" not in list(prefixes("example.com/bobby/1.png"))
        assert list(prefixes("example.com/bobby")) == ["example.com/bobby/"]

    @pytest.mark.parametrize(
        "page", ["example.com/bob", "example.com/bob?tab=works", "example.com/bob/?tab=works"]
    )
    def test_a_folder_covers_its_own_page(self, page):
        assert list(prefixes(page)) == ["example.com/bob/"]

    def test_the_key_is_the_first_half_of_sha256(self):
        assert key("example.com/") == hashlib.sha256(b"example.com/").digest()[:16]


class TestScopes:
    @pytest.mark.parametrize(
        "case", PROFILE_VECTORS["scopes"], ids=lambda case: f"{case['kind']} {ascii(case['input'])[:60]}"
    )
    def test_a_vector_holds(self, case):
        form = SCOPE_FORMS[case["kind"]]
        if case["canonical"] is None:
            with pytest.raises(InvalidScopeError, match="expected"):
                form(case["input"])
        else:
            assert form(case["input"]) == case["canonical"]

    @pytest.mark.parametrize("kind", SCOPE_FORMS)
    @given(text=NASTY_URLS)
    def test_whatever_is_typed_gives_a_scope_that_stays_itself_or_one_error(self, kind, text):
        form = SCOPE_FORMS[kind]
        try:
            value = form(text)
        except InvalidScopeError:
            return
        assert form(value) == value
        assert form(f"  https://{value}  ") == value

    @given(NASTY_URLS)
    def test_a_url_scope_is_found_by_a_check_of_the_same_url(self, url):
        try:
            scope = canonical_url_scope(url)
        except InvalidScopeError:
            return
        assert canonical(f"https://{scope}") == scope

    @given(CLEAN_REST, CLEAN_REST)
    def test_a_prefix_scope_is_found_by_a_check_of_anything_below_it(self, folder, page):
        try:
            scope = canonical_prefix(f"example.com{folder}/")
        except InvalidScopeError:
            return
        assert scope in list(prefixes(canonical(f"https://example.com{folder}{page}")))

    @given(joined(TYPED_LABELS, 3).map("{}.example.com".format))
    def test_a_domain_scope_is_found_by_a_check_of_anything_below_it(self, typed):
        try:
            domain = canonical_domain(typed)
        except InvalidScopeError:
            return
        assert domain in list(host_suffixes(split(canonical(f"https://www.{domain}/a"))[0]))

    @pytest.mark.parametrize(
        ("form", "typed", "advice"),
        [
            (canonical_host, "example.com/a", "a prefix or url scope has one"),
            (canonical_domain, "*.example.com", "a domain covers all below it"),
            (canonical_domain, "example.com:8080", "scopes cover every port"),
            (canonical_domain, "name@example.com", "mail account"),
            (canonical_domain, "a.example\nb.example", "one address on one line"),
            (canonical_prefix, "example.com/bob", "one page is a url scope"),
            (canonical_prefix, "example.com/", "a whole site is a host scope"),
            (canonical_url_scope, "http://192.0.2.1/", "IP address 192.0.2.1"),
        ],
    )
    def test_a_refusal_says_what_would_be_right(self, form, typed, advice):
        with pytest.raises(InvalidScopeError, match=advice):
            form(typed)
