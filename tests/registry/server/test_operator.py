"""Moderating a registry that runs: through a socket that only its owner can open, with the same effect as without."""

import json
import os
import socket
import stat
import threading
from contextlib import closing

import pytest
import requests
from click.testing import CliRunner

from registry.cli import main
from registry.config import Config
from registry.errors import InstanceError
from registry.instance import open_registry
from registry.model.declaration import State, WorkKind, WorkRequest
from registry.model.dispute import DisputeRequest, Reason
from registry.server import operator
from registry.server.operator import ACTIONS, MAX_BYTES, SOCKET, OperatorSocket, ask
from registry.server.operator_account import operator_here
from registry.server.serve import in_dev
from registry.store.parties import owned_alone
from tests.registry.instance import make_party
from tests.registry.server.test_serve import Process, free_port
from tests.registry.studio import Studio
from tools.manual.commands import registry_commands

EMAIL = "sumire.tanaka@example.jp"


@pytest.fixture
def listening(registry, monkeypatch):
    """The socket of a registry, served until the test ends."""
    monkeypatch.setattr(operator, "WAIT_SECONDS", 0.05)
    ending = threading.Event()
    with closing(OperatorSocket(registry)) as sock:
        thread = threading.Thread(target=lambda: [sock.serve_one() for _ in iter(ending.is_set, True)])
        thread.start()
        yield sock
        ending.set()
        thread.join()


def speak(folder, line: bytes) -> dict:
    with socket.socket(socket.AF_UNIX) as asking:
        operator._at(folder / SOCKET, asking.connect)
        asking.sendall(line)
        asking.shutdown(socket.SHUT_WR)
        return json.loads(asking.makefile().readline())


def test_every_action_is_carried_out_while_the_registry_runs(listening, studio, tmp_path):
    made = studio.declare(("pdq", "a5b1c93e70d2684f" * 4))
    other = studio.declare(("md5", "0" * 32))

    def state():
        return studio.registry.declarations.get(made.id)

    ask(tmp_path, "dispute", {"declaration": made.id})
    assert state().is_disputed
    ask(tmp_path, "resolve", {"declaration": made.id, "upheld": False})
    assert not state().is_disputed
    ask(tmp_path, "hold", {"declaration": made.id})
    assert state().record.scopes[0].held
    ask(tmp_path, "release", {"declaration": made.id})
    assert not state().record.scopes[0].held
    text = ask(tmp_path, "token", {"account": "AOI@example.com", "label": "desk", "scope": "declare", "days": 1})
    assert studio.registry.accounts.bearer(text).actor == studio.actor
    assert ask(tmp_path, "due", {}) == 0
    assert ask(tmp_path, "clock", {}) == studio.registry.clock()
    ask(tmp_path, "suspend", {"account": "aoi@example.com", "reason": "Three false claims."})
    ask(tmp_path, "reinstate", {"account": "aoi@example.com"})
    ask(tmp_path, "role grant", {"account": "aoi@example.com", "role": "moderator"})
    assert [each["role"] for each in ask(tmp_path, "role list", {})] == ["moderator"]
    ask(tmp_path, "role revoke", {"account": "aoi@example.com"})
    ask(tmp_path, "erase", {"declaration": other.id})
    second = make_party(studio.registry, studio.actor, "Aoi Books")
    assert ask(tmp_path, "erase-party", {"party": studio.party.id}) == 1
    with studio.registry.store.read() as database:
        assert owned_alone(database, studio.actor.account) == [second.id]
    assert ask(tmp_path, "erase-account", {"account": "aoi@example.com"}) == 1
    with studio.registry.store.read() as database:
        assert owned_alone(database, studio.actor.account) == []


