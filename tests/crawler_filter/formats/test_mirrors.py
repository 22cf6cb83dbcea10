"""What archives, caches and proxies show is looked up as well as their own address."""

import json
import time
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.formats.mirrors import MAX_NESTING, MAX_READ, MAX_SHOWN, MIRRORS, shown_by
from crawler_filter.formats.urls import canonical
from tests.crawler_filter.formats.test_same_files import declared

# fmt: off
SHOWS = [
    ("https://news.google.com/rss/articles/CBMiF2h0dHBzOi8vYS5leGFtcGxlL3N0b3J50gEA?oc=5", "a.example/story"),
    ("https://news.google.com/articles/CBMiF2h0dHBzOi8vYS5leGFtcGxlL3N0b3J50gEA", "a.example/story"),
    ("https://papago.naver.net/website?locale=ko&source=en&target=ja&url=https%3A%2F%2Fa.example%2Fstory", "a.example/story"),
    ("https://www.excite-webtl.jp/world/english/web/?wb_url=https%3A%2F%2Fa.example%2Fstory&wb_lp=ENJA", "a.example/story"),
    ("https://honyaku.yahoo.co.jp/web?url=https%3A%2F%2Fa.example%2Fstory", "a.example/story"),
    ("https://fanyi.baidu.com/transpage?query=https%3A%2F%2Fa.example%2Fstory&from=en&to=zh", "a.example/story"),
    ("https://yandexwebcache.net/yandbtm?fmode=inject&tm=1&url=https%3A%2F%2Fa.example%2Fstory&lang=ru", "a.example/story"),
    ("https://hghltd.yandex.net/yandbtm?url=https%3A%2F%2Fa.example%2Fstory", "a.example/story"),
    ("http://archive.wikiwix.com/cache/?url=https%3A%2F%2Fa.example%2Fstory", "a.example/story"),
    ("https://archive.wikiwix.com/cache/index2.php?url=https%3A%2F%2Fa.example%2Fstory", "a.example/story"),
    ("https://www.webcitation.org/query?url=https%3A%2F%2Fa.example%2Fstory&date=2010", "a.example/story"),
    ("https://archive.ph/?run=1&url=https%3A%2F%2Fa.example%2Fstory", "a.example/story"),
    ("https://archive.ph/submit/?url=https%3A%2F%2Fa.example%2Fstory", "a.example/story"),
    ("https://removepaywall.com/search?url=https%3A%2F%2Fa.example%2Fstory", "a.example/story"),
    ("https://smry.ai/a.example/story", "a.example/story"),
    ("https://getpocket.com/redirect?url=https%3A%2F%2Fa.example%2Fstory", "a.example/story"),
    ("https://www.instapaper.com/text?u=https%3A%2F%2Fa.example%2Fstory", "a.example/story"),
    ("https://r.jina.ai/a.example/story", "a.example/story"),
    ("https://pure.md/a.example/story", "a.example/story"),
    ("https://defuddle.md/a.example/story", "a.example/story"),
    ("https://api.microlink.io/?url=https%3A%2F%2Fa.example%2Fstory&screenshot=true", "a.example/story"),
    ("https://api.apiflash.com/v1/urltoimage?access_key=k&url=https%3A%2F%2Fa.example%2Fstory", "a.example/story"),
    ("https://api.screenshotone.com/take?access_key=k&url=https%3A%2F%2Fa.example%2Fstory", "a.example/story"),
    ("https://app.scrapingbee.com/api/v1/?api_key=k&url=https%3A%2F%2Fa.example%2Fstory", "a.example/story"),
    ("https://api.scraperapi.com/?api_key=k&url=https%3A%2F%2Fa.example%2Fstory", "a.example/story"),
    ("https://t.me/iv?url=https%3A%2F%2Fa.example%2Fstory&rhash=abc", "a.example/story"),
    ("https://images-ext-1.discordapp.net/external/HASH/%3Fv%3D1/https/a.example/art/p.png?width=400", "a.example/art/p.png?v=1"),
    ("https://media.discordapp.net/external/HASH/https/a.example/art/p.png?width=400", "a.example/art/p.png"),
    ("https://misskey.io/proxy/image.webp?url=https%3A%2F%2Fa.example%2Fart%2Fp", "a.example/art/p"),
    ("https://pleroma.example/proxy/SIGsig_123/aHR0cHM6Ly9hLmV4YW1wbGUvYXJ0L3AucG5n/p.png", "a.example/art/p.png"),
    ("https://search.pstatic.net/common/?src=https%3A%2F%2Fa.example%2Fart%2Fp.png&type=a340", "a.example/art/p.png"),
    ("https://search.pstatic.net/sunny/?src=https%3A%2F%2Fa.example%2Fart%2Fp.png&type=sc960_832", "a.example/art/p.png"),
    ("https://dthumb-phinf.pstatic.net/?src=%22https%3A%2F%2Fa.example%2Fart%2Fp.png%22&type=cafe_wa740", "a.example/art/p.png"),
    ("https://img1.daumcdn.net/thumb/R1280x0/?scode=mtistory2&fname=https%3A%2F%2Fblog.kakaocdn.net%2Fdn%2Fabc%2Fimg", "blog.kakaocdn.net/dn/abc/img"),
    ("https://gimg2.baidu.com/image_search/src=https%3A%2F%2Fa.example%2Fart%2Fp.png&refer=x", "a.example/art/p.png"),
    ("https://yandex.com/images/search?pos=1&img_url=https%3A%2F%2Fa.example%2Fart%2Fp.png&rpt=simage", "a.example/art/p.png"),
    ("https://urldefense.proofpoint.com/v2/url?u=https-3A__a.example_art_p.png&d=Dw&c=x", "a.example/art/p.png"),
    ("https://urldefense.us/v3/__https://a.example/art/p.png__;!!x!y$", "a.example/art/p.png"),
    ("https://linkprotect.cudasvc.com/url?a=https%3A%2F%2Fa.example%2Fart%2Fp.png&c=E", "a.example/art/p.png"),
    ("https://eu-west-1.protection.sophos.com/?d=a.example&u=aHR0cHM6Ly9hLmV4YW1wbGUvYXJ0L3AucG5n&i=x", "a.example/art/p.png"),
    ("https://plus.google.com/url?q=https%3A%2F%2Fa.example%2Fstory", "a.example/story"),
    ("http://jump.2ch.net/?a.example/art/p.png", "a.example/art/p.png"),
    ("http://ime.nu/a.example/art/p.png", "a.example/art/p.png"),
    ("https://b.hatena.ne.jp/entry?url=https%3A%2F%2Fa.example%2Fstory", "a.example/story"),
    ("https://hatenablog-parts.com/embed?url=https%3A%2F%2Fa.example%2Fstory", "a.example/story"),
    ("https://noembed.com/embed?url=https%3A%2F%2Fa.example%2Fstory", "a.example/story"),
    ("https://cdn.embedly.com/widgets/media.html?src=https%3A%2F%2Fa.example%2Fstory", "a.example/story"),
    ("https://i.pximg.net/img-original/img/2020/01/02/03/04/05/12345678_p0.png", "www.pixiv.net/artworks/12345678"),
    ("https://i.pximg.net/c/600x1200_90/img-master/img/2020/01/02/03/04/05/12345678_p0_master1200.jpg", "www.pixiv.net/artworks/12345678"),
    ("https://i-cf.pximg.net/img-original/img/2020/01/02/03/04/05/12345678_ugoira0.jpg", "www.pixiv.net/artworks/12345678"),
    ("https://embed.pixiv.net/artwork.php?illust_id=12345678", "www.pixiv.net/artworks/12345678"),
    ("https://embed.pixiv.net/decorate.php?illust_id=12345678", "www.pixiv.net/artworks/12345678"),
    ("https://www.pixiv.net/ajax/illust/12345678/pages", "www.pixiv.net/artworks/12345678"),
    ("https://www.pixiv.net/ajax/illust/12345678?lang=ja", "www.pixiv.net/artworks/12345678"),
    ("https://www.pixiv.net/touch/ajax/illust/details?illust_id=12345678", "www.pixiv.net/artworks/12345678"),
    ("https://app-api.pixiv.net/v1/illust/detail?illust_id=12345678", "www.pixiv.net/artworks/12345678"),
    ("https://i.ytimg.com/vi/dQw4w9WgXcQ/maxresdefault.jpg", "www.youtube.com/watch?v=dQw4w9WgXcQ"),
    ("https://img.youtube.com/vi/dQw4w9WgXcQ/0.jpg", "www.youtube.com/watch?v=dQw4w9WgXcQ"),
    ("https://i.ytimg.com/vi_webp/dQw4w9WgXcQ/hqdefault.webp", "www.youtube.com/watch?v=dQw4w9WgXcQ"),
    ("https://yewtu.be/vi/dQw4w9WgXcQ/maxres.jpg", "www.youtube.com/watch?v=dQw4w9WgXcQ"),
    ("https://www.youtube.com/oembed?url=https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3DdQw4w9WgXcQ&format=json", "www.youtube.com/watch?v=dQw4w9WgXcQ"),
    ("https://www.youtube.com/api/timedtext?v=dQw4w9WgXcQ&lang=ja", "www.youtube.com/watch?v=dQw4w9WgXcQ"),
    ("https://www.youtube.com/attribution_link?u=%2Fwatch%3Fv%3DdQw4w9WgXcQ", "www.youtube.com/watch?v=dQw4w9WgXcQ"),
    ("https://ext.nicovideo.jp/api/getthumbinfo/sm9", "www.nicovideo.jp/watch/sm9"),
    ("https://ext.nicovideo.jp/thumb/sm9", "www.nicovideo.jp/watch/sm9"),
    ("https://backend.deviantart.com/oembed?url=https%3A%2F%2Fwww.deviantart.com%2Fbob%2Fart%2Fx-1", "www.deviantart.com/bob/art/x-1"),
    ("https://a.example/_ipx/w_300/art/p.png", "a.example/art/p.png"),
    ("https://a.example/phpThumb/phpThumb.php?src=/art/p.png&w=1", "a.example/art/p.png"),
    ("https://demo.twic.pics/https://a.example/art/p.png?twic=v1/resize=100", "a.example/art/p.png"),
    ("https://a.example/resize/https%253A%252F%252Fa.example%252Fart%252Fp.png", "a.example/art/p.png"),
    ("https://cors-anywhere.herokuapp.com/a.example/art/p.png", "a.example/art/p.png"),
    ("https://api.cors.lol/?url=https%3A%2F%2Fa.example%2Fstory", "a.example/story"),
    ("https://www.google.com/search?tbs=sbi:x&image_url=https%3A%2F%2Fa.example%2Fart%2Fp.png", "a.example/art/p.png"),
    ("https://www.google.com/searchbyimage?image_url=https%3A%2F%2Fa.example%2Fart%2Fp.png", "a.example/art/p.png"),
    ("https://web.archive.org/web/20200101000000im_/https://kaze.jp/1.png", "kaze.jp/1.png"),
    ("https://web.archive.org/web/20200101000000/http://kaze.jp:80/a?b=1", "kaze.jp/a?b=1"),
    ("https://web.archive.org/web/2020/kaze.jp/a", "kaze.jp/a"),
    ("https://web.archive.org/web/*/https://kaze.jp/", "kaze.jp/"),
    ("https://web.archive.org/web/2020id_/https%3A%2F%2Fkaze.jp%2Fa%3Fb%3D1", "kaze.jp/a?b=1"),
    ("https://web.archive.org/save/https://kaze.jp/a", "kaze.jp/a"),
    ("https://archive.ph/20200101000000/https://kaze.jp/a", "kaze.jp/a"),
    ("https://archive.today/newest/https://kaze.jp/a", "kaze.jp/a"),
    ("https://archive.is/o/AbC12/https://kaze.jp/a", "kaze.jp/a"),
    ("https://arquivo.pt/wayback/20200101000000/https://kaze.jp/a", "kaze.jp/a"),
    ("https://megalodon.jp/2020-0101-1200-00/https://kaze.jp:443/a", "kaze.jp/a"),
    ("https://warp.da.ndl.go.jp/info:ndljp/pid/11437019/www.kaze.jp/a.html", "www.kaze.jp/a.html"),
    ("https://webcache.googleusercontent.com/search?q=cache:AbCdEfGhIjkJ:https://kaze.jp/a+&cd=1", "kaze.jp/a"),
    ("https://translate.google.com/translate?sl=ja&tl=en&u=https://kaze.jp/a%3Fb%3D1", "kaze.jp/a?b=1"),
    ("https://kaze--studio-jp.translate.goog/1.png?_x_tr_sl=ja&_x_tr_tl=en&p=2", "kaze-studio.jp/1.png?p=2"),
    ("https://www.google.com/amp/s/kaze.jp/a", "kaze.jp/a"),
    ("https://kaze-jp.cdn.ampproject.org/c/s/kaze.jp/a.html", "kaze.jp/a.html"),
    ("https://kaze-jp.cdn.ampproject.org/i/s/kaze.jp/1.png", "kaze.jp/1.png"),
    ("https://www.google.com/imgres?imgurl=https%3A%2F%2Fkaze.jp%2F1.png&imgrefurl=https%3A%2F%2Fkaze.jp%2Fa", "kaze.jp/1.png"),
    ("https://i0.wp.com/kaze-studio.jp/wp-content/1.jpg?w=300&ssl=1", "kaze-studio.jp/wp-content/1.jpg"),
    ("https://images.weserv.nl/?url=kaze-studio.jp/1.png&w=300", "kaze-studio.jp/1.png"),
    ("https://wsrv.nl/?w=3&url=https%3A%2F%2Fkaze.jp%2F1.png%3Fv%3D2", "kaze.jp/1.png?v=2"),
    ("https://images.weserv.nl/?url=ssl:kaze.jp/1.png", "kaze.jp/1.png"),
    ("https://external-content.duckduckgo.com/iu/?u=https%3A%2F%2Fkaze.jp%2F1.png&f=1", "kaze.jp/1.png"),
    ("https://res.cloudinary.com/demo/image/fetch/w_300,f_auto/https://kaze.jp/1.png", "kaze.jp/1.png"),
    ("https://ik.imagekit.io/demo/tr:w-300/https://kaze.jp/1.png", "kaze.jp/1.png"),
    ("https://cdn.statically.io/img/kaze.jp/w=300/1.png", "kaze.jp/1.png"),
    ("https://cdn.statically.io/img/kaze.jp/a/b=1/1.png", "kaze.jp/a/b=1/1.png"),
    ("https://img.example/K97LekICOXT9MbO3X1u8BBkrjbu=/300x200/smart/kaze.jp/1.png", "kaze.jp/1.png"),
    ("https://jump.example/?https://kaze.jp/a?b=1", "kaze.jp/a?b=1"),
    ("https://www.pixiv.net/jump.php?https%3A%2F%2Fkaze.jp%2Fa", "kaze.jp/a"),
    ("https://vk.com/away.php?to=https%3A%2F%2Fkaze.jp%2Fa&cc_key=", "kaze.jp/a"),
    ("https://b.hatena.ne.jp/entry/s/kaze.jp/a", "kaze.jp/a"),
    ("https://mastodon.example/@bob@kaze.jp", "kaze.jp/@bob"),
    ("https://misskey.example/@Bob@kaze.jp/pages/1", "kaze.jp/@Bob/pages/1"),
    ("https://link.zhihu.com/?target=https%3A//kaze.jp/a", "kaze.jp/a"),
    ("https://validator.w3.org/nu/?doc=https%3A%2F%2Fkaze.jp%2Fa", "kaze.jp/a"),
    ("https://api.codetabs.com/v1/proxy/?quest=https://kaze.jp/a", "kaze.jp/a"),
    ("https://outline.com/kaze.jp/a", "kaze.jp/a"),
    ("https://nbviewer.org/urls/kaze.jp/a.ipynb", "kaze.jp/a.ipynb"),
    ("https://docs.example/pdfjs/web/viewer.html?file=https%3A%2F%2Fkaze.jp%2Fa.pdf", "kaze.jp/a.pdf"),
    ("https://cdn.example/thumb/R1/?scode=m&fname=https%3A%2F%2Fkaze.jp%2F1.jpg", "kaze.jp/1.jpg"),
    ("https://abc.i.optimole.com/cb:1/w:300/q:90/https://kaze.jp/1.png", "kaze.jp/1.png"),
    ("https://camo.githubusercontent.com/" + "a" * 64 + "/" + b"https://kaze.jp/1.png".hex(), "kaze.jp/1.png"),
    ("https://r.jina.ai/https://kaze.jp/a", "kaze.jp/a"),
    ("https://shop.example/_next/image?url=https%3A%2F%2Fkaze.jp%2F1.png&w=640&q=75", "kaze.jp/1.png"),
    ("https://shop.example/_next/image?url=%2Fart%2F1.png&w=640", "shop.example/art/1.png"),
    ("https://shop.example/cdn-cgi/image/width=80,quality=75/https://kaze.jp/1.png", "kaze.jp/1.png"),
    ("https://shop.example/cdn-cgi/image/width=80/art/1.png", "shop.example/art/1.png"),
    ("https://shop.example/.netlify/images?url=https://kaze.jp/1.png&w=50", "kaze.jp/1.png"),
    ("https://shop.example/_vercel/image?url=https%3A%2F%2Fkaze.jp%2F1.png&w=64", "kaze.jp/1.png"),
    ("https://shop.example/_ipx/w_200/https://kaze.jp/1.png", "kaze.jp/1.png"),
    ("https://img.example/insecure/rs:fit:300/plain/https://kaze.jp/1.png@webp", "kaze.jp/1.png"),
    ("https://img.example/insecure/w:300/aHR0cHM6Ly9rYXplLmpwLzEucG5n.webp", "kaze.jp/1.png"),
    ("https://img.example/unsafe/300x200/smart/https%3A%2F%2Fkaze.jp%2F1.png", "kaze.jp/1.png"),
    ("https://blog.example/wp-content/themes/x/timthumb.php?src=http://kaze.jp/1.png&w=3", "kaze.jp/1.png"),
    ("https://ghostarchive.org/search?term=https%3A%2F%2Fkaze.jp%2Fa", "kaze.jp/a"),
    ("https://translate.yandex.com/translate?lang=ja-en&url=https%3A%2F%2Fkaze.jp%2Fa", "kaze.jp/a"),
    ("https://www.google.com/url?sa=t&url=https%3A%2F%2Fkaze.jp%2Fa&usg=1", "kaze.jp/a"),
    ("https://corsproxy.io/?https://kaze.jp/a", "kaze.jp/a"),
    ("https://api.allorigins.win/raw?url=https%3A%2F%2Fkaze.jp%2Fa", "kaze.jp/a"),
    ("https://steamcommunity.com/linkfilter/?u=https%3A%2F%2Fkaze.jp%2Fa", "kaze.jp/a"),
    ("https://cors-anywhere.herokuapp.com/https://kaze.jp/a?b=1", "kaze.jp/a?b=1"),
    ("https://timetravel.mementoweb.org/memento/2020/https://kaze.jp/a", "kaze.jp/a"),
    ("https://external.example.net/safe_image.php?w=5&url=https%3A%2F%2Fkaze.jp%2F1.png&h=1", "kaze.jp/1.png"),
    ("https://proxy.example/?src=https://kaze.jp/1.jpg?v=2&w=9", "kaze.jp/1.jpg?v=2"),
    ("https://wayback.example.org/archive/20200101000000im_/https://kaze.jp/1.png", "kaze.jp/1.png"),
    ("http://archive.org/wayback/available?url=kaze.jp", "kaze.jp/"),
    ("https://www.translatetheweb.com/?from=&to=en&a=https%3A%2F%2Fkaze.jp%2Fa", "kaze.jp/a"),
    ("https://cc.bingj.com/cache.aspx?q=x&url=https%3A%2F%2Fkaze.jp%2Fa", "kaze.jp/a"),
    ("https://t.umblr.com/redirect?z=https%3A%2F%2Fkaze.jp%2Fa&t=x", "kaze.jp/a"),
    ("https://translated.turbopages.org/proxy_u/ja-en/https/kaze.jp/a", "kaze.jp/a"),
    ("https://cdn.ampproject.org/c/s/kaze.jp/a", "kaze.jp/a"),
    ("https://kaze-jp.cdn.ampproject.org/ii/w1000/s/kaze.jp/1.png", "kaze.jp/1.png"),
    ("https://www.google.de/imgres?imgurl=https%3A%2F%2Fkaze.jp%2F1.png&imgrefurl=x", "kaze.jp/1.png"),
    ("https://webcache.googleusercontent.com/search?q=cache:abc:kaze.jp/a+x", "kaze.jp/a"),
    ("https://kaze.imgix.net/https%3A%2F%2Fkaze.jp%2F1.png?w=1", "kaze.jp/1.png"),
    ("https://rsz.io/kaze.jp/1.png?w=1", "kaze.jp/1.png"),
    ("https://images-ext-1.discordapp.net/external/abcdef/https/kaze.jp/1.png", "kaze.jp/1.png"),
    ("https://images-ext-2.discordapp.net/external/abc/%3Fwidth%3D1/https/kaze.jp/1.png", "kaze.jp/1.png"),
    ("https://img.example/unsafe/300x0/kaze.jp/1.png", "kaze.jp/1.png"),
    ("https://kaze.cloudimg.io/kaze.jp/1.png", "kaze.jp/1.png"),
    ("https://imagecdn.app/v2/image/https%3A%2F%2Fkaze.jp%2F1.png", "kaze.jp/1.png"),
    ("https://hyp.is/abc/kaze.jp/a", "kaze.jp/a"),
    ("https://htmlpreview.github.io/?https://kaze.jp/a", "kaze.jp/a"),
    ("https://mastodon.example/proxy/https/kaze.jp/1.png", "kaze.jp/1.png"),
    ("https://proxy.example/fetch/https%3A%2F%2Fkaze.jp%2F1.png", "kaze.jp/1.png"),
    ("https://api.example/rss-proxy?url=https://kaze.jp/feed.xml", "kaze.jp/feed.xml"),
    ("https://l.facebook.com/l.php?u=https%3A%2F%2Fkaze.jp%2Fa&h=AT", "kaze.jp/a"),
    ("https://l.instagram.com/?u=https%3A%2F%2Fkaze.jp%2Fa&e=x", "kaze.jp/a"),
    ("https://out.reddit.com/t3_x?url=https%3A%2F%2Fkaze.jp%2Fa&token=1", "kaze.jp/a"),
    ("https://www.linkedin.com/redir/redirect?url=https%3A%2F%2Fkaze.jp%2Fa", "kaze.jp/a"),
    ("https://slack-redir.net/link?url=https%3A%2F%2Fkaze.jp%2Fa", "kaze.jp/a"),
    ("https://www.youtube.com/redirect?event=x&q=https%3A%2F%2Fkaze.jp%2Fa", "kaze.jp/a"),
    ("https://exit.sc/?url=https%3A%2F%2Fkaze.jp%2Fa", "kaze.jp/a"),
    ("https://www.pixiv.net/jump.php?url=https%3A%2F%2Fkaze.jp%2Fa", "kaze.jp/a"),
    ("https://duckduckgo.com/l/?uddg=https%3A%2F%2Fkaze.jp%2Fa&rut=1", "kaze.jp/a"),
    ("https://r.search.yahoo.com/_ylt=A/RV=2/RO=10/RU=https%3a%2f%2fkaze.jp%2fa/RK=2/RS=x", "kaze.jp/a"),
    ("https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fkaze.jp%2Fa&data=1", "kaze.jp/a"),
    ("https://urldefense.com/v3/__https://kaze.jp/a__;!!x", "kaze.jp/a"),
    ("https://docs.google.com/gview?url=https://kaze.jp/a.pdf&embedded=true", "kaze.jp/a.pdf"),
    ("https://view.officeapps.live.com/op/view.aspx?src=https%3A%2F%2Fkaze.jp%2Fa.docx", "kaze.jp/a.docx"),
    ("https://saucenao.com/search.php?url=https://kaze.jp/1", "kaze.jp/1"),
    ("https://i.pixiv.re/img-original/img/2024/08/14/03/06/07/1_p0.jpg", "i.pximg.net/img-original/img/2024/08/14/03/06/07/1_p0.jpg"),
    ("https://pixiv.cat/121468483-2.png", "www.pixiv.net/artworks/121468483"),
    ("https://www.phixiv.net/en/artworks/121468483", "www.pixiv.net/artworks/121468483"),
    ("https://www.pixiv.net/en/artworks/121468483", "www.pixiv.net/artworks/121468483"),
    ("https://www.pixiv.net/member_illust.php?mode=medium&illust_id=121468483", "www.pixiv.net/artworks/121468483"),
    ("https://nitter.net/pic/orig/media%2FFNbXmK6VEAE.jpg", "pbs.twimg.com/media/FNbXmK6VEAE.jpg"),
    ("https://xcancel.com/pic/pbs.twimg.com%2Fprofile_images%2F2%2Fs6_normal.jpg", "pbs.twimg.com/profile_images/2/s6_normal.jpg"),
    ("https://youtu.be/dQw4w9WgXcQ?t=1", "www.youtube.com/watch?v=dQw4w9WgXcQ"),
    ("https://www.youtube.com/shorts/dQw4w9WgXcQ", "www.youtube.com/watch?v=dQw4w9WgXcQ"),
    ("https://yewtu.be/watch?list=x&v=dQw4w9WgXcQ", "www.youtube.com/watch?v=dQw4w9WgXcQ"),
    ("https://nico.ms/sm9", "www.nicovideo.jp/watch/sm9"),
    ("https://old.reddit.com/r/kaze/comments/1/a/", "www.reddit.com/r/kaze/comments/1/a/"),
]
SHOWS_NOTHING = [
    "https://kaze.jp/1.png",
    "https://shop.example/login?next=https://kaze.jp/",
    "https://www.facebook.com/sharer.php?u=https://kaze.jp/",
    "https://shop.example/share?text=see+https://kaze.jp/1.png+now",
    "https://shop.example/pin?media=https://kaze.jp/1.png",
    "https://web.archive.org/details/kaze",
    "https://i0.wp.com/",
    "https://images.weserv.nl/?url=",
    "https://shop.example/images/http.png",
    "https://camo.githubusercontent.com/" + "a" * 64 + "/zz",
    "https://img.example/insecure/aHR0cHM6Ly//////",
    "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
    "https://www.pixiv.net/artworks/121468483",
    "https://www.pixiv.net/users/12",
    "https://nitter.net/kaze/status/1",
    "https://www.facebook.com/dialog/share?u=https://kaze.jp/",
    "https://duckduckgo.com/?q=https://kaze.jp/",
]
# fmt: on
MORE = json.loads((Path(__file__).parents[2] / "vectors" / "shown.json").read_text("utf-8"))
SHOWS += [(url, inner) for url, inner in MORE["shows"]]
SHOWS_NOTHING += MORE["nothing"]


