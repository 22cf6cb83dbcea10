"""Logs written here, read by an implementation that shares nothing with ours: golang.org/x/mod/sumdb."""

import os
import random
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from crawler_filter.log.encoding import encode_base64
from crawler_filter.log.tree import leaf_hash

from ...conftest import require_system
from .log_simulator import LOG_KEY, log_of
from .test_tree import naive_root

pytestmark = pytest.mark.system

GOPATH = Path("/usr/share/gocode")  # where Debian's golang-golang-x-mod-dev puts the source
SIZES = [1, 2, 255, 256, 257, 65_537]


@pytest.fixture(scope="module")
def judge(tmp_path_factory):
    go = shutil.which("go")
    require_system(go, "Go (Debian: golang-go)")
    source = GOPATH / "src" / "golang.org" / "x" / "mod" / "sumdb" / "tlog"
    require_system(source.is_dir(), "golang.org/x/mod (Debian: golang-golang-x-mod-dev)")
    program = tmp_path_factory.mktemp("judge") / "judge"
    environment = {**os.environ, "GO111MODULE": "off", "GOPATH": str(GOPATH), "GOFLAGS": "", "CGO_ENABLED": "0"}
    environment.setdefault("GOCACHE", str(program.parent / "cache"))
    here = Path(__file__).parent / "go_judge"
    subprocess.run([go, "build", "-o", program, "main.go"], cwd=here, env=environment, check=True)

    def run(directory, signer=LOG_KEY):
        command = [program, signer.verifier.encode(), directory]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return run


def publish(log, directory, proofs=()):
    for path, data in log.published().items():
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    (directory / "proofs").write_text("".join(f"{line}\n" for line in proofs))


def inclusion_line(log, index):
    hashes = [leaf_hash(log.entries[index]), *log.proof(index).hashes]
    return " ".join(["inclusion", str(index), *map(encode_base64, hashes)])


def consistency_line(log, old_size):
    hashes = [naive_root(log.entries[:old_size]), *log.consistency(old_size)]
    return " ".join(["consistency", str(old_size), *map(encode_base64, hashes)])


@pytest.mark.parametrize("size", SIZES)
def test_go_verifies_every_leaf_of_our_logs(judge, tmp_path, size):
    log = log_of(size)
    indexes = sorted({0, size // 3, size - 1})
    publish(log, tmp_path, [inclusion_line(log, index) for index in indexes])
    verdict = judge(tmp_path)
    assert verdict.stderr == ""
    assert verdict.stdout == f"{size} leaves, {len(indexes)} proofs\n"


def test_go_verifies_our_proofs(judge, tmp_path):
    log, source = log_of(700), random.Random(9162)
    proofs = [inclusion_line(log, source.randrange(700)) for _ in range(200)]
    proofs += [consistency_line(log, source.randrange(1, 701)) for _ in range(200)]
    publish(log, tmp_path, proofs)
    assert judge(tmp_path).stdout == "700 leaves, 400 proofs\n"


def test_go_refuses_a_proof_with_a_hash_of_another(judge, tmp_path):
    log = log_of(700)
    line = inclusion_line(log, 5).replace("inclusion 5", "inclusion 6")
    publish(log, tmp_path, [line])
    verdict = judge(tmp_path)
    assert verdict.returncode == 1
    assert "invalid transparency proof" in verdict.stderr


def test_go_refuses_a_checkpoint_by_another_key(judge, tmp_path):
    publish(log_of(3), tmp_path, [inclusion_line(log_of(3), 0)])
    verdict = judge(tmp_path, replace(LOG_KEY, seed=bytes(32)))
    assert verdict.returncode == 1
    assert "no verifiable signatures" in verdict.stderr


def test_go_finds_every_flipped_bit(judge, tmp_path):
    log, source = log_of(600), random.Random(6962)
    publish(log, tmp_path, [inclusion_line(log, 0)])
    assert judge(tmp_path).returncode == 0
    tiles = sorted(path for path in tmp_path.rglob("*") if path.is_file() and "tile" in path.parts)
    missed = []
    for _ in range(100):
        tile = source.choice(tiles)
        good = tile.read_bytes()
        bit = source.randrange(8 * len(good))
        bad = bytearray(good)
        bad[bit // 8] ^= 1 << bit % 8
        tile.write_bytes(bad)
        if judge(tmp_path).returncode == 0:
            missed.append((tile.name, bit))
        tile.write_bytes(good)
    assert missed == []
