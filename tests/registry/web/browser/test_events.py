"""Where events are sent, in a real browser: an address is added, looked at and removed, and a feed is made and ended."""

import pytest

from tests.registry.web.browser.test_journey import press
from tests.simulators.receiver import URL

pytestmark = pytest.mark.browser


def test_an_address_is_added_tried_and_removed_and_a_feed_is_made(
    visit, inspect, sign_in, studio, registry, receiver
):
    page = visit()
    sign_in(page)
    page.goto("/account")
    page.get_by_role("link", name="Be told at once").click()
    inspect(page, "events")
    page.get_by_text("Send events to an address of yours").first.click()
    page.get_by_label("Address", exact=True).first.fill("http://plain.example/")
    press(page, "Add the address")
    page.get_by_role("heading", name="There is a problem").wait_for()
    inspect(page, "events-problems")
    page.get_by_label("Address", exact=True).first.fill(URL)
    press(page, "Add the address")
    page.get_by_text("Sending", exact=True).wait_for()
    with page.expect_navigation():
        press(page, "Send a test")
    registry.deliveries.serve(page.url.rpartition("/")[2])
    page.reload()
    page.get_by_text("Arrived", exact=True).wait_for()
    inspect(page, "webhook")
    press(page, "Remove it")
    page.get_by_role("heading", name="Be told at once").wait_for()
    page.get_by_text("Read them as a private feed").first.click()
    press(page, "Make an address")
    page.get_by_text("Whoever has it can read the feed.").wait_for()
    inspect(page, "events-feed")
    assert receiver.problems == []


@pytest.mark.slow
def test_the_same_in_japanese(visit, inspect, sign_in, studio, receiver):
    page = visit()
    sign_in(page)
    page.goto("/account/events")
    page.locator("header .languages").get_by_text("日本語").click()
    page.get_by_role("heading", name="すぐに通知を受け取る").wait_for()
    page.get_by_text("イベントを指定のアドレスに送信する").first.click()
    page.get_by_label("アドレス", exact=True).first.fill(URL)
    inspect(page, "ja-events")
    press(page, "アドレスを追加する")
    page.get_by_text("送信中", exact=True).wait_for()
    inspect(page, "ja-webhook")
