"""Quotes of CSV: where they end rows is what Python's `csv` says, and what they may swallow is asked about."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.audit import lines, row_bytes
from crawler_filter.audit.csv_quotes import Dialect, is_closed, row_ends
from crawler_filter.audit.inputs import Quotes
from crawler_filter.errors import DataError
from tests.crawler_filter.audit.conftest import World

FREE, RESERVED = "https://free.example/1", "https://reserved.example/1"
PIECES = ['"', '""', ',"', '"\n', "a", ",", "\n", "\r\n", "\r", "漫"]


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@given(st.lists(st.sampled_from(PIECES), max_size=24).map("".join))
def test_rows_end_where_python_ends_them(text: str) -> None:
    given_bytes = f"{text}\n".encode()
    dialect = Dialect(",", Quotes.ENCLOSE)
    ends = row_ends(dialect, given_bytes).tolist()
    rows = [given_bytes[start:stop].decode() for start, stop in zip([0, *ends], ends, strict=False)]
    rest = given_bytes[ends[-1] if ends else 0 :]
    assert [row for each in rows for row in read(each)] == read(f"{text}\n")[: len(rows)]
    assert len(read(f"{text}\n")) == len(rows) + bool(rest)
    assert bool(rest) is not is_closed(dialect, rest[:-1])


@given(st.lists(st.sampled_from(PIECES), max_size=24).map("".join))
def test_where_quotes_are_letters_each_line_is_a_row(text: str) -> None:
    ends = row_ends(Dialect(",", Quotes.LETTERS), f"{text}\n".encode()).tolist()
    assert len(ends) == len(read(f"{text}\n".replace('"', "'")))


def audit(world: World, folder: Path, text: str, name: str = "a.csv", quotes: Quotes = Quotes.AUTO) -> list[int]:
    """Audit a table; return how many rows it has, how many are kept and how many could not be checked."""
    (folder / name).write_text(text, encoding="utf-8", newline="")
    report = world.run([folder / name], folder / "out", quotes=quotes)
    return [report["rows"], report["kept"], report["unchecked"]]


@pytest.mark.parametrize(
    "caption", ['5" disk', 'a "quoted" word', '[{"a": "b"}]', 'ends in "quotes"', '"begins" with them', '"\'"']
)
def test_ordinary_texts_with_quotes_are_read(world: World, tmp_path: Path, caption: str) -> None:
    rows = f"url\ttext\n{FREE}\t{caption}\n{RESERVED}\t{caption}\n{FREE}\t1\n"
    assert audit(world, tmp_path, rows, "a.tsv") == [3, 2, 0]
    assert (tmp_path / "out/kept/a.tsv").read_text(
        encoding="utf-8"
    ) == f"url\ttext\n{FREE}\t{caption}\n{FREE}\t1\n"


SWALLOWED = f'url\ttext\n{FREE}\t"begins\n{RESERVED}\tends"\n{FREE}\t1\n'


def test_a_quote_that_swallows_what_looks_like_a_row_is_asked_about(world: World, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"a\.tsv, row 1: .*reserved\.example.*--quotes letters.*--quotes enclose"):
        audit(world, tmp_path, SWALLOWED, "a.tsv")


@pytest.mark.parametrize(("quotes", "expected"), [(Quotes.LETTERS, [3, 2, 0]), (Quotes.ENCLOSE, [2, 2, 0])])
def test_what_is_said_of_quotes_decides(world: World, tmp_path: Path, quotes: Quotes, expected: list[int]) -> None:
    assert audit(world, tmp_path, SWALLOWED, "a.tsv", quotes) == expected


def test_removed_rows_of_quotes_that_are_letters_say_why(world: World, tmp_path: Path) -> None:
    audit(world, tmp_path, SWALLOWED, "a.tsv", Quotes.LETTERS)
    header, row = (tmp_path / "out/removed/a.tsv").read_text(encoding="utf-8").splitlines()
    said = dict(zip(header.split("\t"), row.split("\t"), strict=True))
    assert (said["url"], said["text"], said["optout_reason"]) == (RESERVED, 'ends"', "registry.domain")


def test_texts_of_several_lines_that_are_no_rows_are_read(world: World, tmp_path: Path) -> None:
    text = f'url,text\n{FREE},"one, two\nthree, four\nsee {RESERVED}, please"\n'
    assert audit(world, tmp_path, text) == [1, 1, 0]


@pytest.mark.parametrize("text", [f'url,x\n{FREE},"never\n{RESERVED},closed\n', f'url,x\n{FREE},"'])
def test_a_quote_that_swallows_the_rest_of_a_file_is_named(world: World, tmp_path: Path, text: str) -> None:
    with pytest.raises(
        DataError, match=r"a\.csv has a quote without its other in row 1, its last.*--quotes letters"
    ):
        audit(world, tmp_path, text)


def test_a_header_that_ends_within_a_quote_is_refused(world: World, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="quotes of its first row"):
        audit(world, tmp_path, f'a"b,"c ""\n,url ""\n"\n{RESERVED},1,2\n')


def test_carriage_returns_alone_end_the_header_and_rows(world: World, tmp_path: Path) -> None:
    assert audit(world, tmp_path, f"url,x\r{FREE},1\r{RESERVED},2\r{FREE},3\r") == [3, 2, 0]
    assert (tmp_path / "out/kept/a.csv").read_bytes() == f"url,x\r{FREE},1\r{FREE},3\r".encode()
    header, row = (tmp_path / "out/removed/a.csv").read_text(encoding="utf-8").splitlines()
    assert header.startswith("url,x,optout_reason,")
    assert row.startswith(f"{RESERVED},2,registry.domain,")


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_a_quote_that_swallows_a_row_is_asked_about_whatever_ends_lines(
    world: World, tmp_path: Path, end: str
) -> None:
    with pytest.raises(DataError, match=r"a\.tsv, row 1: .*reserved\.example"):
        audit(world, tmp_path, SWALLOWED.replace("\n", end), "a.tsv")


def test_a_quote_in_the_header_may_hold_a_carriage_return(world: World, tmp_path: Path) -> None:
    assert audit(world, tmp_path, f'url,"a\rb"\r{RESERVED},1\r{FREE},2\r') == [2, 1, 0]


def test_carriage_returns_alone_end_the_header_and_rows_of_a_table_in_parts(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "PART", 200)
    monkeypatch.setattr(row_bytes, "BLOCK", 64)
    assert audit(world, tmp_path, "url,x\r" + f"{RESERVED},1\r{FREE},2\r" * 20) == [40, 20, 0]


def test_carriage_returns_alone_end_rows_among_others(world: World, tmp_path: Path) -> None:
    assert audit(world, tmp_path, f"url,x\n{FREE},1\r{RESERVED},2\n{FREE},3\r\n") == [3, 2, 0]


def test_a_table_without_names_of_columns_is_refused(world: World, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"a\.tsv begins with a row that names no columns.*--no-header.*--url 2"):
        audit(world, tmp_path, f"a caption\t{FREE}\n", "a.tsv")
