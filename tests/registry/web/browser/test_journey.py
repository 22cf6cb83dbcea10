"""The whole journey in a real browser, every page of it looked at."""

import hashlib

import pytest

pytestmark = pytest.mark.browser

WITH_AND_WITHOUT = pytest.mark.parametrize(
    "javascript",
    [
        pytest.param(True, id="with JavaScript"),
        pytest.param(False, id="without JavaScript", marks=pytest.mark.slow),
    ],
)


def press(page, name):
    page.get_by_role("main").get_by_role("button", name=name).click()


def choose(page, name):
    page.get_by_role("radio", name=name, exact=True).check()


def begin(page, covers):
    """Start a declaration and come to the question where it is."""
    page.goto("/declare")
    press(page, "Start")
    press(page, "Continue")
    choose(page, covers)
    press(page, "Continue")


def add_party(page, inspect):
    page.goto("/account/parties/new")
    inspect(page, "party")
    press(page, "Save and continue")
    inspect(page, "party-problems")
    page.get_by_label("Name of the person").fill("アオイ")
    choose(page, "Yes, show it")
    choose(page, "Author")
    press(page, "Save and continue")


@pytest.mark.slow
def test_pages_that_anybody_reads(visit, inspect):
    page = visit()
    for path in (
        "/",
        "/check",
        "/verify",
        "/privacy",
        "/accessibility",
        "/authority",
        "/sign-in",
        "/problems/gone",
    ):
        page.goto(path)
        inspect(page, path.strip("/").replace("/", "-") or "home")
    page.goto("/nothing-here")
    inspect(page, "not-found")


@pytest.mark.slow
def test_a_website_from_sign_in_to_withdrawal(visit, inspect, sign_in, letterbox, files):
    page = visit()
    sign_in(page)
    inspect(page, "declare")
    add_party(page, inspect)
    inspect(page, "account")
    answer_the_questions(page, inspect)
    prove_by_file(page, inspect, files)
    inspect(page, "published")
    page.goto(page.url.partition("?")[0])
    inspect(page, "record")
    page.get_by_role("link", name="アオイ").click()
    inspect(page, "party-page")
    page.go_back()
    withdraw_and_stop(page, inspect, letterbox)
    page.goto("/declarations")
    inspect(page, "declarations")


def answer_the_questions(page, inspect):
    page.goto("/declare")
    press(page, "Start")
    inspect(page, "who")
    press(page, "Continue")
    press(page, "Continue")
    inspect(page, "what-problem")
    assert page.evaluate("document.activeElement.className") == "problems"
    choose(page, "One host name only")
    press(page, "Continue")
    page.get_by_label("Which host name?").fill("http://")
    press(page, "Continue")
    inspect(page, "where-problem")
    page.get_by_label("Which host name?").fill("https://art.example.com/")
    press(page, "Continue")
    inspect(page, "uses")
    press(page, "Continue")
    page.get_by_label("A page with your terms").fill("art.example.com/licence")
    page.get_by_label("Contact for licences").fill("ask@art.example.com")
    inspect(page, "terms")
    press(page, "Continue")
    inspect(page, "review")
    press(page, "Accept and go on to the proof")
    inspect(page, "prove")


def prove_by_file(page, inspect, files):
    choose(page, "A file on the site")
    press(page, "Show me what to do")
    inspect(page, "prove-file")
    page.get_by_role("button", name="Copy").first.click()
    page.get_by_role("button", name="Copied").wait_for()
    token = page.evaluate("navigator.clipboard.readText()")
    address = page.locator("[data-copy]").nth(1).inner_text()
    press(page, "Check now")
    inspect(page, "prove-not-found")
    files[address.removeprefix("http://art.example.com")] = token
    page.goto("/declarations")
    inspect(page, "declarations-pending")
    page.get_by_role("link", name="art.example.com").click()
    press(page, "Check now")
    page.get_by_role("heading", name="Published").wait_for()


def withdraw_and_stop(page, inspect, letterbox):
    page.get_by_role("link", name="Withdraw it").click()
    inspect(page, "withdraw")
    press(page, "Yes, withdraw it")
    inspect(page, "withdrawn")
    page.goto(next(word for word in letterbox.letters[-1][2].split() if "/stop/" in word))
    inspect(page, "stop")
    press(page, "Yes, stop the change")
    inspect(page, "stopped")


@pytest.mark.slow
def test_the_answer_to_a_lookup(visit, inspect, sign_in, registry):
    digest = hashlib.sha256(b"a drawing").hexdigest()
    page = visit()
    sign_in(page)
    add_party(page, lambda *_: None)
    begin(page, "Files you have")
    page.get_by_label("Fingerprints, one on each line").fill(digest)
    for _ in range(3):
        press(page, "Continue")
    press(page, "Accept and publish")
    registry.publisher.publish()
    page.goto("/")
    page.get_by_label("The address of a page").fill(digest)
    press(page, "Check")
    page.get_by_role("heading", name="Reserved: AI training").wait_for()
    inspect(page, "check-reserved")
    page.goto("/check?asset=example.com")
    inspect(page, "check-silent")
    page.goto("/check?asset=nonsense")
    inspect(page, "check-problem")


