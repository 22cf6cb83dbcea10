"""What the operator does to a registry, by name: one table for the command line and for a registry that runs.

Where `serve` holds the instance, it listens on `operator.sock` in the instance's directory, which only the owner
of that directory can open: who may read the keys may moderate. The kernel tells whose process asks, and the audit
trail names that account. A question is one line of JSON, `{"action": …,
"arguments": {…}}`, and so is the answer, `{"result": …}` or `{"refused": …}`. Where nothing is served, the command
opens the instance itself and does the same.
"""

import json
import os
import socket
import stat
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

from crawler_filter.formats.record import rfc3339
from registry.accounts.email_address import normalised
from registry.errors import InstanceError, RegistryError
from registry.instance import Registry
from registry.model.credentials import TokenScope
from registry.model.declaration import Actor
from registry.model.dispute import Dispute
from registry.model.role import Role, Staff
from registry.publishing.closed_instance import confirm_clock
from registry.server.operator_account import operator_at
from registry.store.audit import record_action
from registry.store.erasure import account_named

SOCKET: Final = "operator.sock"
MAX_BYTES: Final = 1 << 16
MAX_REFUSAL: Final = 1_000
SECONDS: Final = 10.0
"""How long whoever asks may take to ask."""
ANSWER_SECONDS: Final = 3600.0
"""How long an answer may take: an account with a million declarations is erased in one."""
WAIT_SECONDS: Final = 1.0

Arguments = Mapping[str, Any]
Action = Callable[[Registry, Arguments, str], Any]
"""What is done, with what, and by whom: an actor of the audit trail."""


def _named(arguments: Arguments) -> str:
    name = str(arguments["account"])
    return normalised(name) if "@" in name else name


def _token(registry: Registry, arguments: Arguments, by: str) -> str:
    with registry.store.read() as database:
        account = account_named(database, _named(arguments))
    text, _ = registry.accounts.create_token(
        Actor(account),
        label=arguments["label"],
        scope=TokenScope(arguments["scope"]),
        days=arguments["days"],
        by=by,
    )
    return text


def _confirm_clock(registry: Registry, _: Arguments, by: str) -> int:
    now = registry.trusted_clock.confirm()
    confirm_clock(registry.config.instance, now)
    registry.writer.run(lambda database: record_action(database, now, by, "confirm-clock", registry.config.origin))
    registry.publisher.wake()
    return now


def _flagged(act: Callable[[Registry], Callable[..., object]]) -> Action:
    def acting(registry: Registry, arguments: Arguments, by: str) -> None:
        act(registry)(arguments["declaration"], by=by)

    return acting


def staff_json(staff: Staff) -> dict[str, Any]:
    """Return who has a role as the operator reads it."""
    return {
        "account": staff.account,
        "email": staff.email,
        "role": staff.role.value,
        "granted": rfc3339(staff.granted),
    }


def dispute_json(dispute: Dispute) -> dict[str, Any]:
    """Return a dispute as the operator reads it."""
    return {
        "dispute": dispute.id,
        "declaration": dispute.declaration,
        "reason": dispute.reason.value,
        "state": dispute.state.value,
        "due": None if dispute.due is None else rfc3339(dispute.due),
        "priority": dispute.priority,
        "from": dispute.email or dispute.party,
        "statement": dispute.statement,
        "evidence": list(dispute.evidence),
        "answer": dispute.answer,
        "answer_evidence": list(dispute.answer_evidence),
        "grounds": dispute.grounds,
    }


