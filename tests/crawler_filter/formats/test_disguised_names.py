"""What stands within a name is taken out, and what stands within ordinary words is not."""

import pytest

from crawler_filter.formats.disguised_names import undisguised


@pytest.mark.parametrize(
    ("caption", "read"),
    [
        ("Kagura-zaka", "Kagurazaka"),
        ("Quill-\nfeather", "Quillfeather"),
        ("Thessaly M. Quillfeather", "Thessaly Quillfeather"),
        ('Thessaly "Tess" Quillfeather', "Thessaly Quillfeather"),
        ("K4gur4z4k4 Ch1h1r0", "Kagurazaka Chihiro"),
        ("7hessaly Quillfea7her", "thessaly Quillfeather"),
        ("K a g u r a z a k a", "Kagurazaka"),
        ("K.a.g.u.r.a.z.a.k.a", "Kagurazaka"),
        (r"\u795e\u697d", "神楽"),
    ],
)
def test_a_name_is_read_through_its_disguise(caption, read):
    assert undisguised(caption) == read


@pytest.mark.parametrize(
    "caption",
    [
        "a girl in a one-piece swimsuit",
        "2 dogs, 3 cats and the 1st prize",
        "version 2.0 of a 1080p film at 10am",
        "I. See. You. there",
        "a b c",
        "1girl, solo, 2boys",
    ],
)
def test_ordinary_captions_stay_as_they_are(caption):
    assert undisguised(caption) == caption
