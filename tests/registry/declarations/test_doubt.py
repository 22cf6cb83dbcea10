"""A stranger's exact address on somebody else's place is shown and flagged, and decides nothing."""

import pytest

from crawler_filter.checks.asset import Asset
from crawler_filter.preference import Usage
from registry.rules.well_known_platforms import is_platform

PAGE = "https://example.com/art/a.png"


def keeps(registry, url):
    registry.publisher.publish()
    return registry.lookup.lookup(Asset(url=url), Usage.TRAIN_AI).keep


def held(studio, made):
    return [scope.held for scope in studio.declarations.get(made.id).record.scopes]


@pytest.mark.parametrize(
    ("host", "platform"),
    [
        ("en.wikipedia.org", True),
        ("github.com", True),
        ("aoi.github.io", True),
        ("aoi.tumblr.com", True),
        ("example.com", False),
        ("notgithub.com", False),
        ("www.city.kobe.jp", False),
    ],
)
def test_platforms_and_hosts_below_a_shared_suffix_are_known(host, platform):
    assert is_platform(host) is platform


def test_an_address_on_a_platform_decides_only_once_its_party_has_proved_something(studio, registry, zone):
    page = "https://en.wikipedia.org/wiki/Manga"
    made = studio.declare(("url", page), ("url", PAGE))
    assert held(studio, made) == [True, False]
    assert keeps(registry, page)
    assert not keeps(registry, PAGE)
    studio.prove(zone, studio.declare(("domain", "studio.example.com")))
    assert not keeps(registry, page)


def test_an_address_on_a_site_that_another_party_proved_decides_nothing(studio, rival, registry, zone):
    rival.prove(zone, rival.declare(("domain", "example.com")))
    made = studio.declare(("url", "https://www.example.com/a.png"), ("url", "https://example.org/a.png"))
    assert held(studio, made) == [True, False]
    own = rival.declare(("url", PAGE))
    assert held(rival, own) == [False]


def test_the_owner_of_a_site_ends_what_strangers_stated_there_by_proving_it(studio, rival, registry, zone):
    made = studio.declare(("url", PAGE), ("url", "https://example.org/a.png"))
    assert not keeps(registry, PAGE)
    rival.prove(zone, rival.declare(("domain", "example.com")), "example.com")
    assert held(studio, made) == [True, False]
    assert studio.types(made) == ["declare", "hold"]


def test_an_amendment_brings_no_address_past_the_doubt(studio, registry):
    made = studio.declare(("url", PAGE))
    amended = studio.amend(made, ("url", PAGE), ("url", "https://github.com/other/project"))
    assert [scope.held for scope in amended.record.scopes] == [False, True]


def test_what_the_operator_releases_decides(studio, registry):
    page = "https://github.com/other/project"
    made = studio.declare(("url", page))
    assert keeps(registry, page)
    registry.moderation.release(made.id)
    assert not keeps(registry, page)
