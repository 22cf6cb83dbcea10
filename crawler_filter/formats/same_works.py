"""One work under several addresses of its platform: a post, a picture, a video, a story, by its number.

Platforms put the number of a work into its address and take the rest for decoration: titles, languages, `?s=20`,
`/photo/1`, embeds, other hosts. A declaration of one of them is about the work. Addresses that are declared and
addresses that are asked for are both brought to one form, which need not be an address that anybody serves.
"""

# ruff: noqa: E501 - a row of a table stays on its lines

from typing import Final

from crawler_filter.formats.same_files import MAX_READ, Variant, row
from crawler_filter.formats.urls import split

_END: Final = r"(?:[/?].*)?\Z"
"""What may stand behind the number of a work."""
_LANGUAGE: Final = r"(?:/[a-z]{2}(?:[-_][A-Za-z]{2,4})?)?"
_PIXIV: Final = "www.pixiv.net pixiv.net touch.pixiv.net"
_REDDIT: Final = "www.reddit.com reddit.com old.reddit.com new.reddit.com np.reddit.com m.reddit.com rxddit.com www.rxddit.com vxreddit.com redlib.catsarch.com"
_PINTEREST: Final = "www.pinterest.com pinterest.com jp.pinterest.com www.pinterest.jp br.pinterest.com uk.pinterest.com in.pinterest.com fr.pinterest.com de.pinterest.com es.pinterest.com it.pinterest.com www.pinterest.de www.pinterest.fr www.pinterest.co.uk www.pinterest.co.kr www.pinterest.ca www.pinterest.es"
_FEDIVERSE: Final = "mastodon.social mstdn.jp pawoo.net fedibird.com mastodon.art baraag.net"
_AO3: Final = "archiveofourown.org www.archiveofourown.org download.archiveofourown.org archiveofourown.com archiveofourown.net archiveofourown.gay insecure.archiveofourown.org archive.transformativeworks.org ao3.org"
_AMAZON: Final = "www.amazon.co.jp www.amazon.com www.amazon.de www.amazon.fr www.amazon.co.uk www.amazon.it www.amazon.es www.amazon.ca amazon.co.jp amazon.com"
_KEMONO: Final = "kemono.cr kemono.su kemono.party"

