"""Lines, archives and shards: a kept row is the bytes that were read, a removed one says why."""

import base64
import csv
import gzip
import hashlib
import io
import json
import tarfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from crawler_filter.audit import lines, row_bytes, warc
from crawler_filter.audit.auditing import plan_of
from crawler_filter.audit.recipes import Choice
from crawler_filter.errors import DataError
from tests.crawler_filter.audit.conftest import World, addresses, outcome


def rows_of(count: int) -> list[dict[str, object]]:
    texts = ["plain", 'with "quotes", commas', "two\nlines", "日本語", ""]
    return [{"id": n, "url": url, "text": texts[n % 5]} for n, url in enumerate(addresses(count))]


def write_csv(path: Path, rows: list[dict[str, object]], delimiter: str = ",") -> list[bytes]:
    """Write a table and return the bytes of each row."""
    made = []
    for row in [dict.fromkeys(rows[0]), *rows]:
        out = io.StringIO(newline="")
        values = (
            row if not any(row.values()) and row.keys() == rows[0].keys() and row["id"] is None else row.values()
        )
        csv.writer(out, delimiter=delimiter).writerow(values)
        made.append(out.getvalue().encode())
    path.write_bytes(b"".join(made))
    return made


def mask_of(path: Path) -> list[bool]:
    table = pq.read_table(path)
    assert table["row"].to_pylist() == list(range(len(table)))
    return table["keep"].to_pylist()


@pytest.mark.parametrize("name", ["a.csv", "a.tsv"])
def test_csv_keeps_its_lines(world: World, tmp_path: Path, name: str) -> None:
    rows = rows_of(800)
    header, *written = write_csv(tmp_path / name, rows, "\t" if name == "a.tsv" else ",")
    world.run([tmp_path / name], tmp_path / "out")
    said = outcome(world, [row["url"] for row in rows])
    keep = [kept for kept, _ in said]
    kept = b"".join(line for line, kept in zip(written, keep, strict=True) if kept)
    assert (tmp_path / "out/kept" / name).read_bytes() == header + kept
    assert mask_of(tmp_path / f"out/mask/{name}.parquet") == keep
    with (tmp_path / "out/removed" / name).open(encoding="utf-8", newline="") as file:
        removed = list(csv.DictReader(file, delimiter="\t" if name == "a.tsv" else ","))
    assert [row["optout_reason"] for row in removed] == [reason for kept, reason in said if not kept]
    assert [int(row["id"]) for row in removed] == [n for n, kept in enumerate(keep) if not kept]


