"""An account is one account under every host, language and letter case."""

import json
from pathlib import Path

import pytest

from crawler_filter.formats.accounts import PLATFORMS, account_form, platform_of
from crawler_filter.formats.other_addresses import other_addresses
from crawler_filter.formats.urls import canonical, canonical_host, canonical_prefix, prefixes, split

BELONG = [
    ("https://www.pixiv.net/ajax/user/11/profile/all", "www.pixiv.net/users/11/profile/all"),
    ("https://app-api.pixiv.net/v1/user/illusts?user_id=11", "www.pixiv.net/users/11"),
    ("https://www.pixiv.net/novel/member.php?id=11", "www.pixiv.net/users/11"),
    ("https://www.pixiv.net/en/novel/member.php?id=11", "www.pixiv.net/users/11"),
    ("https://kemono.cr/fanbox/user/11/post/22", "www.pixiv.net/users/11/post/22"),
    ("https://kemono.su/fantia/user/33/post/44", "fantia.jp/fanclubs/33/post/44"),
    ("https://twilog.togetter.com/bob", "x.com/bob"),
    ("https://twilog.org/bob/date-200101", "x.com/bob/date-200101"),
    ("https://threadreaderapp.com/user/bob", "x.com/bob"),
    ("https://syndication.twitter.com/srv/timeline-profile/screen-name/bob", "x.com/bob"),
    ("https://twitter.com/intent/user?screen_name=bob", "x.com/bob"),
    ("https://twitter.com/intent/follow?screen_name=bob", "x.com/bob"),
    ("https://stat.ameba.jp/user_images/20200101/00/bob/aa/bb/j/o0800.jpg", "ameblo.jp/bob/aa/bb/j/o0800.jpg"),
    ("https://livedoor.blogimg.jp/bob/imgs/a/b/abcd.jpg", "blog.livedoor.jp/bob/imgs/a/b/abcd.jpg"),
    ("https://note.com/api/v2/creators/bob/contents", "note.com/bob/contents"),
    ("https://www.instagram.com/api/v1/users/web_profile_info/?username=bob", "www.instagram.com/bob"),
    ("https://api.tumblr.com/v2/blog/bob.tumblr.com/posts", "www.tumblr.com/bob/posts"),
    (
        "https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed?actor=bob.bsky.social",
        "bsky.app/profile/bob.bsky.social",
    ),
    ("https://mastodon.social/@bob.rss", "mastodon.social/@bob"),
    ("https://medium.com/feed/@bob", "medium.com/@bob"),
    ("https://api.fanbox.cc/creator.get?creatorId=bob", "www.fanbox.cc/@bob"),
    ("https://github.com/KazeStudio/repo", "github.com/kazestudio/repo"),
    ("https://raw.githubusercontent.com/KazeStudio/repo/main/1.png", "github.com/kazestudio/repo/main/1.png"),
    ("https://gist.github.com/KazeStudio/1", "github.com/kazestudio/1"),
    ("https://www.pixiv.net/en/users/123/artworks", "www.pixiv.net/users/123/artworks"),
    ("https://touch.pixiv.net/member.php?id=123", "www.pixiv.net/users/123"),
    ("https://www.pixiv.net/member_illust.php?type=all&id=123&p=2", "www.pixiv.net/users/123?p=2"),
    ("https://mobile.twitter.com/Kaze/status/1", "x.com/kaze/status/1"),
    ("https://twitter.com/Kaze", "x.com/kaze"),
    ("https://instagram.com/Kaze.Art/", "www.instagram.com/kaze.art/"),
    ("https://bob.tumblr.com/post/1", "www.tumblr.com/bob/post/1"),
    ("https://www.tumblr.com/blog/view/bob/1", "www.tumblr.com/bob/1"),
    ("https://Bob.DeviantArt.com/art/1", "www.deviantart.com/bob/art/1"),
    ("https://d.furaffinity.net/art/kaze/1/2.png", "www.furaffinity.net/user/kaze/1/2.png"),
    ("https://m.facebook.com/Kaze.Art?v=1", "www.facebook.com/kaze.art?v=1"),
    ("https://note.mu/kaze/n/1", "note.com/kaze/n/1"),
    ("https://m.youtube.com/@Kaze/videos", "www.youtube.com/@kaze/videos"),
    ("https://www.phixiv.net/en/users/123", "www.pixiv.net/users/123"),
    ("https://x.com/@Kaze", "x.com/kaze"),
    ("https://nitter.poast.org/Kaze/media", "x.com/kaze/media"),
    ("https://raw.githack.com/Kaze/repo/main/a.js", "github.com/kaze/repo/main/a.js"),
    ("https://gist.githubusercontent.com/Kaze/1/raw/a", "github.com/kaze/1/raw/a"),
    ("https://github.com/Kaze.png?size=200", "github.com/kaze?size=200"),
    ("https://github.com/users/Kaze/projects/1", "github.com/kaze/projects/1"),
    ("https://github.com/orgs/Kaze/repositories", "github.com/kaze/repositories"),
    ("https://cdn.statically.io/gh/kaze/repo/main/a.png", "github.com/kaze/repo/main/a.png"),
    ("https://gitcdn.link/repo/kaze/repo/main/a", "github.com/kaze/repo/main/a"),
    ("https://www.tumblr.com/@Kaze", "www.tumblr.com/kaze"),
    ("https://www.instagram.com/stories/Kaze/123/", "www.instagram.com/kaze/123/"),
    ("https://www.ddinstagram.com/kaze/p/1/", "www.instagram.com/kaze/p/1/"),
    ("https://imginn.com/kaze/", "www.instagram.com/kaze/"),
    ("https://scribe.rip/@kaze/x-1", "medium.com/@kaze/x-1"),
    ("https://www.artstation.com/users/kaze", "www.artstation.com/kaze"),
    ("https://de-de.facebook.com/kaze/", "www.facebook.com/kaze/"),
    ("https://fb.com/kaze", "www.facebook.com/kaze"),
    ("https://vxtiktok.com/@kaze/video/1", "www.tiktok.com/@kaze/video/1"),
    ("https://in.pinterest.com/kaze/board/", "www.pinterest.com/kaze/board/"),
    ("https://weibo.com/123/AbC", "weibo.com/u/123/AbC"),
    ("https://www.pixiv.net/user/123/series/1", "www.pixiv.net/users/123/series/1"),
    ("https://seiga.nicovideo.jp/user/illust/123", "www.nicovideo.jp/user/123"),
    ("https://www.weasyl.com/submissions/Kaze?folderid=1", "www.weasyl.com/~kaze?folderid=1"),
    ("https://poipiku.com/IllustListPcV.jsp?PG=1&ID=123", "poipiku.com/123"),
    ("https://xfolio.jp/en/portfolio/kaze/works/1", "xfolio.jp/portfolio/kaze/works/1"),
    ("https://ci-en.dlsite.com/creator/123/article/1", "ci-en.net/creator/123/article/1"),
    ("https://mastodon.social/users/Kaze/statuses/1", "mastodon.social/@kaze/statuses/1"),
    ("https://pawoo.net/web/@kaze", "pawoo.net/@kaze"),
    ("https://www.bsky.app/profile/kaze.jp", "bsky.app/profile/kaze.jp"),
    ("https://www.fxdeviantart.com/Kaze/art/1", "www.deviantart.com/kaze/art/1"),
    ("https://www.alphapolis.co.jp/novel/123/456", "www.alphapolis.co.jp/author/detail/123/456"),
    ("https://skeb.jp/@Kaze/works/1", "skeb.jp/@kaze/works/1"),
    ("https://inkbunny.net/gallery/Kaze", "inkbunny.net/kaze"),
    ("https://kaze.github.io/", "github.com/kaze/"),
    ("https://Kaze.github.io/art/1.png", "github.com/kaze/art/1.png"),
    ("https://kaze.gitlab.io/a/", "gitlab.com/kaze/a/"),
    ("https://kaze.codeberg.page/a/@main/", "codeberg.org/kaze/a/@main/"),
    ("https://kaze.bitbucket.io/a", "bitbucket.org/kaze/a"),
]
NOBODYS = [
    "https://www.instagram.com/p/AbC/",
    "https://www.deviantart.com/stash/0AbC",
    "https://cara.app/post/1",
    "https://mastodon.social/@bob@kaze.jp",
    "https://x.com/i/status/1",
    "https://www.pixiv.net/artworks/1",
    "https://www.pixiv.net/users/bob",
    "https://www.artstation.com/artwork/x",
    "https://a.bob.tumblr.com/1",
    "https://example.com/Bob/",
    "https://www.youtube.com/watch?v=1",
    "https://kazestudio.netlify.app/a/",
    "https://a.kaze.github.io/a/",
    "https://github.io/a/",
    "https://cdna.artstation.com/p/assets/1.jpg",
    "https://assets.tumblr.com/images/1.png",
]


