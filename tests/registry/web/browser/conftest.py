"""Real Chromium in front of a real registry, both on loopback."""

import os
import re
import threading
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from werkzeug.serving import make_server

from registry.server.app import create_app

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {
    "light": {"runOnly": {"type": "rule", "values": ["color-contrast", "target-size"]}},
    "dark-narrow": {"runOnly": STANDARDS},
}
"""Only colours and sizes differ between the looks, so the second one gets every rule and the first one those."""

LOOKS = {"light": ("light", 1200, 900), "dark-narrow": ("dark", 390, 800)}


@pytest.fixture
def server():
    """A web server whose application is set once its address is known."""
    applications = []

    def serve(environ, start_response):
        return applications[0](environ, start_response)

    server = make_server("127.0.0.1", 0, serve, threaded=True)
    server.application = applications
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def settings(server):
    """Development mode: over plain HTTP a cookie that asks for TLS would be dropped."""
    return {"origin": f"127.0.0.1:{server.server_port}", "dev": True, "contact": "desk@registry.example"}


@pytest.fixture
def origin(registry, server):
    """The address at which the registry is served over plain HTTP."""
    server.application.append(create_app(registry))
    return registry.config.public_url


@pytest.fixture
def inspect():
    """Looks at a page wide and light, narrow and dark: no accessibility violation, no sideways scrolling.

    OPTOUT_SCREENSHOTS names a folder that gets a picture of each.
    """
    axe, pictures = Axe(), os.environ.get("OPTOUT_SCREENSHOTS")

    def inspect(page, name):
        page.wait_for_load_state()  # a click waits only until the next page has begun
        for look, (scheme, width, height) in LOOKS.items():
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": height})
            if pictures:
                page.screenshot(path=Path(pictures, f"{name}-{look}.png"), full_page=True)
            found = axe.run(page, options=RULES[look])
            assert found.violations_count == 0, f"{name}, {look}: {found.generate_report()}"
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name}, {look}: too wide"

    return inspect


@pytest.fixture
def visit(chromium, origin):
    """Opens a browser of its own; what its pages load from elsewhere, or complain about, fails the test."""
    contexts, faults = [], []

    def visit(**settings):
        context = chromium.new_context(base_url=origin, **settings)
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=origin)
        contexts.append(context)
        tab = context.new_page()
        tab.on(
            "console", lambda message: faults.append(message.text) if "Content Security" in message.text else None
        )
        tab.on("pageerror", lambda error: faults.append(str(error)))
        tab.on("request", lambda request: None if request.url.startswith(origin) else faults.append(request.url))
        return tab

    yield visit
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def sign_in(letterbox):
    """Signs a browser in through its letter."""

    def sign_in(page, email="aoi@example.com"):
        page.goto("/sign-in")
        page.get_by_label("email address").fill(email)
        page.get_by_role("button", name="Send the letter").click()
        page.get_by_role("heading", name="Check your mail").wait_for()
        page.goto(re.search(r"/sign-in/\S+", letterbox.letters[-1][2])[0])
        page.get_by_role("main").get_by_role("button", name="Sign in").click()

    return sign_in
