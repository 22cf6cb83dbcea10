"""The interface of datadiligence: what the original gets wrong is right here, and nothing that failed is allowed.

"Peer bug 1" to "peer bug 11" are the mistakes that were found in datadiligence 0.1.7, one test or more for each.
"""

import asyncio
import http.client
import json
import time
from collections.abc import Callable, Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

import crawler_filter.compat.datadiligence as dd
from crawler_filter.compat.datadiligence import exceptions
from crawler_filter.compat.datadiligence.rules import (
    C2PAMetadataRule,
    Rule,
    SpawningAPI,
    TDMRepHeader,
    XRobotsTagHeader,
)
from crawler_filter.compat.datadiligence.spawning import cleared
from crawler_filter.errors import TransportError
from tests.crawler_filter.signals.embedded import sample_files

URLS = ["https://a.example/1.png", "https://b.example/2.png", "https://c.example/3.png"]


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SpawningAPI.API_KEY_ENV_VAR, raising=False)
    monkeypatch.setattr(SpawningAPI, "BACKOFF_SECONDS", 0)


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Starts a server that plays (status, body, headers), the last one for ever, and keeps what it was sent."""
    servers = []

    def start(*answers: tuple[int, object, dict[str, str]], seen: list | None = None) -> str:
        left = list(answers)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if seen is not None:
                    seen.append((body, self.headers))
                status, answer, headers = left.pop(0) if len(left) > 1 else left[0]
                content = answer(body) if callable(answer) else answer
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST  # noqa: N815 - the interface

            def log_message(self, *_: object) -> None:
                """Be quiet."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def silent(serve: Callable[..., str]) -> Iterator[str]:
    """The address of a server that takes a question and never answers."""
    stop = Event()

    def wait(_: bytes) -> bytes:
        stop.wait()
        return b""

    yield serve((200, wait, {}))
    stop.set()


class Own(dict):
    """A mapping of somebody's own."""


def rows(*said: tuple[str, object]) -> bytes:
    return json.dumps({"urls": [{"url": url, "optOut": out, "optIn": False} for url, out in said]}).encode()


def registry(url: str, **settings: object) -> SpawningAPI:
    api = SpawningAPI(**settings)
    api.SPAWNING_AI_API_URL = url
    return api


class TestHeaders:
    def message(self) -> http.client.HTTPMessage:
        message = http.client.HTTPMessage()
        message["X-Robots-Tag"] = "noai"
        message["X-Robots-Tag"] = "noindex"
        return message

    @pytest.mark.parametrize(
        "headers",
        [
            {"x-robots-tag": "noai"},
            {"X-Robots-Tag": "NoAI"},
            {"TDM-Reservation": "1"},
            [("X-Robots-Tag", "noai"), ("X-Robots-Tag", "noindex")],
            [("X-Robots-Tag", "noindex"), ("x-robots-tag", "noai")],
            {b"X-Robots-Tag": [b"noindex", b"noai"]},
            {"x-robots-tag": "noai, unavailable_after: 25 Jun 2027 15:00:00 PST"},
            {"tdm-reservation": "1, 1"},
            {"x-robots-tag": "noml"},
            Own({"X-Robots-Tag": "noai"}),
        ],
        ids=[
            "peer bug 1: a plain dict with lower-case names",
            "peer bug 2: a directive in another case",
            "peer bug 11: TDM-Reservation in a plain dict",
            "peer bug 5: two lines, the refusal first",
            "peer bug 5: two lines, the refusal last",
            "peer bug 4: Scrapy's bytes and lists",
            "a date with colons",
            "a reservation that a proxy joined",
            "a directive the original does not know",
            "peer bug 4: a subclass of dict",
        ],
    )
    def test_a_refusal_is_found_however_headers_are_held(self, headers: object) -> None:
        assert not dd.is_allowed(headers=headers)

    def test_peer_bug_4_the_headers_of_aiohttp_are_read(self) -> None:
        multidict = pytest.importorskip("multidict")
        assert not dd.is_allowed(
            headers=multidict.CIMultiDict([("X-Robots-Tag", "noindex"), ("X-Robots-Tag", "noai")])
        )

    def test_peer_bug_5_every_line_of_a_message_counts(self) -> None:
        assert not dd.is_allowed(headers=self.message())

    @pytest.mark.parametrize(
        "headers",
        [{}, [], Message(), {"x-robots-tag": ""}],
        ids=["peer bug 3: an empty dict", "peer bug 3: no pairs", "a message", "empty"],
    )
    def test_no_headers_refuse_nothing(self, headers: object) -> None:
        assert dd.is_allowed(headers=headers)

    def test_peer_bug_6_the_scope_of_an_agent_outlasts_the_comma(self) -> None:
        line = [("X-Robots-Tag", "examplebot: noimageai, noai")]
        assert XRobotsTagHeader(user_agent="otherbot").is_allowed(headers=line)
        assert not XRobotsTagHeader(user_agent="examplebot").is_allowed(headers=line)

    def test_but_not_the_line_where_several_may_have_been_joined(self) -> None:
        rule = XRobotsTagHeader(user_agent="otherbot")
        assert not rule.is_allowed(headers={"X-Robots-Tag": "examplebot: noimageai, noai"})
        assert rule.is_allowed(headers={"X-Robots-Tag": "examplebot: noimageai"})

    @pytest.mark.parametrize("agent", ["ExampleBot", "examplebot", "ExampleBot/2.1 (+https://bot.example)"])
    def test_peer_bug_7_a_directive_for_one_agent_is_found_by_its_token(self, agent: str) -> None:
        rule = XRobotsTagHeader(user_agent=agent)
        assert not rule.is_allowed(headers={"X-Robots-Tag": "examplebot: noindex, noai"})
        assert rule.is_allowed(headers={"X-Robots-Tag": "otherbot: noai"})

    def test_the_agent_of_a_call_goes_before_that_of_the_rule(self) -> None:
        rule = XRobotsTagHeader(user_agent="examplebot")
        assert not rule.is_allowed(headers={"X-Robots-Tag": "otherbot: noai"}, user_agent="otherbot")

    @pytest.mark.parametrize("headers", [5, "noai", [5]], ids=repr)
    def test_what_are_no_headers_is_an_error(self, headers: object) -> None:
        with pytest.raises(exceptions.HttpUnknownHeaderObject):
            dd.is_allowed(headers=headers)