REPORTED = json.loads((Path(__file__).parents[2] / "vectors" / "accounts.json").read_text("utf-8"))


@pytest.mark.parametrize(("prefix", "asked", "belongs"), REPORTED)
def test_a_declared_profile_covers_what_is_asked_under_other_addresses(prefix, asked, belongs):
    identity = canonical(asked)
    forms = [identity, *(other.identity for other in other_addresses(identity, split(identity)[0]))]
    stored = account_form(canonical_prefix(prefix))
    assert any(stored in prefixes(form) for form in forms) is belongs


@pytest.mark.parametrize(("url", "form"), BELONG)
def test_an_address_of_an_account_has_the_form_it_is_declared_under(url, form):
    assert account_form(canonical(url)) == form
    assert account_form(form) == form
    assert canonical(f"https://{form}") == form


@pytest.mark.parametrize("url", NOBODYS)
def test_an_address_without_an_account_stays_itself(url):
    assert account_form(canonical(url)) == canonical(url)


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
def test_a_row_is_consistent(platform):
    prefix = platform.prefix.replace("{user}", "12345")
    assert prefix == account_form(prefix)
    assert (
        canonical_prefix(prefix) if prefix.index("/") < len(prefix) - 1 else f"{canonical_host(prefix[:-1])}/"
    ) == prefix
    assert platform_of(prefix) is platform
    assert platform_of(prefix + "a/") is None
