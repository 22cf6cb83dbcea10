"""Seconds of an hour and of a day, as every part of the registry counts them."""

from typing import Final

HOUR: Final = 3_600
DAY: Final = 86_400