@WITH_AND_WITHOUT
def test_a_publisher_checks_a_site(javascript, visit, inspect, files):
    files |= {
        "/robots.txt": "Content-Signal: ai-train=no\nUser-agent: GPTBot\nDisallow: /\n\nContent-Usage: train-genai=n",
        "/": "<!doctype html><meta name=robots content=noai><img src=/art.png>",
        "/art.png": "",
        "/ai.txt": "<!doctype html><div id=app></div>",
    }
    page = visit(java_script_enabled=javascript)
    page.goto("/check-site")
    page.get_by_label("The address of a page of your site").fill("http://art.example.com/")
    press(page, "Check my site")
    page.get_by_role("heading", name="AI training is reserved").wait_for()
    page.get_by_text("robots.txt line 1", exact=True).wait_for()
    if javascript:
        inspect(page, "check-site")
        page.goto("/check-site")
        inspect(page, "check-site-form")
        press(page, "Check my site")
        inspect(page, "check-site-problem")


SIZES = [0, 1, 55, 56, 63, 64, 65, 119, 120, 1 << 20, (3 << 20) + 17]


@WITH_AND_WITHOUT
def test_digests_of_files_are_made_on_the_device_or_pasted(javascript, visit, inspect, sign_in, tmp_path):
    page = visit(java_script_enabled=javascript)
    sign_in(page)
    page.goto("/account/parties/new")
    page.get_by_label("Name of the person").fill("Aoi")
    choose(page, "No, keep it private")
    choose(page, "Author")
    press(page, "Save and continue")
    begin(page, "Files you have")
    contents = [bytes([size % 251]) * size for size in SIZES]
    digests = [hashlib.sha256(content).hexdigest() for content in contents]
    digest_list = page.get_by_label("Fingerprints, one on each line")
    if javascript:
        inspect(page, "files")
        chosen = [tmp_path / f"picture-{size}.png" for size in SIZES]
        for path, content in zip(chosen, contents, strict=True):
            path.write_bytes(content)
        page.get_by_label("Choose files").set_input_files(chosen)
        page.get_by_text("Done.").wait_for()
        inspect(page, "files-done")
        assert digest_list.input_value().split() == digests
        press(page, "Continue")
        page.get_by_role("alert").get_by_text("empty file").wait_for()
    else:
        assert page.get_by_label("Choose files").is_hidden()
    digest_list.fill("\n".join(digests[1:]))
    press(page, "Continue")
    press(page, "Continue")
    press(page, "Continue")
    press(page, "Accept and publish")
    page.get_by_role("heading", name="Published").wait_for()
    page.get_by_text(f"Exact copies of {len(digests) - 1} files, wherever they turn up.").wait_for()
    record = page.request.get(page.get_by_role("link", name="This record as JSON").get_attribute("href")).text()
    assert all(record.count(digest) == 1 for digest in digests[1:])


@pytest.mark.slow
def test_works_and_tokens(visit, inspect, sign_in):
    page = visit()
    sign_in(page)
    add_party(page, lambda *_: None)
    page.goto("/works/new")
    press(page, "Save the work")
    inspect(page, "work-problems")
    page.get_by_label("Its title").fill("ja: となりの山\nen: The Next Mountain")
    choose(page, "Manga or comic")
    page.get_by_label("Its characters").fill("うずまきナルト/Naruto Uzumaki、ナルト\n鬼")
    press(page, "Save the work")
    inspect(page, "work-names-problem")
    page.get_by_label("The series it belongs to").fill("山の物語\nMountain Stories")
    page.get_by_label("Its characters").fill("うずまきナルト/Naruto Uzumaki、ナルト\n青井そら")
    press(page, "Save the work")
    inspect(page, "work")
    page.get_by_role("link", name="Change what is said about this work").click()
    inspect(page, "work-change")
    characters = page.get_by_label("Its characters")
    assert characters.input_value() == "うずまきナルト / Naruto Uzumaki / ナルト\n青井そら"
    characters.press("Control+End")
    characters.type("\n山田花子")
    press(page, "Save the work")
    page.get_by_text("山田花子").wait_for()
    page.goto("/works")
    inspect(page, "works")
    page.goto("/account")
    page.get_by_label("What is the new token for?").fill("upload script")
    choose(page, "Read")
    press(page, "Make a token")
    inspect(page, "token")
    assert page.locator("[data-copy]").inner_text().startswith("orp_")
    page.goto("/account")
    press(page, "Revoke")
    assert page.get_by_role("button", name="Revoke").count() == 0
