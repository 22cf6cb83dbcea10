"""Import the command, which warns of nothing, and use one extra."""

import sys
import warnings
from pathlib import Path

from .given import Given
from .programs import PROGRAMS

if __name__ == "__main__":
    with warnings.catch_warnings(action="error"):
        import crawler_filter.cli  # noqa: F401
    PROGRAMS[sys.argv[1]](Given(Path(sys.argv[2]), sys.argv[3]))
