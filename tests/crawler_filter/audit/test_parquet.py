"""Parquet files: what is kept is what was there, with its schema, row groups and metadata."""

import random
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler_filter.audit import parquet, thrift
from crawler_filter.audit.parquet_footer import Piece, join, read_footer
from crawler_filter.audit.parquet_reading import names_in, read
from crawler_filter.audit.parts import Output
from crawler_filter.errors import DataError
from tests.crawler_filter.audit.conftest import World, addresses, outcome


def table(count: int, seed: int = 1) -> pa.Table:
    rng = random.Random(seed)
    return pa.table(
        {
            "url": pa.array(addresses(count, seed), pa.string()),
            "n": pa.array([rng.choice([None, number]) for number in range(count)], pa.int32()),
            "labels": [[str(number)] * (number % 3) for number in range(count)],
            "meta": [{"a": number, "b": [number] * (number % 2)} for number in range(count)],
            "day": pa.array([number % 1000 for number in range(count)], pa.date32()),
            "big": pa.array([b"x" * (number % 5) for number in range(count)], pa.large_binary()),
            "kind": pa.array([f"k{number % 3}" for number in range(count)]).dictionary_encode(),
        }
    ).replace_schema_metadata({"source": "test"})


def test_every_row_goes_where_a_check_of_it_says(world: World, tmp_path: Path) -> None:
    source = table(3000)
    pq.write_table(source, tmp_path / "a.parquet", row_group_size=700, compression={"url": "zstd", "n": "gzip"})
    report = world.run([tmp_path / "a.parquet"], tmp_path / "out")
    said = outcome(world, source["url"].to_pylist())
    keep = pa.array([kept for kept, _ in said])

    kept = pq.read_table(tmp_path / "out/kept/a.parquet")
    assert kept.replace_schema_metadata(None).equals(source.filter(keep).replace_schema_metadata(None))
    assert kept.schema.field("kind").type == source.schema.field("kind").type
    removed = pq.read_table(tmp_path / "out/removed/a.parquet")
    assert removed.select(source.column_names).equals(source.filter(pa.compute.invert(keep)))
    assert removed["optout_reason"].to_pylist() == [reason for kept, reason in said if not kept]
    mask = pq.read_table(tmp_path / "out/mask/a.parquet")
    assert mask["row"].to_pylist() == list(range(3000))
    assert mask["keep"].equals(pa.chunked_array([keep]))
    assert mask["reason"].to_pylist() == [None if kept else reason for kept, reason in said]
    assert (report["rows"], report["kept"]) == (3000, sum(kept for kept, _ in said))
    assert sum(report["by_reason"].values()) == report["removed"]


def test_the_kept_file_is_described_as_the_file_that_was_read(world: World, tmp_path: Path) -> None:
    source = table(2000)
    pq.write_table(source, tmp_path / "a.parquet", row_group_size=500, compression={"url": "zstd", "n": "gzip"})
    world.run([tmp_path / "a.parquet"], tmp_path / "out")
    before, after = (pq.ParquetFile(path) for path in (tmp_path / "a.parquet", tmp_path / "out/kept/a.parquet"))
    assert after.schema.equals(before.schema)
    assert after.schema_arrow.metadata[b"source"] == b"test"
    assert b"registry.example" in after.metadata.metadata[b"optout"]
    assert after.metadata.num_row_groups == before.metadata.num_row_groups
    for group in range(before.metadata.num_row_groups):
        for column in range(before.metadata.num_columns):
            one, other = (each.metadata.row_group(group).column(column) for each in (before, after))
            assert (one.path_in_schema, one.compression) == (other.path_in_schema, other.compression)


