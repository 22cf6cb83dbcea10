"""Files that catalogues come in: what each reserves, what stays unstated, and which line is wrong."""

import hashlib
import json
from pathlib import Path

import pytest

from crawler_filter import Usage
from crawler_filter.declaring.catalogue import read
from crawler_filter.declaring.claims import Claim, Unstated
from crawler_filter.declaring.xml_feed import MAX_RECORD
from crawler_filter.errors import DataError
from crawler_filter.lists.reading import Refused
from tests.crawler_filter.declaring.feeds import NEWS, SHORT, SITEMAP, constraint, isbn13, onix, product

TDM = frozenset({Usage.TDM})


def rows_of(tmp_path: Path, content: bytes, name: str = "feed.xml") -> list[Claim | Refused | Unstated]:
    (tmp_path / name).write_bytes(content)
    return list(read(tmp_path / name))


@pytest.mark.parametrize(
    ("usage", "kind"),
    [
        (constraint("03"), Claim),
        (constraint("02"), Claim),
        (constraint("01"), Refused),
        (constraint("03", "10"), Unstated),
        ("", Unstated),
        (constraint("01", "10") + constraint("03"), Claim),
    ],
    ids=["prohibited", "limited", "allowed", "another usage", "nothing", "two usages"],
)
def test_a_book_is_reserved_by_what_its_publisher_states(tmp_path, usage, kind):
    (row,) = rows_of(tmp_path, onix(product(1, usage)))
    assert isinstance(row, kind)
    if isinstance(row, Claim):
        assert (row.kind, row.value, row.usages, row.title) == ("isbn", isbn13(1), TDM, "灯台 第1巻")
        assert row.place == "feed.xml line 3, record jp.example.1"


def test_short_tags_say_the_same(tmp_path):
    (row,) = rows_of(tmp_path, onix(SHORT, short=True))
    assert (row.value, row.usages, row.title) == ("9784873119328", TDM, "Short")


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("02", "4-87311-932-4", ("isbn", "9784873119328")),
        ("03", "9784873119328", ("isbn", "9784873119328")),
        ("06", "10.1000/182", ("doi", "10.1000/182")),
        ("15", "9784873119320", "check digit"),
        ("01", "X-1", "no ISBN or DOI"),
        ("03", "4901234567894", "no ISBN or DOI"),
    ],
)
def test_a_book_is_named_by_the_identifiers_of_code_list_5(tmp_path, kind, value, expected):
    given = (
        f"<ProductIdentifier><ProductIDType>{kind}</ProductIDType><IDValue>{value}</IDValue></ProductIdentifier>"
    )
    (row,) = rows_of(tmp_path, onix(product(1, constraint("03"), given)))
    if isinstance(expected, tuple):
        assert (row.kind, row.value) == expected
    else:
        assert isinstance(row, Refused)
        assert expected in row.why


def test_ten_thousand_books_are_read_one_at_a_time(tmp_path):
    rows = rows_of(tmp_path, onix("".join(product(number, constraint("03")) for number in range(10_000))))
    assert len(rows) == len({row.value for row in rows}) == 10_000
    assert rows[-1].place.startswith("feed.xml line 20001")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (onix(product(1)).replace(b"</DescriptiveDetail>", b""), "line 4: not well-formed"),
        (onix("").replace(b"<ONIX", b'<!DOCTYPE a [<!ENTITY b "cc">]><ONIX', 1), "defines entities"),
        (onix("<Product>" + "<x>y</x>" * (MAX_RECORD // 4) + "</Product>"), "one record has more than"),
        (b"<html><body>", "expected ONIX, NewsML-G2 or a sitemap"),
        (b'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>', "lists other sitemaps"),
    ],
    ids=["cut", "entities", "endless", "a page", "an index"],
)
def test_a_feed_that_cannot_be_read_is_refused_with_its_line(tmp_path, content, why):
    with pytest.raises(DataError, match=why):
        rows_of(tmp_path, content)


def test_a_news_item_is_reserved_at_every_address_it_has(tmp_path):
    first, second, third, fourth, fifth = rows_of(tmp_path, NEWS.encode())
    assert [first.value, second.value] == ["agency.example/photos/1.jpg", "agency.example/photos/1-small.jpg"]
    assert first.usages == {Usage.TRAIN_AI}
    assert first.title == "灯台の町"
    assert third.usages >= {Usage.TRAIN_AI, Usage.TDM, Usage.SEARCH}
    assert isinstance(fourth, Unstated)
    assert isinstance(fifth, Refused)


def test_a_sitemap_lists_pages_and_pictures(tmp_path):
    page, picture, wrong = rows_of(tmp_path, SITEMAP.encode())
    assert (page.value, picture.value) == ("studio.example/1?a=1&b=2", "cdn.studio.example/1.png")
    assert wrong.place == "feed.xml line 4"


def test_books_of_a_json_array_are_unstated(tmp_path):
    books = [{"summary": {"isbn": "9784873119328", "title": "T"}, "onix": {}}, {"isbn": "9784873119320"}, 7]
    good, wrong, none = rows_of(tmp_path, json.dumps(books).encode(), "books.json")
    assert (good.claim.value, good.claim.title) == ("9784873119328", "T")
    assert [wrong.place, none.place] == ["books.json item 2", "books.json item 3"]


def test_a_list_of_one_value_a_line_and_a_table_are_read(tmp_path):
    rows = rows_of(tmp_path, "﻿isbn,title\n9784873119328,灯台\n123,x\n".encode(), "works.csv")
    assert [type(row) for row in rows] == [Claim, Refused]
    assert rows[0].title == "灯台"
    assert rows[1].place == "works.csv line 3"
    (domain,) = rows_of(tmp_path, b"studio.example\n", "sites.txt")
    assert (domain.kind, domain.value) == ("domain", "studio.example")


def test_a_folder_gives_the_digest_and_the_likeness_of_each_work(tmp_path):
    folder = tmp_path / "works"
    (folder / "a").mkdir(parents=True)
    (folder / "a" / "1.bin").write_bytes(b"\0\1\2" * 99)
    (folder / ".hidden").write_bytes(b"x")
    digest, *others = read(folder)
    assert (digest.kind, digest.value) == ("sha256", hashlib.sha256(b"\0\1\2" * 99).hexdigest())
    assert [(type(other), other.place) for other in others] == [(Refused, "a/1.bin")]
    assert len(list(read(folder, digests_only=True))) == 1
