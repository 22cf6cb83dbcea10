"""Middleware for ASGI applications (FastAPI, Starlette, Quart): a `Door` before the paths that make things.

    app = OptOutDoor(app, Door(optout), paths=["/v1/images"])

The prompt is checked before the application sees the request, what it made before the client does. The decision on
the prompt is `scope["optout"]`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any

from crawler_filter.decision import Decision
from crawler_filter.integrations.door import NOT_NOW, TOO_LARGE, Door, Refusal, covering

__all__ = ["OptOutDoor"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = Collection[tuple[bytes, bytes]]
_NOT_CHECKED = 1008
"""The code of a WebSocket that is closed because of a policy (RFC 6455, 7.4.1)."""


class OptOutDoor:
    """Wraps an application. Requests to `paths`, or below them, are checked, but those that only read.

    A WebSocket cannot be checked: it is closed, unless the policy keeps what was not checked.
    """

    def __init__(self, app: App, door: Door, *, paths: Collection[str]) -> None:
        self._app, self._door = app, door
        self._covers = covering(paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "websocket" and self._covers("", scope["path"]) and self._door.unread("prompt"):
            await receive()
            await send({"type": "websocket.close", "code": _NOT_CHECKED})
            return
        if scope["type"] != "http" or not self._covers(scope["method"], scope["path"]):
            await self._app(scope, receive, send)
            return
        body = await _read(receive, self._door.most_bytes)
        if body is None:
            await _refuse(send, TOO_LARGE)
            return
        prompt, refusal = self._door.prompt_of(*_kind(scope["headers"], body))
        if refusal is not None:
            await _refuse(send, refusal)
            return
        scope = _plain(scope)
        if prompt is not None:
            began = self._door.clock()
            decision = await self._ask(self._door.of_prompt(prompt))
            scope["optout"] = decision
            if refusal := self._door.answer("prompt", began, decision):
                await _refuse(send, refusal)
                return
        await self._app(scope, _replayed(body, receive), _Checked(self, send, prompt))

    async def judge_output(self, headers: Headers, body: bytes, prompt: str | None) -> Refusal | None:
        """Return the refusal of an answer, None to let it pass."""
        found, unreadable = self._door.outputs_of(*_kind(headers, body))
        for made in found:
            began = self._door.clock()
            decision = await self._ask(self._door.of_output(made, prompt))
            if refusal := self._door.answer("output", began, decision):
                return refusal
        return unreadable

    @property
    def most_bytes(self) -> int:
        """Return how large an answer may be to be checked."""
        return self._door.most_bytes

    def unread(self) -> Refusal | None:
        """Return the refusal of an answer that is too large to be checked."""
        return self._door.answer("output", self._door.clock(), None)

    async def _ask(self, check: Callable[[], Decision]) -> Decision | None:
        begun = self._door.ask(check)
        if begun is None:
            return None
        try:
            return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(begun)), self._door.timeout)
        except TimeoutError:
            return None


class _Checked:
    """Holds an answer back until it is whole, and sends it once it was checked; a failed one passes at once."""

    def __init__(self, door: OptOutDoor, send: Send, prompt: str | None) -> None:
        self._door, self._send, self._prompt = door, send, prompt
        self._start: Message | None = None
        self._body = bytearray()
        self._passing = False

    async def __call__(self, message: Message) -> None:
        if self._passing:
            await self._send(message)
        elif message["type"] == "http.response.start":
            self._start = message
            if message["status"] >= 400:
                await self._pass()
        elif message["type"] == "http.response.body":
            await self._take(message)

    async def _take(self, message: Message) -> None:
        self._body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(self._body) > self._door.most_bytes:
            await self._end(self._door.unread(), more=more)
        elif not more:
            headers = self._start["headers"] if self._start else ()
            await self._end(await self._door.judge_output(headers, bytes(self._body), self._prompt), more=False)

    async def _end(self, refusal: Refusal | None, *, more: bool) -> None:
        if refusal is not None:
            await _refuse(self._send, refusal)
            self._passing, self._send = True, _nowhere
            return
        await self._pass()
        await self._send({"type": "http.response.body", "body": bytes(self._body), "more_body": more})

    async def _pass(self) -> None:
        self._passing = True
        if self._start is not None:
            await self._send(self._start)


async def _nowhere(message: Message) -> None:
    """Drop what the application says after it was refused."""


async def _read(receive: Receive, most: int) -> bytes | None:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > most:
            return None
        if message["type"] != "http.request" or not message.get("more_body", False):
            return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


async def _refuse(send: Send, refusal: Refusal = NOT_NOW) -> None:
    headers = [(name.encode(), value.encode()) for name, value in refusal.headers]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": refusal.body})


def _plain(scope: Scope) -> Scope:
    """Return a scope that asks for an answer in messages and unpacked, because that is what is read here."""
    headers = [each for each in scope["headers"] if each[0].lower() != b"accept-encoding"]
    known = scope.get("extensions") or {}
    extensions = {name: value for name, value in known.items() if not name.startswith("http.response.")}
    return {**scope, "headers": headers, "extensions": extensions}


def _kind(headers: Headers, body: bytes) -> tuple[str, bytes, str]:
    return _header(headers, b"content-type"), body, _header(headers, b"content-encoding")


def _header(headers: Headers, wanted: bytes) -> str:
    return next((value.decode("latin-1") for name, value in headers if name.lower() == wanted), "")
