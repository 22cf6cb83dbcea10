import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler_filter.errors import InvalidScopeError
from crawler_filter.fingerprints.iscc import IsccUnit, MainType, compare, image_unit, parse_iscc, text_unit

UNITS = st.builds(
    IsccUnit,
    st.sampled_from([MainType.CONTENT, MainType.DATA, MainType.INSTANCE]),
    st.integers(0, 4),
    st.sampled_from([8, 16, 24, 32]).flatmap(lambda size: st.binary(min_size=size, max_size=size)),
)
# The two codes that the reference software publishes for its sample picture.
SHORT = "ISCC:EEA4GQZQTY6J5DTH"
LONG = "ISCC:EED4GQZQTY6J5DTHQ2DWCPDZHQOM6QZQTY6J5DTFZ2DWCPDZHQOMXDI"

REFUSED = {
    "nothing": "",
    "another scheme": "ISBN:9780306406157",
    "not base32": "ISCC:EEA4GQZQTY6J5DT1",
    "a character too few": SHORT[:-1],
    "a character too many": SHORT + "A",
    "half a unit": SHORT[:-6],
    "two units in one": SHORT + SHORT[5:],
    "a later version": IsccUnit(MainType.CONTENT, 0, bytes(8)).encode().replace("EAAQ", "EAIQ"),
    "a Meta-Code": "ISCC:AAAWKLHFXM75OAMK",
    "stray bits at the end": "ISCC:EEA4GQZQTY6J5DTHQ2DWCPDZHQOM7",
}


@given(UNITS)
def test_a_unit_has_one_spelling_and_is_read_back_from_any(unit):
    code = unit.encode()
    assert parse_iscc(code) == parse_iscc(code.lower()) == parse_iscc(code.removeprefix("ISCC:")) == (unit,)


def test_the_published_codes_of_one_picture_are_one_kind_and_the_long_begins_with_the_short():
    (short,), (long,) = parse_iscc(SHORT), parse_iscc(LONG)
    assert [(unit.main, unit.sub, unit.bits) for unit in (short, long)] == [(2, 1, 64), (2, 1, 256)]
    match = compare(short, long)
    assert (match.distance, match.bits, match.decides) == (0, 64, False)


@pytest.mark.parametrize("code", REFUSED.values(), ids=REFUSED)
def test_what_names_no_content_is_refused(code):
    with pytest.raises(InvalidScopeError):
        parse_iscc(code)


@given(st.text(st.sampled_from("ISCC:EAKQ234567=- \n"), max_size=80))
def test_no_text_breaks_the_parser(text):
    try:
        parse_iscc(text)
    except InvalidScopeError:
        return


def flipped(unit, count):
    number = int.from_bytes(unit.body) ^ ((1 << count) - 1)
    return IsccUnit(unit.main, unit.sub, number.to_bytes(len(unit.body)))


NEAR = {
    "256 bits, 31 apart": (MainType.CONTENT, 32, 31, (31, 256, True)),
    "256 bits, 32 apart": (MainType.CONTENT, 32, 32, None),
    "64 bits, 7 apart": (MainType.CONTENT, 8, 7, (7, 64, False)),
    "64 bits, 8 apart": (MainType.CONTENT, 8, 8, None),
    "a file's own digest": (MainType.INSTANCE, 32, 0, (0, 256, True)),
    "another file's digest": (MainType.INSTANCE, 32, 1, None),
}


@pytest.mark.parametrize(("main", "size", "distance", "expected"), NEAR.values(), ids=NEAR)
def test_units_match_by_their_distance_and_only_long_ones_decide(main, size, distance, expected):
    unit = IsccUnit(main, 0, bytes(range(size)))
    match = compare(unit, flipped(unit, distance))
    assert (match and (match.distance, match.bits, match.decides)) == expected


def test_units_of_different_kinds_never_match():
    body = bytes(32)
    assert compare(IsccUnit(MainType.CONTENT, 0, body), IsccUnit(MainType.CONTENT, 1, body)) is None
    assert compare(IsccUnit(MainType.DATA, 0, body), IsccUnit(MainType.INSTANCE, 0, body)) is None


