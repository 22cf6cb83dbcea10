"""Files in arrays of programs, registry files and dumps, as their tools write them."""

import json

import pytest

from crawler_filter.files.dumped_bytes import may_have, written
from crawler_filter.fingerprints.text import text_scope
from tests.costs import SECOND, cost
from tests.crawler_filter.checks.test_content import NOVEL, OTHER, PIXELS, encoded, opened, pictured

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256))
JPEG = b"\xff\xd8\xff\xdb\0\x10JFIF" + bytes(range(256))


def lines(raw: bytes, width: int = 16) -> list[bytes]:
    return [raw[at : at + width] for at in range(0, len(raw), width)]


def seen(line: bytes) -> str:
    return "".join(chr(octet) if 32 <= octet < 127 else "." for octet in line)


def each_as(form: str, joint: str = ", "):
    return lambda raw: joint.join(form.format(octet) for octet in raw)


def in_columns(place: str, form: str, group: int, behind: str, *, order: int = 1, width: int = 16):
    def written_down(raw: bytes) -> str:
        rows = []
        for number, line in enumerate(lines(raw, width)):
            ones = [form.format(octet) for octet in line]
            words = ["".join(ones[at : at + group][::order]) for at in range(0, len(ones), group)]
            rows.append(place.format(number * width) + " ".join(words) + behind.format(seen(line)))
        return "\n".join(rows) + "\n"

    return written_down


LISTS = {
    "C": lambda raw: f"char a[] = {{\n  {each_as('0x{:02x}')(raw)}\n}};",
    "C with remarks": lambda raw: "x = {/* a */\n" + "".join(
        f"{each_as('0x{:02X}')(line)},  // {seen(line)}\n".replace("\\", "") for line in lines(raw)
    ),
    "Java": lambda raw: "byte[] a = {" + each_as("(byte)0x{:02X}")(raw) + "};",
    "Rust": lambda raw: "let a = [" + each_as("{}u8")(raw) + "];",
    "Pascal": lambda raw: "const a: array of byte = (" + each_as("${:02X}")(raw) + ");",
    "Basic": lambda raw: "Dim a() As Byte = {" + each_as("&H{:02X}")(raw) + "}",
    "an assembler": lambda raw: "\n".join("\t.byte " + each_as("0x{:02x}", ",")(line) for line in lines(raw)),
    "octal strings": lambda raw: "\n".join('"' + each_as("\\{:03o}", "")(line) + '"' for line in lines(raw)),
    "the registry of Windows": lambda raw: '"Logo"=hex:' + "\\\r\n  ".join(
        each_as("{:02x}", ",")(line) + "," for line in lines(raw, 25)
    ),
    "colons": each_as("{:02X}", ":"),
    "dashes": each_as("{:02X}", "-"),
    "an array of JavaScript in JSON": lambda raw: json.dumps({str(at): octet for at, octet in enumerate(raw)}),
    "numbers without commas": each_as("{}", " "),
    "od without places": lambda raw: "\n".join(" " + each_as("{:02x}", " ")(line) for line in lines(raw)),
}  # fmt: skip

DUMPS = {
    "xxd": in_columns("{:08x}: ", "{:02x}", 2, "  {}"),
    "xxd -b": in_columns("{:08x}: ", "{:08b}", 1, "  {}", width=6),
    "hexdump -C": in_columns("{:08x}  ", "{:02x}", 1, "  |{}|"),
    "hexdump": in_columns("{:07x} ", "{:02x}", 2, "", order=-1),
    "od -t x1z": in_columns("{:06x} ", "{:02x}", 1, "  >{}<"),
    "od -t o1": in_columns("{:07o} ", "{:03o}", 1, ""),
    "Wireshark": in_columns("{:04x}  ", "{:02x}", 1, "   {}"),
    "PowerShell": in_columns("{:08X}   ", "{:02X}", 1, "  {}"),
}


@pytest.mark.parametrize("raw", [PNG, JPEG], ids=["PNG", "JPEG"])
@pytest.mark.parametrize("way", LISTS)
def test_a_file_is_found_in_a_list_of_its_bytes(way, raw):
    text = LISTS[way](raw).encode().lower()
    assert may_have(text)
    (found,) = written(text)
    assert found.startswith(raw)


@pytest.mark.parametrize("raw", [PNG, NOVEL.encode()[:512]], ids=["a picture", "a text"])
@pytest.mark.parametrize("way", DUMPS)
def test_a_file_is_found_in_a_dump(way, raw):
    text = DUMPS[way](raw).encode().lower()
    assert may_have(text)
    assert any(found.startswith(raw) for found in written(text))


@pytest.mark.parametrize("way", ["xxd", "hexdump -C"])
def test_a_registered_text_and_picture_are_found_in_dumps(way):
    optout = opened(pictured(), ("text", text_scope(NOVEL).encode()))
    for reserved in (NOVEL.encode(), encoded(PIXELS, size=(80, 60))):
        assert not optout.check(content=DUMPS[way](reserved).encode()).keep
    for free in (b"Somebody else wrote this. " * 40, encoded(OTHER, size=(80, 60))):
        assert optout.check(content=DUMPS[way](free).encode()).keep


@pytest.mark.parametrize(
    "text",
    [
        "at 10:20 he ran 0x10 metres",
        "0000010 is a number\n0000020 another\n",
        "a { color: #ff d8 ff }",
        "255, 216, 255 are three numbers",
        "2026-12-01 10 20 30\n" * 9 + "0000010",
    ],
)
def test_what_only_looks_like_one_is_none(text):
    assert not any(found.startswith((b"\xff\xd8", b"\x89P")) for found in written(text.encode()))


@pytest.mark.parametrize(
    "unit", [b"ff d8 ff ", b"255,216,255,", b"0x", b"0000010 ", b"00000010: ff ff\n", b"/*ffd8ff", b'"0":255,"1":216,"2":255']
)  # fmt: skip
def test_hostile_texts_cost_no_more_than_their_length(unit):
    text = unit * (200_000 // len(unit))
    assert cost(lambda: list(written(text)), limit=SECOND) <= SECOND
