"""Two distributions come out of one tree, each with its own files, and each extra can be installed alone."""

import configparser
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

ROOT = Path(__file__).resolve().parents[1]
SERVER = ROOT / "packaging" / "registry"
FILTER_SETTINGS = configparser.ConfigParser()
FILTER_SETTINGS.read(ROOT / "setup.cfg", encoding="utf-8")
SERVER_SETTINGS = tomllib.loads((SERVER / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = {
    "aiohttp": "import crawler_filter.integrations.aiohttp",
    "archives": "import importlib.metadata; importlib.metadata.version('libarchive-c')",
    "arrow": "import pyarrow",
    "c2pa": "import c2pa",
    "codings": "import brotli",
    "compare": "import cv2, crawler_filter.comparison.features",
    "content": "import av, iscc_lib, PIL, pypdfium2, brotli",
    "crawlee": "import crawler_filter.integrations.crawlee",
    "dask": "import crawler_filter.integrations.dask, dask.dataframe",
    "datasets": "import crawler_filter.integrations.datasets",
    "datatrove": "import crawler_filter.integrations.datatrove",
    "duckdb": "import crawler_filter.integrations.duckdb",
    "evidence": "import reportlab",
    "heif": "import pillow_heif",
    "embed": "import onnxruntime, PIL, crawler_filter.integrations.onnx",
    "httpx": "import crawler_filter.integrations.httpx",
    "iscc": "import iscc_lib, PIL",
    "jxl": "import pillow_jxl",
    "media": "import crawler_filter.files.image",
    "names": "import ahocorasick_rs",
    "pandas": "import crawler_filter.integrations.pandas",
    "pdf": "import pypdfium2, PIL",
    "playwright": "import playwright.async_api, crawler_filter.integrations.playwright",
    "polars": "import crawler_filter.integrations.polars",
    "ray": "import crawler_filter.integrations.ray, ray.data",
    "scrapy": "import crawler_filter.integrations.scrapy",
    "spark": "import crawler_filter.integrations.spark",
    "video": "import av",
    "warc": "import fastwarc.warc, warcio, crawler_filter.integrations.warc",
    "webdataset": "import webdataset, crawler_filter.integrations.webdataset",
}
"""What each extra brings, as a program that fails without it."""


def data_files(package: str) -> Iterator[str]:
    """Everything of a package but its code, as the tree has it."""
    for path in (ROOT / package).rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".py":
            yield str(path.relative_to(ROOT))


def test_the_server_asks_for_the_filter_of_its_own_release():
    assert SERVER_SETTINGS["version"] == __version__
    assert f"training-optout == {__version__}" in SERVER_SETTINGS["dependencies"]


def test_every_extra_is_tried_and_none_is_a_tool_of_developers():
    assert set(FILTER_SETTINGS["options.extras_require"]) == set(EXTRAS)
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


def requirements(extra: str) -> list[str]:
    """What an extra asks for, named by itself: the oldest versions are taken of what is named and of nothing else."""
    asked = FILTER_SETTINGS["options"]["install_requires"].split("\n")
    asked += FILTER_SETTINGS["options.extras_require"].get(extra, "").split("\n")
    own = [line for line in asked if line.startswith("training-optout[")]
    more = (part for line in own for part in line.partition("[")[2].rstrip("]").split(","))
    asked += [line for part in more for line in requirements(part)]
    return sorted({line for line in asked if line and line not in own})


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


@pytest.mark.slow
@pytest.mark.parametrize("versions", ["highest", "lowest-direct"])
@pytest.mark.parametrize("extra", ["", *sorted(EXTRAS)])
def test_every_extra_installs_alone(wheels, tmp_path, request, extra, versions):
    require_network("install each extra alone, with the newest and the oldest versions")
    uv = request.getfixturevalue("uv")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True)
    python = str(tmp_path / "venv" / "bin" / "python")
    wheel = f"{wheels['training_optout']}[{extra}]" if extra else str(wheels["training_optout"])
    install = [uv, "pip", "install", "-q", "--resolution", versions, "--python", python, wheel]
    subprocess.run([*install, *requirements(extra)], check=True)
    program = f"import crawler_filter.cli; {EXTRAS.get(extra, 'pass')}"
    subprocess.run([python, "-W", "error", "-c", program], check=True, cwd=tmp_path)
    assert not (tmp_path / "venv" / "bin" / "optout-registry").exists()


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
