"""What a grant had lifted and no longer does is in the feed of changes with its date, and `diff` finds the rows."""

import json
import shutil

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from crawler_filter.cli import main
from crawler_filter.formats.record import rfc3339
from crawler_filter.log import Trust
from crawler_filter.sync.update import sync
from registry.model.grant import GrantRequest
from tests.registry.publishing.mirror import FolderTransport
from tests.registry.studio import DAY, SHA
from tests.simulators.crawler import CLIENT_ID, make_key

PAGE = "https://studio-aoi.com/1.png"
OTHER = "https://studio-midori.com/2.png"


@pytest.fixture
def instance(registry):
    return registry.config.instance


@pytest.fixture
def synced(registry, instance, clock):
    def sync_into(name: str):
        registry.publisher.publish()
        trust = Trust.parse((instance / "registry.policy").read_bytes())
        transport = FolderTransport(instance / "public")
        sync(instance / name, FolderTransport.URL, trust, transport=transport, now=clock.now)
        return instance / name

    return sync_into


@pytest.fixture
def operator_file(tmp_path):
    pem = make_key(1).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key.pem").write_bytes(pem)
    path = tmp_path / "operator.toml"
    path.write_text(f'client_id = "{CLIENT_ID}"\nkey = "key.pem"\n')
    return path


@pytest.fixture
def granted(studio, operator):
    """Makes a grant of a page and a file; returns it and what was declared."""

    def make(**change):
        declared = studio.declare(("url", PAGE), ("sha256", SHA))
        request = GrantRequest(studio.party.id, operator.id, ("train-ai",), declarations=(declared.id,), **change)
        return studio.registry.grants.grant(studio.actor, request).grant, declared

    return make


def fed(capsys, instance, old, new, *more) -> list[dict]:
    code = main(
        ["feed", "--from", str(old), "--to", str(new), "--trust", str(instance / "registry.policy"), *more]
    )
    assert code == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_revoked_grant_and_a_new_reservation_are_in_the_feed(
    studio, granted, synced, instance, clock, capsys, operator_file
):
    made, declared = granted()
    old = synced("old")
    before = clock.now
    clock.pass_(60)
    studio.registry.grants.revoke(studio.actor, made.id)
    later = studio.declare(("url", OTHER))
    new = synced("new")
    items = fed(capsys, instance, old, new, "--operator", str(operator_file))
    assert [item["change"] for item in items] == ["reserved", "grant-ended"]
    assert items[0]["declaration"].endswith(later.id)
    ended = items[1]
    assert (ended["grant"], ended["ended"]) == (made.id, None)
    assert ended["declaration"].endswith(declared.id)
    assert {scope["kind"] for scope in ended["scopes"]} == {"url", "sha256"}
    assert all(item["between"] == [rfc3339(before), rfc3339(clock.now)] for item in items)
    assert [item["change"] for item in fed(capsys, instance, old, new)] == ["reserved"]


def test_a_grant_that_ended_by_itself_has_the_date_of_its_end(
    studio, granted, synced, instance, clock, capsys, operator_file
):
    made, _ = granted(until=clock.now + DAY)
    old = synced("old")
    clock.pass_(DAY + 60)
    studio.registry.do_what_is_due()
    new = synced("new")
    (item,) = fed(capsys, instance, old, new, "--operator", str(operator_file))
    assert (item["change"], item["grant"], item["ended"]) == ("grant-ended", made.id, rfc3339(made.until))


@pytest.mark.whole
def test_diff_finds_the_rows_that_a_grant_had_kept(
    studio, granted, synced, instance, clock, tmp_path, operator_file
):
    pytest.importorskip("pyarrow")
    clock.now = int(__import__("time").time())
    made, _ = granted()
    old = synced("old")
    clock.pass_(60)
    studio.registry.grants.revoke(studio.actor, made.id)
    new = synced("new")
    rows = tmp_path / "rows.csv"
    rows.write_text(f"url\n{PAGE}\nhttps://example.org/\n")
    for name, wanted in (("mine", [PAGE]), ("nobody", [])):
        out = tmp_path / name
        asked = ["--operator", str(operator_file)] if name == "mine" else []
        code = main([
            "diff", str(rows), "--from", str(old), "--to", str(new), "--out", str(out), "--quiet",
            "--trust", str(instance / "registry.policy"), *asked,
        ])  # fmt: skip
        report = json.loads((out / "report.json").read_text())
        assert report["removed"] == len(wanted), report
        assert code == bool(wanted)
    shutil.rmtree(tmp_path / "mine")
