"""A door before a service checks what is asked and what is made, tells the user, and never lets a failure pass."""

import asyncio
import base64
import gzip
import io
import json
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crawler_filter import CharacterRule, Filter, Mode, Policy, Usage
from crawler_filter.checks.prompts import Prompts
from crawler_filter.checks.recognisers import Recognisers
from crawler_filter.checks.sources import FixedSource
from crawler_filter.formats.characters import OwnedSheet, Sheet, encode_sheets
from crawler_filter.formats.record import Assurance
from crawler_filter.integrations import asgi, wsgi
from crawler_filter.integrations.door import Door
from crawler_filter.integrations.door_bodies import UnreadableBodyError, images, stated_prompt
from tests.crawler_filter.checks.test_content import OTHER, PIXELS, encoded, pictured
from tests.simulators.published import NOW, PublishedRegistry, scope

pytest.importorskip("ahocorasick_rs")

POLICY = replace(
    Policy.opt_out(Usage.AI_USE),
    characters=CharacterRule.TWO_AGREE,
    signals=frozenset(),
    assurance=frozenset(Assurance),
)
SORA = Sheet(
    names=("Sora Aoi",),
    attributes={"en": ("silver braid", "green eyes", "scar over the nose", "red aviator goggles")},
)
NAMED = "Sora Aoi with a silver braid, green eyes and a scar over the nose"
FREE, COPY = encoded(OTHER), encoded(PIXELS)

Ask = Callable[..., tuple[int, dict[str, str], bytes]]
Headers = Mapping[str, str]
NOTHING: Mapping[str, Any] = {}


@pytest.fixture
def optout(tmp_path: Path) -> Filter:
    return opened(tmp_path)


def opened(folder: Path, policy: Policy = POLICY, clock: Callable[[], float] = lambda: NOW) -> Filter:
    file = folder / "characters"
    file.write_bytes(encode_sheets([OwnedSheet(0, SORA)]))
    registry = PublishedRegistry()
    registry.declare(scope(*pictured(), Assurance.ATTESTED, Usage.AI_USE))
    recognisers = Recognisers(characters=Prompts(file))
    return Filter(FixedSource(registry.snapshot()), policy, recognisers=recognisers, clock=clock)


class Service:
    """A service that answers every prompt with `made`, behind a door; `seen` are the requests it was shown."""

    def __init__(self, optout: Filter, made: bytes = FREE, content_type: str = "image/png", **door: Any) -> None:
        self.made, self.content_type, self.status = made, content_type, 200
        self.seen: list[bytes] = []
        self.packs: list[str] = []
        self.encoding = ""
        self.lines: list[dict[str, Any]] = []
        self.door = Door(optout, audit=lambda line: self.lines.append(dict(line)), **door)

    async def asgi(self, scope: Any, receive: Any, send: Any) -> None:
        self.seen.append((await receive())["body"])
        self.packs.append(dict(scope["headers"]).get(b"Accept-Encoding", b"").decode())
        headers = [(b"content-type", self.content_type.encode()), (b"content-encoding", self.encoding.encode())]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        half = len(self.made) // 2
        await send({"type": "http.response.body", "body": self.made[:half], "more_body": True})
        await send({"type": "http.response.body", "body": self.made[half:]})

    def wsgi(self, environ: Any, start: Any) -> list[bytes]:
        self.seen.append(environ["wsgi.input"].read())
        self.packs.append(environ.get("HTTP_ACCEPT_ENCODING", ""))
        start(f"{self.status} Said", [("Content-Type", self.content_type), ("Content-Encoding", self.encoding)])
        half = len(self.made) // 2
        return [self.made[:half], self.made[half:]]


