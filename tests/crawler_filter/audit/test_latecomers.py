"""Members of objects that come behind the rows by which columns were chosen: none of them passes unseen."""

import io
import json
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from crawler_filter.audit import cdx, lines, shards
from crawler_filter.audit.latecomers import Latecomers
from crawler_filter.audit.recipes import Choice
from crawler_filter.errors import DataError
from tests.crawler_filter.audit.conftest import World

FREE, RESERVED = "https://free.example/1", "https://reserved.example/1"
USUAL = {"url": FREE}
LATE: list[dict[str, Any]] = [
    USUAL | {"image_url": RESERVED},
    USUAL | {"page_url": RESERVED},
    USUAL | {"metadata": {"url": RESERVED}},
    USUAL | {"sha256": "0" * 64},
    {"URL": RESERVED, "url": FREE},
]


@pytest.fixture(autouse=True)
def _few_rows_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (lines, cdx, shards):
        monkeypatch.setattr(module, "_LOOKED_AT", 3)


def write(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    if path.suffix == ".tar":
        with tarfile.open(path, "w") as archive:
            for number, row in enumerate(rows):
                member = tarfile.TarInfo(f"{number:05}.json")
                member.size = len(text := json.dumps(row).encode())
                archive.addfile(member, io.BytesIO(text))
    else:
        before = "example,a)/ 20260101000000 " if path.suffix == ".cdxj" else ""
        path.write_text("".join(f"{before}{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["a.jsonl", "a.cdxj", "a.tar"])
@pytest.mark.parametrize("late", LATE, ids=" ".join)
def test_a_member_that_should_have_been_judged_ends_the_run_with_its_name_and_row(
    world: World, tmp_path: Path, name: str, late: dict[str, Any]
) -> None:
    path = write(tmp_path / name, [*[USUAL] * 5, late])
    member = next(each for each in late if late[each] != FREE)
    with pytest.raises(DataError, match=rf"{name}: '{member}.*' comes first in row 6.*--restart"):
        world.run([path], tmp_path / "out")


@pytest.mark.parametrize("name", ["a.jsonl", "a.cdxj", "a.tar"])
def test_what_the_error_asks_for_lets_the_run_go_on(world: World, tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, [*[USUAL] * 5, USUAL | {"page_url": RESERVED}])
    by_hand = Choice(by_hand={"url": "url", "found_on": "page_url"})
    report = world.run([path], tmp_path / "out", choice=by_hand)
    assert (report["rows"], report["by_reason"]) == (6, {"registry.domain": 1})
    assert report["columns_by_hand"] == ["found_on", "url"]


def test_columns_that_were_named_by_hand_are_a_decision(world: World, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [*[USUAL] * 5, USUAL | {"image_url": RESERVED}])
    assert world.run([path], tmp_path / "out", choice=Choice(by_hand={"url": "url"}))["removed"] == 0


def test_members_that_hold_nothing_to_judge_may_come_at_any_time(world: World, tmp_path: Path) -> None:
    rows = [USUAL | {f"note{number}": number, "meta": {str(number): 1}} for number in range(9)]
    assert world.run([write(tmp_path / "a.jsonl", rows)], tmp_path / "out")["kept"] == 9


def test_a_member_by_hand_that_is_in_no_row_is_refused(world: World, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [*[USUAL] * 5, {"note": "page_url"}])
    with pytest.raises(DataError, match="has no column 'page_url'"):
        world.run([path], tmp_path / "out", choice=Choice(by_hand={"found_on": "page_url"}))


def test_a_name_is_weighed_once_however_many_rows_have_it() -> None:
    late = Latecomers(Path("a.jsonl"), ["url"], Choice(by_hand={"url": "url"}))
    for row in range(3):
        late.look(["image_url"], row)
    assert late._columns == ["url", "image_url"]


def test_two_spellings_of_the_name_that_a_recipe_gives_are_asked_about(world: World, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [{"url": FREE, "URL": RESERVED}])
    with pytest.raises(DataError, match="several columns"):
        world.run([path], tmp_path / "out", choice=Choice("laion"))
