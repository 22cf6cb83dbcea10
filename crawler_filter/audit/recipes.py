"""Which columns of a data set hold what: by hand, by the names that a well-known data set uses, or by usual names.

A role is an argument of `Filter.check` that a column is given to.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from crawler_filter.errors import DataError

ROLES: Final = ("url", "found_on", "sha256", "sha1", "md5", "pdq", "content")
"""What a column may hold: the asset's address, the page that shows it, its digests, its PDQ hash, itself."""

Roles = Mapping[str, str]
"""The name of the column that holds each role, by role. A dot leads into a column of objects."""

RECIPES: Final[Mapping[str, Roles]] = {
    # commoncrawl.org, columnar index and its lines (CDXJ); the digest is a SHA-1 in base32
    "commoncrawl": {"url": "url", "sha1": "content_digest"},
    # LAION-400M, LAION-5B: URL, TEXT, WIDTH, HEIGHT, …; Re-LAION writes `url`. Names are matched in either case
    "laion": {"url": "url"},
    # what img2dataset writes beside its shards; one digest of the three, as it was told to compute
    "img2dataset": {"url": "url", "sha256": "sha256", "md5": "md5"},
    # FineWeb and what datatrove writes: text, id, dump, url, date, …
    "fineweb": {"url": "url"},
}

_OF_CAPTURES: Final = ("digest", "mime", "status")
"""Columns that an index of captures has (CDX, CDXJ): its digest is a SHA-1, as that of a file by itself is not."""

_USUAL: Final[Mapping[str, Sequence[str]]] = {
    "url": (
        "url", "image_url", "img_url", "uri", "source_url", "target_uri", "warc-target-uri", "content_url",
        "contenturl", "metadata.url", "meta.url", "metadata.warc-target-uri", "metadata.source_url",
    ),
    "found_on": ("page_url", "found_on", "parent_url", "web_page_url"),
    "sha256": ("sha256", "sha_256", "image_sha256", "hash_sha256"),
    "sha1": ("sha1", "content_digest", "payload_digest", "warc-payload-digest"),
    "md5": ("md5", "image_md5", "hash_md5"),
    "pdq": ("pdq", "pdq_hash"),
    "content": (),
}  # fmt: skip


KNOWN: Final = frozenset(
    name.lower()
    for names in (*_USUAL.values(), *map(dict.values, map(dict, RECIPES.values())), _OF_CAPTURES)
    for name in names
)
"""The names by which a column is ever chosen, or asked about, without a hand; in lower case."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The choice of columns: a recipe's name or `auto`, and the columns named by hand, which go before."""

    recipe: str = "auto"
    by_hand: Roles | None = None


def choose(columns: Sequence[str], choice: Choice, name: str) -> dict[str, str]:
    """Return the columns of the file `name` that hold something to check, by role.

    Raises DataError where a named column is absent or there twice, where nothing is found to check, and where
    several columns may hold the address: what is reserved by one that nobody looks at would pass.
    """
    lower = {column.lower(): column for column in reversed(columns)}
    chosen = {role: _named(columns, wanted, name) for role, wanted in (choice.by_hand or {}).items()}
    for role in ROLES:
        if role not in chosen and (found := _found(lower, choice.recipe, role)):
            chosen[role] = found
    if "sha1" not in chosen and choice.recipe in ("auto", "commoncrawl") and set(_OF_CAPTURES) <= set(columns):
        chosen["sha1"] = "digest"
    _require_one_each(columns, chosen, name)
    if "url" not in (choice.by_hand or {}):
        usual = _USUAL["url"] if choice.recipe == "auto" else [chosen.get("url", "").lower()]
        _require_one_address(columns, chosen, usual, name)
    if not chosen:
        raise DataError(
            f"{name} has no column of addresses or digests that is known by its name. It has"
            f" {', '.join(columns)}: name one with --url, --sha1, --sha256, --md5 or --pdq"
        )
    return {role: chosen[role] for role in ROLES if role in chosen}


def told(roles: Roles, by_hand: Collection[str]) -> str:
    """Return in a line which column holds what, and which of them a person named; `by_hand` are their roles."""
    marks = {role: " (by hand)" if role in by_hand else "" for role in roles}
    return ", ".join(f"{role} from {name}{marks[role]}" for role, name in roles.items())


def _named(columns: Sequence[str], wanted: str, name: str) -> str:
    if wanted not in columns:
        raise DataError(f"{name} has no column {wanted!r}. It has {', '.join(columns)}")
    return wanted


def _require_one_each(columns: Sequence[str], chosen: Roles, name: str) -> None:
    for column in chosen.values():
        if columns.count(column) > 1:
            raise DataError(f"{name} has several columns {column!r}: write it anew with a name for each")


def _require_one_address(columns: Sequence[str], chosen: Roles, usual: Sequence[str], name: str) -> None:
    known = [column for column in columns if column.lower() in usual and column not in chosen.values()]
    if "url" in chosen and known:
        several = ", ".join([chosen["url"], *known])
        raise DataError(
            f"{name} has several columns that may hold addresses: {several}. Name the asset's with --url, and that"
            " of the page that shows it with --found-on"
        )


def _found(lower: Mapping[str, str], recipe: str, role: str) -> str | None:
    usual = _USUAL[role] if recipe == "auto" else filter(None, [RECIPES[recipe].get(role)])
    return next((lower[each] for each in usual if each in lower), None)