def over_asgi(
    service: Service,
    body: bytes,
    path: str = "/v1/images",
    method: str = "POST",
    more: Headers = NOTHING,
    **given: Any,
) -> Any:
    app, sent = asgi.OptOutDoor(service.asgi, service.door, paths=["/v1/images/"]), []

    async def run() -> None:
        parts = [body[:3], body[3:]]

        async def receive() -> Any:
            part = parts.pop(0) if parts else b""
            return {"type": "http.request", "body": part, "more_body": bool(parts)}

        async def send(message: Any) -> None:
            sent.append(message)

        headers = [(b"Content-Type", b"application/json")]
        headers += [(name.encode(), value.encode()) for name, value in more.items()]
        await app({"type": "http", "method": method, "path": path, "headers": headers, **given}, receive, send)

    asyncio.run(run())
    starts = [message for message in sent if message["type"] == "http.response.start"]
    assert len(starts) == 1
    headers = {name.decode().lower(): value.decode() for name, value in starts[0]["headers"]}
    bodies = [message for message in sent if message["type"] == "http.response.body"]
    assert [message.get("more_body", False) for message in bodies][-1] is False
    return starts[0]["status"], headers, b"".join(message["body"] for message in bodies)


def over_wsgi(
    service: Service,
    body: bytes,
    path: str = "/v1/images",
    method: str = "POST",
    more: Headers = NOTHING,
    environs: Mapping[str, Any] = NOTHING,
) -> Any:
    app, started = wsgi.OptOutDoor(service.wsgi, service.door, paths=["/v1/images"]), []
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in more.items()},
        **environs,
    }
    answer = b"".join(app(environ, lambda *said: started.append(said)))
    ((status, headers),) = started
    return int(status[:3]), {name.lower(): value for name, value in headers}, answer


@pytest.fixture(params=[over_asgi, over_wsgi], ids=["asgi", "wsgi"])
def ask(request: pytest.FixtureRequest) -> Any:
    return request.param


def asking(prompt: object) -> bytes:
    return json.dumps({"prompt": prompt}).encode()


def test_what_nobody_reserved_passes_unchanged(optout: Filter, ask: Ask) -> None:
    service = Service(optout)
    body = asking("a lighthouse at dawn")
    assert ask(service, body)[::2] == (200, FREE)
    assert service.seen == [body]
    assert [(line["stage"], line["passed"], line["checked"]) for line in service.lines] == [
        ("prompt", True, True),
        ("output", True, True),
    ]


def test_a_refused_prompt_never_reaches_the_service_and_the_user_is_told_whom_to_ask(
    optout: Filter, ask: Ask
) -> None:
    service = Service(optout)
    status, headers, body = ask(service, asking(NAMED))
    told = json.loads(body)
    assert (status, service.seen) == (403, [])
    assert headers["content-type"] == "application/problem+json"
    assert told["detail"] == "Its owner has not permitted this: character Sora Aoi."
    assert told["ask"][0].startswith("https://registry.example/d/")
    (line,) = service.lines
    assert (line["passed"], line["reason"]) == (False, "registry.character")


def test_a_copy_is_not_given_out(optout: Filter, ask: Ask) -> None:
    service = Service(optout, COPY)
    status, _, body = ask(service, asking("a lighthouse"))
    assert (status, COPY[:50] in body) == (403, False)
    assert [line["stage"] for line in service.lines if not line["passed"]] == ["output"]


def test_pictures_in_json_are_looked_at(optout: Filter, ask: Ask) -> None:
    for made, status in ((FREE, 200), (COPY, 403)):
        answer = json.dumps({"data": [{"b64_json": base64.b64encode(made).decode()}]}).encode()
        assert ask(Service(optout, answer, "application/json"), asking("a lighthouse"))[0] == status


def test_audit_lines_hold_digests_and_no_words(optout: Filter, ask: Ask) -> None:
    service = Service(optout)
    ask(service, asking("a very private wish"))
    assert "private" not in json.dumps(service.lines)
    assert {line["content"]["kind"] for line in service.lines} == {"text", "file"}
    assert all(len(line["content"]["sha256"]) == 64 and line["snapshot"] for line in service.lines)


