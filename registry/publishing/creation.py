"""Making a new instance: database, keys, and the root note everything else hangs on.

The database comes last, because its presence is what makes a directory an instance; a folder that already has
published files is never made into a new one, since its log would start a second history.
"""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from crawler_filter.log import KeySet, Root, Signer
from registry.config import Config
from registry.errors import InstanceError
from registry.publishing.keys import TRUST_FILE, Keyring, add_signature, write_key
from registry.store.database import open_database

DATABASE: Final = "registry.db"
"""Name of the database in the instance's directory."""


def create_instance(
    config: Config, entropy: Callable[[int], bytes], root_keys: KeySet, hand_out: Callable[[Root], object]
) -> None:
    """Make the instance that `config` names, and give `hand_out` root note 1, which is still to be signed.

    Raises InstanceError where there is an instance, or what is left of one. Whatever fails, `hand_out` too, leaves
    nothing behind that was not there before.
    """
    keyring = Keyring(config.instance)
    for path in (config.instance / DATABASE, keyring.folder, config.instance / "public"):
        if path.exists():
            raise InstanceError(f"{path} exists already; a new instance is made in an empty directory only")
    require_root_names(config.origin, root_keys)
    made = _topmost_missing(config.instance)
    try:
        config.instance.mkdir(parents=True, exist_ok=True)
        root = keyring.first(config.origin, config.public_url, root_keys, entropy)
        Root.parse(root.encode())
        hand_out(root)
        open_database(config.instance / DATABASE, create=True).close()
    except BaseException:
        _remove(config.instance, made)
        raise


def _topmost_missing(folder: Path) -> Path | None:
    """Return the first folder on the way to `folder` that is not there, None where all are."""
    return next((path for path in (*reversed(folder.parents), folder) if not path.exists()), None)


def _remove(instance: Path, made: Path | None) -> None:
    """Remove what there is of an instance that could not be made whole, and the folders that were made for it."""
    for name in ("keys", "public"):
        shutil.rmtree(instance / name, ignore_errors=True)
    for path in (instance / TRUST_FILE, *instance.glob(f"{DATABASE}*")):
        path.unlink(missing_ok=True)
    if made is not None:
        shutil.rmtree(made, ignore_errors=True)


def require_root_names(origin: str, root_keys: KeySet) -> None:
    """Check that root keys are named after the registry, as root notes ask. Raises InstanceError."""
    for key in root_keys.keys:
        if not key.name.startswith(f"{origin}/"):
            raise InstanceError(
                f"a root key of {origin} is named {origin}/ and a word, as in"
                f" `optout-registry keygen {origin}/root-a a.key`; this one is named {key.name}"
            )


def create_dev_instance(config: Config, entropy: Callable[[int], bytes]) -> None:
    """Make an instance that keeps its one root key beside the others: for a machine of one's own."""
    signer = Signer.generate(f"{config.origin}/root-1", entropy)
    keyring = Keyring(config.instance)

    def sign(root: Root) -> None:
        write_key(keyring.folder / "root-1.key", signer)
        keyring.install(add_signature(root.encode().encode(), signer))

    create_instance(config, entropy, KeySet(1, (signer.verifier,)), sign)
