"""A matcher of pictures from a model in ONNX form (the extra `embed`). Nothing is downloaded: you bring the file.

    matcher = OnnxMatcher("sscd.onnx")
    optout = Filter.open("https://registry.example", trust="registry.policy", policy=policy, matchers=[matcher])

The model takes one float tensor of 1 x 3 x size x size, or bytes of 1 x size x size x 3, which it norms itself,
and gives one vector. Its SHA-256 is part of every scope. A registry's entry for the file says how pictures are
prepared and how near is near; with a list of your own, who makes codes and who looks up must give the same numbers
here.
"""

import hashlib
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from crawler_filter.checks.matchers import IMAGE
from crawler_filter.errors import DigestMismatchError, MalformedMediaError
from crawler_filter.fingerprints.embedding import CODE_BITS, FLAG_RADIUS, MATCH_RADIUS, Embedding, sign_code
from crawler_filter.formats.models import Channels, Crop, ModelEntry, Preparation

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Pixels = npt.NDArray[np.uint8]

__all__ = ["OnnxMatcher"]

_BYTES: Final = "tensor(uint8)"


class OnnxMatcher:
    """Makes codes by a model of pictures that are prepared as `preparation` says.

    With `sha256` the file must be that one. Raises DigestMismatchError where it is not, OSError where it cannot be
    read, ValueError for radii that say nothing, and ImportError without onnxruntime, when it is first asked for
    codes.
    """

    kinds = frozenset({IMAGE})

    def __init__(
        self,
        path: str | Path,
        *,
        sha256: str | None = None,
        preparation: Preparation = Preparation(),  # noqa: B008 - it cannot change
        match_radius: int = MATCH_RADIUS,
        flag_radius: int = FLAG_RADIUS,
    ) -> None:
        if not 0 <= match_radius <= flag_radius < CODE_BITS // 2:
            raise ValueError(f"expected radii of 0 ≤ match ≤ flag < {CODE_BITS // 2}")
        self._model = _Model.of(Path(path), sha256)
        self.id = self._model.sha256
        self.preparation = preparation
        self.match_radius, self.flag_radius = match_radius, flag_radius

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return _opened, (self._model.path, self.id, self.preparation, self.match_radius, self.flag_radius)

    def by(self, entry: ModelEntry) -> "OnnxMatcher":
        """Return the matcher that prepares pictures as a registry's entry of this model says, with its radii.

        Raises DigestMismatchError for the entry of another model.
        """
        if entry.sha256 != self.id:
            raise DigestMismatchError(f"{self._model.path} is not the model {entry.id} {entry.sha256}")
        prepared = object.__new__(OnnxMatcher)
        prepared.__dict__.update(self.__dict__)  # the loaded model is shared
        prepared.preparation = entry.preparation
        prepared.match_radius, prepared.flag_radius = entry.match_radius, entry.flag_radius
        return prepared

    def codes(self, pixels: "Pixels") -> list[bytes]:
        """Return the one code of a picture of (height, width, 3) bytes, or of a part of one."""
        return [sign_code(self._model.run(_square(pixels, self.preparation), self.preparation))]

    def embedding(self, pixels: "Pixels") -> Embedding:
        """Return what to register of a picture and its parts; `encode()` gives the value of an `embed` scope.

        Raises MalformedMediaError where too little is to be seen in all of them.
        """
        from crawler_filter.fingerprints.coded_parts import codes_to_register  # noqa: PLC0415 - loads numpy

        if found := codes_to_register(pixels, self.codes):
            return Embedding(bytes.fromhex(self.id), found)
        raise MalformedMediaError("too little to see in this picture for a model to tell it by: it is plain")


@dataclass(slots=True)
class _Model:
    """The file of a model, loaded when it is first run. Threads share it."""

    path: Path
    sha256: str
    _loading: threading.Lock = field(default_factory=threading.Lock)
    _session: Any = None

    @classmethod
    def of(cls, path: Path, sha256: str | None) -> Self:
        """Return the model in a file. Raises DigestMismatchError where it is not the one that was named."""
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if sha256 is not None and found != sha256.lower():
            raise DigestMismatchError(f"{path} is not the model {sha256}")
        return cls(path, found)

    def run(self, square: "Pixels", how: Preparation) -> "npt.NDArray[np.floating]":
        """Return what the model makes of a square of bytes: as they are where it takes bytes, else normed."""
        session = self._loaded()
        taken = session.get_inputs()[0]
        tensor = square[None] if taken.type == _BYTES else _normed(square, how)
        output: npt.NDArray[np.floating] = session.run(None, {taken.name: tensor})[0]
        return output

    def _loaded(self) -> Any:
        with self._loading:
            if self._session is None:
                import onnxruntime  # noqa: PLC0415 - an optional dependency

                data = self.path.read_bytes()
                if hashlib.sha256(data).hexdigest() != self.sha256:
                    raise DigestMismatchError(f"{self.path} is not the model {self.sha256} any more")
                options = onnxruntime.SessionOptions()
                options.intra_op_num_threads = options.inter_op_num_threads = 1
                providers = ["CPUExecutionProvider"]
                self._session = onnxruntime.InferenceSession(data, options, providers=providers)
            return self._session


def _square(pixels: "Pixels", how: Preparation) -> "Pixels":
    import numpy as np  # noqa: PLC0415 - whoever checks by URL alone does without
    from PIL import Image  # noqa: PLC0415

    whole = pixels if how.crop is Crop.SQUASH else _middle(pixels)
    scaled = Image.fromarray(whole).resize((how.size, how.size), Image.Resampling.BILINEAR)
    return np.ascontiguousarray(np.asarray(scaled)[..., :: -1 if how.channels is Channels.BGR else 1])


def _normed(square: "Pixels", how: Preparation) -> "npt.NDArray[np.float32]":
    import numpy as np  # noqa: PLC0415

    mean, deviation = how.fraction(how.mean), how.fraction(how.deviation)
    normed = (square.astype(np.float32) / 255 - mean) / deviation
    return np.ascontiguousarray(normed.transpose(2, 0, 1)[np.newaxis], dtype=np.float32)


def _middle(pixels: "Pixels") -> "Pixels":
    height, width = pixels.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return pixels[top : top + side, left : left + side]


def _opened(path: Path, sha256: str, preparation: Preparation, match_radius: int, flag_radius: int) -> OnnxMatcher:
    return OnnxMatcher(
        path, sha256=sha256, preparation=preparation, match_radius=match_radius, flag_radius=flag_radius
    )
