"""Platforms where a member publishes below one address: which other addresses belong to the same account.

`PLATFORMS` is a table of data. A row names the address a declaration is stored under, and every place where the same
account stands under another host, language or letter case. What is asked for there is looked up under the first
address as well. It also says what no declaration of a profile can cover, because its address does not name the member.

A site that a member builds is such a place where the platform gives its host to the account of the same name and to
nobody else: Pages of GitHub, GitLab, Codeberg and Bitbucket. Where anybody may take any name (Netlify,
Vercel), the host is proved by itself. So is a host whose name need not be the member's: Substack's, Hatena Blog's.
"""

# ruff: noqa: E501 - a row of a table stays on its lines

import re
from dataclasses import dataclass
from typing import Final

from crawler_filter.formats.urls import split

_NAME: Final = r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}"
_DOTTED: Final = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}"
_WORD: Final = r"[A-Za-z0-9_]{1,30}"
_NUMBER: Final = r"[1-9][0-9]{0,18}"


@dataclass(frozen=True, slots=True)
class Place:
    """The address of an account: hosts, and what follows them, with `{user}` in place of the member's name.

    A host that begins with `{user}.` has the name in it. `is_site`: what is there is a site of the member's, and no
    other spelling of the profile.
    """

    hosts: tuple[str, ...]
    path: str
    is_site: bool = False


@dataclass(frozen=True, slots=True)
class Platform:
    """One row. `prefix` is the address of a profile, `{user}` in it; `user` is the pattern of names.

    `taken` are first segments, and names before a host, that are no member's. `works` and `images` are where pages of
    single works and picture files lie whose addresses do not name the member; empty where they do. With
    `hyphen_in_host`, a name with `_` has `-` in its host.
    """

    name: str
    prefix: str
    user: str
    places: tuple[Place, ...]
    ignores_case: bool = False
    taken: frozenset[str] = frozenset()
    works: str = ""
    images: str = ""
    hyphen_in_host: bool = False


def _at(hosts: str, path: str) -> Place:
    return Place(tuple(hosts.split()), path)


def _own(hosts: str, path: str = "/{user}") -> tuple[Place, ...]:
    return (_at(hosts, path),)


def _site(host: str) -> Place:
    return Place((host,), "", is_site=True)


_LANGUAGE: Final = r"(?:/[a-z]{2}(?:[-_][A-Za-z]{2,4})?)?"

_KEMONO: Final = "kemono.cr kemono.su kemono.party coomer.st coomer.su coomer.party"
"""Copies of what is paid for, by the numbers of the platforms."""

_HYPHENED: Final = r"[A-Za-z0-9_-]{1,30}"

_FEDIVERSE: Final = {
    r"/(?:web/)?(?:@|users/){user}(?:\.(?:rss|json))?": "mastodon.social mstdn.jp pawoo.net fedibird.com mastodon.art baraag.net",
    "/@{user}": "misskey.io misskey.design misskey.art nijimiss.moe",
}
"""Servers of the fediverse where many people draw and write, by the paths of their accounts."""

