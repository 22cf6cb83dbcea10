"""Lines that programs print about a file's digest, as people paste them.

Read are `sha256sum` and its kin, `shasum --tag` and BSD's, `openssl dgst`, PowerShell's `Get-FileHash` as a table,
a list or CSV, Windows' `certutil -hashfile` in any language, 7-Zip, hashdeep, `integrity` of pages, tables, JSON,
code: wherever a line has one digest, or one SHA-256 among others. A line without anything like one is no digest
that was mistyped, if another line of the paste has one.
"""

import base64
import re
from collections.abc import Iterable, Iterator
from typing import Final

_KIND: Final = r"(?P<kind>(?:SHA-?|SHA2-)256|SHA-?1|MD5|(?:SHA-?|SHA2-)(?:384|512))"
_DIGEST: Final = r"(?P<digest>[0-9a-f]{32,128})"
_FORMS: Final = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"\\?{_KIND} ?\(.*\) ?= ?{_DIGEST}",  # shasum --tag, openssl dgst
        rf"{_KIND}\s+{_DIGEST}(?:\s.*)?",  # Get-FileHash
        rf"Hash\s*:\s*{_DIGEST}",  # Get-FileHash | Format-List
        rf"\\?{_DIGEST}(?:\s+\*?.*)?",  # sha256sum; a backslash marks an escaped name
    )
)
_NAMED: Final = re.compile(rf"(?<![0-9a-z]){_KIND}(?![0-9a-z])", re.IGNORECASE)
_ANYWHERE: Final = re.compile(
    r"(?:(?<![0-9a-z])|(?<=\\x))(?:0x)?([0-9a-f]{128}|[0-9a-f]{96}|[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})(?![0-9a-z])",
    re.IGNORECASE,
)
_IN_PAIRS: Final = re.compile(
    r"(?<![0-9a-z])[0-9a-f]{2}(?:([ :-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){14,62}(?![0-9a-z])"
    r"|(?<![0-9a-z])[0-9a-f]{8}(?:([ -])[0-9a-f]{8})(?:\2[0-9a-f]{8}){2,14}(?![0-9a-z])",
    re.IGNORECASE,
)
_INTEGRITY: Final = re.compile(
    r"sha-?256[\"']?\s*[-:=;]+[\s:\"']*([A-Za-z0-9+/_-]{43})=?(?![A-Za-z0-9+/=_-])", re.IGNORECASE
)
_MD5_IN_BASE_64: Final = re.compile(
    r"md5(?:hash)?[)\"']*\s*[:=]+[\s:\"']*([A-Za-z0-9+/]{22}==)(?![A-Za-z0-9+/=])", re.IGNORECASE
)
_IN_BASE_64: Final = re.compile(r"([A-Za-z0-9+/]{43})=")
_URN: Final = re.compile(r"urn:sha1:([A-Z2-7]{32})(?![A-Z2-7])", re.IGNORECASE)
_OTHER_KIND: Final = re.compile(
    r"(?<![0-9a-z])(?:md[246]|ed2k|aich"
    r"|sha-?3|blake ?[23]|b[23]sum|sm3|ripemd|rmd-?160|gost|streebog|whirlpool|tiger|keccak"
    r"|shake ?\d|k12|xxh|hmac|sha-?512/256|urn:btih|content_hash|git hash-object|git blob|commit)[\w/-]*"
    r"\s*(?:\([^()]*\))?\s*[:=]?\s*(?:blob )?[0-9a-f]{16}"
    r"|ed2k://\|file\|[^|]*\|\d+\|[0-9a-f]{32}",
    re.IGNORECASE,
)
"""Other algorithms, and digests of something else than the file's bytes, whose digests are as long."""
_OF_PARTS: Final = re.compile(r"[0-9a-f]{32}-\d{1,5}(?![0-9a-z])", re.IGNORECASE)
"""An ETag of a file that was stored in parts: no digest of the file."""
_HALVES: Final = re.compile(r"(?<![0-9a-z])([0-9a-f]{32}) ([0-9a-f]{32})(?![0-9a-z])", re.IGNORECASE)
_BROKEN: Final = re.compile(r"(.*(?<![0-9a-z]))([0-9a-f]{32,63})\s*", re.IGNORECASE | re.DOTALL)
_REST: Final = re.compile(r"([ \t]*)([0-9a-f]{1,32})(?=\s|$)", re.IGNORECASE)
_HEADING: Final = re.compile(
    r"Algorithm\s+Hash\s+Path|Hash|-{3,}[-\s]*|(?:Algorithm|Path)\s*:\s.*|CertUtil\s?:\s.*"
    r"|(?:SHA-?(?:1|256)|MD5)\b[^/]*:|[^/]*\b(?:SHA-?(?:1|256)|MD5)[ -][^/]*:",
    re.IGNORECASE,
)
_LIKE_ONE: Final = re.compile(r"[0-9a-f]{16}|(?:[0-9a-f]{2}[ :-]){8}|(?:[0-9a-f]{8}[ -]){3}", re.IGNORECASE)
_PLAIN: Final = {
    **{wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)},
    **dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, 0)),
}
"""Wide letters of an input method as narrow ones, and nothing for what nobody sees."""
_OF_URLS: Final = str.maketrans("-_", "+/")
_SHA256: Final = 64
_MD5: Final = 32
_LONGEST: Final = 1000
"""Characters of a line that may end in a broken digest."""


