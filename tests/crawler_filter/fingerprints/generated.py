"""Pictures that any language can make again, as `tests/vectors/pdq.json` says."""

import io

import numpy as np
import pytest


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


def filmed(shots):
    """A film that shows each picture for two seconds."""
    av = pytest.importorskip("av")
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=4)
        stream.height, stream.width, _ = shots[0].shape
        stream.bit_rate = 4_000_000
        for shot in shots:
            for _ in range(8):
                container.mux(stream.encode(av.VideoFrame.from_ndarray(shot, format="rgb24")))
        container.mux(stream.encode(None))
    return file.getvalue()
