"""Which language a page is in: that of its address (`?lang=ja`), else the one chosen on a page, else the best the
browser asks for, else English.

English is the source; the sentences stand in templates and code. A language exists as soon as its catalogue does:
the `.po` file is the only form of it, and is compiled in memory when it is first needed, so that nothing can be
stale and nothing has to be built. `tools/messages.py` keeps it up to date.
"""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, has_request_context, request
from flask_babel import Babel, Domain, get_locale
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from crawler_filter.errors import Sentence

LANGUAGE_COOKIE: Final = "language"
LANGUAGE_PARAMETER: Final = "lang"
LANGUAGE_FIELD: Final = "_language"
"""A button of this name sends a form to be shown again in the language that is its value."""
SOURCE: Final = "en"
_REMEMBERED_SECONDS: Final = 31_536_000
_ZONES: Final = {"ja": "Asia/Tokyo"}


_FOR_PEOPLE: Final = {
    "expected scopes of 1 to %(most)s works, got %(works)s": (
        "You entered %(works)s works; one declaration holds %(most)s. Whoever has proved control of a website may "
        "enter more in one"
    ),
    "%(kind)s %(value)s is named by /scopes/%(first)s already": "%(value)s stands in the list twice",
    "a %(kind)s can only restrict: who holds a file cannot be proved": (
        "Files and numbers can only be reserved, not allowed, because nobody can prove to be their only owner"
    ),
    "tdm includes train-ai: it cannot be disallowed while train-ai is allowed": (
        "Text and data mining includes AI training: it cannot be reserved while AI training is allowed"
    ),
    "expected at most %(most)s characters, got %(length)s": (
        "This address is too long: at most %(most)s characters, and it has %(length)s"
    ),
    "expected no control or invisible characters, got U+%(control)s": (
        "There is an invisible character in it (U+%(control)s). Delete it, or type the text again"
    ),
    "expected a text of 1 to %(most)s characters": "Write a text of at most %(most)s characters",
    "expected a name of 1 to %(most)s characters": "Enter a name of at most %(most)s characters",
    "expected one address on one line, got %(text)s": "Write one address on each line",
    "expected the https address of a card, such as https://bots.example/card, of at most %(most)s characters, "
    "got %(got)s": "Enter an address that begins with https://, such as https://bots.example/card",
    "expected an https address without a query or fragment, got %(text)s": (
        "Enter an address that begins with https://, without ? or #, such as https://licence.example.com/"
    ),
    "expected an https address, got %(text)s": "Enter the address of a page, such as example.com/licence",
    "expected an https address without a user name or password, got %(text)s": (
        "Enter an address without a user name or a password"
    ),
    "expected a mail address or an https address, got %(text)s": (
        "Enter an email address, or the address of a page"
    ),
    "expected an address, or an identifier, by which they can be found": (
        "Enter how to reach them, or a number by which they can be found"
    ),
    "say who gives the licence": "Enter the name of the agent or the society",
    "expected an ISO 3166-1 code of two capital letters such as IN, or EU; got %(code)s": (
        "%(code)s is no country that we know. Write its name, or two letters, such as India or IN"
    ),
    "expected at most %(most)s countries, each named once": "Enter at most %(most)s countries, each once",
    "expected an https address without a port, a name or a password": (
        "Enter an address that begins with https://, without a port, a name or a password"
    ),
    "what is not proved can only restrict": "Only what is proved can allow a use",
    "an exact address can allow only where its site is proved": (
        "Prove the website before you allow a use of its pages"
    ),
    "a party may make %(most_new)s declarations a day": "You can make %(most_new)s declarations a day",
    "%(most)s declarations wait for proof; finish or give up some of them first": (
        "%(most)s of your declarations wait for proof. Finish or discard some of them first"
    ),
    "a change was announced and waits; stop it before you make another": (
        "A change to this declaration was announced and is waiting. Stop it before you make another"
    ),
}
"""What programs are told in the words of the API, in the words of the pages; values keep their names."""


