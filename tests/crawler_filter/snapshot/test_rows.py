"""What a scope is stored under: a member's own host also as the member's profile, where the platform says so."""

import pytest

from crawler_filter import Filter, Policy, Preference, SnapshotId, Usage
from crawler_filter.checks.sources import FixedSource
from crawler_filter.formats.record import Assurance, Record, Scope, ScopeKind, encode_id
from crawler_filter.lists.entries import Entry
from crawler_filter.preference import VOCABULARY
from crawler_filter.snapshot import Snapshot
from tests.simulators.published import NOW


def keeps(kind: ScopeKind, value: str, asked: str) -> bool:
    record = Entry(kind, value).record(encode_id(bytes(16)))
    snapshot = Snapshot.from_records([(0, record)], SnapshotId("registry.example", 1, 0, "", NOW))
    return Filter(FixedSource(snapshot), Policy.opt_out(Usage.TRAIN_AI), clock=lambda: NOW).check(asked).keep


@pytest.mark.parametrize("kind", [ScopeKind.HOST, ScopeKind.DOMAIN])
@pytest.mark.parametrize(
    ("host", "asked", "expected"),
    [
        ("kaze.fanbox.cc", "https://www.fanbox.cc/@kaze", False),
        ("kaze.fanbox.cc", "https://www.fanbox.cc/@Kaze/posts/1", False),
        ("kaze.fanbox.cc", "https://kaze.fanbox.cc/posts/1", False),
        ("kaze.fanbox.cc", "https://www.fanbox.cc/@kazemi/posts/1", True),
        ("kaze.tumblr.com", "https://www.tumblr.com/kaze/1/wind", False),
        ("kaze.deviantart.com", "https://www.deviantart.com/kaze/art/wind-1", False),
        ("kaze.artstation.com", "https://www.artstation.com/kaze/albums/1", False),
        ("foo-bar.livejournal.com", "https://users.livejournal.com/foo_bar/1.html", False),
        ("kaze.blogspot.com", "https://kaze.blogspot.jp/2010/01/a.html", False),
        ("kaze.blogspot.jp", "https://kaze.blogspot.com/2010/01/a.html", False),
        ("kaze.wordpress.com", "https://kaze.files.wordpress.com/2010/01/a.png", False),
        ("kaze.fanbox.cc", "https://www.fanbox.cc/@kaze/posts/1", False),
        ("kaze.fanbox.cc", "https://www.fanbox.cc/@mori/posts/1", True),
        ("foo-bar.livejournal.com", "https://www.livejournal.com/users/foo_bar/1.html", False),
        ("foo-bar.livejournal.com", "https://foobar.livejournal.com/1.html", True),
        ("foo-bar.dreamwidth.org", "https://www.dreamwidth.org/users/foo_bar/1.html", False),
        ("kaze.blogspot.co.uk", "https://kaze.blogspot.com/2010/01/a.html", False),
        ("kaze.blogspot.com", "https://mori.blogspot.jp/2010/01/a.html", True),
        ("kaze.wordpress.com", "https://public-api.wordpress.com/wp/v2/sites/kaze.wordpress.com/posts", False),
        ("kaze.wordpress.com", "https://mori.files.wordpress.com/2010/01/a.png", True),
        ("kaze.seesaa.net", "https://kaze.up.seesaa.net/image/a.jpg", False),
        ("kaze.newgrounds.com", "https://www.newgrounds.com/art/view/kaze/wind", False),
        ("kaze.newgrounds.com", "https://www.newgrounds.com/portal/view/1", True),
        ("kaze.itch.io", "https://itch.io/profile/kaze", False),
        ("kaze.neocities.org", "https://neocities.org/site/kaze", False),
        ("kaze.gumroad.com", "https://gumroad.com/kaze?sort=new", False),
        ("kaze.gumroad.com", "https://gumroad.com/l/kaze", True),
        ("kaze.booth.pm", "https://booth.pm/ja/items/1", True),
        ("kaze.hatenablog.com", "https://blog.hatena.ne.jp/kaze/mori.hatenablog.com/", True),
        ("kaze.github.io", "https://github.com/kaze/fork/a.png", True),
        ("kaze.medium.com", "https://medium.com/@kaze/a", True),
        ("kaze.substack.com", "https://substack.com/@kaze", True),
    ],
)
def test_a_members_own_host_stands_for_the_members_profile(
    kind: ScopeKind, host: str, asked: str, expected: bool
) -> None:
    assert keeps(kind, host, asked) is expected


def said(kind: ScopeKind, value: str, asked: str, usage: Usage = Usage.TRAIN_AI) -> Preference:
    """Return what is said of an address where training is allowed, and search reserved, in one verified scope."""
    preferences = {Usage.TRAIN_AI: Preference.ALLOWED, Usage.SEARCH: Preference.DISALLOWED}
    scope = Scope(kind, value, preferences, Assurance.VERIFIED)
    record = Record(encode_id(bytes(16)), 1, encode_id(bytes(16)), "kaze", VOCABULARY, "1", (scope,))
    snapshot = Snapshot.from_records([(0, record)], SnapshotId("registry.example", 1, 0, "", NOW))
    return Filter(FixedSource(snapshot), Policy.opt_out(usage), clock=lambda: NOW).check(asked).preference


OTHER_FORMS = [
    (ScopeKind.URL, "x.com/kaze/status/99999", "https://x.com/mori/status/99999"),
    (ScopeKind.URL, "x.com/kaze/status/99999", "https://x.com/i/status/99999"),
    (ScopeKind.HOST, "kaze.tumblr.com", "https://www.tumblr.com/kaze/1234567"),
]


@pytest.mark.parametrize(("kind", "value", "asked"), OTHER_FORMS)
def test_what_is_allowed_at_one_address_is_not_allowed_at_another_of_the_work(
    kind: ScopeKind, value: str, asked: str
) -> None:
    assert said(kind, value, asked) is Preference.UNKNOWN
    assert said(kind, value, f"https://{value}") is Preference.ALLOWED


@pytest.mark.parametrize(("kind", "value", "asked"), OTHER_FORMS)
def test_what_is_reserved_beside_a_permission_is_reserved_at_every_address(
    kind: ScopeKind, value: str, asked: str
) -> None:
    assert said(kind, value, asked, Usage.SEARCH) is Preference.DISALLOWED
