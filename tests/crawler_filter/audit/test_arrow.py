"""Arrow: the same form, schema, metadata and batches come out, and a removed row says why."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crawler_filter.audit import arrow, parquet_reading
from crawler_filter.audit.arrow_reading import codec
from crawler_filter.audit.auditing import plan_of
from crawler_filter.audit.inputs import find_inputs
from crawler_filter.audit.recipes import Choice
from crawler_filter.errors import DataError
from tests.crawler_filter.audit.conftest import World, addresses, outcome

ABOUT = {b"huggingface": b'{"info": {}}'}


def table_of(count: int, kind: pa.DataType | None = None) -> pa.Table:
    urls = pa.array(addresses(count), kind or pa.string())
    labels = pa.array([f"label {n % 3}" for n in range(count)]).dictionary_encode()
    return pa.table({"n": range(count), "url": urls, "label": labels}).replace_schema_metadata(ABOUT)


def write(path: Path, table: pa.Table, *, compression: str | None = None, stream: bool = True) -> None:
    options = pa.ipc.IpcWriteOptions(compression=compression)
    new = pa.ipc.new_stream if stream else pa.ipc.new_file
    with new(path, table.schema, options=options) as writer:
        for number, batch in enumerate(table.to_batches(max_chunksize=100)):
            writer.write_batch(batch, {"batch": str(number)})


def read(path: Path, *, stream: bool = True) -> pa.Table:
    return (pa.ipc.open_stream if stream else pa.ipc.open_file)(path).read_all()


@pytest.fixture
def in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut files after about four of their batches, so that several processes can share one."""
    monkeypatch.setattr(arrow, "PART", 10_000)
    monkeypatch.setattr(arrow, "ROWS_AT_ONCE", 250)


def no_dictionaries(table: pa.Table) -> pa.Table:
    return table.set_column(2, "label", table["label"].cast(pa.string()))


def batches_of(path: Path, *, stream: bool) -> list[tuple[int, dict[bytes, bytes] | None]]:
    if stream:
        return [(len(batch), said) for batch, said in pa.ipc.open_stream(path).iter_batches_with_custom_metadata()]
    reader = pa.ipc.open_file(path)
    found = map(reader.get_batch_with_custom_metadata, range(reader.num_record_batches))
    return [(len(batch), said) for batch, said in found]


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("compression", [None, "lz4", "zstd"])
def test_a_large_file_is_cut_into_parts_and_comes_out_as_one_part_would(
    world: World, tmp_path: Path, stream: bool, compression: str | None, request: pytest.FixtureRequest
) -> None:
    table = no_dictionaries(table_of(2_000))
    write(tmp_path / "a.arrow", table, compression=compression, stream=stream)
    whole = world.run([tmp_path / "a.arrow"], tmp_path / "whole")
    request.getfixturevalue("in_parts")
    cut = world.run([tmp_path / "a.arrow"], tmp_path / "cut")
    assert len(list(tmp_path.glob("cut/state/0000/00*.json"))) > 3
    assert {name: cut[name] for name in ("rows", "kept", "removed")} == {
        name: whole[name] for name in ("rows", "kept", "removed")
    }
    for name in ("kept", "removed"):
        one, several = (tmp_path / each / name / "a.arrow" for each in ("whole", "cut"))
        assert name == "removed" or several.read_bytes() == one.read_bytes()
        assert read(several, stream=stream).equals(read(one, stream=stream))
        assert batches_of(several, stream=stream) == batches_of(one, stream=stream)
    one, several = (pq.read_table(tmp_path / each / "mask/a.arrow.parquet") for each in ("whole", "cut"))
    assert several.equals(one)


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("kept", [True, False])
def test_parts_that_keep_or_remove_everything_are_put_together(
    world: World, tmp_path: Path, stream: bool, kept: bool, in_parts: None
) -> None:
    urls = ["https://free.example/" if kept else "https://reserved.example/"] * 2_000
    write(tmp_path / "a.arrow", pa.table({"url": urls}), stream=stream)
    report = world.run([tmp_path / "a.arrow"], tmp_path / "out")
    assert report["kept"] == 2_000 * kept
    assert read(tmp_path / "out/kept/a.arrow", stream=stream)["url"].to_pylist() == urls * kept
    assert (tmp_path / "out/removed/a.arrow").exists() is not kept


