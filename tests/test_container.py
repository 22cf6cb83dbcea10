"""The container recipe: nobody's root, pinned, checked for health, and with the limits that the servers have.

No container is built here. `make test-long` lints the recipe where `hadolint` is installed, and nginx reads its
configuration where it is.
"""

import re
import shutil
import subprocess
from ipaddress import IPv6Address
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from benchmarks.servers import free_port
from registry.config import Limits
from registry.server.connections import CONNECTIONS_OF_ONE
from tests.simulators import proxy
from tests.simulators.authority import Authority

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
NGINX = (ROOT / "packaging" / "container" / "nginx.conf").read_text(encoding="utf-8")
MIRROR = (ROOT / "docs" / "how-to" / "crawler" / "mirror.md").read_text(encoding="utf-8")
MANUAL = (ROOT / "docs" / "how-to" / "operator" / "run-in-containers.md").read_text(encoding="utf-8")
STAGES = {part.split()[2]: part for part in re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]}


def test_every_image_is_pinned_by_a_tag():
    taken = [part.split()[0] for part in STAGES.values()]
    images = [name for name in taken if name not in STAGES] + [
        each["image"] for each in COMPOSE["services"].values()
    ]
    assert all(re.fullmatch(r"[\w./-]+:[\w.-]*\d[\w.-]*", image) for image in images), images


@pytest.mark.parametrize("role", ["filter", "registry"])
def test_each_role_runs_as_a_number_that_is_not_root(role):
    users = re.findall(r"^USER (\S+)$", STAGES[role], re.MULTILINE)
    assert users == ["10001"]
    assert "HEALTHCHECK" in STAGES[role]
    assert STAGES[role].index("USER") > STAGES[role].rindex("RUN")


