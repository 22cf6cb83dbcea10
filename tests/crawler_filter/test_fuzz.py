"""Coverage-guided rounds on what looks into files: kinds, encodings, pictures, archives (see `fuzzing`)."""

import contextlib
import sys

import pytest

from tests.crawler_filter.fuzzing import assert_a_round_finds_nothing, fuzz

NAMES = ("media_type", "readings", "json", "text", "picture", "archive", "content")


def targets():
    """Each reader by name, with files to start from. Imported here, so that atheris can instrument what is."""
    from crawler_filter.errors import DataError
    from crawler_filter.files.budget import Budget
    from crawler_filter.files.charset import readings, unescaped
    from crawler_filter.files.decoding_cost import DecodingLimits
    from crawler_filter.files.image import decode
    from crawler_filter.files.media_type import media_type
    from crawler_filter.files.walk import HOLDING, walk
    from crawler_filter.fingerprints.text import TextQuery
    from tests.crawler_filter.checks.test_content import HAIKU, NOVEL, encoded, opened, pictured
    from tests.crawler_filter.checks.test_inside import novel
    from tests.crawler_filter.files import sample_archives as files
    from tests.crawler_filter.fingerprints.generated import pixels

    def read_json(content):
        unescaped("[" + content.decode("utf-8", "surrogateescape"))

    def read_picture(content):
        with contextlib.suppress(DataError):
            decode(content, DecodingLimits(pixels=1 << 20, memory=64 << 20))

    def read_archive(content):
        kind = media_type(content) or ""
        if kind in HOLDING - {"application/pdf"}:
            list(walk(content, kind, Budget.of_file(len(content), characters=1 << 16, pictures=True)))

    optout = opened(pictured(), novel())

    def check(content):
        if (
            media_type(content) != "application/pdf"
        ):  # PDFium is not ours to fuzz, and what it prints is in the way
            optout.check(content=content)

    small = pixels(40, 30, 9, seed=1)
    pictures = [encoded(small, form) for form in ("PNG", "JPEG", "GIF", "WEBP", "AVIF", "TIFF", "BMP")]
    held = {"a.txt": NOVEL[:300].encode(), "b.png": pictures[0]}
    archives = [
        *(files.zipped(held), files.zipped(held, 0), files.tarred(held), files.gzipped(files.tarred(held))),
        *(
            files.epub(held | {"1.xhtml": HAIKU.encode()}),
            files.docx([HAIKU]),
            files.zipped({"c.zip": files.zipped(held)}),
        ),
    ]
    texts = [HAIKU.encode(each) for each in ("utf-8", "utf-16", "utf-16-le", "cp932", "iso2022_jp")]
    texts += [b"<p>" + NOVEL[:200].encode(), HAIKU.encode("ascii", "backslashreplace")]
    return {
        "media_type": (media_type, [*pictures, *archives, *texts]),
        "readings": (readings, texts),
        "json": (read_json, [b'{"a": "\\u3042\\ud83d\\ude00\\n<\\/b>"}']),
        "text": (lambda content: TextQuery.of(readings(content)[0]), texts),
        "picture": (read_picture, pictures),
        "archive": (read_archive, archives),
        "content": (check, [*pictures, *archives, *texts]),
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_round_finds_nothing(name, tmp_path):
    assert_a_round_finds_nothing(__name__, name, tmp_path)


def test_every_target_is_run():
    for extra in ("PIL", "av"):
        pytest.importorskip(extra)
    assert tuple(targets()) == NAMES


if __name__ == "__main__":
    fuzz(targets, *sys.argv[1:])
