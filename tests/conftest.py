"""What every test may ask for: the published vectors, and system packages that a machine may lack."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests import profiles

profiles.register()
pytest_plugins = ["tests.costs"]

MEMORY = Path("/dev/shm")
ROOM = 2 << 30
"""Free bytes in memory below which temporary folders stay on the disk."""

VECTORS = Path(__file__).resolve().parents[1].parent / "shared" / "vectors"


def pytest_configure() -> None:
    """Keep temporary folders in memory: a registry syncs its disk with every commit, and tests wait for nothing else.

    TMPDIR, where it is set, says another place.
    """
    if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name bytes by their number: a test has one name in all workers, and what is packed holds the time."""
    return f"{len(val)} bytes" if isinstance(val, bytes) else None


def _skip_or_fail(reason: str, required_by: str) -> None:
    if os.environ.get(required_by) == "1":
        pytest.fail(f"{reason}, and {required_by}=1")
    pytest.skip(reason)


def require_system(condition: object, what: str) -> None:
    """Skip unless `condition` holds; fail instead where OPTOUT_REQUIRE_SYSTEM=1 says the machine must have `what`."""
    if not condition:
        _skip_or_fail(f"{what} is not installed", "OPTOUT_REQUIRE_SYSTEM")


def require_network(purpose: str) -> None:
    """Skip unless OPTOUT_REQUIRE_NETWORK=1 says that the package index may be asked, here to do `purpose`."""
    if os.environ.get("OPTOUT_REQUIRE_NETWORK") != "1":
        pytest.skip(f"set OPTOUT_REQUIRE_NETWORK=1 to {purpose}")


@pytest.fixture(scope="session")
def vectors() -> Path:
    """The folder of published vectors. OPTOUT_REQUIRE_VECTORS=1 turns its absence from a skip into a failure."""
    if not VECTORS.is_dir():
        _skip_or_fail("the published vectors (../shared/vectors) are absent", "OPTOUT_REQUIRE_VECTORS")
    return VECTORS


@pytest.fixture(scope="module")
def chromium():
    """Debian's Chromium, driven by Playwright, whose event loop ends with the module: other modules run their own."""
    path = shutil.which("chromium") or "/usr/bin/chromium"
    require_system(Path(path).exists(), "Chromium (Debian package chromium)")
    playwright_of = pytest.importorskip("playwright.sync_api").sync_playwright
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with playwright_of() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=sandbox)
        yield browser
        browser.close()
