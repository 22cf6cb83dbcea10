"""What programs print about a digest is read as people paste it."""

import base64

import pytest

from crawler_filter.fingerprints.text import text_scope
from crawler_filter.formats.record import ScopeKind
from crawler_filter.lists import digest_lines
from crawler_filter.lists.digest_lines import digest_in, has_digest, is_like_one
from registry.web.form_input import Covers, Line, read_lines

pytestmark = pytest.mark.usefixtures("in_a_request")

HEX = "0123456789abcdef" * 4
SPACED = " ".join(HEX[place : place + 2] for place in range(0, 64, 2))
# fmt: off
PRINTED = {
    "sha256sum": f"{HEX}  a b.png",
    "sha256sum, binary": f"{HEX} *a.png",
    "sha256sum, an odd name": f"\\{HEX}  a\\nb.png",
    "shasum --tag": f"SHA256 (a (1).png) = {HEX}",
    "openssl dgst": f"SHA2-256(a.png)= {HEX}",
    "Get-FileHash": f"\nAlgorithm       Hash                     Path\n---------       ----                     ----\nSHA256          {HEX.upper()}       C:\\art\\a.png\n",
    "Get-FileHash as a list": f"Algorithm : SHA256\nHash      : {HEX.upper()}\nPath      : C:\\art\\a.png",
    "certutil": f"SHA256 hash of a.png:\n{HEX}\nCertUtil: -hashfile command completed successfully.",
    "certutil in Japanese": f"SHA256 ハッシュ (対象 a.png):\n{SPACED}\nCertUtil: -hashfile コマンドは正常に完了しました。",
    "a list": f"・{HEX}",
    "Get-FileHash in a narrow window": f"Hash      : {HEX[:60].upper()}\n            {HEX[60:].upper()}\nPath      : C:\\a.png",
    "Get-FileHash as CSV": f'"Algorithm","Hash","Path"\n"SHA256","{HEX.upper()}","C:\\a.png"',
    "a property of Get-FileHash": f"Hash\n----\n{HEX.upper()}",
    "with the command": f"PS C:\\> (Get-FileHash a.png).Hash\n{HEX.upper()}",
    "with another command": f"C:\\>certutil -hashfile a.png SHA256\nSHA256 hash of a.png:\n{HEX}\nCertUtil: -hashfile command completed.",
    "certutil in German": f"SHA256-Hash von a.png:\n{HEX}\nCertUtil: -hashfile-Befehl wurde erfolgreich ausgeführt.",
    "certutil in French": f"Hachage SHA256 de a.png :\n{HEX}",
    "openssl with colons": f"SHA256(a.png)= {SPACED.replace(' ', ':')}",
    "7-Zip": f"SHA256 for data:              {HEX.upper()}",
    "7-Zip's window": f"Name: a.png\nSize: 123 bytes (0 MiB)\nSHA256: {HEX}",
    "7z h": f"SHA256    Size  Name\n---------\n{HEX.upper()}   1234  a.png",
    "HashTab": f"SHA-256: {HEX.upper()}",
    "pip": f"--hash=sha256:{HEX}",
    "Git LFS": f"version https://git-lfs.github.com/spec/v1\noid sha256:{HEX}\nsize 1234",
    "a URN": f"urn:sha256:{HEX}",
    "C": f"0x{HEX}",
    "Python": f"b'{HEX}'",
    "JSON": f'{{"sha256": "{HEX}"}}',
    "Markdown": f"| `{HEX}` | a.png |",
    "a name first": f"a.png\t{HEX}",
    "groups": "-".join(HEX[place : place + 8] for place in range(0, 64, 8)),
    "a space that nobody sees": f"{HEX[:32]}\u200b{HEX[32:]}",
    "hashdeep": f"%%%% HASHDEEP-1.0\n%%%% size,md5,sha256,filename\n## Invoked from: C:\\art\n##\n12,{HEX[:32]},{HEX},C:\\art\\a.png",
    "a table of many kinds": f"Filename,MD5,SHA1,CRC32,SHA-256,SHA-512\na.png,{HEX[:32]},{HEX[:40]},0a1b2c3d,{HEX},{HEX * 2}",
    "many kinds in a line": f"a.png MD5={HEX[:32]} SHA1={HEX[:40]} SHA256={HEX}",
    "the integrity of a script": f'integrity="sha256-{base64.b64encode(bytes.fromhex(HEX)).decode()}"',
    "base64": base64.b64encode(bytes.fromhex(HEX)).decode(),
    "a name like a digest": f"{HEX}  {HEX[:32]}.png",
    "a name like an algorithm": f"tiger.png: {HEX}\nblake3-notes.txt  {HEX}",
    "a header of HTTP": f"Repr-Digest: sha-256=:{base64.b64encode(bytes.fromhex(HEX)).decode()}:",
    "a header of Amazon": f"x-amz-checksum-sha256: {base64.b64encode(bytes.fromhex(HEX)).decode()}",
    "RFC 6920": f"ni:///sha-256;{base64.urlsafe_b64encode(bytes.fromhex(HEX)).decode().rstrip('=')}",
    "PostgreSQL": f"\\x{HEX}",
    "two halves": f"{HEX[:32]} {HEX[32:]}",
    "groups between blanks": " ".join(HEX[place : place + 8] for place in range(0, 64, 8)),
    "wide letters": "".join(chr(ord(sign) + 0xFEE0) for sign in HEX),
}
# fmt: on


