"""What a request will cost, told from its bytes before anything is made of them.

A unit (`rate_limits.UNIT`) is what one plain item of a batch takes. Values cost more than bytes; what is not ASCII
costs more than what is, because an address is escaped before it is looked up.
"""

from collections.abc import Mapping
from typing import Any, Final

from crawler_filter.formats.record import ScopeKind
from registry.errors import BadRequestError, TooLargeError

MOST_UNITS: Final = 18_000
"""Units of one call: about a second of one core."""

BYTES_A_UNIT: Final = 512
MOST_FIELDS: Final = 1_000
_FORM_BYTES_A_UNIT: Final = 128
"""Nearly every byte of a form is read as a person's typing is: letter by letter, and put right."""

_OF_ESCAPES: Final = 16
"""Bytes that an escape of JSON counts as, beyond its own six."""

_OF_OTHERS: Final = 7
"""Bytes that one outside ASCII counts as, beyond itself."""

_OF_CONTROLS: Final = 5
"""Bytes that a control character of a list counts as, beyond itself: the answer repeats it as an escape of six."""

_ASCII: Final = bytes(range(128))
_CONTROLS: Final = bytes(set(range(32)) - set(b"\n\r\t"))

HASH_CHARACTERS: Final = 48
"""Characters of a frame's hash and its time in base64."""

_ROWS_A_UNIT: Final = 6_000
"""Registered hashes that one more is compared with in a unit of work, while there are too few for an index."""

_MOST_SCANNED: Final = 50_000

_CODES_A_UNIT: Final = 3_000
"""Registered codes of models that one more is compared with in a unit of work: they have no index."""

_CODE_CHARACTERS: Final = 86
"""Characters of a code in base64, rounded up."""

COMPARED: Final = (ScopeKind.PDQ, ScopeKind.VIDEO, ScopeKind.ISCC, ScopeKind.EMBED)
"""The kinds that are found by comparing, not by a key."""


def weigh_json(raw: bytes) -> int:
    """Return the units of a JSON body: one for every two values, and some for its bytes.

    A comma in a text counts as one between values: telling them apart would be reading it.
    """
    return _values(raw) // 2 + _weigh_bytes(raw)


def weigh_names(raw: bytes) -> int:
    """Return the units of a JSON body whose values are mostly short texts that are only kept."""
    return _values(raw) // 8 + _weigh_bytes(raw)


def weigh_lines(raw: bytes) -> int:
    """Return the units of a text of one address a line."""
    controls = len(raw) - len(raw.translate(None, _CONTROLS))
    return raw.count(b"\n") // 2 + _weigh_bytes(raw) + _OF_CONTROLS * controls // BYTES_A_UNIT


def weigh_part(raw: bytes) -> int:
    """Return the units of bytes that are only kept, to be read later."""
    return 1 + len(raw) // BYTES_A_UNIT


def weigh_form(raw: bytes) -> int:
    """Return the units of a form as browsers send it. Raises TooLargeError for too many fields.

    Raises BadRequestError for what no browser sends: reading a lone `%` costs as much as a whole escape.
    """
    if raw.count(b"%") > len(raw) // 3:
        raise BadRequestError("expected a form as browsers send it; this one has broken escapes")
    fields = raw.count(b"&")
    if fields >= MOST_FIELDS:
        raise TooLargeError(
            "a form has at most %(most)s fields, and this one has %(fields)s", most=MOST_FIELDS, fields=fields + 1
        )
    return fields // 4 + len(raw) // _FORM_BYTES_A_UNIT


def weigh_fingerprint(text: str, registered: Mapping[ScopeKind, int]) -> int:
    """Return the units of looking a content fingerprint up, where so many hashes of each kind are registered."""
    kind, _, value = text.partition(":")
    if kind not in COMPARED:
        return 1
    if kind == ScopeKind.EMBED:
        return (1 + len(value) // _CODE_CHARACTERS) * (1 + registered.get(ScopeKind.EMBED, 0) // _CODES_A_UNIT)
    hashes = {ScopeKind.PDQ: value.count(",") + 1, ScopeKind.VIDEO: 1 + len(value) // HASH_CHARACTERS}
    tables = (ScopeKind.ISCC,) if kind == ScopeKind.ISCC else (ScopeKind.PDQ, ScopeKind.VIDEO)
    rows = sum(min(registered.get(table, 0), _MOST_SCANNED) for table in tables)
    return hashes.get(ScopeKind(kind), 1) * (1 + rows // _ROWS_A_UNIT)


def fingerprints_in(value: Any) -> list[str]:  # noqa: ANN401 - whatever a stranger's JSON holds
    """Return the content fingerprints of a batch that was decoded and not validated yet."""
    items = _list(value.get("items")) if isinstance(value, dict) else []
    lists = (_list(item.get("fingerprints")) for item in items if isinstance(item, dict))
    return [text for each in lists for text in each if isinstance(text, str)]


def refuse_heavy(units: int) -> None:
    """Raise TooLargeError for a call of more units than any may have."""
    if units > MOST_UNITS:
        raise TooLargeError(
            "this call is %(units)s units of work and %(most_units)s are the most: send it in parts",
            units=units,
            most_units=MOST_UNITS,
        )


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _values(raw: bytes) -> int:
    return raw.count(b",") + raw.count(b"[") + raw.count(b"{")


def _weigh_bytes(raw: bytes) -> int:
    beyond = len(raw.translate(None, _ASCII))
    return (len(raw) + _OF_OTHERS * beyond + _OF_ESCAPES * raw.count(b"\\u")) // BYTES_A_UNIT