def test_an_audit_line_is_one_line_of_json_in_the_log(
    optout: Filter, ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    service = Service(optout)
    service.door = Door(optout)
    with caplog.at_level(logging.INFO, "crawler_filter.integrations.door"):
        ask(service, asking("a wish\nof two lines\u2028or three"))
    lines = [record.getMessage() for record in caplog.records if record.name.endswith("door")]
    assert [json.loads(line)["stage"] for line in lines] == ["prompt", "output"]
    assert all(len(line.splitlines()) == 1 and json.loads(line)["ms"] >= 0 for line in lines)


def test_other_paths_methods_and_failures_of_the_service_pass(optout: Filter, ask: Ask) -> None:
    service = Service(optout, COPY)
    assert ask(service, asking(NAMED), path="/v1/imagesque")[0] == 200
    assert ask(service, asking(NAMED), method="GET")[0] == 200
    service.status = 502
    assert ask(service, asking("a lighthouse"))[::2] == (502, COPY)
    assert ask(service, asking(NAMED), path="/v1/images/edits")[0] == 403


@pytest.mark.parametrize("body", [b"", b"[1]", b'{"prompt": 7}', b'{"prompt": []}'], ids=range(4))
def test_a_request_without_a_prompt_is_the_services_to_judge(optout: Filter, ask: Ask, body: bytes) -> None:
    service = Service(optout)
    assert ask(service, body)[0] == 200
    assert service.seen == [body]


def test_a_prompt_that_is_too_long_to_be_read_whole_is_refused(optout: Filter, ask: Ask) -> None:
    service = Service(optout)
    status, _, body = ask(service, asking("xy " * 30_000))
    assert (status, service.seen, b"not permitted" in body) == (400, [], False)


def test_what_is_too_large_is_not_read(optout: Filter, ask: Ask) -> None:
    service = Service(optout, most_bytes=1_000)
    assert ask(service, asking("x" * 2_000))[0] == 413
    assert service.seen == []
    assert ask(service, asking("a lighthouse"))[0] == 503  # the picture was not checked
    assert len(FREE) > 1_000


@pytest.mark.parametrize(("policy", "status"), [(POLICY, 503), (replace(POLICY, keep_unavailable=True), 200)])
def test_a_check_that_takes_too_long_was_none(tmp_path: Path, ask: Ask, policy: Policy, status: int) -> None:
    hold = threading.Event()
    optout = opened(tmp_path, policy)
    service = Service(optout, timeout=0.01, threads=1)
    service.door.ask(lambda: hold.wait(30))  # type: ignore[arg-type, return-value]
    answered = ask(service, asking("a lighthouse"))
    hold.set()
    assert answered[0] == status
    assert service.lines[0]["checked"] is False
    if status == 503:
        assert answered[1]["retry-after"] == "5"


def test_when_too_many_wait_nobody_waits_longer(optout: Filter, ask: Ask) -> None:
    hold = threading.Event()
    service = Service(optout, threads=1, most_waiting=0, timeout=30)
    held = service.door.ask(lambda: hold.wait(30))  # type: ignore[arg-type, return-value]
    assert ask(service, asking("a lighthouse"))[0] == 503
    hold.set()
    assert held is not None
    held.result()
    service.door.close()


def test_a_snapshot_that_is_too_old_is_not_the_users_fault(tmp_path: Path, ask: Ask) -> None:
    service = Service(opened(tmp_path, clock=lambda: NOW + 30 * 86_400))
    status, headers, body = ask(service, asking("a lighthouse"))
    assert (status, service.seen, "retry-after" in headers) == (503, [], True)
    assert b"Reserved works could not be looked up" in body


def test_in_audit_mode_everything_passes_and_is_told(tmp_path: Path, ask: Ask) -> None:
    service = Service(opened(tmp_path, replace(POLICY, mode=Mode.AUDIT)), COPY)
    assert ask(service, asking(NAMED))[0] == 200
    assert [line["would_keep"] for line in service.lines] == [False, False]


UNREADABLE = [b"{", b"[" * 100_000, b"\xff", b'{"seed": %b, "prompt": "x"}' % (b"9" * 5_000), b'{"prompt": "x",}']


@pytest.mark.parametrize("body", UNREADABLE, ids=range(len(UNREADABLE)))
def test_what_may_hold_a_prompt_and_cannot_be_read_is_refused(optout: Filter, ask: Ask, body: bytes) -> None:
    """The service may have a more patient reader: one that takes a number of any length, or a comma too many."""
    service = Service(optout)
    assert (ask(service, body)[0], service.seen) == (400, [])
    assert [(line["stage"], line["passed"], line["checked"]) for line in service.lines] == [
        ("prompt", False, False)
    ]


def test_what_cannot_be_read_passes_where_the_policy_keeps_what_was_not_checked(tmp_path: Path, ask: Ask) -> None:
    service = Service(opened(tmp_path, replace(POLICY, keep_unavailable=True)))
    assert ask(service, b"{")[0] == 200
    assert service.lines[0]["checked"] is False


@pytest.mark.parametrize("method", ["PUT", "PATCH", "post"])
@pytest.mark.parametrize("path", ["/v1/images/edits", "//v1//images", "/v1/images/"])
def test_no_other_method_or_spelling_of_the_path_is_a_way_around(
    optout: Filter, ask: Ask, method: str, path: str
) -> None:
    assert ask(Service(optout), asking(NAMED), path, method)[0] == 403


def test_a_packed_request_is_refused_and_what_is_made_is_asked_for_unpacked(optout: Filter, ask: Ask) -> None:
    packed = ask(Service(optout), gzip.compress(asking(NAMED)), more={"Content-Encoding": "gzip"})
    service = Service(optout)
    plain = ask(service, asking("a lighthouse"), more={"Accept-Encoding": "gzip"})
    assert (packed[0], plain[0], service.packs) == (400, 200, [""])
    service.encoding = "gzip"
    assert ask(service, asking("a lighthouse"))[0] == 502


@pytest.mark.parametrize(
    ("content_type", "body", "found"),
    [
        ("application/json; charset=utf-8", b'{"prompt": "x"}', "x"),
        ("application/json", b'{"prompt": "x", "prompt": "y"}', "x\ny"),
        ("application/vnd.api+json", b'{"prompt": "x"}', "x"),
        ("text/plain", b'{"prompt": "x"}', "x"),
        ("image/png", b' \n{"prompt": "x"}', "x"),
        ("", b'\xef\xbb\xbf{"prompt": "x"}', "x"),
        ("", '{"prompt": "x"}'.encode("utf-16"), "x"),
        ("", '{"prompt": "x"}'.encode("utf-32-be"), "x"),
        ("", b'[{"input": {"prompt": ["x", {"text": "y"}]}}, {"negative_prompt": "z"}]', "x\ny"),
        ("application/x-www-form-urlencoded", b"size=9&prompt=a+b%63", "9\na bc"),
        ("text/plain", b"a lighthouse", "a lighthouse"),
        ("image/png", FREE, None),
        ("", b"", None),
    ],
)
def test_prompts_are_read_whatever_the_body_claims_to_be(
    content_type: str, body: bytes, found: str | None
) -> None:
    assert stated_prompt(content_type, body) == found


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_prompts_are_read_from_forms_with_files(end: bytes) -> None:
    lines = [b"--x", b'Content-Disposition: form-data; name="prompt"', b"", b"a lighthouse \xff at dawn"]
    lines += [
        b"--x",
        b'Content-Disposition: form-data; name="image"; filename="i"',
        b"",
        b"\xff" * 70_000,
        b"--x--",
    ]
    found = stated_prompt("multipart/form-data; boundary=x", end.join(lines))
    assert found is not None
    assert "a lighthouse \ufffd at dawn" in found
    assert len(found) < 1_000


@pytest.mark.parametrize(
    ("policy", "is_closed"), [(POLICY, True), (replace(POLICY, keep_unavailable=True), False)]
)
def test_a_web_socket_is_no_way_around(tmp_path: Path, policy: Policy, is_closed: bool) -> None:
    service, sent = Service(opened(tmp_path, policy)), []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message["type"])

    door = asgi.OptOutDoor(app, service.door, paths=["/v1/images"])
    for path in ("/v1/images/ws", "/v1/other"):
        asyncio.run(door({"type": "websocket", "path": path, "headers": []}, receive, send))
    assert sent == ["websocket.close" if is_closed else "websocket.accept", "websocket.accept"]


