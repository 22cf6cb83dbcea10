"""A registry of its own for the demo: a real server process on an empty instance, on a free port of loopback."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

import requests

START_SECONDS = 300


class Server:
    """`optout-registry serve --dev` as a child process. What it prints, letters included, is in `output`."""

    def __init__(self, folder: Path, site: str, site_port: int) -> None:
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.output = folder / "registry.log"
        self.trust = folder / "instance" / "registry.policy"
        self._environment = os.environ | {
            "REGISTRY_INSTANCE": str(folder / "instance"),
            "REGISTRY_ORIGIN": f"127.0.0.1:{self.port}",
            "REGISTRY_LISTEN": f"127.0.0.1:{self.port}",
            "REGISTRY_PERMIT_LOOPBACK": f"http://{site}=127.0.0.1:{site_port}",
        }

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "registry.cli", "serve", "--dev"]
        with self.output.open("wb") as output:
            self._process = subprocess.Popen(command, env=self._environment, stdout=output, stderr=output)
        deadline = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the registry did not start:\n{self.output.read_text()}")
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=300)

    def _is_ready(self) -> bool:
        try:
            return requests.get(f"{self.url}/readyz", timeout=60).ok
        except requests.RequestException:
            return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
