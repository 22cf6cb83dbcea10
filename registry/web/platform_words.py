"""What declaring a profile on a platform covers and cannot cover, in sentences, before anybody does it."""

from collections.abc import Iterator

from flask_babel import gettext as _

from crawler_filter.formats.accounts import platform_of
from registry.control import platforms


def advices_about(prefix: str) -> Iterator[str]:
    """Yield what to know about a canonical prefix before it is declared; nothing where it is no known profile."""
    platform = platform_of(prefix)
    if platform is None:
        return
    if platforms.find(prefix) is None:
        yield _(
            "We cannot check who holds a profile on %(name)s yet, so %(prefix)s cannot come into force."
            " Declare your files instead.",
            name=platform.name,
            prefix=prefix,
        )
    if platform.works:
        yield _(
            "On %(name)s, pages of single works (%(works)s…) do not name you in their address."
            " This declaration does not cover them.",
            name=platform.name,
            works=platform.works,
        )
    if platform.images:
        yield _(
            "On %(name)s, picture files lie at %(images)s and do not name you in their address."
            " Declare the files too, so that they are recognised.",
            name=platform.name,
            images=platform.images,
        )
