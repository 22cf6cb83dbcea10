"""Pictures that any language can make again, as `tests/vectors/pdq.json` says, and films of them."""

import io
import struct
import zlib

import numpy as np

from tests.crawler_filter.signals.embedded.sample_files import chunk

RATE = 12
"""Frames of a film in a second."""


def pixels(width, height, cell, seed):
    """A picture as (height, width, 3) bytes."""
    step = max(cell, 1)
    columns, rows = (width - 1) // step + 2, (height - 1) // step + 2
    if not cell:
        columns = rows = 1
    grid = np.empty(rows * columns * 3, dtype=np.int64)
    for index in range(len(grid)):
        seed = (1664525 * seed + 1013904223) % 2**32
        grid[index] = seed >> 24
    grid = grid.reshape(rows, columns, 3)
    if not cell:
        return np.broadcast_to(grid, (height, width, 3)).astype(np.uint8)
    y, x = np.arange(height)[:, None, None], np.arange(width)[None, :, None]
    (j, dy), (i, dx) = np.divmod(y[:, :, 0], cell), np.divmod(x[:, :, 0], cell)
    dy, dx = dy[..., None], dx[..., None]
    upper = (cell - dx) * grid[j, i] + dx * grid[j, i + 1]
    lower = (cell - dx) * grid[j + 1, i] + dx * grid[j + 1, i + 1]
    return (((cell - dy) * upper + dy * lower) // cell**2).astype(np.uint8)


def encoded_film(frames, kind="mp4", codec="mpeg4", gop=RATE):
    """A film of pictures that are all of one size. Needs the extra `[video]`."""
    import av

    file = io.BytesIO()
    with av.open(file, "w", format=kind) as container:
        stream = container.add_stream(codec, rate=RATE)
        stream.height, stream.width, _ = frames[0].shape
        stream.pix_fmt = "yuv420p"
        stream.codec_context.gop_size = gop
        stream.bit_rate = 2_000_000
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")))
        container.mux(stream.encode(None))
    return file.getvalue()


def png(width, height, rows=b""):
    """A PNG file of three bytes a pixel that says it has this size, whatever its `rows` hold."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks
