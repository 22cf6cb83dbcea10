"""The frames of a film as pictures to hash: the extra `[video]`.

Two frames a second are registered at most, and one after each cut where the film's encoder marked it, unless it
shows the same as the one before. A copy is looked at more often, because its frames lie between those: every
quarter of a second where all of it is decoded. That is done with as much of a film as costs a tenth of what may be
spent on it. Of what comes then, frames are decoded that the encoder marked, with what follows each for a while,
and at last alone.

What a file says of its length is not believed: decoding ends at a limit of frames and pixels. `Watched.stopped`
then says how far it got; what was seen until there still counts.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, Final

import av
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from crawler_filter.errors import FilterError, MalformedMediaError, OversizedError
from crawler_filter.files.media_type import HEAD, media_type
from crawler_filter.fingerprints.variants import of_frame_for_lookup, of_frame_for_registration
from crawler_filter.fingerprints.watched import Watched
from crawler_filter.fingerprints.watcher import CLOSELY_APART, FrameHashes, See, Watcher

MAX_FRAME_PIXELS: Final = 4096 * 2304
"""Most pixels of one frame."""

MAX_SIDE: Final = 16_384
"""Most pixels of a side of one frame."""

MAX_STREAMS: Final = 4
"""Streams of pictures of one film that are watched: a cover, other views of a stage."""

_SECONDS_APART: Final = 0.5
_SECONDS_APART_IN_COPIES: Final = 0.25
_SECONDS_BETWEEN_MARKED: Final = 1.0
_SECONDS_AFTER_MARKED: Final = 0.6
"""How long a film of which only marked frames are decoded is watched on from each of them."""
_SHARE_IN_FULL: Final = 0.1
_SHARE_AFTER_MARKED: Final = 0.2
"""The shares of what may be decoded up to which every frame is, and what follows marked ones."""
_SECONDS_AFTER_CUT: Final = 0.25
_FRAMES_A_SECOND: Final = 25
"""Of a film that neither has times nor says how fast it is."""
_FEW_MARKED: Final = 24
"""A film that is too long for that, and has fewer marked frames, is decoded in full: it may have but one."""

_SAID_TOO_MUCH: Final = 1.1
"""How many times as long as it lasts a film may say that it lasts: sound often ends later than pictures."""

_DEMUXERS: Final = {
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "video/x-matroska": "matroska",
    "video/x-msvideo": "avi",
    "video/x-flv": "flv",
    "video/x-ms-asf": "asf",
    "video/mpeg": "mpeg",
    "video/mp2t": "mpegts",
    "video/ogg": "ogg",
    "video/mxf": "mxf",
    "video/vnd.rn-realmedia": "rm",
    "video/x-dv": "dv",
    "video/x-flic": "flic",
    "video/x-ivf": "ivf",
    "video/x-yuv4mpeg": "yuv4mpegpipe",
    "video/x-nut": "nut",
    "video/x-av1": "obu",
    "video/x-mpeg-es": "mpegvideo",
    "video/x-mpeg4-es": "m4v",
    "video/h264": "h264",
    "video/h265": "hevc",
}
"""FFmpeg's reader for each kind. It is not left to guess: some of its readers open other files and addresses."""


@dataclass(frozen=True, slots=True)
class Effort:
    """The care with which a film is watched: parts hashed of a frame, frames decoded, and the most of both.

    Frames that are looked at are at least `apart` seconds apart, those that are looked at closely `closely_apart`.
    With `marked_only`, frames that need others are decoded only as long as a share of `max_pixels` is not used up.
    """

    hashes: FrameHashes
    apart: float
    closely_apart: float
    marked_only: bool
    max_frames: int
    max_pixels: int


LOOK_UP: Final = Effort(of_frame_for_lookup, _SECONDS_APART_IN_COPIES, 1.0, True, 20_000, 20_000_000_000)
"""Every frame for 40 s at 1920 x 1080, for 80 s at less, then those that need no others: two hours of them."""

LOOK_UP_CLIP: Final = replace(LOOK_UP, marked_only=False, max_pixels=8_000_000_000)
"""Every frame: enough for two minutes at 1920 x 1080."""

REGISTER: Final = Effort(of_frame_for_registration, _SECONDS_APART, CLOSELY_APART, False, 500_000, 500_000_000_000)
"""Every frame of what its owner has: enough for two hours at 1920 x 1080."""


def for_lookup(content: bytes, max_pixels: int, see: See | None = None) -> Watched:
    """Return what to look up for a film; some are watched twice, so `see` may be shown a frame again.

    Raises as `watch` does.
    """
    effort = replace(LOOK_UP, max_pixels=min(max_pixels, LOOK_UP.max_pixels))
    viewer = _viewed(io.BytesIO(content), effort, see)
    if not viewer.left_out or viewer.marked >= _FEW_MARKED:
        return viewer.watched
    return watch(
        io.BytesIO(content), replace(LOOK_UP_CLIP, max_pixels=min(max_pixels, LOOK_UP_CLIP.max_pixels)), see
    )


def for_registration(file: BinaryIO, see: See | None = None) -> Watched:
    """Return what to register of a film. Raises as `watch` does."""
    return watch(file, REGISTER, see)


def watch(file: BinaryIO, effort: Effort, see: See | None = None) -> Watched:
    """Hash the frames of a film, which is read as far as it is needed; `see` is shown some of them.

    Raises OversizedError for frames of more than MAX_FRAME_PIXELS, MalformedMediaError for a file that is broken
    before anything can be seen or is of another kind. Of sound alone nothing is seen.
    """
    return _viewed(file, effort, see).watched