def test_the_services_may_do_no_more_than_they_need():
    for name, service in COMPOSE["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["proxy"]


def test_the_proxy_keeps_the_limits_that_the_servers_cannot_keep_behind_it():
    assert f"limit_conn each {CONNECTIONS_OF_ONE};" in NGINX
    assert f"client_max_body_size {Limits().lookup_body_bytes >> 20}m;" in NGINX
    assert {"client_header_timeout 10s;", "client_body_timeout 10s;"} <= {
        line.strip() for line in NGINX.splitlines()
    }
    assert COMPOSE["services"]["registry"]["environment"]["REGISTRY_TRUSTED_PROXIES"] == "1"


def test_the_proxy_counts_connections_before_it_reads_them():
    forwarding, _, reading = NGINX.partition("\nhttp {")
    assert "limit_conn each" in forwarding.partition("stream {")[2]
    assert "listen 443;" in forwarding
    assert set(re.findall(r"listen (\S+)", reading)) == {"unix:/run/http.sock", "unix:/run/https.sock"}


@pytest.mark.parametrize(
    ("address", "customer"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2:"),
        ("2001:db8:1:2::6", "2001:db8:1:2:"),
        ("2001:db8:1::6", "2001:db8:1::"),
        ("2001:db8::6", "2001:db8::"),
        ("::1", ":"),
    ],
)
def test_the_proxy_counts_ipv6_by_the_network_of_one_customer(address, customer):
    assert counted(address) == customer


@given(network=st.integers(0, 2**64 - 1), hosts=st.lists(st.integers(0, 2**64 - 1), min_size=2, max_size=20))
@example(network=0x2001_0DB8_0000_0000, hosts=[0, 1, 2**64 - 1])
@example(network=0, hosts=[0, 1, 1 << 48])
def test_one_customer_counts_as_three_at_most_whatever_addresses_it_takes(network, hosts):
    # which zeros are left out, of two places in the network, or of the customer's own part
    assert len({counted(str(IPv6Address(network << 64 | host))) for host in hosts}) <= 3


def counted(address: str) -> str:
    """What nginx counts an address by: the first pattern of the map that fits."""
    for pattern, group in re.findall(r'"~(\^[^"]+)" \$(\w+);', NGINX):
        if found := re.search(pattern.replace("?<", "?P<"), address):
            return found[group]
    return address


@pytest.mark.skipif(not proxy.is_here(), reason="needs nginx with its stream module")
def test_nginx_takes_the_configuration(tmp_path):
    authority = Authority.create(tmp_path)
    authority.server("registry.example")
    for name in ("fullchain.pem", "privkey.pem"):
        shutil.copy(tmp_path / "registry.example.pem", tmp_path / name)
    conf = proxy.write_conf(tmp_path, (8080, 8081, free_port(), free_port()), tls=True)
    subprocess.run(proxy.command(conf, "-t"), check=True, capture_output=True)


def test_what_the_image_is_built_from_is_there_and_nothing_else_is_sent():
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert ignored[1] == "*"
    sent = [line[1:] for line in ignored if line.startswith("!")]
    assert [name for name in sent if not (ROOT / name).exists()] == []
    assert "tests" not in sent


def test_the_manual_names_what_there_is():
    (job,) = re.findall(r"^```yaml\n(.*?)^```$", MANUAL, re.MULTILINE | re.DOTALL)
    spec = yaml.safe_load(job)["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    assert spec["securityContext"]["runAsUser"] == 10001
    for image in re.findall(
        r"training-optout-(?:registry|filter):[\d.]+", MANUAL + (ROOT / "compose.yaml").read_text()
    ):
        assert image.endswith(":0.1.0")
    assert set(re.findall(r"--target (\w+)", MANUAL)) == {"registry", "filter"} <= STAGES.keys()
    asked = set(re.findall(r"\$\{(\w+):\?", (ROOT / "compose.yaml").read_text()))
    assert {name for name in asked if f"{name}=" not in MANUAL} == set()


def test_what_every_compose_command_asks_for_is_made_before_the_first_one():
    first = MANUAL.index("$ docker compose")
    asked = re.findall(r"\$\{(\w+):\?", (ROOT / "compose.yaml").read_text(encoding="utf-8"))
    files = [Path(secret["file"]).name for secret in COMPOSE["secrets"].values()]
    assert {name for name in [*asked, *files] if name not in MANUAL[:first]} == set()


def test_the_manual_takes_files_out_of_the_volume_before_something_needs_them():
    taken = {name: MANUAL.index(f"cat registry /data/{name} >") for name in ("root-1.txt", "registry.policy")}
    assert taken["root-1.txt"] < MANUAL.index("root install /signed/root-1.txt") < taken["registry.policy"]
    assert taken["registry.policy"] < MANUAL.index("docker compose up")


@pytest.mark.skipif(shutil.which("hadolint") is None, reason="needs hadolint")
def test_the_recipe_has_nothing_that_hadolint_warns_of():
    subprocess.run(["hadolint", str(ROOT / "Dockerfile")], check=True)


@pytest.mark.skipif(shutil.which("nginx") is None, reason="needs nginx")
def test_nginx_takes_what_the_manual_of_mirrors_shows(tmp_path):
    Authority.create(tmp_path).server("mirror.example")
    (shown,) = re.findall(r"```nginx\n(.*?)```", MIRROR, re.DOTALL)
    for said, here in (
        ("/var/cache/optout", str(tmp_path / "cache")),
        ("https://registry.example", "https://127.0.0.1"),
        ("/etc/letsencrypt/live/mirror.example/fullchain.pem", str(tmp_path / "mirror.example.pem")),
        ("/etc/letsencrypt/live/mirror.example/privkey.pem", str(tmp_path / "mirror.example.pem")),
        ("listen 443", f"listen {free_port()}"),
    ):
        assert said in shown
        shown = shown.replace(said, here)
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid;\nevents {{}}\nhttp {{\n{shown}}}\n", encoding="utf-8"
    )
    command = ["nginx", "-t", "-q", "-c", str(tmp_path / "nginx.conf"), "-p", str(tmp_path), "-e", "stderr"]
    tried = subprocess.run(command, capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
