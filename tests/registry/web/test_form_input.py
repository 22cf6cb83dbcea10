# ruff: noqa: RUF001 - full-width letters are what is read here
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.formats.record import ScopeKind
from registry.web.draft_answers import Answers, read_terms
from registry.web.form_input import Covers, Line, covers_of, read_lines
from registry.web.lookup_page import AskedAsset, read_asset

DIGEST = hashlib.sha256(b"a drawing").hexdigest()
EMPTY = hashlib.sha256(b"").hexdigest()


pytestmark = pytest.mark.usefixtures("in_a_request")


@pytest.mark.parametrize(
    ("covers", "typed", "kind", "value"),
    [
        pytest.param(Covers.SITE, "example.com", "domain", "example.com", id="a name"),
        pytest.param(Covers.SITE, " Example.COM. ", "domain", "example.com", id="space, capitals, a dot"),
        pytest.param(Covers.SITE, "https://example.com/", "domain", "example.com", id="a pasted address"),
        pytest.param(Covers.SITE, "https://example.com/?x=1", "domain", "example.com", id="with a query"),
        pytest.param(Covers.SITE, "ｅｘａｍｐｌｅ．ｊｐ", "domain", "example.jp", id="full-width letters"),
        pytest.param(
            Covers.SITE, "ｈｔｔｐｓ：／／例え．ｊｐ／", "domain", "xn--r8jz45g.jp", id="a full-width address"
        ),
        pytest.param(Covers.SITE, "例え。jp", "domain", "xn--r8jz45g.jp", id="an ideographic full stop"),
        pytest.param(
            Covers.SITE, "ｅｘａｍｐｌｅ。ｊｐ", "domain", "example.jp", id="full-width with ideographic stops"
        ),
        pytest.param(
            Covers.SITE, "ｅｘａｍｐｌｅ｡ｊｐ", "domain", "example.jp", id="a half-width ideographic stop"
        ),
        pytest.param(
            Covers.PAGE, "例え。jp/a。html", "url", "xn--r8jz45g.jp/a%E3%80%82html", id="a stop in a path stays"
        ),
        pytest.param(
            Covers.HOST, "www.example.com/index.html", "host", "www.example.com", id="a name with a page"
        ),
        pytest.param(
            Covers.FOLDER, "example.com/bob", "prefix", "example.com/bob/", id="a folder without its slash"
        ),
        pytest.param(
            Covers.FOLDER, "https://example.com/bob/", "prefix", "example.com/bob/", id="a pasted folder"
        ),
        pytest.param(
            Covers.PAGE,
            "ｅｘａｍｐｌｅ．ｃｏｍ／a／b",
            "url",
            "example.com/a%EF%BC%8Fb",
            id="a path is left as it is",
        ),
        pytest.param(Covers.PAGE, "example.com/a?b=c#d", "url", "example.com/a?b=c", id="a query is kept"),
        pytest.param(Covers.FILES, DIGEST.upper(), "sha256", DIGEST, id="a digest in capitals"),
        pytest.param(Covers.FILES, f"{DIGEST}  picture.png", "sha256", DIGEST, id="a line of sha256sum"),
        pytest.param(Covers.FILES, f"SHA-256:{DIGEST}", "sha256", DIGEST, id="a marked digest"),
        pytest.param(Covers.FILES, "d" * 32, "md5", "d" * 32, id="an MD5, told by its length"),
        pytest.param(Covers.NUMBERS, "ISBN 978-4-06-519981-7", "isbn", "9784065199817", id="an ISBN with hyphens"),
        pytest.param(
            Covers.NUMBERS, "９７８４０６５１９９８１７", "isbn", "9784065199817", id="a full-width ISBN"
        ),
        pytest.param(
            Covers.NUMBERS,
            "９７８ー４ー０６ー５１９９８１ー７",
            "isbn",
            "9784065199817",
            id="long-vowel marks for hyphens",
        ),
        pytest.param(
            Covers.NUMBERS, "ISBN：978−4−06−519981−7", "isbn", "9784065199817", id="minus signs for hyphens"
        ),
        pytest.param(Covers.NUMBERS, "１０．１０００／１８２", "doi", "10.1000/182", id="a full-width DOI"),
        pytest.param(Covers.NUMBERS, "https://doi.org/10.1000/182", "doi", "10.1000/182", id="a DOI's address"),
        pytest.param(
            Covers.NUMBERS,
            "10.5240/7791-8534-2C23-9030-8610-5",
            "eidr",
            "10.5240/7791-8534-2C23-9030-8610-5",
            id="an EIDR",
        ),
    ],
)
def test_what_a_person_types_is_put_right(covers, typed, kind, value):
    assert read_lines(covers, typed) == ((Line(ScopeKind(kind), value),), ())


