"""What the programs of each extra are given: a synced snapshot, files that it reserves, and files that it does not.

It is made where every extra is installed, and read where one is.
"""

import io
import time
from hashlib import sha256
from pathlib import Path

from crawler_filter.fingerprints.embedding import Embedding
from crawler_filter.fingerprints.registered import Film
from crawler_filter.formats.record import Assurance, ScopeKind
from crawler_filter.lists.compiling import compile_list
from crawler_filter.lists.entries import Entry
from crawler_filter.sync.update import sync
from tests.crawler_filter.checks.test_content import NOVEL, OTHER, PIXELS, encoded, pictured
from tests.crawler_filter.files import sample_archives
from tests.crawler_filter.fingerprints.generated import RATE, encoded_film, pixels
from tests.crawler_filter.integrations.tiny_model import SIZE, write_model
from tests.crawler_filter.signals.embedded.signing import Authority
from tests.simulators.names_on_loopback import WORK
from tests.simulators.published import URL, PublishedRegistry, scope

_MINING = "cawg.training-mining"


def write(folder: Path) -> Path:
    """Write everything into a folder and return it."""
    shots = [pixels(320, 240, 20, seed) for seed in range(11, 15)]
    film = encoded_film([shot for shot in shots for _ in range(2 * RATE)])
    _publish(folder, film)
    for name, content in {"film.mp4": film, "novel.txt": NOVEL.encode(), "work.txt": WORK}.items():
        (folder / name).write_bytes(content)
    _write_pictures(folder)
    _write_model(folder)
    _sign(folder)
    return folder


def _publish(folder: Path, film: bytes) -> None:
    from crawler_filter.fingerprints.iscc import text_unit
    from crawler_filter.fingerprints.video import for_registration

    published = PublishedRegistry(now=int(time.time()))
    published.declare(scope("domain", "reserved.example.com"), scope("sha256", sha256(WORK).hexdigest()))
    frames = for_registration(io.BytesIO(film)).frames
    registered = Film(tuple(sorted({(frame.second, frame.hash) for frame in frames}))).encode()
    for kind, value in (pictured(), ("video", registered), ("iscc", text_unit(NOVEL).encode())):
        published.declare(scope(kind, value, Assurance.ATTESTED))
    published.publish()
    sync(folder / "snapshot", URL, published.trust, transport=published, now=time.time())
    (folder / "trust").write_bytes(published.trust.encode())


def _write_pictures(folder: Path) -> None:
    import pillow_heif
    import pillow_jxl  # noqa: F401 - makes Pillow write JPEG XL

    pillow_heif.register_heif_opener()
    for form, ending in (("PNG", "png"), ("HEIF", "heic"), ("JXL", "jxl")):
        (folder / f"picture.{ending}").write_bytes(encoded(PIXELS, form))
    (folder / "other.png").write_bytes(encoded(OTHER))
    page = (["A page"], sample_archives.picture(PIXELS), sample_archives.UPRIGHT)
    (folder / "page.pdf").write_bytes(sample_archives.pdf([page]))


def _write_model(folder: Path) -> None:
    from crawler_filter.formats.models import Preparation
    from crawler_filter.integrations.onnx import OnnxMatcher

    model = write_model(folder / "tiny.onnx")
    ours = OnnxMatcher(model, sha256=sha256(model.read_bytes()).hexdigest(), preparation=Preparation(size=SIZE))
    code: Embedding = ours.embedding(PIXELS)
    compile_list(folder / "own.snapshot", [Entry(ScopeKind.EMBED, code.encode())], now=1)


def _sign(folder: Path) -> None:
    authority = Authority("somebody")
    entries = {"cawg.ai_generative_training": {"use": "allowed"}}
    (folder / "allowed.png").write_bytes(authority.sign(encoded(OTHER), "image/png", entries, _MINING))
    (folder / "anchors.pem").write_bytes(authority.anchors)
