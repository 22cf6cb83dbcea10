"""The address inside the address: archives, caches and proxies that show what lies elsewhere.

`MIRRORS` is a table of data. A row says at which hosts it holds, and where in the canonical form of their URLs the
address stands that they show. Rows without hosts are software that anybody may run. What a mirror shows is looked
up as well as its own address, so a copy in an archive is reserved as the page is.
"""

# ruff: noqa: E501 - a row of a table stays on its lines

import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, unquote_plus

from crawler_filter.errors import InvalidUrlError
from crawler_filter.formats import shown_addresses as shown
from crawler_filter.formats.compiled import compiled
from crawler_filter.formats.urls import canonical, split

MAX_NESTING: Final = 4
"""How many mirrors are looked through, one inside the other."""

MAX_SHOWN: Final = 8
"""Most addresses that one URL is taken to show."""

MAX_READ: Final = 4_096
"""Most characters of a URL in which others are looked for; it bounds what a hostile one costs."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An address that another shows: its canonical form, and the host that shows it."""

    identity: str
    shown_by: str


@dataclass(frozen=True, slots=True)
class Mirror:
    """One row.

    `hosts` are names at which it holds, below which too where one begins with a dot; none means every host. `place`
    finds the address in what follows the host, as its first group. `read` makes a URL of that; what it cannot read
    gives nothing.
    """

    name: str
    hosts: tuple[str, ...]
    place: str
    read: Callable[[str], str]


def _row(name: str, hosts: str, place: str, read: Callable[[str], str]) -> Mirror:
    return Mirror(name, tuple(hosts.split()), place, read)


_URL: Final = r"(https?:(?:/|%2F).+)"
_FIELD: Final = r"([^&]+)"
_NAMED: Final = r"([a-z0-9][a-z0-9.-]*\.[a-z][a-z0-9-]+(?:[:/?].*)?)"

_TOPS_OF_GOOGLE: Final = (
    "com co.jp co.kr co.uk co.in co.id co.th com.tw com.hk com.br com.mx com.ar com.au com.tr com.vn com.sg ca de fr "
    "it es pt nl be ch at se no dk fi pl cz hu ro gr ru"
)
_NITTER: Final = "nitter.net xcancel.com nitter.poast.org nitter.privacyredirect.com nitter.tiekoetter.com lightbrd.com nitter.space"
_INVIDIOUS: Final = (
    "youtube.googleapis.com yewtu.be inv.tux.pizza invidious.io.lol invidious.fdn.fr invidious.privacydev.net iv.melmac.space piped.kavin.rocks inv.nadeko.net invidious.nerdvpn.de piped.video koutube.com m.youtube.com music.youtube.com youtube.com "
    "www.youtube.com www.youtube-nocookie.com"
)
_PIXIV: Final = "www.pixiv.net pixiv.net touch.pixiv.net www.phixiv.net phixiv.net www.ppxiv.net ppxiv.net"

_TRANSLATING: Final = " ".join(f"translate.google.{top}" for top in _TOPS_OF_GOOGLE.split())
_GOOGLE: Final = " ".join(f"www.google.{top}" for top in _TOPS_OF_GOOGLE.split())

_FC2: Final = " ".join(f"blog-imgs-{number}.fc2.com" for number in range(1, 200))


def _of_ncode(code: str) -> str:
    return f"https://ncode.syosetu.com/{code.lower()}/"


