"""Every step answers what will be found and what will not, and says a trap where it is stepped into."""

import hashlib

import pytest

from crawler_filter.formats.record import ScopeKind
from registry.web.coverage_words import coverage
from registry.web.form_input import Covers, parted, read_lines
from tests.registry.web.test_journey import DIGEST, answer_up_to_review

HASH = hashlib.sha256(b"a picture").hexdigest()
"""Bits as a picture has them that is nobody else's."""

pytestmark = pytest.mark.usefixtures("in_a_request")


def values(covers, text):
    lines, problems = read_lines(covers, text)
    return [line.value for line in lines], [problem.message for problem in problems]


@pytest.mark.parametrize(
    "text", ["example.com, example.org", "example.com example.org", "example.com、example.org"]
)
def test_several_websites_on_one_line_are_several(text):
    assert values(Covers.SITE, text) == (["example.com", "example.org"], [])


def test_several_addresses_on_one_line_are_never_one_address():
    found, problems = values(Covers.PAGE, "https://example.com/a.png https://example.com/b.png")
    assert (found, problems) == (["example.com/a.png", "example.com/b.png"], [])


@pytest.mark.parametrize(
    "row",
    ["https://example.com/a.png,My picture,2020", "https://example.com/a.png\tMy picture", 'example.com/a,"x"'],
)
def test_a_row_of_a_table_is_not_taken_for_an_address(row):
    found, problems = values(Covers.PAGE, row)
    assert not found
    assert "looks like a row of a table" in problems[0]


def test_an_address_with_a_comma_is_still_an_address():
    assert values(Covers.PAGE, "https://example.com/maps/@35.6,139.7/a.png")[1] == []


def test_a_path_under_a_whole_website_is_not_silently_widened():
    found, problems = values(Covers.SITE, "https://example.com/blog/2020")
    assert not found
    assert "names a part of a website, and you chose a whole one" in problems[0]
    assert values(Covers.SITE, "https://example.com/") == (["example.com"], [])
    assert values(Covers.HOST, "https://example.com/index.html") == (["example.com"], [])


def test_the_better_way_is_one_press_away_and_nothing_is_typed_twice(artist):
    artist.open("/declare").press("Start").press("Continue").fill(covers="site").press("Continue")
    artist.fill(lines="art.example.com/blog").press("Continue", status=422)
    artist.press("Cover only this part instead")
    assert "Which uses do you reserve?" in artist.text
    artist.press("Continue").press("Continue")
    assert "art.example.com/blog/" in artist.text
    assert "Everything whose address begins as you wrote it." in artist.text


def test_before_and_after_publishing_the_page_says_what_is_found_and_what_is_not(artist):
    answer_up_to_review(artist, "files", f"{DIGEST}\npdq:{HASH}\n{'e' * 64}")
    said = ("Exact copies of 2 files", "Changed copies of 1 picture", "of it only exact copies are found")
    for each in said:
        assert each in artist.text
    artist.press("Accept and publish")
    for each in said:
        assert each in artist.text


def test_a_page_on_a_platform_is_said_not_to_count_before_it_is_published(artist):
    artist.open("/declare").press("Start").press("Continue").fill(covers="page").press("Continue")
    artist.fill(lines="https://www.pixiv.net/artworks/1").press("Continue")
    assert "it is shown and does not count" in artist.text


@pytest.mark.parametrize("kind", ScopeKind)
def test_every_kind_says_what_it_finds_and_what_it_misses(kind):
    found = coverage([(kind, "example.com/a/" if kind.is_location else "x")], proved=False)
    assert found.found
    assert found.missed or kind.is_content or kind in (ScopeKind.SHA1, ScopeKind.MD5)


def test_one_of_three_places_is_proved_and_counts(artist, zone):
    answer_up_to_review(artist, "site", "art.example.com\nb.example.net\nc.example.org")
    artist.press("Accept and go on to the proof")
    assert "0 of 3 places proved" in artist.text
    artist.fill(method="dns-txt").press("Show me what to do")
    name, value = artist.copies()
    zone.txt(name, value)
    artist.press("Check now")
    assert "1 of 3 places proved" in artist.text
    assert "is in force already" in artist.text
    artist.follow("What is in force now")
    assert "In force" in artist.text
    assert "2 lines more of yours are not in force yet" in artist.text


def test_limits_count_works_and_keep_the_fingerprints_of_a_file_together():
    lines = read_lines(Covers.FILES, "\n".join(f"{n:064x}\npdq:{HASH[:60]}{n:04x}" for n in range(1, 6)))[0]
    assert [len(run) for run in parted(lines, 2)] == [4, 4, 2]
    assert all(run[0].kind is ScopeKind.SHA256 for run in parted(lines, 2))


