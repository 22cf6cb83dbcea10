"""What a proof looks like where it stands: records, files, tags and links, read from bytes that a stranger wrote.

Everything here is pure. A parser returns a value or raises `RecordRefusedError`, whose message says what is wrong
with the record in words its owner can act on; a finder returns what stands in the one place that counts.

HTML is parsed by lxml alone, whose time is linear in hostile input: a library that makes an object of every
element takes seconds for half a megabyte of open tags. It is read as ISO 8859-1: tokens and addresses are
ASCII, and a guess at the encoding would take a time that the page chooses.
"""

import codecs
import hmac
import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from lxml import etree

from crawler_filter.errors import FilterError
from crawler_filter.files.charset import from_utf16
from registry.control.record_text import UNSEEN, plain

META_NAME: Final = "optout-verification"
TOKEN: Final = re.compile(r"[a-z2-7]{26}")
_FIELD_BYTES: Final = re.compile(r"[\x21-\x3a\x3c-\x7e]*")
_SPACE: Final = " \t"
_ALONE: Final = re.compile(TOKEN.pattern, re.IGNORECASE)
_A_TOKEN: Final = re.compile(
    rf"(?<![a-z0-9])(?:token|{META_NAME})\s*(?:[=:]|%3D|->)\s*<?({TOKEN.pattern})(?![a-z0-9](?<!e)|e(?!xpiry))",
    re.IGNORECASE,
)
_AN_EXPIRY: Final = re.compile(r"expiry\s*[=:]\s*([0-9a-z/-]+)", re.IGNORECASE)
_IN_A_FILE: Final = re.compile(
    rf"(?:(?:token|content|value|{META_NAME})[\"']?\s*[=:]\s*[\"']?)?({TOKEN.pattern})(?:\s+expiry=\S{{0,20}})?(?:\\[nr])*(?:\s+\1)*",
    re.IGNORECASE,
)
"""A token in a file: as a record has it, with line ends that were written out, or appended twice."""
_IN_MARKUP: Final = re.compile(r"[^!-~]+")
_SIGNS_AROUND: Final = r"[\s\"'`\u2018\u2019\u201c\u201d\\\x1a\ufffd,;.()\[\]{}*#\u3001\u3002\u300c-\u300f\u30fb]+"
_AROUND: Final = re.compile(rf"^(?:{_SIGNS_AROUND})?(?:(?:-[ne]|[-$>])\s+)?|{_SIGNS_AROUND}$")
"""Signs of editors, and what `echo -n` writes in a shell that does not know it."""


class RecordRefusedError(FilterError, ValueError):
    """A record is not of the form its method has, or is not the one looked for; the sentence says why."""


@dataclass(frozen=True, slots=True)
class OneOffRecord:
    """`token=<token> [expiry=<date>|never]`, the TXT record of draft-ietf-dnsop-domain-verification-techniques.

    `expiry` is the last day the record counts, in UTC. None, also written `never`, means the record stays for
    good.
    """

    token: str
    expiry: date | None = None

    @classmethod
    def parse(cls, text: str) -> "OneOffRecord":
        """Read one TXT record, in whatever a control panel made of it; two tokens, or two days, are an error.

        A token alone is one too. Unknown keys are ignored.
        """
        said = plain(text)
        alone = _ALONE.fullmatch(said)
        token = _one("token", [alone[0]] if alone else _A_TOKEN.findall(said))
        if not token:
            raise RecordRefusedError("expected token= and 26 letters and digits")
        return cls(token.lower(), _expiry(_one("expiry", _AN_EXPIRY.findall(said)) or "never"))

    def __str__(self) -> str:
        return f"token={self.token} expiry={self.expiry.isoformat() if self.expiry else 'never'}"


