"""A still or a clip of a registered film is found in it; hostile films end early, and it is said where."""

import io
import struct
from dataclasses import replace

import numpy as np
import pytest

from crawler_filter.errors import MalformedMediaError, OversizedError
from crawler_filter.fingerprints import variants
from crawler_filter.fingerprints.pdq import distance
from crawler_filter.snapshot.multi_index import MATCH_RADIUS
from tests.crawler_filter.fingerprints.generated import RATE, encoded_film, pixels

av = pytest.importorskip("av", reason="the video extra is not installed")
video = pytest.importorskip("crawler_filter.fingerprints.video")


def scene(seed, seconds):
    """A camera that moves slowly over a picture, frame by frame."""
    coarse, fine = (pixels(280, 160, cell, seed).astype(int) for cell in (50, 12))
    wide = ((2 * coarse + fine) // 3).astype(np.uint8)
    return [wide[:, at // 4 : at // 4 + 240] for at in range(seconds * RATE)]


def looked_up(content):
    return video.for_lookup(content, video.LOOK_UP.max_pixels)


def watched_by_owner(content):
    return video.for_registration(io.BytesIO(content))


SCENES = [frame for seed in range(4) for frame in scene(seed, 4)]


@pytest.fixture(scope="module")
def film():
    return encoded_film(SCENES)


@pytest.fixture(scope="module")
def registered(film):
    return watched_by_owner(film).frames


def shared(seen, registered):
    """The share of the seconds in which something is seen that the registered film has, too."""
    found = {
        frame.second
        for frame in seen
        if any(distance(frame.hash, other.hash) <= MATCH_RADIUS for other in registered)
    }
    return len(found) / len({frame.second for frame in seen})


CLIPS = {
    "the film": SCENES,
    "three seconds of it": SCENES[5 * RATE + 3 : 8 * RATE + 3],
    "half the size": [frame[::2, ::2] for frame in SCENES[RATE : 6 * RATE]],
    "mirrored": [frame[:, ::-1] for frame in SCENES[RATE : 6 * RATE]],
    "between black bars": [np.pad(frame, ((40, 40), (0, 0), (0, 0))) for frame in SCENES[RATE : 6 * RATE]],
    "a still": SCENES[30:31],
}


@pytest.mark.parametrize("clip", CLIPS.values(), ids=CLIPS)
def test_a_clip_encoded_anew_shares_most_of_its_seconds_with_the_film(clip, registered):
    assert shared(looked_up(encoded_film(clip, "matroska", gop=30)).frames, registered) >= 0.7


def test_a_picture_taken_from_a_film_is_found_among_its_frames(registered):
    still = variants.for_lookup(SCENES[6 * RATE + 5])
    assert min(distance(key.hash, frame.hash) for key in still for frame in registered) <= MATCH_RADIUS


def test_another_film_shares_nothing(registered):
    other = looked_up(encoded_film(scene(77, 3) + scene(78, 3))).frames
    assert other
    assert shared(other, registered) == 0


def test_a_remix_shares_the_part_that_was_taken(registered):
    remix = encoded_film(scene(77, 4) + SCENES[: 4 * RATE])
    assert 0.3 <= shared(looked_up(remix).frames, registered) <= 0.7


def test_frames_are_half_a_second_apart_and_come_with_their_second(registered):
    seconds = [frame.second for frame in registered]
    assert seconds == sorted(seconds)
    whole = [frame.second for frame in registered if frame.variant == "whole"]
    assert {*whole} == {*range(16)}
    assert max(map(whole.count, whole)) == 2


def test_each_of_the_first_seconds_and_then_every_third_is_registered_closely(registered):
    closely = {frame.second for frame in registered if frame.variant == "crop8"}
    assert closely == {*range(10), 12, 15}
    assert {"whole", "crop4", "crop8", "crop12", "part1"} <= {frame.variant for frame in registered}


def test_a_scene_that_begins_between_two_close_looks_is_looked_at_closely_later():
    film = encoded_film(SCENES[:RATE] + [SCENES[2 * RATE]] * 4 * RATE)
    frames = [(frame.second, frame.variant) for frame in watched_by_owner(film).frames]
    assert [second for second, variant in frames if variant == "crop8"] == [0, 1]


def test_what_stands_still_is_hashed_once():
    frames = watched_by_owner(encoded_film([SCENES[0]] * 5 * RATE)).frames
    assert [frame.variant for frame in frames].count("whole") == 1


def test_what_shows_nothing_is_not_hashed():
    watched = watched_by_owner(encoded_film([np.zeros((120, 160, 3), dtype=np.uint8)] * 20))
    assert (watched.frames, watched.stopped) == ([], None)


def test_a_cut_within_a_second_is_seen_where_the_encoder_marked_it():
    quick = [frame for seed in range(4) for frame in scene(seed, 1)[: RATE // 2]]
    watched = watched_by_owner(encoded_film(quick, gop=RATE // 2))
    assert [frame.second for frame in watched.frames if frame.variant == "whole"] == [0, 0, 1, 1]


def test_a_film_between_bars_is_registered_with_them_and_without():
    barred = [np.pad(frame, ((40, 40), (0, 0), (0, 0))) for frame in SCENES[:3]]
    assert {"whole", "trimmed"} < {frame.variant for frame in watched_by_owner(encoded_film(barred)).frames}


@pytest.mark.parametrize(
    ("kind", "codec"),
    [
        ("mov", "mpeg4"),
        ("matroska", "libx264"),
        ("avi", "mpeg4"),
        ("flv", "flv"),
        ("mpegts", "mpeg2video"),
        ("dvd", "mpeg2video"),
        ("asf", "wmv2"),
    ],
)
def test_every_kind_is_read(kind, codec, registered):
    content = encoded_film(SCENES[: 2 * RATE], kind, codec)
    assert shared(looked_up(content).frames, registered) == 1


def test_a_film_that_is_filmed_upright_is_turned(film):
    at = film.index(b"tkhd") + 4 + 40
    quarter = struct.pack(">9i", 0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)
    lying = film[:at] + quarter + film[at + 36 :]
    upright = encoded_film([np.rot90(frame, -1) for frame in SCENES])
    assert shared(looked_up(lying).frames, watched_by_owner(upright).frames) >= 0.9


def test_of_a_long_film_only_marked_frames_are_decoded_and_one_a_second_of_them():
    limits = replace(video.LOOK_UP, max_frames=22, max_pixels=25 * 240 * 160)
    decoded = video.watch(io.BytesIO(encoded_film(SCENES, gop=1)), limits)
    assert decoded.stopped is None
    assert len({frame.second for frame in decoded.frames}) == 16


def test_of_a_longer_film_all_is_decoded_at_first_then_what_follows_marked_frames_then_these_alone():
    content, frame = encoded_film(SCENES, gop=4 * RATE), 240 * 160
    every, some, few = (
        video.watch(io.BytesIO(content), replace(video.LOOK_UP, max_pixels=many * frame)).pixels // frame
        for many in (11 * len(SCENES), 6 * len(SCENES), 50)
    )
    assert every == len(SCENES)
    assert len(SCENES) * 6 // 10 < some < len(SCENES)
    assert few < 20


def test_a_film_of_few_marked_frames_that_is_not_short_is_decoded_in_full():
    content = encoded_film(SCENES, gop=len(SCENES))
    frames = video.for_lookup(content, max_pixels=2 * len(SCENES) * 240 * 160).frames
    assert {frame.second for frame in frames} == {*range(16)}


def test_of_three_seconds_between_those_of_other_films_two_are_found(registered):
    montage = [
        frame for start in (1, 5, 9, 13) for frame in (*scene(start + 70, 3), *SCENES[start * RATE :][: 3 * RATE])
    ]
    seen = [frame for frame in looked_up(encoded_film(montage, gop=250)).frames if frame.second % 6 >= 3]
    assert shared(seen, registered) >= 0.6


@pytest.mark.parametrize(
    "limit", [{"max_frames": 30}, {"max_pixels": 30 * 240 * 160}], ids=["of frames", "of pixels"]
)
def test_decoding_ends_at_a_limit_and_what_was_seen_counts(limit, film):
    watched = video.watch(io.BytesIO(film), replace(video.REGISTER, **limit))
    assert watched.stopped == "it is long: only its first 2 s were watched"
    assert [frame.second for frame in watched.frames if frame.variant == "whole"] == [0, 1, 2]


def test_a_film_that_says_it_lasts_longer_than_it_does_is_not_believed():
    film = encoded_film(SCENES[: 2 * RATE], "matroska")
    duration = film.index(b"\x44\x89\x88") + 3
    endless = film[:duration] + struct.pack(">d", 1e12) + film[duration + 8 :]
    watched = looked_up(endless)
    assert watched.stopped == "it ends after 2 s and says that it lasts 1000000000 s"
    assert watched.frames == looked_up(film).frames


def test_a_film_that_is_cut_short_says_so_and_what_was_seen_counts():
    content = encoded_film(SCENES, "matroska")
    watched = looked_up(content[: len(content) // 2])
    assert "says that it lasts 16 s" in watched.stopped
    assert watched.frames


def test_a_film_larger_than_the_limit_is_refused():
    large = encoded_film([np.zeros((2400, 4800, 3), dtype=np.uint8)])
    assert video.MAX_FRAME_PIXELS < 2400 * 4800
    with pytest.raises(OversizedError, match="4800 x 2400"):
        looked_up(large)


def sound_alone():
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=8000)
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 1024), dtype=np.float32), format="fltp", layout="mono")
        sound.sample_rate = 8000
        container.mux(stream.encode(sound))
        container.mux(stream.encode(None))
    return file.getvalue()


NO_FILMS = {
    "nothing": b"",
    "a text": b"hello",
    "a playlist of other files": b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n",
    "a header alone": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
    "ten gigabytes that are not there": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"
    + struct.pack(">I4sQ", 1, b"mdat", 10 << 30)
    + bytes(1000),
}


def test_of_sound_alone_nothing_is_seen_and_nothing_missed():
    watched = looked_up(sound_alone())
    assert (watched.frames, watched.stopped) == ([], None)


@pytest.mark.parametrize("content", NO_FILMS.values(), ids=NO_FILMS)
def test_what_is_no_film_is_refused(content):
    with pytest.raises(MalformedMediaError):
        looked_up(content)


@pytest.mark.parametrize("seed", range(5))
def test_a_film_with_wrong_bytes_is_watched_as_far_as_it_goes_or_refused(seed, film):
    rng = np.random.default_rng(seed)
    broken = np.frombuffer(film, dtype=np.uint8).copy()
    broken[rng.integers(40, len(broken), 400)] = rng.integers(0, 256, 400)
    try:
        watched = looked_up(broken.tobytes())
    except MalformedMediaError:
        return
    assert all(0 <= frame.second < 2**32 and len(frame.hash) == 32 for frame in watched.frames)
