"""Reads what a person typed or pasted into the canonical values of scopes, one a line.

Its rule is to put right instead of complaining, where there is only one thing the person can have meant:
full-width letters, a pasted address where a name was asked for, a folder without its closing slash, a line of
`sha256sum`. What would widen or guess a scope is a problem, named by its line.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from flask_babel import gettext as _

from crawler_filter.errors import InvalidScopeError
from crawler_filter.fingerprints.digests import DIGEST_SIZES, parse_digest
from crawler_filter.formats.identifiers import CANONICAL_IDENTIFIER
from crawler_filter.formats.record import ScopeKind
from crawler_filter.lists import digest_lines
from crawler_filter.lists.line_heads import without_head
from registry.rules.content_values import CONTENT
from registry.rules.validation import canonical_value
from registry.rules.well_known_platforms import is_of_platform
from registry.rules.work_count import count_works
from registry.web import i18n


class Covers(StrEnum):
    """A person's choice of what a declaration is about."""

    SITE = "site"
    HOST = "host"
    FOLDER = "folder"
    PAGE = "page"
    FILES = "files"
    NUMBERS = "numbers"

    @property
    def provable(self) -> bool:
        """Tell whether control of it can be proved, so that it may also allow a use."""
        return self in (Covers.SITE, Covers.HOST, Covers.FOLDER)


MAX_TYPED: Final = 1_000
"""Characters of a field that are looked at; what is too long is still too long, and is not shown whole."""


def typed_in(form: Mapping[str, str], field: str) -> str:
    """Return what was typed into a field, without spaces around it, as far as a field is looked at."""
    return form.get(field, "")[:MAX_TYPED].strip()


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing to put right: the name of the form field, and a sentence that says how."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a declaration as it was understood."""

    kind: ScopeKind
    value: str


MAX_LINES: Final = 2_000
"""Lines of one form that are read."""

MAX_PROBLEMS: Final = 20
"""Problems of one field that are told at once: who has so many has pasted something else."""

ADDRESS: Final = re.compile(r"https?://[^\s/]+\.[^\s]+")
"""An address whose site is on the web: its host has two labels at least."""

MAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_ADDRESS_HEAD: Final = re.compile(
    r"^(?:[^/\uff0f:\uff1a]{1,10}[:\uff1a][/\uff0f]{2})?[^/\uff0f?\uff1f#\uff03]*[/\uff0f?\uff1f#\uff03]?"
)
_NUMBER: Final = re.compile(r"(?:(isbn|doi|eidr)(?:-1[03])?[:\s]\s*)?(.*)", re.IGNORECASE | re.DOTALL)
_DASHES: Final = str.maketrans(dict.fromkeys("\u30fc\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"))
"""What a Japanese keyboard or a typesetter puts where a hyphen is meant: the long-vowel mark first of all."""
_BETWEEN_NAMES: Final = re.compile(r"[\s,;\u3001\uff0c\uff1b]+")
_BETWEEN_ADDRESSES: Final = re.compile(r"[\s,;\u3001\uff0c\uff1b]+(?=https?://)", re.IGNORECASE)
_ROW: Final = re.compile(r"[\t\"]|[,;](?!https?://)[^,;/=]*(?:[,;]|$)", re.IGNORECASE)
"""What a table exported as text has and an address rarely does."""
_TYPESET_HYPHENS: Final = str.maketrans({"\u2010": "-", "\u2011": "-"})
_AROUND: Final = "<>()[]\"'`\u2018\u2019\u201c\u201d\u300c\u300d\u300e\u300f\u3010\u3011"
_IDEOGRAPHIC_STOP: Final = "\u3002"
_NAME_END: Final = re.compile(r"[/?#\\]")


def read_lines(covers: Covers, text: str) -> tuple[tuple[Line, ...], tuple[FieldProblem, ...]]:
    """Return the lines understood, each once, and a problem for every line that is not."""
    if covers is Covers.FILES:
        text = digest_lines.joined(text)
    has_digest = cache(lambda: digest_lines.has_digest(text))
    lines: dict[Line, None] = {}
    problems: list[FieldProblem] = []
    for number, typed in _typed_lines(text):
        if len(problems) >= MAX_PROBLEMS:
            break
        if number > MAX_LINES:
            problems.append(FieldProblem("lines", _("Enter at most %(most)s lines at once", most=MAX_LINES)))
            break
        if covers is Covers.FILES and _stands_around(typed) and has_digest():
            continue
        if trap := _trap(covers, number, typed):
            problems.append(FieldProblem("lines", trap))
            continue
        for part in parts_of(covers, typed):
            try:
                lines[_READERS[covers](part)] = None
            except InvalidScopeError as error:
                problems.append(FieldProblem("lines", _explain(covers, number, part, error)))
    if not lines and not problems:
        problems.append(FieldProblem("lines", _wanted(covers)))
    return tuple(lines), tuple(problems)


