"""What people do to films, and how many of nine are still recognised."""

import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import av
import numpy as np
from PIL import Image

from benchmarks import pictures_of_others
from benchmarks.bench import Bench
from benchmarks.report import Report, at_least
from crawler_filter.decision import SnapshotId
from crawler_filter.finding import Likeness
from crawler_filter.fingerprints.registered import Film
from crawler_filter.fingerprints.video import LOOK_UP, for_lookup, for_registration
from crawler_filter.formats.record import Assurance, encode_id
from crawler_filter.snapshot import Snapshot
from crawler_filter.snapshot.arrays import Column
from tests.simulators.published import record_of, scope

SECTION = "copies"

Frames = list[Column]
FilmEdit = Callable[[Frames, int], Frames]
"""Changes a film's frames, of which there are so many a second."""

_LONGEST = 30
"""Seconds of a film that are copied."""


def _each(edit: Callable[[Image.Image], Image.Image]) -> FilmEdit:
    return lambda frames, _: [np.asarray(edit(Image.fromarray(frame))) for frame in frames]


def _zoomed(frame: Image.Image) -> Image.Image:
    width, height = frame.size
    across, down = int(width * 0.05 / 1.1), int(height * 0.05 / 1.1)
    return frame.crop((across, down, width - across, height - down)).resize(frame.size)


def _clip(seconds: float) -> FilmEdit:
    def edit(frames: Frames, rate: int) -> Frames:
        start = max(len(frames) // 2 - int(seconds * rate / 2), 0)
        return frames[start : start + int(seconds * rate)]

    return edit


def _barred(frames: Frames, rate: int) -> Frames:
    del rate
    return [np.pad(frame, ((frame.shape[0] // 6,) * 2, (0, 0), (0, 0))) for frame in frames]


def _mirrored(frames: Frames, rate: int) -> Frames:
    del rate
    return [frame[:, ::-1] for frame in frames]


EDITS: dict[str, tuple[FilmEdit, int]] = {
    "encoded anew": (lambda frames, _: frames, 9),
    "half the size": (_each(lambda frame: frame.resize((frame.width // 4 * 2, frame.height // 4 * 2))), 9),
    "mirrored": (_mirrored, 9),
    "zoomed by 10 %": (_each(_zoomed), 8),
    "mirrored and zoomed by 10 %": (lambda frames, rate: _each(_zoomed)(_mirrored(frames, rate), rate), 9),
    "negative": (lambda frames, _: [255 - frame for frame in frames], 9),
    "between black bars": (_barred, 9),
    "twice as fast": (lambda frames, _: frames[::2], 9),
    "a clip of 2 s": (_clip(2), 8),
}
"""Each edit, and in how many of nine films it is to be found."""

_OF_MONTAGE = 7


def run(bench: Bench, report: Report) -> None:
    """Register the films, make every copy of each, and a montage of all, and count which are found."""
    paths = pictures_of_others.films()
    snapshot = _holding(paths)
    films = [_frames_of(path) for path in paths]
    for what, (edit, least) in EDITS.items():
        found = wrong = 0
        for number, (frames, rate) in enumerate(bench.progress(films, f"films: {what}")):
            hits = _found(snapshot, _encoded(edit(frames, rate), rate))
            found += number in hits
            wrong += len(hits - {number})
        report.require(SECTION, f"films, {what}: other films", wrong)
        report.add(SECTION, f"films: {what}", found, f"of {len(paths)}", at_least(least))
    pieces = [_sized(frame) for frames, rate in films for frame in _clip(3)(_at(frames, rate, 24), 24)]
    found = len(_found(snapshot, _encoded(pieces, 24)))
    report.add(SECTION, "films: in a montage of 3 s of each", found, f"of {len(paths)}", at_least(_OF_MONTAGE))


def _holding(paths: Sequence[Path]) -> Snapshot:
    records = []
    for leaf, path in enumerate(paths):
        with path.open("rb") as file:
            frames = sorted({(frame.second, frame.hash) for frame in for_registration(file).frames})
        value = Film(tuple(frames)).encode()
        record = record_of(
            encode_id(leaf.to_bytes(16)), encode_id(bytes(16)), scope("video", value, Assurance.ATTESTED)
        )
        records.append((leaf, record))
    return Snapshot.from_records(records, SnapshotId("registry.example", 1, 1, "", 0))


def _found(snapshot: Snapshot, content: bytes) -> set[int]:
    watched = for_lookup(content, LOOK_UP.max_pixels)
    matches = snapshot.match_film(watched.frames)
    return {
        match.statement.leaf
        for match in matches
        if match.evidence is not None and match.evidence.likeness is not Likeness.WEAK
    }


def _frames_of(path: Path) -> tuple[Frames, int]:
    frames: Frames = []
    with av.open(str(path)) as container:
        rate = round(float(container.streams.video[0].average_rate or 25)) or 25
        for frame in container.decode(video=0):
            frames.append(frame.to_ndarray(format="rgb24"))
            if len(frames) >= _LONGEST * rate:
                break
    return [frame[: len(frame) // 2 * 2, : frame.shape[1] // 2 * 2] for frame in frames], rate


def _encoded(frames: Iterable[Column], rate: int) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=rate, options={"crf": "28", "preset": "veryfast"})
        for number, frame in enumerate(frames):
            if not number:
                stream.height, stream.width = len(frame) // 2 * 2, frame.shape[1] // 2 * 2
                stream.pix_fmt = "yuv420p"
            pixels = np.ascontiguousarray(frame[: stream.height, : stream.width])
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode(None))
    return file.getvalue()


def _at(frames: Frames, rate: int, other: int) -> Frames:
    return [frames[at * rate // other] for at in range(len(frames) * other // rate)]


def _sized(frame: Column) -> Column:
    sheet = Image.new("RGB", (640, 360))
    shown = Image.fromarray(frame)
    shown.thumbnail((640, 360))
    sheet.paste(shown, ((640 - shown.width) // 2, (360 - shown.height) // 2))
    return np.asarray(sheet)
