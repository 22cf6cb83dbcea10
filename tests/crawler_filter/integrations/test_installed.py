"""An integration without its tool says what to install, and fails as Python's own missing module does."""

import json
import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from crawler_filter.integrations.installed import installed

ROOT = Path(__file__).parents[3]
WITHOUT_TOOLS = """
import importlib, json, pkgutil, sys
from importlib.machinery import BuiltinImporter, FrozenImporter, PathFinder

KNOWN = set(sys.argv[1].split(","))

class Bare(PathFinder):
    "Finds what the filter itself needs, and no tool."

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return super().find_spec(name, path, target) if name.partition(".")[0] in KNOWN else None

sys.meta_path = [BuiltinImporter, FrozenImporter, Bare]
sys.path.insert(0, sys.argv[2])
import crawler_filter.integrations as every

told = {}
for each in pkgutil.iter_modules(every.__path__):
    try:
        importlib.import_module(f"crawler_filter.integrations.{each.name}")
        told[each.name] = None
    except ImportError as error:
        told[each.name] = [type(error).__name__, error.name, str(error)]
print(json.dumps(told))
"""
NEEDING_NO_TOOL = {
    "asgi", "blocklist", "door", "door_bodies", "gate", "installed", "onnx", "playwright", "removed", "requests", "summary", "urllib",
    "warc", "webdataset", "wsgi",
}  # fmt: skip
AS_ANOTHER = {"nemo_curator": "arrow", "rows": "arrow"}


def _extras() -> set[str]:
    read = ConfigParser()
    read.read(ROOT / "setup.cfg", encoding="utf-8")
    return set(read["options.extras_require"])


def _told_without_tools() -> dict[str, list[str] | None]:
    needed = {
        "crawler_filter",
        "ada_url",
        "_ada_wrapper",
        "cryptography",
        "_cffi_backend",
        "cffi",
        "filelock",
        "http_sf",
    }
    needed |= {
        "lxml",
        "numpy",
        "platformdirs",
        "requests",
        "urllib3",
        "certifi",
        "idna",
        "charset_normalizer",
        "tqdm",
    }
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT_TOOLS, ",".join(needed | sys.stdlib_module_names), str(ROOT)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return dict(json.loads(run.stdout))


def test_every_integration_without_its_tool_names_the_extra_to_install() -> None:
    told = _told_without_tools()
    assert {name for name, error in told.items() if error is None} == NEEDING_NO_TOOL
    for name in told.keys() - NEEDING_NO_TOOL:
        kind, module, said = told[name] or []
        assert kind == "ModuleNotFoundError"
        assert f"No module named '{module}'" in said
        (extra,) = re.findall(r"pip install 'training-optout\[(\w+)\]'", said)
        assert extra == AS_ANOTHER.get(name, name)
        assert extra in _extras()
    assert str((told["nemo_curator"] or [])[2]).endswith("into the environment of NeMo Curator")


def test_the_outer_extra_is_named_where_one_integration_is_made_of_another() -> None:
    with pytest.raises(ModuleNotFoundError) as raised, installed("dask"), installed("pandas"):
        raise ModuleNotFoundError("No module named 'pyarrow'", name="pyarrow")
    assert str(raised.value) == "No module named 'pyarrow': pip install 'training-optout[dask]'"
    assert raised.value.name == "pyarrow"


def test_a_tool_that_is_too_old_is_told_in_its_own_words() -> None:
    with (
        pytest.raises(
            ImportError, match=r"cannot import name 'absent'.*: pip install 'training-optout\[polars\]'"
        ),
        installed("polars"),
    ):
        from json import absent  # type: ignore[attr-defined]  # noqa: F401
