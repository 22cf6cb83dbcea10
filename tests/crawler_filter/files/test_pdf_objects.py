"""Of a page's objects only those are made that may show something, in forms too."""

import pytest

from tests.crawler_filter.files.sample_archives import pdf_of

pdf = pytest.importorskip("pypdfium2", reason="the pdf extra is not installed")
found = pytest.importorskip("crawler_filter.files.pdf_objects")

PATH, IMAGE, FORM = 2, 3, 5
LINES = b"0 0 9 9 re f " * 50
PICTURE = b"/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray"


def stream(about, body):
    return b"<<%b/Length %d>>stream\n%b\nendstream" % (about, len(body), body)


def page():
    content = pdf_of(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</XObject<</F 5 0 R/I 6 0 R>>>>>>",
            stream(b"", LINES + b"/I Do /F Do"),
            stream(
                b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</I 6 0 R>>>>", LINES + b"/I Do"
            ),
            stream(PICTURE, b"\x80"),
        ]
    )
    document = pdf.PdfDocument(content)
    return document, document[0]


@pytest.mark.parametrize(
    ("kinds", "depth", "seen"),
    [
        ((IMAGE,), 4, [(IMAGE, 0), (IMAGE, 1)]),
        ((IMAGE, FORM), 4, [(IMAGE, 0), (FORM, 0), (IMAGE, 1)]),
        ((IMAGE, FORM), 1, [(IMAGE, 0), (FORM, 0)]),
    ],
)
def test_objects_come_as_the_library_gives_them(kinds, depth, seen):
    document, one = page()
    assert [(each.type, each.level) for each in found.objects(one, kinds, depth)] == seen
    assert [(each.type, each.level) for each in one.get_objects(filter=kinds, max_depth=depth)] == seen
    document.close()


def test_nothing_is_made_of_lines(monkeypatch):
    made = []
    monkeypatch.setattr(found, "PdfObject", lambda raw, **about: made.append(raw) or pdf.PdfObject(raw, **about))
    document, one = page()
    list(found.objects(one, (IMAGE,), 4))
    assert len(made) == 3
    document.close()