def test_no_answer_is_sent_past_the_door_as_a_file(optout: Filter) -> None:
    """Servers that send files themselves say so in the scope; what they would send is not read."""
    seen = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["extensions"])
        await Service(optout).asgi(scope, receive, send)

    service = Service(optout)
    service.asgi = app  # type: ignore[method-assign]
    over_asgi(service, asking("a lighthouse"), extensions={"http.response.pathsend": {}, "tls": {"a": 1}})
    assert seen == [{"tls": {"a": 1}}]


@pytest.mark.parametrize("more", [b"", b"; filename*=utf-8''x", b"; x=filename"])
def test_a_long_field_with_a_byte_that_is_no_text_is_no_file(more: bytes) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="prompt"' + more
    body = head + b"\r\n\r\n" + b"xy " * 30_000 + b"\xff" + NAMED.encode() + b"\r\n--x--\r\n"
    found = stated_prompt("multipart/form-data; boundary=x", body)
    assert found is not None
    assert NAMED in found


def test_an_answer_that_claims_to_be_json_and_is_not_is_refused(optout: Filter, ask: Ask) -> None:
    assert ask(Service(optout, b'{"data": [', "application/json"), asking("a lighthouse"))[0] == 502
    with pytest.raises(UnreadableBodyError):
        list(images("application/problem+json", b"{"))


