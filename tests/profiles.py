"""How many examples a property is tried on: few in every run, many in the long rounds (`make test-long`)."""

from typing import Any, Final

from hypothesis import settings

PLAIN: Final = 30
LONG: Final = 1_000


def register() -> None:
    """Register the profiles `plain`, which is loaded, and `long`, which `--hypothesis-profile=long` asks for."""
    # a machine that others share is slow now and then, and that is no defect; a gate says the same of the same code
    settings.register_profile("plain", deadline=None, max_examples=PLAIN, derandomize=True, database=None)
    settings.register_profile("long", deadline=None, max_examples=LONG)
    settings.load_profile("plain")


def examples(number: int, **more: Any) -> settings:
    """Return the settings of a property that needs `number` examples in a plain run, and in a long one accordingly more."""
    return settings(max_examples=number * _usual() // PLAIN, **more)


def is_long() -> bool:
    """Tell whether a long round is running."""
    return _usual() > PLAIN


def _usual() -> int:
    return int(settings().max_examples)
