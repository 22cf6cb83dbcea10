"""Archives and PDFs made by hand: a few objects, no library that writes them."""

import gzip
import io
import tarfile
import zipfile
import zlib

RUNS = '<w:r><w:t xml:space="preserve">{}</w:t></w:r>'
READING = "<w:r><w:ruby><w:rt><w:r><w:t>{}</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>{}</w:t></w:r></w:rubyBase></w:ruby></w:r>"


def zipped(files, compression=zipfile.ZIP_DEFLATED):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression, compresslevel=9) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return content.getvalue()


def tarred(files, form=tarfile.PAX_FORMAT, headers=None):
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w", format=form) as archive:
        for name, body in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            entry.pax_headers = headers or {}
            archive.addfile(entry, io.BytesIO(body))
    return content.getvalue()


def old_tar(name, body):
    """A tar of Version 7 of Unix, which no library writes: it has no mark but its checksum."""
    header = bytearray(512)
    header[: len(name)] = name.encode()
    header[124:136] = b"%011o " % len(body)
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + body + bytes(-len(body) % 512 + 1024)


def gzipped(content):
    return gzip.compress(content, mtime=0)


def encrypted(archive):
    """Say of every file of a ZIP that it is encrypted."""
    content = bytearray(archive)
    for header, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = -1
        while (position := content.find(header, position + 1)) >= 0:
            content[position + flags] |= 1
    return bytes(content)


def epub(files):
    return zipped(
        {"mimetype": "application/epub+zip", "META-INF/container.xml": "<container/>"} | files, zipfile.ZIP_STORED
    )


def docx(paragraphs, **media):
    """A document of Word: each paragraph in runs of seven characters, as editing leaves them."""
    runs = ["".join(RUNS.format(text[at : at + 7]) for at in range(0, len(text), 7)) for text in paragraphs]
    body = "".join(f"<w:p>{run}</w:p>" for run in runs)
    xml = f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="urn:w"><w:body>{body}</w:body></w:document>'
    core = "<cp:coreProperties><dc:creator>Somebody Else</dc:creator></cp:coreProperties>"
    files = {"[Content_Types].xml": "<Types/>", "docProps/core.xml": core, "word/document.xml": xml}
    return zipped(files | {f"word/media/{name}": body for name, body in media.items()})


def stream(content, entries=b""):
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (entries, len(content), content)


def pdf_of(objects, trailer=b""):
    """A PDF file of these objects, of which the first is the catalogue."""
    content, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    ending = b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n"
    return content + table + ending % (len(objects) + 1, trailer, len(content))


def picture(pixels):
    """A picture as PDF keeps it: grey or coloured, by the shape of its pixels."""
    height, width = pixels.shape[:2]
    colours = b"/DeviceGray" if pixels.ndim == 2 else b"/DeviceRGB"
    size = b"/Type /XObject /Subtype /Image /Width %d /Height %d" % (width, height)
    return stream(
        zlib.compress(pixels.tobytes()), size + b" /BitsPerComponent 8 /Filter /FlateDecode /ColorSpace " + colours
    )


def jpeg(content, width, height):
    size = b"/Type /XObject /Subtype /Image /Width %d /Height %d" % (width, height)
    return stream(content, size + b" /BitsPerComponent 8 /Filter /DCTDecode /ColorSpace /DeviceRGB")


TO_UNICODE = b"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /a def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
1 beginbfrange <0000> <FFFF> <0000> endbfrange
endcmap end end"""
GLYPHS = b"""<< /Type /Font /Subtype /CIDFontType2 /BaseFont /None /DW 1000
/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"""
TYPE_0 = b"""<< /Type /Font /Subtype /Type0 /BaseFont /None /Encoding /Identity-H
/DescendantFonts [4 0 R] /ToUnicode 5 0 R >>"""
FONT = (TYPE_0, GLYPHS, stream(TO_UNICODE))
"""A font whose codes are UTF-16, as its ToUnicode says: objects 3, 4 and 5 of `pdf`."""


def written(lines):
    """The content of a page with these lines of text."""
    shown = b"".join(b"<%s> Tj T*\n" % line.encode("utf-16-be").hex().encode() for line in lines)
    return b"BT /F 10 Tf 12 TL 50 800 Td\n" + shown + b"ET\n"


def pdf(pages, *shared, rotate=0, trailer=b""):
    """A PDF of pages, each lines of text, or a picture's object with how it is placed; `shared` are more objects."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", *FONT, *shared]
    kids = []
    for lines, drawn, placed in pages:
        names = b""
        content = written(lines)
        if drawn is not None:
            objects.append(drawn)
            names = b"/XObject << /P %d 0 R >>" % len(objects)
            content += b"q %s cm /P Do Q\n" % placed
        objects.append(stream(content))
        kids.append(len(objects) + 1)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 850] /Rotate %d /Contents %d 0 R"
            b" /Resources << /Font << /F 3 0 R >> %s >> >>" % (rotate, len(objects), names)
        )
    listed = b" ".join(b"%d 0 R" % kid for kid in kids)
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (listed, len(kids))
    return pdf_of(objects, trailer)


UPRIGHT = b"500 0 0 700 50 50"