def test_a_request_in_chunks_is_read_and_one_of_a_wrong_length_is_not(optout: Filter) -> None:
    for environs, is_seen in (
        ({"wsgi.input_terminated": True}, True),
        ({}, False),
        ({"CONTENT_LENGTH": "-1"}, False),
    ):
        service = Service(optout)
        over_wsgi(service, asking("a lighthouse"), environs={"CONTENT_LENGTH": "", **environs})
        assert [bool(body) for body in service.seen] == [is_seen]


@pytest.mark.parametrize(
    "body",
    [
        b'{"images": ["data:image/png;base64,eHh4"]}',
        b'{"data": [{"b64_json": "eHh4"}, {"url": "https://x"}, 7, "not base64!"]}',
        b'{"output": [{"image": "eHh4"}]}',
        b'{"output": [{"image": "eH\\nh4"}]}',
    ],
)
def test_pictures_are_read_from_the_shapes_of_known_services(body: bytes) -> None:
    assert list(images("application/json", body)) == [b"xxx"]


def test_a_fastapi_service_is_put_behind_a_door(optout: Filter) -> None:
    fastapi = pytest.importorskip("fastapi")
    client = pytest.importorskip("fastapi.testclient")
    app = fastapi.FastAPI()

    @app.post("/v1/images")
    def make(request: dict[str, Any]) -> Any:
        return fastapi.Response(COPY if "copy" in request["prompt"] else FREE, media_type="image/png")

    app.add_middleware(asgi.OptOutDoor, door=Door(optout), paths=["/v1/images"])
    caller = client.TestClient(app)
    answers = [caller.post("/v1/images", json={"prompt": each}) for each in ("a lighthouse", "a copy", NAMED)]
    assert [answer.status_code for answer in answers] == [200, 403, 403]
    assert answers[0].content == FREE
    untyped = caller.build_request("POST", "/v1/images", content=asking(NAMED))
    untyped.headers.pop("content-type", None)
    assert caller.send(untyped).status_code == 403
