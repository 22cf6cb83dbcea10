"""An index of captures: a kept line is the bytes that were read, a copy elsewhere is found by its digest."""

import base64
import gzip
import hashlib
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from crawler_filter.audit.recipes import Choice
from crawler_filter.errors import DataError
from tests.crawler_filter.audit.conftest import World

MINE = base64.b32encode(hashlib.sha1(b"mine").digest()).decode()
OTHER = base64.b32encode(hashlib.sha1(b"other").digest()).decode()
HEAD = b" CDX N b a m s k r M S V g\n"


def cdxj(url: str, digest: str = OTHER) -> bytes:
    about = {"url": url, "mime": "image/png", "status": "200", "digest": digest, "length": "9", "offset": "1"}
    return f"example,{len(url)})/ 20260101000000 {json.dumps(about)}\n".encode()


def cdx(url: str, digest: str = OTHER) -> bytes:
    return f"example)/ 20260101000000 {url} image/png 200 {digest} - - 9 1 a.warc.gz\n".encode()


@pytest.mark.parametrize("name", ["cdx-00000.gz", "a.cdxj", "a.cdxj.gz"])
def test_lines_of_common_crawls_index_keep_their_bytes(world: World, tmp_path: Path, name: str) -> None:
    free = [cdxj("https://free.example/1"), cdxj("https://free.example/2", f"sha256:{'0' * 64}")]
    free.append(cdxj("https://free.example/3", "-"))
    removed = [cdxj("https://reserved.example/"), cdxj("https://free.example/copy", MINE), b"torn\n"]
    lines = [free[0], removed[0], free[1], removed[1], free[2], removed[2]]
    packed = b"".join(map(gzip.compress, lines))  # in members, as Common Crawl has them
    (tmp_path / name).write_bytes(packed if name.endswith("gz") else b"".join(lines))
    report = world.run([tmp_path / name], tmp_path / "out")
    assert report["by_reason"] == {"registry.domain": 1, "registry.digest": 1, "unchecked.asset": 1}

    def read(output: str) -> bytes:
        data = (tmp_path / "out" / output / name).read_bytes()
        return gzip.decompress(data) if name.endswith("gz") else data

    assert read("kept") == b"".join(free)
    said = read("removed").splitlines()
    assert [line[: line.find(b"{")] for line in said[:2]] == [line[: line.find(b"{")] for line in removed[:2]]
    reasons = [json.loads(line[line.find(b"{") :])["optout_reason"] for line in said]
    assert reasons == ["registry.domain", "registry.digest", "unchecked.asset"]
    mask = pq.read_table(tmp_path / f"out/mask/{name}.parquet")
    assert mask["keep"].to_pylist() == [True, False, True, False, True, False]


@pytest.mark.parametrize("first", [HEAD, b""])
def test_fields_are_told_by_the_first_line_or_by_their_number(world: World, tmp_path: Path, first: bytes) -> None:
    lines = [cdx("http://free.example/"), cdx("http://reserved.example/"), cdx("http://free.example/c", MINE)]
    (tmp_path / "a.cdx").write_bytes(first + b"".join(lines))
    report = world.run([tmp_path / "a.cdx"], tmp_path / "out")
    assert report["by_reason"] == {"registry.domain": 1, "registry.digest": 1}
    assert (tmp_path / "out/kept/a.cdx").read_bytes() == first + lines[0]
    assert b'"optout_reason": "registry.domain"' in (tmp_path / "out/removed/a.cdx").read_bytes()


def test_a_line_with_other_fields_than_the_first_one_says_could_not_be_checked(
    world: World, tmp_path: Path
) -> None:
    (tmp_path / "a.cdx").write_bytes(HEAD + cdx("http://free.example/") + b"a b http://free.example/ c\n")
    assert world.run([tmp_path / "a.cdx"], tmp_path / "out")["by_reason"] == {"unchecked.asset": 1}


def test_an_address_that_is_given_twice_could_not_be_checked(world: World, tmp_path: Path) -> None:
    line = b'a)/ 20260101000000 {"url": "http://reserved.example/", "url": "http://free.example/"}\n'
    (tmp_path / "a.cdxj").write_bytes(cdxj("http://free.example/") + line)
    assert world.run([tmp_path / "a.cdxj"], tmp_path / "out")["by_reason"] == {"unchecked.asset": 1}


@pytest.mark.parametrize("recipe", ["auto", "commoncrawl"])
def test_what_common_crawls_server_answers_is_looked_up_by_digest_too(
    world: World, tmp_path: Path, recipe: str
) -> None:
    line = cdxj("http://free.example/", MINE).partition(b" {")[2]
    (tmp_path / "a.jsonl").write_bytes(b"{" + line)
    report = world.run([tmp_path / "a.jsonl"], tmp_path / "out", choice=Choice(recipe))
    assert report["by_reason"] == {"registry.digest": 1}


def test_a_file_that_is_no_index_is_named(world: World, tmp_path: Path) -> None:
    (tmp_path / "a.cdx").write_bytes(b"what is this\n")
    with pytest.raises(DataError, match=r"a\.cdx begins with no line of an index"):
        world.run([tmp_path / "a.cdx"], tmp_path / "out")