def _viewed(file: BinaryIO, effort: Effort, see: See | None) -> "_Viewer":
    kind = media_type(file.read(HEAD))
    file.seek(0)
    if kind not in _DEMUXERS:
        raise MalformedMediaError(f"expected a film of a kind that is read, got {kind or 'none that is known'}")
    viewer = _Viewer(effort, Watcher(effort.hashes, effort.closely_apart, see))
    try:
        with av.open(file, "r", format=_DEMUXERS[kind]) as container:
            viewer.watch(container)
    except FilterError:
        raise
    except Exception as error:  # FFmpeg's errors, and whatever PyAV stumbles over
        if not viewer.decoded:
            raise MalformedMediaError(f"a broken {kind}: {error}") from error
        viewer.watched.stopped = f"it is broken after {viewer.moment:.0f} s: {error}"
    return viewer


@dataclass(slots=True)
class _Viewer:
    """Watches one film; `moment` is the time in seconds of the frame that was decoded last.

    An elementary stream is not `timed`: its `packets` are counted, `rate` of them a second. Counted too are the
    frames that were `left_out`, and the `marked` ones that were not.
    """

    effort: Effort
    watcher: Watcher
    decoded: int = 0
    moment: float = 0.0
    end: float = 0.0
    rate: float = _FRAMES_A_SECOND
    packets: int = 0
    left_out: int = 0
    marked: int = 0
    timed: bool = False
    hashed_at: float | None = None
    marked_at: float | None = None

    @property
    def watched(self) -> Watched:
        return self.watcher.watched

    def watch(self, container: InputContainer) -> None:
        """Watch each stream of pictures; of sound alone, which the first bytes do not tell from a film, none."""
        for number, stream in enumerate(container.streams.video[:MAX_STREAMS]):
            if number:
                container.seek(0)
                self.hashed_at = self.marked_at = None
            self._watch(container, stream)
        said = container.duration / av.time_base if container.duration and self.timed else 0.0
        if said > _SAID_TOO_MUCH * self.end + 2 * _SECONDS_BETWEEN_MARKED and not self.watched.stopped:
            self.watched.stopped = f"it ends after {self.end:.0f} s and says that it lasts {said:.0f} s"

    def _watch(self, container: InputContainer, stream: VideoStream) -> None:
        if stream.codec_context is None:
            raise MalformedMediaError("expected a film in an encoding that is known")
        stream.codec_context.options = {"max_pixels": str(MAX_FRAME_PIXELS)}
        _refuse_larger(stream.codec_context.width, stream.codec_context.height)
        self.rate = float(stream.average_rate or stream.guessed_rate or 0) or _FRAMES_A_SECOND
        for frame in self._decoded(container, stream):
            self._look_at(frame)
            if self.decoded >= self.effort.max_frames or self.watched.pixels >= self.effort.max_pixels:
                self.watched.stopped = f"it is long: only its first {self.moment:.0f} s were watched"
                return

    def _decoded(self, container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
        for packet in container.demux(stream):
            if packet.pts is not None and packet.time_base:
                self.end, self.timed = max(self.end, float(packet.pts * packet.time_base)), True
            elif not self.timed:
                self.end = self.packets / self.rate
            self.packets += 1
            if not packet.size and packet.pts is not None:
                continue  # as Theora says that the last frame is still shown; without a time it ends the film
            if self._is_decoded(packet):
                self.marked += packet.is_keyframe
                yield from packet.decode()
            else:
                self.left_out += 1

    def _is_decoded(self, packet: "Packet[VideoStream]") -> bool:
        used = max(self.watched.pixels / self.effort.max_pixels, self.decoded / self.effort.max_frames)
        if not (self.effort.marked_only and packet.size) or used <= _SHARE_IN_FULL:
            return True
        is_on = self.marked_at is not None and self.end - self.marked_at <= _SECONDS_AFTER_MARKED
        is_spare = used <= _SHARE_AFTER_MARKED
        if not packet.is_keyframe:
            return is_on and is_spare
        if is_on and is_spare:
            return self._waited(self.end, self.effort.apart)
        self.marked_at = self.end if self._waited(self.end, _SECONDS_BETWEEN_MARKED) else None
        return self.marked_at is not None

    def _look_at(self, frame: VideoFrame) -> None:
        _refuse_larger(frame.width, frame.height)
        self.decoded += 1
        self.watched.pixels += frame.width * frame.height
        self.moment = frame.time if frame.time is not None else self._moment_of_untimed()
        if self._waited(self.moment, _SECONDS_AFTER_CUT if frame.key_frame else self.effort.apart):
            self.hashed_at = self.moment
            pixels = frame.to_ndarray(format="rgb24")
            self.watcher.look_at(self.moment, np.rot90(pixels, round(frame.rotation / 90)))

    def _moment_of_untimed(self) -> float:
        return self.end if self.effort.marked_only else self.decoded / self.rate

    def _waited(self, until: float, seconds: float) -> bool:
        return self.hashed_at is None or until - self.hashed_at >= seconds


def _refuse_larger(width: int, height: int) -> None:
    if width * height > MAX_FRAME_PIXELS or max(width, height) > MAX_SIDE:
        raise OversizedError(
            f"a film of {width} x {height} pixels is not decoded: expected at most {MAX_FRAME_PIXELS}, "
            f"{MAX_SIDE} a side"
        )
