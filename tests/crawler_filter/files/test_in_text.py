"""Files in texts come out as they are, however their base64 is written, and a hostile text costs what it is long."""

import base64
import json
import re
import zlib
from urllib.parse import quote

import pytest

from crawler_filter.files.budget import Budget, Member, Skipped
from crawler_filter.files.in_text import GLTF, embedded, may_embed
from crawler_filter.files.walk import walk
from tests.costs import SECOND, cost
from tests.crawler_filter.files.sample_archives import zipped
from tests.crawler_filter.fingerprints.generated import png

PICTURE = png(9, 9, bytes(range(256)) * 2)
LETTERS = base64.b64encode(PICTURE).decode()
LINES = base64.encodebytes(PICTURE).decode()

_packing = zlib.compressobj(9, zlib.DEFLATED, -15)
DEFLATED = (
    _packing.compress(quote(f"<mxGraphModel><mxCell style='image=data:image/png,{LETTERS}'/>").encode())
    + _packing.flush()
)

WRITTEN = {
    "a page": f'<p><img src="data:image/png;base64,{LETTERS}"></p>',
    "a page with a character set": f"<img src='data:image/png;charset=utf-8;base64,{LETTERS}'>",
    "an address in a style, escaped": f"url(data:image/png;base64,{quote(LETTERS, safe='')})",
    "a drawing": f'<svg><image xlink:href="data:image/png;base64,{LINES}"/></svg>',
    "a notebook": json.dumps({"data": {"image/png": LETTERS, "text/plain": "x"}}),
    "a notebook that keeps lines": json.dumps({"data": {"image/png": LINES.splitlines(keepends=True)}}, indent=1),
    "a notebook with line ends": json.dumps({"image/png": LINES, "text/plain": ["more"]}),
    "JSON of PHP": json.dumps({"a": LETTERS}).replace("/", "\\/"),
    "JSON with numbered characters": json.dumps({"a": LETTERS}).replace("+", "\\u002b"),
    "a mail": f"MIME-Version: 1.0\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n"
    f"Content-Disposition: inline\r\n\r\n{LINES}\r\n--end",
    "a saved page in quoted-printable": "<img src=3D\"data:image/png;base64,"
    + re.sub("(.{60})", "\\1=\r\n", LETTERS.replace("=", "=3D"))
    + '">',
    "an address in an address": "url('data:image/svg+xml," + quote(f'<image href="data:image/png;base64,{LETTERS}"/>', safe="") + "')",
    "a page with escaped letters": f"data:image/png;base64,{LETTERS.replace('+', '&#43;').replace('/', '&#x2F;')}",
    "a diagram": f"<mxfile><diagram id='1'>{base64.b64encode(DEFLATED).decode()}</diagram></mxfile>",
    "strings of a program": 'A = (\n    "' + '"\n    "'.join(re.findall(".{1,70}", LETTERS)) + '"\n)',
    "strings of a program, added": 'A = "' + '" +\r\n\t"'.join(re.findall(".{1,70}", LETTERS)) + '"',
    "a program that adds the announcement": f'img.src = "data:image/png;base64," + "{LETTERS}";',
    "strings of a list that is joined": 'A = ["' + '",\n"'.join(re.findall(".{1,70}", LETTERS)) + '"].join("")',
    "an address in a style, in lines": 'url("data:image/png;base64,' + "\\\n".join(re.findall(".{1,70}", LETTERS)) + '")',
    "UTF-16": f'<img src="data:image/png;base64,{LETTERS}">'.encode("utf-16"),
    "base64 for URLs, unannounced": json.dumps({"image": base64.urlsafe_b64encode(PICTURE).decode()}),
    "base64 in lines of XML": f'<image href="data:image/png;base64,{chr(10).join([base64.b64encode(PICTURE).decode()[:76], base64.b64encode(PICTURE).decode()[76:]])}"/>'.replace(chr(10), "&#10;"),
    "base64 for URLs": f"data:image/png;base64,{base64.urlsafe_b64encode(PICTURE).decode()}",
}  # fmt: skip


def budget(content, **limits):
    made = Budget.of_file(len(content), characters=1 << 20, pictures=True)
    for name, value in limits.items():
        setattr(made, name, value)
    return made


def found(text, kind="text/html", **limits):
    content = text if isinstance(text, bytes) else text.encode()
    return list(embedded(content, kind, budget(content, **limits)))


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN)
def test_a_picture_comes_out_of(text):
    assert may_embed(text if isinstance(text, bytes) else text.encode(), "text/html")
    (part,) = found(text)
    if part.kind == "text/xml":  # a diagram, which is looked into like any other
        (part,) = found(part.content, "text/xml")
    assert (part.name, part.kind) == ("embedded 1", "image/png")
    assert part.content.startswith(PICTURE)


