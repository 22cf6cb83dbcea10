"""A replica answers as the registry does, from what it verified, and reads nobody's body."""

import threading
from pathlib import Path

import pytest
from werkzeug.test import Client, create_environ

from crawler_filter.checks.asset import Asset
from crawler_filter.log import Trust
from crawler_filter.preference import Usage
from crawler_filter.sync.directory import SnapshotDirectory
from crawler_filter.sync.source import FolderSource
from registry.lookups.lookup import Lookup
from registry.server import replica
from registry.server.replica import OLD_SECONDS, Follower, GetOnly, create_replica
from tests.registry.publishing.instance import NOW, make_instance, opened
from tests.registry.publishing.mirror import FolderTransport


class Followed:
    """An instance, and a replica whose clock and syncs the test drives."""

    def __init__(self, directory: Path) -> None:
        make_instance(directory)
        self.directory = directory
        self.folder = SnapshotDirectory(directory / "replica")
        self.trust = Trust.parse((directory / "registry.policy").read_bytes())
        self.publish()
        self.source = FolderSource(
            self.folder,
            self.trust,
            url=FolderTransport.URL,
            transport=lambda: FolderTransport(directory / "public"),
            clock=lambda: NOW,
        )
        self.source.sync()
        self.now = NOW
        lookup = Lookup(self.source.current, clock=lambda: NOW)
        self.application = GetOnly(create_replica(self.folder, lookup, clock=lambda: self.now))

    def get(self, path: str):
        """Get a path, read the answer to its end, and close it, as a server does."""
        answer = Client(self.application).get(path)
        answer.get_data()
        answer.close()
        return answer

    def publish(self, *numbers: int):
        with opened(self.directory) as instance:
            instance.declare(*numbers)
            publisher = instance.publisher()
            return Lookup(publisher.snapshot, clock=lambda: NOW)


@pytest.fixture
def followed(tmp_path):
    return Followed(tmp_path)


def test_a_replica_gives_the_registrys_answers_once_it_has_followed(followed):
    live = followed.publish(1, 2)
    url = "https://www.site1.example/a.png"
    assert followed.get(f"/v1/lookup?url={url}").json["keep"] is True
    followed.source.sync()
    answer = followed.get(f"/v1/lookup?url={url}").json
    assert {**answer, "asset": None} == {"asset": None, **live.lookup(Asset(url), Usage.TRAIN_AI).to_dict()}
    page = live.key_range("host", "12345")
    assert followed.get("/v1/range/host/12345").data == page.encode()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"])
def test_every_other_method_is_refused_without_a_look_at_its_body(followed, method):
    class Body:
        def read(self, *_):
            raise AssertionError("the body was read")

        readline = readlines = __iter__ = read

    answers = []
    environ = create_environ("/v1/lookup", method=method) | {"wsgi.input": Body(), "CONTENT_LENGTH": "1000000"}
    assert (
        followed.application(environ, lambda status, headers: answers.append((status, dict(headers)["Allow"])))
        == []
    )
    assert answers == [("405 Method Not Allowed", "GET, HEAD")]


def test_a_replica_hands_the_snapshot_on_to_filters_that_verify_it_like_any_mirror(followed):
    followed.publish(1, 2)
    followed.source.sync()
    manifest = followed.get("/snapshot/manifest")
    assert manifest.data == (followed.directory / "public/snapshot/manifest").read_bytes()
    assert "max-age=2" in manifest.headers["Cache-Control"]
    for path in (followed.directory / "public/snapshot").glob("*.seg"):
        answer = followed.get(f"/snapshot/{path.name}")
        if answer.status_code == 200:
            assert answer.data == path.read_bytes()
            assert "immutable" in answer.headers["Cache-Control"]
    assert followed.get("/snapshot/root/1").data == (followed.directory / "public/snapshot/root/1").read_bytes()


@pytest.mark.parametrize(
    "path",
    [
        "/snapshot/lock",
        "/snapshot/root/2",
        "/snapshot/../replica/manifest",
        "/v1/declarations/x",
        "/metrics",
        "/log/checkpoint",
    ],
)
def test_a_replica_has_nothing_else(followed, path):
    assert followed.get(path).status_code == 404


def test_the_past_is_the_registrys_own(followed):
    answer = followed.get("/v1/lookup?url=https://site1.example/&at=2026-11-24T00:00:00Z")
    assert answer.status_code == 503
    assert "replica" in answer.json["detail"]


def test_readiness_tells_the_age_of_the_snapshot(followed):
    assert followed.get("/livez").json == {"live": True}
    answer = followed.get("/readyz").json
    assert (answer["ready"], answer["log_size"]) == (True, 0)


def test_a_replica_that_has_not_followed_for_hours_is_not_ready(followed):
    followed.now += OLD_SECONDS + 1
    answer = followed.get("/readyz")
    assert (answer.status_code, "nothing newer was synced" in answer.json["detail"]) == (503, True)
    assert followed.get("/v1/lookup?url=https://www.site1.example/a.png").status_code == 200


def test_a_follower_goes_on_whatever_a_round_meets_and_ends_the_process_when_it_has_ended(monkeypatch):
    came = threading.Semaphore(0)
    raised = iter([ValueError("a Location that is no UTF-8"), None, None, SystemExit()])

    def syncing(_):
        came.release()
        if (error := next(raised)) is not None:
            raise error

    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    monkeypatch.setattr(replica, "FOLLOW_SECONDS", 0)
    monkeypatch.setattr(replica, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(Follower, "sync", syncing)
    ended = threading.Event()
    with Follower("https://registry.example", None, Path()).following(ended.set) as loop:
        for _ in range(4):
            assert came.acquire(timeout=30)
        assert ended.wait(30)
        assert (loop.failed, loop.problem()) == (1, "the thread follower has ended")
