"""What looks into files: a registered work is found in each."""

from pathlib import Path
from tempfile import TemporaryDirectory

from crawler_filter import Filter, Policy, Usage

from .given import Given, require, require_reason


def plain(given: Given) -> None:
    """Without any extra: an address, and a file by its digest."""
    optout = given.opened()
    require_reason(optout, "registry.domain", url="https://reserved.example.com/a")
    require_reason(optout, "registry.digest", content=given.file("work.txt"))
    require_reason(optout, "kept", url="https://free.example.com/a")


def archives(given: Given) -> None:
    import libarchive

    with TemporaryDirectory() as name:
        path = Path(name) / "a.7z"
        with libarchive.file_writer(str(path), "7zip") as archive:
            work = given.file("work.txt")
            archive.add_file_from_memory("work.txt", len(work), work)
        require_reason(given.alone(needs={"archives"}), "registry.digest", content=path.read_bytes())


def c2pa(given: Given) -> None:
    from dataclasses import replace

    policy = replace(Policy.opt_out(Usage.TRAIN_AI), trust_anchors=given.file("anchors.pem"))
    # nothing is registered, so that the file's own word is all there is
    optout = Filter.open(given.folder / "own.snapshot", policy=policy)
    found = optout.check(content=given.file("allowed.png"))
    require([each.preference.value for each in found.findings], ["allowed"])


def codings(given: Given) -> None:
    import brotli
    from backports import zstd

    packed = {"br": brotli.compress, "zstd": zstd.compress}
    for name, pack in packed.items():
        headers = [("Content-Encoding", name), ("Content-Type", "text/plain")]
        optout = given.alone(needs={"codings"})
        require_reason(optout, "registry.digest", content=pack(given.file("work.txt")), headers=headers)


def compare(given: Given) -> None:
    import numpy as np
    from PIL import Image, ImageOps

    from crawler_filter.comparison.features import compare as compared

    work = Image.open(given.folder / "picture.png").convert("RGB").resize((640, 480))
    noise = Image.effect_noise((640, 480), 90).convert("RGB")
    both = Image.blend(work, noise, 0.5)
    require(compared(np.asarray(both), np.asarray(ImageOps.expand(both, 40, "grey"))).alike, True)


def content(given: Given) -> None:
    kinds = {"pictures", "video", "pdf", "iscc", "archives", "codings", "heif", "jxl"}
    given.opened(needs=kinds)
    for program in (archives, codings, heif, iscc, jxl, media, pdf, video):
        program(given)


def embed(given: Given) -> None:
    from dataclasses import replace
    from hashlib import sha256

    from crawler_filter.formats.models import Preparation
    from crawler_filter.integrations.onnx import OnnxMatcher
    from crawler_filter.policy import MatcherRule

    digest = sha256(given.file("tiny.onnx")).hexdigest()
    ours = OnnxMatcher(given.folder / "tiny.onnx", sha256=digest, preparation=Preparation(size=16))
    policy = replace(Policy.opt_out(Usage.TRAIN_AI), matchers=MatcherRule.DECIDE, signals=frozenset())
    optout = Filter.open(given.folder / "own.snapshot", policy=policy, matchers=[ours])
    require(optout.check(content=given.file("picture.png")).keep, False)
    require(optout.check(content=given.file("other.png")).keep, True)


def evidence(given: Given) -> None:
    from crawler_filter.evidence.sheet import pdf as drawn

    require(drawn(["Evidence", "証明書"])[:5], b"%PDF-")


def heif(given: Given) -> None:
    require_reason(given.alone(needs={"heif"}), "registry.image", content=given.file("picture.heic"))


def iscc(given: Given) -> None:
    require_reason(given.alone(needs={"iscc"}), "registry.iscc", content=given.file("novel.txt"))


def jxl(given: Given) -> None:
    require_reason(given.alone(needs={"jxl"}), "registry.image", content=given.file("picture.jxl"))


def media(given: Given) -> None:
    require_reason(given.alone(needs={"pictures"}), "registry.image", content=given.file("picture.png"))


def names(given: Given) -> None:
    from crawler_filter.checks.captions import Captions
    from crawler_filter.checks.recognisers import Recognisers
    from crawler_filter.formats.names import Name, NameKind, encode_names

    with TemporaryDirectory() as folder:
        path = Path(folder) / "names.txt"
        path.write_bytes(encode_names([Name(0, NameKind.TITLE, ("Lighthouse Keeper", "灯台守"))]))
        optout = given.opened()
        recognisers = Recognisers(Captions(path))
        named = Filter(optout.__reduce__()[1][0], optout.policy, recognisers=recognisers)
        found = named.check_caption("masterpiece, lighthouse_keeper")
        require([finding.rule for finding in found], ["title Lighthouse Keeper"])


def pdf(given: Given) -> None:
    require_reason(given.alone(needs={"pdf"}), "registry.image", content=given.file("page.pdf"))


def video(given: Given) -> None:
    require_reason(given.alone(needs={"video"}), "registry.video", content=given.file("film.mp4"))
