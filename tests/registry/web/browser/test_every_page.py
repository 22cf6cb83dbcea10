"""Every page that shows something, in both languages, wide and light, narrow and dark: nothing is in anybody's way.

The other tests of this folder look at what pages become while somebody uses them; this one finds each page by its
address. OPTOUT_SCREENSHOTS names a folder that gets a picture of each.
"""

import re

import pytest

from registry import rate_limits
from registry.model.role import Role
from tests.registry.instance import session
from tests.registry.studio import Lab, Studio
from tests.registry.web.everything import addresses, do_everything
from tests.simulators.crawler import CrawlerSite, serve

pytestmark = pytest.mark.slow

OWNER, LAB, DESK = "aoi@example.com", "lab@crawler.example", "desk@registry.example"


@pytest.fixture
def made(registry, letterbox, authority, internet, zone):
    lab, studio = Lab(registry, letterbox, LAB), Studio(registry, letterbox, OWNER)
    with serve(CrawlerSite(), authority, internet, zone):
        lab.prove_domain(zone)
        made = do_everything(studio, lab, lab.add(), zone)
    Studio(registry, letterbox, DESK)
    registry.roles.grant(DESK, Role.OPERATOR)
    registry.publisher.publish()
    return made


@pytest.fixture
def sign_in(registry, letterbox, origin):
    """Return what gives a tab the session of an address."""

    def give(tab, address):
        secret = session(registry, letterbox, address).secret
        tab.context.add_cookies([{"name": "session", "value": secret, "url": origin}])

    return give


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("reader", [None, OWNER, LAB, DESK])
def test_every_page_is_for_everybody(visit, made, server, sign_in, inspect, reader, language):
    """Pages that somebody else has shown already are not looked at again."""
    tab = visit()
    (app,) = server.application
    seen = set() if reader is None else pages_of(tab, app, made)
    if reader is not None:
        sign_in(tab, reader)
    there = pages_of(tab, app, made)
    assert len(there - seen) > 2
    for path in sorted(there - seen):
        app.extensions["registry"].limiter.owe(rate_limits.READS, "127.0.0.1", -rate_limits.READS.quota)
        tab.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
        name = re.sub(r"\W+", "-", re.sub(r"[a-z2-7]{26,}|[0-9a-f]{40,}", "n", path)).strip("-") or "home"
        inspect(tab, f"page-{name}-{(reader or 'nobody').partition('@')[0]}-{language}")


def pages_of(tab, app, made):
    """Return where the browser gets a page."""
    found = {}
    for _rule, path in addresses(app, made):
        app.extensions["registry"].limiter.owe(rate_limits.READS, "127.0.0.1", -rate_limits.READS.quota)
        answer = tab.request.get(path, max_redirects=0)
        if answer.status == 200 and answer.headers["content-type"].startswith("text/html"):
            found.setdefault(re.sub(r"[a-z2-7]{26}", "n", path), path)
    return set(found.values())
