"""One registry in a temporary directory, with a clock that the test moves and letters that the test reads."""

import itertools
import random
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from registry.config import Config
from registry.instance import DATABASE, Registry, open_registry
from registry.model.declaration import Actor
from registry.model.party import AUTHORITY_STATEMENT, Capacity, Party, PartyRequest
from registry.publishing.creation import create_dev_instance

START = 1_800_000_000
_BROWSERS = itertools.count(1)


@dataclass
class Clock:
    """Unix seconds that pass only when told to."""

    now: int = START

    def __call__(self) -> int:
        return self.now

    def pass_(self, seconds: int) -> None:
        self.now += seconds


@dataclass
class Letterbox:
    """Letters as (to, subject, text), in the order they were sent."""

    letters: list[tuple[str, str, str]] = field(default_factory=list)

    def send(self, to: str, subject: str, text: str) -> None:
        self.letters.append((to, subject, text))

    def last_link(self) -> str:
        """The secret in the last sign-in letter."""
        return re.search(r"/sign-in/([\w-]+)", self.letters[-1][2])[1]

    def last_code(self) -> str:
        """The code in the last letter, as it is typed."""
        return re.search(r"\d{4} \d{4}", self.letters[-1][2])[0]


def open_instance(
    path: Path,
    clock: Clock,
    letterbox: Letterbox,
    *,
    fetcher=None,
    seed: int = 1,
    steady=None,
    cpu=lambda: 0.0,
    **settings,
) -> Registry:
    """The registry in `path` at `registry.example`, new where there is none; its randomness follows from `seed`.

    `steady` counts seconds beside the clock; without it they pass as the clock says. Without another `cpu` no request
    seems to take any processor time, so that each is charged what its bytes tell.
    """
    settings.setdefault("origin", "registry.example")
    config, chance = Config(instance=path, **settings), random.Random(seed)
    if not (path / DATABASE).exists():
        _make(config, seed, chance)
    registry = open_registry(
        config,
        clock=clock,
        steady=steady,
        entropy=chance.randbytes,
        mailer=letterbox,
        fetcher=fetcher,
    )
    return replace(registry, cpu=cpu)


_MADE: dict[tuple[object, ...], tuple[TemporaryDirectory, object]] = {}
"""New instances, each with the state of chance after it was made: a copy takes a third of the time."""


def _make(config: Config, seed: int, chance: random.Random) -> None:
    """Make a new instance, or copy one that was made of the same seed for the same address."""
    kind = (seed, config.origin, config.public_url, config.dev)
    if kind not in _MADE:
        folder = TemporaryDirectory()
        create_dev_instance(replace(config, instance=Path(folder.name, "made")), chance.randbytes)
        _MADE[kind] = folder, chance.getstate()
    folder, state = _MADE[kind]
    copytree(Path(folder.name, "made"), config.instance, dirs_exist_ok=True)
    chance.setstate(state)


def sign_in(registry: Registry, letterbox: Letterbox, email: str) -> Actor:
    """The account of `email`, by way of its letter."""
    return session(registry, letterbox, email).actor


def session(registry: Registry, letterbox: Letterbox, email: str):
    """A fresh session, from a client address that nobody used before."""
    client = f"198.51.{next(_BROWSERS) % 65536 // 256}.{next(_BROWSERS) % 256}"
    nonce = registry.accounts.request_link(email, client=client)
    return registry.accounts.confirm_link(letterbox.last_link(), nonce)


def make_party(registry: Registry, actor: Actor, name: str = "Studio Aoi") -> Party:
    """A rights holder whose name is public."""
    request = PartyRequest(name, Capacity.RIGHTS_HOLDER, public=True, statement=AUTHORITY_STATEMENT)
    return registry.parties.create(actor, request)
