"""One file under several addresses: sizes of a picture, other hosts of one store, gateways of IPFS.

Image hosts write the size that is wanted into the address (`=w500`, `_b.jpg`, `/300px-`). A declaration of one of them
is about the picture, whatever size a crawler asks for. Addresses that are declared and addresses that are asked for are
both brought to one form, which need not be an address that anybody serves.
"""

# ruff: noqa: E501 - a row of a table stays on its lines

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from crawler_filter.formats.compiled import compiled
from crawler_filter.formats.urls import split

MAX_READ: Final = 2_048
"""Most characters of a URL that is looked at; longer ones stay as they are."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One row: at `hosts`, below which too where one begins with a dot, what of an address `written` makes no other file.

    `form` is the one form of what it matches in the canonical form, as a template of `re` that has no other escapes
    than the numbers of groups.
    """

    hosts: tuple[str, ...]
    written: str
    form: str

    def read(self, identity: str) -> tuple[str, str] | None:
        """Return the one form of a canonical URL, and what stands behind what was matched; None of others."""
        found = compiled(self.written).match(identity)
        if found is None:
            return None
        pieces = (found[piece] or "" if isinstance(piece, int) else piece for piece in _pieces(self.form))
        return "".join(pieces), identity[found.end() :]


@cache
def _pieces(template: str) -> tuple[str | int, ...]:
    """Return the parts of a template, groups as their numbers: `re` would read it again each time."""
    parts = re.split(r"\\([0-9])", template)
    return tuple(int(part) if at % 2 else part for at, part in enumerate(parts))


def row(hosts: str, written: str, form: str) -> Variant:
    """Return the row of these hosts, parted by blanks; a name that begins with a dot stands for those below it."""
    return Variant(tuple(hosts.split()), written, form)


_CID: Final = r"(Qm[1-9A-HJ-NP-Za-km-z]{44}|baf[a-z2-7]{50,70})"
_GATEWAYS: Final = (
    "ipfs.io gateway.ipfs.io dweb.link cloudflare-ipfs.com cf-ipfs.com gateway.pinata.cloud nftstorage.link w3s.link "
    "4everland.io ipfs.infura.io ipfs.fleek.co trustless-gateway.link"
)
_PICTURE: Final = r"(\.(?:jpe?g|png|gif|webp|avif))"