class TestFetchedByTheRule:
    def test_headers_of_the_answer_count(self, serve: Callable[..., str]) -> None:
        assert not dd.is_allowed(url=serve((200, b"", {"x-robots-tag": "noai"})))
        assert dd.is_allowed(url=serve((200, b"", {})))

    @pytest.mark.parametrize("status", [402, 404, 500])
    def test_an_answer_that_is_not_the_work_is_not_allowed(self, serve: Callable[..., str], status: int) -> None:
        url = serve((status, b"", {}))
        assert not any(
            rule.is_allowed(url=url) for rule in (XRobotsTagHeader(), TDMRepHeader(), C2PAMetadataRule())
        )

    def test_nobody_answering_is_an_error(self) -> None:
        with pytest.raises(TransportError):
            dd.is_allowed(url="http://127.0.0.1:9/")


class TestFiles:
    def test_a_file_signed_with_todays_label_is_refused(self, vectors: Path) -> None:
        assert not dd.is_allowed(path=str(vectors / "c2pa" / "C_with_CAWG_data.jpg"))

    def test_bytes_that_are_no_image_refuse_nothing(self) -> None:
        assert C2PAMetadataRule().is_allowed(body=b"text")

    def test_a_broken_file_is_not_allowed(self) -> None:
        broken = sample_files.jpeg_xmp(sample_files.data_mining("x").replace(b"</rdf:RDF>", b""))
        assert not C2PAMetadataRule().is_allowed(body=broken)

    def test_a_file_that_is_not_there_is_an_error(self) -> None:
        with pytest.raises(FileNotFoundError):
            dd.is_allowed(path="absent.png")


