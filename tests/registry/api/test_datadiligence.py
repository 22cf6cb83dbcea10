"""Users of datadiligence at a real registry: the compatible interface speaks to the Spawning endpoint as it is."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import pytest
from werkzeug.serving import make_server

import crawler_filter.compat.datadiligence as dd
from crawler_filter.compat.datadiligence.exceptions import SpawningAIAPIError
from crawler_filter.compat.datadiligence.rules import SpawningAPI

FREE = [f"https://elsewhere-aoi.com/{name}" for name in ("é.png", "a.png?x=1", "b.png")]


@pytest.fixture
def registry(service, monkeypatch):
    """Makes the service's application what `SpawningAPI` asks, by the one line that users change."""
    monkeypatch.delenv(SpawningAPI.API_KEY_ENV_VAR, raising=False)
    server = make_server("127.0.0.1", 0, service.client.application, threaded=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/api/v2/query/urls/"
    monkeypatch.setattr(SpawningAPI, "SPAWNING_AI_API_URL", url)
    monkeypatch.setattr(SpawningAPI, "BACKOFF_SECONDS", 0)
    yield service
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def reserved(registry):
    page = f"https://studio-aoi.com/{registry.calls}.png"
    registry.published(scopes=[{"kind": "url", "value": page}])
    return page


def test_what_is_reserved_is_left_out_and_order_is_kept(reserved):
    urls = [FREE[0], reserved, FREE[1], "not a url", FREE[2], reserved]
    assert dd.is_allowed(urls=urls) == [True, False, True, False, True, False]
    assert dd.filter_allowed(urls=urls) == FREE


def test_chunks_at_once_give_the_same_answers(reserved):
    urls = [*FREE, reserved] * 5
    assert SpawningAPI(chunk_size=3).is_allowed(urls=urls) == [True, True, True, False] * 5


def test_an_event_loop_gets_the_same_answers(reserved):
    with ThreadPoolExecutor(1) as apart:  # from the loop that a browser's tests leave running in this thread
        answers = apart.submit(lambda: asyncio.run(SpawningAPI().is_allowed_async(urls=[reserved, FREE[0]])))
        assert answers.result() == [False, True]


def test_a_list_that_the_registry_refuses_is_an_error(registry, monkeypatch):
    monkeypatch.setattr(SpawningAPI, "MAX_CHUNK_SIZE", 20_000)
    with pytest.raises(SpawningAIAPIError, match="413"):
        SpawningAPI(chunk_size=20_000).is_allowed(urls=["https://a.example/"] * 10_001)
