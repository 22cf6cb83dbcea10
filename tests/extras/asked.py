"""What each extra asks for, as the settings of the distribution have it."""

import configparser
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
SETTINGS: Final = configparser.ConfigParser()
SETTINGS.read(ROOT / "setup.cfg", encoding="utf-8")
EXTRAS: Final = tuple(sorted(SETTINGS["options.extras_require"]))


def requirements(extra: str) -> list[str]:
    """What an extra asks for, named by itself: the oldest versions are taken of what is named and of nothing else."""
    asked = SETTINGS["options"]["install_requires"].split("\n")
    asked += SETTINGS["options.extras_require"].get(extra, "").split("\n")
    own = [line for line in asked if line.startswith("training-optout[")]
    more = (part for line in own for part in line.partition("[")[2].rstrip("]").split(","))
    asked += [line for part in more for line in requirements(part)]
    return sorted({line for line in asked if line and line not in own})