class TestRegistry:
    def test_without_a_key_nothing_is_allowed(self) -> None:
        """The original's `test_bulk_evaluator_ready_state` turned around: it lets all of them through."""
        assert not SpawningAPI().is_ready()
        assert dd.filter_allowed(urls=URLS) == []
        assert dd.is_allowed(urls=URLS) == [False, False, False]

    def test_asked_without_a_key_it_says_so(self) -> None:
        with pytest.raises(exceptions.SpawningAIAPIError, match="SPAWNING_OPTS_KEY"):
            SpawningAPI().is_allowed(urls=URLS)

    def test_another_registry_is_asked_without_a_key(self, serve: Callable[..., str]) -> None:
        seen: list = []
        answer = rows((URLS[0], False), (URLS[1], True), (URLS[2], False))
        assert registry(serve((200, answer, {}), seen=seen)).filter_allowed(urls=URLS) == [URLS[0], URLS[2]]
        body, headers = seen[0]
        assert body.decode().split("\n") == URLS
        assert "Authorization" not in headers

    def test_a_key_is_sent(self, serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(SpawningAPI.API_KEY_ENV_VAR, "secret")
        seen: list = []
        registry(serve((200, rows((URLS[0], False)), {}), seen=seen)).is_allowed(url=URLS[0])
        assert seen[0][1]["Authorization"] == "API secret"

    def test_peer_bug_8_chunks_come_back_in_order(self, serve: Callable[..., str]) -> None:
        urls = [f"https://a.example/{number}" for number in range(50)]

        def answer(body: bytes) -> bytes:
            return rows(*((url, url.endswith("7")) for url in body.decode().split("\n")))

        api = registry(serve((200, answer, {})), chunk_size=3)
        assert api.is_allowed(urls=urls) == [not url.endswith("7") for url in urls]

    def test_peer_bug_9_a_failure_that_passes_is_tried_again(self, serve: Callable[..., str]) -> None:
        url = serve((503, b"", {}), (429, b"", {}), (200, rows((URLS[0], False)), {}))
        assert registry(url).is_allowed(url=URLS[0]) == [True]

    def test_peer_bug_10_the_async_path_tries_again_as_well(self, serve: Callable[..., str]) -> None:
        answer = rows((URLS[0], False), (URLS[1], True), (URLS[2], False))
        api = registry(serve((503, b"", {}), (429, b"", {}), (200, answer, {})))
        assert asyncio.run(api.filter_allowed_async(urls=URLS)) == [URLS[0], URLS[2]]

    @pytest.mark.parametrize(
        ("status", "body"),
        [
            (500, b""),
            (403, b""),
            (200, b"not-json"),
            (200, b"[]"),
            (200, b'{"urls": [1]}'),
            (200, b'{"urls": {}}'),
        ],
        ids=["always down", "refused", "no JSON", "no object", "no rows", "no list"],
    )
    def test_no_usable_answer_is_an_error(self, serve: Callable[..., str], status: int, body: bytes) -> None:
        with pytest.raises(exceptions.SpawningAIAPIError):
            registry(serve((status, body, {})), max_retries=1).is_allowed(urls=URLS)

    def test_peer_bug_10_the_async_path_has_a_time_limit_and_leaves_the_loop_free(self, silent: str) -> None:
        async def ask() -> tuple[BaseException | list[bool], BaseException | list[bool], bool]:
            api = registry(silent, timeout=0.2, max_retries=0)
            asked = asyncio.gather(
                api.is_allowed_async(urls=URLS), api.is_allowed_async(url=URLS[0]), return_exceptions=True
            )
            await asyncio.sleep(0.01)
            was_free = not asked.done()
            return *await asked, was_free

        began = time.monotonic()
        first, second, was_free = asyncio.run(ask())
        assert (time.monotonic() - began >= 0.2, was_free) == (True, True)
        assert isinstance(first, exceptions.SpawningAIAPIError)
        assert "not complete after 0.2 seconds" in str(first)
        assert isinstance(second, exceptions.SpawningAIAPIError)

    def test_an_address_of_two_lines_is_never_sent(self) -> None:
        with pytest.raises(exceptions.SpawningAIAPIError, match="line break"):
            registry("http://127.0.0.1:9/").is_allowed(urls=["https://a.example/\nhttps://b.example/"])


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([(URLS[2], False), (URLS[0], True), (URLS[1], False)], [False, True, True]),
        ([(URLS[0], False), (URLS[2], False)], [True, False, True]),
        ([("https://A.example/1.png", False), (URLS[1], False), (URLS[2], True)], [True, True, False]),
        ([(URLS[1], False), ("https://A.example/1.png", False), (URLS[2], False)], [False, True, True]),
        ([(URLS[0], None), (URLS[1], "false"), (URLS[2], 0)], [False, False, False]),
        ([(URLS[0], False), (URLS[0], True), (URLS[2], False)], [False, False, True]),
        ([], [False, False, False]),
    ],
    ids=[
        "peer bug 8: rows in another order are found by their URL",
        "peer bug 8: an address left out is not allowed",
        "an address in the registry's own spelling is found at its place",
        "peer bug 8: but not where rows have moved",
        "only false clears an address",
        "of two rows about one address the refusal stands",
        "an empty answer clears nothing",
    ],
)
def test_what_an_answer_clears(said: list[tuple[str, object]], expected: list[bool]) -> None:
    assert cleared(rows(*said), URLS) == expected


class TestEvaluators:
    def test_a_rule_that_is_not_ready_is_asked_all_the_same(self) -> None:
        class Refusing(Rule):
            def is_ready(self) -> bool:
                return False

            def is_allowed(self, **_: object) -> bool:
                return False

        evaluator = dd.Evaluator()
        evaluator.add_rule(Refusing())
        assert not evaluator.is_allowed(url="https://a.example/")

    def test_no_urls_are_no_question(self) -> None:
        evaluator = dd.PreprocessEvaluator()
        assert evaluator.filter_allowed([]) == evaluator.is_allowed() == []

    def test_an_evaluator_is_registered_once(self) -> None:
        dd.register_evaluator(dd.Evaluator(), "mine")
        with pytest.raises(exceptions.EvaluatorAlreadyRegistered):
            dd.register_evaluator(dd.Evaluator(), "mine")
        dd.deregister_evaluator("mine")
        assert "mine" not in dd.list_evaluators()