@dataclass(frozen=True, slots=True)
class PersistRecord:
    """`<registry>; accounturi=<URI>[; policy=subtree][; persistUntil=<unix time>]`: an issue-value of RFC 8659.

    The shape is that of draft-ietf-acme-dns-persist with a policy of ours. `registry` is lower-case without a
    final dot; `until` is the last second the record counts.
    """

    registry: str
    account: str
    subtree: bool = False
    until: int | None = None

    @classmethod
    def parse(cls, text: str) -> "PersistRecord":
        """Read one TXT record. Tags are case-insensitive, unknown ones ignored, a repeated known one is an error.

        A policy other than `subtree` counts as none, so that a policy of a later version never widens a proof.
        """
        said = plain(text)
        registry, *parameters = (part.strip(_SPACE) for part in said.split(";" if ";" in said else ","))
        if not registry:
            raise RecordRefusedError("expected the registry's name first")
        known: dict[str, str] = {}
        for tag, value in map(_parameter, filter(None, parameters)):
            if tag not in ("accounturi", "policy", "persistuntil"):
                continue
            if tag in known:
                raise RecordRefusedError("%(tag)s stands in it twice", tag=tag)
            known[tag] = value.strip("<>")
        if not known.get("accounturi"):
            raise RecordRefusedError("expected accounturi= and the address of your account")
        return cls(
            registry=registry.lower().removesuffix("."),
            account=known["accounturi"],
            subtree=known.get("policy", "").lower() == "subtree",
            until=_unix_time(known["persistuntil"]) if "persistuntil" in known else None,
        )

    def __str__(self) -> str:
        policy = "; policy=subtree" if self.subtree else ""
        until = "" if self.until is None else f"; persistUntil={self.until}"
        return f"{self.registry}; accounturi={self.account}{policy}{until}"


_MOST_NESTED: Final = 20
_RTF_HIDDEN: Final = re.compile(r"\{\\(?:\*|fonttbl|colortbl|stylesheet|info|f\d{1,3})[^{}]*\}")
_RTF_WORD: Final = re.compile(r"\\[a-z]{1,30}-?\d{0,9} ?|\\'[0-9a-f]{2}|\\\*|[{}\r\n]")
_NOT_SHOWN: Final = re.compile(
    r"<(title|style|script)\b[^<>]*>[^<]*</\1\s*>|<!--[^<]*?-->|<\?[^<>]*>|<!doctype[^<>]*>", re.IGNORECASE
)
_TAG: Final = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)


def same(expected: str, found: str) -> bool:
    """Tell whether two secrets are equal, in a time that does not depend on where they differ."""
    return hmac.compare_digest(expected.encode(), found.encode())


def holds_token(text: str, token: str) -> bool:
    """Tell whether `text`, a field that people write prose in, holds the token as a word of its own."""
    return any(same(token, word) for word in re.findall(r"[A-Za-z0-9]+", text))


def file_text(body: bytes) -> str:
    """Return the text of a proof file as editors save it: UTF-8, 16 or 32, with or without a byte order mark.

    What editors put around it is no part of it: quotes, the name of a record's field, what nobody sees. A file
    that is a verification meta tag alone holds the token too.
    """
    text = decoded(body).translate(UNSEEN)
    shown = _AROUND.sub("", _without_markup(text))
    if not shown and len(tags := meta_tags(body)) == 1:
        return tags[0]
    proof = _IN_A_FILE.fullmatch(shown)
    return proof[1].lower() if proof else shown


def decoded(body: bytes) -> str:
    """Return the text of a file with all that is in it, in the encoding that its first bytes tell."""
    if body.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return body.decode("utf-32", "replace")
    if (text := from_utf16(body)) is not None:
        return text
    if b"\0" in body[:2]:
        return body.decode("utf-16-be" if body[:1] == b"\0" else "utf-16-le", "replace")
    return body.decode("utf-8-sig", "replace")


