"""Every limit on what is read, in two tables: what grows with a file, and what is fixed."""

from collections.abc import Iterator

from crawler_filter.checks import content
from crawler_filter.files import charset, decoding_cost, pdf, walk
from crawler_filter.files.budget import MAX_HELD, MAX_MEMBERS, Budget
from crawler_filter.fingerprints import normal_text, registered, text, video
from crawler_filter.formats import names, record
from crawler_filter.signals import rsl, safe_xml, signal, well_known
from crawler_filter.signals.embedded import packet
from crawler_filter.signals.robots import lines
from crawler_filter.snapshot import manifest
from tools.manual.markdown import table

_MIB = 1 << 20


def file_budget() -> str:
    """Return what may be spent on one archive or PDF: a base, and more for each byte of the file."""
    base, larger = (Budget.of_file(size, characters=content.MAX_TEXT, pictures=True) for size in (0, _MIB))
    rows = [
        ("files listed", base.parts, larger.parts),
        ("unpacked bytes, one file", MAX_HELD, MAX_HELD),
        ("unpacked bytes, all files", base.unpacked, larger.unpacked),
        ("pixels (a picture counts at least 65,536; video frames count one eighth)", base.pixels, larger.pixels),
        ("characters", base.characters, larger.characters),
        ("short texts compared as a whole", base.short_texts, larger.short_texts),
        ("bytes of texts searched for files in them", base.searched, larger.searched),
        ("seconds of processor time in a PDF", int(base.seconds), int(larger.seconds)),
        ("PDF pages", pdf.MAX_PAGES, pdf.MAX_PAGES),
    ]
    return table("budget|base|plus", ((name, _amount(base), _growth(more - base)) for name, base, more in rows))


def _growth(per_mib: int) -> str:
    if per_mib >= _MIB:
        return f"{per_mib // _MIB} per byte"
    if per_mib >= 256:
        return f"1 per {_MIB // per_mib:,} bytes"
    return f"{per_mib} per MiB" if per_mib else ""


def _amount(number: int) -> str:
    if number >= _MIB and number % _MIB == 0:
        return f"{number >> 20:,} MiB" if number < 1 << 30 else f"{number >> 30:,} GiB"
    return f"{number:,}"


def fixed() -> str:
    """Return the limits that do not grow with a file."""
    return table("what|at most", ((what, f"{most:,} {unit}".strip()) for what, most, unit in _fixed()))


def _fixed() -> Iterator[tuple[str, int, str]]:
    yield "a picture: one side", decoding_cost.MAX_SIDE, "pixels"
    yield "a picture: pixels of 24 bits, or as much work", decoding_cost.LIMITS_FOR_CRAWLED.pixels, ""
    yield "a picture: memory while it is decoded", decoding_cost.LIMITS_FOR_CRAWLED.memory >> 20, "MiB"
    yield "a video: pixels of one frame", video.MAX_FRAME_PIXELS, ""
    yield "a video: one side of a frame", video.MAX_SIDE, "pixels"
    yield "a text: code points that are normalised", normal_text.MAX_TEXT, ""
    yield "a JSON text, as it is written", charset.MAX_ESCAPED, "characters"
    yield "archives inside archives", walk.MAX_DEPTH, "levels"
    yield "members of a ZIP file", MAX_MEMBERS, ""
    yield "a PDF: pixels of a colour picture", pdf.MAX_PIXELS, ""
    yield "a PDF: pixels of a grey picture", pdf.MAX_GREY_PIXELS, ""
    yield "a PDF: forms inside forms", pdf.MAX_DEPTH, "levels"
    yield "robots.txt", lines.MAX_BYTES >> 10, "KiB"
    yield "a well-known file", well_known.MAX_BYTES >> 20, "MiB"
    yield "an XML document", safe_xml.MAX_XML >> 20, "MiB"
    yield "an RSL document: content elements", rsl.MAX_CONTENTS, ""
    yield "XMP packets in a file", packet.MAX_PACKETS, ""
    yield "a link in a statement", signal.MAX_LINK, "characters"
    yield "a name of a work", names.MAX_NAME, "characters"
    yield "a caption", names.MAX_CAPTION, "characters"
    yield "fingerprints in one `text` scope", text.MAX_FINGERPRINTS, ""
    yield "frames in one `video` scope", registered.MAX_FRAMES, ""
    yield "a leaf of the log", record.MAX_LEAF_BYTES, "bytes"
    yield "a manifest: validity", manifest.MAX_VALIDITY // 86_400, "days"
