"""Middleware for WSGI applications (Flask, Django) that puts a `Door` before the paths that make things.

    app.wsgi_app = OptOutDoor(app.wsgi_app, Door(optout), paths=["/v1/images"])

The prompt is checked before the application sees the request, what it made before the client does. The decision on
the prompt is `environ["optout.decision"]`.
"""

import io
from collections.abc import Callable, Collection, Iterable, MutableMapping
from concurrent.futures import TimeoutError as LateError
from http import HTTPStatus
from typing import Any

from crawler_filter.decision import Decision
from crawler_filter.integrations.door import TOO_LARGE, Door, Refusal, covering

__all__ = ["OptOutDoor"]

Environ = MutableMapping[str, Any]
Start = Callable[..., Any]
App = Callable[[Environ, Start], Iterable[bytes]]


class OptOutDoor:
    """Wraps an application. Requests to `paths`, or below them, are checked, but those that only read."""

    def __init__(self, app: App, door: Door, *, paths: Collection[str]) -> None:
        self._app, self._door = app, door
        self._covers = covering(paths)

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answer one request."""
        path = environ.get("PATH_INFO", "")
        if not self._covers(environ["REQUEST_METHOD"], path):
            return self._app(environ, start)
        body = environ["wsgi.input"].read(self._length(environ))
        if len(body) > self._door.most_bytes:
            return _refuse(start, TOO_LARGE)
        environ["wsgi.input"] = io.BytesIO(body)
        environ.pop("HTTP_ACCEPT_ENCODING", None)  # what is made is read here before it is packed
        encoding = environ.get("HTTP_CONTENT_ENCODING", "")
        prompt, unreadable = self._door.prompt_of(environ.get("CONTENT_TYPE", ""), body, encoding)
        if unreadable is not None:
            return _refuse(start, unreadable)
        if prompt is not None:
            began = self._door.clock()
            environ["optout.decision"] = decision = self._ask(self._door.of_prompt(prompt))
            if refusal := self._door.answer("prompt", began, decision):
                return _refuse(start, refusal)
        return self._checked(environ, start, prompt)

    def _length(self, environ: Environ) -> int:
        """Return how many bytes are read. One in chunks has no length; the server says that it ends."""
        told, most = environ.get("CONTENT_LENGTH") or "", self._door.most_bytes + 1
        if told.isascii() and told.isdigit():
            return min(int(told[:20]), most)
        return most if environ.get("wsgi.input_terminated") else 0

    def _checked(self, environ: Environ, start: Start, prompt: str | None) -> Iterable[bytes]:
        """Return the application's answer once it is whole and was checked."""
        said: list[tuple[str, list[tuple[str, str]]]] = []
        written = io.BytesIO()

        def hold(status: str, headers: list[tuple[str, str]], *_error: object) -> Callable[[bytes], object]:
            said[:] = [(status, headers)]
            return written.write

        parts = self._app(environ, hold)
        try:
            body = written.getvalue() + b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        status, headers = said[0]
        refusal = None if int(status[:3]) >= 400 else self._judge_output(headers, body, prompt)
        if refusal is not None:
            return _refuse(start, refusal)
        start(status, headers)
        return [body]

    def _judge_output(self, headers: Iterable[tuple[str, str]], body: bytes, prompt: str | None) -> Refusal | None:
        if len(body) > self._door.most_bytes:
            return self._door.answer("output", self._door.clock(), None)
        said = {name.lower(): value for name, value in headers}
        kind, encoding = said.get("content-type", ""), said.get("content-encoding", "")
        found, unreadable = self._door.outputs_of(kind, body, encoding)
        for made in found:
            began = self._door.clock()
            decision = self._ask(self._door.of_output(made, prompt))
            if refusal := self._door.answer("output", began, decision):
                return refusal
        return unreadable

    def _ask(self, check: Callable[[], Decision]) -> Decision | None:
        begun = self._door.ask(check)
        try:
            return None if begun is None else begun.result(self._door.timeout)
        except LateError:
            return None


def _refuse(start: Start, refusal: Refusal) -> Iterable[bytes]:
    start(f"{refusal.status} {HTTPStatus(refusal.status).phrase}", refusal.headers)
    return [refusal.body]
