"""What a command says by its exit code."""

from typing import Final

KEPT: Final = 0
EXCLUDED: Final = 1
USAGE: Final = 2
NOT_CHECKED: Final = 3
STOPPED: Final = 130