@pytest.mark.parametrize(("url", "inner"), SHOWS)
def test_the_address_inside_an_address_is_found(url, inner):
    assert inner in [shown.identity for shown in shown_by(canonical(url))]
    assert all(shown.shown_by == canonical(url).split("/")[0] for shown in shown_by(canonical(url))[:1])


@pytest.mark.parametrize("url", SHOWS_NOTHING)
def test_an_address_that_only_names_another_shows_nothing(url):
    assert shown_by(canonical(url)) == ()


def test_every_row_is_shown_by_an_example():
    rows = {row.name for row in MIRRORS}
    known = {
        row.name
        for row in MIRRORS
        for url, _ in SHOWS
        if not row.hosts or canonical(url).split("/")[0].endswith(row.hosts)
    }
    assert {row for row in rows if row not in known} <= {
        "Archive-It", "UK Web Archive", "Stanford Web Archive", "Google gadgets", "mShots", "ShortPixel", "Bing images", "12ft"
    }  # fmt: skip


def test_mirrors_inside_mirrors_are_looked_through_so_deep_and_no_deeper():
    url = "kaze.jp/1.png"
    for _ in range(MAX_NESTING):
        url = f"web.archive.org/web/2020/https://{url}"
    assert shown_by(canonical(f"https://{url}"))[-1].identity == "kaze.jp/1.png"
    deeper = shown_by(canonical(f"https://web.archive.org/web/2020/https://{url}"))
    assert "kaze.jp/1.png" not in [shown.identity for shown in deeper]
    assert len(deeper) <= MAX_SHOWN


