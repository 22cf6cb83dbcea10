"""Lines that programs print about a file's digest, as people paste them.

Read are `sha256sum` and its kin, `shasum --tag` and BSD's, `openssl dgst`, PowerShell's `Get-FileHash` as a table
or a list, and Windows' `certutil -hashfile`, in English and in Japanese.
"""

import re
from typing import Final

_KIND: Final = r"(?P<kind>(?:SHA-?|SHA2-)256|SHA-?1|MD5|(?:SHA-?|SHA2-)(?:384|512))"
_DIGEST: Final = r"(?P<digest>[0-9a-f]{32,128})"
_FORMS: Final = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_KIND} ?\(.*\) ?= ?{_DIGEST}",  # shasum --tag, openssl dgst
        rf"{_KIND}\s+{_DIGEST}(?:\s.*)?",  # Get-FileHash
        rf"Hash\s*:\s*{_DIGEST}",  # Get-FileHash | Format-List
        rf"\\?{_DIGEST}(?:\s+\*?.*)?",  # sha256sum; a backslash marks an escaped name
    )
)
_SPACED: Final = re.compile(r"(?:[0-9a-f]{2} ){15,63}[0-9a-f]{2}", re.IGNORECASE)  # certutil before Windows 8
_NOTHING: Final = re.compile(
    r"(?:Algorithm\s+Hash\s+Path|[-\s]+|(?:Algorithm|Path)\s*:.*|CertUtil:.*|(?:SHA|MD)\S*\s+(?:hash|ハッシュ).*[:\uff1a])",
    re.IGNORECASE,
)


def says_nothing(line: str) -> bool:
    """Tell whether a line stands around a digest and has none: a heading, a rule, a report of success."""
    return _NOTHING.fullmatch(line.strip()) is not None


def digest_in(line: str) -> str:
    """Return the digest in a line, marked with its kind where the line names one; else the line's first word."""
    text = line.strip()
    if _SPACED.fullmatch(text):
        return text.replace(" ", "")
    for form in _FORMS:
        if found := form.fullmatch(text):
            kind = found.groupdict().get("kind")
            return f"{_name(kind)}:{found['digest']}" if kind else found["digest"]
    return text.split()[0] if text else ""


def _name(kind: str) -> str:
    """Return a kind as scopes name it: OpenSSL writes SHA2-256."""
    return re.sub(r"^sha2-", "sha", kind.lower()).replace("-", "")
