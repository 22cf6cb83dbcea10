"""The pictures of a HEIF that its readers do not show are looked at too."""

import io

import pytest

from crawler_filter.files.budget import Budget, Skipped
from crawler_filter.files.heif_items import has_others, others
from tests.crawler_filter.checks.test_content import OTHER, PIXELS, encoded, opened, pictured

images = pytest.importorskip("PIL.Image", reason="the media extra is not installed")
heif = pytest.importorskip("pillow_heif", reason="the heif extra is not installed")


def heic(*shown, **options):
    file = heif.HeifFile()
    for each in shown:
        file.add_from_pillow(images.fromarray(each))
    content = io.BytesIO()
    file.save(content, quality=90, **options)
    return content.getvalue()


def with_second_hidden(content):
    """Set the flag of the last item by which readers hide it (ISO/IEC 23008-12 section 6.4.2)."""
    at = content.rfind(b"infe") + 4
    return content[: at + 3] + b"\1" + content[at + 4 :]


def with_all_hidden(content):
    """Set that flag of every item but the first, which is shown."""
    changed, at = bytearray(content), content.find(b"infe") + 4
    while (at := content.find(b"infe", at) + 4) > 4:
        changed[at + 3] |= 1
    return bytes(changed)


def found(content, **options):
    budget = Budget.of_file(len(content), characters=0, pictures=True)
    for name, value in options.items():
        setattr(budget, name, value)
    return list(others(content, "image/heif", budget))


def test_a_smaller_copy_is_shown_as_it_is():
    image = pytest.importorskip("crawler_filter.files.image")
    (small,) = found(heic(PIXELS, thumbnails=[160]))
    assert image.decode(heic(PIXELS, thumbnails=[160])).shape == (240, 320, 3)
    assert image.decode(small.content).shape == (120, 160, 3)


def test_a_registered_picture_that_is_hidden_is_found():
    content = with_second_hidden(heic(OTHER, PIXELS))
    decision = opened(pictured()).check(content=content)
    assert not decision.keep
    assert decision.findings[0].evidence.member == "item 1"
    assert opened(pictured()).check(content=with_second_hidden(heic(OTHER, OTHER[::-1]))).keep


@pytest.mark.parametrize("content", [heic(PIXELS), heic(PIXELS, OTHER), encoded(PIXELS, "AVIF"), b"", b"\0" * 99])
def test_a_picture_that_is_shown_anyway_is_none_of_these(content):
    assert not has_others(content, "image/heif")


def test_a_file_that_is_cut_anywhere_is_read_as_far_as_it_goes():
    content = heic(PIXELS, thumbnails=[160])
    for end in range(0, 600, 7):
        assert len(found(content[:end])) <= 1


def test_more_than_a_file_of_its_size_may_hold_is_not_looked_at_and_it_is_said():
    assert [type(each) for each in found(heic(PIXELS, thumbnails=[160]), unpacked=0)] == [Skipped]


def test_what_is_made_of_one_of_several_hidden_pictures_has_none_left():
    content = with_all_hidden(heic(OTHER, PIXELS, OTHER[::-1], PIXELS[::-1]))
    made = found(content)
    assert len(made) == 3
    assert not any(has_others(each.content, "image/heif") for each in made)