@given(st.text(max_size=30), st.sampled_from([url for url, _ in SHOWS]), st.integers(0, 80))
def test_whatever_stands_in_an_address_gives_canonical_forms_or_nothing(noise, url, place):
    try:
        identity = canonical(url[:place] + noise + url[place:])
    except ValueError:
        return
    for shown in shown_by(identity):
        assert canonical(f"https://{shown.identity}") == shown.identity


@pytest.mark.parametrize(
    "body", ["/unsafe/", "/aHR0cHM6Ly", "https://", "/plain/http:/", "a/", "/_next/image?url=", "--"]
)
@pytest.mark.parametrize(
    "host", ["img.example", "web.archive.org", "i0.wp.com", "a.translate.goog", "res.cloudinary.com"]
)
def test_a_hostile_address_costs_time_in_proportion_to_its_length(host, body):
    identity = canonical(f"https://{host}/" + body * ((MAX_READ - 100) // len(body)) + "!")
    plain = canonical(f"https://{host}/" + "a" * (MAX_READ - 100))
    assert _best(identity) < 400 * _best(plain) + 5_000_000
    assert shown_by(canonical(f"https://{host}/" + body * 2_000)) == ()


def _best(identity: str) -> int:
    def once() -> int:
        start = time.process_time_ns()
        shown_by(identity)
        return time.process_time_ns() - start

    return min(once() for _ in range(3))


OF_ONE_WORK = [
    ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "https://youtu.be/dQw4w9WgXcQ?si=aBc",
     "https://www.youtube.com/watch?v=dQw4w9WgXcQ&list=PL1&index=2", "https://www.youtube.com/shorts/dQw4w9WgXcQ"),
    ("https://www.pixiv.net/artworks/121468483", "https://www.pixiv.net/en/artworks/121468483",
     "https://www.pixiv.net/artworks/121468483?p=2", "https://www.pixiv.net/i/121468483"),
    ("https://www.nicovideo.jp/watch/sm9", "https://nico.ms/sm9", "https://sp.nicovideo.jp/watch/sm9?ref=x"),
    ("https://ncode.syosetu.com/n1234ab/", "https://ncode.syosetu.com/N1234AB", "https://ncode.syosetu.com/n1234ab/?p=2"),
]  # fmt: skip
NOT_OF_THE_WORK = [
    ("https://youtu.be/dQw4w9WgXcQ", "https://www.youtube.com/watch?v=dQw4w9WgXcR"),
    ("https://youtu.be/dQw4w9WgXcQ", "https://www.youtube.com/playlist?list=dQw4w9WgXcQ"),
    ("https://www.youtube.com/channel/UC0123456789012345678901/videos", "https://www.youtube.com/channel/UC0123456789012345678901"),
    ("https://www.pixiv.net/en/artworks/121468483", "https://www.pixiv.net/artworks/121468484"),
    ("https://www.pixiv.net/en/artworks/121468483", "https://www.pixiv.net/users/121468483"),
    ("https://nico.ms/sm9", "https://www.nicovideo.jp/watch/sm99"),
    ("https://ncode.syosetu.com/n1234ab/5/", "https://ncode.syosetu.com/n1234ab/"),
    ("https://ncode.syosetu.com/n1234ab/5/", "https://ncode.syosetu.com/n1234ab/6/"),
]  # fmt: skip


@pytest.mark.parametrize("urls", OF_ONE_WORK, ids=lambda urls: urls[0])
def test_a_work_is_found_whichever_of_its_addresses_is_declared(urls):
    for of_owner, asked in permutations(urls, 2):
        optout = declared(of_owner)
        assert not optout.check(asked).keep
        assert optout.mask([asked, of_owner, "https://a.example/"]) == [False, False, True]


@pytest.mark.parametrize(("of_owner", "asked"), NOT_OF_THE_WORK)
def test_another_work_of_the_platform_is_kept(of_owner, asked):
    assert declared(of_owner).check(asked).keep