def test_a_row_group_that_loses_nothing_is_copied_byte_for_byte(world: World, tmp_path: Path) -> None:
    free = pa.table({"url": [f"https://free.example/{number}" for number in range(1000)], "x": range(1000)})
    lost = pa.table({"url": ["https://reserved.example/"] * 1000, "x": range(1000)})
    with pq.ParquetWriter(tmp_path / "a.parquet", free.schema, use_byte_stream_split=False) as writer:
        for each in (free, lost, free):
            writer.write_table(each)
    world.run([tmp_path / "a.parquet"], tmp_path / "out")
    kept = pq.ParquetFile(tmp_path / "out/kept/a.parquet")
    assert [kept.metadata.row_group(group).num_rows for group in range(kept.metadata.num_row_groups)] == [
        1000,
        1000,
    ]
    body = (tmp_path / "a.parquet").read_bytes()
    group = pq.ParquetFile(tmp_path / "a.parquet").metadata.row_group(0)
    start, size = group.column(0).dictionary_page_offset, group.column(0).total_compressed_size
    assert body[start : start + size] in (tmp_path / "out/kept/a.parquet").read_bytes()


def test_a_schema_that_arrow_writes_otherwise_is_written_anew_and_keeps_its_rows(
    world: World, tmp_path: Path
) -> None:
    source = table(500)
    times = pa.array(np.arange(500) * 10**9, pa.timestamp("ns"))
    source = source.append_column("t", times).append_column("small", pa.array(range(500), pa.uint32()))
    pq.write_table(source, tmp_path / "a.parquet", row_group_size=100, version="1.0", store_schema=False)
    world.run([tmp_path / "a.parquet"], tmp_path / "out")
    keep = pa.array([kept for kept, _ in outcome(world, source["url"].to_pylist())])
    before, kept = pq.read_table(tmp_path / "a.parquet"), pq.read_table(tmp_path / "out/kept/a.parquet")
    assert kept.equals(before.filter(keep))


def test_rows_are_written_anew_in_the_types_and_encodings_that_they_had(world: World, tmp_path: Path) -> None:
    source = table(20_000).select(["url", "n", "day"]).append_column("far", pa.array(range(20_000), pa.int64()))
    source = source.append_column("t", pa.array(np.arange(20_000) * 10**9, pa.timestamp("ns")))
    pq.write_table(
        source, tmp_path / "a.parquet", row_group_size=10_000, compression="gzip", dictionary_pagesize_limit=5_000,
        use_dictionary=["url", "day"], column_encoding={"n": "BYTE_STREAM_SPLIT", "far": "DELTA_BINARY_PACKED"},
        use_deprecated_int96_timestamps=True,
    )  # fmt: skip
    world.run([tmp_path / "a.parquet"], tmp_path / "out")
    told = {each: chunk.encodings for each, chunk in described(tmp_path / "out/kept/a.parquet").items()}
    assert "RLE_DICTIONARY" not in told["url"], "its dictionary was given up after a few pages"
    assert "RLE_DICTIONARY" in told["day"]
    assert {"BYTE_STREAM_SPLIT"} <= set(told["n"])
    assert {"DELTA_BINARY_PACKED"} <= set(told["far"])
    for name in ("kept", "removed"):
        assert described(tmp_path / f"out/{name}/a.parquet")["t"].physical_type == "INT96", "as Spark reads it"


def test_numbers_that_are_all_different_get_no_dictionary_again(world: World, tmp_path: Path) -> None:
    source = table(5_000).select(["url", "day"])
    source = source.append_column("hash", pa.array(np.random.default_rng(1).integers(0, 1 << 60, 5_000)))
    pq.write_table(source, tmp_path / "a.parquet", row_group_size=2_500)
    world.run([tmp_path / "a.parquet"], tmp_path / "out")
    before, after = (described(tmp_path / name)["hash"] for name in ("a.parquet", "out/kept/a.parquet"))
    assert "RLE_DICTIONARY" in before.encodings
    assert "RLE_DICTIONARY" not in after.encodings
    assert "RLE_DICTIONARY" in described(tmp_path / "out/kept/a.parquet")["day"].encodings
    keep = pa.array([kept for kept, _ in outcome(world, source["url"].to_pylist())])
    assert pq.read_table(tmp_path / "out/kept/a.parquet").equals(source.filter(keep))


def described(path: Path) -> dict[str, pq.ColumnChunkMetaData]:
    group = pq.ParquetFile(path).metadata.row_group(0)
    return {group.column(each).path_in_schema: group.column(each) for each in range(group.num_columns)}


