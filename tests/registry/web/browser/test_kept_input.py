"""Nothing typed is lost in a real browser: by another language on a page of several forms, by going back, by a refusal."""

import re

import pytest

from registry.errors import UnavailableError
from tests.registry.web.browser.test_journey import add_party, press

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_what_was_typed_survives_another_language_and_going_back_and_not_signing_out(visit, inspect, sign_in):
    page = visit()
    page.goto("/check")
    page.get_by_label("The address of a page").fill("half an addr")
    page.get_by_role("link", name="日本語").click()
    page.locator('html[lang="ja"]').wait_for()
    page.locator("#asset >> visible=true").wait_for()
    assert page.locator("#asset").input_value() == "half an addr"
    page.get_by_role("link", name="English").click()
    page.locator('html[lang="en"]').wait_for()
    sign_in(page)
    add_party(page, lambda *_: None)
    page.goto("/account")
    page.locator('a[href^="/parties/"]').first.click()
    page.get_by_label("Label").fill("manga")
    page.get_by_label("Their email address").fill("mari@exa")
    page.get_by_role("button", name="日本語").click()
    page.locator('html[lang="ja"]').wait_for()
    assert page.locator("#label").input_value() == "manga"
    assert page.locator("#email").input_value() == "mari@exa"
    page.goto("/check?lang=en")
    page.go_back()
    page.locator("#label").wait_for()
    page.wait_for_function("document.querySelector('#label').value === 'manga'")
    page.goto(page.url)
    page.locator("#label").wait_for()
    assert page.locator("#label").input_value() == ""
    page.locator("#label").fill("secret")
    page.locator('form[action="/sign-out"] button').click()
    page.locator('a[href="/sign-in"]').first.wait_for()
    page.goto("/privacy")
    assert page.evaluate("Object.values(sessionStorage).filter((kept) => kept.includes('secret'))") == []


