"""A whole registry after a lost log: what was carried over ends with the delay, and the past says what it cannot."""

import secrets
import shutil

import pytest
from click.testing import CliRunner

from crawler_filter.checks.asset import Asset
from crawler_filter.log import Checkpoint, Note
from crawler_filter.preference import Usage
from registry.cli import main
from registry.errors import UnavailableError
from registry.model.durations import DAY
from registry.publishing.high_water import RestoredInstanceError
from registry.publishing.keys import Keyring, add_signature, read_key
from registry.publishing.verify import verify_instance
from registry.store.audit import actions_on
from registry.store.carries import carried_since_before, carry_id
from tests.registry.instance import open_instance

KEPT, LOST = Asset("https://kept.example.com/x"), Asset("https://lost.example.com/x")


@pytest.fixture
def settings():
    return {"dev": True}  # the high-water mark of a copied database is another test's


@pytest.fixture
def before_the_loss(studio, zone, registry, clock, tmp_path):
    """What was published, with the backup of a moment before in place; the registry is closed."""
    studio.prove(zone, studio.declare(("domain", "kept.example.com")))
    registry.publisher.publish()
    registry.writer.checkpoint()
    shutil.copy(tmp_path / "registry.db", tmp_path / "backup.db")
    clock.pass_(60)
    studio.prove(zone, studio.declare(("domain", "lost.example.com")))
    registry.publisher.publish()
    registry.close()
    for name in ("registry.db", "registry.db-wal", "registry.db-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    (tmp_path / "backup.db").rename(tmp_path / "registry.db")
    return Checkpoint.parse(Note.parse((tmp_path / "public" / "log" / "checkpoint").read_bytes()).text)


def replace_log(instance, closed):
    keyring = Keyring(instance)
    proposed = keyring.propose_new_log(closed, secrets.token_bytes)
    keyring.install(add_signature(proposed.encode().encode(), read_key(keyring.folder / "root-1.key")))


@pytest.fixture
def after(before_the_loss, make_registry, clock, tmp_path):
    """The registry on the backup, under its new log."""
    replace_log(tmp_path, before_the_loss)
    clock.pass_(60)
    return make_registry()


def flags(registry, asset, **when):
    decision = registry.lookup.lookup(asset, Usage.TRAIN_AI, **when)
    return None if decision.keep else decision.findings[0].flags


def test_it_ends_with_the_delay_of_looser_changes_and_leaves_nothing(after, before_the_loss, clock, tmp_path):
    assert (flags(after, KEPT), flags(after, LOST)) == ((), ("carried",))
    clock.pass_(3 * DAY - 10)
    after.do_what_is_due()
    after.publisher.publish()
    assert flags(after, LOST) == ("carried",)
    clock.pass_(20)
    after.do_what_is_due()
    after.publisher.publish()
    assert (flags(after, KEPT), flags(after, LOST)) == ((), None)
    with after.store.read() as database:
        assert [action for _, _, action in actions_on(database, carry_id(before_the_loss))] == ["carry", "erase"]
        assert carried_since_before(database, clock.now) == []
    assert verify_instance(tmp_path).rebuilt


def test_on_another_machine_the_new_log_is_confirmed_at_nothing_and_carries_over_as_well(
    before_the_loss, tmp_path, tmp_path_factory, clock, letterbox, monkeypatch
):
    replace_log(tmp_path, before_the_loss)
    moved = tmp_path_factory.mktemp("moved") / "instance"
    shutil.copytree(tmp_path, moved)
    with pytest.raises(RestoredInstanceError):
        open_instance(moved, clock, letterbox)
    monkeypatch.setenv("REGISTRY_INSTANCE", str(moved))
    assert CliRunner().invoke(main, ["confirm-log", "0"]).exit_code == 0
    with open_instance(moved, clock, letterbox) as registry:
        assert (flags(registry, KEPT), flags(registry, LOST)) == ((), ("carried",))


def test_who_declares_again_meanwhile_is_not_ended_with_it(after, letterbox, zone, clock):
    from tests.registry.studio import Studio

    studio = Studio(after, letterbox, "midori@example.org")
    studio.prove(zone, studio.declare(("domain", "lost.example.com")))
    for _ in range(4):
        clock.pass_(DAY)
        after.do_what_is_due()
    after.publisher.publish()
    assert flags(after, LOST) == ()


def test_the_past_is_told_up_to_the_loss_and_after_its_end_and_not_for_the_time_between(after, clock):
    began = clock.now
    clock.pass_(4 * DAY)
    after.do_what_is_due()
    clock.pass_(60)
    after.publisher.publish()
    assert flags(after, KEPT, at=began - 61) == ()
    assert flags(after, KEPT, at=clock.now) == ()
    with pytest.raises(UnavailableError, match="had lost records then"):
        flags(after, LOST, at=began + DAY)


def test_the_command_brings_a_snapshot_or_says_that_there_is_none(before_the_loss, tmp_path, monkeypatch):
    monkeypatch.setenv("REGISTRY_INSTANCE", str(tmp_path))
    shutil.copytree(tmp_path / "public", tmp_path / "mirror")
    replace_log(tmp_path, before_the_loss)
    run = CliRunner().invoke(main, ["carry", str(tmp_path / "mirror" / "snapshot")])
    assert (run.exit_code, "is carried over at the next start" in run.output) == (0, True)
    assert CliRunner().invoke(main, ["carry"]).exit_code == 2
    run = CliRunner().invoke(main, ["carry", "--nothing"])
    assert (run.exit_code, "nothing is carried over" in run.output) == (0, True)