@pytest.mark.parametrize("delimiter", [";", "|", "\t"])
def test_columns_may_be_separated_otherwise(world: World, tmp_path: Path, delimiter: str) -> None:
    lines_of = [["url", "n"], ["https://free.example/a,b", "1"], ["https://reserved.example/", "2"]]
    (tmp_path / "a.csv").write_text("".join(delimiter.join(row) + "\n" for row in lines_of), encoding="utf-8")
    report = world.run([tmp_path / "a.csv"], tmp_path / "out")
    assert (report["kept"], report["by_reason"]) == (1, {"registry.domain": 1})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("url,n\nhttps://reserved.example/,1\n".encode("utf-16"), "UTF-16"),
    ],
)
def test_lines_that_would_be_taken_for_one_header_are_refused(
    world: World, tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(DataError, match=rf"a\.csv .*{said}"):
        world.run([tmp_path / "a.csv"], tmp_path / "out")


def test_a_row_that_is_no_utf8_could_not_be_checked(world: World, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("url\nhttps://free.example/é\nhttps://free.example/\n".encode("latin-1"))
    report = world.run([tmp_path / "a.csv"], tmp_path / "out")
    assert (report["kept"], report["by_reason"]) == (1, {"unchecked.asset": 1})


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.jsonl", "a.jsonl.gz", "a.tar", "a.warc"])
def test_a_file_without_rows_is_kept_among_others(world: World, tmp_path: Path, name: str) -> None:
    if name == "a.warc":
        pytest.importorskip("fastwarc", reason="the warc extra is not installed")
    nothing = gzip.compress(b"") if name.endswith(".gz") else bytes(10240) if name == "a.tar" else b""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_bytes(nothing)
    (tmp_path / "in/b.csv").write_bytes(b"url\nhttps://free.example/\n")
    report = world.run([tmp_path / "in"], tmp_path / "out")
    assert [file["rows"] for file in report["files"]] == [0, 1]
    assert (tmp_path / "out/kept" / name).read_bytes() == (nothing if name != "a.tar" else bytes(10240))
    assert mask_of(tmp_path / f"out/mask/{name}.parquet") == []


@pytest.mark.parametrize(
    "content", [b"no gzip", gzip.compress(b'{"url": "https://free.example/"}\n' * 9999)[:-20]]
)
def test_what_cannot_be_unpacked_is_named(world: World, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(content)
    with pytest.raises(DataError, match=r"a\.jsonl\.gz cannot be unpacked as gzip"):
        world.run([tmp_path / "a.jsonl.gz"], tmp_path / "out")


def test_a_large_file_is_cut_into_parts_between_rows(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = rows_of(800)
    write_csv(tmp_path / "a.csv", rows)
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    whole = world.run([tmp_path / "a.csv", tmp_path / "a.jsonl"], tmp_path / "whole")
    monkeypatch.setattr(lines, "PART", 4000)
    monkeypatch.setattr(row_bytes, "BLOCK", 1000)
    parted = world.run([tmp_path / "a.csv", tmp_path / "a.jsonl"], tmp_path / "parted")
    assert len(list((tmp_path / "parted/state/0000").glob("0*.json"))) > 5
    assert parted == whole
    for output in ("kept", "removed"):
        for name in ("a.csv", "a.jsonl"):
            one, other = (tmp_path / run / output / name for run in ("whole", "parted"))
            assert one.read_bytes() == other.read_bytes()
    for name in ("a.csv", "a.jsonl"):
        one, other = (pq.read_table(tmp_path / run / f"mask/{name}.parquet") for run in ("whole", "parted"))
        assert one.equals(other)


def test_a_row_that_is_torn_could_not_be_checked(world: World, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "url,x\nhttps://free.example/,1\ntorn\nhttps://free.example/2,2\n", encoding="utf-8"
    )
    report = world.run([tmp_path / "a.csv"], tmp_path / "out")
    assert (report["rows"], report["kept"], report["unchecked"]) == (3, 2, 1)
    assert mask_of(tmp_path / "out/mask/a.csv.parquet") == [True, False, True]


def test_a_torn_row_of_other_bytes_than_utf_8_could_not_be_checked(world: World, tmp_path: Path) -> None:
    rows = [
        "https://free.example/",
        "漫画,x",
        "https://reserved.example/",
        "https://free.example/漫画",
        "漫画,y,z",
    ]
    (tmp_path / "a.csv").write_bytes(b"url\n" + "\n".join(rows).encode("cp932") + b"\n")
    report = world.run([tmp_path / "a.csv"], tmp_path / "out")
    assert (report["rows"], report["unchecked"]) == (5, 3)
    kept = (tmp_path / "out/kept/a.csv").read_bytes()
    assert kept == b"url\nhttps://free.example/\n"


@pytest.mark.parametrize(
    "content",
    ['url,te"xt\nhttps://reserved.example/,"1\n', 'u"rl\nhttps://reserved.example/,"x"y\n', '"url\nhttps://a/\n'],
)
def test_a_header_whose_quotes_swallow_rows_is_refused(world: World, tmp_path: Path, content: str) -> None:
    (tmp_path / "a.csv").write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match="quotes"):
        world.run([tmp_path / "a.csv"], tmp_path / "out", choice=Choice("auto", {"url": "url"}))


def test_a_header_may_hold_quotes_and_line_breaks(world: World, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('"the ""text""\nin it",url\n1,https://reserved.example/\n', encoding="utf-8")
    assert world.run([tmp_path / "a.csv"], tmp_path / "out")["removed"] == 1


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_json_lines_keep_their_bytes_and_removed_ones_say_why(world: World, tmp_path: Path, name: str) -> None:
    rows = [{"n": 2**70 + n, "meta": {"url": url}} for n, url in enumerate(addresses(500))]
    written = [json.dumps(row, ensure_ascii=bool(row["n"] % 2)).encode() + b"\n" for row in rows]
    written.append(b"no json\n")
    data = b"".join(written)
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    world.run([tmp_path / name], tmp_path / "out", choice=Choice(by_hand={"url": "meta.url"}))
    said = [*outcome(world, [row["meta"]["url"] for row in rows]), (False, "unchecked.asset")]

    def read(output: str) -> bytes:
        found = (tmp_path / "out" / output / name).read_bytes()
        return gzip.decompress(found) if name.endswith("gz") else found

    assert read("kept") == b"".join(line for line, (kept, _) in zip(written, said, strict=True) if kept)
    removed = [json.loads(line) for line in read("removed").splitlines()]
    assert [row["optout_reason"] for row in removed] == [reason for kept, reason in said if not kept]
    assert removed[-1]["optout_line"] == "no json"
    assert {row["n"] for row in removed[:-1]} == {row["n"] for row, (kept, _) in zip(rows, said) if not kept}  # noqa: B905


def shard(path: Path, samples: list[tuple[str, str | None, bytes]]) -> None:
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
        for key, url, picture in samples:
            for ending, data in {
                "jpg": picture,
                "json": json.dumps({"url": url}).encode(),
                "txt": b"caption",
            }.items():
                member = tarfile.TarInfo(f"{key}.{ending}")
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))


def names_in(path: Path) -> list[str]:
    with tarfile.open(path) as archive:
        return [each.name for each in archive]


def test_one_strange_object_is_no_reason_to_remove_the_others(world: World, tmp_path: Path) -> None:
    objects = [
        '{"id": 1}',
        '{"url": "https://free.example/1"}',
        '{"url": ["https://free.example/"]}',
        '{"url": "https://free.example/\\ud800"}',
        '{"url": {"a": NaN}}',
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(objects), encoding="utf-8")
    world.run([tmp_path / "a.jsonl"], tmp_path / "out")
    assert mask_of(tmp_path / "out/mask/a.jsonl.parquet") == [False, True, False, True, False]


def test_a_row_that_has_two_addresses_was_not_checked(world: World, tmp_path: Path) -> None:
    twice = '{"url": "https://free.example/1", "url": "https://free.example/2"}'
    same = '{"url": "https://free.example/1", "url": "https://free.example/1"}'
    (tmp_path / "a.jsonl").write_text(f"{twice}\n{same}\n", encoding="utf-8")
    report = world.run([tmp_path / "a.jsonl"], tmp_path / "out")
    assert mask_of(tmp_path / "out/mask/a.jsonl.parquet") == [False, True]
    assert report["by_reason"] == {"unchecked.asset": 1}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"url": "https://a/"}\r{"url": "https://b/"}\r', "carriage returns alone"),
        (b"{}\n{}\n", "no member"),
        ('{"url": "https://a/"}\n'.encode("utf-16"), "UTF-16"),
        ('{"url": "https://a/"}\n'.encode("utf-16-be"), "UTF-16"),
    ],
)
def test_json_of_which_no_row_could_be_judged_is_refused(
    world: World, tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / "a.jsonl").write_bytes(content)
    with pytest.raises(DataError, match=said):
        world.run([tmp_path / "a.jsonl"], tmp_path / "out")


