# ruff: noqa: RUF001 - full-width letters are typed and read here
"""The pages as a Japanese browser gets them, every one of them looked at."""

import pytest

from tests.registry.web.browser.test_journey import press

pytestmark = pytest.mark.browser

SITE = {
    "/robots.txt": "Content-Signal: ai-train=no\nUser-agent: GPTBot\nDisallow: /\n\nContent-Usage: train-genai=n",
    "/": "<!doctype html><meta name=robots content=noai><img src=/art.png>",
    "/art.png": "",
    "/ai.txt": "<!doctype html><div id=app></div>",
}


@pytest.fixture
def page(visit):
    return visit(locale="ja-JP")


@pytest.mark.slow
def test_pages_that_anybody_reads(page, inspect):
    for path in (
        "/",
        "/check?asset=example.com",
        "/verify",
        "/privacy",
        "/accessibility",
        "/authority",
        "/sign-in",
    ):
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == "ja"
        inspect(page, "ja-" + (path.partition("?")[0].strip("/") or "home"))
    page.goto("/nothing-here")
    inspect(page, "ja-not-found")


def test_the_language_is_chosen_on_the_page_and_kept(page):
    page.goto("/check?asset=example.com")
    page.locator("header .languages").get_by_text("English").click()
    page.get_by_role("heading", name="Nothing is declared here").wait_for()
    page.goto("/")
    page.locator("header .languages").get_by_text("日本語").click()
    page.get_by_role("heading", name="作品をAI学習から守る").wait_for()


@pytest.mark.slow
def test_a_site_is_declared_and_proved(page, inspect, letterbox, files):
    sign_in(page, letterbox)
    page.goto("/account/parties/new")
    press(page, "保存して次へ")
    inspect(page, "ja-party-problems")
    page.get_by_label("個人または団体の名称").fill("アニメーション制作会社「となりの山」製作委員会")
    page.get_by_role("radio", name="はい、表示します").check()
    page.get_by_role("radio", name="権利者", exact=True).check()
    press(page, "保存して次へ")
    inspect(page, "ja-account")
    answer_the_questions(page, inspect)
    page.get_by_role("radio", name="サイト上のファイル").check()
    press(page, "手順を見る")
    token, address = (page.locator("[data-copy]").nth(each).inner_text() for each in (0, 1))
    press(page, "今すぐ確認")
    inspect(page, "ja-prove-not-found")
    files[address.removeprefix("http://art.example.com")] = token
    press(page, "今すぐ確認")
    page.get_by_role("heading", name="宣言を公開しました").wait_for()
    inspect(page, "ja-published")
    page.get_by_role("link", name="取り下げる").click()
    inspect(page, "ja-withdraw")
    press(page, "はい、取り下げます")
    inspect(page, "ja-withdrawn")
    page.goto("/declarations")
    inspect(page, "ja-declarations")


def sign_in(page, letterbox):
    page.goto("/sign-in")
    page.get_by_label("メールアドレス").fill("ａｏｉ＠ｅｘａｍｐｌｅ．ｃｏｍ")
    press(page, "メールを送信")
    page.get_by_role("heading", name="メールをご確認ください").wait_for()
    page.goto(next(word for word in letterbox.letters[-1][2].split() if "/sign-in/" in word))
    press(page, "サインイン")


def answer_the_questions(page, inspect):
    page.goto("/declare")
    inspect(page, "ja-start")
    press(page, "始める")
    press(page, "次へ")
    inspect(page, "ja-what")
    page.get_by_role("radio", name="特定のホスト名のみ").check()
    press(page, "次へ")
    page.get_by_label("どのホスト名ですか").fill("ｈｔｔｐ：／／")
    press(page, "次へ")
    inspect(page, "ja-where-problem")
    page.get_by_label("どのホスト名ですか").fill("ａｒｔ．ｅｘａｍｐｌｅ。ｃｏｍ")
    press(page, "次へ")
    inspect(page, "ja-uses")
    press(page, "次へ")
    page.get_by_label("利用許諾の連絡先").fill("ask＠art.example.com")
    inspect(page, "ja-terms")
    press(page, "次へ")
    inspect(page, "ja-review")
    press(page, "同意して確認へ進む")
    inspect(page, "ja-prove")


@pytest.mark.slow
def test_files_and_works(page, inspect, letterbox, tmp_path):
    sign_in(page, letterbox)
    page.goto("/account/parties/new")
    page.get_by_label("個人または団体の名称").fill("アオイ")
    page.get_by_role("radio", name="はい、表示します").check()
    page.get_by_role("radio", name="著作者").check()
    press(page, "保存して次へ")
    page.goto("/works/new")
    inspect(page, "ja-work-new")
    page.goto("/declare")
    press(page, "始める")
    press(page, "次へ")
    page.get_by_role("radio", name="お手元のファイル").check()
    press(page, "次へ")
    short = tmp_path / "短い文.txt"
    short.write_text("短い文です。", encoding="utf-8")
    page.get_by_label("ファイルを選択").set_input_files(short)
    page.get_by_text("1点のファイルを読み取りました。").wait_for()
    page.get_by_text("完全に同じ複製だけが対象になります： テキストが短すぎます").wait_for()
    inspect(page, "ja-files")


@pytest.mark.slow
def test_a_site_is_checked(page, inspect, files):
    files |= SITE
    page.goto("/check-site")
    inspect(page, "ja-check-site-form")
    page.get_by_label("サイトのページのアドレス").fill("http://art.example.com/")
    press(page, "サイトを確認")
    page.get_by_role("heading", name="AI学習は権利留保").wait_for()
    page.get_by_text("robots.txt 1行目", exact=True).wait_for()
    inspect(page, "ja-check-site")
