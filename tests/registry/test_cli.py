"""`optout-registry`: every command helps, refuses with what to do, and does what it says."""

import errno
import json
import os
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from crawler_filter.log import Trust
from registry.cli import main
from registry.config import Config
from registry.instance import open_registry
from registry.model.credentials import TokenScope
from registry.model.declaration import DeclarationRequest, ScopeRequest, WorkRequest
from registry.model.party import AUTHORITY_STATEMENT
from registry.publishing.keys import Keyring
from registry.server.operator_account import operator_here
from registry.server.serve import in_dev
from registry.store.database import open_database
from tests.registry.instance import Letterbox, make_party, sign_in
from tests.registry.publishing.instance import opened, record


@pytest.fixture
def run(tmp_path: Path, monkeypatch):
    """Run a command in an empty folder whose instance is `instance`; return its result."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REGISTRY_INSTANCE", "instance")
    monkeypatch.setenv("REGISTRY_ORIGIN", "registry.example")

    def run(*arguments: str, code: int = 0):
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == code, result.output
        return result

    return run


@pytest.fixture
def founded(run) -> Path:
    """An instance made with an off-line root key, step by step as docs/how-to/operator/install.md says."""
    vkey = run("keygen", "registry.example/root-a", "a.key").output.strip()
    run("init", "--root-key", vkey)
    run("root", "sign", "root-1.txt", "a.key")
    run("root", "install", "root-1.txt")
    return Path("instance")


def commands(group: click.Group, *before: str):
    for name, command in group.commands.items():
        yield (*before, name), command
        if isinstance(command, click.Group):
            yield from commands(command, *before, name)


@pytest.mark.parametrize(
    ("path", "command"),
    list(commands(main)),
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_every_command_has_help(path, command):
    assert command.help


def test_an_instance_is_founded_with_a_root_key_that_it_never_holds(founded):
    assert sorted(path.name.partition("-")[0] for path in (founded / "keys").iterdir()) == ["log", "snapshot"]
    assert Trust.parse((founded / "registry.policy").read_bytes()).root_version == 1
    assert all(path.stat().st_mode & 0o077 == 0 for path in (founded / "keys").iterdir())


def test_an_instance_is_never_founded_over_another(founded, run):
    vkey = Keyring(founded).root().keys.keys[0].encode()
    assert "exists already" in run("init", "--root-key", vkey, code=1).output


def test_an_unsigned_instance_says_what_is_missing(run):
    vkey = run("keygen", "registry.example/root-a", "a.key").output.strip()
    run("init", "--root-key", vkey)
    assert "root sign" in run("due", code=1).output


def test_a_missing_instance_is_not_made_by_accident(run, tmp_path):
    assert "REGISTRY_INSTANCE; `init` makes a new one" in run("due", code=1).output
    assert "REGISTRY_INSTANCE" in run("restore", __file__, code=1).output
    assert list(tmp_path.iterdir()) == []


def test_a_command_that_writes_refuses_while_another_process_holds_the_instance(founded, run):
    from registry.store.database import instance_lock

    with instance_lock(founded / "registry.db"):
        assert "is in use by process" in run("due", code=1).output


def test_due_publishes_and_verify_log_and_backup_agree_on_what(founded, run):
    with opened(founded) as instance:
        instance.declare(1, 2)
    run("due")
    verified = json.loads(run("verify-log", "--json").output)
    assert (verified["log"], verified["log_size"], verified["records"]) == ("registry.example/log", 2, 2)
    assert "2 leaves" in run("verify-log").output
    assert "2 log entries" in run("backup", "copy.db").output
    assert "never overwrites" in run("backup", "copy.db", code=1).output


def test_a_restore_takes_nothing_of_what_a_crash_left_beside_the_old_database(founded, run):
    with opened(founded) as instance:
        instance.declare(1)
    run("due")
    run("backup", "copy.db")
    (founded / "registry.db-wal").write_bytes(b"changes of the old database")
    assert "is in place" in run("restore", "copy.db").output
    assert (founded / "registry.db.replaced-wal").read_bytes() == b"changes of the old database"
    assert not (founded / "registry.db-wal").exists()
    assert "1 leaf," in run("verify-log").output
    assert "earlier restore" in run("restore", "copy.db", code=1).output


def test_a_lost_database_is_restored_and_what_is_no_copy_is_not(founded, run, tmp_path):
    run("due")
    run("backup", "copy.db")
    (founded / "registry.db").unlink()
    for content in (b"", b"not a database" * 100):
        (tmp_path / "other").write_bytes(content)
        assert "no copy of a registry" in run("restore", str(tmp_path / "other"), code=1).output
    assert not (founded / "registry.db").exists()
    run("restore", "copy.db")
    run("verify-log")


def test_verify_log_fails_where_a_file_was_changed(founded, run):
    run("due")
    (founded / "public" / "log" / "checkpoint").write_bytes(b"changed")
    assert "optout-registry: " in run("verify-log", code=1).output


def test_a_key_is_replaced_by_proposing_signing_and_installing(founded, run):
    before = Keyring(founded).root()
    run("root", "propose", "--role", "log", "--role", "snapshot")
    assert "optout-registry: " in run("root", "install", "root-2.txt", code=1).output
    run("root", "sign", "root-2.txt", "a.key")
    run("root", "install", "root-2.txt")
    after = Keyring(founded).root()
    assert (after.version, after.log != before.log, after.snapshot != before.snapshot) == (2, True, True)
    run("due")
    run("verify-log")


def test_a_lost_log_is_replaced_from_its_newest_checkpoint(founded, run):
    with opened(founded) as instance:
        instance.declare(1)
    run("due")
    run("root", "replace-log", "instance/public/log/checkpoint")
    run("root", "sign", "root-2.txt", "a.key")
    run("root", "install", "root-2.txt")
    run("due")
    assert json.loads(run("verify-log", "--json").output)["log"] == "registry.example/log-2"
    assert Keyring(founded).root().closed.size == 1


def test_a_token_is_made_for_an_account_that_is_there(founded, run):
    assert "signed in once" in run("token", "nobody@example.com", code=1).output


@pytest.fixture
def declared(founded):
    """Three declarations in force in the founded instance, made by nobody@example.com."""
    letterbox = Letterbox()
    with open_registry(Config(instance=founded, origin="registry.example"), mailer=letterbox) as registry:
        actor = sign_in(registry, letterbox, "nobody@example.com")
        party = make_party(registry, actor)
        said = {"preferences": {"train-ai": "disallowed"}, "statement": AUTHORITY_STATEMENT}
        asked = [DeclarationRequest(party.id, (ScopeRequest("md5", f"{n:032x}"),), **said) for n in (1, 2, 3)]
        return [registry.declarations.declare(actor, each, idempotency=None).id for each in asked]


def flags(instance: Path, number: int) -> tuple[str, ...] | None:
    """What the published snapshot says beside the file of this number; None where it says nothing about it."""
    with open_registry(Config(instance=instance, origin="registry.example"), mailer=Letterbox()) as registry:
        found = registry.publisher.snapshot().match_digest("md5", number.to_bytes(16, "big"))
    return found[0].flags if found else None


def test_what_the_operator_does_to_a_declaration_is_published(founded, declared, run):
    first, second, third = declared
    run("dispute", first)
    assert "disputed" in flags(founded, 1)
    run("resolve", first, "--dismissed")
    assert "disputed" not in flags(founded, 1)
    run("dispute", second)
    run("resolve", second, "--upheld")
    assert flags(founded, 2) is None
    assert "Go on?" in run("erase", third, code=1).output
    assert flags(founded, 3) is not None
    run("erase", third, "--yes")
    assert flags(founded, 3) is None
    run("verify-log")


def test_what_a_work_says_is_erased(founded, run):
    with open_registry(Config(instance=founded, origin="registry.example"), mailer=Letterbox()) as registry:
        actor = sign_in(registry, registry.mailer, "aoi@example.com")
        party = make_party(registry, actor)
        asked = WorkRequest(party.id, "manga", {"ja": "青い鳥"}, characters=(("チルチル", "Tyltyl"),))
        work = registry.works.create_work(actor, asked).id
    assert "Go on?" in run("erase-work", work, code=1).output
    run("erase-work", work, "--yes")
    assert b"Tyltyl" not in b"".join(path.read_bytes() for path in founded.rglob("*") if path.is_file())
    assert "was erased" in run("erase-work", work, "--yes", code=1).output


def test_a_token_of_the_command_line_is_one_that_the_registry_knows(founded, declared, run):
    token = run("token", "nobody@example.com", "--scope", "declare", "--days", "1").output.strip()
    with open_registry(Config(instance=founded, origin="registry.example"), mailer=Letterbox()) as registry:
        assert registry.accounts.bearer(token).scope is TokenScope.DECLARE


def test_a_declaration_that_is_not_there_cannot_be_disputed(founded, run):
    assert "optout-registry: " in run("dispute", record(1).id, code=1).output


def test_the_server_refuses_to_start_without_mail_and_says_which_settings(founded, run):
    assert "REGISTRY_SMTP_HOST" in run("serve", code=1).output


def test_dev_listens_on_loopback_only(run, monkeypatch):
    monkeypatch.setenv("REGISTRY_LISTEN", "0.0.0.0:0")
    assert "loopback only" in run("serve", "--dev", code=1).output


@pytest.mark.parametrize(
    ("listen", "origin", "named"),
    [
        ("127.0.0.1:9000", None, "http://127.0.0.1:9000"),
        ("[::1]:9000", None, "http://[::1]:9000"),
        ("127.0.0.1:9000", "optout.test", "http://optout.test"),
    ],
    ids=["by where it listens", "in brackets", "as it was told"],
)
def test_dev_is_named_by_where_it_listens_unless_it_has_a_name(listen, origin, named):
    environ = {"REGISTRY_LISTEN": listen} | ({"REGISTRY_ORIGIN": origin} if origin else {})
    assert in_dev(Config.from_environment(environ)).public_url == named


@pytest.mark.whole
def test_an_address_that_is_taken_is_named_with_the_setting(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        environ = os.environ | {"REGISTRY_INSTANCE": str(tmp_path / "instance"), "REGISTRY_LISTEN": listen}
        command = [sys.executable, "-m", "registry.cli", "serve", "--dev"]
        run = subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=300)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith(f"optout-registry: cannot listen on {listen}: ")
    assert "REGISTRY_LISTEN" in run.stderr


def test_the_list_of_commands_says_what_each_does_in_a_whole_sentence(run):
    listed = run("--help").output.partition("Commands:")[2]
    assert "..." not in listed


def test_a_replica_needs_a_trust_file_and_a_folder(run):
    assert "--trust and --folder" in run("serve", "--replica", "https://registry.example", code=2).output


def test_a_replica_without_its_server_is_told_what_to_install(run, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "granian", None)
    monkeypatch.delitem(sys.modules, "registry.server.replica", raising=False)
    (tmp_path / "policy").touch()
    options = ("--replica", "https://registry.example", "--trust", "policy", "--folder", "snapshot")
    assert "training-optout-registry[replica]" in run("serve", *options, code=1).output


def test_an_instance_that_is_refused_leaves_nothing_behind_and_says_how_root_keys_are_named(run):
    vkey = run("keygen", "another.example/root-a", "a.key").output.strip()
    refused = run("init", "--root-key", vkey, code=1).output
    assert "keygen registry.example/root-a" in refused
    assert not Path("instance").exists()


def everything_in(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


@pytest.mark.parametrize("fails", ["registry.cli._write_note", "registry.publishing.creation.open_database"])
def test_an_instance_that_fails_half_made_leaves_nothing_behind(run, monkeypatch, tmp_path, fails):
    monkeypatch.setenv("REGISTRY_INSTANCE", "var/optout/instance")
    vkey = run("keygen", "registry.example/root-a", "a.key").output.strip()
    before = everything_in(tmp_path)

    def no_room(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(fails, no_room)
        assert "No space left" in run("init", "--root-key", vkey, code=1).output
    assert everything_in(tmp_path) == before
    run("init", "--root-key", vkey)
    run("root", "sign", "root-1.txt", "a.key")
    run("root", "install", "root-1.txt")


def test_an_instance_that_is_there_keeps_its_root_note(founded, run):
    note, vkey = Path("root-1.txt").read_text(), Keyring(founded).root().keys.keys[0].encode()
    run("init", "--root-key", vkey, code=1)
    assert Path("root-1.txt").read_text() == note


def test_what_is_confirmed_while_nothing_is_served_is_in_the_audit_trail(founded, run):
    run("due")
    run("confirm-log", str(founded / "public" / "log" / "checkpoint"))
    run("clock", "--confirm")
    with closing(open_database(founded / "registry.db", read_only=True)) as database:
        rows = database.execute("SELECT actor, action FROM audit ORDER BY position").fetchall()
    assert rows == [(operator_here(), "confirm-log"), (operator_here(), "confirm-clock")]


def test_a_trust_file_that_is_missing_is_made_again(founded, run):
    policy = (founded / "registry.policy").read_bytes()
    (founded / "registry.policy").unlink()
    run("due")
    assert (founded / "registry.policy").read_bytes() == policy