@pytest.mark.parametrize(
    ("covers", "typed", "told"),
    [
        pytest.param(Covers.SITE, "", "Enter the name of your website", id="nothing"),
        pytest.param(Covers.SITE, "example.com\nnot a site\n", "Line 2", id="the line is named"),
        pytest.param(Covers.SITE, "192.0.2.1", "IP address", id="an IP address"),
        pytest.param(Covers.SITE, "me@example.com", "mail", id="a mail address"),
        pytest.param(Covers.FOLDER, "example.com", "folder", id="a folder that is a site"),
        pytest.param(Covers.FOLDER, "example.com/a/?b", "without ?", id="a folder with a query is not widened"),
        pytest.param(Covers.FILES, "picture.png", "SHA-256", id="a file name"),
        pytest.param(Covers.FILES, EMPTY, "empty file", id="the empty file"),
        pytest.param(Covers.NUMBERS, "978-4-06-519981-8", "check digit", id="a wrong check digit"),
    ],
)
def test_what_cannot_be_meant_is_a_problem_that_says_how(covers, typed, told):
    problem = read_lines(covers, typed)[1][0]
    assert problem.field == "lines"
    assert told in problem.message


def test_a_line_that_is_given_twice_counts_once():
    lines, problems = read_lines(Covers.SITE, "example.com\nEXAMPLE.com/\n\n")
    assert (len(lines), problems) == (1, ())


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        pytest.param(
            {"contact": "ａｓｋ＠ｅｘａｍｐｌｅ．ｊｐ"},
            {"contact": "ask@example.jp"},
            id="a full-width mail address",
        ),
        pytest.param(
            {"contact": "ask＠例え。jp"}, {"contact": "ask@例え.jp"}, id="an ideographic stop in a mail address"
        ),
        pytest.param(
            {"contact": "ｈｔｔｐｓ：／／例え。jp/問い合わせ"},
            {"contact": "https://例え.jp/問い合わせ"},
            id="a contact page",
        ),
        pytest.param(
            {"policy": "ｅｘａｍｐｌｅ。ｊｐ／ライセンス"},
            {"policy": "https://example.jp/ライセンス"},
            id="a page of terms",
        ),
        pytest.param(
            {"policy": "example.jp/Ａ"}, {"policy": "https://example.jp/Ａ"}, id="a path is left as it is"
        ),
        pytest.param({"territory": "ｊｐ"}, {"territory": "JP"}, id="a full-width country"),
    ],
)
def test_terms_that_were_typed_full_width_are_put_right(typed, read):
    answers, problems = read_terms(Answers(), typed)
    assert problems == ()
    assert {name: getattr(answers, name) for name in read} == read


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        pytest.param("ｅｘａｍｐｌｅ。ｊｐ／ａ", "url", "example.jp/%EF%BD%81", id="an address"),
        pytest.param("９７８ー４ー０６ー５１９９８１ー７", "isbn", "9784065199817", id="an ISBN"),
        pytest.param("ＳＨＡ２５６：" + DIGEST, "sha256", DIGEST, id="a digest"),
    ],
)
def test_what_is_looked_up_may_be_typed_full_width(typed, kind, value):
    assert read_asset(typed) == AskedAsset(kind, value)


@given(st.sampled_from(Covers), st.text(max_size=80))
def test_any_text_is_understood_or_a_problem(covers, text):
    lines, problems = read_lines(covers, text)
    assert lines or problems
    assert all(covers_of(line.kind) is covers for line in lines)