def _stands_around(typed: str) -> bool:
    return not _fingerprint(typed) and not digest_lines.is_like_one(typed)


def parts_of(covers: Covers, typed: str) -> list[str]:
    """Return the addresses on one line: several websites, or several addresses that each begin with a scheme."""
    if covers in (Covers.SITE, Covers.HOST):
        names = [part for part in _BETWEEN_NAMES.split(half_width(typed)) if part]
        return names if all("." in name for name in names) else [typed]
    if covers in (Covers.FOLDER, Covers.PAGE):
        return [part for part in _BETWEEN_ADDRESSES.split(typed) if part]
    return [typed]


def narrower(covers: Covers | None, text: str) -> bool:
    """Tell whether a whole website was chosen and a part of one was typed."""
    typed = (part for _number, line in _typed_lines(text) for part in parts_of(Covers.SITE, line))
    return covers in (Covers.SITE, Covers.HOST) and any(_path_of(each) for each in typed)


def _trap(covers: Covers, number: int, typed: str) -> str:
    """Return why a line would be read as something that was not meant, empty where it would not."""
    shown = typed[:60]
    if covers in (Covers.SITE, Covers.HOST):
        part = next((each for each in parts_of(covers, typed) if _path_of(each)), "")
        if not part:
            return ""
        if is_of_platform(_name(part).partition("://")[2] or _name(part)):
            return str(
                _(
                    "Line %(number)s, “%(typed)s”, is a part of a platform, and you chose a whole website. Choose"
                    " “A part of a website”.",
                    number=number,
                    typed=shown,
                )
            )
        return str(
            _(
                "Line %(number)s, “%(typed)s”, names a part of a website, and you chose a whole one. Write only"
                " %(name)s to cover all of it, or choose “A part of a website” to cover only this part.",
                number=number,
                typed=shown,
                name=_name(part).partition("://")[2] or _name(part),
            )
        )
    if covers in (Covers.FOLDER, Covers.PAGE) and _ROW.search(typed):
        return str(
            _(
                "Line %(number)s, “%(typed)s”, looks like a row of a table. Leave only the address in it. If the"
                " comma belongs to the address, write %%2C for it.",
                number=number,
                typed=shown,
            )
        )
    return ""


def _path_of(name: str) -> str:
    """Return the path of what was typed for a website, empty where it is the home page."""
    rest = half_width(name).partition("://")[2] or half_width(name)
    path = rest.partition("/")[2].partition("?")[0].partition("#")[0].strip("/")
    return "" if re.fullmatch(r"(?:index|default)\.[a-z]{3,5}", path, re.IGNORECASE) else path


def covers_of(kind: ScopeKind) -> Covers:
    """Return the choice on the form that declares scopes of this kind."""
    if kind.value in DIGEST_SIZES or kind.is_content:
        return Covers.FILES
    return _COVERS.get(kind, Covers.NUMBERS)


def parted(lines: Sequence[Line], most: int) -> list[Sequence[Line]]:
    """Divide lines into as few runs as hold `most` works each; a file's digest and fingerprints stay together."""
    runs: list[list[Line]] = [[]]
    for line in lines:
        if count_works(each.kind for each in (*runs[-1], line)) > most:
            runs.append([])
        runs[-1].append(line)
    return list(runs)


def half_width(text: str) -> str:
    """Return `text` with full-width letters, digits and signs in their ordinary form."""
    return unicodedata.normalize("NFKC", text).strip()


def ordinary_mail(typed: str) -> str:
    """Return a mail address in ordinary letters and signs; the ideographic full stop is a dot (UTS 46 §2.3)."""
    return half_width(typed).replace(_IDEOGRAPHIC_STOP, ".")


def ordinary_number(typed: str) -> str:
    """Return a number of a work in ordinary digits and hyphens."""
    return half_width(typed).translate(_DASHES)


def read_identifier(typed: str) -> tuple[str, str]:
    """Return the kind and canonical spelling of an identifier. Raises InvalidScopeError."""
    label, number = _NUMBER.fullmatch(ordinary_number(typed)).groups()  # type: ignore[union-attr]  # matches any text
    kind = label.lower() if label else _identifier_kind(number)
    return kind, CANONICAL_IDENTIFIER[kind](number)


def read_digest(typed: str) -> tuple[str, bytes]:
    """Return the kind and bytes of a digest, told by its mark or its length. Raises InvalidScopeError."""
    text = digest_lines.digest_in(half_width(typed))
    mark, separator, _rest = text.partition(":")
    kind = mark.lower().replace("-", "") if separator else _digest_kind(text)
    if kind not in DIGEST_SIZES:
        raise InvalidScopeError("expected a sha256, sha1 or md5 digest, got %(mark)s", mark=repr(mark[:40]))
    return kind, parse_digest(kind, text)


