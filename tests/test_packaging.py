"""Two distributions come out of one tree, each with its own files, and each extra can be installed alone."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

from crawler_filter import __version__
from tests.conftest import require_network
from tests.extras.__main__ import bench_in
from tests.extras.asked import EXTRAS, requirements
from tests.extras.environments import NEWEST, OLDEST, Bench
from tests.extras.smoke.programs import PROGRAMS
from tests.simulators.names_on_loopback import NamesOnLoopback

ROOT = Path(__file__).resolve().parents[1]
SERVER = ROOT / "packaging" / "registry"
SERVER_SETTINGS = tomllib.loads((SERVER / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def data_files(package: str) -> Iterator[str]:
    """Everything of a package but its code, as the tree has it."""
    for path in (ROOT / package).rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".py":
            yield str(path.relative_to(ROOT))


def test_the_server_asks_for_the_filter_of_its_own_release():
    assert SERVER_SETTINGS["version"] == __version__
    assert f"training-optout == {__version__}" in SERVER_SETTINGS["dependencies"]


def test_the_images_that_are_built_and_run_have_the_version_of_the_wheels():
    for name in ("compose.yaml", "docs/how-to/operator/run-in-containers.md"):
        tags = re.findall(
            r"training-optout-(?:registry|filter):([\d.]+)", (ROOT / name).read_text(encoding="utf-8")
        )
        assert tags
        assert set(tags) == {__version__}


def test_every_extra_is_tried_and_none_is_a_tool_of_developers():
    assert set(PROGRAMS) == {"", *EXTRAS}
    assert set(SERVER_SETTINGS["optional-dependencies"]) == {"replica"}


@pytest.fixture(scope="module")
def wheels(tmp_path_factory) -> dict[str, Path]:
    """Both wheels, built from a copy of the tree; the key is the name of the distribution."""
    folder = tmp_path_factory.mktemp("build")
    for name in ("crawler_filter", "registry", "packaging"):
        shutil.copytree(ROOT / name, folder / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE", "schema.sql"):
        shutil.copy(ROOT / name, folder / name)
    for source in (folder, folder / "packaging" / "registry"):
        command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder / "dist"), str(source)]
        subprocess.run(command, check=True, capture_output=True)
    return {path.name.split("-")[0]: path for path in (folder / "dist").glob("*.whl")}


def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as file:
        (name,) = (each for each in file.namelist() if each.endswith(".dist-info/METADATA"))
        return message_from_bytes(file.read(name))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("distribution", "package"), [("training_optout", "crawler_filter"), ("training_optout_registry", "registry")]
)
def test_a_wheel_has_one_package_with_all_its_files(wheels, distribution, package):
    assert sorted(wheels) == ["training_optout", "training_optout_registry"]
    with zipfile.ZipFile(wheels[distribution]) as file:
        names = set(file.namelist())
    assert {name.split("/")[0] for name in names} == {package, f"{distribution}-{__version__}.dist-info"}
    assert set(data_files(package)) <= names
    assert {str(path.relative_to(ROOT)) for path in (ROOT / package).rglob("*.py")} <= names


@pytest.mark.slow
def test_the_filter_asks_for_nothing_of_the_server_or_of_developers(wheels):
    needed = [
        line for line in metadata(wheels["training_optout"]).get_all("Requires-Dist") if "extra ==" not in line
    ]
    assert not {"flask", "sqlite-utils", "pydantic", "pytest", "ruff"} & {line.split(">")[0] for line in needed}
    assert set(metadata(wheels["training_optout"]).get_all("Provides-Extra")) == set(EXTRAS)


@pytest.fixture(scope="module")
def uv(tmp_path_factory) -> str:
    """The installer that can choose the oldest versions."""
    folder = tmp_path_factory.mktemp("uv")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    subprocess.run([str(folder / "bin" / "python"), "-m", "pip", "install", "-q", "uv"], check=True)
    return str(folder / "bin" / "uv")


@pytest.mark.slow
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize("extra", sorted(set(EXTRAS) - {"spark"}))  # pyspark is published as source, all Python
def test_the_oldest_versions_of_every_extra_have_wheels_for_each_python(request, extra, python):
    require_network("look for wheels of the oldest versions")
    uv = request.getfixturevalue("uv")
    resolve = [uv, "pip", "compile", "-q", "-", "--python-version", python, "--only-binary", ":all:"]
    found = subprocess.run(
        [*resolve, "--resolution", "lowest-direct"], input="\n".join(requirements(extra)), capture_output=True, text=True, check=False
    )  # fmt: skip
    assert found.returncode == 0, found.stderr


@pytest.fixture(scope="module")
def bench(tmp_path_factory) -> Iterator[Bench]:
    """What every environment of an extra is made with."""
    require_network("install each extra alone, with the newest and the oldest versions")
    with NamesOnLoopback() as site:
        yield bench_in(tmp_path_factory.mktemp("extras"), site)


@pytest.mark.slow
@pytest.mark.parametrize("versions", [NEWEST, OLDEST])
@pytest.mark.parametrize("extra", ["", *EXTRAS])
def test_every_extra_installs_alone_and_does_what_it_is_there_for(bench, tmp_path, extra, versions):
    assert bench.fault(tmp_path / "alone", sys.executable, extra, versions) == ""
    assert not (tmp_path / "alone" / "venv" / "bin" / "optout-registry").exists()


@pytest.mark.slow
def test_the_server_installs_with_the_filter_beside_it(wheels, tmp_path):
    require_network("install the server")
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    python = str(tmp_path / "venv" / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "-q", "--no-compile", *map(str, wheels.values())], check=True)
    command = [str(tmp_path / "venv" / "bin" / "optout-registry"), "--version"]
    run = subprocess.run(command, check=True, capture_output=True, text=True, cwd=tmp_path)
    assert run.stdout.split()[-1] == __version__
    refused = subprocess.run(
        [command[0], "serve", "--replica", "https://registry.example", "--trust", ".", "--folder", "x"],
        check=False, capture_output=True, text=True, cwd=tmp_path,
    )  # fmt: skip
    assert refused.returncode == 1
    assert "install training-optout-registry[replica]" in refused.stderr
