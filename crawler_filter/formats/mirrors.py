"""The address inside the address: archives, caches and proxies that show what lies elsewhere.

`MIRRORS` is a table of data. A row says at which hosts it holds, and where in the canonical form of their URLs the
address stands that they show. Rows without hosts are software that anybody may run. What a mirror shows is looked
up as well as its own address, so a copy in an archive is reserved as the page is.
"""

# ruff: noqa: E501 - a row of a table stays on its lines

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, unquote_plus

from crawler_filter.errors import InvalidUrlError
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
    place: re.Pattern[str]
    read: Callable[[str], str]


def _as_it_is(text: str) -> str:
    """Read an address that goes on to the end, its query included, or one that is escaped as a whole."""
    return _absolute(unquote(text) if re.match(r"https?:%2F", text) else text)


def _without_query(text: str) -> str:
    """Read an address in a path; the query is the proxy's own."""
    return _as_it_is(text.partition("?")[0])


def _without_options(text: str) -> str:
    """Read an address between whose host and path the proxy's options stand: `host/w=300,q=80/page.png`."""
    return _without_query(re.sub(r"\A([^/]+)/[a-z]+=[^/]*(?=/)", r"\1", text))


def _field(text: str) -> str:
    """Read an address in a field of a query, in quotes or not."""
    return _absolute(unquote_plus(text).strip('"'))


def _as_a_whole(text: str) -> str:
    """Read an address that is all of a query, escaped as a whole or not."""
    return _absolute(unquote(text) if re.match(r"https?%3A", text, re.IGNORECASE) else text)


def _of_account(text: str) -> str:
    """Read the account of another server, as in `user@host/page`."""
    user, _, rest = text.partition("@")
    host, slash, page = rest.partition("/")
    return f"https://{host}/@{user}{slash}{page}"


def _base64(text: str) -> str:
    return base64.urlsafe_b64decode(text.replace("/", "") + "==").decode()


def _in_base64(text: str) -> str:
    """Read an address that stands in a record of bytes, as Google's feeds of news have it."""
    found = re.search(rb"https?://[!-~]+", base64.urlsafe_b64decode(text + "=="))
    return found[0].decode() if found else ""


def _of_discord(text: str) -> str:
    """Read `%3Fquery/https/host/page`: the query stands before the scheme, and what comes last is the proxy's own."""
    query, _, rest = text.partition("/") if text.startswith("%3F") else ("", "", text)
    return _scheme_in_path(rest) + unquote(query)


def _of_proofpoint(text: str) -> str:
    """Read an address whose percent signs are written `-` and whose slashes `_`."""
    return unquote(unquote(text).replace("-", "%").replace("_", "/"))


def _hex(text: str) -> str:
    return bytes.fromhex(text).decode()


def _dashes(text: str) -> str:
    """Read a host whose dots are written `-` and whose hyphens `--`, before the path, as in `a--b-jp/page`."""
    name, slash, rest = text.partition("/")
    host = name.replace("--", "\0").replace("-", ".").replace("\0", "-")
    path, _, query = rest.partition("?")
    fields = "&".join(field for field in query.split("&") if not field.startswith("_x_tr_"))
    return f"https://{host}{slash}{path}" + (f"?{fields}" if fields else "")


def _scheme_in_path(text: str) -> str:
    """Read an address whose scheme is a folder: `https/host/page`."""
    scheme, _, rest = text.partition("/")
    return f"{scheme}://{rest}"


def _at(address: str) -> Callable[[str], str]:
    """Return a reader of what stands below an address: a path, or a number."""
    return lambda text: f"{address}{unquote(text)}"


def _absolute(text: str) -> str:
    """Return a URL of an address with or without its scheme, whose slashes may have been merged."""
    scheme = re.match(r"(?:https?:/{1,2}|//|ssl:)", text, re.IGNORECASE)
    return f"https://{text[scheme.end() if scheme else 0 :].lstrip('/')}"


def _row(name: str, hosts: str, place: str, read: Callable[[str], str]) -> Mirror:
    return Mirror(name, tuple(hosts.split()), re.compile(place, re.IGNORECASE), read)


