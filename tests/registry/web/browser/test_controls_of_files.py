"""Controls act on what is there: the tick for changed copies, taking a file out again, and going on too early."""

import io

import pytest
from PIL import Image

from tests.crawler_filter.fingerprints.generated import pixels
from tests.registry.web.browser.test_journey import add_party, begin, press

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DONE = "Done."
SHA256 = 64


@pytest.fixture
def pictures(tmp_path):
    for number in (1, 2):
        file = io.BytesIO()
        Image.fromarray(pixels(200, 160, 24, seed=number)).save(file, "PNG")
        (tmp_path / f"drawing-{number}.png").write_bytes(file.getvalue())
    (tmp_path / "the same.png").write_bytes((tmp_path / "drawing-1.png").read_bytes())
    return sorted(tmp_path.glob("*.png"))


@pytest.fixture
def at_files(visit, sign_in):
    page = visit()
    sign_in(page)
    add_party(page, lambda *_: None)
    begin(page, "Files you have")
    page.get_by_label("Choose files").wait_for()
    return page


def lines(page):
    return page.get_by_label("Fingerprints, one on each line").input_value().split()


def wait_for_lines(page, number):
    page.wait_for_function(
        "(number) => document.querySelector('#lines').value.split('\\n').filter(Boolean).length === number",
        arg=number,
    )


def test_unticking_changed_copies_takes_the_fingerprints_away_again(at_files, inspect, pictures):
    at_files.get_by_label("Choose files").set_input_files(pictures[:2])
    at_files.get_by_text(DONE).wait_for()
    before = lines(at_files)
    digests = [line for line in before if len(line) == SHA256]
    assert len(digests) == 2
    assert any(line.startswith("pdq:") for line in before)
    at_files.get_by_label("Find changed copies too").uncheck()
    wait_for_lines(at_files, 2)
    assert lines(at_files) == digests
    inspect(at_files, "files-exact-only")
    at_files.get_by_label("Find changed copies too").check()
    wait_for_lines(at_files, len(before))
    assert sorted(lines(at_files)) == sorted(before)


def test_every_chosen_file_is_taken_out_again_and_what_another_one_needs_stays(at_files, pictures):
    at_files.get_by_label("Find changed copies too").uncheck()
    at_files.get_by_label("Choose files").set_input_files(pictures)
    at_files.get_by_text(DONE).wait_for()
    assert len(lines(at_files)) == 2
    press(at_files, "Remove drawing-1.png")
    assert len(lines(at_files)) == 2, "another file has the same digest"
    press(at_files, "Remove the same.png")
    wait_for_lines(at_files, 1)
    press(at_files, "Remove drawing-2.png")
    wait_for_lines(at_files, 0)
    assert at_files.locator("[data-results] li").count() == 0


def test_going_on_waits_for_files_that_are_being_read_and_loses_none(at_files, pictures):
    held, let_go = [], []
    hold = lambda route: route.continue_() if let_go else held.append(route)  # noqa: E731 - playwright marks it
    at_files.context.route("**/sha256.js*", hold)
    at_files.get_by_label("Choose files").set_input_files(pictures[:2])
    press(at_files, "Continue")
    at_files.get_by_text("We go on as soon as every file has been read.").wait_for()
    assert lines(at_files) == []
    let_go.append(True)
    for each in held:
        each.continue_()
    at_files.get_by_role("heading", name="Which uses do you reserve?").wait_for()
    press(at_files, "Back")
    at_files.get_by_label("Choose files").wait_for()
    assert len([line for line in lines(at_files) if len(line) == SHA256]) == 2
