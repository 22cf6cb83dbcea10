"""A person who is erased is gone to the last byte, from every file that the registry keeps or publishes."""

import hashlib
import random
from pathlib import Path

import pytest

from registry.errors import GoneError, NotFoundError
from registry.model.credentials import TokenScope
from registry.model.declaration import WorkKind, WorkRequest
from registry.model.imports import ImportRequest
from registry.model.party import AUTHORITY_STATEMENT, Capacity, PartyRequest
from registry.publishing.backup import back_up
from registry.publishing.publisher import COLLECT_SECONDS
from registry.publishing.snapshot import KEEP_SECONDS
from registry.publishing.verify import verify_instance
from registry.store.audit import actions_on
from tests.registry.studio import SHA, Studio

EMAIL = "hanako.yamada@example.jp"
NAMES = ("Hanako Yamada", "Yamada Drawings Ltd", "hanako.yamada", "Hanakos-Browser", "hanako-token", "The Hanako Bird",
         "hanako-draft", "hanako-key", "hanako-picture", "hanako.example.com", "licence@hanako.example.com")  # fmt: skip


def files_with(folder: Path, needle: bytes) -> list[str]:
    """Every file below a folder that holds these bytes; each is read whole."""
    found = [path for path in sorted(folder.rglob("*")) if path.is_file() and needle in path.read_bytes()]
    return [path.relative_to(folder).as_posix() for path in found]


class Hanako(Studio):
    """Somebody who leaves her name wherever a name can be left."""

    def __init__(self, registry, letterbox, zone) -> None:
        super().__init__(registry, letterbox, EMAIL)
        nonce = registry.accounts.request_link(EMAIL, client="192.0.2.7")
        registry.accounts.confirm_link(letterbox.last_link(), nonce, label="Hanakos-Browser")
        asked = PartyRequest(
            "Hanako Yamada", Capacity.AGENT, public=True, statement=AUTHORITY_STATEMENT,
            on_behalf_of="Yamada Drawings Ltd",
        )  # fmt: skip
        self.party = registry.parties.create(self.actor, asked)
        registry.accounts.create_token(self.actor, label="hanako-token", scope=TokenScope.READ, days=3)
        registry.drafts.save_draft(self.actor, None, {"title": "hanako-draft"})
        work = WorkRequest(
            self.party.id, WorkKind.ILLUSTRATION, {"en": "The Hanako Bird"}, creators=("Hanako Yamada",)
        )
        self.work = registry.works.create_work(self.actor, work)
        self.proved = self.prove(zone, self.declare(("domain", "hanako.example.com"), works=(self.work.id,)))
        self.picture = self.declare(("url", "https://cdn.example.net/hanako-picture.png"), ("sha256", SHA))
        self.pending = self.declare(("domain", "hanako.example.org"))
        self.withdraw(self.picture)


@pytest.fixture
def hanako(registry, letterbox, zone):
    return Hanako(registry, letterbox, zone)


def an_hour_later(registry, clock):
    registry.publisher.publish()
    clock.pass_(KEEP_SECONDS + COLLECT_SECONDS + 1)
    registry.publisher.publish()
    clock.pass_(KEEP_SECONDS + COLLECT_SECONDS + 1)
    registry.publisher.publish()


def traces(folder: Path) -> dict[str, list[str]]:
    needles = {name: name.encode() for name in (*NAMES, SHA)} | {"digest": bytes.fromhex(SHA)[:16]}
    return {name: found for name, needle in needles.items() if (found := files_with(folder, needle))}


def test_no_byte_of_an_erased_account_is_left_in_any_file(hanako, rival, registry, clock, tmp_path):
    theirs = rival.declare(("md5", hashlib.md5(b"another's").hexdigest()))
    registry.publisher.publish()
    sent = b"title,author\nThe Hanako Bird,Hanako Yamada\n"
    asked = ImportRequest(hanako.party.id, "works.csv", len(sent) + 1, ("train-ai",))
    registry.imports.receive(hanako.actor, registry.imports.start(hanako.actor, asked).id, 0, sent)
    assert {"hanako.yamada", "Hanako Yamada", "The Hanako Bird", "digest"} <= traces(tmp_path).keys()
    assert registry.erasure.erase_account(hanako.actor.account) == 2
    an_hour_later(registry, clock)
    back_up(tmp_path, tmp_path / "copy.db")
    assert traces(tmp_path) == {}
    for gone in (hanako.proved, hanako.picture):
        with pytest.raises(GoneError):
            registry.declarations.get(gone.id)
    with pytest.raises(NotFoundError):
        registry.declarations.get(hanako.pending.id)
    assert registry.declarations.get(theirs.id).state.in_force
    assert registry.accounts.email(rival.actor) == "midori@example.org"
    assert registry.accounts.sessions(hanako.actor) == []
    registry.close()
    assert traces(tmp_path) == {}
    assert verify_instance(tmp_path).erased > 0


def test_an_erased_party_leaves_its_account_and_other_parties_alone(hanako, registry, clock, tmp_path):
    other = registry.parties.create(
        hanako.actor, PartyRequest("Aoi", Capacity.AUTHOR, public=True, statement=AUTHORITY_STATEMENT)
    )
    assert registry.erasure.erase_party(hanako.party.id) == 3
    an_hour_later(registry, clock)
    left = traces(tmp_path).keys()
    assert left <= {"hanako.yamada", "Hanakos-Browser", "hanako-token", "hanako-draft"}
    assert registry.accounts.email(hanako.actor) == EMAIL
    assert other in registry.parties.that_declare(hanako.actor)
    with registry.store.read() as database:
        assert [(actor, action) for _, actor, action in actions_on(database, hanako.party.id)][1:] == [
            ("operator", "erase-party")
        ]


def test_an_erasure_that_was_interrupted_is_asked_for_again(hanako, registry, monkeypatch):
    real, calls = type(registry.erasure)._erase_some, []

    def once(erasure, *given):
        if calls:
            raise MemoryError
        calls.append(given)
        return real(erasure, *given)

    monkeypatch.setattr(type(registry.erasure), "_erase_some", once)
    with pytest.raises(MemoryError):
        registry.erasure.erase_account(EMAIL)
    monkeypatch.undo()
    assert registry.erasure.erase_account(EMAIL) == 2
    with pytest.raises(NotFoundError):
        registry.erasure.erase_account(EMAIL)


def test_who_signs_in_again_has_a_new_account(hanako, registry, letterbox):
    registry.erasure.erase_account(EMAIL)
    again = Studio(registry, letterbox, EMAIL)
    assert again.actor != hanako.actor


def test_a_party_and_an_account_that_are_none_are_said(registry):
    with pytest.raises(NotFoundError):
        registry.erasure.erase_party("a" * 26)
    with pytest.raises(NotFoundError):
        registry.erasure.erase_account("nobody@example.com")


def test_pages_that_were_split_and_joined_keep_no_byte(registry, rival, tmp_path):
    """Rows of many sizes come and go between those of others, so that pages are balanced again and again."""
    chance = random.Random(10)
    gone = Studio(registry, registry.mailer, "gone@example.com")
    needle = "erased-needle-5c1"
    for round_ in range(60):
        for who in (gone, rival):
            text = needle if who is gone else "kept"
            path = f"/{text}/{round_}/" + "x" * chance.randrange(1, 900)
            who.declare(("url", f"https://cdn.example.net{path}"))
    assert files_with(tmp_path, needle.encode())
    registry.erasure.erase_party(gone.party.id)
    assert files_with(tmp_path, needle.encode()) == []
