"""Write the generated blocks of the manuals in place: `python -m tools.docs`, which `make docs` runs.

A block stands between `<!-- make docs: NAME -->` and `<!-- end: NAME -->`. Write the rest of a page by hand, and
change a block where its facts live: in the code.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from tools.manual import attacks, commands, extras, filter_tables, limits, registry_tables

PAGES: Final = Path(__file__).resolve().parents[1] / "docs"

BLOCKS: Final[Mapping[str, Callable[[], str]]] = {
    "attacks": attacks.reached,
    "extras": extras.tried,
    "operations": registry_tables.operations,
    "problems": registry_tables.problems,
    "rates": registry_tables.rates,
    "settings": registry_tables.settings,
    "registry limits": registry_tables.limits,
    "metrics": registry_tables.metrics,
    "filter commands": commands.crawler_filter,
    "filter exit codes": commands.exit_codes,
    "registry commands": commands.optout_registry,
    "public names": filter_tables.public_names,
    "decision": filter_tables.decision,
    "reasons": filter_tables.reasons,
    "policy": filter_tables.policy,
    "finding": filter_tables.finding,
    "errors": filter_tables.errors,
    "meanings": filter_tables.meanings,
    "territories": filter_tables.territories,
    "lint messages": filter_tables.lint_messages,
    "file budget": limits.file_budget,
    "fixed limits": limits.fixed,
}

_BLOCK: Final = re.compile(r"(<!-- make docs: (?P<name>[^>]+) -->\n).*?(<!-- end: (?P=name) -->)", re.DOTALL)


def rendered(page: str) -> str:
    """Return a page with every block as the code makes it now. Raises KeyError for an unknown block."""
    return _BLOCK.sub(lambda found: f"{found[1]}\n{BLOCKS[found['name']]().strip()}\n\n{found[3]}", page)


def pages() -> Iterator[Path]:
    """Yield every page of the manuals."""
    yield from sorted(PAGES.rglob("*.md"))


def names_in(page: str) -> list[str]:
    """Return the names of the blocks of a page."""
    return [found["name"] for found in _BLOCK.finditer(page)]


def main() -> int:
    """Write each page that is not up to date, and name it."""
    for path in pages():
        page = path.read_text(encoding="utf-8")
        new = rendered(page)
        if new != page:
            path.write_text(new, encoding="utf-8")
            print(path.relative_to(PAGES.parent))
    return 0


if __name__ == "__main__":
    sys.exit(main())
