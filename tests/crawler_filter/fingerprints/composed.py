"""Sheets of several pictures, as pages and collages are."""

import numpy as np

from tests.crawler_filter.fingerprints.generated import pixels


def sheet(rows, gutter=20, margin=30, colour=255):
    """Pictures in rows on a sheet of one colour, each at its own size."""
    lines = [_line(pictures, gutter, colour) for pictures in rows]
    width = max(line.shape[1] for line in lines)
    padded = [
        np.pad(line, ((0, gutter), (0, width - line.shape[1]), (0, 0)), constant_values=colour) for line in lines
    ]
    whole = np.concatenate(padded)[:-gutter] if gutter else np.concatenate(padded)
    return np.pad(whole, ((margin, margin), (margin, margin), (0, 0)), constant_values=colour)


def page(panel):
    """A page of four panels, the largest of which is this one."""
    height, width, _ = panel.shape
    right = pixels(width // 2, height, 40, 61)
    below = [pixels(width // 2, height // 2, 40, 62), pixels(width - 20, height // 2, 40, 63)]
    return sheet([[panel, right], below])


def _line(pictures, gutter, colour):
    height = max(picture.shape[0] for picture in pictures)
    padded = [
        np.pad(picture, ((0, height - picture.shape[0]), (0, gutter), (0, 0)), constant_values=colour)
        for picture in pictures
    ]
    return np.concatenate(padded, axis=1)[:, :-gutter] if gutter else np.concatenate(padded, axis=1)