_URL: Final = r"(https?:(?:/|%2F).+)"
_FIELD: Final = r"([^&]+)"
_NAMED: Final = r"([a-z0-9][a-z0-9.-]*\.[a-z][a-z0-9-]+(?:[:/?].*)?)"

_TOPS_OF_GOOGLE: Final = (
    "com co.jp co.kr co.uk co.in co.id co.th com.tw com.hk com.br com.mx com.ar com.au com.tr com.vn com.sg ca de fr "
    "it es pt nl be ch at se no dk fi pl cz hu ro gr ru"
)
_NITTER: Final = "nitter.net xcancel.com nitter.poast.org nitter.privacyredirect.com nitter.tiekoetter.com lightbrd.com nitter.space"
_INVIDIOUS: Final = (
    "yewtu.be inv.nadeko.net invidious.nerdvpn.de piped.video koutube.com m.youtube.com music.youtube.com youtube.com "
    "www.youtube.com www.youtube-nocookie.com"
)
_PIXIV: Final = "www.pixiv.net pixiv.net touch.pixiv.net www.phixiv.net phixiv.net"

_GOOGLE: Final = " ".join(f"www.google.{top}" for top in _TOPS_OF_GOOGLE.split())

MIRRORS: Final = (
    # archives
    _row("Internet Archive", "web.archive.org", rf"/(?:web|save)/(?:[0-9*]{{1,14}}(?:[a-z]{{2}}_)?/)?{_URL}", _as_it_is),
    _row("Internet Archive", "web.archive.org", rf"/web/(?:[0-9*]{{1,14}}(?:[a-z]{{2}}_)?/){_NAMED}", _as_it_is),
    _row("Internet Archive", "archive.org wayback.archive.org", rf"/wayback/available\?(?:.*&)?url={_FIELD}", _field),
    _row("archive.today", "archive.ph archive.today archive.is archive.md archive.vn archive.li archive.fo",
         rf"/(?:[0-9.-]{{4,20}}/|newest/|oldest/|timegate/|o/[A-Za-z0-9]+/)?{_URL}", _as_it_is),
    _row("Arquivo.pt", "arquivo.pt", rf"/(?:wayback|noFrame/replay)/[0-9]+[a-z_]*/{_URL}", _as_it_is),
    _row("Archive-It", "wayback.archive-it.org", rf"/(?:[0-9]+|org-[0-9]+|all)/[0-9*]+[a-z_]*/{_URL}", _as_it_is),
    _row("UK Web Archive", "webarchive.nationalarchives.gov.uk www.webarchive.org.uk",
         rf"/(?:ukgwa/|wayback/archive/)?[0-9*]+[a-z_]*/{_URL}", _as_it_is),
    _row("Ghostarchive", "ghostarchive.org", rf"/search\?(?:.*&)?term={_FIELD}", _field),
    _row("Stanford Web Archive", "swap.stanford.edu", rf"/(?:was/)?[0-9*]+[a-z_]*/{_URL}", _as_it_is),
    _row("ウェブ魚拓", "megalodon.jp gyo.tc", rf"/[0-9-]{{4,20}}/{_URL}", _as_it_is),
    _row("WARP", "warp.ndl.go.jp warp.da.ndl.go.jp", rf"/(?:info:ndljp/pid|collections/content/info:ndljp/pid)/[0-9]+/{_NAMED}",
         _as_it_is),
    _row("WARP", "warp.ndl.go.jp", rf"/(?:web/)?[0-9]{{8,14}}[a-z_]*/{_URL}", _as_it_is),
    _row("archive.today", "archive.ph archive.today archive.is archive.md archive.vn archive.li archive.fo",
         rf"/(?:submit/)?\?(?:.*&)?url={_FIELD}", _field),
    _row("Wikiwix", "archive.wikiwix.com", rf"/cache/[^?]*\?(?:.*&)?url={_FIELD}", _field),
    _row("WebCite", "www.webcitation.org", rf"/[^?]*\?(?:.*&)?url={_FIELD}", _field),
    # caches and translations
    _row("Google cache", "webcache.googleusercontent.com", r"/search\?(?:.*&)?q=cache:(?:[\w-]{1,20}:)?([^&+]+)", _field),
    _row("Google links", f"{_GOOGLE} plus.google.com", rf"/url\?(?:.*&)?(?:q|url)={_FIELD}", _field),
    _row("Yandex Translate", "translate.yandex.com translate.yandex.ru", rf"/translate\?(?:.*&)?url={_FIELD}", _field),
    _row("Google Translate", "translate.google.com", rf"/(?:translate|website)\?(?:.*&)?u={_FIELD}", _field),
    _row("Google AMP viewer", _GOOGLE, rf"/amp/(?:s/)?{_NAMED}", _as_it_is),
    _row("AMP cache", "cdn.ampproject.org .cdn.ampproject.org .bing-amp.com .amp.cloudflare.com",
         rf"/[a-z]{{1,4}}/(?:w[0-9]+/)?(?:s/)?{_NAMED}", _as_it_is),
    _row("Papago", "papago.naver.net", rf"/website\?(?:.*&)?url={_FIELD}", _field),
    _row("エキサイト翻訳", "www.excite-webtl.jp", rf"/[^?]*\?(?:.*&)?wb_url={_FIELD}", _field),
    _row("Yahoo! 翻訳", "honyaku.yahoo.co.jp", rf"/[^?]*\?(?:.*&)?url={_FIELD}", _field),
    _row("Baidu Translate", "fanyi.baidu.com", rf"/transpage\?(?:.*&)?query={_FIELD}", _field),
    _row("Yandex cache", "yandexwebcache.net hghltd.yandex.net", rf"/yandbtm\?(?:.*&)?url={_FIELD}", _field),
    _row("Google News", "news.google.com", r"/(?:rss/)?(?:articles|read)/(CBMi[\w-]+)", _in_base64),
    _row("Bing Translator", "www.translatetheweb.com www.microsofttranslator.com", rf"/(?:bv\.aspx)?\?(?:.*&)?a={_FIELD}", _field),
    _row("Bing cache", "cc.bingj.com", rf"/cache\.aspx\?(?:.*&)?(?:u|url)={_FIELD}", _field),
    _row("Tumblr links", "t.umblr.com", rf"/redirect\?(?:.*&)?z={_FIELD}", _field),
    _row("Google images", _GOOGLE, rf"/imgres\?(?:.*&)?imgurl={_FIELD}", _field),
    _row("Google images", _GOOGLE, rf"/search(?:byimage)?\?(?:.*&)?image_url={_FIELD}", _field),
    _row("Google images", _GOOGLE, rf"/imgres\?(?:.*&)?imgrefurl={_FIELD}", _field),
    _row("Google gadgets", "images1-focus-opensocial.googleusercontent.com images-focus-opensocial.googleusercontent.com",
         rf"/gadgets/proxy\?(?:.*&)?url={_FIELD}", _field),
    # image proxies
    _row("Photon", "i0.wp.com i1.wp.com i2.wp.com i3.wp.com", rf"/{_NAMED}", _without_query),
    _row("mShots", "s0.wp.com s.wordpress.com", rf"/mshots/v1/{_URL}", _without_query),
    _row("weserv", "images.weserv.nl wsrv.nl weserv.nl", rf"/\?(?:.*&)?url={_FIELD}", _field),
    _row("DuckDuckGo", "external-content.duckduckgo.com proxy.duckduckgo.com", rf"/iu/\?(?:.*&)?u={_FIELD}", _field),
    _row("Cloudinary", "res.cloudinary.com", rf"/[^/]+/(?:image|video)/fetch/(?:[^/]*/){{0,9}}?{_URL}", _without_query),
    _row("ImageKit", "ik.imagekit.io", rf"/[^/]+/(?:[^/]*/){{0,9}}?{_URL}", _without_query),
    _row("Statically", "cdn.statically.io", rf"/img/{_NAMED}", _without_options),
    _row("Optimole", ".i.optimole.com", rf"/(?:[^/]*/){{0,9}}?{_URL}", _without_query),
    _row("ShortPixel", "cdn.shortpixel.ai .shortpixel.ai", rf"/(?:[^/]*/){{0,9}}?{_URL}", _without_query),
    _row("Bing images", "www.bing.com", rf"/images/search\?(?:.*&)?mediaurl={_FIELD}", _field),
    _row("Camo", "camo.githubusercontent.com", r"/[0-9a-f]{40,64}/([0-9a-f]+)", _hex),
    _row("imgix", ".imgix.net", rf"/{_URL}", _without_query),
    _row("rsz.io", "rsz.io", rf"/{_NAMED}", _without_query),
    _row("Cloudimage", ".cloudimg.io", rf"/(?:v7/)?{_NAMED}", _without_query),
    _row("ImageCDN", "imagecdn.app", rf"/v[12]/image/{_URL}", _without_query),
    _row("Hypothesis", "hyp.is", rf"/[^/]+/{_NAMED}", _as_it_is),
    _row("HTML preview", "htmlpreview.github.io", rf"/\?{_URL}", _as_it_is),
    _row("Jina Reader", "r.jina.ai", rf"/{_URL}", _as_it_is),
    _row("a reader of pages", "r.jina.ai pure.md defuddle.md smry.ai cors-anywhere.herokuapp.com", rf"/{_NAMED}", _as_it_is),
    _row("a reader of pages", "removepaywall.com getpocket.com www.instapaper.com t.me", rf"/(?:search|redirect|text|iv)\?(?:.*&)?ur?l?={_FIELD}", _field),
    _row("a service that fetches pages",
         "api.microlink.io api.apiflash.com api.screenshotone.com app.scrapingbee.com api.scraperapi.com api.cors.lol noembed.com",
         rf"/[^?]*\?(?:.*&)?url={_FIELD}", _field),
    _row("Discord", "media.discordapp.net images-ext-1.discordapp.net images-ext-2.discordapp.net", r"/external/[\w-]+/((?:%3F[^/]*/)?https?/[^?]+)", _of_discord),
    _row("Naver images", "search.pstatic.net dthumb-phinf.pstatic.net", rf"/[^?]*\?(?:.*&)?src={_FIELD}", _field),
    _row("Daum images", "img1.daumcdn.net t1.daumcdn.net", rf"/[^?]*\?(?:.*&)?fname={_FIELD}", _field),
    _row("Baidu images", "gimg2.baidu.com gimg3.baidu.com", rf"/image_search/src={_FIELD}", _field),
    _row("Yandex images", "yandex.com yandex.ru", rf"/images/search\?(?:.*&)?img_url={_FIELD}", _field),
    _row("Embedly", "cdn.embedly.com", rf"/widgets/media\.html\?(?:.*&)?(?:src|url)={_FIELD}", _field),
    _row("TwicPics", ".twic.pics", rf"/{_URL}", _without_query),
    _row("corsproxy.io", "corsproxy.io", rf"/\?(?:url=)?{_URL}", _as_it_is),
    _row("AllOrigins", "api.allorigins.win", rf"/(?:raw|get)\?(?:.*&)?url={_FIELD}", _field),
    _row("Steam links", "steamcommunity.com", rf"/linkfilter/?\?(?:.*&)?u(?:rl)?={_FIELD}", _field),
    _row("VK links", "vk.com m.vk.com vk.ru", rf"/away\.php\?(?:.*&)?to={_FIELD}", _field),
    _row("Zhihu links", "link.zhihu.com", rf"/\?(?:.*&)?target={_FIELD}", _field),
    _row("はてなブックマーク", "b.hatena.ne.jp", rf"/entry/(?:s/)?{_NAMED}", _as_it_is),
    _row("Outline", "outline.com www.outline.com", rf"/{_NAMED}", _as_it_is),
    _row("nbviewer", "nbviewer.org nbviewer.jupyter.org", rf"/urls?/{_NAMED}", _as_it_is),
    _row("W3C validator", "validator.w3.org", rf"/(?:nu/|check|checklink)\?(?:.*&)?(?:doc|uri)={_FIELD}", _field),
    _row("CodeTabs", "api.codetabs.com", rf"/v1/proxy/?\?(?:.*&)?quest={_FIELD}", _field),
    _row("12ft", "12ft.io", rf"/(?:proxy\?(?:.*&)?q=)?{_URL}", _as_it_is),
    _row("Facebook links", "l.facebook.com lm.facebook.com l.instagram.com l.threads.com l.threads.net", rf"/[^?]*\?(?:.*&)?u={_FIELD}", _field),
    _row("Reddit links", "out.reddit.com", rf"/[^?]*\?(?:.*&)?url={_FIELD}", _field),
    _row("LinkedIn links", "www.linkedin.com", rf"/(?:redir/redirect|safety/go)/?\?(?:.*&)?url={_FIELD}", _field),
    _row("Slack links", "slack-redir.net", rf"/link\?(?:.*&)?url={_FIELD}", _field),
    _row("YouTube links", "www.youtube.com youtube.com m.youtube.com", rf"/redirect\?(?:.*&)?q={_FIELD}", _field),
    _row("SoundCloud links", "exit.sc gate.sc", rf"/\?(?:.*&)?url={_FIELD}", _field),
    _row("pixiv links", _PIXIV, r"/jump\.php\?(?:(?:.*&)?url=)?(https?(?::|%3A)[^&]+)", _field),
    _row("DuckDuckGo links", "duckduckgo.com", rf"/l/\?(?:.*&)?uddg={_FIELD}", _field),
    _row("Yahoo links", "r.search.yahoo.com", r"/(?:[^?]*/)?RU=([^/]+)", _field),
    _row("Outlook links", ".safelinks.protection.outlook.com safelinks.protection.outlook.com", rf"/\?(?:.*&)?url={_FIELD}", _field),
    _row("Proofpoint links", "urldefense.proofpoint.com", rf"/v2/url\?(?:.*&)?u={_FIELD}", _of_proofpoint),
    _row("Barracuda links", "linkprotect.cudasvc.com", rf"/url\?(?:.*&)?a={_FIELD}", _field),
    _row("Sophos links", ".protection.sophos.com", r"/\?(?:.*&)?u=(aHR0c[\w/+-]+)", _base64),
    _row("a jump of a board", "jump.2ch.net jump.5ch.net ime.nu ime.st pinktower.com", rf"/\??{_NAMED}", _as_it_is),
    _row("はてなブックマーク", "b.hatena.ne.jp", rf"/entry\?(?:.*&)?url={_FIELD}", _field),
    _row("Proofpoint links", "urldefense.com urldefense.us", r"/v3/__(https?:.+?)__;", _as_it_is),
    _row("Google viewer", "docs.google.com drive.google.com", rf"/(?:gview|viewer|viewerng/viewer)\?(?:.*&)?url={_FIELD}", _field),
    _row("Office viewer", "view.officeapps.live.com", rf"/op/[a-z]+\.aspx\?(?:.*&)?src={_FIELD}", _field),
    _row("a search by picture", "saucenao.com iqdb.org tineye.com www.tineye.com lens.google.com", rf"/[^?]*\?(?:.*&)?url={_FIELD}", _field),
    # the same under another host
    _row("a mirror of pixiv's pictures", "i.pixiv.re i.pixiv.cat i.pixiv.nl i.pixiv.ru pximg.obfs.dev", r"/(.+)", _at("https://i.pximg.net/")),
    _row("a mirror of pixiv", "pixiv.re pixiv.cat pixiv.nl www.pixiv.cat", r"/(\d{3,12})(?:-\d+)?\.[a-z]+", _at("https://www.pixiv.net/artworks/")),
    _row("pixiv", _PIXIV, r"/(?:[a-z]{2}(?:-[a-z]{2,4})?/)?(?:artworks|i)/(\d{1,12})", _at("https://www.pixiv.net/artworks/")),
    _row("pixiv", _PIXIV, r"/member_illust\.php\?(?:.*&)?illust_id=(\d{1,12})", _at("https://www.pixiv.net/artworks/")),
    _row("pixiv", _PIXIV, r"/(?:touch/)?ajax/illust/(?:details\?(?:.*&)?illust_id=)?(\d{1,12})", _at("https://www.pixiv.net/artworks/")),
    _row("pixiv", "embed.pixiv.net app-api.pixiv.net", r"/[^?]*\?(?:.*&)?illust_id=(\d{1,12})", _at("https://www.pixiv.net/artworks/")),
    _row("pictures of pixiv", "i.pximg.net i-cf.pximg.net", r"/(?:[^/]*/){0,3}img/(?:\d{1,4}/){6}(\d{1,12})_", _at("https://www.pixiv.net/artworks/")),
    _row("pictures of YouTube", "i.ytimg.com i1.ytimg.com i2.ytimg.com i3.ytimg.com i4.ytimg.com img.youtube.com i.ytimg.jp " + _INVIDIOUS,
         r"/(?:vi|an)(?:_webp)?/([\w-]{11})/", _at("https://www.youtube.com/watch?v=")),
    _row("YouTube", _INVIDIOUS, r"/api/timedtext\?(?:.*&)?v=([\w-]{11})(?=&|\Z)", _at("https://www.youtube.com/watch?v=")),
    _row("YouTube", _INVIDIOUS, r"/attribution_link\?(?:.*&)?u=(?:%2F|/)watch(?:%3F|\?)v(?:%3D|=)([\w-]{11})", _at("https://www.youtube.com/watch?v=")),
    _row("Nitter", _NITTER, r"/pic/(?:orig/)?((?:pbs|video)\.twimg\.com(?:/|%2F)[^?]+)", _at("https://")),
    _row("Nitter", _NITTER, r"/pic/(?:orig/)?((?!(?:pbs|video)\.)[^?]+)", _at("https://pbs.twimg.com/")),
    _row("YouTube", "youtu.be", r"/([\w-]{11})(?=[?&/]|\Z)", _at("https://www.youtube.com/watch?v=")),
    _row("YouTube", _INVIDIOUS, r"/(?:shorts|embed|live|v)/([\w-]{11})(?=[?&/]|\Z)", _at("https://www.youtube.com/watch?v=")),
    _row("YouTube", _INVIDIOUS, r"/watch\?(?:.*&)?v=([\w-]{11})(?=&|\Z)", _at("https://www.youtube.com/watch?v=")),
    _row("ニコニコ", "nico.ms sp.nicovideo.jp embed.nicovideo.jp ext.nicovideo.jp", r"/(?:watch/|thumb/|api/getthumbinfo/)?((?:sm|nm|so)\d{1,12})", _at("https://www.nicovideo.jp/watch/")),
    _row("Reddit", "rxddit.com www.rxddit.com vxreddit.com old.reddit.com np.reddit.com new.reddit.com m.reddit.com", r"/(r/[^?]+)", _at("https://www.reddit.com/")),
    # software that anybody may run
    _row("Next.js", "", rf"/_next/image/?\?(?:.*&)?url={_FIELD}", _field),
    _row("Vercel", "", rf"/_vercel/image\?(?:.*&)?url={_FIELD}", _field),
    _row("Netlify", "", rf"/\.netlify/images\?(?:.*&)?url={_FIELD}", _field),
    _row("Astro", "", rf"/_image/?\?(?:.*&)?href={_FIELD}", _field),
    _row("Nuxt Image", "", rf"/_ipx/(?:[^/]*/){{0,9}}?{_URL}", _without_query),
    _row("Nuxt Image of the site", "", r"/_ipx/[^/]+/((?!https?:)[^?]+)", _as_it_is),
    _row("oEmbed", "", r"/(?:o?embed)\b[^?]*\?(?:.*&)?url=(https?(?::|%3A)[^&]+)", _field),
    _row("Misskey", "", r"/proxy/[\w.-]+\?(?:.*&)?url=(https?(?::|%3A)[^&]+)", _field),
    _row("Pleroma", "", r"/proxy/(?:preview/)?[\w-]+/(aHR0c[\w-]+)(?:/|\Z)", _base64),
    _row("Cloudflare", "", r"/cdn-cgi/image/[^/]+/([^?]+)", _as_it_is),
    _row("TimThumb", "", rf"/(?:tim|php)thumb\.php\?(?:.*&)?src={_FIELD}", _field),
    _row("imgproxy", "", r"/plain/(https?:(?:/|%2F)[^@?]+)", _as_it_is),
    _row("imgproxy", "", r"/(aHR0c(?:DovL|HM6Ly)[\w/-]++)(?:\.[a-z0-9]+)?(?:\?.*)?\Z", _base64),
    _row("Fediverse", "", r"/(?:web/)?@([\w.-]{1,64}@(?:[a-z0-9-]+\.)+[a-z]{2,63}(?:/.*)?)\Z", _of_account),
    _row("thumbor", "", rf"/unsafe/(?:[^/]*/){{0,9}}?{_URL}", _without_query),
    _row("thumbor", "", rf"/unsafe/(?:[^/.]*/){{0,9}}?{_NAMED}", _without_query),
    _row("thumbor", "", rf"/[\w-]{{27}}=/(?:[^/.]*/){{0,9}}?{_NAMED}", _without_query),
    _row("PDF.js", "", r"viewer\.html\?(?:.*&)?file=(https?(?::|%3A)[^&#]+)", _field),
    _row("a page that sends on", "", r"\A[^?]*\?(https?(?::/|%3A%2F).+)", _as_a_whole),
    _row("a proxy with the scheme as a folder", "", r"/(https?/(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]+(?:/.*)?)\Z", _scheme_in_path),
    _row("a proxy that takes an address as its path", "", r"\A[^?]*?/(https?:/.+)", _as_it_is),
    _row("a proxy that takes an escaped address as its path", "", r"\A[^?]*?/(https?:%2F[^?]+)", _as_it_is),
    _row("a proxy that takes an address escaped twice", "", r"/(https?%253A%252F%252F[^?&]+)", lambda text: _as_a_whole(unquote(text))),
    _row("a proxy by its name", "", r"proxy[^/?]{0,20}/?\?(?:.*&)?(?:url|u|target|src|link|q)=(https?(?::|%3A)[^&]+)", _field),
    _row("a proxy of pictures", "", r"[?&](?:url|uri|src|img|image|u|q|source|to|target|dest|link|file|fname|riu|imgurl|path|original)=(https?(?::|%3A)[^&]+\.(?:png|jpe?g|gif|webp|avif)(?:[?%][^&]*)?)(?:&|\Z)", _field),
)  # fmt: skip

