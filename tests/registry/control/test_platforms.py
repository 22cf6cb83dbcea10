import re

import pytest

from crawler_filter.formats.urls import canonical, canonical_prefix
from registry.control import platforms
from registry.control.platforms import PLATFORMS
from registry.net.suffixes import registrable_domain


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
def test_a_row_is_consistent(platform):
    member = "12345"
    prefix = platform.prefix.replace("{user}", member)
    assert canonical_prefix(prefix) == prefix
    assert platforms.find(prefix) == (platform, member)
    page = platform.page_of(member)
    assert page.startswith("https://")
    host, own_host = canonical(page).split("/")[0], platform.prefix.split("/")[0]
    assert registrable_domain(host) == registrable_domain(own_host)
    assert re.fullmatch(platform.user, member)


@pytest.mark.parametrize(
    "prefix",
    [
        "www.deviantart.com/",
        "www.deviantart.com/bob/gallery/",
        "www.deviantart.com/bob%2Fx/",
        "www.deviantart.com/../",
        "www.deviantart.com/-bob/",
        "www.deviantart.com/bo b/",
        "deviantart.com/bob/",
        "bob.deviantart.com/x/",
        "www.pixiv.net/users/bob/",
        "www.pixiv.net/users/0/",
        "www.pixiv.net/artworks/1/",
        "www.pixiv.net/1/",
        "github.com/bob/repository/",
        "githubXcom/bob/",
        "example.com/bob/",
        "mastodon.social/@bob/",
    ],
)
def test_what_is_not_a_profile_of_a_known_platform_is_not_found(prefix):
    assert platforms.find(prefix) is None


def test_no_two_rows_share_a_prefix():
    assert len({platform.prefix for platform in PLATFORMS}) == len(PLATFORMS)


@pytest.mark.parametrize(
    "prefix",
    [
        "github.com/topics/",
        "github.com/Features/",
        "www.deviantart.com/tag/",
        "www.tumblr.com/tagged/",
        "gitlab.com/-/",
    ],
)
def test_a_folder_that_the_platform_keeps_for_itself_is_no_members(prefix):
    assert platforms.find(prefix) is None


def test_every_row_with_names_below_its_host_has_reserved_folders():
    hosts = {
        platform.prefix.partition("/")[0] for platform in platforms.PLATFORMS if platform.user == platforms._NAME
    }
    assert hosts == set(platforms._reserved())
