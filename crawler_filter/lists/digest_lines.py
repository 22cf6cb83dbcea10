"""Lines that programs print about a file's digest, as people paste them.

Read are `sha256sum` and its kin, `shasum --tag` and BSD's, `openssl dgst`, PowerShell's `Get-FileHash` as a table,
a list or CSV, Windows' `certutil -hashfile` in any language, 7-Zip, hashdeep, `integrity` of pages, tables, JSON,
code: wherever a line has one digest, or one SHA-256 among others. A line without anything like one is no digest
that was mistyped, if another line of the paste has one.
"""

import base64
import re
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
    r"(?<![0-9a-z])(?:0x)?([0-9a-f]{128}|[0-9a-f]{96}|[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})(?![0-9a-z])",
    re.IGNORECASE,
)
_IN_PAIRS: Final = re.compile(
    r"(?<![0-9a-z])[0-9a-f]{2}(?:([ :-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){14,62}(?![0-9a-z])"
    r"|(?<![0-9a-z])[0-9a-f]{8}(?:-[0-9a-f]{8}){3,15}(?![0-9a-z])",
    re.IGNORECASE,
)
_INTEGRITY: Final = re.compile(r"sha-?256[-:=]([A-Za-z0-9+/]{43}=)(?![A-Za-z0-9+/=])", re.IGNORECASE)
_IN_BASE_64: Final = re.compile(r"([A-Za-z0-9+/]{43}=)")
_WRAPPED: Final = re.compile(r"(?<![0-9a-z])([0-9a-f]{33,63})\r?\n[ \t]+([0-9a-f]{1,31})(?=\s|$)", re.IGNORECASE)
_LIKE_ONE: Final = re.compile(r"[0-9a-f]{16}|(?:[0-9a-f]{2}[ :-]){8}|(?:[0-9a-f]{8}-){3}", re.IGNORECASE)
_UNSEEN: Final = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, 0))
_SHA256: Final = 64


def joined(text: str) -> str:
    """Return what was pasted without what nobody sees; a digest that a narrow window broke is whole again."""
    return _WRAPPED.sub(_in_one, text.translate(_UNSEEN))


def says_nothing(line: str, text: str) -> bool:
    """Tell whether a line stands around a digest and has none: a heading, a command, a report of success.

    `text` is all that was pasted: where no line of it has a digest, each is a mistake to name.
    """
    return not _LIKE_ONE.search(line) and bool(_ANYWHERE.search(text) or _IN_PAIRS.search(text))


def digest_in(line: str) -> str:
    """Return the digest in a line, marked with its kind where the line names one; else the line's first word."""
    text = line.strip()
    for form in _FORMS:
        if found := form.fullmatch(text):
            kind = found.groupdict().get("kind")
            return f"{_name(kind)}:{found['digest']}" if kind else found["digest"]
    digests = [found[1] for found in _ANYWHERE.finditer(text)]
    digests += [re.sub("[ :-]", "", found[0]) for found in _IN_PAIRS.finditer(text)]
    if not digests and (found := _IN_BASE_64.fullmatch(text) or _INTEGRITY.search(text)):
        return base64.b64decode(found[1]).hex()
    # a program that prints several of one file: the longest kind that is stored
    digests = [each for each in digests if len(each) == _SHA256] if len(digests) > 1 else digests
    if len(digests) != 1:
        return text.split()[0] if text else ""
    named = [_name(found["kind"]) for found in _NAMED.finditer(text)]
    return f"{named[0]}:{digests[0]}" if len(named) == 1 else digests[0]


def _in_one(found: re.Match[str]) -> str:
    whole = found[1] + found[2]
    return whole if len(whole) == _SHA256 else found[0]


def _name(kind: str) -> str:
    """Return a kind as scopes name it: OpenSSL writes SHA2-256."""
    return re.sub(r"^sha2-", "sha", kind.lower()).replace("-", "")