def test_the_audit_trail_names_the_account_that_asked_for_each_change(listening, studio, tmp_path):
    made, other = studio.declare(("pdq", "a5b1c93e70d2684f" * 4)), studio.declare(("md5", "0" * 32))
    claimed = studio.declare(("md5", "1" * 32))
    asked = WorkRequest(studio.party.id, WorkKind.MANGA, {"en": "The Sumire Bird"}, creators=("Sumire Tanaka",))
    work = studio.registry.works.create_work(studio.actor, asked)
    claim = DisputeRequest(Reason.MINE, "it is mine", email="owner@example.jp")
    dispute, _ = studio.registry.disputes.make(claimed.id, claim)
    with studio.registry.store.read() as database:
        (before,) = database.execute("SELECT max(position) FROM audit").fetchone()
    asked = {
        "dispute": {"declaration": made.id},
        "resolve": {"declaration": made.id, "upheld": False},
        "hold": {"declaration": made.id},
        "release": {"declaration": made.id},
        "open-dispute": {"dispute": dispute.id},
        "decide": {"dispute": dispute.id, "upheld": False, "grounds": "shown"},
        "token": {"account": "aoi@example.com", "label": "desk", "scope": "read", "days": 1},
        "clock": {},
        "suspend": {"account": "aoi@example.com", "reason": "three false claims"},
        "reinstate": {"account": "aoi@example.com"},
        "role grant": {"account": "aoi@example.com", "role": "moderator"},
        "role revoke": {"account": "aoi@example.com"},
        "erase": {"declaration": other.id},
        "erase-work": {"work": work.id},
        "erase-party": {"party": studio.party.id},
        "erase-account": {"account": "aoi@example.com"},
    }
    assert asked.keys() | {"due", "disputes", "role list"} == ACTIONS.keys()
    for action, arguments in asked.items():
        ask(tmp_path, action, arguments)
    with studio.registry.store.read() as database:
        rows = database.execute("SELECT actor, action FROM audit WHERE position > ?", (before,)).fetchall()
    assert len({action for _, action in rows}) >= len(asked) - 1  # `resolve` ends a dispute and a hold
    assert {actor for actor, _ in rows} == {operator_here()}


def test_a_refusal_is_the_refusal_of_the_registry(listening, studio, tmp_path):
    made = studio.declare(("md5", "0" * 31 + "1"))
    with pytest.raises(InstanceError, match="nothing of declaration"):
        ask(tmp_path, "resolve", {"declaration": made.id, "upheld": True})
    assert studio.registry.declarations.get(made.id).state is State.ACTIVE


def test_only_the_owner_can_open_it(listening, tmp_path):
    path = tmp_path / SOCKET
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    if os.getuid() != 0:
        pytest.skip("only root can try as another user")
    tmp_path.chmod(0o777)
    child = os.fork()
    if child == 0:
        os.chdir(tmp_path)
        os.setuid(65534)
        with socket.socket(socket.AF_UNIX) as asking:
            try:
                asking.connect(SOCKET)
            except PermissionError:
                os._exit(0)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.parametrize(
    "line",
    [b"", b"\n", b"{}\n", b"[]\n", b'{"action": "no", "arguments": {}}\n', b'{"action": "hold", "arguments": 1}\n',
     b"\xff\xfe\n", b'{"action": [], "arguments": {}}\n', b"x" * (MAX_BYTES + 10) + b"\n",
     b'{"action": "erase-account", "arguments": {"account": null}}\n', b"[" * 60_000 + b"\n", b"9" * 60_000 + b"\n",
     b'{"action": "hold", "arguments": {"declaration": [1]}}\n',
     b'{"action": "hold", "arguments": {"declaration": 9999999999999999999999}}\n'],
)  # fmt: skip
def test_what_is_no_question_is_refused_and_the_next_one_is_answered(listening, tmp_path, line):
    assert "refused" in speak(tmp_path, line)
    assert ask(tmp_path, "due", {}) == 0


def test_what_a_crash_left_is_taken_over_and_nothing_is_left_behind(registry, tmp_path):
    stale = socket.socket(socket.AF_UNIX)
    operator._at(tmp_path / SOCKET, stale.bind)
    stale.close()
    with pytest.raises(ConnectionRefusedError):
        ask(tmp_path, "due", {})
    OperatorSocket(registry).close()
    assert not (tmp_path / SOCKET).exists()


def test_a_name_too_long_for_a_socket_is_no_hindrance(tmp_path):
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    with closing(operator._listen(deep / SOCKET)) as listener:
        assert stat.S_ISSOCK((deep / SOCKET).stat().st_mode)
        with socket.socket(socket.AF_UNIX) as asking:
            operator._at(deep / SOCKET, asking.connect)
            listener.accept()[0].close()


