"""Which language a page is in: the one chosen in the footer, else the best the browser asks for, else English.

English is the source; the sentences stand in templates and code and are extracted from there. A language exists as
soon as its catalogue does.
"""

from functools import cache
from pathlib import Path
from typing import Final

from babel import Locale
from flask import Flask, request
from flask_babel import Babel, get_babel, get_locale

LANGUAGE_COOKIE: Final = "language"
SOURCE: Final = "en"
TRANSLATIONS: Final = Path(__file__).parent / "translations"


def install(app: Flask) -> None:
    """Make the catalogues known to `app`."""
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", str(TRANSLATIONS))
    Babel(app, default_locale=SOURCE, locale_selector=select, default_timezone="UTC")


def select() -> str:
    """Return the language of the answer to the present request."""
    known = [locale.language for locale in languages()]
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in known:
        return chosen
    return request.accept_languages.best_match(known, SOURCE) or SOURCE


@cache
def languages() -> list[Locale]:
    """Return every language there is a catalogue for, the source included."""
    found = {str(locale): locale for locale in get_babel().instance.list_translations()}
    return list((found | {SOURCE: Locale(SOURCE)}).values())


def language() -> str:
    """Return the code of the language in use, for the `lang` attribute."""
    return str(get_locale() or SOURCE)