@pytest.mark.parametrize(
    "content", ['[{"url": "https://free.example/"}]\n', '{\n "url": "https://free.example/"\n}']
)
def test_json_that_is_no_object_a_line_is_refused(world: World, tmp_path: Path, content: str) -> None:
    (tmp_path / "a.json").write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match="one object a line"):
        world.run([tmp_path / "a.json"], tmp_path / "out")


def test_a_sample_of_a_shard_goes_or_stays_as_a_whole(world: World, tmp_path: Path) -> None:
    urls = addresses(60)
    long = "長い" * 60  # a name that needs a header of its own
    shard(
        tmp_path / "a.tar", [(f"{number:05}{long}", url, b"picture" * number) for number, url in enumerate(urls)]
    )
    world.run([tmp_path / "a.tar"], tmp_path / "out")
    said = outcome(world, urls)
    for output, wanted in (("kept", True), ("removed", False)):
        keys = [f"{number:05}{long}" for number, (kept, _) in enumerate(said) if kept is wanted]
        expected = [f"{key}.{ending}" for key in keys for ending in ("jpg", "json", "txt")]
        assert names_in(tmp_path / "out" / output / "a.tar") == expected
    lines_of = (tmp_path / "out/removed/a.tar.reasons.jsonl").read_text(encoding="utf-8").splitlines()
    reasons = [json.loads(line) for line in lines_of]
    assert [each["optout_reason"] for each in reasons] == [reason for kept, reason in said if not kept]
    assert [each["url"] for each in reasons] == [
        url for url, (kept, _) in zip(urls, said, strict=True) if not kept
    ]


