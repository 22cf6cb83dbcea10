"""A matcher of pictures from a model in ONNX form (the extra `embed`). Nothing is downloaded: you bring the file.

    matcher = OnnxMatcher("sscd.onnx", sha256="…", size=288)
    optout = Filter.open("own-list.snapshot", policy=policy, matchers=[matcher])

The model takes one float tensor of 1 x 3 x size x size, and gives one vector. Its SHA-256 is part of every scope;
who registers and who looks up must prepare pictures alike, by the same numbers here.
"""

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from crawler_filter.checks.matchers import IMAGE
from crawler_filter.errors import DigestMismatchError
from crawler_filter.fingerprints.embedding import CODE_BITS, Embedding, sign_code

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["OnnxMatcher"]

MATCH_RADIUS: Final = 118
"""Bits within which codes are of one work: a cosine of 0.75 and more. Two drawings of one character stay below."""
FLAG_RADIUS: Final = 141
"""Bits within which codes flag: a cosine of 0.65 and more. Two characters of one style reach 0.60."""

_MEAN: Final = (0.485, 0.456, 0.406)
_DEVIATION: Final = (0.229, 0.224, 0.225)
_LONG: Final = 1.5
"""The ratio of its sides from which on a picture has codes of its two ends too."""


class OnnxMatcher:
    """Makes codes by a model. Pictures are squashed to size x size, scaled to 0…1, and normed by channel.

    Raises DigestMismatchError where the file is not the one that was named, OSError where it cannot be read, and
    ImportError without onnxruntime, when it is first asked for codes.
    """

    kinds = frozenset({IMAGE})

    def __init__(
        self,
        path: str | Path,
        *,
        sha256: str,
        size: int = 224,
        mean: Sequence[float] = _MEAN,
        deviation: Sequence[float] = _DEVIATION,
        match_radius: int = MATCH_RADIUS,
        flag_radius: int = FLAG_RADIUS,
    ) -> None:
        if not 0 <= match_radius <= flag_radius < CODE_BITS // 2:
            raise ValueError(f"expected radii of 0 ≤ match ≤ flag < {CODE_BITS // 2}")
        self.id = sha256.lower()
        self.match_radius, self.flag_radius = match_radius, flag_radius
        self._path = Path(path)
        self._size, self._mean, self._deviation = size, tuple(mean), tuple(deviation)
        self._loading = threading.Lock()
        self._session: Any = None
        self._read()

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        radii = self.match_radius, self.flag_radius
        return _opened, (str(self._path), self.id, self._size, self._mean, self._deviation, *radii)

    def codes(self, pixels: "npt.NDArray[np.uint8]") -> list[bytes]:
        """Return the codes of a picture of (height, width, 3) bytes: of it all, of both ends too if it is long."""
        return list(dict.fromkeys(self._code(part) for part in _parts(pixels)))

    def value_of(self, pixels: "npt.NDArray[np.uint8]") -> str:
        """Return what to register of a picture: the value of an `embed` scope."""
        return Embedding(bytes.fromhex(self.id), tuple(self.codes(pixels))).encode()

    def _code(self, pixels: "npt.NDArray[np.uint8]") -> bytes:
        import numpy as np  # noqa: PLC0415 - whoever checks by URL alone does without
        from PIL import Image  # noqa: PLC0415

        scaled = Image.fromarray(pixels).resize((self._size, self._size), Image.Resampling.BILINEAR)
        normed = (np.asarray(scaled, dtype=np.float32) / 255 - self._mean) / self._deviation
        session = self._loaded()
        given = {session.get_inputs()[0].name: normed.transpose(2, 0, 1)[np.newaxis].astype(np.float32)}
        return sign_code(session.run(None, given)[0])

    def _loaded(self) -> Any:
        with self._loading:
            if self._session is None:
                import onnxruntime  # noqa: PLC0415 - an optional dependency

                options = onnxruntime.SessionOptions()
                options.intra_op_num_threads = options.inter_op_num_threads = 1
                providers = ["CPUExecutionProvider"]
                self._session = onnxruntime.InferenceSession(self._read(), options, providers=providers)
            return self._session

    def _read(self) -> bytes:
        data = self._path.read_bytes()
        if hashlib.sha256(data).hexdigest() != self.id:
            raise DigestMismatchError(f"{self._path} is not the model {self.id}")
        return data


def _parts(pixels: "npt.NDArray[np.uint8]") -> list["npt.NDArray[np.uint8]"]:
    height, width = pixels.shape[:2]
    if max(height, width) < _LONG * min(height, width):
        return [pixels]
    if height > width:
        return [pixels, pixels[:width], pixels[-width:]]
    return [pixels, pixels[:, :height], pixels[:, -height:]]


def _opened(
    path: str,
    sha256: str,
    size: int,
    mean: Sequence[float],
    deviation: Sequence[float],
    match_radius: int,
    flag_radius: int,
) -> OnnxMatcher:
    return OnnxMatcher(
        path,
        sha256=sha256,
        size=size,
        mean=mean,
        deviation=deviation,
        match_radius=match_radius,
        flag_radius=flag_radius,
    )
