"""Lists of works: entered once, changed only where they differ, in the forms that their owners have."""

import json

import pytest

from registry.model.imports import ImportState
from tests.crawler_filter.declaring.feeds import isbn13, onix, product
from tests.registry.imports.lists import accept, upload
from tests.registry.imports.test_work import outcomes

TABLE = (
    "title,title_en,kind,creator,isbn,series,volume,characters,location,unpublished\n"
    "灯台,The Lighthouse,manga,Aoi; Midori,9784873119328,灯台シリーズ,3,青井そら; 緑川,https://art.example.com/1,\n"
    "草稿,,manga,,,,,,,yes\n"
    "壊れた,,manga,,9784873119320,,,,,\n"
    ",,manga,,,,,,,\n"
)


def send(studio, content, name="works.csv"):
    return upload(studio, content if isinstance(content, bytes) else content.encode(), name, usages=(), works=True)


def works(studio):
    return studio.registry.works.works_of(studio.actor).rows


def test_a_table_of_works_is_looked_at_and_entered(studio, registry):
    made = send(studio, TABLE)
    assert outcomes(made) == {"new": 2, "problem": 2}
    digit, title = registry.imports.problems(studio.actor, made.id, 9)
    assert (digit.line, digit.field, title.line, title.field) == (4, "isbn", 5, "titles")
    assert works(studio) == []
    assert accept(studio, made).state is ImportState.DONE
    draft, lighthouse = works(studio)
    assert (lighthouse.titles, lighthouse.creators) == ({"ja": "灯台", "en": "The Lighthouse"}, ("Aoi", "Midori"))
    assert (lighthouse.part, lighthouse.number, lighthouse.series) == ("volume", "3", ("灯台シリーズ",))
    assert (lighthouse.identifiers, lighthouse.locations) == ({"isbn": "9784873119328"}, ("art.example.com/1",))
    assert (draft.published, lighthouse.published) == (False, True)


@pytest.mark.parametrize("encoding", ["cp932", "utf-16"])
def test_a_table_that_windows_saved_keeps_its_titles(studio, encoding):
    accept(studio, send(studio, TABLE.encode(encoding)))
    assert [work.titles["ja"] for work in works(studio)] == ["草稿", "灯台"]


def test_a_second_list_changes_only_what_differs_and_takes_nothing_away(studio):
    accept(studio, send(studio, TABLE))
    before = {work.id: work for work in works(studio)}
    assert outcomes(send(studio, TABLE)) == {"known": 2, "problem": 2}
    made = send(studio, "title,isbn,issn\n灯台,9784873119328,0024-9319\n新作,,\n新作,,\n")
    assert outcomes(made) == {"new": 2, "repeated": 1}
    accept(studio, made)
    changed = next(work for work in works(studio) if work.identifiers.get("isbn"))
    assert changed.id in before
    assert changed.identifiers == {"isbn": "9784873119328", "issn": "0024-9319"}
    assert changed.creators == before[changed.id].creators
    assert len(works(studio)) == 3


def test_onix_and_the_media_arts_database_are_read(studio):
    accept(studio, send(studio, onix(product(1)), "feed.xml"))
    (book,) = works(studio)
    assert (book.titles, book.identifiers, book.kind) == ({"ja": "灯台 第1巻"}, {"isbn": isbn13(1)}, "book")
    graph = {"@graph": [
        {"@id": "https://mediaarts-db.artmuseums.go.jp/id/M779910", "schema:genre": "マンガ単行本", "schema:volumeNumber": "2",
         "schema:name": ["青い鳥", {"@value": "アオイトリ", "@language": "ja-hrkt"}], "schema:creator": {"schema:name": "葵"}},
        {"@id": "x"}, 7,
    ]}  # fmt: skip
    made = send(studio, json.dumps(graph), "madb.json")
    assert outcomes(made) == {"new": 1, "problem": 2}
    accept(studio, made)
    comic = next(work for work in works(studio) if "madb" in work.identifiers)
    assert (comic.identifiers, comic.kind, comic.number) == ({"madb": "M779910"}, "manga", "2")
    assert (comic.titles, comic.creators) == ({"ja": "青い鳥", "ja-Hrkt": "アオイトリ"}, ("葵",))


@pytest.mark.parametrize(
    ("content", "why"),
    [("a,b\n1,2\n", "names a column title"), ("[1", "not JSON"), ("<ONIXMessage><Product>", "not well-formed")],
)
def test_a_list_that_cannot_be_read_enters_nothing(studio, content, why):
    made = send(studio, content, "list")
    assert (made.state, works(studio)) == (ImportState.FAILED, [])
    assert why in made.failure
