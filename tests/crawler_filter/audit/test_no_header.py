"""Tables whose first row is a row like others, as CC3M and CC12M are: their columns are named by numbers."""

import gzip
from pathlib import Path

import pytest

from crawler_filter.audit import lines
from crawler_filter.audit.auditing import plan_of
from crawler_filter.audit.recipes import Choice
from crawler_filter.errors import DataError
from tests.crawler_filter.audit.conftest import World, addresses, outcome

FREE, RESERVED = "https://free.example/1", "https://reserved.example/1"
SECOND = Choice(by_hand={"url": "2"})
FIRST = Choice(by_hand={"url": "1"})


def test_every_row_is_judged_and_outputs_have_no_header_either(world: World, tmp_path: Path) -> None:
    rows = [f"a caption, {FREE}\t{RESERVED}\n", f"another; one\t{FREE}\n", f"a third\t{RESERVED}\n"]
    (tmp_path / "a.tsv").write_text("".join(rows))
    report = world.run([tmp_path / "a.tsv"], tmp_path / "out", choice=SECOND, header=False)
    assert [report["rows"], report["kept"], report["unchecked"]] == [3, 1, 0]
    assert (tmp_path / "out/kept/a.tsv").read_text() == rows[1]
    removed = (tmp_path / "out/removed/a.tsv").read_text().splitlines()
    assert [row.split("\t")[:3] for row in removed] == [
        [*rows[place].strip().split("\t"), "registry.domain"] for place in (0, 2)
    ]


def test_a_first_row_tells_the_separator_even_if_its_text_has_commas(world: World, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"{FREE}\tone, two, three\n{RESERVED}\tfour\n")
    report = world.run([tmp_path / "a.csv"], tmp_path / "out", choice=FIRST, header=False)
    assert [report["rows"], report["kept"], report["unchecked"]] == [2, 1, 0]


def test_a_header_that_is_said_to_be_none_is_not_kept(world: World, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"url,text\n{FREE},1\n")
    report = world.run([tmp_path / "a.csv"], tmp_path / "out", choice=FIRST, header=False)
    assert [report["rows"], report["kept"], report["unchecked"]] == [2, 1, 1]


def test_a_byte_order_mark_before_the_first_address_hides_nothing(world: World, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbf" + f"{RESERVED},1\n{FREE},2\n".encode())
    report = world.run([tmp_path / "a.csv"], tmp_path / "out", choice=FIRST, header=False)
    assert [report["kept"], report["unchecked"]] == [1, 0]


@pytest.mark.parametrize("name", ["a.tsv", "a.tsv.gz"])
def test_parts_of_a_table_without_header_judge_each_row_once(
    world: World, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "PART", 500)
    urls = [url or "none" for url in addresses(60)]
    text = "".join(f"{url}\tcaption\n" for url in urls).encode()
    content = gzip.compress(text) if name.endswith(".gz") else text
    (tmp_path / name).write_bytes(content)
    report = world.run([tmp_path / name], tmp_path / "out", choice=FIRST, header=False)
    assert (report["rows"], report["kept"]) == (60, sum(keep for keep, _ in outcome(world, urls)))


def test_the_plan_shows_the_first_row_as_one(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("".join(f"caption {row}\thttps://free.example/{row}\n" for row in range(5)))
    shown = plan_of([tmp_path / "a.tsv"], None, SECOND, None, header=False).shown().splitlines()
    assert shown[1:] == [
        "a.tsv (csv): url from 2 (by hand)",
        *(f"    url https://free.example/{row}" for row in range(3)),
    ]


def test_columns_are_named_by_their_numbers_where_none_was_chosen(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text(f"a caption\t{FREE}\n")
    with pytest.raises(DataError, match=r"It has 1, 2: name one with --url"):
        plan_of([tmp_path / "a.tsv"], None, Choice(), None, header=False)
