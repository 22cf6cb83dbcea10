r"""The words of RTF (Rich Text Format 1.9.1), as word processors of every system and Scrivener write it.

A text is commands, groups in braces and letters; those beyond ASCII are numbers, or bytes in the code page of the
font. Tables of fonts and styles, and what a program may ignore are left out; comments, boxes of text, descriptions
of pictures and what is said of the document stand beside the text. Pictures in it are in hexadecimal,
and found as in any text. One pass, linear in the text; nothing raises for content.
"""

import codecs
import re
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final

RTF: Final = "application/rtf"

_TOKEN: Final = re.compile(
    rb"\\(?P<word>[A-Za-z]{1,32})(?P<number>-?[0-9]{1,10})? ?|\\'(?P<octet>[0-9A-Fa-f]{2})|\\(?P<sign>[^A-Za-z'])"
    rb"|(?P<brace>[{}])|(?P<letters>[^\\{}\r\n]+)"
)
_LEFT_OUT: Final = frozenset(
    b"fonttbl colortbl stylesheet pict objdata themedata colorschememapping latentstyles datastore listtable"
    b" listoverridetable rsidtbl generator xmlnstbl filetbl revtbl fldinst nonshppict bkmkstart bkmkend"
    b" pntext sn creatim revtim printim buptim operator author vern version edmins nofpages nofwords nofchars"
    b" nofcharsws id company".split()
)
_BESIDE: Final = frozenset(b"annotation info shpinst shptxt sv atnid atnauthor".split())
"""Groups that stand beside the text, also where a program may ignore them."""
_MEANT: Final = {
    **dict.fromkeys((b"par", b"line", b"sect", b"page", b"row", b"column"), "\n"),
    **dict.fromkeys((b"tab", b"cell", b"nestcell", b"emspace", b"enspace", b"qmspace"), " "),
    b"emdash": "—", b"endash": "\u2013", b"bullet": "•", b"lquote": "\u2018", b"rquote": "\u2019",
    b"ldblquote": "“", b"rdblquote": "”",
}  # fmt: skip
_SIGNS: Final = {b"~": " ", b"_": "-", b"\n": "\n", b"\r": "\n", b"\\": "\\", b"{": "{", b"}": "}"}
_FONT: Final = re.compile(rb"\\f([0-9]{1,6})(?![0-9])[^;{}]{0,200}?\\fcharset([0-9]{1,3})")
_CODE_PAGE: Final = re.compile(rb"\\ansicpg([0-9]{1,5})")
_CHARSETS: Final = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "big5", 161: "cp1253",
    162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
_USUAL: Final = "cp1252"
_MOST_FONTS: Final = 4_096
_FONTS_WITHIN: Final = 1 << 20
_METAFILE: Final = re.compile(rb"\\(?:wmetafile|emfblip|macpict|pmmetafile|dibitmap|wbitmap)")
_FOR_OLD_READERS: Final = rb"\nonshppict"
_OBJECT: Final = re.compile(rb"\\(?:objdata|bin[0-9])")


@dataclass(frozen=True, slots=True)
class _Group:
    """A state of one group: whether it is left out or stands beside the text, its code page, and the letters that
    a number stands for. It `may_be_ignored` until it says what it is.
    """

    left_out: bool = False
    is_beside: bool = False
    may_be_ignored: bool = False
    codec: str = _USUAL
    doubles: int = 1
    is_new: bool = True


@dataclass(slots=True)
class _Words:
    """Collects letters; `octets` are those of a code page that are not read yet."""

    said: list[str] = field(default_factory=list)
    octets: bytearray = field(default_factory=bytearray)
    to_skip: int = 0

    def add(self, text: str, codec: str) -> None:
        self.read(codec)
        self.said.append(text)

    def read(self, codec: str) -> None:
        if self.octets:
            self.said.append(self.octets.decode(codec, "replace"))
            self.octets.clear()

    def whole(self, codec: str) -> str:
        self.read(codec)
        return "".join(self.said).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def add_octets(self, octets: bytes) -> None:
        skipped = min(self.to_skip, len(octets))
        self.to_skip -= skipped
        self.octets += octets[skipped:]


def unread_parts(content: bytes) -> str:
    """Return in words what of an RTF is not looked at, nothing where there is no such thing."""
    metafiles = len(_METAFILE.findall(content)) - content.count(_FOR_OLD_READERS)
    if metafiles > 0 or _OBJECT.search(content):
        return "a metafile, or a file of another program in it, is not read"
    if content.find(b"\\fcharset", _FONTS_WITHIN) >= 0 or content.count(b"\\fcharset") > _MOST_FONTS:
        return "it has fonts whose letters are not known"
    return ""


def words(content: bytes) -> tuple[str, str]:
    """Return what is written in an RTF, and what stands beside that."""
    fonts = dict(_FONT.findall(content[:_FONTS_WITHIN])[:_MOST_FONTS])
    page = _CODE_PAGE.search(content[:4096])
    usual = _known(f"cp{page[1].decode()}") if page else _USUAL
    text, beside, group, outer = _Words(), _Words(), _Group(codec=usual), list[_Group]()
    for token in _TOKEN.finditer(content):
        found = beside if group.is_beside else text
        if token["brace"] == b"{":
            outer.append(replace(group, is_new=False))
            group = replace(group, is_new=True)
        elif token["brace"]:
            found.read(group.codec)
            found.to_skip = 0
            group = outer.pop() if outer else group
        elif token["word"] or token["sign"]:
            group = _after(token, group, found, fonts, usual)
        elif not group.left_out:
            found.add_octets(bytes.fromhex(token["octet"].decode()) if token["octet"] else token["letters"])
    return text.whole(group.codec), beside.whole(group.codec)


def _after(token: re.Match[bytes], group: _Group, found: _Words, fonts: dict[bytes, bytes], usual: str) -> _Group:
    """Do what a command says, and return what holds from there on."""
    word, number = token["word"], token["number"]
    if token["sign"] == b"*":
        return replace(group, may_be_ignored=True)
    if (group.is_new or group.may_be_ignored) and word in _BESIDE and not group.left_out:
        found.add("\n", group.codec)
        return replace(group, is_beside=True, is_new=False, may_be_ignored=False)
    if group.may_be_ignored or (group.is_new and word in _LEFT_OUT) or word == b"fldinst":
        return replace(group, left_out=True, is_new=False, may_be_ignored=False)
    if group.left_out:
        return group
    if word == b"u" and number:
        found.add(chr(int(number) % 0x10000), group.codec)
        found.to_skip = group.doubles
    elif word == b"uc" and number:
        group = replace(group, doubles=max(int(number), 0))
    elif word == b"f" and number:
        found.read(group.codec)
        group = replace(group, codec=_of_font(fonts.get(number), usual))
    elif meant := _MEANT.get(word) if word else _SIGNS.get(token["sign"]):
        found.add(meant, group.codec)
    return replace(group, is_new=False)


def _of_font(charset: bytes | None, usual: str) -> str:
    return _CHARSETS.get(int(charset), usual) if charset else usual


@cache
def _known(codec: str) -> str:
    try:
        codecs.lookup(codec)
    except LookupError:
        return _USUAL
    return codec