MIRRORS: Final = (
    # archives
    _row("Internet Archive", "web.archive.org", rf"/(?:web|save)/(?:[0-9*]{{1,14}}(?:[a-z]{{2}}_)?/)?{_URL}", shown.as_it_is),
    _row("Internet Archive", "web.archive.org", rf"/(?:(?:web|save)/)?(?:(?:[0-9*-]{{1,20}}(?:[a-z]{{2}}_)?|sitemap|_embed)/)?{_NAMED}", shown.as_it_is),
    _row("Internet Archive", "archive.org wayback.archive.org", rf"/wayback/available\?(?:.*&)?url={_FIELD}", shown.field),
    _row("Internet Archive", "web.archive.org", rf"/(?:cdx(?:/search(?:/cdx)?)?|__wb/[a-z]+|web/timemap/[a-z]+)\?(?:.*&)?url={_FIELD}", shown.field),
    _row("Common Crawl's index", "index.commoncrawl.org", rf"/[^?]*\?(?:.*&)?url={_FIELD}", shown.field),
    _row("ReplayWeb.page", "replayweb.page", rf"/\?(?:.*&)?(?:source|url)={_FIELD}", shown.field),
    _row("ウェブ魚拓", "megalodon.jp s.megalodon.jp", rf"/[0-9-]{{4,20}}/{_NAMED}", shown.as_it_is),
    _row("IPFS", "ipfs.io gateway.ipfs.io dweb.link cloudflare-ipfs.com gateway.pinata.cloud cf-ipfs.com", rf"/ipns/{_NAMED}", shown.as_it_is),
    _row("archive.today", "archive.ph archive.today archive.is archive.md archive.vn archive.li archive.fo",
         rf"/(?:[0-9.*-]{{4,20}}/|newest/|oldest/|latest/|timegate/|timemap/|o/[A-Za-z0-9]+/)?{_NAMED}", shown.as_it_is),
    _row("archive.today", "archive.ph archive.today archive.is archive.md archive.vn archive.li archive.fo",
         rf"/(?:[0-9.*-]{{4,20}}/|newest/|oldest/|latest/|timegate/|timemap/|o/[A-Za-z0-9]+/)?{_URL}", shown.as_it_is),
    _row("Arquivo.pt", "arquivo.pt", rf"/(?:wayback|noFrame/replay)/[0-9]+[a-z_]*/{_URL}", shown.as_it_is),
    _row("Arquivo.pt", "arquivo.pt", rf"/(?:url/)?search\?(?:.*&)?q={_FIELD}", shown.field),
    _row("Memento", "timetravel.mementoweb.org memgator.cs.odu.edu", rf"/(?:memento|list|reconstruct|api/json|timemap|timegate)/(?:[a-z]+/|[0-9]+/)?{_NAMED}", shown.as_it_is),
    _row("Archive-It", "wayback.archive-it.org", rf"/(?:[0-9]+|org-[0-9]+|all)/[0-9*]+[a-z_]*/{_URL}", shown.as_it_is),
    _row("UK Web Archive", "webarchive.nationalarchives.gov.uk www.webarchive.org.uk",
         rf"/(?:ukgwa/|wayback/archive/)?[0-9*]+[a-z_]*/{_URL}", shown.as_it_is),
    _row("Ghostarchive", "ghostarchive.org", rf"/search\?(?:.*&)?term={_FIELD}", shown.field),
    _row("Stanford Web Archive", "swap.stanford.edu", rf"/(?:was/)?[0-9*]+[a-z_]*/{_URL}", shown.as_it_is),
    _row("ウェブ魚拓", "megalodon.jp gyo.tc", rf"/[0-9-]{{4,20}}/{_URL}", shown.as_it_is),
    _row("WARP", "warp.ndl.go.jp warp.da.ndl.go.jp", rf"/(?:info:ndljp/pid|collections/content/info:ndljp/pid)/[0-9]+/{_NAMED}",
         shown.as_it_is),
    _row("WARP", "warp.ndl.go.jp", rf"/(?:web/)?[0-9]{{8,14}}[a-z_]*/{_URL}", shown.as_it_is),
    _row("archive.today", "archive.ph archive.today archive.is archive.md archive.vn archive.li archive.fo",
         rf"/(?:(?:submit|search)/)?\?(?:.*&)?(?:url|q)={_FIELD}", shown.field),
    _row("Wikiwix", "archive.wikiwix.com", rf"/cache/[^?]*\?(?:.*&)?url={_FIELD}", shown.field),
    _row("WebCite", "www.webcitation.org", rf"/[^?]*\?(?:.*&)?url={_FIELD}", shown.field),
    # caches and translations
    _row("Google cache", "webcache.googleusercontent.com", r"/search\?(?:.*&)?q=cache:(?:[\w-]{1,20}:)?([^&+]+)", shown.field),
    _row("Google cache", _GOOGLE, r"/search\?(?:.*&)?q=cache:(?:[\w-]{1,20}:)?([^&+]+)", shown.field),
    _row("Yahoo! キャッシュ", "cache.yahoofs.jp", rf"/search/cache\?(?:.*&)?u={_FIELD}", shown.field),
    _row("a viewer of caches", "cachedview.com cachedview.nl", rf"/[^?]*\?(?:.*&)?u(?:rl)?={_FIELD}", shown.field),
    _row("Google links", f"{_GOOGLE} plus.google.com news.google.com images.google.com", rf"/url\?(?:.*&)?(?:q|url)={_FIELD}", shown.field),
    _row("Yandex Translate", "translate.yandex.com translate.yandex.ru translate.yandex.net", rf"/(?:translate|website-widget)\?(?:.*&)?url={_FIELD}", shown.field),
    _row("Google Translate", f"{_TRANSLATING} translate.googleusercontent.com", rf"/(?:translate|translate_c|website)\?(?:.*&)?u={_FIELD}", shown.field),
    _row("Google AMP viewer", _GOOGLE, rf"/amp/(?:s/)?{_NAMED}", shown.as_it_is),
    _row("AMP cache", "cdn.ampproject.org .cdn.ampproject.org .bing-amp.com .amp.cloudflare.com",
         rf"/[a-z]{{1,4}}/(?:w[0-9]+/)?(?:s/)?{_NAMED}", shown.as_it_is),
    _row("Papago", "papago.naver.net", rf"/website\?(?:.*&)?url={_FIELD}", shown.field),
    _row("エキサイト翻訳", "www.excite-webtl.jp", rf"/[^?]*\?(?:.*&)?wb_url={_FIELD}", shown.field),
    _row("Yahoo! 翻訳", "honyaku.yahoo.co.jp", rf"/[^?]*\?(?:.*&)?url={_FIELD}", shown.field),
    _row("Baidu Translate", "fanyi.baidu.com", rf"/transpage\?(?:.*&)?query={_FIELD}", shown.field),
    _row("Yandex cache", "yandexwebcache.net hghltd.yandex.net", rf"/yandbtm\?(?:.*&)?url={_FIELD}", shown.field),
    _row("Google News", "news.google.com", r"/(?:rss/)?(?:articles|read)/(CBMi[\w-]+)", shown.in_base64),
    _row("Bing Translator", "www.translatoruser-int.com translatoruser-int.com www.translatoruser.com", rf"/translate\?(?:.*&)?u={_FIELD}", shown.field),
    _row("Bing Translator", "www.translatetheweb.com www.microsofttranslator.com", rf"/(?:bv\.aspx)?\?(?:.*&)?a={_FIELD}", shown.field),
    _row("Weblio翻訳", "translate.weblio.jp", rf"/web/[^?]*\?(?:.*&)?url={_FIELD}", shown.field),
    _row("Google Web Light", "googleweblight.com", rf"/i?\?(?:.*&)?(?:u|lite_url)={_FIELD}", shown.field),
    _row("Bing links", "www.bing.com", r"/ck/a\?(?:.*&)?u=a1(aHR0c[\w-]+)", shown.of_base64),
    _row("Yandex links", "yandex.ru yandex.com", rf"/clck/[^?]*\?(?:.*&)?url={_FIELD}", shown.field),
    _row("Baidu images", "image.baidu.com", rf"/search/(?:detail|down)\?(?:.*&)?(?:objurl|url)={_FIELD}", shown.field),
    _row("Startpage", "startpage.com www.startpage.com", rf"/av/proxy-image\?(?:.*&)?piurl={_FIELD}", shown.field),
    _row("Bing cache", "cc.bingj.com", rf"/cache\.aspx\?(?:.*&)?(?:u|url)={_FIELD}", shown.field),
    _row("Tumblr links", "t.umblr.com", rf"/redirect\?(?:.*&)?z={_FIELD}", shown.field),
    _row("Google images", _GOOGLE, rf"/imgres\?(?:.*&)?imgurl={_FIELD}", shown.field),
    _row("Google images", _GOOGLE, rf"/search(?:byimage)?\?(?:.*&)?image_url={_FIELD}", shown.field),
    _row("Google images", _GOOGLE, rf"/imgres\?(?:.*&)?imgrefurl={_FIELD}", shown.field),
    _row("Google gadgets", "images1-focus-opensocial.googleusercontent.com images-focus-opensocial.googleusercontent.com",
         rf"/gadgets/proxy\?(?:.*&)?url={_FIELD}", shown.field),
    # image proxies
    _row("Photon", "i0.wp.com i1.wp.com i2.wp.com i3.wp.com", rf"/{_NAMED}", shown.without_query),
    _row("mShots", "s0.wp.com s.wordpress.com", rf"/mshots/v1/{_URL}", shown.without_query),
    _row("weserv", "images.weserv.nl wsrv.nl weserv.nl", rf"/\?(?:.*&)?url={_FIELD}", shown.field),
    _row("DuckDuckGo", "external-content.duckduckgo.com proxy.duckduckgo.com", rf"/iu/\?(?:.*&)?u={_FIELD}", shown.field),
    _row("Cloudinary", "res.cloudinary.com", rf"/[^/]+/(?:image|video)/fetch/(?:[^/]*/){{0,9}}?{_URL}", shown.without_query),
    _row("ImageKit", "ik.imagekit.io", rf"/[^/]+/(?:[^/]*/){{0,9}}?{_URL}", shown.without_query),
    _row("Statically", "cdn.statically.io", rf"/img/{_NAMED}", shown.without_options),
    _row("Optimole", ".i.optimole.com", rf"/(?:[^/]*/){{0,9}}?{_URL}", shown.without_query),
    _row("ShortPixel", "cdn.shortpixel.ai .shortpixel.ai", rf"/(?:[^/]*/){{0,9}}?{_URL}", shown.without_query),
    _row("Bing images", "www.bing.com", rf"/images/search\?(?:.*&)?mediaurl={_FIELD}", shown.field),
    _row("Camo", "camo.githubusercontent.com", r"/[0-9a-f]{40,64}/([0-9a-f]+)", shown.of_hex),
    _row("imgix", ".imgix.net", rf"/{_URL}", shown.without_query),
    _row("rsz.io", "rsz.io", rf"/{_NAMED}", shown.without_query),
    _row("Cloudimage", ".cloudimg.io", rf"/(?:v7/)?{_NAMED}", shown.without_query),
    _row("ImageCDN", "imagecdn.app", rf"/v[12]/image/{_URL}", shown.without_query),
    _row("Hypothesis", "hyp.is", rf"/[^/]+/{_NAMED}", shown.as_it_is),
    _row("HTML preview", "htmlpreview.github.io", rf"/\?{_URL}", shown.as_it_is),
    _row("jsDelivr", "cdn.jsdelivr.net fastly.jsdelivr.net gcore.jsdelivr.net testingcf.jsdelivr.net", r"/gh/([^/]+/[^/@]+@.+)", shown.of_version),
    _row("はてなブログ", "blog.hatena.ne.jp", rf"/[A-Za-z][\w-]{{2,31}}/{_NAMED}", shown.as_it_is),
    _row("Substack", "open.substack.com", r"/pub/([a-z0-9-]+(?:/.*)?)", shown.below(".substack.com")),
    _row("Jina Reader", "r.jina.ai", rf"/{_URL}", shown.as_it_is),
    _row("a reader of pages", "r.jina.ai pure.md defuddle.md smry.ai cors-anywhere.herokuapp.com 12ft.io freedium.cfd freedium-mirror.cfd txtify.it into.md markdown.new", rf"/{_NAMED}", shown.as_it_is),
    _row("a reader of pages", "removepaywall.com www.removepaywall.com getpocket.com www.instapaper.com t.me", rf"/(?:search|redirect|text|iv)\?(?:.*&)?ur?l?={_FIELD}", shown.field),
    _row("a service that fetches pages",
         "api.microlink.io api.apiflash.com api.screenshotone.com app.scrapingbee.com api.scraperapi.com api.cors.lol noembed.com"
         " urltomarkdown.herokuapp.com md.dhr.wtf api.firecrawl.dev api.diffbot.com mercury.postlight.com www.printfriendly.com"
         " api.screenshotmachine.com cardyb.bsky.app urlscan.io publish.twitter.com publish.x.com twitframe.com t0.gstatic.com t1.gstatic.com t2.gstatic.com t3.gstatic.com",
         rf"/[^?]*\?(?:.*&)?url={_FIELD}", shown.field),
    _row("textise", "www.textise.net", rf"/[^?]*\?(?:.*&)?strurl={_FIELD}", shown.field),
    _row("Discord", "media.discordapp.net images-ext-1.discordapp.net images-ext-2.discordapp.net", r"/external/[\w-]+/((?:%3F[^/]*/)?https?/[^?]+)", shown.of_discord),
    _row("Naver images", "search.pstatic.net dthumb-phinf.pstatic.net", rf"/[^?]*\?(?:.*&)?src={_FIELD}", shown.field),
    _row("Daum images", "img1.daumcdn.net t1.daumcdn.net", rf"/[^?]*\?(?:.*&)?fname={_FIELD}", shown.field),
    _row("Baidu images", "gimg2.baidu.com gimg3.baidu.com", rf"/image_search/src={_FIELD}", shown.field),
    _row("Yandex images", "yandex.com yandex.ru", rf"/images/search\?(?:.*&)?img_url={_FIELD}", shown.field),
    _row("Embedly", "cdn.embedly.com", rf"/widgets/media\.html\?(?:.*&)?(?:src|url)={_FIELD}", shown.field),
    _row("TwicPics", ".twic.pics", rf"/{_URL}", shown.without_query),
    _row("corsproxy.io", "corsproxy.io", rf"/\?(?:url=)?{_URL}", shown.as_it_is),
    _row("AllOrigins", "api.allorigins.win", rf"/(?:raw|get)\?(?:.*&)?url={_FIELD}", shown.field),
    _row("Steam links", "steamcommunity.com", rf"/linkfilter/?\?(?:.*&)?u(?:rl)?={_FIELD}", shown.field),
    _row("VK links", "vk.com m.vk.com vk.ru", rf"/away\.php\?(?:.*&)?to={_FIELD}", shown.field),
    _row("Zhihu links", "link.zhihu.com", rf"/\?(?:.*&)?target={_FIELD}", shown.field),
    _row("はてなブックマーク", "b.hatena.ne.jp", rf"/entry/(?:s/)?{_NAMED}", shown.as_it_is),
    _row("Outline", "outline.com www.outline.com", rf"/{_NAMED}", shown.as_it_is),
    _row("nbviewer", "nbviewer.org nbviewer.jupyter.org", r"/github/([^?]+)", shown.at("https://github.com/")),
    _row("nbviewer", "nbviewer.org nbviewer.jupyter.org", rf"/urls?/{_NAMED}", shown.as_it_is),
    _row("W3C validator", "validator.w3.org", rf"/(?:nu/|check|checklink)\?(?:.*&)?(?:doc|uri)={_FIELD}", shown.field),
    _row("CodeTabs", "api.codetabs.com", rf"/v1/proxy/?\?(?:.*&)?quest={_FIELD}", shown.field),
    _row("12ft", "12ft.io", rf"/(?:proxy\?(?:.*&)?q=)?{_URL}", shown.as_it_is),
    _row("Facebook links", "l.facebook.com lm.facebook.com l.instagram.com l.threads.com l.threads.net", rf"/[^?]*\?(?:.*&)?u={_FIELD}", shown.field),
    _row("Reddit links", "out.reddit.com", rf"/[^?]*\?(?:.*&)?url={_FIELD}", shown.field),
    _row("LinkedIn links", "www.linkedin.com", rf"/(?:redir/redirect|safety/go)/?\?(?:.*&)?url={_FIELD}", shown.field),
    _row("Slack links", "slack-redir.net", rf"/link\?(?:.*&)?url={_FIELD}", shown.field),
    _row("YouTube links", "www.youtube.com youtube.com m.youtube.com", rf"/redirect\?(?:.*&)?q={_FIELD}", shown.field),
    _row("SoundCloud links", "exit.sc gate.sc", rf"/\?(?:.*&)?url={_FIELD}", shown.field),
    _row("pixiv links", _PIXIV, r"/jump\.php\?(?:(?:.*&)?url=)?(https?(?::|%3A)[^&]+)", shown.field),
    _row("DuckDuckGo links", "duckduckgo.com", rf"/l/\?(?:.*&)?uddg={_FIELD}", shown.field),
    _row("Yahoo links", "r.search.yahoo.com i.search.yahoo.com", r"/(?:[^?]*/)?RU=([^/]+)", shown.field),
    _row("Outlook links", ".safelinks.protection.outlook.com safelinks.protection.outlook.com", rf"/\?(?:.*&)?url={_FIELD}", shown.field),
    _row("Proofpoint links", "urldefense.proofpoint.com", rf"/v2/url\?(?:.*&)?u={_FIELD}", shown.of_proofpoint),
    _row("Barracuda links", "linkprotect.cudasvc.com", rf"/url\?(?:.*&)?a={_FIELD}", shown.field),
    _row("Sophos links", ".protection.sophos.com", r"/\?(?:.*&)?u=(aHR0c[\w/+-]+)", shown.of_base64),
    _row("a jump of a board", "jump.2ch.net jump.5ch.net ime.nu ime.st pinktower.com", rf"/\??{_NAMED}", shown.as_it_is),
    _row("はてなブックマーク", "b.hatena.ne.jp", rf"/entry\?(?:.*&)?url={_FIELD}", shown.field),
    _row("Proofpoint links", "urldefense.com urldefense.us", r"/v3/__(https?:.+?)__;", shown.as_it_is),
    _row("Google viewer", "docs.google.com drive.google.com", rf"/(?:gview|viewer|viewerng/viewer)\?(?:.*&)?url={_FIELD}", shown.field),
    _row("Office viewer", "view.officeapps.live.com", rf"/op/[a-z]+\.aspx\?(?:.*&)?src={_FIELD}", shown.field),
    _row("a search by picture", "saucenao.com iqdb.org tineye.com www.tineye.com lens.google.com", rf"/[^?]*\?(?:.*&)?url={_FIELD}", shown.field),
    # the same under another host
    _row("楽天", "thumbnail.image.rakuten.co.jp", r"/@0_(?:mall|gold)/([^?]+)", shown.at("https://image.rakuten.co.jp/")),
    _row("a mirror of pixiv", "pximg.rainchan.win", r"/img\?(?:.*&)?img_id=(\d{3,12})", shown.at("https://www.pixiv.net/artworks/")),
    _row("a mirror of pixiv's pictures", "i.pixiv.re i.pixiv.cat i.pixiv.nl i.pixiv.ru pximg.obfs.dev proxy.pixivel.moe", r"/(.+)", shown.at("https://i.pximg.net/")),
    _row("a mirror of pixiv", "pixiv.re pixiv.cat pixiv.nl www.pixiv.cat", r"/(\d{3,12})(?:-\d+)?\.[a-z]+", shown.at("https://www.pixiv.net/artworks/")),
    _row("pixiv", _PIXIV, r"/(?:[a-z]{2}(?:-[a-z]{2,4})?/)?(?:artworks|i)/(\d{1,12})", shown.at("https://www.pixiv.net/artworks/")),
    _row("pixiv", _PIXIV, r"/member_illust\.php\?(?:.*&)?illust_id=(\d{1,12})", shown.at("https://www.pixiv.net/artworks/")),
    _row("pixiv", _PIXIV, r"/(?:touch/)?ajax/illust/(?:details\?(?:.*&)?illust_id=)?(\d{1,12})", shown.at("https://www.pixiv.net/artworks/")),
    _row("pixiv", "embed.pixiv.net app-api.pixiv.net", r"/[^?]*\?(?:.*&)?illust_id=(\d{1,12})", shown.at("https://www.pixiv.net/artworks/")),
    _row("pictures of pixiv", "i.pximg.net i-cf.pximg.net", r"/(?:[^/]*/){0,3}img/(?:\d{1,4}/){6}(\d{1,12})_", shown.at("https://www.pixiv.net/artworks/")),
    _row("pictures of YouTube", "i.ytimg.com i1.ytimg.com i2.ytimg.com i3.ytimg.com i4.ytimg.com i5.ytimg.com i6.ytimg.com i7.ytimg.com i8.ytimg.com i9.ytimg.com ytimg.googleusercontent.com img.youtube.com i.ytimg.jp " + _INVIDIOUS,
         r"/(?:vi|an)(?:_webp)?/([\w-]{11})/", shown.at("https://www.youtube.com/watch?v=")),
    _row("YouTube", _INVIDIOUS, r"/api/timedtext\?(?:.*&)?v=([\w-]{11})(?=&|\Z)", shown.at("https://www.youtube.com/watch?v=")),
    _row("YouTube", _INVIDIOUS, r"/attribution_link\?(?:.*&)?u=(?:%2F|/)watch(?:%3F|\?)v(?:%3D|=)([\w-]{11})", shown.at("https://www.youtube.com/watch?v=")),
    _row("Nitter", _NITTER, r"/pic/(?:orig/)?((?:pbs|video)\.twimg\.com(?:/|%2F)[^?]+)", shown.at("https://")),
    _row("Nitter", _NITTER, r"/pic/(?:orig/)?((?!(?:pbs|video)\.)[^?]+)", shown.at("https://pbs.twimg.com/")),
    _row("YouTube", "youtu.be", r"/([\w-]{11})(?=[?&/]|\Z)", shown.at("https://www.youtube.com/watch?v=")),
    _row("YouTube", _INVIDIOUS, r"/(?:shorts|embed|live|v|e|watch)/([\w-]{11})(?=[?&/]|\Z)", shown.at("https://www.youtube.com/watch?v=")),
    _row("YouTube", _INVIDIOUS, r"/watch\?(?:.*&)?v=([\w-]{11})(?=&|\Z)", shown.at("https://www.youtube.com/watch?v=")),
    _row("ニコニコ", "nico.ms www.nicovideo.jp nicovideo.jp sp.nicovideo.jp embed.nicovideo.jp ext.nicovideo.jp dic.nicovideo.jp www.nicozon.net www.nicolog.jp", r"/(?:watch/|thumb/|v/|api/getthumbinfo/)?((?:sm|nm|so)\d{1,12})", shown.at("https://www.nicovideo.jp/watch/")),
    _row("pictures of ニコニコ", "nicovideo.cdn.nimg.jp tn.smilevideo.jp", r"/thumbnails/(\d{1,12})/", shown.at("https://www.nicovideo.jp/watch/sm")),
    _row("小説家になろう", "ncode.syosetu.com novelcom.syosetu.com pdfnovels.net", r"/(?:novelview/infotop/ncode/)?(n\d{4}[a-z]{1,3})(?=[/?]|\Z)", _of_ncode),
    _row("小説家になろう", "api.syosetu.com", r"/novelapi/api/\?(?:.*&)?ncode=(n\d{4}[a-z]{1,3})(?=&|\Z)", _of_ncode),
    _row("Reddit", "rxddit.com www.rxddit.com vxreddit.com old.reddit.com np.reddit.com new.reddit.com m.reddit.com", r"/(r/[^?]+)", shown.at("https://www.reddit.com/")),
    _row("channels of YouTube", _INVIDIOUS, r"/(?:feeds/videos\.xml\?(?:.*&)?channel_id=|feed/channel/|channel/)(UC[\w-]{22})(?=[/?&]|\Z)", shown.at("https://www.youtube.com/channel/")),
    _row("SkyView", "skyview.social", rf"/\?(?:.*&)?url={_FIELD}", shown.field),
    _row("SoundCloud", "w.soundcloud.com", rf"/player/?\?(?:.*&)?url={_FIELD}", shown.field),
    _row("Elk", "elk.zone main.elk.zone", r"/([a-z0-9.-]+\.[a-z]{2,63}/@.+)", shown.as_it_is),
    _row("WordPress.com", "public-api.wordpress.com", rf"/(?:rest|wp/v2)/(?:v[\d.]+/)?sites/{_NAMED}", shown.as_it_is),
    _row("FC2ブログ", _FC2, r"/[\w-]/[\w-]/[\w-]/([\w-]+/[^?]+)", shown.below(".blog.fc2.com")),
    # software that anybody may run
    _row("Next.js", "", rf"/_next/image/?\?(?:.*&)?url={_FIELD}", shown.field),
    _row("Vercel", "", rf"/_vercel/image\?(?:.*&)?url={_FIELD}", shown.field),
    _row("Netlify", "", rf"/\.netlify/images\?(?:.*&)?url={_FIELD}", shown.field),
    _row("Gatsby", "", r"/_gatsby/(?:image|file)/(aHR0c[\w-]+)/", shown.of_base64),
    _row("Astro", "", rf"/_image/?\?(?:.*&)?href={_FIELD}", shown.field),
    _row("Nuxt Image", "", rf"/_ipx/(?:[^/]*/){{0,9}}?{_URL}", shown.without_query),
    _row("Nuxt Image of the site", "", r"/_ipx/[^/]+/((?!https?:)[^?]+)", shown.as_it_is),
    _row("oEmbed", "", r"/(?:o?embed)\b[^?]*\?(?:.*&)?url=(https?(?::|%3A)[^&]+)", shown.field),
    _row("Misskey", "", r"/proxy/[\w.-]+\?(?:.*&)?url=(https?(?::|%3A)[^&]+)", shown.field),
    _row("Pleroma", "", r"/proxy/(?:preview/)?[\w-]+/(aHR0c[\w-]+)(?:/|\Z)", shown.of_base64),
    _row("Cloudflare", "", r"/cdn-cgi/image/[^/]+/([^?]+)", shown.as_it_is),
    _row("TimThumb", "", rf"/(?:tim|php)thumb\.php\?(?:.*&)?src={_FIELD}", shown.field),
    _row("imgproxy", "", r"/plain/(https?:(?:/|%2F)[^@?]+)", shown.as_it_is),
    _row("imgproxy", "", r"/(aHR0c(?:DovL|HM6Ly)[\w/-]++=*)(?:\.[a-z0-9]+)?(?:\?.*)?\Z", shown.of_base64),
    _row("a proxy with an address in base64", "", r"[?=](aHR0c(?:DovL|HM6Ly)(?:[\w/+-]|%2[BF])++(?:=|%3D)*)(?=&|\Z)", shown.of_base64),
    _row("Camo elsewhere", "", r"/[0-9a-f]{32,64}/(6874747(?:0|073)3a2f2f[0-9a-f]+)", shown.of_hex),
    _row("Fediverse", "", r"/(?:web/)?@([\w.-]{1,64}@(?:[a-z0-9-]+\.)+[a-z]{2,63}(?:/.*)?)\Z", shown.of_account),
    _row("thumbor", "", rf"/unsafe/(?:[^/]*/){{0,9}}?{_URL}", shown.without_query),
    _row("thumbor", "", rf"/unsafe/(?:[^/.]*/){{0,9}}?{_NAMED}", shown.without_query),
    _row("thumbor", "", rf"/[\w-]{{27}}=/(?:[^/.]*/){{0,9}}?{_NAMED}", shown.without_query),
    _row("PDF.js", "", r"viewer\.html\?(?:.*&)?file=(https?(?::|%3A)[^&#]+)", shown.field),
    _row("a page that sends on by its name", "",
         r"/(?:[\w-]*redir(?:ect)?|jump|outgoing|away(?:\.php)?|exit|leav(?:e|ing)|go-wild|sinaurl|linkfilter|middlem\.html|r)/?\?(?:.*&)?"
         r"(?:url|u|to|target|q|link|dest|destination|pfurl)=(https?(?::|%3A)[^&]+)", shown.field),
    _row("a page that sends on by its host", "link.juejin.cn link.csdn.net jump.bdimg.com", rf"/(?:safecheck/index)?\?(?:.*&)?(?:target|url)={_FIELD}", shown.field),
    _row("a page that sends on", "", r"\A[^?]*\?(https?(?::/|%3A%2F).+)", shown.as_a_whole),
    _row("a proxy with the scheme as a folder", "", r"/(https?//?(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]+/.*)\Z", shown.scheme_in_path),
    _row("a proxy that takes an address as its path", "", r"\A[^?]*?/(https?:/.+)", shown.as_it_is),
    _row("a proxy with a query of its own", "", r"\A[^?]*?/(https?:/[^?]+\.(?:png|jpe?g|gif|webp|avif))\?", shown.as_it_is),
    _row("a proxy that takes an escaped address as its path", "", r"\A[^?]*?/(https?:%2F[^?]+)", shown.as_it_is),
    _row("a proxy that takes an address escaped twice", "", r"/(https?%253A%252F%252F[^?&]+)", lambda text: shown.as_a_whole(unquote(text))),
    _row("a proxy by its name", "", r"proxy[^/?]{0,20}/?\?(?:.*&)?(?:url|u|target|src|link|q)=(https?(?::|%3A)[^&]+)", shown.field),
    _row("a proxy of pictures", "", r"[?&](?:ur[li]|src|img|image|[upiq]|source|to|target|dest|link|file|fname|riu|path|original|(?:image|img|media|photo|pic|picture|thumb)[_-]?ur[li]|picture|photo|pic|thumb(?:nail)?|poster|avatar)=(https?(?::|%3A)[^&]+\.(?:png|jpe?g|gif|webp|avif)(?:[?%][^&]*)?)(?:&|\Z)", shown.field),
)  # fmt: skip

