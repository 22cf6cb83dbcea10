"""The index of titles and names finds what a look at every text finds, and forgets what was removed."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from registry.errors import InstanceError
from registry.store.database import open_database, require_search
from registry.store.step_tables import SOUGHT_17
from registry.store.title_index import (
    MOST_TERMS,
    IndexedKind,
    _asked,
    find_by_text,
    forget_removed_terms,
    index_texts,
)
from tests.profiles import examples

TEXTS = st.lists(st.text("あいう鬼滅の刃abアィ ー★", max_size=8), max_size=3)


@pytest.fixture
def database(tmp_path):
    with closing(open_database(tmp_path / "registry.db", create=True)) as opened:
        yield opened


def found(database, text, kind=IndexedKind.WORK):
    return list(find_by_text(database, kind, text))


@examples(150)
@given(st.dictionaries(st.sampled_from("klmn"), TEXTS), st.dictionaries(st.sampled_from("klmn"), TEXTS))
def test_a_text_of_any_length_finds_what_has_it_after_any_change(before, after):
    with closing(Database(memory=True)) as database:
        for statement in SOUGHT_17:
            database.execute(statement)
        for texts in (before, after):
            for subject, said in texts.items():
                index_texts(database, IndexedKind.WORK, subject, said)
        now = before | after
        folded = dict(database.execute("SELECT id, folded FROM sought"))
        assert set(folded) == {subject for subject, said in now.items() if any(text.strip() for text in said)}
        texts = [line for each in folded.values() for line in each.split("\n")]
        for wanted in {text[at : at + n] for text in texts for at in range(len(text)) for n in (1, 2, 3, 5)}:
            having = {s for s, each in folded.items() if any(wanted in line for line in each.split("\n"))}
            assert set(found(database, wanted)) == having, wanted


def test_titles_are_found_as_they_are_typed(database):
    index_texts(database, IndexedKind.WORK, "a", ["鬼滅の刃", "Demon Slayer: Kimetsu no Yaiba"])
    index_texts(database, IndexedKind.WORK, "b", ["鬼"])
    index_texts(database, IndexedKind.WORK, "c", ["★"])
    assert found(database, "鬼") == ["b", "a"]
    for typed in ("滅の", "鬼滅の刃", "\uff24EMON", "slayer kimetsu", "Demon  Slayer"):
        assert found(database, typed) == ["a"], typed
    assert found(database, "★") == ["c"]
    for typed in ("刃鬼", "刃Demon", "", " ", '"', "w9b3c", "NOT x"):
        assert found(database, typed) == [], typed


def test_a_work_is_not_found_as_a_party_nor_a_party_as_a_work(database):
    index_texts(database, IndexedKind.PARTY, "p", ["Studio Aoi"])
    index_texts(database, IndexedKind.WORK, "w", ["Aoi"])
    assert (found(database, "aoi", IndexedKind.PARTY), found(database, "aoi")) == (["p"], ["w"])


def test_what_has_every_run_of_a_text_and_not_the_text_is_not_found(database):
    index_texts(database, IndexedKind.WORK, "a", ["abcd", "bcde"])
    assert (found(database, "abcde"), found(database, "bcde")) == ([], ["a"])
    long = "".join(chr(0x4E00 + n) for n in range(40))
    index_texts(database, IndexedKind.WORK, "b", [long[:-2]])
    assert (found(database, long[:-2]), found(database, long)) == (["b"], [])


def test_a_long_text_is_looked_up_by_few_runs():
    for length in range(1, 300):
        asked = _asked("".join(chr(0x4E00 + n) for n in range(length)))
        assert 1 <= len(asked) <= MOST_TERMS
        assert length < 3 or all(len(each) == 3 for each in asked)


def test_a_changed_work_keeps_its_place(database):
    for subject in ("a", "b"):
        index_texts(database, IndexedKind.WORK, subject, ["bird"])
    index_texts(database, IndexedKind.WORK, "a", ["blue bird"])
    assert found(database, "bird") == ["b", "a"]


def test_no_term_of_what_was_removed_stays_once_the_index_is_written_anew(database):
    for number in range(30):
        index_texts(database, IndexedKind.WORK, f"{number}", [f"青い鳥 {number}"])
    database.conn.commit()
    for number in range(30):
        index_texts(database, IndexedKind.WORK, f"{number}", [])
    database.conn.commit()
    assert b"9752" in blocks_of(database), "the index notes what was removed beside what it holds"
    forget_removed_terms(database)
    database.conn.commit()
    assert b"9752" not in blocks_of(database)


def blocks_of(database):
    return b"".join(block for (block,) in database.execute("SELECT block FROM sought_terms_data"))


class WithoutSearch:
    """A connection of an SQLite that was built without FTS5."""

    closed = False

    def execute(self, _sql: str) -> sqlite3.Cursor:
        return sqlite3.connect(":memory:").execute("SELECT 1 WHERE 0")

    def close(self) -> None:
        self.closed = True


def test_an_sqlite_without_the_index_is_refused_in_a_sentence():
    connection = WithoutSearch()
    with pytest.raises(InstanceError, match="has no FTS5, by which titles and names are found"):
        require_search(connection)
    assert connection.closed