class _Catalogues(Domain):  # type: ignore[misc]  # Flask-Babel has no types
    """Messages from catalogues in source form, which Flask-Babel by itself does not read."""

    def get_translations(self) -> Translations:
        return translations(language())


def install(app: Flask) -> None:
    """Make the catalogues known to `app`."""
    babel = Babel(app, default_locale=SOURCE, locale_selector=select, timezone_selector=timezone)
    babel.domain_instance = _Catalogues()


def select() -> str:
    """Return the language of the answer to the present request."""
    known = [locale.language for locale in languages()]
    for chosen in (asked(), request.args.get(LANGUAGE_PARAMETER), request.cookies.get(LANGUAGE_COOKIE)):
        if chosen in known:
            return str(chosen)
    return request.accept_languages.best_match(known, SOURCE) or SOURCE


def asked() -> str | None:
    """Return the language that the button pressed asks for: then a form is shown again, as it was filled in."""
    try:
        named = request.form.get(LANGUAGE_FIELD, "") if request.method == "POST" else ""
    except RequestEntityTooLarge:
        return None
    return named if named in {str(locale) for locale in languages()} else None


def remember(response: Response, language: str, *, secure: bool) -> None:
    """Have the browser keep the language of its pages for a year."""
    response.set_cookie(
        LANGUAGE_COOKIE, language, _REMEMBERED_SECONDS, secure=secure, httponly=True, samesite="Lax"
    )


@cache
def languages() -> tuple[Locale, ...]:
    """Return every language there is a catalogue for, the source first."""
    return (Locale(SOURCE), *(Locale(language_of(path)) for path in catalogue_files()))


def language() -> str:
    """Return the code of the language in use, for the `lang` attribute; outside a request, the source's."""
    return str(get_locale() or SOURCE) if has_request_context() else SOURCE


def said(sentence: str) -> str:
    """Return what the domain says, in the language of the page. What is no `Sentence` stays as it is."""
    if not isinstance(sentence, Sentence) or not sentence:
        return sentence
    found: str = translations(language()).gettext(sentence.template)
    values = {
        name: said(value) if isinstance(value, Sentence) else value for name, value in sentence.values.items()
    }
    return found % values if values else found


def sentence(text: str) -> str:
    """Return what the domain says as a sentence that stands alone, in the language of the page."""
    if isinstance(text, Sentence) and language() == SOURCE:
        text = Sentence(_FOR_PEOPLE.get(text.template, text.template), **text.values)
        words = f"{text[0].upper()}{text[1:]}" if text.template[:1].islower() else str(text)
        return words if words.endswith((".", "?", "!")) else f"{words}."
    words = said(text)
    return words if not words or words[-1] in "。." or language() != "ja" else f"{words}。"


def gap() -> str:
    """Return what stands between two sentences: Japanese sets no space after a full stop."""
    return "" if language() == "ja" else " "


def timezone() -> str:
    """Return the zone in which a language's readers live, where that is one for all; else UTC."""
    return _ZONES.get(language(), "UTC")


def catalogue_files() -> list[Path]:
    """Return every catalogue, in the order of their languages."""
    return sorted(Path(__file__).parent.glob("translations/*/LC_MESSAGES/messages.po"))


def language_of(file: Path) -> str:
    """Return the language of a catalogue, by the folder it stands in."""
    return file.parts[-3]


@cache
def catalogue(language: str) -> Catalog:
    """Return the messages of a language; the source's are none, because they stand in the code."""
    own = (path for path in catalogue_files() if language_of(path) == language)
    file = next(own, None)
    return Catalog(locale=SOURCE) if file is None else read_po(BytesIO(file.read_bytes()), locale=language)


@cache
def translations(language: str) -> Translations:
    """Return the messages of a language, compiled."""
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    return Translations(compiled)
