"""`optout-registry`: make an instance, serve it, verify it, keep its keys and its copies.

Settings come from the environment (`REGISTRY_…`, see docs/reference/configuration.md). Commands that moderate or
erase are carried out by `serve` where it runs; others that write refuse meanwhile. Exit codes: 0 done, 1 refused
or failed, 2 called wrongly.
"""

import json
import secrets
import sqlite3
import sys
from pathlib import Path

import click

from crawler_filter.errors import FilterError
from crawler_filter.formats.counts import LOG_ENTRY, number_of
from crawler_filter.formats.record import rfc3339
from crawler_filter.log import Checkpoint, KeySet, Note, Root, Signer, Verifier
from registry.api.openapi import document
from registry.api.table import OPERATIONS
from registry.background.clock import unix_time
from registry.commands.acting import act, configuration
from registry.commands.desk import COMMANDS as DESK
from registry.commands.watch import watch
from registry.config import Config, ConfigError
from registry.errors import InstanceError, RegistryError
from registry.instance import open_fetcher, open_registry
from registry.publishing.backup import back_up, put_back
from registry.publishing.carrying import bring, forsake
from registry.publishing.closed_instance import (
    confirm_clock,
    confirm_newest,
    note_operator,
    upgrade_instance,
)
from registry.publishing.creation import DATABASE, create_instance
from registry.publishing.keys import Keyring, add_signature, read_key, write_key
from registry.publishing.public_log import check_number, check_public_log, read_checkpoint
from registry.publishing.verify import verify_instance
from registry.server.operator import ask
from registry.server.operator_account import operator_here
from registry.server.serve import in_dev
from registry.server.serve import serve as serve_instance
from registry.store.snapshots import newest_signature


class _Commands(click.Group):
    """Prints each refusal of the registry as one line on standard error."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (ConfigError, RegistryError, InstanceError, FilterError, OSError, sqlite3.Error) as error:
            click.echo(f"optout-registry: {error}", err=True)
            sys.exit(1)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="training-optout-registry", prog_name="optout-registry")
def main() -> None:
    """Run a registry where rights holders reserve works from AI training."""


@main.command()
@click.option("--dev", is_flag=True, help="On a machine of your own: loopback only, sign-in links are printed.")
@click.option("--replica", metavar="URL", help="Only read: follow the registry at URL and answer lookups.")
@click.option("--trust", type=click.Path(path_type=Path, exists=True), help="The registry's trust file (replica).")
@click.option("--folder", type=click.Path(path_type=Path), help="Where the snapshot is kept (replica).")
def serve(*, dev: bool, replica: str | None, trust: Path | None, folder: Path | None) -> None:
    """Serve the pages, the API, the log and the snapshot."""
    if replica is not None:
        if trust is None or folder is None or dev:
            raise click.UsageError("--replica needs --trust and --folder, and nothing else")
        _serve_replica(replica, trust, folder, configuration())
        return
    config = in_dev(configuration()) if dev else configuration()
    serve_instance(config, lambda url: click.echo(f"The registry is at {url} (Ctrl-C stops it)"))


@main.command()
@click.option("--root-key", "root_keys", multiple=True, required=True, metavar="VKEY",
              help="Public half of a root key made with `keygen`; may be given several times.")  # fmt: skip
@click.option("--threshold", default=1, show_default=True, help="How many root keys must sign a root note.")
def init(root_keys: tuple[str, ...], threshold: int) -> None:
    """Make a new instance in an empty directory. Writes root note 1, which is still to be signed."""
    keys = KeySet(threshold, tuple(Verifier.parse(key) for key in root_keys))
    notes: list[Path] = []
    try:
        create_instance(configuration(), secrets.token_bytes, keys, lambda root: notes.append(_write_note(root)))
    except BaseException:
        for note in notes:
            note.unlink(missing_ok=True)
        raise
    _ask_to_sign(*notes)


@main.command()
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path))
def keygen(name: str, file: Path) -> None:
    """Make a root key called NAME in FILE. NAME is such as registry.example/root-a; keep FILE off line."""
    signer = Signer.generate(name, secrets.token_bytes)
    write_key(file, signer)
    click.echo(signer.verifier.encode())


@main.group()
def root() -> None:
    """Sign, install and replace the root note. It names the registry's keys."""


