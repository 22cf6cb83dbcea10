"""An account in a real browser: a code signs in, a token is chosen, all data is taken away, the account is deleted."""

import zipfile

import pytest

from tests.registry.declarations.test_erasure import an_hour_later, files_with
from tests.registry.web.browser.test_journey import WITH_AND_WITHOUT, choose, press

PICTURE = "https://cdn.example.net/hanako-picture.png"
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def sign_in_by_code(page, letterbox, inspect, name="sign-in"):
    page.goto("/sign-in")
    page.get_by_label("email address").fill("hanako@example.com")
    press(page, "Send the letter")
    inspect(page, f"{name}-sent")
    page.get_by_label("Code from the letter").fill("1")
    press(page, "Sign in")
    inspect(page, f"{name}-wrong-code")
    page.get_by_label("Code from the letter").fill(letterbox.last_code())
    press(page, "Sign in")


def add_a_name(page):
    page.goto("/account/parties/new")
    page.get_by_label("Name of the person").fill("Hanako Yamada")
    choose(page, "Yes, show it")
    choose(page, "Author")
    press(page, "Save and continue")


def declare_a_picture(page):
    page.goto("/declare")
    press(page, "Start")
    press(page, "Continue")
    choose(page, "Single pages or files on the web")
    press(page, "Continue")
    page.get_by_role("textbox").first.fill(PICTURE)
    for _ in range(3):
        press(page, "Continue")
    press(page, "Accept and publish")


@WITH_AND_WITHOUT
def test_an_account_is_deleted_and_no_byte_of_its_name_is_left(
    visit, inspect, letterbox, registry, clock, tmp_path, javascript
):
    page = visit(java_script_enabled=javascript)
    inspect = inspect if javascript else (lambda *_: None)
    sign_in_by_code(page, letterbox, inspect)
    add_a_name(page)
    declare_a_picture(page)
    page.goto("/account")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download my data").click()
    download.value.save_as(tmp_path / "mine.zip")
    assert "Hanako Yamada" in zipfile.ZipFile(tmp_path / "mine.zip").read("parties.jsonl").decode()
    (tmp_path / "mine.zip").unlink()
    page.get_by_role("link", name="Delete my account").click()
    inspect(page, "account-delete")
    press(page, "Send me a code")
    inspect(page, "account-delete-problem")
    page.get_by_label("I have read this").check()
    press(page, "Send me a code")
    inspect(page, "account-delete-code")
    page.get_by_label("Code from the letter").fill(letterbox.last_code())
    press(page, "Delete my account")
    page.get_by_role("heading", name="Your account will be deleted").wait_for()
    inspect(page, "account-closing")
    clock.pass_(72 * 3600)
    registry.schedule.due(clock.now)
    an_hour_later(registry, clock)
    page.goto("/account")
    assert "/sign-in" in page.url
    page.goto("/account-deleted")
    inspect(page, "account-deleted")
    for needle in (b"Hanako Yamada", b"hanako@example.com", b"hanako-picture"):
        assert files_with(tmp_path, needle) == []


def test_an_account_with_nothing_in_force_is_deleted_by_keyboard_alone(
    visit, letterbox, registry, sign_in, inspect
):
    page = visit()
    sign_in(page)
    page.goto("/account/delete")
    tab_to(page, "understood")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Confirm that it is you").wait_for()
    tab_to(page, "code")
    page.keyboard.type(letterbox.last_code())
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Your account is deleted").wait_for()
    with registry.store.read() as database:
        assert [email for (email,) in database.execute("SELECT email FROM accounts")] != ["aoi@example.com"]


def tab_to(page, field):
    """Press Tab until a field has the focus, as somebody without a mouse does."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == field:
            return
    raise AssertionError(f"{field} is not reached by Tab")


def test_the_pages_of_an_account_in_japanese(visit, inspect, letterbox):
    page = visit(locale="ja-JP")
    page.goto("/sign-in")
    page.get_by_label("メールアドレス").fill("aoi@example.com")
    press(page, "メールを送信")
    inspect(page, "ja-sign-in-sent")
    page.get_by_label("コード").fill(letterbox.last_code())
    press(page, "サインイン")
    page.goto("/account")
    inspect(page, "ja-account-data")
    page.get_by_role("link", name="アカウントを削除").click()
    inspect(page, "ja-account-delete")
    page.get_by_label("上記を確認し").check()
    press(page, "確認コードを送信")
    inspect(page, "ja-account-delete-code")
    page.get_by_label("コード").fill(letterbox.last_code())
    press(page, "アカウントを削除")
    page.get_by_role("heading", name="アカウントを削除しました").wait_for()
    inspect(page, "ja-account-deleted")
