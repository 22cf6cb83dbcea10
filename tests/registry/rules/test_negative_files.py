"""Files of nobody's: no party may declare their digests."""

import hashlib
import re
import zipfile
from importlib.resources import files
from pathlib import Path

import pytest

from crawler_filter.formats.record import ScopeKind
from registry.errors import InvalidRequestError
from registry.rules.negative_files import name_of_shared
from tests.registry.rules.test_validation import build
from tools.shared_files import DEBIAN, NPM, PYPI, lines

LIST = (files("registry.rules") / "shared_files.txt").read_text(encoding="utf-8").splitlines()


def test_a_line_is_three_digests_and_a_name_and_the_list_is_in_order():
    assert all(re.fullmatch(r"(?:[0-9a-f]{16} ){3}\S.* of (?:pypi|npm|debian) \S+", line) for line in LIST)
    assert sorted(set(LIST)) == LIST
    assert len(LIST) > 4_000


@pytest.mark.parametrize("package", [*PYPI, *NPM, *DEBIAN])
def test_every_package_that_is_named_gave_something(package):
    assert any(line.endswith(f" {package}") for line in LIST)


@pytest.mark.parametrize("kind", ["sha256", "sha1", "md5"])
def test_the_digests_of_a_licence_that_everybody_ships_are_refused(kind):
    licence = Path("/usr/share/common-licenses/Apache-2.0")
    if not licence.exists():
        pytest.skip("no Debian here")
    digest = hashlib.new(kind, licence.read_bytes())
    assert name_of_shared(kind, digest.digest()) is not None
    with pytest.raises(InvalidRequestError) as refused:
        build((ScopeKind(kind), digest.hexdigest()))
    assert "belongs to nobody" in refused.value.errors[0].detail


def test_a_file_of_somebodys_is_not_listed():
    for number in range(1_000):
        assert name_of_shared("sha256", hashlib.sha256(str(number).encode()).digest()) is None


def test_a_package_gives_a_line_for_each_content_of_a_kind_that_sites_publish(tmp_path):
    path = tmp_path / "a.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("a/x.js", "alert('a')")
        wheel.writestr("a/copy.js", "alert('a')")
        wheel.writestr("a/module.py", "import this  # no page has it")
        wheel.writestr("a/LICENSE", "Do as you like.")
    assert [line.split(" ", 3)[3] for line in lines([("pypi a", path)])] == [
        "LICENSE of pypi a",
        "copy.js of pypi a",
    ]
