"""Lists of every form are read, and what cannot be is named with its line."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import InvalidScopeError
from crawler_filter.lists import digest_lines
from crawler_filter.lists.entries import Entry, read_value
from crawler_filter.lists.reading import Refused, read_list


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("example.com", "domain", "example.com"),
        ("*.example.com", "domain", "example.com"),
        ("||example.com^", "domain", "example.com"),
        ("https://example.com/", "host", "example.com"),
        ("0.0.0.0 ads.example.com", "host", "ads.example.com"),
        ("127.0.0.1\tads.example.com", "host", "ads.example.com"),
        ("https://example.com/bob/*", "prefix", "example.com/bob/"),
        ("https://example.com/bob/", "url", "example.com/bob/"),
        ("example.com/a.png?x=1", "url", "example.com/a.png?x=1"),
        ("https://日本.example/絵.png", "url", "xn--wgv71a.example/%E7%B5%B5.png"),
        ("d41d8cd98f00b204e9800998ecf8427e", "md5", "d41d8cd98f00b204e9800998ecf8427e"),
        ("3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ", "sha1", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ("sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ", "sha1", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ("SHA-256:" + "A" * 64, "sha256", "a" * 64),
        ("pdq:" + "b" * 64, "pdq", "b" * 64),
        ("isbn: 978-3-16-148410-0", "isbn", "9783161484100"),
        ("domain:example.com", "domain", "example.com"),
    ],
)
def test_a_value_says_by_its_form_what_it_is(text: str, kind: str, value: str) -> None:
    assert read_value(text) == (kind, value)


@pytest.mark.parametrize(
    "text", ["", "com", "not a url", "ftp://example.com/1", "user@example.com", "192.0.2.1", "sha1:zz"]
)
def test_what_names_nothing_is_refused(text: str) -> None:
    with pytest.raises(InvalidScopeError):
        read_value(text)


@given(st.text(max_size=200), st.sampled_from(["", "domain", "url", "sha256", "pdq", "isbn", "nonsense"]))
def test_any_text_is_read_or_refused(text: str, kind: str) -> None:
    try:
        said, value = read_value(text, kind)
    except ValueError:
        return
    assert value
    assert read_value(value, said) == (said, value)


def read(tmp_path: Path, name: str, content: str) -> list[Entry | Refused]:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    return list(read_list(path, reason="by hand"))


def entries(found: list[Entry | Refused]) -> list[tuple[str, str, str, str]]:
    return [(each.kind.value, each.value, each.reason, each.place) for each in found if isinstance(each, Entry)]


def test_a_text_may_give_a_reason_behind_each_value_and_names_the_lines_it_refuses(tmp_path: Path) -> None:
    found = read(
        tmp_path, "list.txt", "# ours\n\nexample.com # a letter\nb.example\tanother\nfoo\n0.0.0.0 c.example\n"
    )
    assert entries(found) == [
        ("domain", "example.com", "a letter", "list.txt line 3"),
        ("domain", "b.example", "another", "list.txt line 4"),
        ("host", "c.example", "by hand", "list.txt line 6"),
    ]
    (refused,) = (each for each in found if isinstance(each, Refused))
    assert refused.place == "list.txt line 5"
    assert "foo" in refused.why


def test_a_csv_is_read_by_the_names_of_its_columns(tmp_path: Path) -> None:
    found = read(tmp_path, "list.csv", '\ufeffURL,Reason\nhttps://a.example/1,"letter, of May"\n"bad one",x\n')
    assert entries(found) == [("url", "a.example/1", "letter, of May", "list.csv line 2")]
    assert [each.place for each in found if isinstance(each, Refused)] == ["list.csv line 3"]
    kinds = read(tmp_path, "kinds.csv", f"kind;value;reason\ndomain;k.example;\nsha256;{'c' * 64};seen\n")
    assert entries(kinds) == [
        ("domain", "k.example", "by hand", "kinds.csv line 2"),
        ("sha256", "c" * 64, "seen", "kinds.csv line 3"),
    ]


def test_a_csv_that_names_no_columns_is_not_read_as_addresses_with_commas(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        'https://a.example/1,a letter\n# a note, and more\nhttps://a.example/2\n"https://a.example/3"\n'
    )
    told, *entries = read_list(path)
    assert isinstance(told, Refused)
    assert (told.row, "name its columns" in told.why) == (1, True)
    assert next(each.value for each in entries if isinstance(each, Entry)) == "a.example/2"
    path.write_text(f"{'0' * 63}1,a.png\n")
    (entry,) = read_list(path)
    assert isinstance(entry, Entry)
    assert entry.kind == "sha256"
    (tmp_path / "a.txt").write_text("https://a.example/1,2\n")
    (entry,) = read_list(tmp_path / "a.txt")
    assert isinstance(entry, Entry)
    assert entry.value == "a.example/1,2"


def test_a_column_of_addresses_that_is_not_read_and_a_row_that_names_nothing_are_told(tmp_path: Path) -> None:
    """What goes unread is not reserved, nor kept out: its owner hears of it, once a column."""
    found = read(
        tmp_path,
        "list.csv",
        "sha256,location,author,note\n"
        f"{'c' * 64},https://a.example/1,Mori,https://why.example/\n"
        ",https://a.example/2,Mori,\n"
        ",,,\n"
        f"{'d' * 64},https://a.example/3,,\n",
    )
    assert [each.value for each in found if isinstance(each, Entry)] == ["c" * 64, "d" * 64]
    told = [each for each in found if isinstance(each, Refused)]
    assert [(each.row, each.column) for each in told] == [(2, "location"), (3, "")]
    assert "call it url" in told[0].why
    assert "names nothing" in told[1].why


def test_a_notice_is_read_with_all_its_works(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "notice.jsonl",
        '{"urls": ["https://n.example/1"], "domains": ["n2.example"], "reason": "Letter"}\n'
        '{"title": "DMCA", "sender_name": "Studio", "works": [{"infringing_urls": [{"url": "https://l.example/9"}]}]}\n'
        'nonsense\n{"other": 1}\n[1]\n',
    )
    assert entries(found) == [
        ("url", "n.example/1", "Letter", "notice.jsonl line 1"),
        ("domain", "n2.example", "Letter", "notice.jsonl line 1"),
        ("url", "l.example/9", "DMCA; Studio", "notice.jsonl line 2"),
    ]
    assert [each.place for each in found if isinstance(each, Refused)] == [
        "notice.jsonl line 3",
        "notice.jsonl line 4",
        "notice.jsonl line 5",
    ]


@given(st.binary(max_size=300))
def test_no_file_is_too_strange_to_be_read(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("lists") / "list"
    path.write_bytes(content)
    for each in read_list(path):
        assert isinstance(each, Entry | Refused)


HEX = "0123456789abcdef" * 4
WRITTEN = {
    "UTF-16, as PowerShell writes it": ("example.jp\nhttps://example.jp/作品\n".encode("utf-16"), ["example.jp", "example.jp/%E4%BD%9C%E5%93%81"]),
    "UTF-16 without a mark": ("example.jp\n".encode("utf-16-le"), ["example.jp"]),
    "cp932, as Excel in Japan writes it": ("url,reason\nhttps://example.jp/作品,無断\n".encode("cp932"), ["example.jp/%E4%BD%9C%E5%93%81"]),
    "bullets": ("・example.jp\n- example.org\n\u200bexample.net\n".encode(), ["example.jp", "example.org", "example.net"]),
    "a line for Excel": (b"sep=,\nurl,reason\nhttps://example.jp/a,x\n", ["example.jp/a"]),
    "sha256sum": (f"{HEX}  a.png\n".encode(), [HEX]),
    "shasum --tag": (f"SHA256 (a.png) = {HEX}\n".encode(), [HEX]),
    "a column SHA-256": (f"Filename,SHA-256\na.png,{HEX}\n".encode(), [HEX]),
    "an address with a digest in it": (f"https://example.jp/{HEX}.png\n".encode(), [f"example.jp/{HEX}.png"]),
}  # fmt: skip


@pytest.mark.parametrize(("written", "values"), WRITTEN.values(), ids=WRITTEN)
def test_a_list_is_read_as_programs_write_it(tmp_path: Path, written: bytes, values: list[str]) -> None:
    path = tmp_path / "list"
    path.write_bytes(written)
    assert [entry.value for entry in read_list(path) if isinstance(entry, Entry)] == values


def test_a_name_that_occurs_twice_in_an_object_lists_both_values(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text('{"url": "https://example.jp/a", "url": "https://example.jp/b", "domain": "example.org"}')
    found = [entry.value for entry in read_list(path) if isinstance(entry, Entry)]
    assert found == ["example.jp/a", "example.jp/b", "example.org"]


def test_an_address_whose_letters_are_lost_is_refused_and_not_another_one(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(b"https://example.jp/caf\xe9/1.png\n")
    (refused,) = read_list(path)
    assert isinstance(refused, Refused)
    assert "UTF-8" in str(refused.why)


PRINTED = {
    "Get-FileHash": f"\nAlgorithm       Hash   Path\n---------       ----   ----\nSHA256          {HEX.upper()}   C:\\a.png\n",
    "Get-FileHash as a list": f"Algorithm : SHA256\nHash      : {HEX.upper()}\nPath      : C:\\a.png\n",
    "certutil": f"SHA256 hash of a.png:\n{HEX}\nCertUtil: -hashfile command completed successfully.\n",
    "certutil in Japanese": f"SHA256 ハッシュ (対象 a.png):\n{HEX}\nCertUtil: -hashfile コマンドは正常に完了しました。\n",
    "certutil in German": f"SHA256-Hash von a.png:\n{HEX}\nCertUtil: -hashfile-Befehl wurde ausgeführt.\n",
    "certutil in French": f"Hachage SHA256 de a.png :\n{HEX}\n",
}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("printed", PRINTED.values(), ids=PRINTED)
def test_what_a_program_prints_around_a_digest_is_no_mistake(tmp_path: Path, printed: str, encoding: str) -> None:
    path = tmp_path / "list"
    path.write_bytes(printed.replace("\n", "\r\n").encode(encoding))
    (entry,) = read_list(path)
    assert isinstance(entry, Entry)
    assert entry.value == HEX


@pytest.mark.parametrize(
    "line", ["example jp", "Path to my site", "sha256 of example.jp", "https://", "Algorithm"]
)
def test_a_line_that_no_program_prints_is_still_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "list"
    path.write_text(f"{HEX}\n{line}\n")
    assert any(isinstance(each, Refused) for each in read_list(path))


NOTICE = {
    "type": "DMCA",
    "works": [
        {"infringing_urls": [{"url": "https://a.example/1"}], "copyrighted_urls": [{"url": "https://b.example/"}]}
    ],
}


@pytest.mark.parametrize(
    "document",
    [
        {"dmca": NOTICE},
        {"notices": [NOTICE], "meta": {"total": 1}},
        [NOTICE],
        ["https://a.example/1"],
        [{"url": "https://a.example/1"}],
        {"results": [{"url": "https://a.example/1"}]},
    ],
)
@pytest.mark.parametrize("indent", [None, 1])
def test_a_file_that_is_one_json_document_is_read_as_a_whole(
    tmp_path: Path, document: object, indent: int | None
) -> None:
    (found,) = read(tmp_path, "notices.json", json.dumps(document, indent=indent))
    assert isinstance(found, Entry)
    assert found.value == "a.example/1"


def test_objects_in_objects_are_opened_twice_and_not_for_ever(tmp_path: Path) -> None:
    deep = '{"a":' * 300 + "1" + "}" * 300
    (found,) = read(tmp_path, "deep.json", deep)
    assert isinstance(found, Refused)


@pytest.mark.parametrize("encoding", ["cp932", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("name", ["URL", "\uff35\uff32\uff2c", "アドレス"])
def test_a_table_with_japanese_headings_is_read_in_every_encoding_with_its_reasons(
    tmp_path: Path, encoding: str, delimiter: str, name: str
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(f"{name}{delimiter}理由\r\nhttps://a.example/1{delimiter}権利者の要請\r\n".encode(encoding))
    (found,) = read_list(path)
    assert isinstance(found, Entry)
    assert (found.value, found.reason) == ("a.example/1", "権利者の要請")


HEX = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (f"{HEX[:40]}\n{HEX[40:]}\n", [("sha256", HEX)]),
        (f"{HEX[:60]}\n  {HEX[60:]}  a.png\n", [("sha256", HEX)]),
        (f"{HEX[:32]}\r\n    {HEX[32:]}\r\n", [("sha256", HEX)]),
        (f"SHA256: {HEX[:32]}\n{HEX[32:]}\n", [("sha256", HEX)]),
        (f"{HEX[:32]} {HEX[32:]}\n", [("sha256", HEX)]),
        (f"{HEX[:32]}\n{HEX[32:]}\n", [("md5", HEX[:32]), ("md5", HEX[:32])]),
        (f"  {HEX[:32]}\n  {HEX[32:]}\n", [("md5", HEX[:32]), ("md5", HEX[:32])]),
        (f"{HEX[:40]}\n{HEX[:40]}\n", [("sha1", HEX[:40]), ("sha1", HEX[:40])]),
        (f"{HEX[:40]}\nexample.com\n", [("sha1", HEX[:40]), ("domain", "example.com")]),
        (f"{HEX[:40]}\n", [("sha1", HEX[:40])]),
    ],
)
def test_a_sha_256_that_is_broken_over_two_lines_is_whole(tmp_path: Path, lines: str, expected: list) -> None:
    path = tmp_path / "list.txt"
    path.write_text(lines, newline="")
    assert [(entry.kind, entry.value) for entry in read_list(path) if isinstance(entry, Entry)] == expected


@given(st.lists(st.text("0123456789abcdef :xyz\t", max_size=70)))
def test_joining_what_is_broken_loses_nothing_that_is_written(texts: list[str]) -> None:
    lines = list(enumerate(f"{text}\n" for text in texts))
    joined = "".join(line for _, line in digest_lines.whole(lines))
    assert "".join(joined.split()) == "".join("".join(texts).split())
