"""A court file holds what the log proves, and a script that needs nothing of ours finds every lie in it."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from crawler_filter.commands import evidencing
from crawler_filter.errors import DataError
from crawler_filter.evidence import sheet, verify_alone
from crawler_filter.evidence.gathering import gather
from crawler_filter.evidence.statements import STATEMENTS, statement_lines
from crawler_filter.log import Trust
from registry.model.grant import GrantRequest
from registry.model.party import AUTHORITY_STATEMENT
from registry.server.app import create_app
from tests.registry.studio import SHA


class ClientTransport:
    """Asks the registry of this test, as a client on the network would."""

    def __init__(self, client) -> None:
        self._client = client

    def get(self, url: str, *, max_bytes: int) -> bytes:
        answer = self._client.get(url.removeprefix("https://registry.example"))
        assert answer.status_code == 200, url
        data = answer.data
        answer.close()
        return data


@pytest.fixture
def transport(registry):
    return ClientTransport(create_app(registry).test_client())


@pytest.fixture
def trust_file(registry) -> Path:
    return registry.config.instance / "registry.policy"


@pytest.fixture
def declared(studio, operator, clock):
    """A declaration with some history, and two grants, one of which has ended."""
    made = studio.declare(("url", "https://studio-aoi.com/1.png"))
    studio.amend(made, ("url", "https://studio-aoi.com/1.png"), ("sha256", SHA))
    for _ in range(2):
        request = GrantRequest(studio.party.id, operator.id, ("train-ai",), declarations=(made.id,))
        granted = studio.registry.grants.grant(studio.actor, request).grant
        clock.pass_(10)
    studio.registry.grants.revoke(studio.actor, granted.id)
    studio.registry.publisher.publish()
    return made.id


@pytest.fixture
def folder(transport, trust_file, declared, tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(evidencing, "RequestsTransport", lambda: transport)
    from crawler_filter.cli import main

    out = tmp_path / "evidence"
    asked = ["evidence", declared, "--registry", "https://registry.example", "--out", str(out)]
    assert main([*asked, "--trust", str(trust_file)]) == 0
    return out


def by_script(folder: Path, trust_file: Path) -> subprocess.CompletedProcess:
    """The script as a court runs it: Python alone, in isolated mode, from another folder."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "verify.py"), str(folder), str(trust_file)],
        check=False, capture_output=True, text=True, cwd="/",
    )  # fmt: skip


def test_the_court_file_of_one_command_verifies_with_python_alone(folder, trust_file, declared):
    found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    assert {"declaration.json", "sheet.txt", "sheet.pdf", "verify.py", "registry.policy", "shown.json"} <= set(
        found
    )
    receipts = [name for name in found if name.endswith(".tlog-proof")]
    assert len(receipts) == 1 + 2 + 2
    ran = by_script(folder, trust_file)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.count("verified ") == len(receipts)
    assert declared in ran.stdout
    sheet = (folder / "sheet.txt").read_text(encoding="utf-8")
    assert "sha256" in sheet
    assert "証拠" in sheet
    assert (folder / "sheet.pdf").read_bytes().startswith(b"%PDF")


HARMS = ("a record", "a leaf", "a hash", "a signature", "the trust", "what is shown", "no record", "a name twice")