def test_a_picture_in_a_shard_is_found_by_its_digest(world: World, tmp_path: Path) -> None:
    shard(
        tmp_path / "a.tar", [("a", "https://free.example/1", b"mine"), ("b", "https://free.example/2", b"yours")]
    )
    world.run([tmp_path / "a.tar"], tmp_path / "out", choice=Choice(by_hand={"content": "jpg"}))
    assert names_in(tmp_path / "out/kept/a.tar") == ["b.jpg", "b.json", "b.txt"]


def test_a_shard_that_is_cut_off_is_an_error_that_names_it(world: World, tmp_path: Path) -> None:
    shard(tmp_path / "a.tar", [("a", "https://free.example/1", b"x" * 5000)])
    (tmp_path / "a.tar").write_bytes((tmp_path / "a.tar").read_bytes()[:3000])
    with pytest.raises(DataError, match=r"a\.tar"):
        world.run([tmp_path / "a.tar"], tmp_path / "out")


@pytest.mark.parametrize(("ending", "tool"), [("gz", "gunzip -k"), ("zst", "unzstd"), ("bz2", "bunzip2 -k")])
def test_a_packed_shard_is_refused_with_the_command_that_unpacks_it(
    world: World, tmp_path: Path, ending: str, tool: str
) -> None:
    (tmp_path / f"a.tar.{ending}").write_bytes(b"any")
    with pytest.raises(DataError, match=rf"`{tool} a\.tar\.{ending}`"):
        world.run([tmp_path / f"a.tar.{ending}"], tmp_path / "out")


def record(kind: str, url: str | None, body: bytes, *headers: str) -> bytes:
    """One WARC record."""
    target = [f"WARC-Target-URI: {url}"] if url else []
    lines = ["WARC/1.0", f"WARC-Type: {kind}", "WARC-Record-ID: <urn:uuid:1>", *target, *headers]
    head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""])
    return head.encode() + body + b"\r\n\r\n"


def captured(url: str, body: bytes) -> list[bytes]:
    digest = base64.b32encode(hashlib.sha1(body).digest()).decode()
    answer = b"HTTP/1.1 200 OK\r\n\r\n" + body
    return [
        record("request", url, b"GET / HTTP/1.1\r\n\r\n"),
        record("response", url, answer, f"WARC-Payload-Digest: sha1:{digest}"),
    ]