def test_row_groups_of_writers_that_call_the_root_otherwise_are_copied(world: World, tmp_path: Path) -> None:
    pq.write_table(pa.table({"url": [f"https://free.example/{n}" for n in range(1000)]}), tmp_path / "b.parquet")
    body, footer = (tmp_path / "b.parquet").read_bytes(), read_footer(tmp_path / "b.parquet")
    footer[2][1].items[0][4] = thrift.BINARY, b"spark_schema"
    told = thrift.encode(footer)
    rows = body[: -8 - int.from_bytes(body[-8:-4], "little")]
    (tmp_path / "a.parquet").write_bytes(rows + told + len(told).to_bytes(4, "little") + b"PAR1")
    world.run([tmp_path / "a.parquet"], tmp_path / "out")
    kept = tmp_path / "out/kept/a.parquet"
    assert kept.read_bytes().startswith(rows)
    assert read_footer(kept)[2][1].items[0][4] == (thrift.BINARY, b"spark_schema")


@pytest.mark.parametrize("host", ["free", "reserved"])
def test_columns_of_types_that_pyarrow_knows_by_extension_are_kept(
    world: World, tmp_path: Path, host: str
) -> None:
    numbers = pa.array([number.to_bytes(16) for number in range(10)], pa.uuid())
    source = pa.table({"url": [f"https://{host}.example/{n}" for n in range(10)], "id": numbers})
    pq.write_table(source, tmp_path / "a.parquet")
    world.run([tmp_path / "a.parquet"], tmp_path / "out")
    kept = pq.read_table(tmp_path / "out/kept/a.parquet")
    assert kept.schema.field("id").type == pa.uuid()
    assert kept.num_rows == (10 if host == "free" else 0)


def test_texts_that_arrow_holds_as_views_are_judged_and_stay_views(world: World, tmp_path: Path) -> None:
    urls = pa.array(addresses(200), pa.string_view())
    within = {
        "struct": pa.struct({"a": pa.string_view()}),
        "list": pa.list_(pa.string_view()),
        "map": pa.map_(pa.string(), pa.string_view()),
        "fixed": pa.list_(pa.binary_view(), 1),
    }
    values = {"struct": {"a": "x"}, "list": ["x"], "map": [("k", "x")], "fixed": [b"x"]}
    nested = {name: pa.array([values[name]] * 200, kind) for name, kind in within.items()}
    source = pa.table({"url": urls, "raw": pa.array([b"x"] * 200, pa.binary_view())} | nested)
    pq.write_table(source, tmp_path / "a.parquet")
    source = pq.read_table(tmp_path / "a.parquet")
    assert source.schema.field("url").type == pa.string_view()
    world.run([tmp_path / "a.parquet"], tmp_path / "out")
    keep = [kept for kept, _ in outcome(world, source["url"].to_pylist())]
    kept, removed = (pq.read_table(tmp_path / f"out/{each}/a.parquet") for each in ("kept", "removed"))
    assert kept.schema.types == source.schema.types
    assert removed.schema.types[: len(source.schema)] == source.schema.types
    assert kept["url"].to_pylist() == [url for url, kept in zip(urls.to_pylist(), keep, strict=True) if kept]
    for name in nested:
        assert kept[name].to_pylist() == source[name].to_pylist()[: sum(keep)]
        assert removed[name].to_pylist() == source[name].to_pylist()[sum(keep) :]


