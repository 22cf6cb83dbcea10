"""nginx as `packaging/container/nginx.conf` has it, on ports of loopback, in front of servers of a test."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CONF = Path(__file__).resolve().parents[2] / "packaging" / "container" / "nginx.conf"
_MODULE = Path("/usr/lib/nginx/modules/ngx_stream_module.so")
"""Where Debian keeps what the image that `compose.yaml` names has built in."""


def is_here() -> bool:
    """Whether there is an nginx that can forward connections before it reads them."""
    if shutil.which("nginx") is None:
        return False
    built = subprocess.run(["nginx", "-V"], capture_output=True, text=True, check=False).stderr
    return _MODULE.exists() or "--with-stream " in built


def write_conf(folder: Path, ports: tuple[int, int, int, int], *, tls: bool) -> Path:
    """Write the configuration for `ports`: those of the registry, the replica, for http and for https.

    Without `tls` the port for https speaks plainly, for clients that speak no TLS; with it, `fullchain.pem` and
    `privkey.pem` are in `folder`.
    """
    registry, replica, http, https = ports
    text = CONF.read_text(encoding="utf-8")
    for old, new in (
        ("server registry:8080", f"server 127.0.0.1:{registry}"),
        ("server replica:8080", f"server 127.0.0.1:{replica}"),
        ("listen 80;", f"listen 127.0.0.1:{http};"),
        ("listen 443;", f"listen 127.0.0.1:{https};"),
        ("unix:/run/", f"unix:{folder}/"),
        ("/certificates/", f"{folder}/"),
    ):
        assert old in text
        text = text.replace(old, new)
    if not tls:
        text = re.sub(
            r"^ *ssl_.*\n", "", text.replace(" ssl proxy_protocol;", " proxy_protocol;"), flags=re.MULTILINE
        )
    module = f"load_module {_MODULE};\n" if _MODULE.exists() else ""
    user = "user root;\n" if os.getuid() == 0 else ""  # another one may not enter the folder of a test
    conf = folder / "nginx.conf"
    conf.write_text(
        f"{module}{user}pid {folder}/pid;\nerror_log {folder}/error.log notice;\n{text}", encoding="utf-8"
    )
    return conf


def command(conf: Path, *more: str) -> list[str]:
    """Return what runs nginx with a configuration."""
    return ["nginx", "-c", str(conf), "-p", str(conf.parent), "-e", "stderr", *more]


@contextmanager
def running(conf: Path) -> Iterator[int]:
    """Run nginx until the block ends; give its process id, which is that of its session."""
    process = subprocess.Popen(command(conf, "-g", "daemon off;"), start_new_session=True)
    try:
        while not (conf.parent / "https.sock").exists():
            assert process.poll() is None, "nginx has ended"
            time.sleep(0.02)
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)