@pytest.mark.parametrize("name", ["a.warc.gz", "a.warc"])
def test_a_capture_of_a_warc_goes_or_stays_with_its_request(world: World, tmp_path: Path, name: str) -> None:
    pytest.importorskip("fastwarc", reason="the warc extra is not installed")
    packed = gzip.compress if name.endswith("gz") else bytes
    urls = [url for url in addresses(120) if url and url.lower().startswith("http")]
    captures = [*((url, b"page") for url in urls), ("https://free.example/copy", b"mine")]
    head = packed(record("warcinfo", None, b"software: test"))
    dns = packed(record("response", "dns:free.example", b"free.example. 1 IN A 192.0.2.1"))
    written = [b"".join(map(packed, captured(*capture))) for capture in captures]
    (tmp_path / name).write_bytes(head + dns + b"".join(written))
    report = world.run([tmp_path / name], tmp_path / "out")
    said = [*outcome(world, urls), (False, "registry.digest")]
    kept, removed = (
        b"".join(each for each, (keep, _) in zip(written, said, strict=True) if keep is wanted)
        for wanted in (True, False)
    )
    assert (tmp_path / "out/kept" / name).read_bytes() == head + dns + kept
    assert (tmp_path / "out/removed" / name).read_bytes() == removed
    assert (report["rows"], report["kept"]) == (len(captures), sum(keep for keep, _ in said))
    reasons = (tmp_path / f"out/removed/{name}.reasons.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["optout_reason"] for line in reasons] == [reason for keep, reason in said if not keep]


def test_what_is_not_of_the_web_is_found_by_its_digest_and_what_is_no_work_is_never_lost(
    world: World, tmp_path: Path
) -> None:
    pytest.importorskip("fastwarc", reason="the warc extra is not installed")
    digest = base64.b32encode(hashlib.sha1(b"mine").digest()).decode()
    info, reserved, free, unknown = (
        record("warcinfo", None, b"software: test")
        + record("resource", "<metadata://gnu.org/software/wget/warc/wget.log>", b"log"),
        record("resource", "file:///a.png", b"mine", f"WARC-Payload-Digest: sha1:{digest}"),
        record("resource", "file:///b.png", b"yours", f"WARC-Payload-Digest: sha1:{'A' * 32}"),
        record("resource", "file:///c.png", b"whose"),
    )
    text = record("resource", "urn:text:https://reserved.example/a", b"what the page says")
    (tmp_path / "a.warc").write_bytes(info + reserved + free + unknown + text)
    report = world.run([tmp_path / "a.warc"], tmp_path / "out")
    assert (tmp_path / "out/kept/a.warc").read_bytes() == info + free
    assert report["by_reason"] == {"registry.digest": 1, "registry.domain": 1, "unchecked.asset": 1}
    (tmp_path / "b.warc").write_bytes(info)
    world.run([tmp_path / "b.warc"], tmp_path / "info")
    assert (tmp_path / "info/kept/b.warc").read_bytes() == info


def test_a_warc_that_is_packed_as_a_whole_is_refused(world: World, tmp_path: Path) -> None:
    pytest.importorskip("fastwarc", reason="the warc extra is not installed")
    whole = b"".join(
        [*captured("https://reserved.example/", b"page"), *captured("https://free.example/", b"page")]
    )
    (tmp_path / "a.warc.gz").write_bytes(gzip.compress(whole))
    with pytest.raises(DataError, match="packed as a whole"):
        world.run([tmp_path / "a.warc.gz"], tmp_path / "out")


@pytest.mark.parametrize(
    "content",
    [b"WARC/1.0\r\nnonsense", b"nonsense" * 100, record("response", "https://a.example/", b"x" * 1000)[:-500]],
    ids=["no record", "no WARC", "cut off"],
)
def test_a_warc_that_cannot_be_read_is_an_error_that_names_it(
    world: World, tmp_path: Path, content: bytes
) -> None:
    pytest.importorskip("fastwarc", reason="the warc extra is not installed")
    (tmp_path / "a.warc").write_bytes(content)
    with pytest.raises(DataError, match=r"a\.warc"):
        world.run([tmp_path / "a.warc"], tmp_path / "out")


def test_a_warc_that_is_cut_off_anywhere_in_its_last_record_is_an_error(tmp_path: Path) -> None:
    pytest.importorskip("fastwarc", reason="the warc extra is not installed")
    whole, last = (
        record("response", "https://a.example/", b"x"),
        record("response", "https://b.example/", b"y" * 9),
    )
    path = tmp_path / "a.warc"
    for length in range(1, len(last) - len(b"\r\n\r\n")):
        path.write_bytes(whole + last[:length])
        with path.open("rb") as file, pytest.raises(DataError, match=r"a\.warc"):
            [*warc._captures(file, path)]


def test_digests_alone_suffice(world: World, tmp_path: Path) -> None:
    digests = [hashlib.sha256(b"mine").hexdigest(), hashlib.sha256(b"x").hexdigest(), None]
    text = "".join(json.dumps({"sha256": digest}) + "\n" for digest in digests)
    (tmp_path / "a.jsonl").write_text(text, encoding="utf-8")
    report = world.run([tmp_path / "a.jsonl"], tmp_path / "out")
    assert report["by_reason"] == {"registry.digest": 1, "unchecked.asset": 1}


def test_files_of_a_folder_that_are_passed_over_are_named(world: World, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"url\nhttps://free.example/\n")
    for name in ("b.txt", "c_stats.json", "_SUCCESS"):
        (tmp_path / name).write_bytes(b"{}")
    planned = plan_of([tmp_path], None, Choice(), tmp_path / "out")
    assert planned.passed_over == [tmp_path / "b.txt"]
    assert "passed over, not judged and not kept: 1 files such as b.txt" in planned.shown()
