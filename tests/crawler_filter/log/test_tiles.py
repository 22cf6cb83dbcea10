import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import DataError, MalformedNoteError, OversizedError
from crawler_filter.log.tiles import (
    ENTRIES,
    Tile,
    decode_bundle,
    encode_bundle,
    tile_at,
    tiles_of_growth,
)
from tests.profiles import examples

tiles = st.builds(Tile, st.integers(ENTRIES, 63), st.integers(0, 2**63 - 1), st.integers(1, 256))
sizes = st.integers(0, 200_000) | st.sampled_from([255, 256, 257, 65_535, 65_536, 65_537])

# golang.org/x/mod, sumdb/tlog/tlog_test.go, tilePaths, with the height left out; and c2sp.org/tlog-tiles.
PATHS = {
    "tile/0/001": Tile(0, 1),
    "tile/0/001.p/5": Tile(0, 1, 5),
    "tile/5/x123/x456/078": Tile(5, 123456078),
    "tile/5/x123/x456/078.p/2": Tile(5, 123456078, 2),
    "tile/0/x003/x057/500": Tile(0, 3057500),
    "tile/entries/x003/x057/500": Tile(ENTRIES, 3057500),
    "tile/4/x001/x234/067.p/1": Tile(4, 1234067, 1),
    "tile/0/000": Tile(0, 0),
    "tile/63/000.p/255": Tile(63, 0, 255),
}


@pytest.mark.parametrize("path", PATHS)
def test_published_paths_are_read_and_written(path):
    assert Tile.parse(path) == PATHS[path]
    assert PATHS[path].path == path


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("tile/5/123/456/078", id="no x before a group that is not the last"),
        pytest.param("tile/-1/123/456/078", id="a level below the entries"),
        pytest.param("tile/64/000", id="a level too high"),
        pytest.param("tile/00/000", id="a level with a leading zero"),
        pytest.param("tile/0/x000/001", id="an index with a leading group of zeros"),
        pytest.param("tile/0/1", id="an index of one digit"),
        pytest.param("tile/0/001.p/0", id="a width of nothing"),
        pytest.param("tile/0/001.p/256", id="a full tile spelled as a partial one"),
        pytest.param("tile/0/001.p/257", id="a width beyond the tile"),
        pytest.param("tile/0/001.p/05", id="a width with a leading zero"),
        pytest.param("tile/data/001", id="the entries' name in another system"),
        pytest.param("/tile/0/001", id="a slash in front"),
        pytest.param("tile/0/001\n", id="a newline at the end"),
        pytest.param("tile/0/../001", id="a way up"),
        pytest.param("tile/0/" + "x999/" * 6 + "999", id="an index beyond the range"),
        pytest.param("checkpoint", id="the checkpoint"),
    ],
)
def test_what_is_not_the_path_of_a_tile_is_refused(path):
    with pytest.raises(MalformedNoteError, match="expected the path of a tile"):
        Tile.parse(path)


@given(tiles)
def test_paths_round_trip(tile):
    assert Tile.parse(tile.path) == tile


@given(st.text() | st.from_regex(r"tile/[0-9entris]{1,7}/[x0-9/]{1,20}(\.p/[0-9]{1,3})?", fullmatch=True))
def test_any_text_is_a_path_of_one_spelling_or_refused(text):
    try:
        tile = Tile.parse(text)
    except DataError:
        return
    assert tile.path == text


def test_the_tiles_of_the_specifications_example_come_out():
    # c2sp.org/tlog-tiles: a tree of 70,000 leaves.
    made = tiles_of_growth(0, 70_000)
    assert made[:273] == [Tile(0, index) for index in range(273)]
    assert made[273:] == [Tile(0, 273, 112), Tile(1, 0), Tile(1, 1, 17), Tile(2, 0, 1)]


@pytest.mark.parametrize(
    ("old", "new", "paths"),
    [
        (0, 0, []),
        (5, 5, []),
        (0, 1, ["tile/0/000.p/1"]),
        (1, 255, ["tile/0/000.p/255"]),
        (255, 256, ["tile/0/000", "tile/1/000.p/1"]),
        (256, 257, ["tile/0/001.p/1"]),
        (65_535, 65_536, ["tile/0/255", "tile/1/000", "tile/2/000.p/1"]),
        (65_536, 65_537, ["tile/0/256.p/1"]),
    ],
)
def test_a_growth_makes_the_tiles_that_are_new_or_wider(old, new, paths):
    assert [tile.path for tile in tiles_of_growth(old, new)] == paths


@examples(25)
@given(sizes)
def test_the_tiles_of_a_tree_hold_each_hash_of_their_level_once(size):
    held = {}
    for tile in tiles_of_growth(0, size):
        held[tile.level] = held.get(tile.level, 0) + tile.width
    expected = {}
    level = 0
    while size >> 8 * level:
        expected[level] = size >> 8 * level
        level += 1
    assert held == expected


@examples(25)
@given(sizes, sizes)
def test_a_growth_makes_just_what_the_smaller_tree_lacks(one, other):
    old, new = sorted((one, other))
    assert set(tiles_of_growth(old, new)) == set(tiles_of_growth(0, new)) - set(tiles_of_growth(0, old))


def test_a_tree_has_no_tile_beyond_its_edge():
    assert tile_at(0, 1, 257) == Tile(0, 1, 1)
    with pytest.raises(ValueError, match="has no tile 1 at level 0"):
        tile_at(0, 1, 256)


def test_a_bundle_lies_under_a_level_0_tile():
    assert Tile(0, 3, 7).bundle == Tile(ENTRIES, 3, 7)
    with pytest.raises(ValueError, match="level-0"):
        _ = Tile(1, 3, 7).bundle


def test_a_bundle_is_entries_after_their_lengths():
    assert encode_bundle([b"", b"ab"]) == bytes.fromhex("0000 0002 6162")


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_bundles_round_trip(entries):
    assert decode_bundle(encode_bundle(entries), len(entries)) == entries


@given(st.binary(), st.integers(1, 256))
def test_any_bytes_are_a_bundle_of_one_spelling_or_refused(data, width):
    try:
        entries = decode_bundle(data, width)
    except DataError:
        return
    assert encode_bundle(entries) == data


@pytest.mark.parametrize(
    ("data", "width"),
    [
        pytest.param("0001 61", 2, id="fewer entries"),
        pytest.param("0001 61 0000", 1, id="more entries"),
        pytest.param("0002 61", 1, id="an entry cut short"),
        pytest.param("0001 61 00", 2, id="a length cut short"),
        pytest.param("", 1, id="nothing"),
    ],
)
def test_a_bundle_of_another_shape_is_refused(data, width):
    with pytest.raises(MalformedNoteError, match="expected a bundle"):
        decode_bundle(bytes.fromhex(data), width)


def test_an_entry_too_long_for_its_length_is_refused():
    assert decode_bundle(encode_bundle([bytes(65_535)]), 1) == [bytes(65_535)]
    with pytest.raises(OversizedError, match="65535"):
        encode_bundle([bytes(65_536)])


@pytest.mark.parametrize("count", [0, 257])
def test_a_bundle_of_no_or_too_many_entries_is_the_callers_mistake(count):
    with pytest.raises(ValueError, match="1 to 256"):
        encode_bundle([b""] * count)
