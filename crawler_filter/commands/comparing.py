"""`crawler-filter compare`: say whether one picture shows what another shows, and draw where."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler_filter.commands.exit_codes import EXCLUDED, KEPT
from crawler_filter.errors import DataError
from crawler_filter.formats.counts import number_of

if TYPE_CHECKING:
    from crawler_filter.comparison.features import Comparison


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Give the command its arguments."""
    command.add_argument("first", type=Path, metavar="PICTURE", help="the work")
    command.add_argument("second", type=Path, metavar="OTHER", help="what may be a copy of it")
    command.add_argument(
        "--picture", type=Path, metavar="FILE", help="draw both with the places in common, as PNG"
    )
    command.epilog = "exit codes: 1 they are alike, 0 they are not, 2 called wrongly, 3 one could not be read"


def run(options: argparse.Namespace) -> int:
    """Compare two pictures (needs the extra `compare`)."""
    from crawler_filter.comparison.features import ALIKE, compare  # noqa: PLC0415 - loads numpy
    from crawler_filter.files.image import decode  # noqa: PLC0415

    first, second = decode(options.first.read_bytes()), decode(options.second.read_bytes())
    found = compare(first, second)
    if options.picture is not None:
        _draw(options.picture, first, second, found)
    if options.json:
        print(json.dumps(_facts(found)))
    else:
        print(_in_words(found, ALIKE))
    return EXCLUDED if found.alike else KEPT


def _facts(found: "Comparison") -> dict[str, object]:
    return {
        "alike": found.alike,
        "places": len(found.places),
        "share_of_first": round(found.share_of_first, 3),
        "share_of_second": round(found.share_of_second, 3),
        "mirrored": found.mirrored,
        "negative": found.negative,
    }


def _in_words(found: "Comparison", needed: int) -> str:
    places = f"{number_of(len(found.places), 'place moves', 'places move')} together, needed: {needed}"
    if not found.alike:
        return f"not alike: {places}"
    ways = [word for word, is_so in (("mirrored", found.mirrored), ("as a negative", found.negative)) if is_so]
    spans = f"they span {found.share_of_first:.0%} of the first and {found.share_of_second:.0%} of the second"
    return ", ".join([f"alike: {places}", spans, *ways])


def _draw(path: Path, first: Any, second: Any, found: "Comparison") -> None:  # noqa: ANN401 - arrays
    from PIL import Image  # noqa: PLC0415 - the extra `compare`

    from crawler_filter.comparison.drawing import side_by_side  # noqa: PLC0415

    if path.suffix.lower() != ".png":
        raise DataError(f"expected the name of a PNG file, got {path.name!r}")
    side_by_side(Image.fromarray(first), Image.fromarray(second), found).save(path)
    print(f"crawler-filter: drawn in {path}", file=sys.stderr)