def test_without_a_script_the_form_that_was_typed_into_takes_over_the_change_of_language(visit, inspect, sign_in):
    """On a page with several forms the switch on top would lose it; it comes back once nothing is typed."""
    page = visit(java_script_enabled=False)
    sign_in(page)
    add_party(page, lambda *_: None)
    page.goto("/account")
    page.locator('a[href^="/parties/"]').first.click()
    place, languages = page.url, page.locator(".languages >> visible=true")
    assert languages.count() == 1
    languages.get_by_role("button", name="日本語").click()
    assert (page.url, page.locator("html").get_attribute("lang")) == (place, "ja")
    page.locator("#email").fill("mari@exa")
    page.locator("input[name=role]").nth(1).check()
    assert page.locator("header .languages").is_hidden()
    assert languages.count() == 1
    languages.get_by_role("button", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("#email").input_value() == "mari@exa"
    assert page.locator("input[name=role]").nth(1).is_checked()
    press(page, "Save the label")
    assert page.url == place


def test_a_refusal_gives_back_what_was_typed_and_is_a_page_like_all_others(
    visit, inspect, sign_in, registry, monkeypatch
):
    page = visit()
    sign_in(page)
    add_party(page, lambda *_: None)
    page.goto("/check-site")
    page.get_by_label("The address of a page of your site").evaluate(
        "(field) => { field.value = 'a b '.repeat(140000) }"
    )
    press(page, "Check my site")
    page.get_by_role("heading", name="That is too much for one page").wait_for()
    inspect(page, "refused-too-large")
    assert page.get_by_label("What you typed").input_value() == "a b " * 140_000
    page.get_by_label("What you typed").fill("no site")
    press(page, "Send it again")
    page.get_by_role("alert").wait_for()
    assert page.get_by_label("The address of a page of your site").input_value() == "no site"

    def fail(*_, **__):
        raise UnavailableError("not now", retry_after=60)

    page.goto("/enquiries")
    page.get_by_text("Your answer to every AI operator that asks").click()
    page.get_by_label("These terms").check()
    press(page, "Save")
    page.get_by_role("alert").wait_for()
    inspect(page, "standing-answer-problem")
    page.get_by_label("Agent or terms").fill("100 yen a picture")
    with monkeypatch.context() as patch:
        patch.setattr(type(registry.writer), "run", fail)
        press(page, "Save")
        page.get_by_role("heading", name="Not available right now").wait_for()
        inspect(page, "refused-for-now")
    press(page, "Send it again")
    page.get_by_role("heading", name="Requests and questions").wait_for()
    assert page.get_by_label("Agent or terms").input_value() == "100 yen a picture"


def test_who_goes_back_to_a_form_that_was_refused_finds_it_and_no_page_of_the_browser(visit, sign_in):
    """Chromium shows nothing where the answer to a form is not kept: the page asks for itself instead."""
    page = visit()
    sign_in(page)
    add_party(page, lambda *_: None)
    page.goto("/works/new")
    page.get_by_label("Its title").fill("en: The Blue Lantern")
    press(page, "Save the work")
    page.get_by_role("alert").wait_for()
    page.locator("[name=series]").fill("Lanterns")
    page.goto("/works")
    page.go_back()
    page.locator("[name=series]").wait_for()
    page.wait_for_function("document.querySelector('[name=series]').value === 'Lanterns'")
    assert page.get_by_label("Its title").input_value() == "en: The Blue Lantern"


def test_a_phone_that_lets_go_of_the_page_while_mail_is_read_asks_for_the_code_again(visit, letterbox):
    page = visit()
    page.goto("/sign-in?next=/works")
    page.get_by_label("email address").fill("aoi@example.com")
    press(page, "Send the letter")
    page.get_by_role("heading", name="Check your mail").wait_for()
    page.reload()
    page.get_by_label("Code from the letter").fill(re.search(r"\d{4} \d{4}", letterbox.letters[-1][2])[0])
    press(page, "Sign in")
    page.wait_for_url("**/works")
    assert len(letterbox.letters) == 1


def test_of_two_forms_that_were_typed_into_the_one_that_was_not_sent_keeps_what_it_has(visit, sign_in):
    page = visit()
    sign_in(page)
    add_party(page, lambda *_: None)
    page.goto("/account")
    page.locator('a[href^="/parties/"]').first.click()
    page.locator("#label").fill("manga")
    page.locator("#email").fill("mari@exa")
    page.locator("input[name=role]").nth(1).check()
    press(page, "Save the label")
    page.locator(".tag").get_by_text("manga", exact=True).wait_for()
    assert page.locator("#email").input_value() == "mari@exa"
    assert page.locator("input[name=role]").nth(1).is_checked()
    page.locator("#label").fill("comics")
    press(page, "Send the invitation")
    page.get_by_role("alert").wait_for()
    assert page.locator("#label").input_value() == "comics"


def test_without_a_script_whoever_types_into_two_forms_is_told_that_one_is_lost(visit, sign_in):
    page = visit(java_script_enabled=False)
    sign_in(page)
    add_party(page, lambda *_: None)
    page.goto("/account")
    page.locator('a[href^="/parties/"]').first.click()
    warnings = page.locator(".one-at-a-time >> visible=true")
    page.locator("#label").fill("manga")
    page.locator("#name").focus()
    assert warnings.count() == 0
    page.locator("#email").fill("mari@exa")
    page.locator("#name").focus()
    assert warnings.count() == 2
    assert "Each button sends its own part" in warnings.first.inner_text()


@pytest.mark.parametrize("script", [True, False])
def test_only_agents_are_asked_for_whom_they_act(visit, sign_in, inspect, script):
    page = visit(java_script_enabled=script)
    sign_in(page)
    page.goto("/account/parties/new")
    principal = page.get_by_label("For whom do you act as an agent?")
    assert principal.is_hidden()
    page.get_by_label("Name of the person").fill("Agency K")
    page.get_by_role("radio", name="Yes, show it").check()
    page.get_by_role("radio", name="Agent", exact=True).check()
    assert principal.is_visible()
    if script:
        inspect(page, "party-agent")
    principal.fill("Hana")
    page.get_by_role("radio", name="Author").check()
    assert principal.is_hidden()
    press(page, "Save and continue")
    page.get_by_role("alert").get_by_role("link", name="Leave this empty").click()
    assert page.evaluate("document.activeElement.id") == "principal" if script else principal.is_visible()
    principal.fill("")
    press(page, "Save and continue")
    page.get_by_role("heading", name="Account").wait_for()


def lose_session(page):
    """Let the browser forget that it is signed in, as after the end of a session."""
    page.context.clear_cookies(name="session")


def test_what_was_typed_into_any_tab_outlives_the_session(visit, sign_in, letterbox):
    """One tab signs in where it is refused, and finds what it had; the other just sends, or sends again."""
    one = visit()
    sign_in(one)
    add_party(one, lambda *_: None)
    two = one.context.new_page()
    for tab, title in ((one, "The first"), (two, "The second")):
        tab.goto("/works/new")
        tab.get_by_label("Its title").fill(title)
        tab.get_by_role("radio", name="Manga or comic").check()
    lose_session(one)
    for tab in (one, two):
        press(tab, "Save the work")
        tab.get_by_text("What you typed is kept on this page").wait_for()
    one.locator("header").get_by_role("link", name="Sign in").click()
    one.get_by_label("email address").fill("aoi@example.com")
    press(one, "Send the letter")
    one.get_by_label("Code from the letter").fill(letterbox.last_code())
    press(one, "Sign in")
    one.wait_for_url("**/works/new")
    assert one.get_by_label("Its title").input_value() == "The first"
    press(one, "Save the work")
    one.get_by_role("heading", name="The first").wait_for()
    press(two, "Send it again")
    two.get_by_role("heading", name="The second").wait_for()
    one.goto("/works/new")
    assert one.get_by_label("Its title").input_value() == ""


def test_a_list_that_is_sent_after_the_session_has_ended_keeps_its_form(visit, sign_in, tmp_path):
    page = visit()
    sign_in(page)
    add_party(page, lambda *_: None)
    page.goto("/import")
    (tmp_path / "works.csv").write_text("url\nhttps://art.example.com/1\n")
    page.get_by_label("Your list").set_input_files(tmp_path / "works.csv")
    page.get_by_role("checkbox", name="AI training").check()
    lose_session(page)
    page.locator("#list-form button:not(.plain)").click()
    page.get_by_text("You are not signed in any more").wait_for()
    assert page.get_by_role("checkbox", name="AI training").is_checked()
    sign_in(page.context.new_page())
    page.locator("#list-form button:not(.plain)").click()
    page.get_by_role("heading", name="works.csv").wait_for()
