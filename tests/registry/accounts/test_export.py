"""What a person takes away is all that is kept about her, and nothing of anybody else."""

import io
import json
import re
import zipfile
from functools import partial
from importlib.resources import files

import pytest

from registry.model.credentials import TokenScope
from registry.model.declaration import WorkKind, WorkRequest
from registry.model.dispute import DisputeRequest
from registry.store import walks
from registry.store.own_rows import OWN, own_rows
from tests.registry.studio import SHA

NOT_HERS = {
    "leaf_bodies": "with the leaves, in log",
    "checkpoints": "of the whole log",
    "manifests": "of the whole log",
    "scope_keys": "an index over records that are in log",
    "scopes": "an index over records that are in declarations and log",
    "sought": "an index over titles and names that are in works and parties",
    "state_counts": "numbers that follow from declarations",
    "day_counts": "numbers that follow from declarations",
}
"""Tables that say nothing of a person that is not in the export already."""


def take_away(registry, actor):
    file = io.BytesIO()
    registry.accounts.export(actor, file)
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        return {
            name.removesuffix(".jsonl"): archive.read(name).decode()
            if name == "README.txt"
            else [json.loads(line) for line in archive.read(name).splitlines()]
            for name in archive.namelist()
        }


def tables_of(walk):
    """The tables that a walk reads, for its rows or beside them."""
    said = " ".join([walk.columns, *(f"FROM {level.table}" for level in walk.levels)])
    return re.findall(r"FROM (\w+)", said)


def test_every_table_is_exported_or_has_nothing_personal():
    schema = (files("registry") / "schema.sql").read_text(encoding="utf-8")
    tables = set(re.findall(r"^CREATE TABLE (\w+)", schema, re.MULTILINE))
    read = {table for walks in OWN.values() for walk in walks for table in tables_of(walk)}
    assert tables == (read & tables) | NOT_HERS.keys()


@pytest.fixture
def work(studio, registry):
    return registry.works.create_work(
        studio.actor, WorkRequest(studio.party.id, WorkKind.MANGA, {"ja": "青い鳥"}, creators=("Aoi",))
    )


def test_it_holds_everything_that_was_entered(registry, studio, zone, work):
    proved = studio.prove(zone, studio.declare(("domain", "studio.example.com"), works=(work.id,)))
    pending = studio.declare(("domain", "other.example.org"))
    studio.withdraw(studio.declare(("sha256", SHA)))
    registry.accounts.create_token(studio.actor, label="upload", scope=TokenScope.READ, days=3)
    registry.drafts.save_draft(studio.actor, None, {"title": "half done"})
    taken = take_away(registry, studio.actor)
    assert [row["email"] for row in taken["account"]] == ["aoi@example.com"]
    assert [row["name"] for row in taken["parties"]] == ["Studio Aoi"]
    assert {proved.id, pending.id} <= {row["id"] for row in taken["declarations"]}
    stated = {row["declaration"]: row["body"] for row in taken["log"] if row["type"] == "declare"}
    assert stated[proved.id]["scopes"][0]["value"] == "studio.example.com"
    assert [row["record"]["scopes"][0]["value"] for row in taken["declarations"] if row["record"]] == [
        "other.example.org"
    ]
    assert taken["works"][0]["content"]["titles"] == {"ja": "青い鳥"}
    assert taken["proofs"][0]["target"] == "studio.example.com"
    assert [row["label"] for row in taken["tokens"]] == ["upload"]
    assert taken["drafts"][0]["content"] == {"title": "half done"}
    assert len(taken["announced_changes"]) == 1
    assert {"party-created", "declare", "prove"} <= {row["action"] for row in taken["audit"]}
    assert "保存しているすべての情報" in taken["README.txt"]


def test_it_holds_no_secret_and_nothing_of_anybody_else(registry, studio, rival, letterbox):
    mine, theirs = studio.declare(("sha256", SHA)), rival.declare(("md5", "a" * 32))
    registry.disputes.make(mine.id, DisputeRequest("other", "not true", "critic@example.net"))
    text, _ = registry.accounts.create_token(studio.actor, label="x", scope=TokenScope.READ, days=3)
    taken = json.dumps(take_away(registry, studio.actor), ensure_ascii=False)
    assert "not true" in taken
    for foreign in ("critic@example.net", "midori@example.org", theirs.id, rival.actor.account, text):
        assert foreign not in taken


def test_an_export_is_written_down(registry, studio):
    assert [row["action"] for row in take_away(registry, studio.actor)["audit"]][-1] == "exported"


def steps_until(database, work):
    """Steps of the database's machine that some work takes."""
    counted = 0

    def count():
        nonlocal counted
        counted += 1

    database.conn.set_progress_handler(count, 1)
    try:
        work()
    finally:
        database.conn.set_progress_handler(None, 0)
    return counted


def test_a_part_goes_on_behind_any_row_whatever_it_is(registry, studio, rival, zone, work):
    for number in range(3):
        studio.declare(("sha256", f"{number + 1:064x}"), works=(work.id,))
    mine = studio.prove(zone, studio.declare(("domain", "studio.example.com")))
    registry.disputes.make(mine.id, DisputeRequest("other", "not true", "critic@example.net"))
    registry.disputes.make(rival.declare(("md5", "a" * 32)).id, DisputeRequest("mine", "it is", "aoi@example.com"))
    studio.withdraw(studio.declare(("sha256", SHA)))
    account, seen = studio.actor.account, 0
    with registry.store.read() as database:
        for name in OWN:
            rows = [*own_rows(database, name, account)]
            for place, (mark, *_) in enumerate(rows):
                behind = [row for _, row, _ in own_rows(database, name, account, mark) if row]
                assert behind == [row for _, row, _ in rows[place + 1 :] if row], name
                seen += len(behind)
    assert seen > 100


def test_a_part_begins_without_reading_what_is_in_the_others(registry, studio, monkeypatch):
    """The next row takes as much behind many rows as behind few, and so does one that is passed by."""
    monkeypatch.setattr(walks, "TOGETHER", 1)

    def dearest(name):
        with registry.store.read() as database:
            places = [None, *(row.mark for row in own_rows(database, name, studio.actor.account))]
            behind = [own_rows(database, name, studio.actor.account, place) for place in places]
            return max(steps_until(database, partial(next, rows, None)) for rows in behind)

    def declare(first, last):
        for number in range(first, last):
            studio.declare(("sha256", f"{number + 1:064x}"))

    declare(0, 5)
    few = {name: dearest(name) for name in OWN}
    declare(5, 60)
    assert {name: count for name in few if (count := dearest(name)) > few[name] + 10} == {}