def test_more_than_one_declaration_holds_becomes_several(artist, registry):
    digests = "\n".join(f"{n:064x}" for n in range(1, 251))
    answer_up_to_review(artist, "files", digests)
    assert "We make 3 declarations of it" in artist.text
    artist.press("Accept and publish")
    assert "3 declarations are made of what you entered" in artist.text


def test_one_form_states_a_rule_with_an_exception_and_shows_it_again(artist, zone, registry):
    artist.open("/declare").press("Start").press("Continue").fill(covers="site").press("Continue")
    artist.fill(lines="art.example.com", exceptions="other.example.org/press").press("Continue", status=422)
    assert "other.example.org/press/ is in none of the websites above" in artist.problems["exceptions"]
    artist.fill(exceptions="art.example.com/press").press("Continue").press("Continue").press("Continue")
    assert "Except these parts" in artist.text
    artist.press("Accept and go on to the proof").fill(method="dns-txt").press("Show me what to do")
    zone.txt(*artist.copies())
    artist.press("Check now")
    number = artist.path.partition("?")[0].removeprefix("/d/")
    said = {scope.value: dict(scope.preferences) for scope in registry.declarations.get(number).record.scopes}
    assert said == {
        "art.example.com": {"train-ai": "disallowed"},
        "art.example.com/press/": {"train-ai": "allowed"},
    }
    artist.follow("Say it on your own website too")
    assert "Disallow: /" in artist.text
    assert "Content-Usage: /press/ train-ai=y" in artist.text
    assert artist.open(f"/d/{number}").page.h1.get_text() == "art.example.com, with exceptions"
    artist.press("Change this declaration")
    artist.follow("Change where it is")
    assert artist.page.select_one("textarea[name=exceptions]").get_text().strip() == "art.example.com/press/"


def test_what_is_allowed_is_not_among_what_will_be_found():
    site, press = (ScopeKind.DOMAIN, "studio.example"), (ScopeKind.PREFIX, "studio.example/press/")
    said = coverage([site], proved=True, allowed=[press])
    assert len(said.found) == 1
    assert said.missed[0] == "What you allow: studio.example/press/."
    assert coverage([], proved=True, allowed=[site]).found == ()


@pytest.mark.parametrize(("host", "own"), [("x.com", True), ("www.pixiv.net", True), ("aoi.tumblr.com", False)])
def test_the_host_of_a_platform_is_said_to_be_for_its_operator_and_a_members_own_is_not(host, own):
    said = coverage([(ScopeKind.DOMAIN, host)], proved=False).missed
    assert any("only whoever runs it can prove it" in each for each in said) == own


def test_a_profile_typed_as_a_whole_website_is_led_to_a_part_and_never_to_the_platform():
    problems = values(Covers.SITE, "https://x.com/umi")[1]
    assert "part of a platform" in problems[0]
    assert "to cover all of it" not in problems[0]


def test_many_fingerprints_are_counted_before_they_are_sent_and_places_are_listed(artist):
    digests = "\n".join(hashlib.sha256(f"picture {number}".encode()).hexdigest() for number in range(8))
    answer_up_to_review(artist, "files", digests)
    assert "8 files" in artist.text
    assert digests[:64] not in artist.text


def test_a_path_alone_is_an_exception_of_the_one_website(artist):
    artist.open("/declare").press("Start").press("Continue").fill(covers="site").press("Continue")
    artist.fill(lines="art.example.com", exceptions="/press/\n/about").press("Continue").press("Continue")
    artist.press("Continue")
    for said in ("art.example.com/press/", "art.example.com/about/", "What you allow:"):
        assert said in artist.text


@pytest.mark.parametrize(
    ("kind", "value", "other"),
    [
        (ScopeKind.PREFIX, "github.com/kaze/art/", "kaze.github.io/art/"),
        (ScopeKind.PREFIX, "www.fanbox.cc/@kaze/", "kaze.fanbox.cc/"),
        (ScopeKind.HOST, "kaze.fanbox.cc", "www.fanbox.cc/@kaze/"),
    ],
)
def test_an_owner_is_told_which_other_address_of_the_account_is_covered(kind, value, other):
    assert any(value in each and other in each for each in coverage([(kind, value)], proved=True).found)


@pytest.mark.parametrize(
    ("kind", "value"), [(ScopeKind.HOST, "kaze.github.io"), (ScopeKind.PREFIX, "example.com/kaze/")]
)
def test_nobody_is_told_of_an_account_that_is_not_covered(kind, value):
    assert not any("the same account" in each for each in coverage([(kind, value)], proved=True).found)