def test_a_file_whose_batches_share_dictionaries_is_one_part(world: World, tmp_path: Path, in_parts: None) -> None:
    for stream in (True, False):
        write(tmp_path / f"{stream}.arrow", table_of(2_000), stream=stream)
    world.run([tmp_path / "True.arrow", tmp_path / "False.arrow"], tmp_path / "out")
    assert len(list(tmp_path.glob("out/state/000[01]/00*.json"))) == 2


def test_a_limit_ends_within_a_part(world: World, tmp_path: Path, in_parts: None) -> None:
    for stream in (True, False):
        write(tmp_path / f"{stream}.arrow", no_dictionaries(table_of(2_000)), stream=stream)
    assert world.run([tmp_path], tmp_path / "out", write=frozenset(), limit=1_250)["rows"] == 2_500


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("compression", [None, "lz4", "zstd"])
def test_what_is_kept_has_the_form_schema_and_codec_of_what_was_read(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stream: bool, compression: str | None
) -> None:
    monkeypatch.setattr(arrow, "ROWS_AT_ONCE", 250)
    table = table_of(800)
    write(tmp_path / "a.arrow", table, compression=compression, stream=stream)
    world.run([tmp_path / "a.arrow"], tmp_path / "out")
    said = outcome(world, table["url"].to_pylist())
    keep = [kept for kept, _ in said]
    kept = read(tmp_path / "out/kept/a.arrow", stream=stream)
    assert kept.equals(table.filter(pa.array(keep)))
    assert kept.schema.metadata[b"huggingface"] == ABOUT[b"huggingface"]
    assert b"sequence" in kept.schema.metadata[b"optout"]
    assert codec(find_inputs([tmp_path / "out/kept/a.arrow"])[0]) == compression
    removed = read(tmp_path / "out/removed/a.arrow", stream=stream)
    assert removed["optout_reason"].to_pylist() == [reason for is_kept, reason in said if not is_kept]
    assert removed.select(table.column_names).equals(table.filter(pa.array([not each for each in keep])))
    mask = pq.read_table(tmp_path / "out/mask/a.arrow.parquet")
    assert (mask["row"].to_pylist(), mask["keep"].to_pylist()) == ([*range(800)], keep)


def test_batches_stay_batches_with_metadata_of_their_own(world: World, tmp_path: Path) -> None:
    write(tmp_path / "a.arrow", table_of(300))
    world.run([tmp_path / "a.arrow"], tmp_path / "out")
    with pa.ipc.open_stream(tmp_path / "out/kept/a.arrow") as reader:
        said = [metadata[b"batch"] for _, metadata in reader.iter_batches_with_custom_metadata()]
    assert said == [b"0", b"1", b"2"]


def test_views_of_texts_stay_views(world: World, tmp_path: Path) -> None:
    table = table_of(200, pa.string_view())
    write(tmp_path / "a.feather", table, stream=False)
    world.run([tmp_path / "a.feather"], tmp_path / "out")
    kept = read(tmp_path / "out/kept/a.feather", stream=False)
    assert kept.schema.equals(table.schema)
    keep = [kept for kept, _ in outcome(world, table["url"].to_pylist())]
    assert kept["n"].to_pylist() == [n for n in range(200) if keep[n]]


def test_columns_that_python_cannot_hold_are_written_and_shown(world: World, tmp_path: Path) -> None:
    table = pa.table({"url": ["https://reserved.example/", "https://free.example/"]})
    table = table.append_column("at", pa.array([1 << 62, 1], pa.duration("s")))
    write(tmp_path / "a.arrow", table)
    choice = Choice("auto", {"url": "url", "found_on": "at"})
    shown = plan_of([tmp_path / "a.arrow"], None, choice, None).shown()
    assert "found_on 4611686018427387904" in shown
    world.run([tmp_path / "a.arrow"], tmp_path / "out")
    assert read(tmp_path / "out/removed/a.arrow")["at"].cast(pa.int64()).to_pylist() == [1 << 62]


