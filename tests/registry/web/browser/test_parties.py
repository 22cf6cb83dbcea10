"""An agent with twenty artists, one of whom confirms it and ends it, in a real browser and every page looked at."""

import re

import pytest

from tests.registry.web.browser.test_journey import WITH_AND_WITHOUT, choose, press

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def link_in(letterbox):
    text = next(text for _, _, text in reversed(letterbox.letters) if "/invitation/" in text)
    return re.search(r"/invitation/\S+", text)[0]


def add_artist(page, name):
    page.goto("/account/parties/new")
    page.get_by_label("Name of the person").fill("Agency K")
    choose(page, "Yes, show it")
    choose(page, "Agent")
    page.get_by_label("For whom do you act").fill(name)
    choose(page, "No, keep that name private")
    press(page, "Save and continue")


@WITH_AND_WITHOUT
def test_an_agent_acts_for_twenty_artists_and_one_of_them_takes_over(
    visit, inspect, sign_in, letterbox, registry, javascript
):
    agency, hana = (visit(java_script_enabled=javascript) for _ in range(2))
    look = inspect if javascript else (lambda *_: None)
    sign_in(agency, "agency@example.com")
    for number in range(1, 21):
        add_artist(agency, f"Artist {number:02}")
    agency.goto("/account")
    look(agency, "account-twenty")
    agency.get_by_role("link", name="Agency K, for Artist 07").click()
    agency.get_by_label("Label").fill("manga")
    press(agency, "Save the label")
    press(agency, "Send the invitation")
    look(agency, "party-manage-problem")
    agency.get_by_label("Their email address").fill("hana@example.com")
    choose(agency, "The person or organisation you act for")
    press(agency, "Send the invitation")
    agency.get_by_role("heading", name="Invited, not answered yet").wait_for()
    look(agency, "party-manage")
    agency.goto("/declarations")
    agency.get_by_label("Show those of").select_option(label="manga")
    press(agency, "Show")
    agency.get_by_text("Nothing is declared for them yet").wait_for()
    look(agency, "declarations-filtered")
    sign_in(hana, "hana@example.com")
    hana.goto(link_in(letterbox))
    look(hana, "invitation")
    press(hana, "Accept")
    hana.get_by_text("Confirmed by whom it acts for").wait_for()
    look(hana, "party-confirmed")
    press(hana, "Remove agency@example.com")
    hana.get_by_role("heading", name="Agency K").wait_for()
    assert hana.get_by_text("agency@example.com").count() == 0
    agency.goto("/account")
    assert agency.get_by_role("link", name="Agency K, for").count() == 19


def test_a_party_in_japanese_by_keyboard_alone(visit, inspect, letterbox, sign_in, registry):
    page = visit(locale="ja-JP")
    page.goto("/sign-in")
    page.get_by_label("メールアドレス").fill("aoi@example.com")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="メールをご確認ください").wait_for()
    page.goto(re.search(r"/sign-in/\S+", letterbox.letters[-1][2])[0])
    press(page, "サインイン")
    page.goto("/account/parties/new")
    page.get_by_label("個人または団体の名称").fill("アオイ工房")
    page.get_by_role("radio").first.check()
    page.get_by_role("radio", name="著作者").check()
    press(page, "保存して次へ")
    page.goto("/account")
    page.get_by_role("link", name="アオイ工房").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="メンバー", exact=True).wait_for()
    inspect(page, "ja-party-manage")
    reach(page, "email")
    page.keyboard.type("mari@example.com")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="招待中").wait_for()
    inspect(page, "ja-party-invited")


def reach(page, field):
    """Press Tab until a field has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == field:
            return
    raise AssertionError(f"{field} is not reached by Tab")