@pytest.mark.parametrize(
    "harm", [pytest.param(harm, marks=() if harm == "a leaf" else pytest.mark.whole) for harm in HARMS]
)
def test_the_script_finds_whatever_was_changed(folder, trust_file, tmp_path, harm):
    proof = folder / "declaration.tlog-proof"
    data = proof.read_text()
    lines = data.split("\n")
    trusted = trust_file
    if harm == "the trust":
        trusted = tmp_path / "other.policy"
        words = trust_file.read_text().split("\n")
        words[0] = words[0].replace(
            "#!root 1 1 ", "#!root 1 1 other.example/root+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k "
        )
        trusted.write_text("\n".join(words))
    elif harm == "a name twice":
        shown = folder / "declaration.json"
        shown.write_bytes(shown.read_bytes().replace(b"{", b'{"party_name":"Somebody else",', 1))
    elif harm == "what is shown":
        shown = folder / "declaration.json"
        shown.write_bytes(shown.read_bytes().replace(b"disallowed", b"allowed"))
    else:
        import base64

        extra = base64.b64decode(lines[1].removeprefix("extra ")).decode()
        if harm == "a record":
            extra = extra.replace("disallowed", "allowed")
        elif harm == "a leaf":
            extra = extra.replace("amend", "prove")
        elif harm == "no record":  # as if it were erased, beside a record that nothing proves
            extra = json.dumps(json.loads(extra) | {"record": None, "salt": None})
            shown = folder / "declaration.json"
            shown.write_bytes(shown.read_bytes().replace(b"disallowed", b"allowed"))
        elif harm == "a hash":
            lines[3] = base64.b64encode(bytes(32)).decode()
        else:
            last = len(lines) - 2
            raw = bytearray(base64.b64decode(lines[last].split(" ")[2]))
            raw[-1] ^= 1
            lines[last] = " ".join([*lines[last].split(" ")[:2], base64.b64encode(bytes(raw)).decode()])
        lines[1] = f"extra {base64.b64encode(extra.encode()).decode()}"
        proof.write_text("\n".join(lines))
    ran = by_script(folder, trusted)
    assert ran.returncode == 1
    assert "WRONG declaration.tlog-proof" in ran.stdout


def test_the_script_finds_what_has_no_receipt(folder, trust_file, tmp_path):
    grant = next((folder / "grants").glob("*.tlog-proof"))
    for missing in (grant, folder / "declaration.tlog-proof"):
        missing.unlink()
        ran = by_script(folder, trust_file)
        assert ran.returncode == 1
        assert f"WRONG {missing.relative_to(folder).as_posix()}: FileNotFoundError" in ran.stdout
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "verify.py").write_bytes((folder / "verify.py").read_bytes())
    assert by_script(empty, trust_file).returncode == 1


def test_the_script_believes_no_keys_that_came_with_the_receipts(folder):
    for trust in (folder / "registry.policy", folder / "grants" / ".." / "registry.policy"):
        ran = by_script(folder, trust)
        assert (ran.returncode, ran.stdout) == (1, "")
        assert "a trust file that did not come in it" in ran.stderr
    alone = [sys.executable, "-I", "-S", "verify.py", "."]
    ran = subprocess.run(alone, check=False, capture_output=True, text=True, cwd=folder)
    assert (ran.returncode, ran.stdout) == (1, "")


def test_every_leaf_and_every_grant_is_gathered_page_by_page(
    studio, operator, transport, trust_file, clock, monkeypatch
):
    for module in ("registry.store.grants", "registry.permissions.grants"):
        monkeypatch.setattr(f"{module}.{'PAGE_ROWS' if 'store' in module else 'MOST_SHOWN'}", 2)
    monkeypatch.setattr("registry.api.views.HISTORY_ROWS", 2)
    made = studio.declare(("url", "https://studio-aoi.com/1.png"))
    other = studio.declare(("url", "https://studio-aoi.com/other.png"))
    for number in range(3):
        studio.amend(made, *(("url", f"https://studio-aoi.com/{name}.png") for name in range(1, number + 3)))
    for each in (made, made, made, other):
        request = GrantRequest(studio.party.id, operator.id, ("train-ai",), declarations=(each.id,))
        studio.registry.grants.grant(studio.actor, request)
    studio.registry.publisher.publish()
    trust = Trust.parse(trust_file.read_bytes())
    gathered = gather(transport, "https://registry.example", made.id, trust)
    assert (gathered.leaves, len(gathered.grants)) == (4, 3)
    told = "\n".join(sheet.lines(gathered))
    assert all(grant.id in told for grant in gathered.grants)