@pytest.mark.parametrize(
    ("mark", "kind"),
    [
        (b"7z\xbc\xaf\x27\x1c\0\4", "application/x-7z-compressed"),
        (b"Rar!\x1a\7\1\0", "application/vnd.rar"),
        (b"\xfd7zXZ\0\0\4", "application/x-xz"),
    ],
)
def test_an_archive_comes_out_of_a_record(mark, kind):
    packed = base64.b64encode(mark + bytes(range(100))).decode()
    assert [part.kind for part in found(json.dumps({"file": packed}))] == [kind]


def test_any_archive_comes_out_of_lines_that_say_they_are_base64():
    name, header = b"page.png".ljust(257, b"\0"), b"ustar".ljust(255, b"\0")
    lines = base64.encodebytes(name + header + PICTURE).decode()
    assert [part.kind for part in found(f"begin-base64 644 a.tar\n{lines}====\n")] == ["application/x-tar"]


@pytest.mark.parametrize(
    "text", ["", "Nothing is here.", "x" * 9999, "data:image/png,notbase64", "R0lGODlhAQABAAAAACw="]
)
def test_an_ordinary_text_holds_no_file(text):
    assert found(text) == []


def test_a_scene_gives_its_pictures():
    buffer = bytes(40) + PICTURE + bytes(4) + PICTURE
    assert [part.kind for part in found(b"glTF\2\0\0\0" + buffer, GLTF)] == ["image/png", "image/png"]
    scene = json.dumps(
        {"buffers": [{"uri": "data:application/octet-stream;base64," + base64.b64encode(buffer).decode()}]}
    )
    assert [part.kind for part in found(scene)] == ["image/png", "image/png", ""]


def test_what_is_said_to_be_a_picture_and_is_of_no_kind_is_not_passed_over():
    unknown = base64.b64encode(bytes(range(1, 200))).decode()
    assert [part.kind for part in found(f"data:image/x-own;base64,{unknown}")] == ["application/octet-stream"]
    assert [part.kind for part in found(f"data:font/woff2;base64,{unknown}")] == [""]


def test_a_mail_is_found_after_one_that_ends_in_its_headers():
    head = "Content-Transfer-Encoding: base64\r\n"
    text = f'{head}Content-Type: text/plain; {"x" * 999}\r\n<img src="data:image/png;base64,{LETTERS}">'
    assert [part.kind for part in found(text)] == ["image/png"]
    assert [part.kind for part in found(f"{head}Subject: x\r\n{head}\r\n{LINES}")] == ["image/png"]


def test_what_goes_beyond_the_budget_is_said():
    text = f"data:image/png;base64,{LETTERS} " * 9
    assert isinstance(found(text, parts=3)[-1], Skipped)
    assert isinstance(found(text, unpacked=2 * len(PICTURE))[-1], Skipped)


HOSTILE = {
    "beginnings without an end": "iVBORw0KGgo " * 20_000,
    "addresses of nothing": ";base64," * 30_000,
    "headers of mails": "Content-Transfer-Encoding: base64\r\n" * 9_000,
    "quotes": '\\n" , "' * 40_000,
    "one long run": "A" * 400_000,
    "an address in an address": "data:text/plain;base64," * 10_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_is_read_in_steps_that_grow_with_it(text, monkeypatch):
    """Each place is looked at by one search: what is matched together is no longer than the text."""
    matched = 0

    class Counting:
        def __init__(self, pattern):
            self.pattern = pattern

        def __getattr__(self, name):
            def call(*arguments):
                nonlocal matched
                match = getattr(self.pattern, name)(*arguments)
                matched += match.end() - match.start() if match else 0
                return match

            return call

    assert cost(lambda: list(embedded(text.encode(), "text/html", budget(text.encode()))), limit=SECOND) <= SECOND
    monkeypatch.setattr(
        "crawler_filter.files.in_text._RUN", Counting(re.compile(rb"[A-Za-z0-9+/ \\nrt\",\r\n]*+"))
    )
    list(embedded(text.encode(), "text/html", budget(text.encode())))
    assert matched <= 2 * len(text)


def test_a_text_in_a_text_in_a_text_ends():
    inner = LETTERS
    for _ in range(6):
        inner = base64.b64encode(f"<img src='data:image/png;base64,{inner}'>".encode()).decode()
    parts = found(f"data:text/html;base64,{inner}")
    assert [type(part) for part in parts] == [Member]
    assert parts[0].kind == "text/xml"


def test_texts_that_unpack_to_very_much_are_searched_as_far_as_their_archive_is_large():
    content = zipped({f"{number}.txt": b"a b " * (5 << 20) for number in range(3)})
    spent = budget(content)
    found = list(walk(content, "application/zip", spent))
    unsearched = [
        each.name for each in found if isinstance(each, Skipped) and "no more is searched" in each.reason
    ]
    assert unsearched == ["0.txt", "1.txt", "2.txt"]
    assert [each.name for each in found if isinstance(each, Member)] == unsearched
    few = zipped({"a.txt": b"a b " * 1000})
    assert [type(each) for each in walk(few, "application/zip", budget(few))] == [Member]
