"""Files as objects in a real browser: comics and books page by page, thousands in one sitting, nothing but fingerprints."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from crawler_filter.fingerprints.of_file import likenesses_of
from tests.crawler_filter.fingerprints.generated import pixels
from tests.registry.web.browser.test_journey import add_party, begin, press
from tests.registry.web.browser.test_lists import at_work, in_japanese, prove  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser

NOVEL = "".join(
    f"In chapter {n} the keeper of the lighthouse counted {n * 7919 % 1000} ships. " for n in range(40)
)


def picture(seed: int, size: int = 160) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels(size, size, 24, seed=seed)).save(file, "PNG")
    return file.getvalue()


def comic(path: Path, pages: int, packing: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", packing) as archive:
        for number in range(pages):
            archive.writestr(f"第1話/{number:03}.png", picture(1000 + number))
        archive.writestr("__MACOSX/._000.png", b"x")
    return path


def book(path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        archive.writestr(
            "META-INF/container.xml", '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"/>'
        )
        archive.writestr("OEBPS/chapter.xhtml", f"<html><body><p>{NOVEL}</p></body></html>")
        archive.writestr("OEBPS/nav.xhtml", "<html><body><p>Contents</p></body></html>")
        archive.writestr("OEBPS/plate.png", picture(2000))
    return path


@pytest.fixture
def folder(tmp_path):
    """The works of somebody, and nothing else."""
    (tmp_path / "works").mkdir()
    return tmp_path / "works"


@pytest.fixture
def signed_in(visit, sign_in):
    page = visit()
    sign_in(page)
    add_party(page, lambda *_: None)
    return page


def scopes(registry):
    with registry.store.read() as database:
        return set(database.execute("SELECT kind, value FROM scopes").fetchall())


def expected(path):
    """What the command line would declare, as the index of scopes has it: long values by their digest."""
    found = {(each.kind, each.value) for each in likenesses_of(path)}
    return {
        (kind, value if len(value) <= 2_000 else "sha256:" + hashlib.sha256(value.encode()).hexdigest())
        for kind, value in found
    }


def test_thirty_pictures_and_a_comic_are_declared_with_every_page(signed_in, inspect, registry, folder):
    page = signed_in
    for number in range(30):
        (folder / f"{number:02}.png").write_bytes(picture(number))
    comic(folder / "volume.cbz", 4)
    begin(page, "Files you have")
    page.get_by_label("Choose files").set_input_files(sorted(folder.iterdir()))
    page.get_by_text("Done.").wait_for(timeout=120_000)
    page.get_by_text("Pages with a fingerprint of their own: 4 of 4.").wait_for()
    inspect(page, "thirty-pictures-and-a-comic")
    for _ in range(3):
        press(page, "Continue")
    press(page, "Accept and publish")
    page.get_by_role("heading", name="Published").wait_for()
    page.goto(page.url.partition("?")[0])
    page.get_by_text("34 pictures or pages").wait_for()
    page.get_by_text("31 files").first.wait_for()
    inspect(page, "record-of-many-files")
    found = scopes(registry)
    assert expected(folder / "volume.cbz") <= found
    assert len([kind for kind, _ in found if kind == "pdq"]) == 34


def test_comics_books_and_what_only_its_exact_file_covers(signed_in, at_work, inspect, registry, folder):  # noqa: F811
    page = signed_in
    files = [
        comic(folder / "volume.cbz", 3),
        comic(folder / "stored.zip", 2, zipfile.ZIP_STORED),
        book(folder / "novel.epub"),
    ]
    for name, content in {
        "film.mp4": b"\0" * 900,
        "broken.cbz": b"PK not one" * 20,
        "novel.txt": NOVEL.encode(),
    }.items():
        files.append(folder / name)
        files[-1].write_bytes(content)
    page.goto("/files")
    inspect(page, "files-empty")
    page.get_by_label("Choose files").set_input_files(files)
    page.get_by_text("Files read: 6,").wait_for(timeout=120_000)
    page.get_by_text("Pages with a fingerprint of their own: 3 of 3.").wait_for()
    page.get_by_text("Only exact copies will be found: pages, sounds and frames inside").wait_for()
    page.get_by_text("this archive is damaged").wait_for()
    inspect(page, "files-read")
    page.reload()  # what was read is kept, whoever leaves the page
    page.route("**/sha256.js*", lambda route: route.abort())
    page.get_by_label("Choose files").set_input_files(files)
    page.get_by_text("Files read: 6,").wait_for(timeout=60_000)
    in_japanese(page, inspect, "files-read-ja")
    page.unroute("**/sha256.js*")
    page.get_by_label("Choose files").set_input_files(files)
    page.get_by_text("Files read: 6,").wait_for(timeout=60_000)
    page.get_by_role("button", name="Send the fingerprints and look at them").click()
    page.get_by_role("button", name="Accept and declare").click()
    page.get_by_role("heading", name="This list is done").wait_for(timeout=60_000)
    inspect(page, "files-declared")
    found = scopes(registry)
    for path in (files[0], files[1], files[2], files[5]):
        assert expected(path) <= found, path.name
    assert len([kind for kind, _ in found if kind == "sha256"]) == 6
    with registry.store.read() as database:
        logged = b"".join(body for (body,) in database.execute("SELECT body FROM leaf_bodies"))
    assert b"volume.cbz" not in logged


def test_files_that_are_picked_before_the_script_runs_are_read(signed_in, folder):
    page = signed_in
    (folder / "early.png").write_bytes(picture(1))
    held = []

    def hold(route):  # playwright cannot look into a method of a list
        held.append(route)

    page.route("**/work_reader.js*", hold)
    with page.expect_request("**/work_reader.js*"):
        page.goto("/files", wait_until="commit")
    page.get_by_label("Choose files").set_input_files(folder / "early.png")
    held.pop().continue_()
    page.get_by_text("Files read: 1,").wait_for()


@pytest.mark.slow
def test_two_thousand_files_in_one_sitting(signed_in, at_work, registry, zone, folder):  # noqa: F811
    page = signed_in
    prove(registry, zone)
    files = []
    for number in range(2_000):
        files.append(folder / f"{number:04}.png")
        files[-1].write_bytes(picture(number, 96))
    page.goto("/files")
    page.get_by_label("Choose files").set_input_files(files)
    page.get_by_text("Files read: 2000,").wait_for(timeout=1_200_000)
    rate = int(page.locator("[data-files]").get_attribute("data-rate"))
    page.get_by_role("button", name="Send the fingerprints and look at them").click()
    page.get_by_role("button", name="Accept and declare").click(timeout=120_000)
    page.get_by_role("heading", name="This list is done").wait_for(timeout=600_000)
    print(f"2,000 files: {rate:,} a minute")  # noqa: T201 - the figure is what it is for
    assert len([kind for kind, _ in scopes(registry) if kind == "sha256"]) == 2_000
    assert rate > 0
