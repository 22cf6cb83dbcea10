"""The documents as a web site: every page is listed, nothing warns, and no page asks anything of another host."""

import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_every_page_is_in_the_contents():
    pytest.importorskip("sphinx", reason="the group `docs` is not installed")
    settings: dict[str, object] = {}
    exec(compile((ROOT / "docs" / "conf.py").read_text(encoding="utf-8"), "conf.py", "exec"), settings)
    patterns = [pattern for listed in settings["CONTENTS"].values() for pattern in listed]
    for page in (ROOT / "docs").rglob("*.md"):
        name = page.relative_to(ROOT / "docs").with_suffix("").as_posix()
        assert name == "README" or any(fnmatch(name, pattern) for pattern in patterns), name


@pytest.mark.slow
def test_the_site_builds_without_a_warning_and_asks_nobody(tmp_path):
    pytest.importorskip("furo", reason="the group `docs` is not installed")
    build = [
        sys.executable,
        "-m",
        "sphinx",
        "-W",
        "--keep-going",
        "-q",
        "-b",
        "html",
        ROOT / "docs",
        tmp_path / "site",
    ]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "site" / "searchindex.js").stat().st_size > 10_000
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) > 50
    for page in pages:
        loaded = re.findall(
            r"<(?:script|img|iframe|link)\b[^>]*(?:src|href)=\"([^\"]+)\"", page.read_text(encoding="utf-8")
        )
        assert loaded
        assert [each for each in loaded if re.match(r"\w+:|//", each) and not each.startswith("data:")] == []
    styles = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "site").rglob("*.css"))
    assert re.findall(r"url\(['\"]?(?:https?:)?//[^)]*", styles) == []
