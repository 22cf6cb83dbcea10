"""Pictures that any language can make again, as `tests/vectors/pdq.json` says."""

import numpy as np


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