class TestTheReferenceLibrary:
    """iscc-lib carries the standard's own conformance vectors; it and our reader must agree."""

    @pytest.fixture
    def lib(self):
        return pytest.importorskip("iscc_lib")

    def test_the_installed_library_passes_the_vectors_of_the_standard(self, lib):
        assert lib.conformance_selftest()

    @pytest.mark.parametrize("bits", [64, 96, 128, 160, 192, 224, 256])
    def test_every_kind_and_length_of_unit_is_read_as_the_library_reads_it(self, lib, bits):
        made = [
            lib.gen_text_code_v0("a text " * 30, bits=bits).iscc,
            lib.gen_image_code_v0(bytes(range(256)) * 4, bits=bits).iscc,
            lib.gen_data_code_v0(b"bytes" * 500, bits=bits).iscc,
            lib.gen_instance_code_v0(b"bytes" * 500, bits=bits).iscc,
        ]
        for code in made:
            (unit,) = parse_iscc(code)
            main, sub, _, _, body = lib.iscc_decode(code)
            assert (unit.main, unit.sub, unit.body, unit.encode()) == (main, sub, body, code)

    @pytest.mark.parametrize("given_units", ["D I", "T D I", "M T D I", "M D I", "P D I", "M P D I"])
    def test_a_whole_code_is_split_as_the_library_splits_it(self, lib, given_units):
        made = {
            "M": lib.gen_meta_code_v0("a title"),
            "T": lib.gen_text_code_v0("a text " * 30),
            "P": lib.gen_image_code_v0(bytes(range(256)) * 4),
            "D": lib.gen_data_code_v0(b"bytes"),
            "I": lib.gen_instance_code_v0(b"bytes"),
        }
        code = lib.gen_iscc_code_v0([made[unit].iscc for unit in given_units.split()]).iscc
        split = [f"ISCC:{unit}" for unit in lib.iscc_decompose(code)]
        assert [unit.encode() for unit in parse_iscc(code)] == [unit for unit in split if unit != made["M"].iscc]

    def test_a_wide_code_has_units_of_128_bits(self, lib):
        units = [make(b"bytes", bits=128).iscc for make in (lib.gen_data_code_v0, lib.gen_instance_code_v0)]
        assert [unit.encode() for unit in parse_iscc(lib.gen_iscc_code_v0(units, wide=True).iscc)] == units

    def test_a_text_has_the_code_of_what_a_reader_sees(self, lib):
        text = "the boy who lived under the hill counted eleven foxes " * 20
        assert text_unit(f"<p>{text}</p>") == parse_iscc(lib.gen_text_code_v0(text, bits=256).iscc)[0]
        match = compare(text_unit(text), text_unit(text.upper() + "!"))
        assert match.decides


class TestPictures:
    @pytest.fixture
    def picture(self):
        pytest.importorskip("iscc_lib")
        images = pytest.importorskip("PIL.Image")
        picture = images.linear_gradient("L").convert("RGB").resize((300, 200))
        picture.paste((200, 40, 40), (20, 30, 140, 160))
        picture.paste((20, 60, 240), (180, 90, 270, 140))
        return picture

    def test_a_compressed_and_smaller_copy_decides(self, picture):
        from PIL import Image

        packed = io.BytesIO()
        picture.resize((150, 100)).save(packed, "JPEG", quality=40)
        assert compare(coded(picture), coded(Image.open(packed))).decides

    def test_a_border_of_one_colour_is_taken_off_to_the_pixel(self, picture):
        from PIL import Image

        picture.putpixel((0, 0), (255, 0, 0))  # or its own first row would be taken for a border
        framed = Image.new("RGB", (340, 260), "lime")
        framed.paste(picture, (20, 30))
        assert coded(picture) == coded(framed)

    def test_another_picture_does_not_match(self, picture):
        from PIL import Image

        assert compare(coded(picture), coded(picture.transpose(Image.Transpose.ROTATE_90))) is None

    def test_a_picture_of_one_colour_has_a_code(self, picture):
        from PIL import Image

        assert coded(Image.new("RGB", (5, 5), "red")).bits == 256


def coded(picture):
    return image_unit(np.asarray(picture))