@root.command()
@click.argument("note", type=click.Path(path_type=Path, exists=True))
@click.argument("key", type=click.Path(path_type=Path, exists=True))
def sign(note: Path, key: Path) -> None:
    """Add the signature of the root key in the file KEY to the root NOTE."""
    note.write_bytes(add_signature(note.read_bytes(), read_key(key)))
    click.echo(f"{note} is signed also by {read_key(key).name}")


@root.command()
@click.argument("note", type=click.Path(path_type=Path, exists=True))
def install(note: Path) -> None:
    """Publish a signed root NOTE; from the next start on its keys are used."""
    installed = Keyring(configuration().instance).install(note.read_bytes())
    click.echo(f"root note {installed.version} is in force; the trust file for crawlers is registry.policy")


@root.command()
@click.option("--role", "roles", multiple=True, type=click.Choice(["log", "snapshot"]),
              help="Which key to replace; may be given twice.")  # fmt: skip
@click.option(
    "--root-key", "root_keys", multiple=True, metavar="VKEY", help="The root keys from now on, all of them."
)
@click.option("--threshold", default=1, show_default=True, help="How many of the new root keys must sign.")
def propose(roles: tuple[str, ...], root_keys: tuple[str, ...], threshold: int) -> None:
    """Make the next root note, with new keys for the given roles; old and new root keys must sign it."""
    keys = KeySet(threshold, tuple(Verifier.parse(key) for key in root_keys)) if root_keys else None
    proposed = Keyring(configuration().instance).propose(secrets.token_bytes, roles=roles, keys=keys)
    _ask_to_sign(_write_note(proposed))


@root.command("replace-log")
@click.argument("checkpoint", type=click.Path(path_type=Path, exists=True))
def replace_log(checkpoint: Path) -> None:
    """Close a lost log at its newest published CHECKPOINT, and write the root note that names a new log."""
    keyring = Keyring(configuration().instance)
    note = Note.parse(checkpoint.read_bytes())
    note.verify([keyring.root().log])
    proposed = keyring.propose_new_log(Checkpoint.parse(note.text), secrets.token_bytes)
    _ask_to_sign(_write_note(proposed))


@main.command()
def publish() -> None:
    """Publish what was logged while nothing serves. Signs the manifest anew if it is an hour old."""
    config = configuration()
    upgrade_instance(config)
    if check_public_log(config.instance, open_fetcher(config), config.mirrors):
        confirm_newest(config, secrets.token_bytes)
    with open_registry(config) as registry:
        manifest = registry.publisher.current.state.manifest
        click.echo(f"snapshot {manifest.sequence} is published, of {number_of(manifest.log_size, *LOG_ENTRY)}")


@main.command()
def rebuild() -> None:
    """Make the whole snapshot anew. It has the URL profile of this version; filters without that refuse it."""
    with open_registry(configuration(), rebuild=True) as registry:
        manifest = registry.publisher.current.state.manifest
        click.echo(f"snapshot {manifest.sequence} is published, made anew under URL profile {manifest.profile}")


@main.command("confirm-log")
@click.argument("newest")
def confirm_log(newest: str) -> None:
    """Say that this instance is the newest there is. NEWEST is the newest checkpoint published anywhere.

    Take it from a mirror, a witness, a replica or a crawler, never from this machine: a file with the checkpoint
    or the manifest, or the number of its leaves.
    """
    config = configuration()
    if newest.isascii() and newest.isdigit():
        check_number(config.instance, int(newest))
    else:
        published = read_checkpoint(Path(newest).read_bytes(), Keyring(config.instance).root())
        check_number(config.instance, published.checkpoint.size)
    confirm_newest(config, secrets.token_bytes)
    note_operator(config.instance, unix_time(), operator_here(), "confirm-log", config.origin)
    click.echo("this instance is taken for the newest; it may sign")


