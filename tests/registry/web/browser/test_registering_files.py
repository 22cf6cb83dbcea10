"""Files registered in a real browser, and what a filter then makes of copies of them that somebody else has changed."""

import io
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import quote, unquote

import numpy as np
import pytest
import requests
from PIL import Image, ImageOps

from crawler_filter import Filter, Policy, Usage
from crawler_filter.checks.sources import FixedSource
from crawler_filter.fingerprints.text import registered
from tests.crawler_filter.fingerprints.framed_books import FRAMES, framed
from tests.crawler_filter.fingerprints.generated import pixels
from tests.registry.web.browser.test_journey import add_party, begin, press

pytestmark = pytest.mark.browser

EDITS = {
    "saved again": (lambda picture: picture, {"quality": 40}),
    "smaller": (lambda picture: picture.resize((picture.width // 2, picture.height // 2)), {"quality": 80}),
    "mirrored": (ImageOps.mirror, {"quality": 80}),
    "framed": (lambda picture: ImageOps.expand(picture, 24, "white"), {"quality": 80}),
    "grey": (ImageOps.grayscale, {"quality": 80}),
}
NOVEL = "".join(
    f"In chapter {n} the keeper of the lighthouse counted {n * 7919 % 1000} ships. " for n in range(40)
)


@pytest.fixture(scope="module")
def folder(vectors, tmp_path_factory):
    """A photograph that nobody here took, a drawing, and a novel."""
    folder = tmp_path_factory.mktemp("works")
    (folder / "bridge.jpg").write_bytes((vectors / "pdq" / "bridge-1-original.jpg").read_bytes())
    Image.fromarray(pixels(400, 300, 24, seed=5)).save(folder / "drawing.png")
    (folder / "novel.txt").write_text(NOVEL)
    return folder


@pytest.fixture
def host():
    """Another host, which serves what is in the mapping."""
    files: dict[str, bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = files[unquote(self.path)]
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield files, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def jpeg(picture, **options):
    file = io.BytesIO()
    picture.convert("RGB").save(file, "JPEG", **options)
    return file.getvalue()


def register(page, folder, inspect):
    begin(page, "Files you have")
    page.get_by_label("Choose files").set_input_files(sorted(folder.iterdir()))
    page.get_by_text("Done.").wait_for()
    inspect(page, "files-with-likenesses")
    for _ in range(3):
        press(page, "Continue")
    inspect(page, "review-of-files")
    press(page, "Accept and publish")
    page.get_by_role("heading", name="Published").wait_for()
    page.goto(page.url.partition("?")[0])
    inspect(page, "record-of-files")


@pytest.mark.slow
def test_changed_copies_of_registered_files_are_kept_out_of_a_crawl(
    visit, inspect, sign_in, registry, folder, host
):
    page = visit()
    sign_in(page)
    add_party(page, lambda *_: None)
    register(page, folder, inspect)
    registry.publisher.publish()
    optout = Filter(
        FixedSource(registry.publisher.snapshot()), Policy.opt_out(Usage.TRAIN_AI), clock=registry.clock
    )

    files, site = host
    own = Image.fromarray(pixels(400, 300, 24, seed=6))
    for name in ("bridge.jpg", "drawing.png"):
        with Image.open(folder / name) as picture:
            files |= {f"/{edit} {name}": jpeg(change(picture), **how) for edit, (change, how) in EDITS.items()}
    files |= {"/somebody's own.jpg": jpeg(own), "/quoting.html": f"<p>She wrote: <i>{NOVEL[300:800]}</i>".encode()}
    files["/own words.html"] = (
        b"<p>" + b"Nothing in this page was written by anybody but me, and it is long enough. " * 8
    )
    kept = []
    for path in files:
        answer = requests.get(site + quote(path), timeout=10)
        decision = optout.check(f"https://copies.example{quote(path)}", content=answer.content)
        assert not decision.unavailable, decision.explain()
        kept += [path] if decision.keep else []
    assert kept == ["/somebody's own.jpg", "/own words.html"]


@pytest.mark.slow
def test_what_is_not_published_yet_leaves_only_its_digest(visit, sign_in, folder):
    page = visit()
    sign_in(page)
    add_party(page, lambda *_: None)
    begin(page, "Files you have")
    page.get_by_label("Find changed copies too").uncheck()
    page.get_by_label("Choose files").set_input_files([folder / "drawing.png"])
    page.get_by_text("Done.").wait_for()
    assert [len(line) for line in page.get_by_label("Fingerprints, one on each line").input_value().split()] == [
        64
    ]


@pytest.mark.slow
def test_files_that_are_there_before_the_script_is_are_read_too(visit, sign_in, folder):
    page = visit()
    sign_in(page)
    add_party(page, lambda *_: None)
    held = []
    page.route("**/fingerprint.js*", lambda route: held.append(route))  # noqa: PLW0108 - playwright marks it
    begin(page, "Files you have")
    page.get_by_label("Choose files").set_input_files([folder / "drawing.png"])
    (asked,) = held
    asked.continue_()
    page.get_by_text("Done.").wait_for()


def test_a_picture_with_nothing_to_see_says_that_only_exact_copies_are_found(visit, sign_in, tmp_path):
    Image.fromarray(np.full((300, 300, 3), 255, dtype=np.uint8)).save(tmp_path / "blank.png")
    (tmp_path / "short.txt").write_text("Oh.")
    page = visit()
    sign_in(page)
    add_party(page, lambda *_: None)
    begin(page, "Files you have")
    page.get_by_label("Choose files").set_input_files([tmp_path / "blank.png", tmp_path / "short.txt"])
    page.get_by_text("Done.").wait_for()
    page.get_by_text("Only exact copies will be found: there is too little to see in this picture").wait_for()
    page.get_by_text("Only exact copies will be found: the text is too short").wait_for()


def test_a_person_reads_how_much_of_a_text_is_left_out_because_others_have_it_too(visit, sign_in, tmp_path):
    (tmp_path / "book.txt").write_text(framed(FRAMES["Project Gutenberg"], NOVEL))
    (tmp_path / "novel.txt").write_text(NOVEL)
    found = registered((tmp_path / "book.txt").read_text())
    page = visit()
    sign_in(page)
    add_party(page, lambda *_: None)
    begin(page, "Files you have")
    page.get_by_label("Choose files").set_input_files([tmp_path / "book.txt", tmp_path / "novel.txt"])
    page.get_by_text("Done.").wait_for()
    all_letters = found.letters + found.left_out
    page.get_by_text(f"Of its {all_letters} letters {found.left_out} are left out").wait_for()
    assert page.get_by_text("are left out").count() == 1