def _without_markup(text: str) -> str:
    """Return what a file shows that an editor saved as a page or as rich text; nothing else may stand in it."""
    start = text.lstrip()[:200].lower()
    if start.startswith("{\\rtf"):
        for _ in range(_MOST_NESTED):
            shorter = _RTF_HIDDEN.sub("", text)
            if shorter == text:
                break
            text = shorter
        return _RTF_WORD.sub("", text)
    return _TAG.sub("", _NOT_SHOWN.sub("", text)) if "<" in text else text


def meta_tags(page: bytes) -> tuple[str, ...]:
    """Return the content of every verification meta tag in the page's head, in order.

    The quotes of a word processor and other attributes for its name and its content count too.
    """
    found = []
    for tag in _head(page, "meta"):
        name = tag.get("name") or tag.get("property") or tag.get("itemprop") or ""
        if _IN_MARKUP.sub("", name).lower() == META_NAME:
            content = tag.get("content") or tag.get("value") or ""
            words = re.findall(r"[A-Za-z0-9]+", content)
            tokens = [word for word in words if TOKEN.fullmatch(word)]
            found.append(tokens[0] if len(tokens) == 1 else content.strip())
    return tuple(found)


def head_contents(page: bytes, path: str) -> tuple[str, ...]:
    """Return the `content` of every element of the page's head that the ElementPath finds there."""
    return tuple(tag.get("content", "") for tag in _head(page, path))


def me_links(page: bytes, path: str) -> tuple[str, ...]:
    """Return the targets of the links with `rel="me"` among the elements that the ElementPath finds."""
    root = _parse(page)
    return tuple(
        tag.get("href", "").strip()
        for tag in (() if root is None else root.iterfind(f".//{path}"))
        if "me" in tag.get("rel", "").lower().split()
    )


def json_field(document: bytes, keys: str) -> str:
    """Return the text under dotted `keys` of a JSON document; empty when it is not JSON or has no text there."""
    try:
        value = json.loads(document)
        for key in keys.split("."):
            value = value[key]
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""
    return value if isinstance(value, str) else ""


def _parse(page: bytes) -> Any:  # noqa: ANN401 - lxml has no types
    """Return the root element, or None where the document has none."""
    # A byte order mark read as text would open the body before the head.
    html = page.removeprefix(codecs.BOM_UTF8)
    try:
        return etree.fromstring(html, etree.HTMLParser(encoding="iso-8859-1", no_network=True, huge_tree=False))
    except etree.ParserError:  # nothing in it
        return None
    except etree.XMLSyntaxError:
        return None


def _head(page: bytes, path: str) -> list[Any]:
    """Return the children of the one real head that the path finds: what a visitor writes is in the body."""
    root = _parse(page)
    head = None if root is None or root.tag != "html" else root.find("head")
    return [] if head is None else head.findall(path)


def _one(key: str, found: list[str]) -> str:
    """Return the one value of a key, empty where it has none. Raises where it has two."""
    values = {value.lower() for value in found}
    if len(values) > 1:
        raise RecordRefusedError("%(key)s stands in it twice", key=key)
    return values.pop() if values else ""


def _expiry(text: str) -> date | None:
    if text == "never":
        return None
    try:
        return date.fromisoformat(text.replace("/", "-"))
    except ValueError as error:
        raise RecordRefusedError(
            "expected expiry=YYYY-MM-DD or expiry=never, got %(text)s", text=repr(text[:80])
        ) from error


def _parameter(text: str) -> tuple[str, str]:
    tag, equals, value = (part.strip(_SPACE) for part in text.partition("="))
    if not (tag and equals):
        raise RecordRefusedError("expected tag=value between semicolons, got %(text)s", text=repr(text[:80]))
    if not _FIELD_BYTES.fullmatch(value):
        raise RecordRefusedError("the value of %(tag)s has a character that is not allowed there", tag=tag[:40])
    return tag.lower(), value


def _unix_time(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,12}", text):
        raise RecordRefusedError(
            "expected persistUntil= and a unix time in seconds, got %(text)s", text=repr(text[:80])
        )
    return int(text)