WORKS: Final = (
    row("x.com twitter.com www.twitter.com mobile.twitter.com api.fxtwitter.com api.vxtwitter.com", rf"\A[^/]+(?:/i)?(?:/[^/?]+)?/status(?:es)?/(\d{{5,20}}){_END}", r"x.com/i/status/\1"),
    row("cdn.syndication.twimg.com platform.twitter.com", r"\A[^/]+/(?:tweet-result|embed/[\w.]+)\?(?:.*&)?id=(\d{5,20})(?:&.*)?\Z", r"x.com/i/status/\1"),
    row(_PIXIV, rf"\A[^/]+{_LANGUAGE}/(?:novel/show\.php\?(?:.*&)?id=|ajax/novel/|n/)(\d{{1,12}})(?:[/?&].*)?\Z", r"www.pixiv.net/novel/show.php?id=\1"),
    row("www.tumblr.com", rf"\A([^/]+/[^/?]+)/(?:post/|image/|private/)?(\d{{6,22}}){_END}", r"\1/\2"),
    row("embed.pixiv.net", r"\A[^/]+/novel\.php\?(?:.*&)?id=(\d{1,12})(?:&.*)?\Z", r"www.pixiv.net/novel/show.php?id=\1"),
    row("kakuyomu.jp", r"\A([^/]+/works/\d{5,25}(?:/episodes/\d{5,25})?)\?.*\Z", r"\1"),
    row("www.fanfiction.net m.fanfiction.net fanfiction.net", rf"\A[^/]+/s/(\d{{3,12}})/(\d{{1,4}}){_END}", r"www.fanfiction.net/s/\1/\2"),
    row(_AO3, rf"\A[^/]+/(?:collections/[^/?]+/)?(?:works|downloads)/(\d{{1,12}}){_END}", r"archiveofourown.org/works/\1"),
    row("www.wattpad.com wattpad.com mobile.wattpad.com", r"\A[^/]+/story/(\d{3,12})(?:[-/?].*)?\Z", r"www.wattpad.com/story/\1"),
    row("www.instagram.com instagram.com m.instagram.com ddinstagram.com www.ddinstagram.com kkinstagram.com www.kkinstagram.com imginn.com", rf"\A[^/]+/(?:[^/?]+/)?(?:p|reels?|tv)/([\w-]{{6,40}}){_END}", r"www.instagram.com/p/\1"),
    row("www.threads.com threads.com www.threads.net threads.net", rf"\A[^/]+/(?:@[^/?]+/post|t)/([\w-]{{6,40}}){_END}", r"www.threads.com/t/\1"),
    row("bsky.app", rf"\A([^/]+/profile/[^/?]+/post/[a-z0-9]{{8,20}}){_END}", r"\1"),
    row(_FEDIVERSE, rf"\A([^/]+/@[^/?]+)/(?:statuses/)?(\d{{6,20}}){_END}", r"\1/\2"),
    row("www.deviantart.com deviantart.com", r"\A[^/]+/(?:[^/?]+/art/(?:[^/?]*-)?|deviation/|view/|embed/deviation/\?id=)(\d{4,12})(?:[/?&].*)?\Z", r"www.deviantart.com/deviation/\1"),
    row("www.artstation.com artstation.com", r"\A[^/]+/(?:artwork|projects|[^/?]+/projects)/([A-Za-z0-9]{4,8})(?:\.json)?(?:[/?].*)?\Z", r"www.artstation.com/artwork/\1"),
    row("www.flickr.com flickr.com", rf"\A[^/]+/(?:photos/(?!tags/)[^/?]+/|photo\.gne\?id=)(\d{{5,15}}){_END}", r"www.flickr.com/photo.gne?id=\1"),
    row(_REDDIT, r"\A[^/]+/(?:(?:r|u|user)/[^/?]+/)?(?:comments|gallery)/([a-z0-9]{4,9})(?:/[^/?]*)?/?(?:\.json|\.rss)?(?:\?.*)?\Z", r"www.reddit.com/comments/\1"),
    row("redd.it", r"\A[^/]+/([a-z0-9]{4,9})(?:\?.*)?\Z", r"www.reddit.com/comments/\1"),
    row("note.com note.mu", rf"\A[^/]+/(?:[^/?]+/n|api/v\d/notes|embed/notes)/(n[0-9a-z]{{8,20}}){_END}", r"note.com/n/\1"),
    row("seiga.nicovideo.jp sp.seiga.nicovideo.jp ext.seiga.nicovideo.jp nico.ms", rf"\A[^/]+/(?:(?:seiga/|thumb/)?im|image/source(?:/|\?(?:.*&)?id=))(\d{{1,10}}){_END}", r"seiga.nicovideo.jp/seiga/im\1"),
    row("lohas.nicoseiga.jp", r"\A[^/]+/(?:thumb|img|(?:priv|o)/[0-9a-f]+/\d+)/(\d{1,10})[a-z]?(?:\?.*)?\Z", r"seiga.nicovideo.jp/seiga/im\1"),
    row("booth.pm .booth.pm", r"\A[^/]+/(?:[a-z]{2}(?:-[a-z]{2})?/)?items/(\d{1,10})(?:\.json)?(?:[/?].*)?\Z", r"booth.pm/items/\1"),
    row("skeb.jp", rf"\A([^/]+/@[^/?]+/works/\d{{1,7}}){_END}", r"\1"),
    row("soundcloud.com", r"\A([^/]+/(?!search/|charts/|discover/)[^/?]+/[^/?]+)\?.*\Z", r"\1"),
    row("www.bilibili.com bilibili.com m.bilibili.com b23.tv", rf"\A[^/]+/(?:(?:s/)?video/)?(BV[A-Za-z0-9]{{8,14}}|av\d{{1,12}}){_END}", r"www.bilibili.com/video/\1"),
    row("player.bilibili.com", r"\A[^/]+/player\.html\?(?:.*&)?bvid=(BV[A-Za-z0-9]{8,14})(?:&.*)?\Z", r"www.bilibili.com/video/\1"),
    row("vimeo.com www.vimeo.com player.vimeo.com", rf"\A[^/]+/(?:video/|channels/[^/?]+/|(?:album|showcase)/\d+/video/|groups/[^/?]+/videos/)?(\d{{5,12}}){_END}", r"vimeo.com/\1"),
    row("www.dailymotion.com dailymotion.com", r"\A[^/]+/(?:embed/|thumbnail/|swf/)?video/(x[a-z0-9]{4,9})(?:[_/?].*)?\Z", r"www.dailymotion.com/video/\1"),
    row("dai.ly geo.dailymotion.com", r"\A[^/]+/(?:player[\w.-]*\?(?:.*&)?video=)?(x[a-z0-9]{4,9})(?:[?&].*)?\Z", r"www.dailymotion.com/video/\1"),
    row("www.tiktok.com tiktok.com m.tiktok.com", r"\A[^/]+/(?:@[^/?]*/(?:video|photo)|embed(?:/v\d)?|player/v\d|v)/(\d{15,20})(?:\.html)?(?:[/?].*)?\Z", r"www.tiktok.com/embed/\1"),
    row("drive.google.com docs.google.com drive.usercontent.google.com", r"\A[^/]+/(?:u/\d/)?(?:(?:a/[^/?]+/)?file/d/|(?:uc|open|thumbnail|download)\?(?:.*&)?id=)([\w-]{20,80})(?:[/?&].*)?\Z", r"drive.google.com/file/d/\1"),
    row("lh3.googleusercontent.com", r"\A[^/]+/d/([\w-]{20,80})(?:=.*)?\Z", r"drive.google.com/file/d/\1"),
    row("www.dropbox.com dropbox.com dl.dropbox.com dl.dropboxusercontent.com", r"\A[^/]+/(s|scl/fi)/([a-z0-9]{8,40}/[^?]+)(?:\?.*)?\Z", r"www.dropbox.com/\1/\2"),
    row("github.com", r"\A([^/]+/[^/?]+/[^/?@]+)/(?:(?:blob|raw|blame|edit)/)?(?:refs/(?:heads|tags)/)?([^/?]+/[^?]+\.[A-Za-z0-9]+)(?:\?.*)?\Z", r"\1/\2"),
    row("github.com", r"\A([^/]+/[^/?]+/[^/?@]+)/(?:blob|raw|blame|edit)/(?:refs/(?:heads|tags)/)?([^/?]+/[^?]+)(?:\?.*)?\Z", r"\1/\2"),
    row("commons.wikimedia.org commons.m.wikimedia.org", r"\A[^/]+/(?:wiki/|w/index\.php\?(?:.*&)?title=)(?:Special(?::|%3A)(?:FilePath|Redirect/file)/|File(?::|%3A))([^?&/]+)(?:[?&].*)?\Z", r"commons.wikimedia.org/wiki/File:\1"),
    row("ameblo.jp", r"\A([^/]+/[^/?]+)/(?:amp-)?(entry-\d{6,14}\.html)(?:\?.*)?\Z", r"\1/\2"),
    row(".hatenablog.com .hatenablog.jp .hateblo.jp .hatenadiary.com .hatenadiary.jp", r"\A([^/]+/entry/[^?]+)\?.*\Z", r"\1"),
    row("github.com", r"\A([^/]+/[^/?]+/[^/?@]+)@([^/?]+/[^?]+)(?:\?.*)?\Z", r"\1/\2"),
    row("huggingface.co", r"\A([^/]+/[^/?]+/[^/?]+)/(?:resolve|blob|raw)/([^?]+)(?:\?.*)?\Z", r"\1/resolve/\2"),
    row("www.patreon.com patreon.com", r"\A[^/]+/posts/(?:[^/?]*-)?(\d{4,12})(?:[/?].*)?\Z", r"www.patreon.com/posts/\1"),
    row(_KEMONO, rf"\A[^/]+/(?:api/v1/)?patreon/user/\d+/post/(\d{{4,12}}){_END}", r"www.patreon.com/posts/\1"),
    row("www.fanbox.cc", rf"\A[^/]+/(?:@[^/?]+/(?:fanbox/user/\d+/)?)?posts?/(\d{{3,12}}){_END}", r"www.fanbox.cc/posts/\1"),
    row("www.pixiv.net", rf"\A[^/]+/users/\d+/post/(\d{{3,12}}){_END}", r"www.fanbox.cc/posts/\1"),
    row(_PINTEREST, r"\A[^/]+/pin/(?:[^/?]*--)?(\d{6,22})(?:[/?].*)?\Z", r"www.pinterest.com/pin/\1"),
    row("www.behance.net behance.net", rf"\A[^/]+/gallery/(\d{{3,12}}){_END}", r"www.behance.net/gallery/\1"),
    row("dribbble.com www.dribbble.com", r"\A[^/]+/shots/(\d{3,12})(?:[-/?].*)?\Z", r"dribbble.com/shots/\1"),
    row("www.furaffinity.net furaffinity.net sfw.furaffinity.net www.fxfuraffinity.net fxfuraffinity.net", rf"\A[^/]+/(?:view|full)/(\d{{2,12}}){_END}", r"www.furaffinity.net/view/\1"),
    row("www.weasyl.com weasyl.com", rf"\A[^/]+/(?:~[^/?]+/submissions|submission)/(\d{{1,10}}){_END}", r"www.weasyl.com/submission/\1"),
    row("nijie.info sp.nijie.info www.nijie.info", r"\A[^/]+/(?:view|view_popup)\.php\?(?:.*&)?id=(\d{1,10})(?:&.*)?\Z", r"nijie.info/view.php?id=\1"),
    row("www.dlsite.com dlsite.com", r"\A[^/]+/(?:[a-z-]+/)?(?:work|announce)/=/product_id/([A-Z]{2}\d{5,9})(?:\.html)?(?:[/?].*)?\Z", r"www.dlsite.com/work/=/product_id/\1"),
    row("open.spotify.com", r"\A[^/]+/(?:intl-[a-z]{2}/)?(?:embed/)?(track|album|playlist|episode|show)/([A-Za-z0-9]{22})(?:[/?].*)?\Z", r"open.spotify.com/\1/\2"),
    row(_AMAZON, r"\A(?:www\.)?([^/?]+)/(?:[^?]*/)?(?:dp|gp/product|gp/aw/d|exec/obidos/ASIN)/([0-9A-Z]{10})(?:[/?].*)?\Z", r"www.\1/dp/\2"),
)  # fmt: skip

_AT: Final = {name: [each for each in WORKS if name in each.hosts] for each in WORKS for name in each.hosts}
AT: Final = frozenset(name for name in _AT if name[0] != ".")
BELOW: Final = tuple(name for name in _AT if name[0] == ".")
"""The hosts of such works: those below `BELOW`, and `AT` these."""


def work_form(account: str) -> str | None:
    """Return the one form of a work's canonical URL, given in the form of its account; None for all others."""
    if len(account) > MAX_READ:
        return None
    own = split(account)[0]
    for each in _AT.get(own) or _below(own):
        if found := each.read(account):
            return found[0]
    return None


def _below(host: str) -> list[Variant]:
    return [each for name in BELOW if host.endswith(name) for each in _AT[name]]
