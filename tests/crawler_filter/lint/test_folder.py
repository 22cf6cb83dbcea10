"""A folder is read as the root of a site that is still to be published."""

from pathlib import Path

import pytest

from crawler_filter.lint.folder import MAX_BYTES, read_folder
from tests.crawler_filter.signals.embedded import sample_files

URL = "https://example.com/"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in {
        "robots.txt": b"User-agent: *",
        ".well-known/tdmrep.json": b"[]",
        "ai.txt": b"User-Agent: *",
        "art/index.html": b"<h1>Art",
        "art/b.html": b"<h1>B",
        "index.html": b"<h1>Home",
        "art/a.png": sample_files.png(),
        "feed.xml": b'<rss xmlns:r="https://rslstandard.org/rsl"/>',
        "license.xml": b'<rsl xmlns="https://rslstandard.org/rsl"/>',
        "style.css": b"body {}",
        "_headers": b"/*\n  X-Robots-Tag: noai\n/art/a.png\n  tdm-reservation: 1\n  not a header\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_bytes(content)
    return tmp_path


def test_every_file_is_what_it_will_be_on_the_web(folder: Path) -> None:
    site = read_folder(folder, URL)
    assert site.url == URL
    assert [page.url for page in site.pages] == [URL, f"{URL}art/", f"{URL}art/b.html"]
    assert [file.url for file in site.files] == [f"{URL}feed.xml", f"{URL}art/a.png"]
    assert set(site.well_known) == {"/.well-known/tdmrep.json", "/ai.txt"}
    assert list(site.licenses) == [f"{URL}license.xml"]
    assert (site.robots_txt.status, site.robots_txt.body) == (200, b"User-agent: *")


def test_headers_come_from_the_file_that_static_hosts_read(folder: Path) -> None:
    site = read_folder(folder, URL)
    assert site.pages[0].headers == (("X-Robots-Tag", "noai"),)
    assert site.files[1].headers == (("X-Robots-Tag", "noai"), ("tdm-reservation", "1"))


def test_a_folder_without_robots_txt_has_none(tmp_path: Path) -> None:
    assert read_folder(tmp_path, URL).robots_txt.status == 404


def test_what_is_too_large_is_said(folder: Path) -> None:
    with (folder / "huge.png").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert [missed.place for missed in read_folder(folder, URL).missed] == [f"{URL}huge.png"]


def test_links_lead_nowhere_else(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.html"
    outside.write_bytes(b"<h1>Secret")
    (folder / "leak.html").symlink_to(outside)
    assert not any("leak" in page.url for page in read_folder(folder, URL).pages)
