"""Matchers that an operator brings: a model makes codes of pictures, which are compared with those of works.

A matcher flags, unless the policy lets it decide (`Policy.matchers`). Only then a picture was "not checked" where
works are registered by a model and no matcher was brought, or one fails.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

IMAGE: Final = "image"
"""In `kinds` of a matcher that makes codes of pictures."""


@runtime_checkable
class Matcher(Protocol):
    """Makes codes of pictures. Threads share one; it is pickled with the filter."""

    id: str
    """The SHA-256 of the model, in hex: codes are compared with those of the same model alone."""
    kinds: frozenset[str]
    """The things it makes codes of: `image`."""
    match_radius: int
    """The bits by which codes of one work may differ."""
    flag_radius: int
    """The bits from which on nothing is told; between both radii it flags, whatever the policy."""

    def codes(self, pixels: "npt.NDArray[np.uint8]") -> Sequence[bytes]:
        """Return 1 to 8 codes of 64 bytes of a picture of (height, width, 3) bytes."""


class Matchers(NamedTuple):
    """The matchers of pictures that were brought, and whether the policy lets them decide."""

    brought: tuple[Matcher, ...] = ()
    decide: bool = False


NO_MATCHERS: Final = Matchers()
"""None was brought, and none has to be."""