def test_what_a_registry_shows_is_not_taken_for_what_was_logged(transport, trust_file, declared):
    trust = Trust.parse(trust_file.read_bytes())

    class Lying(ClientTransport):
        def get(self, url: str, *, max_bytes: int) -> bytes:
            data = super().get(url, max_bytes=max_bytes)
            if "/history" in url:
                return data.replace(b'"amend"', b'"withdraw"')
            return data.replace(b"train-ai", b"search") if "/grants" in url and "receipt" not in url else data

    with pytest.raises(DataError):
        gather(Lying(transport._client), "https://registry.example", declared, trust)

    class Grants(Lying):
        def get(self, url: str, *, max_bytes: int) -> bytes:
            return ClientTransport.get(self, url, max_bytes=max_bytes) if "/history" in url else super().get(
                url, max_bytes=max_bytes)  # fmt: skip

    told = "\n".join(sheet.lines(gather(Grants(transport._client), "https://registry.example", declared, trust)))
    assert "search" not in told

    class Odd(ClientTransport):
        def get(self, url: str, *, max_bytes: int) -> bytes:
            return b'{"entries": [1], "grants": 7}' if "?page=" in url else super().get(url, max_bytes=max_bytes)

    with pytest.raises(DataError):
        gather(Odd(transport._client), "https://registry.example", declared, trust)


def test_nothing_is_gathered_that_does_not_verify(transport, trust_file, declared):
    trust = Trust.parse(trust_file.read_bytes())

    class Lying(ClientTransport):
        def get(self, url: str, *, max_bytes: int) -> bytes:
            data = super().get(url, max_bytes=max_bytes)
            return data.replace(b"index 1", b"index 0") if url.endswith("/receipt") else data

    assert gather(transport, "https://registry.example", declared, trust).verified.leaf.id == declared
    with pytest.raises(DataError):
        gather(Lying(transport._client), "https://registry.example", declared, trust)


def test_the_script_is_short_and_imports_nothing_of_ours():
    source = Path(verify_alone.__file__).read_text(encoding="utf-8")
    assert source.count("\n") < 200
    imported = {
        name.partition(".")[0]
        for node in ast.walk(ast.parse(source))
        for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [str(node.module)]
                     if isinstance(node, ast.ImportFrom) else [])
    }  # fmt: skip
    assert imported <= sys.stdlib_module_names


RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595b"
            "be24655141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb430"
            "2aeeb00d291612bb0c00"
        ),
    ),
]


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032, ids=["test 1", "test 2"])
def test_its_signatures_are_those_of_rfc_8032(public, message, signature):
    public, message, signature = (bytes.fromhex(text) for text in (public, message, signature))
    assert verify_alone.signed(public, message, signature)
    assert not verify_alone.signed(public, message + b"x", signature)
    for place in (0, 31, 32, 63):
        wrong = bytearray(signature)
        wrong[place] ^= 1
        assert not verify_alone.signed(public, message, bytes(wrong))
    order = verify_alone.ORDER
    malleable = signature[:32] + (int.from_bytes(signature[32:], "little") + order).to_bytes(32, "little")
    assert not verify_alone.signed(public, message, malleable)


def test_the_statement_that_was_accepted_is_carried_in_the_words_of_its_page(folder, transport):
    text = (folder / "authority.txt").read_text(encoding="utf-8")
    assert STATEMENTS.keys() == {AUTHORITY_STATEMENT}
    for language, said in STATEMENTS[AUTHORITY_STATEMENT].items():
        page = transport.get(f"https://registry.example/authority?lang={language}", max_bytes=1 << 20).decode()
        assert all(line in page and line in text for line in said)
        assert all(line in (folder / "sheet.txt").read_text(encoding="utf-8") for line in said)
    assert "not known" in "".join(statement_lines("1999-01"))


def test_proofs_are_told_by_what_was_seen_and_by_no_secret(studio, zone, transport, trust_file):
    made = studio.declare(("domain", "studio-aoi.com"))
    studio.prove(zone, made)
    studio.registry.publisher.publish()
    trust = Trust.parse(trust_file.read_bytes())
    gathered = gather(transport, "https://registry.example", made.id, trust)
    (proof,) = json.loads(gathered.files["proofs.json"])
    assert (proof["method"], proof["target"], len(proof["digest"])) == ("dns-txt", "studio-aoi.com", 64)
    told = "\n".join(sheet.lines(gathered))
    assert proof["digest"] in told
    (stored,) = studio.registry.proofs.backing(studio.declarations.get(made.id))
    assert not any(stored.challenge.token.encode() in content for content in gathered.files.values())


def test_the_answer_in_json_counts_what_is_there(folder):
    assert json.loads((folder / "history.json").read_text())[0]["type"] == "declare"