@pytest.mark.parametrize("kind", [13, 19, 21], ids=["decimal", "json", "interval"])
def test_what_columns_mean_elsewhere_is_what_they_mean_behind(world: World, tmp_path: Path, kind: int) -> None:
    """DuckDB writes decimals as integers, and intervals, which Arrow reads as bytes and would write as no more."""
    rows = [f"https://{'reserved' if n % 3 else 'free'}.example/{n}" for n in range(60)]
    column = pa.array([b"x" * 12] * 60, pa.binary(12)) if kind == 21 else pa.array(["{}"] * 60)
    if kind == 13:
        column = pa.array(range(60), pa.decimal128(9, 2))
    pq.write_table(
        pa.table({"url": rows, "x": column}), tmp_path / "b.parquet", store_decimal_as_integer=kind == 13
    )
    footer, body = read_footer(tmp_path / "b.parquet"), (tmp_path / "b.parquet").read_bytes()
    if kind != 13:
        footer[2][1].items[2][6] = thrift.I32, kind
        footer[2][1].items[2].pop(10, None)
    told = thrift.encode(footer)
    rest = body[: -8 - int.from_bytes(body[-8:-4], "little")]
    (tmp_path / "a.parquet").write_bytes(rest + told + len(told).to_bytes(4, "little") + b"PAR1")
    world.run([tmp_path / "a.parquet"], tmp_path / "out")
    before, after = (
        read_footer(path)[2][1].items[2] for path in (tmp_path / "a.parquet", tmp_path / "out/kept/a.parquet")
    )
    assert after == before
    assert pq.read_table(tmp_path / "out/kept/a.parquet").num_rows == 20


def test_a_broken_page_is_named_with_its_file_and_row_group(world: World, tmp_path: Path) -> None:
    rows = {"url": [f"https://free.example/{number}" for number in range(1000)]}
    pq.write_table(pa.table(rows), tmp_path / "a.parquet", row_group_size=500, compression="zstd")
    start = pq.ParquetFile(tmp_path / "a.parquet").metadata.row_group(1).column(0).dictionary_page_offset
    body = bytearray((tmp_path / "a.parquet").read_bytes())
    body[start : start + 40] = bytes(40)
    (tmp_path / "a.parquet").write_bytes(body)
    with pytest.raises(DataError, match=r"a\.parquet cannot be read as Parquet in its row group 1: "):
        world.run([tmp_path / "a.parquet"], tmp_path / "out")


def test_objects_are_looked_into_and_lists_are_not() -> None:
    schema = pa.schema(
        {
            "meta": pa.struct({"url": pa.string(), "seen": pa.list_(pa.string())}),
            "rows": pa.list_(pa.struct({"url": pa.string()})),
            "a.b": pa.map_(pa.string(), pa.string()),
        }
    )
    assert names_in(schema) == ["meta.url", "meta.seen", "rows", "a.b"]


@pytest.mark.parametrize("which", ["all", "none"])
def test_a_file_that_keeps_all_or_nothing_is_whole(world: World, tmp_path: Path, which: str) -> None:
    host = "free" if which == "all" else "reserved"
    source = pa.table({"url": [f"https://{host}.example/{number}" for number in range(100)]})
    pq.write_table(source, tmp_path / "a.parquet")
    world.run([tmp_path / "a.parquet"], tmp_path / "out")
    assert pq.read_table(tmp_path / "out/kept/a.parquet").num_rows == (100 if which == "all" else 0)
    assert (tmp_path / "out/removed/a.parquet").exists() is (which == "none")


def test_an_empty_file_comes_out_empty(world: World, tmp_path: Path) -> None:
    pq.write_table(pa.table({"url": pa.array([], pa.string())}), tmp_path / "a.parquet")
    report = world.run([tmp_path / "a.parquet"], tmp_path / "out")
    assert report["rows"] == 0
    assert pq.read_table(tmp_path / "out/kept/a.parquet").schema.names == ["url"]


def test_files_that_others_wrote_keep_their_rows(world: World, tmp_path: Path) -> None:
    """pyarrow's own test files, of writers of many years."""
    folder = Path(pa.__file__).parent / "tests" / "data" / "parquet"
    files = sorted(folder.glob("*.parquet"))
    if not files:
        pytest.skip("this pyarrow comes without its tests")
    for path in files:
        schema = pq.ParquetFile(path).schema_arrow
        texts = [
            field.name for field in schema if pa.types.is_string(field.type) or pa.types.is_binary(field.type)
        ]
        if texts != schema.names:
            other = next(name for name in schema.names if name not in texts)
            with pytest.raises(DataError, match="which is no text"):
                world.run([path], tmp_path / "refused", choice=by_hand(url=other))
            shutil.rmtree(tmp_path / "refused")
        if not texts:
            continue
        world.run([path], tmp_path / path.name, choice=by_hand(url=texts[0]))
        before, kept = pq.read_table(path), tmp_path / path.name / "kept" / path.name
        removed = tmp_path / path.name / "removed" / path.name
        rows = pq.read_table(kept).num_rows + (pq.read_table(removed).num_rows if removed.exists() else 0)
        assert rows == before.num_rows


