"""Range answers hold every row under a prefix, and enough others to say little."""

import re

import pytest

from crawler_filter.formats import urls
from crawler_filter.formats.record import Assurance, Scope, ScopeKind
from crawler_filter.preference import Preference, Usage, encode_preferences
from crawler_filter.snapshot import Segment, build
from registry.errors import InvalidRequestError
from registry.lookups.key_range import PADDING, PAGE_ROWS, key_range
from tests.registry.publishing.instance import record

LINE = re.compile(
    r"[0-9a-f]+ (domain|host|exception|prefix|url|sha256|sha1|md5|isbn|doi|eidr) \d+ [vdlp-]+ [a-z2-7]{26} \d+"
)
RESERVED = {Usage.TRAIN_AI: Preference.DISALLOWED}
BITS = str(encode_preferences(RESERVED))


def rules(page) -> list[list[str]]:
    return [line.split(" ") for line in page.lines if line.split(" ")[2] != "0"]


@pytest.fixture(scope="module")
def segment() -> Segment:
    sites = [(number, record(number)) for number in range(300)]
    shared = [
        Scope(ScopeKind.SHA256, f"abcde{number:04x}{0:055x}", RESERVED, Assurance.ATTESTED)
        for number in range(2500)
    ]
    return Segment.parse(build([*sites, (300, record(300, *shared))]))


def test_a_crawler_finds_its_own_key_among_the_lines(segment):
    key = urls.key("site7.example").hex()
    page = key_range(segment, "host", key[:5], 0)
    assert [key[5:], "domain", BITS, "vp", record(7).id, "7"] in rules(page)


@pytest.mark.parametrize("digits", range(5, 17))
def test_every_length_of_prefix_leads_to_the_row(segment, digits):
    key = urls.key("site7.example").hex()
    assert [row[0] for row in rules(key_range(segment, "host", key[:digits], 0))] == [key[digits:]]


def test_all_pages_together_hold_every_row_once(segment):
    pages, page = [], 0
    while page is not None:
        pages.append(key_range(segment, "sha256", "abcde", page))
        page = pages[-1].following
    found = [row[0] for one in pages for row in rules(one)]
    assert sorted(found) == [f"{number:04x}{0:023x}" for number in range(2500)]
    assert len(pages) == -(-2500 // PAGE_ROWS)


@pytest.mark.parametrize(
    ("scheme", "prefix"), [("host", "00000"), ("path", "fffff"), ("sha256", "abcde"), ("isbn", "01234")]
)
def test_answers_are_filled_up_with_lines_of_the_same_form(segment, scheme, prefix):
    page = key_range(segment, scheme, prefix, 0)
    assert len(page.lines) % PADDING == 0
    assert len(page.lines) >= PADDING
    assert all(LINE.fullmatch(line) for line in page.lines)
    assert len({len(line.split(" ")[0]) for line in page.lines}) == 1


def test_the_same_question_has_the_same_bytes(segment):
    assert key_range(segment, "host", "12345", 0).encode() == key_range(segment, "host", "12345", 0).encode()


def test_the_markers_of_the_walk_are_not_shown(segment):
    marker = urls.key("example.com").hex()  # nobody declared it
    assert rules(key_range(segment, "host", marker[:16], 0)) == []


@pytest.mark.parametrize(
    ("scheme", "prefix", "page", "message"),
    [
        ("pdq", "12345", 0, "expected one of host, path"),
        ("host", "1234", 0, "5 to 16"),
        ("host", "1" * 17, 0, "5 to 16"),
        ("host", "ABCDE", 0, "lower-case"),
        ("host", "12345", -1, "page from 0"),
    ],
)
def test_a_question_that_cannot_be_read_says_what_would_be_right(segment, scheme, prefix, page, message):
    with pytest.raises(InvalidRequestError, match=message):
        key_range(segment, scheme, prefix, page)
