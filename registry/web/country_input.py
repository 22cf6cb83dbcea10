"""Countries as people write them: by a code, or by the name that a language of the pages has for them."""

import re
from functools import cache
from typing import Final

from registry.web.form_input import half_width
from registry.web.i18n import languages

_LISTED: Final = re.compile(r"[,;\n\u3001\u30fb]+")
_CODE: Final = re.compile(r"[A-Za-z]{2}", re.ASCII)
_COUNTRY: Final = re.compile(r"[A-Z]{2}", re.ASCII)
_OTHER_NAMES: Final = {
    "uk": "GB",
    "usa": "US",
    "u.s.": "US",
    "アメリカ": "US",
    "欧州連合": "EU",
    "european union": "EU",
}


def country_code(typed: str) -> str:
    """Return the code of the country that was typed; what names none comes back as it was typed."""
    text = half_width(typed)
    if known := _names().get(text.casefold()):
        return known
    return text.upper() if _CODE.fullmatch(text) else text


def country_codes(typed: str) -> tuple[str, ...]:
    """Return what was typed as a list of countries, each by its code where it names one."""
    parts = [part.strip() for part in _LISTED.split(half_width(typed)) if part.strip()]
    return tuple(code for part in parts for code in _codes_in(part))


def country_name(code: str, language: str) -> str:
    """Return a country as a page of this language names it, with its code."""
    name = next((known.territories.get(code) for known in languages() if known.language == language), None)
    return f"{name} ({code})" if name else code


def _codes_in(part: str) -> list[str]:
    """Return one country, or several codes with blanks between them."""
    words = part.split()
    is_codes = len(words) > 1 and all(_CODE.fullmatch(word) for word in words)
    return [word.upper() for word in words] if is_codes else [country_code(part)]


@cache
def _names() -> dict[str, str]:
    named = {
        half_width(name).casefold(): code
        for locale in languages()
        for code, name in locale.territories.items()
        if _COUNTRY.fullmatch(code) and code not in ("ZZ", "QO", "XA", "XB")
    }
    return {**named, **_OTHER_NAMES}