def by_hand(**roles: str):
    from crawler_filter.audit.recipes import Choice

    return Choice(by_hand=roles)


def footer_of(*columns: object) -> bytes:
    out = pa.BufferOutputStream()
    pq.write_table(table(50), out, row_group_size=20)
    data = out.getvalue().to_pybytes()
    return data[-8 - int.from_bytes(data[-8:-4], "little") : -8]


def test_a_footer_is_written_back_as_it_was_read() -> None:
    footer = footer_of()
    assert thrift.encode(thrift.decode(footer)) == footer


@settings(max_examples=200)
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=3))
def test_a_damaged_footer_is_refused_or_read_and_nothing_else(place: int, change: bytes) -> None:
    footer = bytearray(FOOTER)
    footer[place % len(footer) : place % len(footer) + len(change)] = change
    try:
        thrift.decode(bytes(footer))
    except DataError:
        return


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_or_read(data: bytes) -> None:
    try:
        thrift.decode(data)
    except DataError:
        return


FOOTER = footer_of()


def test_what_is_no_parquet_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and nothing more")
    with pytest.raises(DataError, match=r"a\.parquet"):
        read_footer(tmp_path / "a.parquet")


def test_pieces_of_other_columns_are_not_joined(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1]}), tmp_path / "a.parquet")
    pq.write_table(pa.table({"a": ["1"]}), tmp_path / "b.parquet")
    out = pa.BufferOutputStream()
    with pytest.raises(DataError, match="other columns"):
        join([Piece(tmp_path / "b.parquet", 0)], tmp_path / "a.parquet", out, {})


def test_metadata_that_arrow_does_not_know_of_is_kept(world: World, tmp_path: Path) -> None:
    """Writers of Rust put an Arrow schema without metadata beside pairs of their own."""
    urls = ["https://reserved.example/", "https://free.example/"] * 5
    for name, decimal in (("anew", True), ("copied", False)):
        columns = {"url": urls} | ({"x": pa.array(range(10), pa.decimal128(9, 2))} if decimal else {})
        with pq.ParquetWriter(tmp_path / f"{name}.parquet", pa.table(columns).schema) as writer:
            writer.write_table(pa.table(columns))
            writer.add_key_value_metadata({"character": "\u6f2b\u753b"})
    world.run([tmp_path], tmp_path / "out")
    for name in ("anew", "copied"):
        for output in ("kept", "removed"):
            said = pq.ParquetFile(tmp_path / f"out/{output}/{name}.parquet").metadata.metadata
            assert said[b"character"].decode() == "\u6f2b\u753b"
            assert b"optout" in said
            assert "url" in pq.read_schema(tmp_path / f"out/{output}/{name}.parquet").names


def test_a_group_without_members_is_named_and_a_mask_is_written(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rust writes one, which pyarrow has in a schema and leaves out of row groups; here a column is left out."""
    urls = ["https://reserved.example/", "https://free.example/"]
    pq.write_table(pa.table({"url": urls, "inner": [1, 2]}), tmp_path / "a.parquet")
    monkeypatch.setattr(parquet, "read", lambda source, group, names=None: read(source, group, ["url"]))
    with pytest.raises(DataError, match=r"'inner' cannot be read and written anew.*--write mask"):
        world.run([tmp_path / "a.parquet"], tmp_path / "out")
    report = world.run([tmp_path / "a.parquet"], tmp_path / "mask", write=frozenset({Output.MASK}))
    assert (report["kept"], report["removed"]) == (1, 1)