@pytest.mark.parametrize("printed", PRINTED.values(), ids=PRINTED)
def test_the_digest_is_read_out_of_what_a_program_prints(printed):
    assert read_lines(Covers.FILES, printed) == ((Line(ScopeKind.SHA256, HEX),), ())


def test_a_kind_that_is_not_stored_is_refused_by_its_name():
    _, (problem,) = read_lines(Covers.FILES, f"SHA512 (a.png) = {HEX * 2}")
    assert "sha512" in problem.message


@pytest.mark.parametrize(
    ("line", "digest"),
    [
        (f"Content-MD5: {base64.b64encode(bytes.fromhex(HEX[:32])).decode()}", f"md5:{HEX[:32]}"),
        (f"    Hash (md5):\t{base64.b64encode(bytes.fromhex(HEX[:32])).decode()}", f"md5:{HEX[:32]}"),
        (f"urn:sha1:{base64.b32encode(bytes.fromhex(HEX[:40])).decode()}", f"sha1:{HEX[:40]}"),
    ],
)
def test_digests_in_other_letters_are_read(line, digest):
    assert digest_in(line) == digest


@pytest.mark.parametrize(
    "line",
    [
        f"BLAKE3 (a.png) = {HEX}",
        f"MD4: {HEX[:32]}",
        f"   ED2K: {HEX[:32]}",
        f"ed2k://|file|a.png|1|{HEX[:32]}|/",
        f"MD2 (a.png) = {HEX[:32]}",
        f"SHA3-256(a.png)= {HEX}",
        f"SM3 {HEX}",
        f"SHA512/256 (a.png) = {HEX}",
        f"HMAC-SHA256(a.png)= {HEX}",
        f"magnet:?xt=urn:btih:{HEX[:40]}",
        f"commit {HEX[:40]}",
        f'ETag: "{HEX[:32]}-5"',
    ],
)
def test_a_digest_of_another_algorithm_or_of_something_else_is_refused(line):
    lines, problems = read_lines(Covers.FILES, line)
    assert (lines, len(problems)) == ((), 1)


def test_a_whole_paste_is_searched_once_however_many_lines_stand_around_a_digest(monkeypatch):
    searched = []
    monkeypatch.setattr(digest_lines, "has_digest", lambda text: searched.append(text) or has_digest(text))
    lines, problems = read_lines(Covers.FILES, "Hash\n" * 1_500 + HEX)
    assert ([line.value for line in lines], problems) == ([HEX], ())
    assert len(searched) == 1


def test_an_ordinary_line_is_not_passed_over():
    assert is_like_one(HEX)
    assert not has_digest("md5 of my picture")
    assert is_like_one(HEX[:63])
    assert digest_in("") == ""


@pytest.mark.parametrize(
    "head",
    [
        "・",
        "・ ",
        "\ufeff",
        "- ",
        "● ",
        "1. ",
        "\u3000",
        "\ufeff・",
        "※",
        "→ ",
        "① ",
        "①",
        "> ",
        "- [ ] ",
        "\u200f",
    ],
)
def test_what_a_list_puts_before_a_name_is_no_part_of_it(head):
    assert read_lines(Covers.SITE, f"{head}example-art.jp") == ((Line(ScopeKind.DOMAIN, "example-art.jp"),), ())


@pytest.mark.parametrize("typed", ["<https://{}>", "「{}」", "({})", '"{}"', "http:// {}", "{}\u00ad"])
def test_what_stands_around_a_name_is_no_part_of_it(typed):
    assert read_lines(Covers.SITE, typed.format("example-art.jp")) == (
        (Line(ScopeKind.DOMAIN, "example-art.jp"),),
        (),
    )


@pytest.mark.parametrize("hyphen", ["\u2010", "\u2011"])
def test_a_typesetters_hyphen_in_a_name_is_one(hyphen):
    assert read_lines(Covers.SITE, f"example{hyphen}art.jp") == ((Line(ScopeKind.DOMAIN, "example-art.jp"),), ())


def test_a_fingerprint_of_a_text_beside_a_digest_is_kept_though_it_has_no_long_hexadecimal_number():
    text = text_scope("The keeper of the lighthouse counted the ships that came in at night. " * 9).encode()
    lines, problems = read_lines(Covers.FILES, f"{HEX}\ntext:{text}\n")
    assert lines == (Line(ScopeKind.SHA256, HEX), Line(ScopeKind.TEXT, text))
    assert not problems


def test_a_broken_fingerprint_beside_a_digest_is_told_and_not_left_out():
    _, (problem,) = read_lines(Covers.FILES, f"{HEX}\ntext:win1-24-16:oops\n")
    assert "2" in problem.message
