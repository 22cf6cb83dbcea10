"""The tests that datadiligence publishes for itself, run against our package under its name.

Their code is downloaded from PyPI and none of it is kept here. Not run are the test that wants everything allowed
without a key (turned around in test_datadiligence.py), those that need the internet, and those that index a longer
answer than was asked for.
"""

import hashlib
import os
import re
import socket
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.conftest import require_network

pytest.importorskip("flask")

SDIST = "datadiligence-0.1.7.tar.gz"
SHA256 = "10c8311752794905eca4133724bec48aad08e6d9da59209a59bc55e7cd9dfe0b"
CACHE = Path(sys.prefix) / "share" / "published-suites"

PURE = """
    xrobots_header.py::XRobotsTest::noheader noai ai useragent_noai useragent_ai malformed_headers exceptions
    tdmrep_header.py::TDMRepTest::noheader tdm_block exceptions
    bootstrapper.py::BootstrapTests::exceptions load_defaults register_evaluator deregister_evaluator
    evaluators.py::EvaluatorTests::custom_evaluator
    spawningapi.py::SpawningAPITest::chunking init is_ready
"""
WITH_A_SERVER = """
    xrobots_header.py::XRobotsTest::stdlib requests_lib useragent_requests parse_useragents url_arg noindex
    tdmrep_header.py::TDMRepTest::stdlib requests_lib url_arg
    evaluators.py::EvaluatorTests::http_evaluator postprocessor
"""
IN_BULK = """
    evaluators.py::EvaluatorTests::bulk_evaluator default_eval_args
    spawningapi.py::SpawningAPITest::unicode filter_allowed is_allowed api_exception_handling fails_async
    bootstrapper.py::BootstrapTests::is_allowed filter_allowed
"""


def node_ids(tier: str) -> list[str]:
    lines = (line.split() for line in tier.strip().splitlines())
    names = ((first.rpartition("::"), rest) for first, *rest in lines)
    return [f"tests/test_{case}::test_{name}" for (case, _, first), rest in names for name in (first, *rest)]


TIERS = {"pure": node_ids(PURE), "with a server": node_ids(WITH_A_SERVER), "in bulk": node_ids(IN_BULK)}


@pytest.fixture(scope="module")
def sdist() -> Path:
    """The source distribution, downloaded once a virtual environment."""
    kept = CACHE / SDIST
    if not kept.is_file():
        require_network("download the tests of datadiligence")
        CACHE.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-binary", ":all:", "--no-deps"]
        subprocess.run([*command, "-d", CACHE, "datadiligence==0.1.7"], check=True, timeout=240)
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == SHA256
    return kept


@pytest.fixture(scope="module")
def outcomes(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What became of each of their tests, by its node id."""
    folder = tmp_path_factory.mktemp("suite")
    with tarfile.open(sdist) as archive:
        safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # since Python 3.11.4
        archive.extractall(folder, **safely)
    root = folder / SDIST.removesuffix(".tar.gz")
    give_it_a_free_port(root / "tests")
    (root / "pytest.ini").write_text("[pytest]\npythonpath = tests\n")
    here = Path(__file__).resolve().parents[3]
    command = [sys.executable, "-m", "pytest", "-rA", "-q", "--tb=short", "-c", "pytest.ini"]
    command += ["-p", "no:cacheprovider", "-p", "no:xdist", "-p", "tests.crawler_filter.compat.published_suite"]
    command += [node for tier in TIERS.values() for node in tier]
    environment = os.environ | {"PYTHONPATH": str(here), "SPAWNING_OPTS_KEY": "SAMPLE_KEY"}
    run = subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    found = re.findall(r"^(PASSED|FAILED|ERROR) (tests/\S+)", run.stdout, re.MULTILINE)
    return {node: outcome.lower() for outcome, node in found} | {"output": run.stdout[-4000:] + run.stderr[-2000:]}


def give_it_a_free_port(tests: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    for file in tests.glob("test_*.py"):
        file.write_text(file.read_text("utf-8").replace("5001", port), "utf-8")


def test_there_are_38_that_need_no_internet() -> None:
    assert [len(tier) for tier in TIERS.values()] == [18, 11, 9]


@pytest.mark.parametrize(
    "node",
    [pytest.param(node, id=f"{tier}: {node.split('/')[-1]}") for tier, nodes in TIERS.items() for node in nodes],
)
def test_it_passes_as_with_the_original(outcomes: dict[str, str], node: str) -> None:
    assert outcomes.get(node) == "passed", outcomes["output"]
