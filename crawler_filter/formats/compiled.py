"""Patterns of tables, compiled when they are first asked for: most hosts of a table are never met in a process."""

import re
from functools import cache


@cache
def compiled(pattern: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """Return the pattern, the same each time. Threads that ask at once may compile it twice, which is no harm."""
    return re.compile(pattern, flags)