_OF_ONE_WORK: Final = frozenset({"pixiv", "YouTube", "ニコニコ", "小説家になろう"})
"""Rows that bring other addresses of a work to the first one, at the same platform."""

_NOTHING_BELOW: Final = re.compile(r"/?(?:[?&].*)?")
_DASHED: Final = (".translate.goog", ".ipns.dweb.link", ".ipns.inbrowser.link")
"""Below these, the first label is the host that is shown, its dots written `-`."""

_AT_NAMES: Final = {name: [row for row in MIRRORS if name in row.hosts] for row in MIRRORS for name in row.hosts}
_ANYWHERE: Final = [row for row in MIRRORS if not row.hosts]
_RELATIVE: Final = frozenset(
    {"Next.js", "Vercel", "Netlify", "Astro", "Cloudflare", "TimThumb", "Nuxt Image of the site"}
)
"""Software that shows files of its own host by their path."""

_BLOGSPOT: Final = (
    "jp de fr it nl be ch at se no dk fi pt ca in hk tw sg ru ro hu cz sk gr ie mx com.br com.ar com.au com.es com.tr "
    "com.co com.cy com.ee com.eg com.mt com.ng com.uy co.uk co.id co.il co.ke co.nz co.za"
)
_SAME_SITE: Final = {
    **{f".blogspot.{top}": ".blogspot.com" for top in _BLOGSPOT.split()},
    ".m.wikipedia.org": ".wikipedia.org",
}
_ALSO: Final = {**_SAME_SITE, ".files.wordpress.com": ".wordpress.com", ".up.seesaa.net": ".seesaa.net"}
"""Ends of names under which the sites of another end are found, with its end."""

