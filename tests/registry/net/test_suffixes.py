import re
from pathlib import Path

import ada_url
import pytest

from registry.net import suffixes
from registry.net.suffixes import (
    SuffixStatus,
    is_public_suffix,
    private_suffixes_below,
    registrable_domain,
    standing,
)

PSL_CASE = re.compile(r"^checkPublicSuffix\((null|'[^']*'), (null|'[^']*')\);", re.MULTILINE)


def unquoted(literal: str) -> str | None:
    return None if literal == "null" else literal.strip("'")


def test_every_line_of_the_published_test_file_passes(vectors: Path):
    cases = PSL_CASE.findall((vectors / "url" / "test_psl.txt").read_text("utf-8"))
    assert len(cases) == 78
    # The null line tests a dynamic language; a host is a str here.
    named = [(unquoted(host), unquoted(expected)) for host, expected in cases if host != "null"]
    assert [(host, registrable_domain(host)) for host, _ in named] == named


@pytest.mark.parametrize(
    "host", ["com", "co.jp", "ac.jp", "kobe.jp", "foo.kobe.jp", "k12.ca.us", "xn--fiqs8s", "ck", "foo.ck"]
)
def test_a_registrys_suffix_is_never_an_ordinary_name(host):
    assert standing(host) is SuffixStatus.ICANN_SUFFIX
    assert is_public_suffix(host)
    assert registrable_domain(host) is None


# What the list knows of the places where creators publish, and what it does not. A change here is news: a
# platform that leaves the list lets its owner's domain scope reach every tenant.
PLATFORMS_IN_THE_LIST = [
    "azurewebsites.net",
    "blogspot.com",
    "carrd.co",
    "cloudfront.net",
    "deno.dev",
    "firebaseapp.com",
    "fly.dev",
    "framer.website",
    "github.io",
    "gitlab.io",
    "hatenablog.com",
    "hatenablog.jp",
    "hateblo.jp",
    "herokuapp.com",
    "myshopify.com",
    "netlify.app",
    "notion.site",
    "onrender.com",
    "pages.dev",
    "readthedocs.io",
    "replit.app",
    "s3.amazonaws.com",
    "surge.sh",
    "vercel.app",
    "web.app",
    "webflow.io",
    "wixsite.com",
    "workers.dev",
]
PLATFORMS_NOT_IN_THE_LIST = [
    "ameblo.jp",
    "artstation.com",
    "bandcamp.com",
    "behance.net",
    "booth.pm",
    "bsky.social",
    "deviantart.com",
    "exblog.jp",
    "fanbox.cc",
    "fc2.com",
    "flickr.com",
    "ghost.io",
    "itch.io",
    "livejournal.com",
    "medium.com",
    "neocities.org",
    "note.com",
    "pixiv.net",
    "skeb.jp",
    "squarespace.com",
    "substack.com",
    "tumblr.com",
    "weebly.com",
    "wordpress.com",
]


@pytest.mark.parametrize("platform", PLATFORMS_IN_THE_LIST)
def test_a_platform_in_the_list_is_a_private_suffix_and_its_tenants_are_ordinary(platform):
    assert standing(platform) is SuffixStatus.PRIVATE_SUFFIX
    assert standing(f"artist.{platform}") is SuffixStatus.ORDINARY
    assert registrable_domain(f"www.artist.{platform}") == f"artist.{platform}"


@pytest.mark.parametrize("platform", PLATFORMS_NOT_IN_THE_LIST)
def test_a_platform_outside_the_list_looks_like_any_domain(platform):
    assert standing(platform) is SuffixStatus.ORDINARY
    assert registrable_domain(f"artist.{platform}") == platform


@pytest.mark.parametrize(
    "host", ["localhost", "shop.test", "a.example", "a.b.invalid", "printer.local", "host.internal", "example"]
)
def test_a_top_level_domain_that_is_not_delegated_is_unknown(host):
    assert standing(host) is SuffixStatus.UNKNOWN_TLD


@pytest.mark.parametrize(
    "host", ["example.com", "www.city.kobe.jp", "city.kobe.jp", "www.ck", "xn--85x722f.xn--55qx5d.cn"]
)
def test_names_below_a_suffix_and_names_that_are_excepted_from_one_are_ordinary(host):
    assert standing(host) is SuffixStatus.ORDINARY


def test_the_shared_names_below_a_domain_are_its_exceptions():
    below = private_suffixes_below("amazonaws.com")
    assert {"s3.amazonaws.com", "s3.eu-west-1.amazonaws.com"} <= set(below)
    assert "compute.amazonaws.com" in below, "a wildcard rule gives the name it stands on"
    assert list(below) == sorted(set(below))
    assert all(name.endswith(".amazonaws.com") and is_public_suffix(name) for name in below)
    assert private_suffixes_below("example.com") == ()


def test_a_name_that_only_ends_in_the_same_letters_is_not_below_a_domain():
    assert "github.io" not in private_suffixes_below("hub.io")


def test_icann_suffixes_below_an_ordinary_name_are_exceptions_too():
    assert standing("hedmark.no") is SuffixStatus.ORDINARY
    assert private_suffixes_below("hedmark.no") == ("os.hedmark.no", "valer.hedmark.no", "xn--vler-qoa.hedmark.no")


def test_the_list_and_the_filter_spell_every_unicode_name_alike():
    names = [line for line in suffixes._rules().splitlines() if not line.isascii() and not line.startswith("//")]
    assert len(names) > 100
    for name in names:
        spelled = ada_url.idna_to_ascii(name.lstrip("!*.")).decode()
        assert suffixes._from_the_top(spelled) in suffixes._shared_names()
        assert is_public_suffix(spelled)