def read_fingerprint(typed: str) -> tuple[str, str]:
    """Return the kind of a file's digest or fingerprint, and its value. Raises InvalidScopeError."""
    if fingerprint := _fingerprint(typed):
        return fingerprint
    kind, digest = read_digest(typed)
    return kind, digest.hex()


def _fingerprint(typed: str) -> tuple[str, str] | None:
    """Return the kind and the value of a line that is marked as a fingerprint of what is in a file."""
    mark, separator, rest = half_width(typed).partition(":")
    kind = mark.strip().lower()
    return (kind, rest.strip()) if separator and kind in CONTENT else None


def ordinary_address(typed: str) -> str:
    """Return an address with an ordinary scheme and host; its path is not ours to change."""
    head = _ADDRESS_HEAD.match(typed)
    end = head.end() if head else 0
    return half_width(typed[:end]).replace(_IDEOGRAPHIC_STOP, ".") + typed[end:]


def ordinary_page(typed: str) -> str:
    """Return the address of a page, https where no scheme was typed."""
    address = ordinary_address(typed)
    return f"https://{address}" if address and "://" not in address else address


def ordinary_contact(typed: str) -> str:
    """Return a mail address or the address of a contact page."""
    mail = ordinary_mail(typed)
    return mail if MAIL.fullmatch(mail) else ordinary_address(typed)


def _typed_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the number and the text of each line, without what a list or an editor puts before it."""
    for number, line in enumerate(text.splitlines(), start=1):
        if stripped := without_head(line):
            yield number, stripped


def _name(typed: str) -> str:
    """Return the host of a pasted address, or the name itself, out of quotes or brackets."""
    name = half_width(typed).translate(_TYPESET_HYPHENS).strip(_AROUND)
    name = re.sub(r"(?<=://)[ ]+", "", name)
    scheme, separator, rest = name.partition("://")
    rest = _NAME_END.split(rest if separator else scheme, maxsplit=1)[0]
    return scheme + separator + rest if separator else rest


def _folder(typed: str) -> str:
    address = ordinary_address(typed)
    return address if address.endswith("/") or "?" in address or "#" in address else address + "/"


def _file(typed: str) -> Line:
    kind, value = read_fingerprint(typed)
    return _line(ScopeKind(kind), value)


def _digest_kind(digits: str) -> str:
    return next((kind for kind, size in DIGEST_SIZES.items() if len(digits) == 2 * size), "sha256")


def _number(typed: str) -> Line:
    kind, number = read_identifier(typed)
    return _line(ScopeKind(kind), number)


def _line(kind: ScopeKind, value: str) -> Line:
    """Return the scope as it would be stored, by the rules that hold whoever sends it."""
    return Line(kind, canonical_value(kind, value))


def _identifier_kind(number: str) -> str:
    if "10.5240/" in number:
        return "eidr"
    return "doi" if "10." in number else "isbn"


_READERS: Final[Mapping[Covers, Callable[[str], Line]]] = {
    Covers.SITE: lambda typed: _line(ScopeKind.DOMAIN, _name(typed)),
    Covers.HOST: lambda typed: _line(ScopeKind.HOST, _name(typed)),
    Covers.FOLDER: lambda typed: _line(ScopeKind.PREFIX, _folder(typed)),
    Covers.PAGE: lambda typed: _line(ScopeKind.URL, ordinary_address(typed).partition("#")[0]),
    Covers.FILES: _file,
    Covers.NUMBERS: _number,
}

_COVERS: Final = {
    ScopeKind.DOMAIN: Covers.SITE,
    ScopeKind.HOST: Covers.HOST,
    ScopeKind.PREFIX: Covers.FOLDER,
    ScopeKind.URL: Covers.PAGE,
}


def _wanted(covers: Covers) -> str:
    return str(
        {
            Covers.SITE: _("Enter the name of your website, such as example.com"),
            Covers.HOST: _("Enter a host name, such as www.example.com"),
            Covers.FOLDER: _("Enter the address of your folder or profile, such as example.com/gallery/"),
            Covers.PAGE: _("Enter the address of the page or file, such as example.com/art/1.png"),
            Covers.FILES: _("Choose a file, or paste its SHA-256 digest"),
            Covers.NUMBERS: _("Enter the number of your work: an ISBN, a DOI or an EIDR"),
        }[covers]
    )


def _explain(covers: Covers, number: int, typed: str, error: InvalidScopeError) -> str:
    return str(
        _(
            "Line %(number)s, “%(typed)s”, cannot be used. %(wanted)s. (%(why)s)",
            number=number,
            typed=typed[:60],
            wanted=_wanted(covers),
            why=i18n.said(error.sentence),
        )
    )
