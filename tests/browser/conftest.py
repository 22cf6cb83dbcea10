"""Real Chromium in front of a real registry, both on loopback."""

import os
import re
import shutil
import threading
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from registry.app import create_app
from registry.fetch import Fetcher, Permit, Resolver, tls_context
from tests.conftest import require_system
from tests.registry.instance import Clock, Letterbox, open_instance
from tests.simulators.site import Site, page
from tests.simulators.zone import Zone

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = {"light": ("light", 1200, 900), "dark-narrow": ("dark", 390, 800)}


@pytest.fixture(scope="session")
def chromium():
    require_system(Path(CHROMIUM).exists(), "Chromium (Debian package chromium)")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=sandbox)
        yield browser
        browser.close()


@pytest.fixture
def files():
    """What the site art.example.com serves, by path."""
    return {}


@pytest.fixture
def letterbox():
    return Letterbox()


@pytest.fixture
def origin(tmp_path, letterbox, files):
    """A registry in development mode, served over plain HTTP; yields its address."""

    def script(path):
        return [page(files[path])] if path in files else [page("nothing here", status=404)]

    server = make_server("127.0.0.1", 0, app=lambda environ, start: app(environ, start), threaded=True)
    with Site(script) as site, Zone() as zone:
        permits = frozenset({Permit("art.example.com", "127.0.0.1", site.port)})
        fetcher = Fetcher(Resolver([zone.endpoint]), agent="test", tls=tls_context(), permit_loopback=permits)
        name = f"127.0.0.1:{server.server_port}"
        settings = {"origin": name, "dev": True, "contact": "desk@registry.example"}
        with open_instance(tmp_path, Clock(), letterbox, fetcher=fetcher, **settings) as registry:
            app = create_app(registry)
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            yield f"http://{name}"
            server.shutdown()
            thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def pictures(tmp_path_factory):
    """Where screenshots go: OPTOUT_SCREENSHOTS if it is set, else a temporary folder."""
    folder = Path(os.environ.get("OPTOUT_SCREENSHOTS") or tmp_path_factory.mktemp("screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def inspect(pictures):
    """Looks at a page wide and light, narrow and dark: no accessibility violation, no sideways scrolling, a picture."""
    axe = Axe()

    def inspect(page, name):
        for look, (scheme, width, height) in LOOKS.items():
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=pictures / f"{name}-{look}.png", full_page=True)
            found = axe.run(page, options={"runOnly": STANDARDS, "resultTypes": ["violations"]})
            assert found.violations_count == 0, f"{name}, {look}: {found.generate_report()}"
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name}, {look}: too wide"

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
        tab.on("console", lambda message: faults.append(message.text) if "Content Security" in message.text else None)
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
        page.get_by_label("e-mail address").fill(email)
        page.get_by_role("button", name="Send the link").click()
        page.get_by_role("heading", name="Check your mail").wait_for()
        page.goto(re.search(r"/sign-in/\S+", letterbox.letters[-1][2])[0])
        page.get_by_role("main").get_by_role("button", name="Sign in").click()

    return sign_in
