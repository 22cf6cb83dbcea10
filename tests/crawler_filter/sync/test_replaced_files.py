"""A file that somebody reads is replaced, never changed: readers go on over every update, and none dies of one.

A mapped file that is cut off in place ends its reader with SIGBUS, which Python cannot catch. So what this package
writes is written under another name and renamed; here processes of their own show both.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from crawler_filter import Filter, Policy, Usage
from crawler_filter.snapshot.pages import mapped
from crawler_filter.sync.source import open_source
from crawler_filter.sync.update import CHECK_SECONDS, sync
from tests.simulators.published import NOW, URL, PublishedRegistry, scope

ROOT = Path(__file__).resolve().parents[3]
RESERVED = [f"https://site{number}.example.com/x" for number in range(300)]
MARKS = {"lock", "attempt"}
"""Files of no content: one is locked, the other's time is set."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a mapped file cannot be removed there")


def registry() -> PublishedRegistry:
    """A registry of 300 sites; deterministic, so that a child process has the same."""
    published = PublishedRegistry()
    for number in range(300):
        published.declare(scope("domain", f"site{number}.example.com"))
    published.publish()
    return published


def read_until_told(folder: Path) -> None:
    """Open the folder once; whenever a line comes, ask about everything and say how much is reserved."""
    source = open_source(folder, registry().trust, refresh=None, directory=None, clock=lambda: float(NOW))
    source.look_every = 1e9
    optout = Filter(source, Policy.opt_out(Usage.TRAIN_AI), clock=lambda: float(NOW))
    for _ in sys.stdin:
        sys.stdout.write(f"{sum(not optout.check(url).keep for url in RESERVED)}\n")
        sys.stdout.flush()


def cut_off_while_read(path: Path) -> None:
    """Read a mapped file that somebody cuts off in place."""
    with mapped(path) as content:
        os.truncate(path, 0)
        content[len(content) - 1]


def run_child(call: str, *arguments: object) -> "subprocess.Popen[str]":
    code = f"from tests.crawler_filter.sync.test_replaced_files import *\n{call}"
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def ask(child: "subprocess.Popen[str]") -> int:
    child.stdin.write("again\n")
    child.stdin.flush()
    return int(child.stdout.readline())


def test_a_reader_goes_on_while_everything_it_has_mapped_is_replaced_and_removed(tmp_path):
    published, folder = registry(), tmp_path / "folder"
    sync(folder, URL, published.trust, transport=published, now=NOW)
    first = {path.name for path in (folder / "segments").iterdir()}
    with run_child("read_until_told(Path(sys.argv[1]))", folder) as child:
        assert ask(child) == 300
        for step in range(3):
            for number in range(40):
                published.declare(scope("domain", f"later{step}-{number}.example.org"))
            published.now += 60
            published.publish()
            for path in (folder / "segments").iterdir():
                os.utime(path, (0, 0))
            sync(folder, URL, published.trust, transport=published, now=published.now + CHECK_SECONDS * step)
            assert ask(child) == 300
        child.stdin.close()
        assert child.wait() == 0
    merged = {name for name in first if "." not in name}
    assert merged - {path.name for path in (folder / "segments").iterdir()}


AUDITED = """
import os, sys
from pathlib import Path
changed = []
def hook(event, args):
    if event == "open" and isinstance(args[0], (str, bytes)) and isinstance(args[2], int):
        path, writing = Path(os.fsdecode(args[0])), args[2] & (os.O_WRONLY | os.O_RDWR)
        if writing and path.is_relative_to(sys.argv[1]) and path.is_file() and path.name not in MARKS:
            changed.append(str(path))
    elif event == "os.truncate":
        changed.append(str(args[0]))
from tests.crawler_filter.sync.test_replaced_files import *
sys.addaudithook(hook)
update_often(Path(sys.argv[1]))
sys.exit("; ".join(changed) or 0)
"""


def update_often(folder: Path) -> None:
    """Sync, grow, damage, heal and prune."""
    published = registry()
    for step in range(4):
        sync(folder, URL, published.trust, transport=published, now=published.now)
        published.declare(scope("domain", f"later{step}.example.org"))
        published.now += CHECK_SECONDS + 60
        published.publish()
        for path in (folder / "segments").glob("*.pages"):
            path.unlink()


def test_nothing_that_syncs_opens_a_file_that_is_there_for_writing(tmp_path):
    command = [sys.executable, "-c", AUDITED, str(tmp_path)]
    run = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")


def test_a_mapped_file_that_is_cut_off_in_place_ends_its_reader(tmp_path):
    """Why files are replaced: this is what a copying tool that writes in place does to every process."""
    path = tmp_path / "file"
    path.write_bytes(bytes(1 << 16))
    with run_child("cut_off_while_read(Path(sys.argv[1]))", path) as child:
        assert child.wait() == -signal.SIGBUS
