"""Servers as somebody runs them: processes of their own on loopback, stopped when the block ends."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

_START_SECONDS = 60.0
_STOP_SECONDS = 20.0

Address = tuple[str, int]


@contextlib.contextmanager
def static_files(folder: Path) -> Iterator[str]:
    """Serve a folder as any mirror could; give its URL."""
    port = free_port()
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", str(folder)]
    with running(command, {}, folder.parent / "mirror.log", f"http://127.0.0.1:{port}/"):
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def running(command: Sequence[str], settings: Mapping[str, str], log: Path, ready_url: str) -> Iterator[int]:
    """Run `command` until the block ends, and give its process id; its output goes to `log`.

    Raises RuntimeError if it does not start.
    """
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, env={**os.environ, **settings}, stdout=output, stderr=output, start_new_session=True
        )
        try:
            _wait(process, ready_url, log)
            yield process.pid
        finally:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def cpu_seconds(process: int) -> float:
    """Return the CPU time that a process started by `running` and its children have used."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has ended since
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[3]) == process:  # the session, which `running` begins
                ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """Return a port of loopback that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(url, timeout=1):
                return
        except (URLError, OSError):
            time.sleep(0.05)
    told = log.read_text(errors="replace")[-2_000:]
    raise RuntimeError(f"{' '.join(process.args)} did not start: {told}")  # type: ignore[arg-type]