def test_a_column_that_pyarrow_has_no_array_of_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of intervals in months, which pyarrow reads and cannot make: here each type has no array."""

    def fail(array: object) -> object:
        raise KeyError(21)

    monkeypatch.setattr(parquet_reading, "whole", fail)
    with pytest.raises(DataError, match="column 'url' holds string, which is no text: name"):
        parquet_reading.column(pa.table({"url": ["x"]}), "url")


def test_a_file_that_keeps_everything_or_nothing_is_still_a_file(world: World, tmp_path: Path) -> None:
    for name, url in {"all": "https://free.example/", "none": "https://reserved.example/", "empty": None}.items():
        write(tmp_path / f"{name}.arrow", pa.table({"url": pa.array([url] if url else [], pa.string())}))
    world.run([tmp_path], tmp_path / "out")
    rows = {name: len(read(tmp_path / f"out/kept/{name}.arrow")) for name in ("all", "none", "empty")}
    assert rows == {"all": 1, "none": 0, "empty": 0}
    assert [path.name for path in (tmp_path / "out/removed").iterdir()] == ["none.arrow"]


def test_a_limit_looks_at_the_first_rows_alone(world: World, tmp_path: Path) -> None:
    write(tmp_path / "a.arrow", table_of(300))
    assert world.run([tmp_path / "a.arrow"], tmp_path / "out", write=frozenset(), limit=150)["rows"] == 150


def test_what_datasets_notes_beside_its_files_is_no_data(world: World, tmp_path: Path) -> None:
    for name in ("state.json", "dataset_info.json"):
        (tmp_path / name).write_text("{\n}", encoding="utf-8")
    write(tmp_path / "data-00000-of-00001.arrow", table_of(10))
    assert world.run([tmp_path], tmp_path / "out")["rows"] == 10


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.feather", b"FEA1 and more", "Feather 1: write it anew"),
        ("a.arrow.gz", b"", "unpack it"),
        ("a.arrow", b"ARROW1 and no more", "cannot be read as Arrow"),
        ("a.arrow", b"\xff\xff\xff\xff\x10\0\0\0", "cannot be read as Arrow"),
    ],
)
def test_what_cannot_be_read_is_named(world: World, tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=said):
        world.run([tmp_path / name], tmp_path / "out")


def test_a_stream_that_is_cut_off_is_named(world: World, tmp_path: Path) -> None:
    write(tmp_path / "a.arrow", table_of(300))
    whole = (tmp_path / "a.arrow").read_bytes()
    (tmp_path / "a.arrow").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match="cannot be read as Arrow"):
        world.run([tmp_path / "a.arrow"], tmp_path / "out")


def test_numbers_of_rows_that_datasets_caches_are_told_from_data(world: World, tmp_path: Path) -> None:
    write(tmp_path / "cache-1.arrow", pa.table({"indices": pa.array([1], pa.uint64())}))
    with pytest.raises(DataError, match="save_to_disk"):
        world.run([tmp_path / "cache-1.arrow"], tmp_path / "out")


@pytest.mark.parametrize("compression", ["uncompressed", "lz4", "zstd"])
def test_what_polars_writes_is_read_and_comes_out_as_polars_reads_it(
    world: World, tmp_path: Path, compression: str
) -> None:
    polars = pytest.importorskip("polars", reason="the polars extra is not installed")
    frame = polars.DataFrame({"url": addresses(300)}).with_columns(kind=polars.lit("a").cast(polars.Categorical))
    frame.write_ipc(tmp_path / "a.arrow", compression=compression)
    world.run([tmp_path / "a.arrow"], tmp_path / "out")
    keep = [kept for kept, _ in outcome(world, frame["url"].to_list())]
    assert polars.read_ipc(tmp_path / "out/kept/a.arrow").equals(frame.filter(polars.Series(keep)))
