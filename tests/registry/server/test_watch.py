"""A process that can no longer do its work ends, whoever met the error first, and says before that it is not ready."""

import sqlite3
import time
from types import SimpleNamespace

import pytest
import requests

from registry.errors import InstanceError, UnavailableError
from registry.instance import DATABASE
from registry.server.serve import ENDING_SECONDS, WATCH_SECONDS, Watch
from registry.store.log import log_size
from tests.registry.instance import Clock, Letterbox, open_instance, sign_in
from tests.registry.server.test_serve import Process, free_port

PAGE = 4096


@pytest.fixture
def registry(tmp_path):
    with open_instance(tmp_path, Clock(), Letterbox()) as registry:
        yield registry


def watch(registry):
    calls = []
    watching = Watch(registry, end=lambda: calls.append("end"), kill=lambda: calls.append("kill"))
    return watching, calls


def garble(path) -> None:
    """Overwrite all but the first page of a database that is in use."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(PAGE)
        file.write(b"\xa5" * (size - PAGE))


def test_a_reader_that_meets_a_damaged_database_ends_the_process(registry, tmp_path):
    watching, calls = watch(registry)
    watching.look()
    registry.writer.checkpoint()
    garble(tmp_path / DATABASE)
    registry.store.close()
    with pytest.raises((sqlite3.DatabaseError, InstanceError)), registry.store.read() as database:
        log_size(database)
    watching.look()
    assert calls == ["end"]
    assert "the storage has failed" in watching.reason
    assert "the storage has failed" in registry.not_ready()
    for _ in range(ENDING_SECONDS // WATCH_SECONDS):
        watching.look()
    assert calls == ["end", "kill"]


@pytest.mark.parametrize("what", ["writer", "publisher", "loop"])
def test_any_part_that_fails_ends_the_process(registry, what):
    match what:
        case "writer":
            registry.writer._failure = OSError("EIO")
        case "publisher":
            registry.publisher.failure = OSError("EIO")
        case "loop":
            registry.loops.append(SimpleNamespace(problem=lambda: "the thread due has ended"))
    watching, calls = watch(registry)
    watching.look()
    assert (calls, watching.reason is None) == (["end"], False)
    if what == "loop":
        registry.loops.clear()


def test_a_full_disk_is_no_end_but_nothing_is_ready_until_there_is_room(registry):
    actor = sign_in(registry, registry.mailer, "aoi@example.com")
    pages = registry.writer.run(lambda db: db.execute("PRAGMA page_count").fetchone()[0])
    registry.writer.run(lambda db: db.execute(f"PRAGMA max_page_count = {pages}").fetchall())
    with pytest.raises(UnavailableError, match="the disk is full"):
        for _ in range(1000):
            registry.drafts.save_draft(actor, None, {"text": "x" * PAGE})
    assert "the disk is full" in registry.not_ready()
    assert registry.fatal() is None
    registry.writer.run(lambda db: db.execute("PRAGMA max_page_count = 1000000").fetchall())
    registry.drafts.save_draft(actor, None, {"text": "x"})
    assert registry.not_ready() is None


@pytest.mark.whole
def test_a_served_instance_whose_database_is_damaged_ends_with_an_error(tmp_path):
    served = Process(tmp_path, free_port(), "serve", "--dev")
    for file in (tmp_path / "instance").glob(f"{DATABASE}*"):
        if file.stat().st_size > PAGE:
            garble(file)
    for _ in range(200):
        try:
            requests.get(f"{served.url}/readyz", timeout=5)
            requests.get(f"{served.url}/sign-in/{'a' * 43}", timeout=5)
        except requests.ConnectionError:
            break
        if served.process.poll() is not None:
            break
        time.sleep(0.1)
    assert served.process.wait(timeout=120) == 1, served.output.read_text()
    assert "the storage has failed" in served.output.read_text()