ACTIONS: Final[Mapping[str, Action]] = {
    "dispute": _flagged(lambda registry: registry.moderation.dispute),
    "hold": _flagged(lambda registry: registry.moderation.hold),
    "release": _flagged(lambda registry: registry.moderation.release),
    "erase": _flagged(lambda registry: registry.erasure.erase),
    "resolve": lambda registry, given, by: (
        registry.moderation.resolve(given["declaration"], upheld=given["upheld"], by=by) and None
    ),
    "erase-work": lambda registry, given, by: registry.works.erase_work(given["work"], by=by),
    "erase-party": lambda registry, given, by: registry.erasure.erase_party(given["party"], by=by),
    "erase-account": lambda registry, given, by: registry.erasure.erase_account(_named(given), by=by),
    "disputes": lambda registry, _, _by: [dispute_json(each) for each in registry.disputes.waiting()],
    "open-dispute": lambda registry, given, by: dispute_json(registry.disputes.open(given["dispute"], by=by)),
    "decide": lambda registry, given, by: dispute_json(
        registry.disputes.decide(given["dispute"], upheld=given["upheld"], grounds=given["grounds"], by=by)
    ),
    "suspend": lambda registry, given, by: registry.moderation.suspend(_named(given), given["reason"], by=by),
    "reinstate": lambda registry, given, by: registry.moderation.reinstate(_named(given), by=by),
    "role grant": lambda registry, given, by: registry.roles.grant(_named(given), Role(given["role"]), by=by),
    "role revoke": lambda registry, given, by: registry.roles.revoke(_named(given), by=by),
    "role list": lambda registry, _, _by: [staff_json(each) for each in registry.roles.staff()],
    "token": _token,
    "due": lambda registry, _, _by: registry.do_what_is_due(),
    "clock": _confirm_clock,
}


class OperatorSocket:
    """The listening end. One question at a time: they are rare, and each is the operator's."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._path = registry.config.instance / SOCKET
        self._listener = _listen(self._path)

    def serve_one(self) -> None:
        """Wait a moment for a question, and answer it."""
        try:
            connection, _ = self._listener.accept()
        except TimeoutError:
            return
        with connection:
            connection.settimeout(SECONDS)
            connection.sendall(json.dumps(self._answer(connection)).encode() + b"\n")

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()
        self._path.unlink(missing_ok=True)

    def _answer(self, connection: socket.socket) -> dict[str, Any]:
        try:
            question = json.loads(_read_line(connection))
            act = ACTIONS[question["action"]]
            return {"result": act(self._registry, question["arguments"], operator_at(connection))}
        except RegistryError as error:
            return {"refused": error.detail}
        except Exception as error:
            return {"refused": f"not a question that can be read: {type(error).__name__} {error}"[:MAX_REFUSAL]}


def ask(instance: Path, action: str, arguments: Arguments) -> Any:  # noqa: ANN401 - whatever the action returns
    """Have the registry that serves `instance` do something. Raises InstanceError, and ConnectionError if none
    does."""
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as asking, suppress(FileNotFoundError):
        _at(instance / SOCKET, asking.connect)
        asking.settimeout(ANSWER_SECONDS)
        asking.sendall(json.dumps({"action": action, "arguments": dict(arguments)}).encode() + b"\n")
        answer = json.loads(_read_line(asking))
        if "refused" in answer:
            raise InstanceError(answer["refused"])
        return answer["result"]
    raise ConnectionRefusedError(f"nothing is served from {instance}")


def _listen(path: Path) -> socket.socket:
    """Listen at `path`; what a crash left there is nobody's, because this process holds the instance."""
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        _at(path, listener.bind)
    finally:
        os.umask(before)
    if stat.S_IMODE(path.stat().st_mode) != 0o600:
        listener.close()
        raise InstanceError(
            f"{path} cannot be kept from others; put the instance on a file system with permissions"
        )
    listener.listen()
    listener.settimeout(WAIT_SECONDS)
    return listener


def _at(path: Path, act: Callable[[str], object]) -> None:
    """Call `act` with a name of `path` that is short enough for a socket's address (108 bytes), however deep it
    lies."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        act(f"/proc/self/fd/{folder}/{path.name}" if len(os.fsencode(path)) > 100 else str(path))
    finally:
        os.close(folder)


def _read_line(connection: socket.socket) -> bytes:
    line = bytearray()
    while not line.endswith(b"\n") and len(line) <= MAX_BYTES and (received := connection.recv(4096)):
        line += received
    return bytes(line)
