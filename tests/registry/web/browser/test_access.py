"""Passkeys and addresses in a real browser, with an authenticator that the browser itself plays."""

import re

import pytest

from tests.registry.web.browser.test_journey import press

pytestmark = pytest.mark.browser


@pytest.fixture
def settings(server):
    """Browsers make passkeys for names alone, and over plain HTTP for this one alone."""
    return {"origin": f"localhost:{server.server_port}", "dev": True}


@pytest.fixture
def device(visit):
    """A tab whose browser has an authenticator, and the session that commands it."""
    tab = visit()
    commands = tab.context.new_cdp_session(tab)
    commands.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = commands.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return tab, lambda method, **more: commands.send(f"WebAuthn.{method}", made | more)


def test_a_passkey_is_made_signs_in_and_is_removed(device, sign_in, inspect, letterbox):
    tab, command = device
    sign_in(tab)
    tab.get_by_role("heading", name="Who is declaring").or_(tab.get_by_role("heading").first).wait_for()
    tab.goto("/account/access")
    tab.get_by_label("Name of the new passkey").fill("blue phone")
    tab.get_by_role("button", name="Add a passkey").press("Enter")
    tab.get_by_text("not used yet").wait_for()
    assert len(command("getCredentials")["credentials"]) == 1
    inspect(tab, "access-passkey")
    tab.goto("/account")
    tab.get_by_role("button", name="Sign out", exact=True).first.click()
    tab.goto("/sign-in?next=/account/access")
    inspect(tab, "sign-in-passkey")
    letters = len(letterbox.letters)
    press(tab, "Sign in with a passkey")
    tab.get_by_text("last used").wait_for()
    assert len(letterbox.letters) == letters
    tab.get_by_text("Change blue phone").click()
    press(tab, "Remove blue phone")
    tab.get_by_role("button", name="Add a passkey").wait_for()
    assert "blue phone" not in tab.inner_text("main")


def test_a_person_whom_the_device_does_not_verify_stays_outside(device, sign_in):
    tab, command = device
    command("setUserVerified", isUserVerified=False)
    sign_in(tab)
    tab.goto("/account/access")
    press(tab, "Add a passkey")
    tab.get_by_text("No passkey was made. Try again.").wait_for()
    assert command("getCredentials")["credentials"] == []


def test_addresses_are_added_and_changed_in_japanese(visit, sign_in, inspect, letterbox):
    tab = visit()
    sign_in(tab)
    tab.set_extra_http_headers({"Accept-Language": "ja"})
    tab.goto("/account/access")
    inspect(tab, "ja-access")
    tab.get_by_label("2つ目のメールアドレス").fill("aoi@second.example")
    press(tab, "このアドレスを追加")
    inspect(tab, "ja-access-code")
    tab.locator("#code").fill(re.search(r"\d{4} \d{4}", letterbox.letters[-1][2])[0])
    tab.locator("main form button").first.press("Enter")
    tab.get_by_text("aoi@second.example").first.wait_for()
    press(tab, "aoi@second.example だけを使う")
    inspect(tab, "ja-access-change")
    tab.goto(re.search(r"/keep-address/\S+", letterbox.letters[-1][2])[0])
    inspect(tab, "ja-keep-address")
    tab.locator("main form button").press("Enter")
    inspect(tab, "ja-address-kept")
    tab.goto("/lost-address")
    inspect(tab, "ja-lost-address")


def test_without_a_script_an_address_is_added_and_a_code_survives_a_change_of_language(visit, sign_in, letterbox):
    tab = visit(java_script_enabled=False)
    sign_in(tab)
    tab.goto("/account/access")
    tab.get_by_label("Second address").fill("aoi@second.example")
    tab.get_by_role("button", name="Add this address").click()
    tab.locator("#code").fill("1234")
    tab.get_by_role("button", name="日本語").click()
    assert (tab.locator("html").get_attribute("lang"), tab.locator("#code").input_value()) == ("ja", "1234")
    tab.locator("#code").fill(re.search(r"\d{4} \d{4}", letterbox.letters[-1][2])[0])
    tab.locator("main form button").first.click()
    tab.get_by_text("aoi@second.example").first.wait_for()