PLATFORMS: Final = (
    Platform("Alphapolis", "www.alphapolis.co.jp/author/detail/{user}/", _NUMBER,
             _own("www.alphapolis.co.jp alphapolis.co.jp", "/(?:author/detail|novel)/{user}")),
    Platform("Ameba", "ameblo.jp/{user}/", r"[a-z0-9][a-z0-9-]{2,23}", (_at("ameblo.jp s.ameblo.jp gamp.ameblo.jp www.ameblo.jp", "/{user}"), _at("rssblog.ameba.jp secret.ameba.jp", "/{user}"), _at("profile.ameba.jp", "/ameba/{user}"), _at("stat.ameba.jp", "/user_images/[0-9]+/[0-9]+/{user}"))),
    Platform("Archive of Our Own", "archiveofourown.org/users/{user}/", _WORD,
             _own("archiveofourown.org www.archiveofourown.org ao3.org archiveofourown.com archiveofourown.net archiveofourown.gay insecure.archiveofourown.org archive.transformativeworks.org", "/users/{user}"), ignores_case=True,
             works="archiveofourown.org/works/"),
    Platform("ArtStation", "www.artstation.com/{user}/", _NAME,
             (_at("www.artstation.com artstation.com", r"/(?:users/)?{user}(?:\.(?:json|rss|atom))?"), _at("{user}.artstation.com", "")),
             ignores_case=True, taken=frozenset({"artwork", "search", "marketplace", "channels", "users", "cdn", "cdna", "cdnb", "www"}),
             works="www.artstation.com/artwork/", images="cdna.artstation.com"),
    Platform("Bitbucket", "bitbucket.org/{user}/", _DOTTED,
             (*_own("bitbucket.org www.bitbucket.org"), _site("{user}.bitbucket.io")), ignores_case=True),
    Platform("Bilibili", "space.bilibili.com/{user}/", _NUMBER,
             (_at("space.bilibili.com", "/{user}"), _at("m.bilibili.com", "/space/{user}")),
             works="www.bilibili.com/video/", images="i0.hdslb.com"),
    Platform("Behance", "www.behance.net/{user}/", _NAME, _own("www.behance.net behance.net"), ignores_case=True,
             taken=frozenset({"gallery", "search"}), works="www.behance.net/gallery/", images="mir-s3-cdn-cf.behance.net"),
    Platform("Bluesky", "bsky.app/profile/{user}/", _DOTTED, (_at("public.api.bsky.app api.bsky.app bsky.social", r"/xrpc/[\w.]+\?(?:.*&)?actor={user}"), _at("bsky.app www.bsky.app main.bsky.dev staging.bsky.app fxbsky.app bskx.app bskyx.app vxbsky.app deer.social zeppelin.social", "/profile/{user}")), ignores_case=True,
             images="cdn.bsky.app"),
    Platform("Cara", "cara.app/{user}/", _WORD, _own("cara.app www.cara.app"), ignores_case=True,
             taken=frozenset({"post", "home", "explore", "search", "jobs"}), works="cara.app/post/"),
    Platform("Ci-en", "ci-en.net/creator/{user}/", _NUMBER, _own("ci-en.net ci-en.dlsite.com", "/creator/{user}")),
    Platform("Codeberg", "codeberg.org/{user}/", _DOTTED,
             (*_own("codeberg.org www.codeberg.org"), _site("{user}.codeberg.page")), ignores_case=True),
    Platform("Dreamwidth", "users.dreamwidth.org/{user}/", _HYPHENED,
             (_at("users.dreamwidth.org", "/{user}"), _at("www.dreamwidth.org dreamwidth.org", "/users/{user}"),
              _at("{user}.dreamwidth.org", "")), ignores_case=True, hyphen_in_host=True,
             taken=frozenset({"www", "users", "community", "v", "p", "wiki", "dw_dev", "dw_maintenance"})),
    Platform("DeviantArt", "www.deviantart.com/{user}/", _NAME,
             (_at("www.deviantart.com deviantart.com", "/users/{user}"), _at("backend.deviantart.com", r"/rss\.xml\?(?:.*&)?q=(?:gallery:|by:){user}"),
              _at("www.deviantart.com deviantart.com m.deviantart.com www.fxdeviantart.com fxdeviantart.com fixdeviantart.com", "/{user}"),
              _at("{user}.deviantart.com", "")), ignores_case=True,
             taken=frozenset({"stash", "view", "deviation", "tag", "watch", "notifications", "users", "www", "backend"}), images="images-wixmp-ed30a86b8c4ca887773594c2.wixmp.com"),
    Platform("Facebook", "www.facebook.com/{user}/", _DOTTED,
             _own("www.facebook.com facebook.com m.facebook.com", "/pg/{user}") + _own("www.facebook.com facebook.com m.facebook.com mobile.facebook.com mbasic.facebook.com web.facebook.com "
                  "touch.facebook.com ja-jp.facebook.com de-de.facebook.com fr-fr.facebook.com es-es.facebook.com "
                  "es-la.facebook.com pt-br.facebook.com it-it.facebook.com en-gb.facebook.com ko-kr.facebook.com "
                  "zh-tw.facebook.com zh-cn.facebook.com fb.com www.fb.com"), ignores_case=True, taken=frozenset({"photo", "photo.php", "watch", "groups"}),
             images="fbcdn.net"),
    Platform("Dribbble", "dribbble.com/{user}/", _NAME, _own("dribbble.com www.dribbble.com"), ignores_case=True,
             taken=frozenset({"shots", "search", "tags", "designers", "jobs"}), works="dribbble.com/shots/", images="cdn.dribbble.com"),
    Platform("FanFiction.Net", "www.fanfiction.net/u/{user}/", _NUMBER, _own("www.fanfiction.net m.fanfiction.net fanfiction.net", "/u/{user}"),
             works="www.fanfiction.net/s/"),
    Platform("Fantia", "fantia.jp/fanclubs/{user}/", _NUMBER,
             (_at("fantia.jp", "/fanclubs/{user}"), _at(_KEMONO, "/(?:api/v1/)?fantia/user/{user}")),
             works="fantia.jp/posts/"),
    Platform("Flickr", "www.flickr.com/photos/{user}/", r"[A-Za-z0-9][A-Za-z0-9_@-]{0,62}",
             (_at("www.flickr.com flickr.com m.flickr.com secure.flickr.com", "/photos/{user}"),
              _at("www.flickr.com flickr.com", "/people/{user}")), ignores_case=True, images="live.staticflickr.com"),
    Platform("Fur Affinity", "www.furaffinity.net/user/{user}/", r"[A-Za-z0-9~.-][A-Za-z0-9~._-]{0,62}",
             (_at("www.furaffinity.net furaffinity.net sfw.furaffinity.net", "/(?:user|gallery|scraps)/{user}"),
              _at("d.furaffinity.net d.facdn.net", "/art/{user}")), ignores_case=True, works="www.furaffinity.net/view/"),
    Platform("GitHub", "github.com/{user}/", r"[A-Za-z0-9][A-Za-z0-9-]{0,38}",
             (_at("github.com www.github.com", r"/(?:users|orgs)/{user}"), _at("github.com www.github.com", r"/{user}\.(?:png|atom|keys|gpg)"),
              _at("github.com www.github.com raw.githubusercontent.com gist.github.com gist.githubusercontent.com "
                  "codeload.github.com raw.githack.com rawcdn.githack.com", "/{user}"),
              _at("cdn.statically.io", "/gh/{user}"), _at("gitcdn.link", "/(?:repo|cdn)/{user}"),
              _at("media.githubusercontent.com", "/media/{user}"), _at("api.github.com", "/(?:users|repos)/{user}"),
              _at("cdn.jsdelivr.net fastly.jsdelivr.net gcore.jsdelivr.net testingcf.jsdelivr.net", "/gh/{user}"),
              _at("rawgit.com cdn.rawgit.com raw.github.com uithub.com gitingest.com gitmcp.io deepwiki.com github.dev raw.gitmirror.com", "/{user}"),
              _at("vscode.dev colab.research.google.com", "/github/{user}"), _at("mybinder.org", "/v2/gh/{user}"),
              _at("opengraph.githubassets.com", "/[^/]+/{user}"), _site("{user}.github.io")), ignores_case=True,
             images="user-images.githubusercontent.com"),
    Platform("GitLab", "gitlab.com/{user}/", _DOTTED,
             (*_own("gitlab.com www.gitlab.com"), _site("{user}.gitlab.io")), ignores_case=True),
    Platform("Gumroad", "{user}.gumroad.com/", r"[A-Za-z0-9]{1,60}", _own("gumroad.com www.gumroad.com"), ignores_case=True,
             taken=frozenset({"l", "d", "r", "a", "s", "discover", "login", "signup", "api", "app", "www", "help", "about", "blog", "features", "pricing",
                              "terms", "privacy", "library", "settings", "dashboard", "products", "checkout", "assets", "university"}),
             images="public-files.gumroad.com"),
    Platform("Hatena", "f.hatena.ne.jp/{user}/", _NAME,
             ( _at("cdn-ak.f.st-hatena.com cdn-ak2.f.st-hatena.com f.hatena.ne.jp",
                                                    "/images/fotolife/[a-z]/{user}"), _at("f.hatena.ne.jp d.hatena.ne.jp profile.hatena.ne.jp", "/{user}")), ignores_case=True),
    Platform("Hugging Face", "huggingface.co/{user}/", _DOTTED,
             (_at("huggingface.co hf.co www.huggingface.co hf-mirror.com", "/(?:datasets|spaces|api/(?:datasets|models|spaces))/{user}"),
              _at("huggingface.co hf.co www.huggingface.co hf-mirror.com", "/{user}")), ignores_case=True,
             taken=frozenset({"docs", "blog", "models", "tasks", "papers", "join", "login", "api", "collections", "datasets", "spaces"})),
    Platform("Inkbunny", "inkbunny.net/{user}/", _WORD, _own("inkbunny.net www.inkbunny.net", "/(?:gallery/|scraps/)?{user}"),
             ignores_case=True, taken=frozenset({"s", "i", "j", "gallery", "scraps", "submissionsviewall.php"}), works="inkbunny.net/s/"),
    Platform("Itaku", "itaku.ee/profile/{user}/", _NAME, _own("itaku.ee", "/profile/{user}"), ignores_case=True,
             works="itaku.ee/images/"),
    Platform("itch.io", "{user}.itch.io/", r"[A-Za-z0-9_-]{1,63}", _own("itch.io www.itch.io", "/profile/{user}"),
             ignores_case=True, taken=frozenset({"www"}), images="img.itch.zone"),
    Platform("Ko-fi", "ko-fi.com/{user}/", _WORD, _own("ko-fi.com www.ko-fi.com"), ignores_case=True,
             taken=frozenset({"home", "explore", "shop", "i"})),
    Platform("Instagram", "www.instagram.com/{user}/", r"[A-Za-z0-9_.]{1,30}",
             (_at("www.instagram.com instagram.com m.instagram.com", "/stories/{user}"),
              _at("www.instagram.com instagram.com m.instagram.com ddinstagram.com www.ddinstagram.com kkinstagram.com "
                  "www.kkinstagram.com imginn.com", "/{user}"), _at("www.picuki.com", "/profile/{user}"), _at("instagram.com www.instagram.com", "/_u/{user}"), _at("bibliogram.art", "/u/{user}"), _at("greatfon.com dumpor.io dumpor.com", "/v/{user}"), _at("www.pixwox.com pixwox.com", "/profile/{user}"), _at("rsshub.app", "/(?:instagram|picnob)/user/{user}"),
              _at("www.instagram.com i.instagram.com", r"/api/v1/users/web_profile_info/\?(?:.*&)?username={user}")), ignores_case=True,
             taken=frozenset({"p", "reel", "reels", "tv", "explore", "stories", "api", "_u"}), works="www.instagram.com/p/",
             images="cdninstagram.com"),
    Platform("カクヨム", "kakuyomu.jp/users/{user}/", _NAME, _own("kakuyomu.jp", "/users/{user}"),
             works="kakuyomu.jp/works/"),
    Platform("Linktree", "linktr.ee/{user}/", _DOTTED, _own("linktr.ee www.linktr.ee"), ignores_case=True),
    Platform("LiveJournal", "users.livejournal.com/{user}/", _HYPHENED,
             (_at("users.livejournal.com", "/{user}"), _at("www.livejournal.com livejournal.com", "/users/{user}"),
              _at("{user}.livejournal.com", "")), ignores_case=True, hyphen_in_host=True,
             taken=frozenset({"www", "users", "community", "communities", "syndicated", "ic", "l_stat", "l_files", "l_userpic"})),
    Platform("livedoor Blog", "blog.livedoor.jp/{user}/", _NAME, _own("blog.livedoor.jp livedoor.blogimg.jp")),
    Platform("Medium", "medium.com/@{user}/", _DOTTED,
             (_at("medium.com www.medium.com scribe.rip", "/(?:feed/)?@{user}"), _site("{user}.medium.com")), ignores_case=True,
             taken=frozenset({"www", "blog", "help", "policy", "miro", "cdn-images-1", "cdn-images-2", "cdn-static-1"}), images="miro.medium.com"),
    Platform("Neocities", "{user}.neocities.org/", r"[A-Za-z0-9_-]{1,32}", _own("neocities.org www.neocities.org", "/site/{user}"),
             ignores_case=True, taken=frozenset({"www"})),
    Platform("Newgrounds", "{user}.newgrounds.com/", r"[A-Za-z0-9-]{1,40}",
             _own("www.newgrounds.com newgrounds.com", "/art/view/{user}"), ignores_case=True,
             taken=frozenset({"www", "art", "uploads", "img", "picon", "aicon", "uimg"}), images="art.ngfiles.com"),
    Platform("ニコニコ", "www.nicovideo.jp/user/{user}/", _NUMBER,
             (_at("www.nicovideo.jp nicovideo.jp sp.nicovideo.jp", "/user/{user}"),
              _at("seiga.nicovideo.jp sp.seiga.nicovideo.jp", "/user/(?:illust|manga)/{user}"),
              _at("nvapi.nicovideo.jp", "/v[0-9]/users/{user}"), _at("3d.nicovideo.jp commons.nicovideo.jp q.nicovideo.jp", "/users/{user}"), _at("dic.nicovideo.jp", "/u/{user}"),
              _at("public.api.nicovideo.jp", r"/v[0-9]/users?/{user}(?:\.json)?"), _at("manga.nicovideo.jp sp.manga.nicovideo.jp", r"/manga/list\?(?:.*&)?user_id={user}")), works="www.nicovideo.jp/watch/", images="nicovideo.cdn.nimg.jp"),
    Platform("小説家になろう", "mypage.syosetu.com/{user}/", _NUMBER, _own("mypage.syosetu.com", "/(?:mypage[a-z]*/[a-z]+/userid/)?{user}"), works="ncode.syosetu.com/"),
    Platform("note", "note.com/{user}/", _WORD,
             (_at("note.com", "/api/v[0-9]/creators/{user}"), _at("note.com www.note.com note.mu", "/{user}")),
             taken=frozenset({"n", "hashtag", "search", "m"}), images="assets.st-note.com"),
    Platform("Patreon", "www.patreon.com/{user}/", _WORD,
             (_at("www.patreon.com patreon.com", "/(?:c/|cw/)?{user}"),), ignores_case=True,
             taken=frozenset({"posts", "join", "login", "search", "explore", "user", "c", "cw", "file", "media"})),
    Platform("Pinterest", "www.pinterest.com/{user}/", _WORD,
             _own("www.pinterest.com pinterest.com jp.pinterest.com www.pinterest.jp www.pinterest.de www.pinterest.fr "
                  "www.pinterest.co.uk www.pinterest.co.kr www.pinterest.com.au www.pinterest.com.mx www.pinterest.ca "
                  "www.pinterest.it www.pinterest.es www.pinterest.pt www.pinterest.at www.pinterest.ch www.pinterest.se "
                  "www.pinterest.nz www.pinterest.cl www.pinterest.ph www.pinterest.ru in.pinterest.com br.pinterest.com "
                  "uk.pinterest.com fr.pinterest.com de.pinterest.com es.pinterest.com it.pinterest.com ar.pinterest.com "
                  "au.pinterest.com nz.pinterest.com ru.pinterest.com kr.pinterest.com"), ignores_case=True, taken=frozenset({"pin", "search", "ideas"}),
             works="www.pinterest.com/pin/", images="i.pinimg.com"),
    Platform("pixiv", "www.pixiv.net/users/{user}/", r"[1-9][0-9]{0,11}",
             (_at("www.pixiv.net pixiv.net touch.pixiv.net www.phixiv.net phixiv.net", _LANGUAGE + "/(?:(?:ajax/)?users?|u|fanbox/creator)/{user}"),
              _at("rsshub.app", "/pixiv/user/(?:novels/|bookmarks/)?{user}"), _at("app-api.pixiv.net", r"/v[0-9]/user/[a-z]+\?(?:.*&)?user_id={user}"), _at("embed.pixiv.net", r"/user_profile\.php\?(?:.*&)?id={user}"), _at("www.pixiv.net", r"/touch/ajax/user/[a-z]+\?(?:.*&)?id={user}"), _at(_KEMONO, "/(?:api/v1/)?fanbox/user/{user}"),
              _at("www.pixiv.net pixiv.net touch.pixiv.net www.phixiv.net phixiv.net", _LANGUAGE + r"/(?:novel/)?(?:member(?:_illust)?|bookmark)\.php\?(?:.*&)?id={user}")),
             works="www.pixiv.net/artworks/", images="i.pximg.net"),
    Platform("pixiv Sketch", "sketch.pixiv.net/@{user}/", _NAME, _own("sketch.pixiv.net", "/@{user}"),
             works="sketch.pixiv.net/items/"),
    Platform("pixivFANBOX", "www.fanbox.cc/@{user}/", _NAME,
             (_at("www.fanbox.cc fanbox.cc", "/@{user}"), _at("api.fanbox.cc", r"/[\w.]+\?(?:.*&)?creatorId={user}"), _at("{user}.fanbox.cc", "")), ignores_case=True,
             taken=frozenset({"www", "api", "downloads", "pixiv"}), images="downloads.fanbox.cc"),
    Platform("ピアプロ", "piapro.jp/{user}/", _NAME, _own("piapro.jp www.piapro.jp", "/{user}"), taken=frozenset({"t", "a", "content", "html5_player_popup", "content_list", "search", "static", "pages", "music", "illust", "text", "3dm", "collabo", "official_collabo", "license", "intro", "user_reg", "login"}), works="piapro.jp/t/"),
    Platform("Plurk", "www.plurk.com/{user}/", _WORD, _own("www.plurk.com plurk.com", "/(?:m/u/)?{user}"), ignores_case=True,
             taken=frozenset({"p", "m", "search", "news"}), works="www.plurk.com/p/", images="images.plurk.com"),
    Platform("ポイピク", "poipiku.com/{user}/", _NUMBER,
             (_at("poipiku.com www.poipiku.com", "/{user}"), _at("poipiku.com", r"/IllustListPcV\.jsp\?(?:.*&)?ID={user}")),
             images="cdn.poipiku.com"),
    Platform("Privatter", "privatter.me/user/{user}/", _NAME, _own("privatter.me", "/user/{user}"), ignores_case=True,
             works="privatter.me/page/"),
    Platform("Reddit", "www.reddit.com/user/{user}/", r"[A-Za-z0-9_-]{3,20}",
             _own("www.reddit.com reddit.com old.reddit.com new.reddit.com np.reddit.com m.reddit.com rxddit.com vxreddit.com",
                  r"/(?:user|u)/{user}(?:\.(?:json|rss))?"),
             ignores_case=True, works="www.reddit.com/r/", images="i.redd.it"),
    Platform("Redbubble", "www.redbubble.com/people/{user}/", _NAME,
             (_at("www.redbubble.com redbubble.com", _LANGUAGE + "/people/{user}"), _at("{user}.redbubble.com", "")), ignores_case=True,
             taken=frozenset({"www", "help", "blog"}), works="www.redbubble.com/i/", images="ih1.redbubble.net"),
    Platform("Skeb", "skeb.jp/@{user}/", _NAME, _own("skeb.jp www.skeb.jp", "/(?:@|api/users/){user}"), ignores_case=True,
             images="skeb.imgix.net"),
    Platform("SoundCloud", "soundcloud.com/{user}/", _NAME, _own("soundcloud.com www.soundcloud.com m.soundcloud.com", "/{user}"),
             ignores_case=True, images="i1.sndcdn.com"),
    Platform("Threads", "www.threads.com/@{user}/", r"[A-Za-z0-9_.]{1,30}",
             _own("www.threads.com threads.com www.threads.net threads.net", "/@{user}"), ignores_case=True,
             images="cdninstagram.com"),
    Platform("TikTok", "www.tiktok.com/@{user}/", _DOTTED, _own("www.tiktok.com tiktok.com", "/embed/@{user}") + _own("urlebird.com", "/user/{user}") + _own("www.tiktok.com tiktok.com m.tiktok.com vxtiktok.com www.vxtiktok.com tnktok.com", "/@{user}"),
             ignores_case=True, images="tiktokcdn.com"),
    Platform("Substack", "substack.com/@{user}/", _NAME, _own("substack.com www.substack.com", "/@{user}"), ignores_case=True,
             images="substackcdn.com"),
    Platform("Telegram", "t.me/{user}/", r"[A-Za-z0-9_]{3,32}", _own("t.me telegram.me telegram.dog", "/(?:s/)?{user}"), ignores_case=True,
             taken=frozenset({"share", "addstickers", "joinchat", "proxy", "socks", "addemoji"})),
    Platform("Toyhouse", "toyhou.se/{user}/", _NAME, _own("toyhou.se www.toyhou.se"), ignores_case=True, images="file.toyhou.se"),
    Platform("Tumblr", "www.tumblr.com/{user}/", _NAME,
             (_at("www.tumblr.com tumblr.com tpmblr.com www.tpmblr.com", "/@?{user}"), _at("www.tumblr.com tumblr.com", "/(?:blog/(?:view/)?){user}"), _at("at.tumblr.com", "/{user}"),
              _at("www.tumblr.com tumblr.com", "/dashboard/blog/{user}"), _at("tumbex.com www.tumbex.com", r"/{user}\.tumblr"), _at("api.tumblr.com", r"/v2/blog/{user}\.tumblr\.com"),
              _at("{user}.tumblr.com", "")), ignores_case=True,
             taken=frozenset({"blog", "tagged", "search", "dashboard", "explore", "api", "assets", "static"}), images="64.media.tumblr.com"),
    Platform("Twitch", "www.twitch.tv/{user}/", _WORD, _own("www.twitch.tv twitch.tv m.twitch.tv"), ignores_case=True,
             taken=frozenset({"videos", "directory", "p", "search", "downloads"}), works="www.twitch.tv/videos/"),
    Platform("Unsplash", "unsplash.com/@{user}/", _NAME, _own("unsplash.com www.unsplash.com", _LANGUAGE + "/@{user}"), ignores_case=True,
             works="unsplash.com/photos/", images="images.unsplash.com"),
    Platform("Vimeo", "vimeo.com/{user}/", _NAME, _own("vimeo.com www.vimeo.com"),
             ignores_case=True, images="i.vimeocdn.com",
             taken=frozenset({"channels", "groups", "album", "albums", "showcase", "categories", "watch", "ondemand", "search"})),
    Platform("VK", "vk.com/{user}/", r"[A-Za-z0-9_.]{3,32}", _own("vk.com www.vk.com m.vk.com vk.ru m.vk.ru"), ignores_case=True,
             taken=frozenset({"away.php", "search", "feed", "video", "photo"})),
    Platform("Wattpad", "www.wattpad.com/user/{user}/", _NAME, _own("www.wattpad.com wattpad.com mobile.wattpad.com", "/(?:user|api/v[0-9]/users)/{user}"),
             ignores_case=True, works="www.wattpad.com/story/"),
    Platform("Weasyl", "www.weasyl.com/~{user}/", _NAME,
             (_at("www.weasyl.com weasyl.com", "/(?:~|submissions/|journals/|characters/|profile/){user}"),
              _at("cdn.weasyl.com", "/~{user}")), ignores_case=True, works="www.weasyl.com/submission/"),
    Platform("Weibo", "weibo.com/u/{user}/", _NUMBER,
             (_at("weibo.com www.weibo.com m.weibo.com", "/u/{user}"), _at("m.weibo.cn weibo.cn", "/(?:u|profile)/{user}"),
              _at("weibo.com www.weibo.com", "/{user}")),
             images="sinaimg.cn"),
    Platform("Xfolio", "xfolio.jp/portfolio/{user}/", _NAME, _own("xfolio.jp", _LANGUAGE + "/portfolio/{user}")),
    Platform("X", "x.com/{user}/", _WORD,
             (_at("x.com www.x.com mobile.x.com twitter.com www.twitter.com mobile.twitter.com m.twitter.com nitter.net "
                  "xcancel.com fxtwitter.com vxtwitter.com fixupx.com fixvx.com d.fxtwitter.com d.vxtwitter.com g.fxtwitter.com girlcockx.com stupidpenisx.com cunnyx.com nitter.privacydev.net nitter.cz nitter.poast.org nitter.privacyredirect.com "
                  "nitter.tiekoetter.com lightbrd.com nitter.space twstalker.com sotwe.com api.fxtwitter.com api.vxtwitter.com "
                  "twittpr.com twiiit.com twilog.org twilog.togetter.com", "/@?{user}"), _at("threadreaderapp.com", "/user/{user}"), _at("rsshub.app", "/(?:twitter|x)/(?:user|media|likes)/{user}"),
              _at("syndication.twitter.com", "/srv/timeline-profile/screen-name/{user}"),
              _at("twitter.com x.com", r"/intent/(?:user|follow)\?(?:.*&)?screen_name={user}")), ignores_case=True, taken=frozenset({"i", "search", "hashtag", "home", "intent"}),
             images="pbs.twimg.com"),
    Platform("YouTube", "www.youtube.com/@{user}/", _DOTTED, _own("www.youtube.com youtube.com m.youtube.com music.youtube.com yewtu.be inv.nadeko.net piped.video", "/@{user}"),
             ignores_case=True, works="www.youtube.com/watch", images="i.ytimg.com"),
    *(Platform(f"Fediverse ({host})", f"{host}/@{{user}}/", r"[A-Za-z0-9_]{1,64}", _own(host, path), ignores_case=True)
      for path, hosts in _FEDIVERSE.items() for host in hosts.split()),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Row:
    platform: Platform
    host: re.Pattern[str] | None
    path: re.Pattern[str]


_PLACES: Final[dict[str, list[tuple[Platform, Place, str]]]] = {}
"""By a host, or by what it ends in behind a name: the places there, with the host as it is written in them."""
for _platform in PLATFORMS:
    for _place in _platform.places:
        for _host in _place.hosts:
            _PLACES.setdefault(_host.removeprefix("{user}"), []).append((_platform, _place, _host))

_ROWS: Final[dict[str, tuple[_Row, ...]]] = {}
"""The same with its patterns, which are compiled when a host is first asked for: few are in a process."""

AT: Final = frozenset(host for host in _PLACES if host[0] != ".")
BELOW: Final = tuple(host for host in _PLACES if host[0] == ".")
"""The hosts of accounts: those below `BELOW`, and `AT` these."""


def platform_of(prefix: str) -> Platform | None:
    """Return the platform of whose member a canonical prefix is the profile, None where no row knows it."""
    for platform in PLATFORMS:
        before, after = map(re.escape, platform.prefix.split("{user}"))
        if (found := re.fullmatch(f"{before}({platform.user}){after}", prefix, re.ASCII)) and found[
            1
        ] not in platform.taken:
            return platform
    return None


def account_form(identity: str) -> str:
    """Return a canonical URL under the first address of the account it belongs to; others as they are."""
    host, rest = split(identity)
    for row in _rows_at(host):
        if found := row.path.match(rest):
            user = found["user"] if row.host is None else _in_host(row, host)
            if user is not None and user.lower() not in row.platform.taken:
                return _below(row.platform, user, rest[found.end() :])
    return identity


def stored_form(identity: str) -> str:
    """Return what a canonical prefix or URL is declared and stored as: its account's form, a site's as it is.

    A site that a member builds is looked up as the account too, but what is declared on it reserves nothing beside
    it: a proof of its host covers that host and no more.
    """
    return identity if _is_site(split(identity)[0]) else account_form(identity)


def profile_at(host: str) -> str | None:
    """Return the first address of the account whose profile a host is, None for others and for members' sites.

    It is a prefix, or a host and `/`.
    """
    form = stored_form(f"{host}/")
    return None if form == f"{host}/" else form


def in_own_host(prefix: str) -> str | None:
    """Return a canonical prefix of an account under the host that is named after the member, None without one."""
    for platform in PLATFORMS:
        before, after = map(re.escape, platform.prefix.split("{user}"))
        found = re.fullmatch(f"{before}({platform.user}){after}(.*)", prefix, re.ASCII)
        if found is None or found[1] in platform.taken:
            continue
        user = found[1].replace("_", "-") if platform.hyphen_in_host else found[1]
        hosts = (host for place in platform.places if not place.path for host in place.hosts)
        return next((f"{host.replace('{user}', user)}/{found[2]}" for host in hosts), None)
    return None


def _is_site(host: str) -> bool:
    return any(place.is_site for _, place, _ in _PLACES.get(_ending(host), ()))


def _ending(host: str) -> str:
    """Return a host, or what it ends in behind the name of a member, by which its places are known."""
    return host[host.index(".") :] if host not in _PLACES and host.endswith(BELOW) else host


def _rows_at(host: str) -> tuple[_Row, ...]:
    ending = _ending(host)
    if ending in _PLACES and ending not in _ROWS:
        _ROWS[ending] = tuple(_row(*each) for each in _PLACES[ending])
    return _ROWS.get(ending, ())


def _row(platform: Platform, place: Place, host: str) -> _Row:
    user = f"(?P<user>{platform.user})"
    path = re.compile(place.path.replace("{user}", user) + r"(?=[/?&]|\Z)", re.ASCII)
    below = host.removeprefix("{user}")
    return _Row(platform, re.compile(user + re.escape(below), re.ASCII) if below != host else None, path)


def _in_host(row: _Row, host: str) -> str | None:
    found = row.host.fullmatch(host) if row.host else None
    if found is None:
        return None
    return found["user"].replace("-", "_") if row.platform.hyphen_in_host else found["user"]


def _below(platform: Platform, user: str, rest: str) -> str:
    profile = platform.prefix.replace("{user}", user.lower() if platform.ignores_case else user)
    if profile.index("/") == len(profile) - 1 and rest[:1] != "/":  # a host, whose path is never empty
        return profile + rest
    return profile.removesuffix("/") + (rest if rest[:1] in ("", "/", "?") else f"?{rest[1:]}")