BELOW: Final = (*_DASHED, *_ALSO, *(name for name in _AT_NAMES if name[0] == "."))
AT: Final = frozenset(name for name in _AT_NAMES if name[0] != ".")
"""The hosts of mirrors: those below `BELOW`, and `AT` these."""

_ANYWHERE_FORM: Final = r"_next/image|_vercel/image|netlify/images|_image/?\?|_ipx/|cdn-cgi/image/|(?:tim|php)thumb\.php|/@[\w.-]+@|/unsafe/|/[\w-]{27}=/|/https?//?|.https?(?::|%(?:25)?3A)|[?=/]aHR0c|/[0-9a-f]{32,64}/687474"
_MAY_SHOW: Final = re.compile(_ANYWHERE_FORM, re.IGNORECASE)
MAY_SHOW_AS_WRITTEN: Final = (
    rf"(?is){_ANYWHERE_FORM}|[\x00-\x1f\\]|/\.|%(?:2[DE]|3[0-9]|[46][1-9A-F]|[57][0-9A]|5[CF])"
)
"""For bulk, in RE2: a URL, however spelled, at whatever host, that may show another, and some that do not.

Of the characters that are themselves however they are escaped, `~` alone is in no address that shows another.
"""


def first_host(host: str) -> str | None:
    """Return the first name of a site that is shown under several names of hosts, None for others."""
    names = (host.removesuffix(name) + first for name, first in _SAME_SITE.items() if host.endswith(name))
    return next(names, None)