@main.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, exists=True))
@click.option("--nothing", is_flag=True, help="No snapshot of the closed log is left anywhere.")
def carry(folder: Path | None, *, nothing: bool) -> None:
    """After a log was replaced, bring its last snapshot. FOLDER is a mirror's or what a crawler has synced.

    What it reserves and the backup does not know stays reserved at the next start. A start needs this only where
    the instance's own `public/` was lost too.
    """
    if nothing == (folder is not None):
        raise click.UsageError("give either a FOLDER or --nothing")
    config = configuration()
    if folder is None:
        forsake(config.instance, unix_time(), secrets.token_bytes, operator_here())
        click.echo("nothing is carried over; what was declared since the backup is not reserved any more")
    else:
        brought = bring(config.instance, folder)
        click.echo(f"snapshot {brought.sequence} is here; what it reserves is carried over at the next start")


@main.command("verify-log")
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
def verify_log(*, as_json: bool) -> None:
    """Verify log, records and snapshot. Checks every signature, tile and leaf; builds the snapshot again."""
    verified = verify_instance(configuration().instance)
    click.echo(json.dumps(verified.to_json()) if as_json else verified.explain())


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Copy the database to FILE and verify the copy. The registry may run; the keys are not in the copy."""
    size = back_up(configuration().instance, file)
    click.echo(f"{file}: {number_of(size, *LOG_ENTRY)}, {number_of(file.stat().st_size, 'byte')}, intact")


@main.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def restore(file: Path) -> None:
    """Put a backup in place of the database. The registry must not run; the old database is kept beside it."""
    kept = put_back(configuration().instance, file)
    click.echo(f"{file} is in place. What was there is {kept}: remove it once the registry serves again")


@main.command()
def due() -> None:
    """Do now what is due. Announced changes are carried out, and proofs are looked for again."""
    if failed := act("due"):
        raise InstanceError(
            f"{failed} of what is due could not be done; the log above says why, and it is tried again"
        )


@main.command()
@click.option("--confirm", is_flag=True, help="You have compared the clock shown with another one: it is right.")
def clock(*, confirm: bool) -> None:
    """Show this machine's clock beside what was signed last. `--confirm` leads out of a clock in doubt."""
    config = configuration()
    now, newest = unix_time(), newest_signature(config.instance / DATABASE)
    click.echo(f"this machine's clock: {rfc3339(now)}")
    click.echo(f"signed last:          {'nothing yet' if newest is None else rfc3339(newest)}")
    if not confirm:
        return
    try:
        ask(config.instance, "clock", {})
    except ConnectionRefusedError:
        confirm_clock(config.instance, now)
        note_operator(config.instance, now, operator_here(), "confirm-clock", config.origin)
    click.echo("the clock is taken for right; a registry that is not running has to start within an hour")


@main.command()
def openapi() -> None:
    """Print the OpenAPI document of the HTTP API."""
    click.echo(json.dumps(document(OPERATIONS), indent=2, ensure_ascii=False))


def _serve_replica(url: str, trust: Path, folder: Path, config: Config) -> None:
    try:
        from registry.server.replica import serve_replica  # noqa: PLC0415 - its server is an extra
    except ModuleNotFoundError as error:
        if error.name != "granian":
            raise
        raise InstanceError("install training-optout-registry[replica]: a replica needs granian") from error
    serve_replica(url, trust, folder, config.listen)


def _write_note(unsigned: Root) -> Path:
    file = Path(f"root-{unsigned.version}.txt")
    file.write_text(unsigned.encode())
    return file


def _ask_to_sign(file: Path) -> None:
    click.echo(f"{file} is to be signed: `optout-registry root sign {file} KEY` with each root key,")
    click.echo(f"then `optout-registry root install {file}`")


for _command in (*DESK, watch):
    main.add_command(_command)

if __name__ == "__main__":
    main()
