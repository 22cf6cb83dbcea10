"""A site with an exception in Chromium: declared and proved by keyboard alone, and said again on the site itself."""

import pytest

from tests.registry.web.browser.test_journey import add_party

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MOST_TABS = 80


class Keyboard:
    """Somebody without a mouse, who goes through a page by the Tab key."""

    def __init__(self, page):
        self._page, self._press = page, page.keyboard.press

    def reach(self, selector):
        """Press Tab until what `selector` finds has the focus, and is seen to have it."""
        for _ in range(MOST_TABS):
            self._press("Tab")
            if self._page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
                assert self._page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
                return
        raise AssertionError(f"{selector} is not reached by Tab")

    def write(self, selector, text):
        self.reach(selector)
        self._page.keyboard.type(text)

    def choose(self, name, value):
        """Choose a radio button by the arrow keys."""
        self.reach(f"[name={name}]")
        for _ in range(MOST_TABS):
            if self._page.evaluate("document.activeElement.value") == value:
                self._press("Space")
                return
            self._press("ArrowDown")
        raise AssertionError(f"{value} is not reached by the arrow keys")

    def go_on(self, selector="main .actions button:not([name])"):
        """Press a button, and wait for the page behind it."""
        self.reach(selector)
        with self._page.expect_navigation():
            self._press("Enter")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_site_with_an_exception_is_declared_and_proved_by_keyboard_alone(
    visit, sign_in, inspect, zone, registry, language
):
    page = visit()
    sign_in(page)
    add_party(page, lambda *_: None)
    page.goto(f"/language/{language}?next=/declare")
    keys = Keyboard(page)

    def look(name):
        assert page.locator("html").get_attribute("lang") == language
        inspect(page, f"exception-{name}-{language}")

    keys.go_on("main form button")
    keys.go_on()
    keys.choose("covers", "site")
    keys.go_on()
    keys.write("[name=lines]", "studio-aoi.com")
    keys.write("[name=exceptions]", "/press/\nelsewhere.com/news/")
    keys.go_on()
    look("problem")
    keys.reach("[name=exceptions]")
    page.keyboard.press("Control+a")
    page.keyboard.type("/press/")
    keys.go_on()
    keys.go_on()
    keys.go_on()
    look("review")
    assert "studio-aoi.com/press/" in page.locator("main").inner_text()
    keys.go_on()
    keys.choose("method", "dns-txt")
    keys.go_on("main form:has([name=method]) button")
    at, value = (page.locator("[data-copy]").nth(each).inner_text() for each in (0, 1))
    zone.txt(at, value)
    look("proof")
    keys.go_on("main .method form button")
    look("published")
    (declaration,) = registry.declarations.of_account(registry.accounts.actor_for_session(session_of(page))).rows
    said = {
        scope.value: {said.value for said in scope.preferences.values()} for scope in declaration.record.scopes
    }
    assert said == {"studio-aoi.com": {"disallowed"}, "studio-aoi.com/press/": {"allowed"}}
    assert all(scope.assurance == "verified" for scope in declaration.record.scopes)
    page.goto(f"/d/{declaration.id}/site")
    look("snippets")
    assert "/press/" in page.locator("pre").first.inner_text()


def session_of(page):
    return next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "session")