def work_shown(identity: str) -> str | None:
    """Return the first address of the work of which a canonical URL is another one; None for all others.

    What lies below the address of a work, such as an episode, is not the work.
    """
    host, rest = split(identity)
    for row in _AT_NAMES.get(host, ()) if len(identity) <= MAX_READ else ():
        place = compiled(row.place, re.IGNORECASE).match(rest) if row.name in _OF_ONE_WORK else None
        if place and _NOTHING_BELOW.fullmatch(rest, place.end()):
            return next(_read(row, place[1], host), None)
    return None


def shown_by(identity: str) -> tuple[Shown, ...]:
    """Return what a canonical URL shows: the addresses in it, and those inside them, each once.

    At most `MAX_SHOWN`, `MAX_NESTING` deep.
    """
    found: dict[str, Shown] = {}
    layer = [identity]
    for _ in range(MAX_NESTING):
        layer = [
            found.setdefault(inner, Shown(inner, split(outer)[0])).identity
            for outer in layer
            for inner in _inside(outer)
            if inner not in found and inner != identity
        ]
    return tuple(found.values())[:MAX_SHOWN]


def _inside(identity: str) -> Iterator[str]:
    if len(identity) > MAX_READ:
        return
    host, rest = split(identity)
    below = [name for name in BELOW if host.endswith(name)] if host.endswith(BELOW) else []  # nearly no host is
    rows = [*_AT_NAMES.get(host, ()), *(row for name in below for row in _AT_NAMES.get(name, ()))]
    if _MAY_SHOW.search(rest):
        rows += _ANYWHERE
    for row in rows:
        pattern = compiled(row.place, re.IGNORECASE)
        place = pattern.match(rest) if row.hosts else pattern.search(rest)
        if place:
            yield from _read(row, place[1], host)
    yield from _of_other_names(host, rest) if below else ()


def _of_other_names(host: str, rest: str) -> Iterator[str]:
    """Yield what is under the other names of the site that a host is."""
    for name, known in _ALSO.items():
        if host.endswith(name):
            yield from _canonical(f"https://{host.removesuffix(name)}{known}{rest}")
    for name in _DASHED:
        if host.endswith(name):
            yield from _canonical(shown.dashes(host.removesuffix(name) + rest))


def _read(row: Mirror, text: str, host: str) -> Iterator[str]:
    if row.name in _RELATIVE and not re.match(r"(?:https?:|//|%2F%2F)", text, re.IGNORECASE):
        path = unquote_plus(text) if row.read is shown.field else text
        yield from _canonical(f"https://{host}/{path.lstrip('/')}")
        return
    try:
        yield from _canonical(row.read(text))
    except (ValueError, binascii.Error):
        return


def _canonical(url: str) -> Iterator[str]:
    try:
        identity = canonical(url)
    except InvalidUrlError:
        return
    if "." in split(identity)[0]:
        yield identity