def joined(text: str) -> str:
    """Return what was pasted without what nobody sees; a digest that a narrow window broke is whole again."""
    lines = whole(enumerate(text.translate(_PLAIN).splitlines(keepends=True)))
    return _HALVES.sub(r"\1\2", "".join(line for _, line in lines))


def whole(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yield numbered lines, where the two of a SHA-256 that is broken after its first 32 digits or more are one.

    Two that are as long as an MD5 are one only where the second is set in, or the first names SHA-256. The line
    behind is asked for only where one may be broken.
    """
    ahead = iter(lines)
    line = next(ahead, None)
    while line is not None:
        broken = _BROKEN.fullmatch(line[1]) if len(line[1]) < _LONGEST else None
        below = next(ahead, None) if broken else None
        if broken and below and (rest := _rest_of(broken, below[1])):
            yield line[0], rest
            below = None
        else:
            yield line
        line = below or next(ahead, None)


def _rest_of(broken: re.Match[str], below: str) -> str:
    """Return the line that a broken one and the one below it were, empty where they are two."""
    rest = _REST.match(below)
    if rest is None or len(broken[2]) + len(rest[2]) != _SHA256:
        return ""
    before = broken[1]
    is_set_in = len(rest[1]) > len(before) - len(before.lstrip())
    if len(rest[2]) == _MD5 and not is_set_in and "256" not in before:
        return ""
    return before + broken[2] + rest[2] + below[rest.end() :]


def has_digest(text: str) -> bool:
    """Tell whether anything that was pasted is a digest; asked once of all of it, for all of it is read."""
    return bool(_ANYWHERE.search(text) or _IN_PAIRS.search(text))


def is_like_one(line: str) -> bool:
    """Tell whether a line has what may be a digest, mistyped or not.

    Where another line has one, a line without is what stands around it: a heading, a command, a report of success.
    Where none has, each is a mistake to name.
    """
    return _LIKE_ONE.search(line) is not None


def is_heading(line: str) -> bool:
    """Tell whether a line is one that `Get-FileHash` or `certutil` prints around a digest, and can be no value."""
    return _HEADING.fullmatch(line.strip()) is not None and not is_like_one(line)


def digest_in(line: str) -> str:
    """Return the digest in a line, marked with its kind where the line names one; else the line's first word."""
    text = _HALVES.sub(r"\1\2", line.strip())
    if _OTHER_KIND.search(text) or _OF_PARTS.search(text):
        return text  # what is no digest of a kind that is stored is shown as it was written
    for form in _FORMS:
        if found := form.fullmatch(text):
            kind = found.groupdict().get("kind")
            return f"{_name(kind)}:{found['digest']}" if kind else found["digest"]
    digests = [found[1] for found in _ANYWHERE.finditer(text)]
    digests += [re.sub("[ :-]", "", found[0]) for found in _IN_PAIRS.finditer(text)]
    if not digests and (other := _in_other_letters(text)):
        return other
    # a program that prints several of one file: the longest kind that is stored
    digests = [each for each in digests if len(each) == _SHA256] if len(digests) > 1 else digests
    if len(digests) != 1:
        return text.split()[0] if text else ""
    named = [_name(found["kind"]) for found in _NAMED.finditer(text)]
    return f"{named[0]}:{digests[0]}" if len(named) == 1 else digests[0]


def _in_other_letters(text: str) -> str:
    """Return the digest that a line has in base64 or base32, empty where it has none."""
    if found := _IN_BASE_64.fullmatch(text) or _INTEGRITY.search(text):
        return base64.b64decode(found[1].translate(_OF_URLS) + "=").hex()
    if found := _MD5_IN_BASE_64.search(text):
        return f"md5:{base64.b64decode(found[1]).hex()}"
    return f"sha1:{base64.b32decode(found[1].upper()).hex()}" if (found := _URN.search(text)) else ""


def _name(kind: str) -> str:
    """Return a kind as scopes name it: OpenSSL writes SHA2-256."""
    return re.sub(r"^sha2-", "sha", kind.lower()).replace("-", "")