@pytest.fixture
def served(tmp_path, letterbox, monkeypatch):
    """A registry in a process of its own, with a person who has declared; the commands are given its instance."""
    port = free_port()
    config = in_dev(Config(instance=tmp_path / "instance", origin=f"127.0.0.1:{port}", listen=("127.0.0.1", port)))
    with open_registry(config, create=True, mailer=letterbox) as registry:
        studio = Studio(registry, letterbox, EMAIL)
        work = WorkRequest(studio.party.id, WorkKind.MANGA, {"en": "The Sumire Bird"}, creators=("Sumire Tanaka",))
        studio.work = registry.works.create_work(studio.actor, work)
        studio.made = [
            studio.declare(("pdq", "a5b1c93e70d2684f" * 4), works=(studio.work.id,)),
            studio.declare(("md5", "0" * 32)),
            studio.declare(("url", "https://cdn.example.net/sumire-picture.png")),
        ]
    process = Process(tmp_path, port, "serve", "--dev")
    monkeypatch.setenv("REGISTRY_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("REGISTRY_ORIGIN", f"127.0.0.1:{port}")
    yield process, studio
    assert process.end() == 0, process.output.read_text()


def command(*arguments):
    run = CliRunner().invoke(main, list(arguments))
    assert run.exit_code == 0, run.output
    return run.output


@pytest.mark.whole
def test_every_command_that_moderates_or_erases_works_while_the_registry_is_served(served, tmp_path):
    process, studio = served
    first, second, third = (made.id for made in studio.made)
    instance = tmp_path / "instance"

    def scopes():
        return requests.get(f"{process.url}/v1/declarations/{first}", timeout=60).json()["scopes"]

    assert command("due") == ""
    for arguments, flag, holds in (
        (("dispute",), "disputed", True),
        (("resolve", "--dismissed"), "disputed", False),
        (("hold",), "held", True),
        (("release",), "held", False),
    ):
        command(*arguments, first)
        assert [scope[flag] for scope in scopes()] == [holds]
    token = command("token", EMAIL, "--scope", "read").strip()
    own = requests.get(f"{process.url}/v1/parties", headers={"Authorization": f"Bearer {token}"}, timeout=60)
    assert own.status_code == 200
    refused = CliRunner().invoke(main, ["hold", "a" * 26])
    assert (refused.exit_code, "there is no declaration" in refused.output) == (1, True)
    command("clock", "--confirm")
    command("role", "grant", EMAIL, "operator")
    assert f'"email": "{EMAIL}", "role": "operator"' in command("role", "list")
    command("role", "revoke", EMAIL)
    command("suspend", EMAIL, "--reason", "to try it")
    command("reinstate", EMAIL)
    assert {"sumire.tanaka", "Sumire Tanaka", "The Sumire Bird", "sumire-picture"} <= traces(instance)
    command("erase", "--yes", second)
    assert requests.get(f"{process.url}/v1/declarations/{second}", timeout=60).status_code == 410
    command("erase-work", "--yes", studio.work.id)
    assert "erased the account and 1 party" in command("erase-account", "--yes", EMAIL)
    assert requests.get(f"{process.url}/v1/declarations/{third}", timeout=60).status_code == 410
    command("backup", str(instance / "copy.db"))
    # the database, its write-ahead log, the copy and what lies in public, while it is served; the terminal has letters
    assert traces(instance) == set()
    assert process.end() == 0
    assert not (instance / SOCKET).exists()
    assert traces(instance) == set()
    refused = CliRunner().invoke(main, ["hold", first])
    assert (refused.exit_code, "erased" in refused.output) == (1, True)
    assert CliRunner().invoke(main, ["verify-log"]).exit_code == 0


def traces(folder):
    """Which of the words that name the person are in any file; a socket is none."""
    words = ("sumire.tanaka", "Sumire Tanaka", "The Sumire Bird", "sumire-picture")
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return {word for word in words if any(word.encode() in content for content in files)}


def test_every_command_that_moderates_has_its_action():
    commands = {"dispute", "resolve", "hold", "release", "erase", "erase-work", "erase-party", "erase-account"}
    commands |= {"disputes", "open-dispute", "decide", "suspend", "reinstate"}
    commands |= {"role grant", "role revoke", "role list", "token", "due", "clock"}
    assert commands == ACTIONS.keys() <= {name for name, _ in registry_commands(main)}