VARIANTS: Final = (
    row("pbs.twimg.com", r"\A([^/]+/media/[\w-]+)(?:\.[a-z]+(?::[a-z0-9]+)?)?(?:\?.*)?\Z", r"\1"),
    row("pbs.twimg.com", r"\A([^/]+/profile_images/\d+/[\w-]+?)(?:_(?:normal|bigger|mini|\d+x\d+))?(\.[a-z]+)\Z", r"\1\2"),
    row("lh3.googleusercontent.com lh4.googleusercontent.com lh5.googleusercontent.com lh6.googleusercontent.com yt3.ggpht.com yt3.googleusercontent.com",
         r"\A[^/]+(/[^?]+?)(?:=[a-z][\w-]*)?(?:\?.*)?\Z", r"lh3.googleusercontent.com\1"),
    row("blogger.googleusercontent.com", r"\A([^/]+/img/(?:[a-z]/)?[^?=/]+)(?:=[a-z][\w-]*)?(?:\?.*)?\Z", r"\1"),
    row("blogger.googleusercontent.com .bp.blogspot.com", r"\A[^/]+(/(?:img/b/[^/]+/[^/]+/|(?:[\w-]+/){4}))(?:[swh]\d+(?:-[\w-]+)?/)([^/?]+)(?:\?.*)?\Z", r"1.bp.blogspot.com\1\2"),
    row(".media.tumblr.com", r"\A[^/]+(/[0-9a-f]{32}(?:/[0-9a-f]+-[0-9a-f]+)?)/s\d+x\d+(?:u?_c\d+(?:,\d+){3})?/[0-9a-f]+\.(?:jpg|png|gif|gifv|webp|pnj)\Z", r"64.media.tumblr.com\1"),
    row(".media.tumblr.com", r"\A[^/]+(/(?:[0-9a-f]{32}/)?tumblr_[\w]+?)_(?:\d{2,4}|raw|75sq)(\.[a-z]+)\Z", r"64.media.tumblr.com\1\2"),
    row("live.staticflickr.com .staticflickr.com", r"\A[^/]+(?:/\d{1,2}(?=/\d+/))?(/\d+/\d+)_[0-9a-f]{8,12}(?:_[a-z0-9]{1,2})?(?:_d)?\.[a-z]+(?:\?.*)?\Z", r"live.staticflickr.com\1"),
    row("cdn.discordapp.com media.discordapp.net", r"\A[^/]+(/attachments/\d+/\d+/[^?]+)(?:\?.*)?\Z", r"cdn.discordapp.com\1"),
    row("upload.wikimedia.org", r"\A([^/]+/wikipedia/[\w-]+)/thumb(/[0-9a-f]/[0-9a-f]{2}/[^/]+)/[^/]+\Z", r"\1\2"),
    row("upload.wikimedia.org", r"\A([^/]+/wikipedia/[\w-]+/[0-9a-f]/[0-9a-f]{2}/[^/?]+)\?.*\Z", r"\1"),
    row("i.imgur.com imgur.com m.imgur.com i.imgur.io imgur.io", r"\A[^/]+/([A-Za-z0-9]{5}(?:[A-Za-z0-9]{2})?)[sbtmlh]?(?:_d)?\.(?:jpe?g|png|gif|webp|gifv|mp4)(?:\?.*)?\Z", r"i.imgur.com/\1"),
    row("imgur.com m.imgur.com imgur.io", r"\A[^/]+/(?:download/)?((?=[a-z]*[A-Z0-9])[A-Za-z0-9]{7})(?:\?.*)?\Z", r"i.imgur.com/\1"),
    row("i.pinimg.com", r"\A([^/]+)/(?:originals|\d+x(?:\d+)?(?:_RS)?)(/[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{32})\.[a-z]+\Z", r"\1\2"),
    row("i.redd.it preview.redd.it", r"\A[^/]+/(?:[\w-]+-v0-)?([\w]+\.[a-z]+)(?:\?.*)?\Z", r"i.redd.it/\1"),
    row("cdn.bsky.app", r"\A([^/]+/img)/[\w]+(/plain/did:[\w:.-]+/[a-z0-9]+)(?:@[a-z]+)?\Z", r"\1\2"),
    row("static.wixstatic.com", r"\A([^/]+/media/[^/?]+)(?:/v1/.*)?\Z", r"\1"),
    row("images.squarespace-cdn.com static1.squarespace.com", r"\A[^/]+(/[^?]+)\?format=\w+(?:&.*)?\Z", r"images.squarespace-cdn.com\1"),
    row("cdn.shopify.com", r"\A([^/]+/s/files/[^?]+?)(?:_(?:\d+x\d*|x\d+)(?:_crop_\w+)?(?:@\dx)?)?" + _PICTURE + r"(?:\.webp)?(?:\?.*)?\Z", r"\1\2"),
    row("miro.medium.com cdn-images-1.medium.com cdn-images-2.medium.com", r"\A[^/]+/(?:v2/)?(?:(?:max|fit|resize:[\w:]+|freeze/max|format:\w+|proxy|c)/)*(?:\d+/)*(?:format:\w+/)?([01]\*[\w@.-]+)\Z", r"miro.medium.com/\1"),
    row("images.unsplash.com", r"\A([^/]+/photo-[\w-]+)(?:\?.*)?\Z", r"\1"),
    row("assets.st-note.com d2l930y2yx77uc.cloudfront.net", r"\A[^/]+((?:/production/uploads/images/|/img/)[^?]+)(?:\?.*)?\Z", r"assets.st-note.com\1"),
    row("cdna.artstation.com cdnb.artstation.com", r"\A[^/]+(/p/assets/images/images/\d{3}/\d{3}/\d{3})/(?:\d{14}/)?(?:small|smaller_square|micro_square|medium|large|4k|8k|original)/([^?]+)(?:\?.*)?\Z", r"cdna.artstation.com\1/\2"),
    row("i.pximg.net i-cf.pximg.net", r"\A[^/]+/(?:c/[\w-]+/)?(?:img-original|img-master|custom-thumb|img-zip-ugoira)(/img/(?:\d+/){6}\d+_(?:p|ugoira)\d+)(?:_(?:master|square|custom)\d+)?\.[a-z]+\Z", r"i.pximg.net\1"),
    row("m.media-amazon.com images-na.ssl-images-amazon.com", r"\A[^/]+(/images/[A-Z]/[\w+%-]+)(?:\._[\w,.-]+_)?(\.[a-z]+)\Z", r"m.media-amazon.com\1\2"),
    row("avatars.githubusercontent.com", r"\A([^/]+/u/\d+)(?:\?.*)?\Z", r"\1"),
    row("stat.ameba.jp user_images.ameba.jp", r"\A([^/]+/user_images/[^?]+)\?(?:caw|cpd|width)=.*\Z", r"\1"),
    row("substackcdn.com", r"\A([^/]+/image/fetch)/(?:[^/]*/)(https?:.+)\Z", r"\1/\2"),
    row(_GATEWAYS, rf"\A[^/]+/ipfs/{_CID}((?:/[^?]+?)?)/?(?:\?.*)?\Z", r"ipfs.io/ipfs/\1\2"),
    row(".ipfs.dweb.link .ipfs.w3s.link .ipfs.nftstorage.link .ipfs.cf-ipfs.com .ipfs.4everland.io", rf"\A{_CID}\.ipfs\.[^/]+((?:/[^?]+?)?)/?(?:\?.*)?\Z", r"ipfs.io/ipfs/\1\2"),
)  # fmt: skip

_AT: Final = {name: [each for each in VARIANTS if name in each.hosts] for each in VARIANTS for name in each.hosts}
AT: Final = frozenset(name for name in _AT if name[0] != ".")
BELOW: Final = tuple(name for name in _AT if name[0] == ".")
"""The hosts of such files: those below `BELOW`, and `AT` these."""


def file_form(identity: str) -> str:
    """Return the one form of a canonical URL of a file that has several; all others as they are."""
    host = split(identity)[0]
    rows = _AT.get(host) or (_below(host) if host.endswith(BELOW) else ())
    for each in rows if len(identity) <= MAX_READ else ():
        if found := each.read(identity):
            return "".join(found)
    return identity


def _below(host: str) -> list[Variant]:
    return [each for name in BELOW if host.endswith(name) for each in _AT[name]]