_TRANSLATED: Final = ".translate.goog"
"""Below it, the first label is the host that is shown, its dots written `-`."""

_AT_NAMES: Final = {name: [row for row in MIRRORS if name in row.hosts] for row in MIRRORS for name in row.hosts}
_ANYWHERE: Final = [row for row in MIRRORS if not row.hosts]
_RELATIVE: Final = frozenset(
    {"Next.js", "Vercel", "Netlify", "Astro", "Cloudflare", "TimThumb", "Nuxt Image of the site"}
)
"""Software that shows files of its own host by their path."""

BELOW: Final = (_TRANSLATED, *(name for name in _AT_NAMES if name[0] == "."))
AT: Final = frozenset(name for name in _AT_NAMES if name[0] != ".")
"""The hosts of mirrors: those below `BELOW`, and `AT` these."""

_ANYWHERE_FORM: Final = r"_next/image|_vercel/image|netlify/images|_image/?\?|_ipx/|cdn-cgi/image/|(?:tim|php)thumb\.php|/aHR0c|/@[\w.-]+@|/unsafe/|/[\w-]{27}=/|/https?/|.https?(?::|%(?:25)?3A)"
_MAY_SHOW: Final = re.compile(_ANYWHERE_FORM, re.IGNORECASE)
MAY_SHOW_AS_WRITTEN: Final = (
    rf"(?is){_ANYWHERE_FORM}|[\x00-\x1f\\]|/\.|%(?:2[DE]|3[0-9]|[46][1-9A-F]|[57][0-9A]|5[CF]|7E)"
)
"""For bulk, in RE2: a URL, however spelled, at whatever host, that may show another, and some that do not."""


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
    rows = [
        *_AT_NAMES.get(host, ()),
        *(row for name in BELOW if host.endswith(name) for row in _AT_NAMES.get(name, ())),
    ]
    if _MAY_SHOW.search(rest):
        rows += _ANYWHERE
    for row in rows:
        place = row.place.search(rest) if not row.hosts else row.place.match(rest)
        if place:
            yield from _read(row, place[1], host)
    if host.endswith(_TRANSLATED):
        yield from _canonical(_dashes(host.removesuffix(_TRANSLATED) + rest))


def _read(row: Mirror, text: str, host: str) -> Iterator[str]:
    if row.name in _RELATIVE and not re.match(r"(?:https?:|//|%2F%2F)", text, re.IGNORECASE):
        path = unquote_plus(text) if row.read is _field else text
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
